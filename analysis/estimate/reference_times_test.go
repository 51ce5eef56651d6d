package estimate

import (
	"math"
	"strings"
	"testing"
)

// survival reads times, events, the arm, and rows complete in the stratum too.
func (c *reference) survival(t *testing.T) *Data {
	columns := []string{c.Inputs.Time, c.Inputs.Status, c.Inputs.Group}
	if c.Inputs.Strata != "" {
		columns = append(columns, c.Inputs.Strata)
	}
	d := &Data{}
	for _, row := range c.rows(t, columns...) {
		d.Y = append(d.Y, row[0])
		d.Event = append(d.Event, row[1] == 1)
		d.Treated = append(d.Treated, row[2] == 1)
	}
	return d
}

// R: survival::survdiff(rho = 0), survival::coxph(ties = "efron").
func TestTwoArmTimesAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "survival_two_arm") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := c.survival(t), c.Expected.LogRank
			lr := logRank{}.Fit(d, 0.05, &w)
			excess := want.Observed1 - want.Expected1
			near(t, "O - E", lr.Value/(lr.SE*lr.SE), excess, closedForm)
			near(t, "V", 1/(lr.SE*lr.SE), want.Variance, closedForm)
			near(t, "chi-square", lr.Stat*lr.Stat, want.ChiSq, closedForm)
			nearP(t, "p", lr.P, want.P, closedForm)
			if lr.Stat*excess < 0 {
				t.Errorf("sign of z: %v with O - E = %v", lr.Stat, excess)
			}
			fit, efron, name := cox{}.Fit(d, 0.05, &w), c.Expected.CoxEfron, c.Inputs.Group
			if fit.N != efron.N {
				t.Fatalf("%d rows, want %d", fit.N, efron.N)
			}
			near(t, "log HR", fit.Value, efron.Coef[name], iterative)
			near(t, "SE of log HR", fit.SE, efron.SE[name], iterative)
			nearP(t, "p of log HR", fit.P, efron.WaldP, iterative)
			near(t, "low of HR", math.Exp(fit.Low), efron.HRLower[name], iterative)
			near(t, "high of HR", math.Exp(fit.High), efron.HRUpper[name], iterative)
		})
	}
}

// R: survival::coxph(ties = "efron") with covariates, here by CoxFit and, where
// the first term is an arm, by the estimator with the others as covariates.
func TestCoxModelsAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "cox_model") {
		t.Run(c.ID, func(t *testing.T) {
			d, x := c.coxData(t)
			want := c.Expected.Efron
			beta, cov, status := CoxFit(d.Y, d.Event, x, &w)
			if status != OK || len(d.Y) != want.N {
				t.Fatalf("status %v, %d rows, want %d", status, len(d.Y), want.N)
			}
			for j, name := range c.Inputs.Terms {
				near(t, name, beta[j], want.Coef[name], iterative)
				near(t, "SE of "+name, math.Sqrt(cov[j][j]), want.SE[name], iterative)
			}
			if d.Treated == nil {
				return
			}
			d.X = x[1:]
			fit, name := cox{}.Fit(d, 0.05, &w), c.Inputs.Terms[0]
			near(t, "adjusted log HR", fit.Value, want.Coef[name], iterative)
			near(t, "its SE", fit.SE, want.SE[name], iterative)
		})
	}
}

// coxData reads the outcome and the terms of a model; the arm if the first is 0/1.
func (c *reference) coxData(t *testing.T) (d *Data, x [][]float64) {
	columns := []string{c.Inputs.Time, c.Inputs.Status}
	terms := make([][2]int, len(c.Inputs.Terms)) // columns whose product it is; the second -1 for none
	for j, term := range c.Inputs.Terms {
		terms[j] = [2]int{len(columns), -1}
		a, b, product := strings.Cut(term, ":")
		columns = append(columns, a)
		if product {
			terms[j][1] = len(columns)
			columns = append(columns, b)
		}
	}
	if c.Inputs.Cluster != "" {
		columns = append(columns, c.Inputs.Cluster)
	}
	d, x = &Data{}, make([][]float64, len(terms))
	binary := true
	for _, row := range c.rows(t, columns...) {
		d.Y = append(d.Y, row[0])
		d.Event = append(d.Event, row[1] == 1)
		for j, at := range terms {
			value := row[at[0]]
			if at[1] >= 0 {
				value *= row[at[1]]
			}
			x[j] = append(x[j], value)
		}
		first := x[0][len(x[0])-1]
		binary = binary && (first == 0 || first == 1)
		d.Treated = append(d.Treated, first == 1)
	}
	if !binary {
		d.Treated = nil
	}
	return d, x
}
