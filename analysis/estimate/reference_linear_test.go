package estimate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/numeric"
)

// linearCase is what R says of a model fitted by least squares.
type linearCase struct {
	N         int
	DF        float64 `json:"df_residual"`
	Sigma     float64
	Coef      map[string]float64
	T, P      map[string]float64
	Low       map[string]float64 `json:"ci_lower"`
	High      map[string]float64 `json:"ci_upper"`
	Classical map[string]float64 `json:"se_classical"`
	HC0       map[string]float64 `json:"se_HC0"`
	HC1       map[string]float64 `json:"se_HC1"`
	HC2       map[string]float64 `json:"se_HC2"`
	HC3       map[string]float64 `json:"se_HC3"`
	PHC2      map[string]float64 `json:"p_HC2_t"`
	PHC3      map[string]float64 `json:"p_HC3_t"`
	CR0       map[string]float64 `json:"se_CR0"`
	CR1       map[string]float64 `json:"se_CR1"`
	CR1S      map[string]float64 `json:"se_CR1S"`
	CR2       map[string]float64 `json:"se_CR2"`
	CR2DF     map[string]float64 `json:"CR2_df_satterthwaite"`
	CR2P      map[string]float64 `json:"CR2_p_satterthwaite"`
	Clusters  int
	Contrasts map[string]linearContrast
	Lin       *linearContrast `json:"lin_estimator"`
}

type linearContrast struct {
	Estimate  float64
	Classical float64 `json:"se_classical"`
	HC0       float64 `json:"se_HC0"`
	HC1       float64 `json:"se_HC1"`
	HC2       float64 `json:"se_HC2"`
	HC3       float64 `json:"se_HC3"`
	PClass    float64 `json:"p_classical_t"`
	CR1       float64 `json:"se_CR1"`
	CR2       float64 `json:"se_CR2"`
	CR2DF     float64 `json:"CR2_df_satterthwaite"`
	CR2P      float64 `json:"CR2_p_satterthwaite"`
	DF, P     float64
	CI95      limits
}

// model reads the outcome, the terms and further columns of a case.
func (c *refCase[E]) model(t *testing.T, further ...string) (y []float64, x, more [][]float64) {
	t.Helper()
	columns := append([]string{c.Inputs.Y}, further...)
	at := make([][]int, len(c.Inputs.Terms))
	for j, term := range c.Inputs.Terms {
		for _, factor := range strings.Split(term, ":") {
			at[j] = append(at[j], len(columns))
			columns = append(columns, factor)
		}
	}
	x, more = make([][]float64, len(at)), make([][]float64, len(further))
	for _, row := range c.rows(t, columns...) {
		y = append(y, row[0])
		for j := range more {
			more[j] = append(more[j], row[1+j])
		}
		for j := range at {
			product := 1.0
			for _, k := range at[j] {
				product *= row[k]
			}
			x[j] = append(x[j], product)
		}
	}
	return y, x, more
}

// weights of the intercept and of the terms in a contrast by name.
func (c *refCase[E]) weights(contrast map[string]float64) (intercept float64, terms []float64) {
	for _, term := range c.Inputs.Terms {
		terms = append(terms, contrast[term])
	}
	return contrast["intercept"], terms
}

// numbered is a column of cluster numbers.
func numbered(column []float64) []int32 {
	of := make([]int32, len(column))
	for i, v := range column {
		of[i] = int32(v)
	}
	return of
}

// R: stats::lm, sandwich::vcovHC, clubSandwich::vcovCR, coef_test and
// linear_contrast.
func TestLeastSquaresAgainstR(t *testing.T) {
	for _, c := range casesOf[linearCase](t, "linear.json", "ols") {
		t.Run(c.ID, func(t *testing.T) {
			var further []string
			if c.Inputs.Cluster != "" {
				further = append(further, c.Inputs.Cluster)
			}
			y, x, more := c.model(t, further...)
			var l leastSquares
			if status := l.fit(y, x); status != OK {
				t.Fatal(status)
			}
			want := &c.Expected
			if l.n != want.N {
				t.Fatalf("%d rows, want %d", l.n, want.N)
			}
			near(t, "df", l.df(), want.DF, closedForm)
			near(t, "sigma", math.Sqrt(l.rss/l.df()), want.Sigma, closedForm)
			robust := c.robust(&l, more)
			for name := range want.Coef {
				intercept, terms := c.weights(map[string]float64{name: 1})
				value := l.contrast(intercept, terms)
				nearCoefficient(t, name, value, &l, want)
				if len(more) > 0 {
					nearClustered(t, name, value, &l, robust, want)
				}
			}
			for name, weights := range c.Inputs.Contrasts {
				value := l.contrast(c.weights(weights))
				nearContrast(t, name, value, &l, robust, want.Contrasts[name])
			}
		})
	}
}

// robust is what a case's clusters need, if it has any.
func (c *refCase[E]) robust(l *leastSquares, cluster [][]float64) *clusterRobust {
	var index clusterIndex
	robust := &clusterRobust{}
	if len(cluster) > 0 {
		index.number(numbered(cluster[0]), make([]bool, l.n), false)
		robust.load(l, &index)
	}
	return robust
}

func nearCoefficient(t *testing.T, name string, value float64, l *leastSquares, want *linearCase) {
	t.Helper()
	near(t, name, value, want.Coef[name], closedForm)
	se := math.Sqrt(l.classical())
	near(t, "SE of "+name, se, want.Classical[name], closedForm)
	near(t, "t of "+name, value/se, want.T[name], closedForm)
	nearP(t, "p of "+name, numeric.StudentTwoSided(value/se, l.df()), want.P[name], 1e-7)
	near(t, "low of "+name, value-numeric.StudentCritical(0.05, l.df())*se, want.Low[name], closedForm)
	for k, by := range []map[string]float64{want.HC0, want.HC1, want.HC2, want.HC3} {
		near(t, "HC SE of "+name, math.Sqrt(l.sandwich(correction(k))), by[name], closedForm)
	}
	for k, by := range map[correction]map[string]float64{hc2: want.PHC2, hc3: want.PHC3} {
		nearP(t, "HC p of "+name, numeric.StudentTwoSided(value/math.Sqrt(l.sandwich(k)), l.df()), by[name], 1e-7)
	}
}

func nearClustered(t *testing.T, name string, value float64, l *leastSquares, robust *clusterRobust, want *linearCase) {
	t.Helper()
	if robust.clusters != want.Clusters {
		t.Errorf("%d clusters, want %d", robust.clusters, want.Clusters)
	}
	cr0, g, n := robust.cr0(l), float64(robust.clusters), float64(l.n)
	near(t, "CR0 SE of "+name, math.Sqrt(cr0), want.CR0[name], closedForm)
	near(t, "CR1 SE of "+name, math.Sqrt(cr0*g/(g-1)), want.CR1[name], closedForm)
	near(t, "CR1S SE of "+name, math.Sqrt(cr0*g/(g-1)*(n-1)/l.df()), want.CR1S[name], closedForm)
	variance, df := robust.cr2(l)
	near(t, "CR2 SE of "+name, math.Sqrt(variance), want.CR2[name], closedForm)
	near(t, "CR2 df of "+name, df, want.CR2DF[name], closedForm)
	nearP(t, "CR2 p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.CR2P[name], 1e-7)
}

func nearContrast(t *testing.T, name string, value float64, l *leastSquares, robust *clusterRobust, want linearContrast) {
	t.Helper()
	near(t, name, value, want.Estimate, closedForm)
	near(t, "SE of "+name, math.Sqrt(l.classical()), want.Classical, closedForm)
	nearP(t, "p of "+name, numeric.StudentTwoSided(value/math.Sqrt(l.classical()), l.df()), want.PClass, 1e-7)
	for k, se := range []float64{want.HC0, want.HC1, want.HC2, want.HC3} {
		near(t, "HC SE of "+name, math.Sqrt(l.sandwich(correction(k))), se, closedForm)
	}
	if want.CR2 == 0 {
		return
	}
	variance, df := robust.cr2(l)
	near(t, "CR1 SE of "+name, math.Sqrt(robust.cr0(l)*float64(robust.clusters)/float64(robust.clusters-1)), want.CR1, closedForm)
	near(t, "CR2 SE of "+name, math.Sqrt(variance), want.CR2, closedForm)
	near(t, "CR2 df of "+name, df, want.CR2DF, closedForm)
	nearP(t, "CR2 p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.CR2P, 1e-7)
}

// R: estimatr::lm_lin(se_type = "HC2"), which interacts the arm with the centred
// covariates: the same model as one with those products as covariates.
func TestFullyInteractedModelsAgainstR(t *testing.T) {
	for _, c := range casesOf[linearCase](t, "linear.json", "ols") {
		want := c.Expected.Lin
		if want == nil {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			c.Inputs.Terms = append([]string{c.Inputs.Lin.Trt}, c.Inputs.Lin.Cov...)
			y, x, _ := c.model(t)
			for _, cov := range slices.Clone(x[1:]) {
				mean, product := columnMean(cov), make([]float64, len(y))
				for i, v := range cov {
					product[i] = x[0][i] * (v - mean)
				}
				x = append(x, product)
			}
			d := &Data{Y: y, X: x[1:]}
			for _, v := range x[0] {
				d.Treated = append(d.Treated, v == 1)
			}
			got := ancova{}.Fit(d, 0.05, new(Work))
			nearTTest(t, got, tTest{Estimate: want.Estimate, SE: want.HC2, T: want.Estimate / want.HC2, DF: want.DF, P: want.P, CI95: want.CI95})
		})
	}
}

func TestAncovaWithoutCovariatesHasTheVarianceOfWelch(t *testing.T) {
	for _, c := range references(t, "two_sample") {
		d := c.twoSample(t)
		got, want := ancova{}.Fit(d, 0.05, new(Work)), welch{}.Fit(d, 0.05, new(Work))
		near(t, c.ID, got.Value, want.Value, closedForm)
		near(t, c.ID+" SE", got.SE, want.SE, closedForm)
		near(t, c.ID+" SMD", got.SMD, want.SMD, closedForm)
	}
}
