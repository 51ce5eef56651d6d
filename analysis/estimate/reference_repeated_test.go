package estimate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/numeric"
)

type repeatedCase struct {
	Observations int `json:"n_obs"`
	Subjects     int
	Visits       []float64
	LogLik       float64 `json:"reml_loglik"`
	Covariance   [][]float64
	Fixed        map[string]mixedFixed
	Contrasts    map[string]mixedFixed
}

// wide turns a visit a row into a client a row: the arm is the first term, terms
// after it that are no visits are covariates.
func (c *refCase[E]) wide(t *testing.T, visits []float64, visitTerms []string) (d *Data, covariates []string) {
	t.Helper()
	for _, term := range c.Inputs.Terms[1:] {
		if !strings.Contains(term, ":") && !slices.Contains(visitTerms, term) {
			covariates = append(covariates, term)
		}
	}
	arm := c.Inputs.Terms[0]
	columns := append([]string{c.Inputs.Subject, c.Inputs.Visit, c.Inputs.Y, arm}, covariates...)
	d = &Data{Earlier: make([][]float64, len(visits)-1), X: make([][]float64, len(covariates))}
	at := map[float64]int{}
	for _, row := range c.rows(t, columns...) {
		i, there := at[row[0]]
		if !there {
			i = len(d.Y)
			at[row[0]] = i
			d.Y, d.Treated = append(d.Y, math.NaN()), append(d.Treated, row[3] == 1)
			for v := range d.Earlier {
				d.Earlier[v] = append(d.Earlier[v], math.NaN())
			}
			for k := range d.X {
				d.X[k] = append(d.X[k], row[4+k])
			}
		}
		switch v := slices.Index(visits, row[1]); {
		case v < 0: // a visit that the case is not about
		case v < len(d.Earlier):
			d.Earlier[v][i] = row[2]
		default:
			d.Y[i] = row[2]
		}
	}
	return d, covariates
}

// names are R's coefficients in ours, which are means at visits and effects at
// visits, without the intercept.
func (c *refCase[E]) names(p, visits int, visitTerms, covariates []string) map[string][]float64 {
	arm := c.Inputs.Terms[0]
	column := map[string][]float64{arm: unit(p, 1)}
	for v, term := range visitTerms {
		column[term] = minus(unit(p, 2*v+2), unit(p, 0))
		column[arm+":"+term] = minus(unit(p, 2*v+3), unit(p, 1))
	}
	for k, covariate := range covariates {
		column[covariate] = unit(p, 2*visits+k)
	}
	return column
}

// visitTerms are the terms of visits after the first.
func (c *refCase[E]) visitTerms() (terms []string) {
	for _, term := range c.Inputs.Terms {
		if _, visit, ok := strings.Cut(term, ":"); ok {
			terms = append(terms, visit)
		}
	}
	return terms
}

// R: nlme::gls(corSymm, varIdent, REML), with Satterthwaite degrees of freedom as
// R's mmrm has them.
func TestRepeatedMeasuresAgainstR(t *testing.T) {
	for _, c := range casesOf[repeatedCase](t, "linear.json", "mmrm") {
		t.Run(c.ID, func(t *testing.T) {
			want, terms := &c.Expected, c.visitTerms()
			d, covariates := c.wide(t, want.Visits, terms)
			var w Work
			got, m := mmrm{}.Fit(d, 0.05, &w), &w.linear.repeated
			if got.Status != OK || got.N != want.Subjects {
				t.Fatalf("%v, %d subjects, want %d", got.Status, got.N, want.Subjects)
			}
			nearCovariance(t, m, want)
			column := c.names(m.p, len(want.Visits), terms, covariates)
			for name, fixed := range want.Fixed {
				if v := slices.Index(terms, name); v >= 0 { // our outcomes are about the means of their visits
					fixed.Estimate -= m.shift[v+1] - m.shift[0]
					fixed.P = numeric.StudentTwoSided(fixed.Estimate/fixed.SE, fixed.DF)
				}
				if name != "intercept" {
					nearRepeated(t, name, m, column[name], fixed)
				}
			}
			for name, contrast := range want.Contrasts {
				x := make([]float64, m.p)
				for term, weight := range c.Inputs.Contrasts[name] {
					for i, v := range column[term] {
						x[i] += weight * v
					}
				}
				nearRepeated(t, name, m, x, contrast)
			}
			last := want.Contrasts[map[int]string{4: "boys_at_14", 3: "effect_month12"}[len(want.Visits)]]
			near(t, "the effect", got.Value, last.Estimate, 1e-5)
			near(t, "its SE", got.SE, last.SE, 1e-5)
			near(t, "its df", got.DF, last.DF, 1e-5)
			nearP(t, "its p", got.P, last.P, 1e-3)
		})
	}
}

func nearCovariance(t *testing.T, m *repeated, want *repeatedCase) {
	t.Helper()
	visits, units := len(want.Visits), m.scale*m.scale
	for a := range visits {
		for b := range visits {
			near(t, "covariance", m.sigma[a*visits+b]*units, want.Covariance[a][b], 1e-5)
		}
	}
	free := float64(want.Observations - m.p)
	near(t, "likelihood", m.loglik-0.5*free*(math.Log(2*math.Pi)+math.Log(units)), want.LogLik, 1e-7)
}

func nearRepeated(t *testing.T, name string, m *repeated, x []float64, want mixedFixed) {
	t.Helper()
	value, variance, df, ok := m.contrast(x)
	if !ok {
		t.Errorf("%s: no information", name)
	}
	near(t, name, value, want.Estimate, 1e-5)
	near(t, "SE of "+name, math.Sqrt(variance), want.SE, 1e-5)
	near(t, "df of "+name, df, want.DF, 1e-5)
	nearP(t, "p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.P, 1e-3)
	_, variance, df, ok = m.kenwardRoger(x)
	if !ok {
		t.Errorf("%s: no expected information", name)
	}
	near(t, "Kenward and Roger's SE of "+name, math.Sqrt(variance), want.SEKR, 1e-5)
	near(t, "and df of "+name, df, want.DFKR, 1e-5)
	m.derive() // Kenward and Roger's method has written over it
}

func unit(n, at int) []float64 {
	x := make([]float64, n)
	x[at] = 1
	return x
}

func minus(x, y []float64) []float64 {
	for i := range x {
		x[i] -= y[i]
	}
	return x
}
