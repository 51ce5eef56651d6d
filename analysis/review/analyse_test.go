package review

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/meta"
)

// trials are 8 trials: two settings, a year out of order, two effects of two of them.
var trials = []string{"study,trial,setting,year,events1,n1,events0,n0",
	"A,1,street,2003,12,50,20,50", "B,1,prison,2003,8,50,15,50", "C,2,street,1999,30,100,31,98", "D,2,prison,1999,28,100,36,98",
	"E,3,prison,2010,4,40,9,42", "F,4,street,2001,17,60,16,61", "G,5,prison,2005,22,80,40,82", "H,6,street,2008,3,30,6,30"}

func analyse(t *testing.T, q Question, o Options, lines ...string) *Analysis {
	t.Helper()
	if q.Alpha == 0 {
		q.Alpha = 0.05
	}
	a, err := Analyse(context.Background(), must(t, o, lines...), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnalysisIsThatOfThePackageMeta(t *testing.T) {
	a := analyse(t, Question{Method: "pm"}, Options{Subgroup: "setting", Moderators: []string{"year", "setting"}, Order: "year"}, trials...)
	d := a.Data
	var w meta.Work
	o := meta.Options{Method: meta.PM}
	if want := meta.Pool(d.Y, d.V, o, &w); a.Fit.Estimate != want.Estimate || a.Fit.Tau2 != want.Tau2 {
		t.Errorf("pooled %+v, want %+v", a.Fit, want)
	}
	if len(a.Groups) != 2 || a.Groups[0].Name != "prison" || a.Groups[0].Fit.K != 4 {
		t.Errorf("groups %+v", a.Groups)
	}
	out := make([]meta.Fit, 2)
	group, _ := Groups(d.Subgroup)
	if want := meta.Subgroups(d.Y, d.V, group, o, &w, out); want.Q != a.Between.Q || want.P != a.Between.P {
		t.Errorf("between %+v, want %+v", a.Between, want)
	}
	if want := []string{"intercept", "year", "setting: street - prison"}; !slices.Equal(a.Regression.Terms, want) || len(a.Regression.Plain.Coefficients) != 3 {
		t.Errorf("terms %q, want %q", a.Regression.Terms, want)
	}
	if want := []int{2, 3, 5, 0, 1, 6, 7, 4}; !slices.Equal(a.Order, want) || math.Abs(float64(a.UpTo[0].Estimate)-d.Y[2]) > 1e-12 || (a.UpTo[7].Estimate-a.Fit.Estimate).Abs() > 1e-9 {
		t.Errorf("cumulated in the order %v, want %v", a.Order, want)
	}
	if len(a.Without) != 8 || len(a.Influence) != 8 || a.Without[0].K != 7 || a.Fits == 0 || len(a.Failures) != 0 {
		t.Errorf("%d without one, %d fits, failures %v", len(a.Without), a.Fits, a.Failures)
	}
}

func TestClustersAreLeftOutWhole(t *testing.T) {
	a := analyse(t, Question{Method: "reml"}, Options{Cluster: "trial", Moderators: []string{"year"}}, trials...)
	if a.Robust.Clusters != 6 || !a.Fit.DF.Known() || len(a.Without) != 6 || a.Without[0].K != 6 || !slices.Equal(a.Left, []string{"1", "2", "3", "4", "5", "6"}) {
		t.Errorf("%+v, left out %v", a.Robust, a.Left)
	}
	if a.Regression.Robust == nil || a.Trim != nil || !math.IsNaN(a.RankP) || a.Mixed.Status != meta.OK || a.UpTo != nil {
		t.Errorf("%+v", a)
	}
	sum := 0.0
	for _, w := range a.Weights {
		sum += w
	}
	// The weights are those of the estimate.
	estimate := 0.0
	for i, w := range a.Weights {
		estimate += w / 100 * a.Data.Y[i]
	}
	if math.Abs(sum-100) > 1e-9 || math.Abs(estimate-float64(a.Fit.Estimate)) > 1e-9 {
		t.Errorf("weights %v sum to %g and give %g, want %g", a.Weights, sum, estimate, a.Fit.Estimate)
	}
}

func TestCountsPoolWithoutEffects(t *testing.T) {
	a := analyse(t, Question{Method: MantelHaenszel}, Options{Measure: LogRR, Subgroup: "setting"}, trials...)
	var w meta.Work
	if want := meta.MantelHaenszel(a.Data.Tables, meta.RiskRatio, meta.Options{}, &w); a.Fit.Estimate != want.Estimate || len(a.Groups) != 2 || a.Influence != nil {
		t.Errorf("%+v, want %+v", a.Fit, want)
	}
	if a = analyse(t, Question{Method: Peto}, Options{}, trials...); a.Fit.Status != meta.OK || len(a.Without) != 8 {
		t.Errorf("%+v", a.Fit)
	}
}

func TestWhatCannotBeAskedIsRefusedAtOnce(t *testing.T) {
	for _, c := range []struct {
		q     Question
		o     Options
		lines []string
		want  string
	}{
		{Question{Method: "mh"}, Options{}, []string{"yi,vi", "1,1"}, "--method mh: got a file of effects with variances, want counts: events1, n1, events0, n0"},
		{Question{Method: "peto", KnappHartung: true}, Options{Measure: RD, Cluster: "trial", Moderators: []string{"year"}}, trials,
			"--method peto: got --measure rd, want log_or: Peto's method is for odds ratios\n" +
				"--cluster: got --method peto, want one that has effects of trials, such as reml\n" +
				"--moderator: got --method peto, want one that has effects of trials, such as reml\n" +
				"--knapp-hartung: got --method peto, want one that has effects of trials, such as reml\n" +
				"--knapp-hartung: got --cluster as well, want one of them: with clusters tests are t already"},
		{Question{Method: "reml"}, Options{Factors: []string{"g"}}, []string{"yi,vi,g", "1,1,x", "2,1,x", "3,1,x"}, `--factor: got g with one category alone, "x", want two or more`},
		{Question{Method: "reml"}, Options{Cluster: "trial", Subgroup: "setting"}, trials,
			"--subgroup: got --cluster as well, want one of them: a trial can have effects in several groups, which --factor allows for"},
	} {
		_, err := Analyse(context.Background(), must(t, c.o, c.lines...), c.q)
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	_, err := Analyse(context.Background(), must(t, Options{Cluster: "trial", Order: "year"}, trials...), Question{Method: "reml"})
	if want := "--cumulative: got --cluster as well, want one of them: the first trials are too few for a robust variance"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	many := append([]string{"yi,vi,trial"}, strings.Fields(strings.Repeat("1,1,x\n", mostNested+1))...)
	if _, err := Analyse(context.Background(), must(t, Options{Cluster: "trial"}, many...), Question{Method: "fe"}); err == nil || !strings.Contains(err.Error(), "got 2001 effects, want at most 2000") || !strings.Contains(err.Error(), "got 2001 effects of trial x, want at most 200") {
		t.Errorf("got %v", err)
	}
}

// Few studies leave out what can't be told of them, which is no failure.
func TestFewStudies(t *testing.T) {
	a := analyse(t, Question{Method: "reml"}, Options{}, "yi,vi", "1,0.1")
	if a.Fit.Status != meta.OK || len(a.Without) != 0 || len(a.Failures) != 0 || a.Egger.Status != meta.TooFew {
		t.Errorf("%+v", a)
	}
	a = analyse(t, Question{Method: "reml", KnappHartung: true}, Options{}, "yi,vi", "1,0.1", "1,0.2", "1,0.3")
	if a.Fit.Status != meta.ZeroVariance || a.Failures[meta.ZeroVariance] == 0 {
		t.Errorf("equal effects: %+v, failures %v", a.Fit, a.Failures)
	}
}
