package meta

import (
	"math"
	"testing"

	"caseload/analysis/measure"
)

type series struct{ Yi, Vi []float64 }

func (c *reference) tables(t *testing.T) []TwoByTwo {
	t.Helper()
	x := [4][]float64{}
	for j, name := range c.Inputs.Columns {
		x[j] = c.column(t, name)
	}
	var out []TwoByTwo
	for i := range x[0] {
		out = append(out, TwoByTwo{x[0][i], x[1][i], x[2][i], x[3][i]})
	}
	return out
}

// effects are those of things with variances, one after the other.
func effects[T any](all []T, of func(T) (y, v float64)) (y, v []float64) {
	for _, x := range all {
		a, b := of(x)
		y, v = append(y, a), append(v, b)
	}
	return y, v
}

func (want *series) check(t *testing.T, what string, y, v []float64) {
	t.Helper()
	nearAll(t, what, y, want.Yi)
	nearAll(t, what+": variance", v, want.Vi)
}

// metafor::escalc of dat.collins1985b, which has trials with one empty cell and with
// two, and of dat.hine1989.
func TestEffectsOfCountsAgreeWithMetafor(t *testing.T) {
	references(t, "effects.json", "escalc_binary", func(t *testing.T, c *reference, want *struct{ RD, RR, OR series }) {
		tables := c.tables(t)
		for by, of := range map[TableMeasure]*series{OddsRatio: &want.OR, RiskRatio: &want.RR, RiskDifference: &want.RD} {
			y, v := effects(tables, func(t TwoByTwo) (float64, float64) { return t.Effect(by) })
			of.check(t, c.ID, y, v)
		}
	})
}

// metafor::escalc of dat.normand1999.
func TestEffectsOfMeansAgreeWithMetafor(t *testing.T) {
	type want struct {
		MD  series
		SMD series `json:"SMD_LS"`
	}
	references(t, "effects.json", "escalc_continuous", func(t *testing.T, c *reference, want *want) {
		x := [6][]float64{}
		for j, name := range []string{"m1", "sd1", "n1", "m0", "sd0", "n0"} {
			x[j] = c.column(t, name)
		}
		var all []Means
		for i := range x[0] {
			all = append(all, Means{x[0][i], x[1][i], x[2][i], x[3][i], x[4][i], x[5][i]})
		}
		y, v := effects(all, Means.Difference)
		want.MD.check(t, "MD", y, v)
		y, v = effects(all, Means.Standardized)
		want.SMD.check(t, "SMD", y, v)
	})
}

type mantelFit struct {
	Estimate, SE, Z, P float64
	CI95               limits
	QE, QEp            float64
	K                  int     `json:"k_yi"`
	CMH                float64 `json:"cmh_chisq"`
	CMHp               float64 `json:"cmh_p"`
	Tarone             float64 `json:"tarone_TA"`
	TaroneP            float64 `json:"tarone_p"`
}

type stratifiedCase struct {
	Strata    int
	Corrected struct{ ChiSq, P float64 } `json:"cmh_continuity"`
	Plain     struct{ ChiSq, P float64 } `json:"cmh"`
	OR        float64                    `json:"mh_or"`
	ORLimits  limits                     `json:"mh_or_ci95"`
	LogOR     mantelFit                  `json:"rma_mh_OR"`
	LogRR     mantelFit                  `json:"rma_mh_RR"`
	RD        mantelFit                  `json:"rma_mh_RD"`
	Peto      mantelFit
}

// metafor::rma.mh and rma.peto, and stats::mantelhaen.test.
func TestCountsPoolAsByMetafor(t *testing.T) {
	references(t, "meta.json", "stratified_two_by_two", func(t *testing.T, c *reference, want *stratifiedCase) {
		var w Work
		tables := c.tables(t)
		if len(tables) != want.Strata {
			t.Fatalf("%d tables, want %d", len(tables), want.Strata)
		}
		f := MantelHaenszel(tables, OddsRatio, Options{}, &w)
		want.LogOR.check(t, "MH OR", f)
		near(t, "OR", math.Exp(float64(f.Estimate)), want.OR)
		want.ORLimits.near(t, "OR", measure.Number(math.Exp(float64(f.Low))), measure.Number(math.Exp(float64(f.High))))
		want.LogRR.check(t, "MH RR", MantelHaenszel(tables, RiskRatio, Options{}, &w))
		want.RD.check(t, "MH RD", MantelHaenszel(tables, RiskDifference, Options{}, &w))
		want.Peto.check(t, "Peto", Peto(tables, Options{}, &w))
		x, p := CochranMantelHaenszel(tables, true)
		near(t, "CMH, corrected", x, want.Corrected.ChiSq)
		nearP(t, "CMH, corrected: p", p, want.Corrected.P)
		x, p = CochranMantelHaenszel(tables, false)
		near(t, "CMH", x, want.Plain.ChiSq)
		nearP(t, "CMH: p", p, want.Plain.P)
		near(t, "CMH of rma.mh", x, want.LogOR.CMH)
		nearP(t, "CMH of rma.mh: p", p, want.LogOR.CMHp)
		x, p = Tarone(tables)
		near(t, "Tarone", x, want.LogOR.Tarone)
		nearP(t, "Tarone: p", p, want.LogOR.TaroneP)
	})
}

func (want *mantelFit) check(t *testing.T, what string, f Fit) {
	t.Helper()
	near(t, what+": estimate", f.Estimate, want.Estimate)
	near(t, what+": se", f.SE, want.SE)
	if want.Z != 0 {
		near(t, what+": z", stat(&f.Coefficient), want.Z)
	}
	nearP(t, what+": p", f.P, want.P)
	if want.CI95 != (limits{}) {
		want.CI95.near(t, what, f.Low, f.High)
	}
	near(t, what+": Q", f.Q, want.QE)
	nearP(t, what+": Q's p", f.QP, want.QEp)
	if want.K > 0 && f.K != want.K {
		t.Errorf("%s: %d studies, want %d", what, f.K, want.K)
	}
}
