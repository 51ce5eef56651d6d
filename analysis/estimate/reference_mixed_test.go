package estimate

import (
	"math"
	"strings"
	"testing"

	"caseload/analysis/numeric"
)

// mixedFixed is what R says of a coefficient of a mixed model; without degrees of
// freedom where a variance is zero.
type mixedFixed struct {
	Estimate, SE float64
	DF           float64 `json:"df_satterthwaite"`
	P            float64 `json:"p_satterthwaite"`
	SEKR         float64 `json:"se_kr"`
	DFKR         float64 `json:"df_kr"`
	PKR          float64 `json:"p_kr"`
}

type mixedCase struct {
	Singular  bool
	Fixed     map[string]mixedFixed
	Contrasts map[string]mixedFixed
	Between   float64 `json:"sigma2_cluster"`
	Residual  float64 `json:"sigma2_residual"`
	Treated   float64 `json:"sigma2_residual_trt"`
	Control   float64 `json:"sigma2_residual_control"`
	LogLik    float64 `json:"reml_loglik"`
}

// restricted is the logarithm of the restricted likelihood with the constants
// that lme4 has.
func (c *components) restricted(l *leastSquares) float64 {
	n, p := float64(l.n), float64(l.rank)
	logs := c.loglik - 0.5*(n-p)*(math.Log(2*math.Pi)+2*math.Log(c.scale)) - 0.5*math.Log(n)
	for j, aliased := range l.cross.Aliased {
		if !aliased {
			logs -= math.Log(l.cross.L[j*l.p+j])
		}
	}
	return logs
}

func (c *refCase[E]) nearMixed(t *testing.T, w *components, l *leastSquares, status Status, want *mixedCase) {
	t.Helper()
	if status.Failed() || want.Singular != (status == Boundary) {
		t.Fatalf("status %v, want singular: %v", status, want.Singular)
	}
	units := w.scale * w.scale
	near(t, "variance between clusters", w.theta[0]*units, want.Between, 1e-6)
	if want.Residual != 0 {
		near(t, "residual variance", w.theta[1]*units, want.Residual, 1e-6)
	} else {
		near(t, "residual variance of the treated", w.theta[1]*units, want.Treated, 1e-6)
		near(t, "residual variance of control", w.theta[2]*units, want.Control, 1e-6)
	}
	near(t, "likelihood", w.restricted(l), want.LogLik, 1e-8)
	check := func(name string, weights map[string]float64, want mixedFixed) {
		value := w.contrast(l, l.contrast(c.weights(weights)))
		near(t, name, value, want.Estimate, iterative)
		variance, df, _ := w.uncertainty(status, false)
		near(t, "SE of "+name, math.Sqrt(variance), want.SE, iterative)
		if want.DF == 0 {
			return
		}
		near(t, "df of "+name, df, want.DF, 5e-6)
		nearP(t, "p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.P, 1e-4)
		variance, df, _ = w.uncertainty(status, true)
		near(t, "Kenward-Roger SE of "+name, math.Sqrt(variance), want.SEKR, iterative)
		near(t, "Kenward-Roger df of "+name, df, want.DFKR, 5e-6)
		nearP(t, "Kenward-Roger p of "+name, numeric.StudentTwoSided(value/math.Sqrt(variance), df), want.PKR, 1e-4)
	}
	for name, fixed := range want.Fixed {
		check(name, map[string]float64{name: 1}, fixed)
	}
	for name, contrast := range want.Contrasts {
		check(name, c.Inputs.Contrasts[name], contrast)
	}
}

// R: lme4::lmer(REML), lmerTest (Satterthwaite), pbkrtest (Kenward-Roger).
func TestRandomInterceptsAgainstR(t *testing.T) {
	for _, c := range casesOf[mixedCase](t, "linear.json", "lmm_random_intercept") {
		t.Run(c.ID, func(t *testing.T) {
			y, x, more := c.model(t, c.Inputs.Cluster)
			var w Work
			l, treated := &w.linear, make([]bool, len(y))
			if status := l.ols.fit(y, x); status != OK {
				t.Fatal(status)
			}
			l.clusters.number(numbered(more[0]), treated, false)
			if status := l.components.load(&l.ols, &l.clusters, treated, false, false); status != OK {
				t.Fatal(status)
			}
			c.nearMixed(t, &l.components, &l.ols, l.components.fit(), &c.Expected)
			d, more, ok := c.trial(t, c.Inputs.Cluster)
			if !ok || c.Expected.Singular {
				return
			}
			d.Cluster = numbered(more[0])
			nearFixed(t, randomIntercept{}.Fit(d, 0.05, &w), randomIntercept{kr: true}.Fit(d, 0.05, &w), c.Expected.Fixed[c.Inputs.Terms[0]])
		})
	}
}

func nearFixed(t *testing.T, got, kr Estimate, want mixedFixed) {
	t.Helper()
	near(t, "estimate", got.Value, want.Estimate, iterative)
	near(t, "SE", got.SE, want.SE, iterative)
	near(t, "df", got.DF, want.DF, 5e-6)
	nearP(t, "p", got.P, want.P, 1e-4)
	near(t, "Kenward-Roger SE", kr.SE, want.SEKR, iterative)
	near(t, "Kenward-Roger df", kr.DF, want.DFKR, 5e-6)
}

type nestedCase struct {
	Homoscedastic, Heteroscedastic mixedCase
	N1, N0                         int
	CR0                            map[string]float64 `json:"ols_se_CR0"`
	CR1                            map[string]float64 `json:"ols_se_CR1"`
	CR2                            map[string]float64 `json:"ols_se_CR2"`
	DF                             map[string]float64 `json:"ols_CR2_df_satterthwaite"`
}

// R: lme4::lmer(y ~ x + (0 + trt | cluster)) with lmerTest and pbkrtest;
// nlme::lme with varIdent by arm; clubSandwich on the linear model.
func TestPartiallyNestedModelsAgainstR(t *testing.T) {
	for _, c := range casesOf[nestedCase](t, "linear.json", "lmm_partially_nested") {
		t.Run(c.ID, func(t *testing.T) {
			// The cluster is blank in control: by row, treated first.
			y, x, treated, cluster := c.nested(t)
			var w Work
			l, want := &w.linear, &c.Expected
			if status := l.ols.fit(y, x); status != OK || len(y) != want.N1+want.N0 {
				t.Fatal(status)
			}
			l.clusters.number(cluster, treated, true)
			l.robust.load(&l.ols, &l.clusters)
			for name := range want.CR2 {
				l.ols.contrast(c.weights(map[string]float64{name: 1}))
				near(t, "CR0 SE of "+name, math.Sqrt(l.robust.cr0(&l.ols)), want.CR0[name], closedForm)
				variance, df := l.robust.cr2(&l.ols)
				near(t, "CR2 SE of "+name, math.Sqrt(variance), want.CR2[name], closedForm)
				near(t, "CR2 df of "+name, df, want.DF[name], closedForm)
			}
			for k, mixed := range []*mixedCase{&want.Homoscedastic, &want.Heteroscedastic} {
				if status := l.components.load(&l.ols, &l.clusters, treated, true, k == 1); status != OK {
					t.Fatal(status)
				}
				c.nearMixed(t, &l.components, &l.ols, l.components.fit(), mixed)
			}
			if strings.Contains(c.ID, "interaction") || want.Heteroscedastic.Singular {
				return
			}
			d := &Data{Y: y, X: x[1:], Treated: treated, Cluster: cluster}
			nearFixed(t, partiallyNested{}.Fit(d, 0.05, &w), partiallyNested{kr: true}.Fit(d, 0.05, &w), want.Heteroscedastic.Fixed[c.Inputs.Trt])
			if h := want.Homoscedastic; !h.Singular {
				nearFixed(t, partiallyNested{homoscedastic: true}.Fit(d, 0.05, &w),
					partiallyNested{homoscedastic: true, kr: true}.Fit(d, 0.05, &w), h.Fixed[c.Inputs.Trt])
			}
		})
	}
}

// nested reads the treated with their clusters, then control.
func (c *refCase[E]) nested(t *testing.T) (y []float64, x [][]float64, treated []bool, cluster []int32) {
	filter := map[string]any{}
	for name, value := range c.Inputs.Filter {
		filter[name] = value
	}
	c.Inputs.Filter = filter
	filter[c.Inputs.Trt] = 1.0
	y, x, more := c.model(t, c.Inputs.Cluster)
	cluster = numbered(more[0])
	filter[c.Inputs.Trt] = 0.0
	y0, x0, _ := c.model(t)
	for j := range x {
		x[j] = append(x[j], x0[j]...)
	}
	for i := range append(y, y0...) {
		treated = append(treated, i < len(y))
		if i >= len(y) {
			cluster = append(cluster, 0)
		}
	}
	return append(y, y0...), x, treated, cluster
}
