package estimate

import (
	"math"
	"testing"
)

// armCurve is what survival::survfit, summary and quantile say of an arm.
type armCurve struct {
	Events             float64
	Times, Surv        []float64
	SE                 []float64 `json:"greenwood_se"`
	LogLow             []float64 `json:"ci_log_lower"`
	LogHigh            []float64 `json:"ci_log_upper"`
	LogLogLow          []float64 `json:"ci_loglog_lower"`
	LogLogHigh         []float64 `json:"ci_loglog_upper"`
	PlainLow           []float64 `json:"ci_plain_lower"`
	PlainHigh          []float64 `json:"ci_plain_upper"`
	Probs              []float64 `json:"quantile_probs"`
	Quantile           []*float64
	QuantileLogLow     []*float64 `json:"quantile_ci_log_lower"`
	QuantileLogHigh    []*float64 `json:"quantile_ci_log_upper"`
	QuantileLogLogLow  []*float64 `json:"quantile_ci_loglog_lower"`
	QuantileLogLogHigh []*float64 `json:"quantile_ci_loglog_upper"`
}

// logRankTest is what survival::survdiff says.
type logRankTest struct{ Observed1, Expected1, Variance, ChiSq, P float64 }

// coxReference is what survival::coxph says.
type coxReference struct {
	N, Events  float64
	Coef, SE   map[string]float64
	RobustSE   map[string]float64 `json:"robust_se"`
	LoglikNull float64            `json:"loglik_null"`
	Loglik     float64
	ScoreChiSq float64 `json:"score_chisq"`
	WaldChiSq  float64 `json:"wald_chisq"`
	WaldP      float64 `json:"wald_p"`
}

type twoArmReference struct {
	Arm1, Arm0 armCurve
	Difference struct{ Times, Estimate, SE []float64 } `json:"survival_difference"`
	LogRank    logRankTest
	Stratified *logRankTest `json:"stratified_logrank"`
	Efron      coxReference `json:"cox_efron"`
	Breslow    coxReference `json:"cox_breslow"`
	// With strata:
	StratifiedEfron   *coxReference `json:"cox_stratified_efron"`
	StratifiedBreslow *coxReference `json:"cox_stratified_breslow"`
	RMST              struct {
		Tau        float64
		Arm1, Arm0 struct{ RMST, SE float64 }
		Difference float64
		SE         float64 `json:"difference_se"`
		Z, P       float64
		CI95       limits
	}
}

// timesOf reads times, events, the arm, and strata if there are.
func timesOf[E any](t *testing.T, c *refCase[E]) *Data {
	columns := []string{c.Inputs.Time, c.Inputs.Status, c.Inputs.Group}
	if c.Inputs.Strata != "" {
		columns = append(columns, c.Inputs.Strata)
	}
	d := &Data{}
	for _, row := range c.rows(t, columns...) {
		d.Y = append(d.Y, row[0])
		d.Event = append(d.Event, row[1] == 1)
		d.Competing = append(d.Competing, row[1] == 2)
		d.Treated = append(d.Treated, row[2] == 1)
		if len(row) > 3 {
			d.Stratum = append(d.Stratum, int32(row[3]))
		}
	}
	return d
}

// R: survival::survfit(conf.type = "log", "log-log", "plain"), summary(times),
// quantile; and the mean restricted to tau as by print(rmean = tau).
func TestKaplanMeierAgainstR(t *testing.T) {
	for _, c := range casesOf[twoArmReference](t, "times.json", "survival_two_arm") {
		t.Run(c.ID, func(t *testing.T) {
			d, want, w := timesOf(t, &c), c.Expected, new(Work)
			arms, status := survivalCurves(d, false, w)
			if status != OK {
				t.Fatal(status)
			}
			arms.kaplanMeier()
			z := w.critical.Normal(0.05)
			nearCurve(t, &arms[1], want.Arm1, z)
			nearCurve(t, &arms[0], want.Arm0, z)
			for i, at := range want.Difference.Times {
				s1, s0 := arms[1].at(at), arms[0].at(at)
				near(t, "difference", s1.survival-s0.survival, want.Difference.Estimate[i], closedForm)
				near(t, "its SE", math.Sqrt(s1.variance()+s0.variance()), want.Difference.SE[i], closedForm)
			}
			mean1, var1, _ := arms[1].restrictedMean(want.RMST.Tau)
			mean0, var0, _ := arms[0].restrictedMean(want.RMST.Tau)
			near(t, "RMST 1", mean1, want.RMST.Arm1.RMST, closedForm)
			near(t, "its SE", math.Sqrt(var1), want.RMST.Arm1.SE, closedForm)
			near(t, "RMST 0", mean0, want.RMST.Arm0.RMST, closedForm)
			near(t, "its SE", math.Sqrt(var0), want.RMST.Arm0.SE, closedForm)
			e := waldOf(mean1-mean0, var1+var0, len(d.Y), 0.05, w)
			near(t, "RMSTD", e.Value, want.RMST.Difference, closedForm)
			near(t, "its SE", e.SE, want.RMST.SE, closedForm)
			near(t, "z", e.Stat, want.RMST.Z, closedForm)
			nearP(t, "p", e.P, want.RMST.P, closedForm)
			near(t, "low", e.Low, want.RMST.CI95.Lower, closedForm)
			near(t, "high", e.High, want.RMST.CI95.Upper, closedForm)
		})
	}
}

func nearCurve(t *testing.T, c *survivalCurve, want armCurve, z float64) {
	t.Helper()
	events := 0.0
	for _, s := range c.steps {
		events += s.events
	}
	near(t, "events", events, want.Events, 0)
	for i, at := range want.Times {
		s := c.at(at)
		near(t, "S", s.survival, want.Surv[i], closedForm)
		near(t, "SE", math.Sqrt(s.variance()), want.SE[i], closedForm)
		near(t, "low, log", logBound(s, -z), want.LogLow[i], closedForm)
		near(t, "high, log", logBound(s, z), want.LogHigh[i], closedForm)
		near(t, "low, log-log", logLogBound(s, -z), want.LogLogLow[i], closedForm)
		near(t, "high, log-log", logLogBound(s, z), want.LogLogHigh[i], closedForm)
		near(t, "low, plain", plainBound(s, -z), want.PlainLow[i], closedForm)
		near(t, "high, plain", plainBound(s, z), want.PlainHigh[i], closedForm)
	}
	for i, p := range want.Probs {
		reached(t, "quantile", c.quantile(p, nil, 0), want.Quantile[i])
		reached(t, "low of quantile, log", c.quantile(p, logBound, -z), want.QuantileLogLow[i])
		reached(t, "high of quantile, log", c.quantile(p, logBound, z), want.QuantileLogHigh[i])
		reached(t, "low of quantile, log-log", c.quantile(p, logLogBound, -z), want.QuantileLogLogLow[i])
		reached(t, "high of quantile, log-log", c.quantile(p, logLogBound, z), want.QuantileLogLogHigh[i])
	}
}

// reached compares a quantile that may not be reached.
func reached(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	if want == nil {
		if !math.IsNaN(got) {
			t.Errorf("%s: got %v, want none", what, got)
		}
		return
	}
	near(t, what, got, *want, closedForm)
}

// R: survival::survdiff(rho = 0), with strata too.
func TestStratifiedLogRankAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[twoArmReference](t, "times.json", "survival_two_arm") {
		t.Run(c.ID, func(t *testing.T) {
			d := timesOf(t, &c)
			nearLogRank(t, logRank{}.Fit(d, 0.05, &w), c.Expected.LogRank)
			if want := c.Expected.Stratified; want != nil {
				nearLogRank(t, stratifiedLogRank{}.Fit(d, 0.05, &w), *want)
			}
		})
	}
}

func nearLogRank(t *testing.T, got Estimate, want logRankTest) {
	t.Helper()
	near(t, "O - E", got.Value/(got.SE*got.SE), want.Observed1-want.Expected1, closedForm)
	near(t, "V", 1/(got.SE*got.SE), want.Variance, closedForm)
	near(t, "chi-square", got.Stat*got.Stat, want.ChiSq, closedForm)
	nearP(t, "p", got.P, want.P, closedForm)
}
