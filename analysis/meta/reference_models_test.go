package meta

import (
	"math"
	"testing"
)

type regressionFit struct {
	Coef, SE, Stat, P map[string]float64
	Lower             map[string]float64 `json:"ci_lower"`
	Upper             map[string]float64 `json:"ci_upper"`
	QM                float64
	QMDF1             float64  `json:"QM_df1"`
	QMDF2             *float64 `json:"QM_df2"`
	QMP               float64  `json:"QM_p"`
	QE                float64
	QEP               float64 `json:"QE_p"`
	Tau2              *float64
	SETau2            float64 `json:"se_tau2"`
	I2, H2            float64
	R2                float64 `json:"R2_percent"`
}

type regressionCase struct {
	K                int
	EE, DL, REML, PM regressionFit
	DLKH             regressionFit `json:"DL_knha"`
	REMLKH           regressionFit `json:"REML_knha"`
	PMKH             regressionFit `json:"PM_knha"`
}

// metafor::rma(mods =).
func TestRegressionAgreesWithMetafor(t *testing.T) {
	references(t, "meta.json", "meta_regression", func(t *testing.T, c *reference, want *regressionCase) {
		y, v := c.column(t, c.Inputs.Yi), c.column(t, c.Inputs.Vi)
		var x [][]float64
		for _, name := range c.Inputs.Mods {
			x = append(x, c.column(t, name))
		}
		names := append([]string{"intercept"}, c.Inputs.Mods...)
		var w Work
		var r Regression
		for _, fit := range []struct {
			o    Options
			want *regressionFit
		}{{Options{}, &want.EE}, {Options{Method: DL}, &want.DL}, {Options{Method: REML}, &want.REML}, {Options{Method: PM}, &want.PM},
			{Options{Method: DL, KnappHartung: true}, &want.DLKH}, {Options{Method: REML, KnappHartung: true}, &want.REMLKH}, {Options{Method: PM, KnappHartung: true}, &want.PMKH}} {
			Regress(y, v, x, fit.o, &w, &r)
			if r.Status != OK || r.K != want.K {
				t.Fatalf("%v, %d studies", r.Status, r.K)
			}
			fit.want.check(t, fit.o, &r, names)
		}
	})
}

func (want *regressionFit) check(t *testing.T, o Options, r *Regression, names []string) {
	t.Helper()
	for j, name := range names {
		c, at := r.Coefficients[j], o.Method.String()+" "+name
		near(t, at+": coefficient", c.Estimate, want.Coef[name])
		near(t, at+": se", c.SE, want.SE[name])
		near(t, at+": statistic", stat(&c), want.Stat[name])
		nearP(t, at+": p", c.P, want.P[name])
		near(t, at+": lower", c.Low, want.Lower[name])
		near(t, at+": upper", c.High, want.Upper[name])
	}
	near(t, "QM", r.QM, want.QM)
	near(t, "QM df1", r.QMDF1, want.QMDF1)
	if want.QMDF2 != nil {
		near(t, "QM df2", r.QMDF2, *want.QMDF2)
	} else {
		near(t, "QM df2", r.QMDF2, math.NaN())
	}
	nearP(t, "QM p", r.QMP, want.QMP)
	near(t, "QE", r.Q, want.QE)
	nearP(t, "QE p", r.QP, want.QEP)
	if o.Method == FE {
		return
	}
	near(t, "tau2", r.Tau2, *want.Tau2)
	near(t, "se of tau2", r.Tau2SE, want.SETau2)
	near(t, "I2", r.I2, want.I2)
	near(t, "H2", r.H2, want.H2)
	near(t, "R2", r.R2, want.R2)
}

type groupFit struct {
	rma
	K           int
	Tau2, Q, I2 float64
	QP          float64 `json:"Q_p"`
}

type groupsFit struct {
	Group0   *groupFit                             `json:"group_0"`
	Group1   *groupFit                             `json:"group_1"`
	Group2   *groupFit                             `json:"group_2"`
	Group3   *groupFit                             `json:"group_3"`
	Separate struct{ Q, DF, P float64 }            `json:"between_separate_tau2"`
	Common   struct{ QM, DF, P, Tau2, QE float64 } `json:"between_common_tau2"`
}

// metafor::rma of each group, and rma(mods = ~ factor).
func TestSubgroupsAgreeWithMetafor(t *testing.T) {
	references(t, "meta.json", "meta_subgroup", func(t *testing.T, c *reference, want *struct{ EE, DL, REML groupsFit }) {
		y, v := c.column(t, c.Inputs.Yi), c.column(t, c.Inputs.Vi)
		group, values := groups(c.column(t, c.Inputs.By))
		var w Work
		for method, of := range map[Method]*groupsFit{FE: &want.EE, DL: &want.DL, REML: &want.REML} {
			o := Options{Method: method}
			out := make([]Fit, len(values))
			b := Subgroups(y, v, group, o, &w, out)
			for g, value := range values {
				in := []*groupFit{of.Group0, of.Group1, of.Group2, of.Group3}[int(value)]
				if in == nil || in.K != out[g].K {
					t.Fatalf("group %g has %d studies", value, out[g].K)
				}
				in.near(t, &out[g])
				near(t, "tau2", out[g].Tau2, in.Tau2)
				near(t, "Q", out[g].Q, in.Q)
				nearP(t, "Q's p", out[g].QP, in.QP)
				near(t, "I2", out[g].I2, in.I2)
			}
			near(t, "Q between", b.Q, of.Separate.Q)
			near(t, "df between", b.DF, of.Separate.DF)
			nearP(t, "p between", b.P, of.Separate.P)
			b = BetweenCommon(y, v, group, len(values), o, &w)
			near(t, "common: QM", b.Q, of.Common.QM)
			near(t, "common: df", b.DF, of.Common.DF)
			nearP(t, "common: p", b.P, of.Common.P)
			near(t, "common: tau2", b.Tau2, of.Common.Tau2)
			near(t, "common: QE", w.part.Q, of.Common.QE)
		}
	})
}

type filled struct {
	K0           int
	Side         string
	Estimate, SE float64
	Tau2         *float64
}

type biasCase struct {
	Egger struct {
		T, DF, P float64
		Limit    float64 `json:"limit_estimate"`
		Slope    float64 `json:"slope_on_se"`
		SE       float64 `json:"slope_se"`
	} `json:"egger_lm"`
	Mixed struct {
		Z, P  float64
		Limit float64 `json:"limit_estimate"`
		Slope float64 `json:"slope_on_se"`
		SE    float64 `json:"slope_se"`
	} `json:"regtest_rma_REML"`
	Rank struct {
		Tau float64 `json:"kendall_tau"`
		P   float64
	} `json:"rank_test"`
	FEL0     filled  `json:"trimfill_EE_L0"`
	DLL0     filled  `json:"trimfill_DL_L0"`
	FER0     filled  `json:"trimfill_EE_R0"`
	DLR0     filled  `json:"trimfill_DL_R0"`
	FailSafe float64 `json:"fail_safe_rosenthal"`
}

// metafor::regtest, ranktest, trimfill and fsn.
func TestSmallStudyEffectsAgreeWithMetafor(t *testing.T) {
	references(t, "meta.json", "meta_bias", func(t *testing.T, c *reference, want *biasCase) {
		y, v := c.column(t, c.Inputs.Yi), c.column(t, c.Inputs.Vi)
		var w Work
		e := Egger(y, v, 0.05, &w)
		near(t, "Egger: t", stat(&e.Slope), want.Egger.T)
		near(t, "Egger: df", e.Slope.DF, want.Egger.DF)
		nearP(t, "Egger: p", e.Slope.P, want.Egger.P)
		near(t, "Egger: limit", e.Limit.Estimate, want.Egger.Limit)
		near(t, "Egger: slope", e.Slope.Estimate, want.Egger.Slope)
		near(t, "Egger: se", e.Slope.SE, want.Egger.SE)
		e = EggerMixed(y, v, Options{Method: REML}, &w)
		near(t, "mixed: z", stat(&e.Slope), want.Mixed.Z)
		nearP(t, "mixed: p", e.Slope.P, want.Mixed.P)
		near(t, "mixed: limit", e.Limit.Estimate, want.Mixed.Limit)
		near(t, "mixed: slope", e.Slope.Estimate, want.Mixed.Slope)
		near(t, "mixed: se", e.Slope.SE, want.Mixed.SE)
		tau, p := RankTest(y, v, &w)
		near(t, "Kendall's tau", tau, want.Rank.Tau)
		nearP(t, "rank test: p", p, want.Rank.P)
		near(t, "fail-safe N", FailSafe(y, v, 0.05), want.FailSafe)
		want.FEL0.check(t, TrimAndFill(y, v, false, Options{}, &w))
		want.DLL0.check(t, TrimAndFill(y, v, false, Options{Method: DL}, &w))
		want.FER0.check(t, TrimAndFill(y, v, true, Options{}, &w))
		want.DLR0.check(t, TrimAndFill(y, v, true, Options{Method: DL}, &w))
	})
}

func (want *filled) check(t *testing.T, got TrimFill) {
	t.Helper()
	if got.Missing != want.K0 || got.Right != (want.Side == "right") || len(got.FilledY) != want.K0 || got.Status != OK {
		t.Errorf("%d missing, right %v, %d filled (%v), want %d %s", got.Missing, got.Right, len(got.FilledY), got.Status, want.K0, want.Side)
	}
	near(t, "trim and fill: estimate", got.Fit.Estimate, want.Estimate)
	near(t, "trim and fill: se", got.Fit.SE, want.SE)
	if want.Tau2 != nil {
		near(t, "trim and fill: tau2", got.Fit.Tau2, *want.Tau2)
	}
}

type threeLevelCase struct {
	K, Clusters  int
	Estimate, SE float64
	Outer        float64 `json:"sigma2_outer"`
	Inner        float64 `json:"sigma2_inner"`
	LogLik       float64 `json:"reml_loglik_metafor"`
	QE           float64
	QEP          float64                     `json:"QE_p"`
	CR1          struct{ SE, DF, P float64 } `json:"robust_CR1"`
	CR2          struct{ SE, DF, P float64 } `json:"robust_CR2"`
}

// metafor::rma.mv and clubSandwich. The variance CR1 is made of the same residuals
// and scores, so that it is compared here though no command shows it.
func TestClustersAgreeWithMetaforAndClubSandwich(t *testing.T) {
	references(t, "meta.json", "meta_three_level", func(t *testing.T, c *reference, want *threeLevelCase) {
		y, v := c.column(t, c.Inputs.Yi), c.column(t, c.Inputs.Vi)
		cluster, _ := groups(c.column(t, c.Inputs.Outer))
		var w Work
		var r Clustered
		RegressClustered(y, v, cluster, nil, Options{Method: REML}, &w, &r)
		if r.Status != OK || r.K != want.K || r.Clusters != want.Clusters {
			t.Fatalf("%v, %d effects in %d clusters", r.Status, r.K, r.Clusters)
		}
		near(t, "estimate", r.Coefficients[0].Estimate, want.Estimate)
		near(t, "model: estimate", r.Model[0].Estimate, want.Estimate)
		near(t, "model: se", r.Model[0].SE, want.SE)
		near(t, "between", r.Between, want.Outer)
		near(t, "within", r.Within, want.Inner)
		near(t, "log likelihood", r.LogLik, want.LogLik)
		near(t, "Q", r.Q, want.QE)
		nearP(t, "Q's p", r.QP, want.QEP)
		near(t, "CR2: se", r.Coefficients[0].SE, want.CR2.SE)
		near(t, "CR2: df", r.Coefficients[0].DF, want.CR2.DF)
		nearP(t, "CR2: p", r.Coefficients[0].P, want.CR2.P)
		sum := 0.0
		for _, members := range w.nested.members[:r.Clusters] {
			score := 0.0
			for _, i := range members {
				score += w.nested.wx[i] * w.nested.e[i]
			}
			sum += score * score
		}
		g := float64(r.Clusters)
		cr1 := math.Sqrt(sum*g/(g-1)) * w.nested.inverse[0]
		near(t, "CR1: se", cr1, want.CR1.SE)
		near(t, "CR1: df", g-1, want.CR1.DF)
		nearP(t, "CR1: p", twoSided(want.Estimate/cr1, g-1), want.CR1.P)
	})
}
