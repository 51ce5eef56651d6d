package estimate

import (
	"encoding/json"
	"math"
	"strings"
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
			mean1, var1 := arms[1].restrictedMean(want.RMST.Tau)
			mean0, var0 := arms[0].restrictedMean(want.RMST.Tau)
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

// R: survival::coxph(ties = "efron", "breslow"), with strata too.
func TestTwoArmCoxAgainstR(t *testing.T) {
	for _, c := range casesOf[twoArmReference](t, "times.json", "survival_two_arm") {
		t.Run(c.ID, func(t *testing.T) {
			d, want, arm := timesOf(t, &c), c.Expected, c.Inputs.Group
			nearCox(t, cox{}, d, arm, want.Efron)
			nearCox(t, cox{breslow: true}, d, arm, want.Breslow)
			if want.StratifiedEfron != nil {
				nearCox(t, cox{stratified: true}, d, arm, *want.StratifiedEfron)
				nearCox(t, cox{stratified: true, breslow: true}, d, arm, *want.StratifiedBreslow)
			}
		})
	}
}

// nearCox checks the fit of the arm, and the test of its coefficient by the
// score at 0.
func nearCox(t *testing.T, e cox, d *Data, arm string, want coxReference) {
	t.Helper()
	var w Work
	got := e.Fit(d, 0.05, &w)
	near(t, "log HR", got.Value, want.Coef[arm], iterative)
	near(t, "SE", got.SE, want.SE[arm], iterative)
	near(t, "Wald chi-square", got.Stat*got.Stat, want.WaldChiSq, iterative)
	nearP(t, "p", got.P, want.WaldP, iterative)
	near(t, "rows", float64(got.N), want.N, 0)
	var score, information [1]float64
	e.Score(d, make([]float64, 1), score[:], information[:], &w)
	near(t, "score chi-square", score[0]*score[0]/information[0], want.ScoreChiSq, closedForm)
	near(t, "log likelihood at 0", w.cox.evaluate([]float64{0}), want.LoglikNull, closedForm)
	near(t, "log likelihood", w.cox.evaluate([]float64{got.Value}), want.Loglik, closedForm)
}

// R: survival::coxph with covariates, strata(), interactions and cluster(). Its
// counting-process form is not for trials whose clients are followed from the
// start.
func TestCoxVariantsAgainstR(t *testing.T) {
	type ties struct{ Efron, Breslow coxReference }
	var w Work
	for _, c := range casesOf[ties](t, "times.json", "cox_model") {
		t.Run(c.ID, func(t *testing.T) {
			d, x := modelOf(t, &c)
			for _, breslow := range []bool{false, true} {
				want := c.Expected.Efron
				if breslow {
					want = c.Expected.Breslow
				}
				nearModel(t, d, x, c.Inputs.Terms, coxOptions{breslow: breslow, strata: d.Stratum}, want, &w)
				e := cox{breslow: breslow, stratified: d.Stratum != nil, robust: d.Cluster != nil}
				d.X = x[1:]
				if e.interaction = strings.HasSuffix(c.ID, "-interaction"); e.interaction {
					d.X = nil
				}
				if c.ID == "kidney-cluster" {
					continue // its first term is not 0 or 1
				}
				term, se := c.Inputs.Terms[e.effect()], want.SE
				if e.robust {
					se = want.RobustSE
				}
				got := e.Fit(d, 0.05, &w)
				near(t, "log HR", got.Value, want.Coef[term], iterative)
				near(t, "SE", got.SE, se[term], iterative)
			}
		})
	}
}

// nearModel checks all coefficients, and the score test of them all.
func nearModel(t *testing.T, d *Data, x [][]float64, terms []string, o coxOptions, want coxReference, w *Work) {
	t.Helper()
	if len(d.Y) != int(want.N) {
		t.Fatalf("%d rows, want %v", len(d.Y), want.N)
	}
	for _, se := range []map[string]float64{want.SE, want.RobustSE} {
		if se == nil {
			continue
		}
		beta, cov, status := fitCox(d.Y, d.Event, x, o, w)
		if status != OK {
			t.Fatal(status)
		}
		for j, name := range terms {
			near(t, name, beta[j], want.Coef[name], iterative)
			near(t, "SE of "+name, math.Sqrt(cov[j][j]), se[name], iterative)
		}
		o.clusters = d.Cluster
	}
	near(t, "log likelihood", w.cox.evaluate(w.cox.beta), want.Loglik, closedForm)
	near(t, "log likelihood at 0", w.cox.evaluate(make([]float64, len(x))), want.LoglikNull, closedForm)
	if !w.cox.info.Factor() {
		t.Fatal("information at 0")
	}
	near(t, "score chi-square", w.cox.info.Forward(w.cox.score), want.ScoreChiSq, iterative)
}

// modelOf reads the outcome and the terms of a model; the first is the arm, the
// second the subgroup of an interaction.
func modelOf[E any](t *testing.T, c *refCase[E]) (d *Data, x [][]float64) {
	columns := []string{c.Inputs.Time, c.Inputs.Status}
	for _, term := range c.Inputs.Terms {
		a, b, product := strings.Cut(term, ":")
		if !product {
			b = a
		}
		columns = append(columns, a, b)
	}
	for _, more := range []string{c.Inputs.Strata, c.Inputs.Cluster} {
		if more != "" {
			columns = append(columns, more)
		}
	}
	d, x = &Data{}, make([][]float64, len(c.Inputs.Terms))
	for _, row := range c.rows(t, columns...) {
		d.Y = append(d.Y, row[0])
		d.Event = append(d.Event, row[1] == 1)
		for j, term := range c.Inputs.Terms {
			value := row[2+2*j]
			if strings.Contains(term, ":") {
				value *= row[3+2*j]
			}
			x[j] = append(x[j], value)
		}
		d.Treated, d.Member = append(d.Treated, row[2] == 1), append(d.Member, row[4] == 1)
		last := int32(row[len(row)-1])
		switch {
		case c.Inputs.Strata != "":
			d.Stratum = append(d.Stratum, last)
		case c.Inputs.Cluster != "":
			d.Cluster = append(d.Cluster, last)
		}
	}
	return d, x
}

// R: cmprsk::cuminc and timepoints, for each cause as the event.
func TestCumulativeIncidenceAgainstR(t *testing.T) {
	type incidences struct{ CIF, Variance []float64 }
	for _, c := range casesOf[map[string]json.RawMessage](t, "times.json", "competing_risks") {
		t.Run(c.ID, func(t *testing.T) {
			d := timesOf(t, &c)
			for _, cause := range []string{"cause1", "cause2"} {
				arms, status := survivalCurves(d, true, new(Work))
				if status != OK {
					t.Fatal(status)
				}
				for k, arm := range []string{"arm0_", "arm1_"} {
					var want incidences
					decode(t, c.Expected[arm+cause], &want)
					arms[k].aalenJohansen()
					for i, at := range c.Inputs.Times[:len(want.CIF)] {
						cif, variance := arms[k].incidence(at)
						near(t, "incidence", cif, want.CIF[i], closedForm)
						near(t, "variance", variance, want.Variance[i], closedForm)
					}
				}
				d.Event, d.Competing = d.Competing, d.Event
			}
		})
	}
}

// R: cmprsk::crr, for each cause as the event.
func TestFineGrayAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[map[string]json.RawMessage](t, "times.json", "competing_risks") {
		t.Run(c.ID, func(t *testing.T) {
			d := timesOf(t, &c)
			for _, cause := range []string{"cause1", "cause2"} {
				var want struct{ Coef, SE, Loglik float64 }
				decode(t, c.Expected["fine_gray_"+cause], &want)
				got := fineGray{}.Fit(d, 0.05, &w)
				near(t, "log SHR", got.Value, want.Coef, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				near(t, "log likelihood", w.subhazard.evaluate([]float64{got.Value}), want.Loglik, iterative)
				d.Event, d.Competing = d.Competing, d.Event
			}
		})
	}
}
