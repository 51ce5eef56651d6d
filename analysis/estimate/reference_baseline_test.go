package estimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

type byVisitCase struct {
	Subjects     int
	Visits       []float64
	Estimate, SE float64
	DF           float64 `json:"df_satterthwaite"`
	SEKR         float64 `json:"se_kr"`
	DFKR         float64 `json:"df_kr"`
	PBKRSE       float64 `json:"pbkrtest_se"`
	PBKRDF       float64 `json:"pbkrtest_df"`
}

// R: nlme::gls with the baseline by visit, and pbkrtest of the same model by lme4
// (testdata/make-repeated.R). The two agree with each other to some 2e-6 of a standard
// error, which is what their optimizers leave; the tolerance is five times that.
func TestRepeatedMeasuresWithBaselineByVisitAgainstR(t *testing.T) {
	for _, c := range casesOf[byVisitCase](t, "make-repeated.json", "by-visit") {
		t.Run(c.ID, func(t *testing.T) {
			want := &c.Expected
			d := c.complete(t, want.Visits)
			d.ByVisit = 1
			var w Work
			got, kr := mmrm{}.Fit(d, 0.05, &w), mmrm{kr: true}.Fit(d, 0.05, &w)
			if got.Status != OK || kr.Status != OK || got.N != want.Subjects {
				t.Fatalf("%v, %v, %d subjects, want %d", got.Status, kr.Status, got.N, want.Subjects)
			}
			near(t, "the effect", got.Value, want.Estimate, 1e-5)
			near(t, "its SE", got.SE, want.SE, 1e-5)
			near(t, "its df", got.DF, want.DF, 1e-5)
			near(t, "the effect again", kr.Value, want.Estimate, 1e-5)
			near(t, "Kenward and Roger's SE", kr.SE, want.SEKR, 1e-5)
			near(t, "and df", kr.DF, want.DFKR, 1e-5)
			near(t, "pbkrtest's SE", kr.SE, want.PBKRSE, 1e-5)
			near(t, "pbkrtest's df", kr.DF, want.PBKRDF, 1e-5)
			d.ByVisit = 0
			if one := (mmrm{}).Fit(d, 0.05, &w); one.SE == got.SE {
				t.Error("one coefficient of the baseline for all visits gives the same")
			}
		})
	}
}

// complete reads the visits of a case, a client a row, with the baseline as a covariate.
func (c *refCase[E]) complete(t *testing.T, visits []float64) *Data {
	t.Helper()
	terms := slices.Clone(c.Inputs.Terms)
	c.Inputs.Terms = []string{"trt", "base"}
	d, _ := c.wide(t, visits, nil)
	c.Inputs.Terms = terms
	return d
}

// With one visit that everyone has, or visits that all have with the same covariates at each, the
// effect at the last visit is that of analysis of covariance there, with either
// method, and so are standard error and degrees of freedom: a balanced multivariate
// regression is a regression at each visit (Anderson 2003, section 8.2).
func TestRepeatedMeasuresWithBaselineAreAnalysisOfCovarianceWhereBalanced(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	d := repeatedTrial(60, 3, 0.5, 0.5, rng)
	base := make([]float64, len(d.Y))
	for i := range base {
		base[i] = rng.NormFloat64()
		for _, x := range append(slices.Clone(d.Earlier), d.Y) {
			if math.IsNaN(x[i]) {
				x[i] = rng.NormFloat64()
			}
			x[i] += 0.6 * base[i]
		}
	}
	d.X, d.ByVisit = [][]float64{base}, 1
	var l linearWork
	columns, _ := l.withArm(d, nil)
	l.ols.fit(d.Y, columns)
	want := waldT(l.ols.coefficient(0), math.Sqrt(l.ols.classical()), l.ols.df(), 60, 0.05, new(Work))
	want.SMD = student{}.Fit(d, 0.05, new(Work)).SMD
	for _, kr := range []bool{false, true} {
		same(t, mmrm{kr: kr}.Fit(d, 0.05, new(Work)), want)
		alone := *d
		alone.Earlier = nil
		same(t, mmrm{kr: kr}.Fit(&alone, 0.05, new(Work)), want)
	}
}
