package estimate

import (
	"math"
	"strings"
	"testing"
)

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
