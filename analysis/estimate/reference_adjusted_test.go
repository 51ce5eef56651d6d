package estimate

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// trial makes the first term of a case the arm and the others covariates, but for
// those that the estimator makes itself.
func (c *refCase[E]) trial(t *testing.T, further ...string) (d *Data, more [][]float64, ok bool) {
	t.Helper()
	y, x, more := c.model(t, further...)
	d = &Data{Y: y}
	for j, term := range c.Inputs.Terms {
		if j > 0 {
			d.X = append(d.X, x[j])
		}
		if strings.Contains(term, ":") {
			return nil, nil, false
		}
	}
	if len(x) == 0 {
		return nil, nil, false
	}
	for _, v := range x[0] {
		if v != 0 && v != 1 {
			return nil, nil, false
		}
		d.Treated = append(d.Treated, v == 1)
	}
	return d, more, true
}

// The estimators on the cases whose first term is an arm.
func TestLinearEstimatorsAgainstR(t *testing.T) {
	for _, c := range casesOf[linearCase](t, "linear.json", "ols") {
		t.Run(c.ID, func(t *testing.T) {
			var w Work
			want := &c.Expected
			if c.Inputs.Cluster != "" {
				d, more, ok := c.trial(t, c.Inputs.Cluster)
				if !ok {
					return
				}
				d.Cluster = numbered(more[0])
				got, arm := clusterRobustMean{}.Fit(d, 0.05, &w), c.Inputs.Terms[0]
				near(t, "cluster_robust", got.Value, want.Coef[arm], closedForm)
				near(t, "its SE", got.SE, want.CR2[arm], closedForm)
				near(t, "its df", got.DF, want.CR2DF[arm], closedForm)
				nearP(t, "its p", got.P, want.CR2P[arm], 1e-7)
				return
			}
			if d, _, ok := c.trial(t); ok {
				arm := c.Inputs.Terms[0]
				for k, got := range []Estimate{ancova{}.Fit(d, 0.05, &w), ancova{hc3: true}.Fit(d, 0.05, &w)} {
					near(t, "ancova", got.Value, want.Coef[arm], closedForm)
					near(t, "its SE", got.SE, []map[string]float64{want.HC2, want.HC3}[k][arm], closedForm)
					nearP(t, "its p", got.P, []map[string]float64{want.PHC2, want.PHC3}[k][arm], 1e-7)
				}
			}
		})
	}
}

// R: stats::lm with sandwich::vcovHC, the arm's product with a subgroup.
func TestInteractionAgainstR(t *testing.T) {
	for _, c := range casesOf[linearCase](t, "linear.json", "ols") {
		if c.ID != "trial-a1/ancova-interaction" {
			continue
		}
		y, x, _ := c.model(t)
		d := &Data{Y: y, X: x[2:4]}
		for i := range y {
			d.Treated, d.Member = append(d.Treated, x[0][i] == 1), append(d.Member, x[1][i] == 1)
		}
		got, name := interaction{}.Fit(d, 0.05, new(Work)), "trt:subgroup"
		near(t, "interaction", got.Value, c.Expected.Coef[name], closedForm)
		near(t, "SE", got.SE, c.Expected.HC2[name], closedForm)
		nearP(t, "p", got.P, c.Expected.PHC2[name], 1e-7)
		return
	}
	t.Error("no case")
}

type ivCase struct {
	N         int
	DF        float64 `json:"df_residual"`
	Coef      map[string]float64
	Classical map[string]float64 `json:"se_classical"`
	HC0       map[string]float64 `json:"se_HC0"`
	HC1       map[string]float64 `json:"se_HC1"`
	HC2       map[string]float64 `json:"se_HC2"`
	HC3       map[string]float64 `json:"se_HC3"`
	P         map[string]float64 `json:"p_HC2_t"`
	Low       map[string]float64 `json:"ci_lower_HC2"`
	High      map[string]float64 `json:"ci_upper_HC2"`
	Wald      *struct {
		Cace float64
		SE   float64 `json:"se_delta"`
	} `json:"wald_estimator"`
}

// R: estimatr::iv_robust, just identified; Wald's ratio and its delta method.
func TestTwoStageLeastSquaresAgainstR(t *testing.T) {
	for _, c := range casesOf[ivCase](t, "linear.json", "iv") {
		t.Run(c.ID, func(t *testing.T) {
			name := c.Inputs.Endogenous[0]
			c.Inputs.Terms = append(slices.Clone(c.Inputs.Instruments), c.Inputs.Exogenous...)
			y, x, more := c.model(t, name)
			var w Work
			l, want := &w.linear, &c.Expected
			value, first, status := l.twoStage(y, more[0], x)
			if status != OK || l.ols.n != want.N {
				t.Fatalf("%v, %d rows", status, l.ols.n)
			}
			near(t, "coefficient", value, want.Coef[name], closedForm)
			l.ols.coefficient(0)
			near(t, "SE", math.Sqrt(l.ols.classical())/math.Abs(first), want.Classical[name], closedForm)
			for k, by := range []map[string]float64{want.HC0, want.HC1, want.HC2, want.HC3} {
				near(t, "HC SE", math.Sqrt(l.ols.sandwich(correction(k)))/math.Abs(first), by[name], closedForm)
			}
			d, more, ok := c.trial(t, name)
			if !ok {
				return
			}
			for _, r := range more[0] {
				d.Received = append(d.Received, r == 1)
			}
			got := cace{}.Fit(d, 0.05, &w)
			nearTTest(t, got, tTest{Estimate: want.Coef[name], SE: want.HC2[name], T: want.Coef[name] / want.HC2[name],
				DF: want.DF, P: want.P[name], CI95: limits{want.Low[name], want.High[name]}})
			if want.Wald != nil {
				near(t, "Wald's ratio", got.Value, want.Wald.Cace, closedForm)
				near(t, "SE by the delta method", got.SE, want.Wald.SE, closedForm)
			}
		})
	}
}
