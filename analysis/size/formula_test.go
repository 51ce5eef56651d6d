package size

import (
	"math"
	"strings"
	"testing"

	"caseload/analysis/closedform"
	"caseload/analysis/numeric"
	"caseload/internal/suite"
	"caseload/scenarios"
)

// normals are z of 80 % power at two-sided 5 %, squared.
var normals = math.Pow(numeric.NormalQuantile(0.975)+numeric.NormalQuantile(0.8), 2)

// A formula gives what it does by hand with the numbers that the plain trial is
// made of, but for its error: 8 points of an SD of 10; 30 and 1 - 0.7^2 = 51 %;
// a hazard ratio of 1.5 and events in 30 and 1 - 0.7^1.5 %; the 8 points in a half
// against none in the other. And simulation agrees with it.
func TestFormulasByHand(t *testing.T) {
	half := []string{"on = \"health\"\n", "on = \"health\"\nin = \"half\"\n"}
	events := (0.3 + 1 - math.Pow(0.7, 1.5)) / 2
	for k, c := range []struct {
		q     Question
		edits []string
		name  string
		want  float64
		rough float64 // relative error of the formula by hand
	}{
		{Question{Outcomes: []string{"score"}}, nil, "two means, noncentral t", 2 * closedform.TTestSize(0.8, 0.8, 0.05), 0},
		{Question{Outcomes: []string{"linked"}}, nil, "two proportions, pooled variance (Fleiss)", 2 * closedform.TwoProportionsSize(0.51, 0.3, 0.8, 0.05), 0},
		{Question{Outcomes: []string{"linked"}, Method: "odds_ratio"}, nil, "two proportions, pooled variance (Fleiss)", 2 * closedform.TwoProportionsSize(0.51, 0.3, 0.8, 0.05), 0},
		{Question{Outcomes: []string{"when"}}, []string{"hazard_ratio = 2", "hazard_ratio = 1.5"}, "log-rank test (Schoenfeld)", closedform.LogRankEvents(1.5, 0.8, 0.5, 0.05) / events, 0.01},
		// Four cells of a quarter each: 16 times the variance over the square of the effect.
		{Question{Outcomes: []string{"score"}, Subgroup: "half", Method: "interaction"}, half, "difference of two differences, normal", 16 * normals / 0.64, 0.02},
		// Half of the clients are asked about.
		{Question{Outcomes: []string{"score"}, Subgroup: "half"}, nil, "two means, noncentral t", 4 * closedform.TTestSize(0.8, 0.8, 0.05), 0.02},
	} {
		if !suite.IsLong() && (k == 2 || k == 5) {
			continue // as one above
		}
		a := asked(t, plain(t, append(c.edits, "clients = 40", "clients = 120")...), c.q).Answers[0]
		f := a.ByFormula
		if f.Formula != c.name || f.NoFormula != "" || !within(f.ClosedForm, c.want, float64(4*f.FormulaMCSE)+c.rough*c.want) || !(float64(f.FormulaMCSE) < 0.1*c.want) || f.Independent.Known() {
			t.Errorf("%v %s: got %+v, want %.1f clients", c.q.Outcomes, c.q.Method, f, c.want)
		}
		if a.Status != Found || float64(a.Exact.High) < 0.85*c.want || float64(a.Exact.Low) > 1.15*c.want {
			t.Errorf("%v %s: simulation finds %s, %+v, by hand %.1f", c.q.Outcomes, c.q.Method, a.Status, a.Exact, c.want)
		}
		// Clients are independent, and the variance is that of so many: near 1, but for
		// its error and that of the variance looked at.
		if d, mcse := f.DesignEffect, float64(f.DesignMCSE); strings.HasPrefix(c.name, "two means") && !within(d, 1, 4*mcse+4*math.Sqrt(2.0/(described*20))) {
			t.Errorf("%v: design effect %v (%v) without clusters", c.q.Outcomes, d, mcse)
		}
	}
}

// Case managers of 12 clients each in one arm, with an intraclass correlation of
// 0.1: the variance of that arm's mean is 1 + 11 x 0.1 = 2.1 times that of as many
// independent clients, of the variance 100/0.9; that of the other arm is 100.
func TestDesignEffectOfPartialNesting(t *testing.T) {
	m := plain(t, "clients = 40", "clients = 240", "staff = 2\ncaseload = 30", "staff = 10\nspread = 3.3333333333333335", "over_days = 390", "over_days = 30", "points = 8", "points = 4")
	q := Question{Solve: Power, Method: "student", Size: sized(m, func(s *scenarios.Size) { s.Precision, s.MaxReplicates = 0.01, 2000 })}
	f := asked(t, m, q).Answers[0].ByFormula
	want := (2.1*100/0.9 + 100) / (100/0.9 + 100)
	// The variance of the clients looked at has an error, too: of 24 x 10 managers.
	if !within(f.DesignEffect, want, 4*math.Hypot(float64(f.DesignMCSE), want*0.01)) {
		t.Errorf("design effect %+v, want %.3f", f.DesignEffect, want)
	}
	// The answer's "319 clients, design effect 1.435" invited a product that was not given.
	if !f.Ignored || !within(f.DesignClients, float64(f.Independent*f.DesignEffect), 1e-9) {
		t.Errorf("%+v: want the product of clients and design effect, which the method ignores", f)
	}
	if f.NoFormula != "the clients of one case manager of help are alike" || f.ClosedForm.Known() || f.FormulaPower.Known() || !(f.Independent > 0) {
		t.Errorf("got %+v", f)
	}
}

// Where there is no formula it says why.
func TestNoFormula(t *testing.T) {
	margin := []string{`method = "student"`, "method = \"student\"\ntest = \"non_inferiority\"\nmargin = 3\nsides = 1"}
	for _, c := range []struct {
		want  string
		q     Question
		edits []string
	}{
		{"several tests at once, which are correlated", Question{Outcomes: []string{"score", "linked"}, Require: All}, nil},
		{"none for a test against a margin", Question{}, margin},
		{"none here for rmst", Question{Outcomes: []string{"when"}, Method: "rmst"}, nil},
		{"the method allows for clusters, and takes some power for that", Question{Method: "cluster_robust"}, nil},
	} {
		q := c.q
		m := plain(t, c.edits...)
		q.Solve, q.Size = Power, sized(m, func(s *scenarios.Size) { s.MaxReplicates = 100 })
		if f := asked(t, m, q).Answers[0].ByFormula; f.NoFormula != c.want || f.ClosedForm.Known() {
			t.Errorf("got %+v, want %q", f, c.want)
		}
	}
}

// The power of a trial as written is that of the t test, and as precise as wanted.
func TestPowerOfATrial(t *testing.T) {
	a := asked(t, plain(t), Question{Solve: Power}).Answers[0]
	e := a.Evaluations[0]
	if want := closedform.TTestPower(0.8, 20, 20, 0.05); !within(a.Exact.Value, want, float64(4*e.MCSE)) || a.Exact.Value != e.Power {
		t.Errorf("power %+v, want %v", a.Exact, want)
	}
	if half := (a.Exact.High - a.Exact.Low) / 2; a.Status != Found || half > 0.05*a.Exact.Value || len(a.Evaluations) != 1 || len(a.Curve) != 0 {
		t.Errorf("%s, half width %v, %+v", a.Status, half, a.Evaluations)
	}
}

// The effect that a trial can detect is that of the t test, and what trials with
// it show is said.
func TestEffectThatATrialDetects(t *testing.T) {
	a := asked(t, plain(t), Question{Solve: Effect}).Answers[0]
	want := 0.0
	for k := 0.5; closedform.TTestPower(0.8*k, 20, 20, 0.05) < 0.8; k += 0.001 {
		want = k
	}
	if a.Status != Found || float64(a.Exact.Low) > want || want > float64(a.Exact.High) || a.Clients != 40 || a.Staffing != nil {
		t.Errorf("%s, %+v times, want %.3f", a.Status, a.Exact, want)
	}
	if x := a.Outcomes[0]; !within(x.Estimate.Value, 8*a.Design, 4*x.Estimate.MCSE) || x.Measure != "MD" {
		t.Errorf("trials with it show %+v, want %v", x, 8*a.Design)
	}
	if f := a.ByFormula; !within(f.FormulaPower, 0.8, 0.04) {
		t.Errorf("by formula %+v", f)
	}
}

// Analysis of covariance for the baseline goes by Borm's formula: a score with a correlation of
// 0.6 takes 1 - 0.36 of the clients that a t test takes, at one degree of freedom less. Other
// covariates have none.
func TestFormulaOfAncovaForTheBaseline(t *testing.T) {
	edits := []string{"follow_up_days = [30, 90]", "follow_up_days = [0, 30, 90]", "sd = 10", "sd = 10\ncorrelation = { value = 0.6, days_apart = 90 }",
		`method = "student"`, "method = [\"student\", \"ancova\"]\ncovariates = [\"baseline\"]", "points = 8", "points = 6"}
	m := plain(t, edits...)
	size := sized(m, func(s *scenarios.Size) { s.MaxReplicates = 2000; s.Precision = 0.05 })
	f := asked(t, m, Question{Solve: Clients, Method: "ancova", Size: size}).Answers[0]
	want := 2 * closedform.AncovaSize(0.6, 0.6, 0.8, 0.05)
	// The formula has errors of the effect in the trials looked at and of r, and the search one of its own.
	if !within(f.ByFormula.ClosedForm, want, 4*float64(f.ByFormula.FormulaMCSE)) || !within(f.Exact.Value, want, 2*float64(f.Exact.High-f.Exact.Low)) {
		t.Errorf("%+v, formula %+v, want %.1f", f.Exact, f.ByFormula, want)
	}
	if d := f.ByFormula.DesignEffect; !within(d, 1, 4*float64(f.ByFormula.DesignMCSE)+4*math.Sqrt(2.0/(described*20))) {
		t.Errorf("design effect %v (%v) without clusters", d, f.ByFormula.DesignMCSE)
	}
	m = plain(t, append(edits, `["baseline"]`, `["baseline", "half"]`)...)
	f = asked(t, m, Question{Solve: Power, Method: "ancova", Size: size}).Answers[0]
	if want := "none here for ancova, unless it adjusts a number for its baseline alone"; f.ByFormula.NoFormula != want {
		t.Errorf("got %q, want %q", f.ByFormula.NoFormula, want)
	}
}
