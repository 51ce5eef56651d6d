package estimate

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// expectedFit is an estimate by testdata/make-times.R.
type expectedFit struct{ Value, SE, Low, High, Level float64 }

type timeMethodsReference struct {
	Tau                float64
	Median             *expectedFit
	Median90           *expectedFit `json:"median_90"`
	RMST               *expectedFit
	SurvivalDifference *expectedFit `json:"survival_difference"`
	Incidence          *expectedFit `json:"cumulative_incidence"`
	Breslow            *expectedFit `json:"cox_breslow"`
	Stratified         *expectedFit `json:"stratified_cox"`
	Robust             *expectedFit `json:"cox_robust"`
	RobustAdjusted     *expectedFit `json:"cox_robust_adjusted"`
	RobustAlone        *expectedFit `json:"cox_robust_alone"`
	Interaction        *expectedFit `json:"cox_interaction"`
	FineGray           *expectedFit `json:"fine_gray"`
	FineGrayAdjusted   *expectedFit `json:"fine_gray_adjusted"`
}

// methodsData reads the columns that testdata/make-times.R lists: time, status,
// arm, and of the trial member, stratum, cluster and two covariates.
func methodsData(t *testing.T, c *refCase[timeMethodsReference]) *Data {
	d := &Data{}
	var x [2][]float64
	for _, row := range c.rows(t, c.Inputs.Columns...) {
		d.Y, d.Treated = append(d.Y, row[0]), append(d.Treated, row[2] == 1)
		d.Event, d.Competing = append(d.Event, row[1] == 1), append(d.Competing, row[1] == 2)
		if len(row) == 3 {
			continue
		}
		d.Member, d.Stratum = append(d.Member, row[3] == 1), append(d.Stratum, int32(row[4]))
		d.Cluster = append(d.Cluster, int32(row[5]))
		x[0], x[1] = append(x[0], row[6]), append(x[1], row[7])
	}
	if x[0] != nil {
		d.X = x[:]
	}
	return d
}

// R: survival::survfit with quantile, summary(rmean) and summary(times) for the
// curves, coxph for hazard ratios, cmprsk::cuminc and crr for competing risks;
// MOVER by hand.
func TestTimeMethodsAgainstR(t *testing.T) {
	for _, c := range casesOf[timeMethodsReference](t, "make-times.json", "time_methods") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := methodsData(t, &c), c.Expected
			plain := clone(d)
			plain.X = nil
			alone := clone(plain)
			for i := range alone.Cluster {
				alone.Cluster[i] = -1
			}
			for _, one := range []struct {
				e    Estimator
				d    *Data
				want *expectedFit
				tol  float64
			}{
				{medianDifference{}, d, want.Median, closedForm}, {medianDifference{}, d, want.Median90, closedForm},
				{restrictedMean{}, d, want.RMST, closedForm}, {survivalDifference{}, d, want.SurvivalDifference, closedForm},
				{cumulativeIncidence{}, d, want.Incidence, closedForm},
				{cox{breslow: true}, d, want.Breslow, iterative}, {cox{stratified: true}, d, want.Stratified, iterative},
				{cox{robust: true}, plain, want.Robust, iterative}, {cox{robust: true}, d, want.RobustAdjusted, iterative},
				{cox{robust: true}, alone, want.RobustAlone, iterative}, {cox{interaction: true}, d, want.Interaction, iterative},
				{fineGray{}, plain, want.FineGray, iterative}, {fineGray{}, d, want.FineGrayAdjusted, iterative},
			} {
				if one.want != nil {
					nearExpected(t, one.e, one.d, *one.want, one.tol)
				}
			}
		})
	}
}

func nearExpected(t *testing.T, e Estimator, d *Data, want expectedFit, tol float64) {
	t.Helper()
	name, alpha := e.Method().Name, 0.05
	if want.Level > 0 {
		alpha = 1 - want.Level
	}
	got := e.Fit(d, alpha, new(Work))
	near(t, name, got.Value, want.Value, tol)
	if want.Level > 0 {
		near(t, name+", low", got.Low, want.Low, tol)
		near(t, name+", high", got.High, want.High, tol)
		return
	}
	near(t, name+", SE", got.SE, want.SE, tol)
}

// times in order, all events unless censored from the given row on.
func arms(control, treated []float64, censoredFrom float64) *Data {
	d := &Data{}
	for k, ys := range [][]float64{control, treated} {
		for _, y := range ys {
			d.Y, d.Treated = append(d.Y, y), append(d.Treated, k == 1)
			d.Event = append(d.Event, y < censoredFrom)
		}
	}
	return d
}

// A curve that runs at one half has its median in the middle of that stretch,
// also where it ends in censoring; one that stays above has none.
func TestQuantileOnAFlatStretch(t *testing.T) {
	for _, c := range []struct {
		treated []float64
		want    float64
	}{
		{[]float64{1, 2, 4, 5}, 3}, {[]float64{1, 2, 3}, 2}, {[]float64{1, 2, 20, 30}, 16}, {[]float64{1, 20, 30}, math.NaN()},
	} {
		cs, _ := survivalCurves(arms([]float64{1}, c.treated, 10), false, new(Work))
		cs.kaplanMeier()
		if got := cs[1].quantile(0.5, nil, 0); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%v: median %v, want %v", c.treated, got, c.want)
		}
	}
}

// The curves are known until the first arm's last censoring, and for ever once
// they are zero.
func TestHorizon(t *testing.T) {
	for _, c := range []struct {
		control, treated []float64
		want             float64
	}{
		{[]float64{1, 12}, []float64{1, 15}, 12}, {[]float64{1, 2}, []float64{1, 15}, 15},
		{[]float64{1, 2}, []float64{1, 3}, 3}, {[]float64{1, 12}, []float64{1, 3}, 12}, {[]float64{5, 12}, []float64{9}, 12},
	} {
		cs, _ := survivalCurves(arms(c.control, c.treated, 10), false, new(Work))
		cs.kaplanMeier()
		if got := cs.horizon(); got != c.want {
			t.Errorf("%v and %v: %v, want %v", c.control, c.treated, got, c.want)
		}
	}
}

func TestStatusesOfTimeMethods(t *testing.T) {
	late := arms([]float64{1, 20, 21, 22}, []float64{2, 3, 23, 24, 25}, 10)
	if got := fit(medianDifference{}, late); got.Status != NotReached {
		t.Errorf("median beyond the data: %v", got.Status)
	}
	gone := arms([]float64{1, 2}, []float64{3, 4}, 10)
	if got := fit(survivalDifference{}, gone); got.Status != ZeroVariance {
		t.Errorf("nobody left: %v", got.Status)
	}
	tied := arms([]float64{3}, []float64{3}, 10)
	tied.Competing, tied.Cluster = make([]bool, 2), []int32{-1, -1}
	for _, e := range []Estimator{fineGray{}, cox{breslow: true, robust: true}} {
		if got := fit(e, tied); got.Status != ZeroVariance {
			t.Errorf("%+v, scores of zero: %+v", e, got)
		}
	}
	late.Cluster = make([]int32, len(late.Y))
	if got := fit(cox{robust: true}, late); got.Status != TooFewClusters {
		t.Errorf("one cluster: %v", got.Status)
	}
	late.Member = late.Treated
	if got := fit(cox{interaction: true}, late); got.Status != ZeroVariance {
		t.Errorf("members are the treated: %v", got.Status)
	}
	late.Stratum = make([]int32, len(late.Y))
	for i, treated := range late.Treated {
		late.Stratum[i] = int32(3 * bit(treated))
	}
	for _, e := range []Estimator{stratifiedLogRank{}, cox{stratified: true}} {
		if got := fit(e, late); got.Status != ZeroVariance {
			t.Errorf("%s, an arm a stratum: %v", e.Method().Name, got.Status)
		}
	}
}

// Without competing events the Aalen-Johansen estimate is that of Kaplan and
// Meier, and the subdistribution hazard is the hazard.
func TestNoCompetingEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survivalData(t)
		d.Competing = make([]bool, len(d.Y))
		cif, km := fit(cumulativeIncidence{}, d), fit(survivalDifference{}, d)
		if cif.Status == OK && km.Status == OK && !(math.Abs(cif.Value-km.Value) < 1e-12) {
			t.Fatalf("%v and %v", cif.Value, km.Value)
		}
		// The coefficients: the variance of Fine and Gray is a robust one, which
		// can be zero where Cox's is not, as with one time of events.
		shr, _, got := fineGray{}.Coefficients(d, new(Work))
		hr, _, want := cox{breslow: true}.Coefficients(d, new(Work))
		if got != want || want == OK && !(math.Abs(shr[0]-hr[0]) < 1e-7) {
			t.Fatalf("%v (%v) and %v (%v)", shr, got, hr, want)
		}
	})
}

// Strata of one are no strata, and a row that is a cluster of its own is one
// whatever it is numbered.
func TestOneStratumAndClustersOfOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survivalData(t)
		d.Stratum, d.Cluster = make([]int32, len(d.Y)), make([]int32, len(d.Y))
		for i := range d.Y {
			d.Stratum[i], d.Cluster[i] = 2, int32(7*i)
		}
		alone := clone(d)
		for i := range alone.Cluster {
			alone.Cluster[i] = -1
		}
		for _, c := range []struct{ got, want Estimate }{
			{fit(stratifiedLogRank{}, d), fit(logRank{}, d)}, {fit(cox{stratified: true}, d), fit(cox{}, d)},
			{fit(cox{robust: true}, d), fit(cox{robust: true}, alone)},
		} {
			if c.got.Status != c.want.Status || c.want.Status == OK && !(math.Abs(c.got.Stat-c.want.Stat) < 1e-7) {
				t.Fatalf("%+v, want %+v", c.got, c.want)
			}
		}
	})
}
