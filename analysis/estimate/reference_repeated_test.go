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
		if v := slices.Index(visits, row[1]); v < len(d.Earlier) {
			d.Earlier[v][i] = row[2]
		} else {
			d.Y[i] = row[2]
		}
	}
	return d, covariates
}

// R: nlme::gls(corSymm, varIdent, REML), with Satterthwaite degrees of freedom as
// R's mmrm has them.
func TestRepeatedMeasuresAgainstR(t *testing.T) {
	for _, c := range casesOf[repeatedCase](t, "linear.json", "mmrm") {
		t.Run(c.ID, func(t *testing.T) {
			want := &c.Expected
			visits := len(want.Visits)
			var terms []string // of visits after the first
			for _, term := range c.Inputs.Terms {
				if _, visit, ok := strings.Cut(term, ":"); ok {
					terms = append(terms, visit)
				}
			}
			d, covariates := c.wide(t, want.Visits, terms)
			var w Work
			got := mmrm{}.Fit(d, 0.05, &w)
			if got.Status != OK || got.N != want.Subjects {
				t.Fatalf("%v, %d subjects, want %d", got.Status, got.N, want.Subjects)
			}
			m, units := &w.linear.repeated, w.linear.repeated.scale*w.linear.repeated.scale
			for a := range visits {
				for b := range visits {
					near(t, "covariance", m.sigma[a*visits+b]*units, want.Covariance[a][b], 1e-5)
				}
			}
			free := float64(want.Observations - m.p)
			near(t, "likelihood", m.loglik-0.5*free*(math.Log(2*math.Pi)+math.Log(units)), want.LogLik, 1e-7)
			// R's coefficients in ours: means at visits and effects at visits.
			column := map[string][]float64{c.Inputs.Terms[0]: unit(m.p, 1)}
			for v, term := range terms {
				column[term] = minus(unit(m.p, 2*v+2), unit(m.p, 0))
				column[c.Inputs.Terms[0]+":"+term] = minus(unit(m.p, 2*v+3), unit(m.p, 1))
			}
			for k, covariate := range covariates {
				column[covariate] = unit(m.p, 2*visits+k)
			}
			check := func(name string, x []float64, want mixedFixed) {
				value, variance, df, ok := m.contrast(x)
				for v, term := range terms { // outcomes are about the means of their visits
					if name == term {
						value += m.shift[v+1] - m.shift[0]
					}
				}
				if !ok {
					t.Error("no information")
				}
				near(t, name, value, want.Estimate, 1e-5)
				near(t, "SE of "+name, math.Sqrt(variance), want.SE, 1e-5)
				near(t, "df of "+name, df, want.DF, 1e-5)
				nearP(t, "p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.P, 1e-3)
			}
			for name, fixed := range want.Fixed {
				if name != "intercept" {
					check(name, column[name], fixed)
				}
			}
			for name, contrast := range want.Contrasts {
				x := make([]float64, m.p)
				for term, weight := range c.Inputs.Contrasts[name] {
					for i, v := range column[term] {
						x[i] += weight * v
					}
				}
				check(name, x, contrast)
				if strings.HasSuffix(name, "14") || strings.HasSuffix(name, "12") && visits == 3 {
					near(t, "the effect", got.Value, contrast.Estimate, 1e-5)
					near(t, "its SE", got.SE, contrast.SE, 1e-5)
					near(t, "its df", got.DF, contrast.DF, 1e-5)
				}
			}
		})
	}
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
