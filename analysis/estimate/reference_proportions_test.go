package estimate

import (
	"math"
	"strings"
	"testing"
)

// armed reads an outcome, an arm, and terms, which may be products, as
// covariates. Cluster, subgroup and exposure are read where the case names them.
func armed[E any](t *testing.T, c *refCase[E], y, arm string, terms []string) *Data {
	t.Helper()
	columns := []string{y, arm}
	var pairs [][2]int
	place := func(name string) int { columns = append(columns, name); return len(columns) - 1 }
	for _, term := range terms {
		a, b, product := strings.Cut(term, ":")
		pair := [2]int{place(a), -1}
		if product {
			pair[1] = place(b)
		}
		pairs = append(pairs, pair)
	}
	rest := []string{c.Inputs.Cluster, c.Inputs.Subject, c.Inputs.Exposure}
	for k, name := range rest {
		if rest[k] = y; name != "" {
			rest[k] = name
		}
	}
	first := len(columns)
	d := &Data{X: make([][]float64, len(terms))}
	for _, row := range c.rows(t, append(columns, rest...)...) {
		d.Y, d.Treated = append(d.Y, row[0]), append(d.Treated, row[1] == 1)
		for j, at := range pairs {
			value := row[at[0]]
			if at[1] >= 0 {
				value *= row[at[1]]
			}
			d.X[j] = append(d.X[j], value)
		}
		d.Cluster, d.Member = append(d.Cluster, int32(row[first])), append(d.Member, row[first+1] == 1)
		exposure := 1.0
		if c.Inputs.Exposure != "" {
			exposure = row[first+2]
		}
		d.Exposure = append(d.Exposure, exposure)
	}
	return d
}

type tableValues struct {
	RR, RD struct {
		Yi, SE, P float64
		CI95      limits
	}
	ChiSq  struct{ ChiSq, P float64 } `json:"chisq_no_correction"`
	Fisher struct {
		P    float64
		Odds float64 `json:"conditional_mle_or"`
		CI95 limits
	}
}

// R: metafor::escalc(measure = "RR", "RD"), stats::chisq.test(correct = FALSE),
// stats::fisher.test, its odds ratio and limits by root finding to more digits.
func TestProportionsAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[tableValues](t, "binary.json", "two_by_two") {
		t.Run(c.ID, func(t *testing.T) {
			r, want := c.rows(t, "a", "b", "c", "d")[0], c.Expected
			d := tableData(int(r[0]), int(r[1]), int(r[2]), int(r[3]))
			chi := chiSquare{}.Fit(d, 0.05, &w)
			near(t, "chi-square", chi.Stat*chi.Stat, want.ChiSq.ChiSq, closedForm)
			nearP(t, "p of chi-square", chi.P, want.ChiSq.P, closedForm)
			rr, exact := riskRatio{}.Fit(d, 0.05, &w), fisher{}.Fit(d, 0.05, &w)
			if hasZero(r) { // escalc adds 1/2 to each cell
				if rr.Status != EmptyCell || exact.Status != NoEstimate {
					t.Errorf("status %v and %v", rr.Status, exact.Status)
				}
				nearP(t, "p of Fisher", exact.P, want.Fisher.P, closedForm)
				return
			}
			near(t, "RD", chi.Value, want.RD.Yi, closedForm)
			near(t, "SE of RD", chi.SE, want.RD.SE, closedForm)
			near(t, "low of RD", chi.Low, want.RD.CI95.Lower, closedForm)
			near(t, "high of RD", chi.High, want.RD.CI95.Upper, closedForm)
			near(t, "log RR", rr.Value, want.RR.Yi, closedForm)
			near(t, "SE of log RR", rr.SE, want.RR.SE, closedForm)
			nearP(t, "p of log RR", rr.P, want.RR.P, closedForm)
			near(t, "low of log RR", rr.Low, want.RR.CI95.Lower, closedForm)
			near(t, "high of log RR", rr.High, want.RR.CI95.Upper, closedForm)
			nearP(t, "p of Fisher", exact.P, want.Fisher.P, closedForm)
			near(t, "conditional OR", math.Exp(exact.Value), want.Fisher.Odds, closedForm)
			near(t, "its low", math.Exp(exact.Low), want.Fisher.CI95.Lower, closedForm)
			near(t, "its high", math.Exp(exact.High), want.Fisher.CI95.Upper, closedForm)
		})
	}
}

// R: metafor::escalc(measure = "RR"), tables without a zero.
func TestRiskRatiosOfTrialsAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[struct{ RR effects }](t, "binary.json", "escalc_binary") {
		for i, r := range c.rows(t, "a", "b", "c", "d") {
			if hasZero(r) {
				continue
			}
			got := riskRatio{}.Fit(tableData(int(r[0]), int(r[1]), int(r[2]), int(r[3])), 0.05, &w)
			near(t, c.ID, got.Value, c.Expected.RR.Yi[i], closedForm)
			near(t, c.ID, got.SE*got.SE, c.Expected.RR.Vi[i], closedForm)
		}
	}
}

// R: make-binary.R, by dhyper.
func TestFisherAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[struct{ SE, Low99, High99 float64 }](t, "make-binary.json", "fisher") {
		r := c.rows(t, "a", "b", "c", "d")[0]
		got := fisher{}.Fit(tableData(int(r[0]), int(r[1]), int(r[2]), int(r[3])), 0.01, &w)
		near(t, c.ID, got.SE, c.Expected.SE, closedForm)
		near(t, c.ID, got.Low, c.Expected.Low99, closedForm)
		near(t, c.ID, got.High, c.Expected.High99, closedForm)
	}
}

type logisticValues struct {
	N            int
	Coef, SE, P  map[string]float64
	Lower        map[string]float64 `json:"or_lower"`
	Upper        map[string]float64 `json:"or_upper"`
	CR1          map[string]float64 `json:"se_cluster_CR1"`
	Standardized *struct {
		RD float64
		SE float64 `json:"rd_se"`
	}
}

// R: stats::glm(binomial), and sandwich::vcovCL(type = "HC0", cadjust = TRUE)
// where there are clusters; standardization by hand from both.
func TestLogisticAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[logisticValues](t, "binary.json", "logistic") {
		if c.ID == "infert-cluster" {
			continue // its first term is no arm: see TestModelsWithoutAnArm
		}
		t.Run(c.ID, func(t *testing.T) {
			terms, want := c.Inputs.Terms, c.Expected
			arm := terms[0]
			d := armed(t, &c, c.Inputs.Y, arm, terms[1:])
			got := logistic{}.Fit(d, 0.05, &w)
			if got.Status != OK || got.N != want.N {
				t.Fatalf("status %v of %d rows", got.Status, got.N)
			}
			near(t, "log OR", got.Value, want.Coef[arm], iterative)
			near(t, "SE", got.SE, want.SE[arm], iterative)
			nearP(t, "p", got.P, want.P[arm], iterative)
			near(t, "low", math.Exp(got.Low), want.Lower[arm], iterative)
			near(t, "high", math.Exp(got.High), want.Upper[arm], iterative)
			for j, term := range terms {
				near(t, term, w.glm.beta[j+1], want.Coef[term], iterative)
				near(t, "SE of "+term, math.Sqrt(w.glm.modelVariance(j+1)), want.SE[term], iterative)
			}
			near(t, "intercept", w.glm.uncentred()[0], want.Coef["intercept"], iterative)
			if want.CR1 != nil {
				near(t, "robust SE", logisticRobust{}.Fit(d, 0.05, &w).SE, want.CR1[arm], iterative)
			}
			if product := arm + ":" + terms[1]; len(terms) == 3 && terms[2] == product {
				if terms[1] != "age" {
					near(t, "interaction", withMember(d).Value, want.Coef[product], iterative)
					near(t, "its SE", withMember(d).SE, want.SE[product], iterative)
				}
			} else if want.Standardized != nil {
				rd := standardized{}.Fit(d, 0.05, &w)
				near(t, "standardized RD", rd.Value, want.Standardized.RD, iterative)
				near(t, "its SE", rd.SE, want.Standardized.SE, iterative)
			}
		})
	}
}

// withMember fits the interaction with the first covariate as the subgroup.
func withMember(d *Data) Estimate {
	c := clone(d)
	for i, x := range d.X[0] {
		c.Member[i] = x == 1
	}
	c.X = nil
	return fit(logisticInteraction{}, c)
}

// R: stats::glm(binomial), sandwich::vcovCL(type = "HC0", cadjust = TRUE), here
// with all terms as covariates, beside an arm that is constant and left out.
func TestModelsWithoutAnArm(t *testing.T) {
	var w Work
	for _, c := range casesOf[logisticValues](t, "binary.json", "logistic") {
		d := armed(t, &c, c.Inputs.Y, c.Inputs.Terms[0], c.Inputs.Terms)
		clear(d.Treated)
		m := logistic{}.model()
		if status := m.fit(d, 0, 0, &w); status != OK || !w.glm.aliased(1) {
			t.Fatalf("%s: %v", c.ID, status)
		}
		for j, term := range c.Inputs.Terms {
			near(t, term, w.glm.beta[2+j], c.Expected.Coef[term], iterative)
			near(t, "SE of "+term, math.Sqrt(w.glm.modelVariance(2+j)), c.Expected.SE[term], iterative)
			if c.Expected.CR1 == nil {
				continue
			}
			// No cluster has a row of the treated arm, for which there is a status.
			for i := range d.Treated {
				d.Treated[i] = i%2 == 0
			}
			variance, _, _ := w.glm.clustered(d, 2+j)
			near(t, "robust SE of "+term, math.Sqrt(variance), c.Expected.CR1[term], iterative)
		}
	}
}

type coefValues struct{ Coef, SE, DF, P float64 }

// R: make-binary.R, by stats::glm(binomial) and sandwich::vcovCL.
func TestClustersAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[coefValues](t, "make-binary.json", "robust") {
		d := armed(t, &c, c.Inputs.Y, c.Inputs.Trt, c.Inputs.Terms)
		got, want := logisticRobust{}.Fit(d, 0.05, &w), c.Expected
		near(t, c.ID, got.Value, want.Coef, iterative)
		near(t, c.ID+": SE", got.SE, want.SE, iterative)
		near(t, c.ID+": df", got.DF, want.DF, iterative)
		nearP(t, c.ID+": p", got.P, want.P, iterative)
		// A row that is the only one of its cluster needs no number.
		rows := map[int32]int{}
		for _, k := range d.Cluster {
			rows[k]++
		}
		for i, k := range d.Cluster {
			if rows[k] == 1 {
				d.Cluster[i] = -1
			}
		}
		same(t, logisticRobust{}.Fit(d, 0.05, &w), got)
	}
}

// R: make-binary.R, by stats::glm(binomial).
func TestInteractionsAndConstantArmsAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[coefValues](t, "make-binary.json", "interaction") {
		got := logisticInteraction{}.Fit(armed(t, &c, c.Inputs.Y, c.Inputs.Trt, c.Inputs.Terms), 0.05, &w)
		near(t, c.ID, got.Value, c.Expected.Coef, iterative)
		near(t, c.ID+": SE", got.SE, c.Expected.SE, iterative)
	}
	for _, c := range casesOf[coefValues](t, "make-binary.json", "constant_arm") {
		d := armed(t, &c, c.Inputs.Y, c.Inputs.Trt, c.Inputs.Terms)
		for i, treated := range d.Treated {
			if treated {
				d.Y[i] = 0
			}
		}
		got := standardized{}.Fit(d, 0.05, &w)
		near(t, c.ID, got.Value, c.Expected.Coef, iterative)
		near(t, c.ID+": SE", got.SE, c.Expected.SE, iterative)
	}
}
