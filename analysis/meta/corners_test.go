package meta

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"caseload/analysis/measure"
)

// corners is testdata/make-corners.json.
type corners struct {
	Rank []struct {
		K      int
		Tau, P float64
	}
	TwoMaxima []struct {
		Method                     string
		Y, V                       []float64
		Tau2, Estimate, SE, LogLik float64
		LowerTau2                  float64 `json:"lower_tau2"`
		LowerLogLik                float64 `json:"lower_loglik"`
	} `json:"two_maxima"`
	RestsOnOne struct {
		Y, V, X      []float64
		Cluster      []int
		Estimate, SE []float64
	} `json:"rests_on_one"`
}

func readCorners(t *testing.T) (c corners) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "make-corners.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// metafor::ranktest of 50, 60 and 170 studies, which were given a normal p.
func TestTheRankTestOfFiftyStudiesAndMoreIsExact(t *testing.T) {
	var w Work
	for _, c := range readCorners(t).Rank {
		y, v := make([]float64, c.K), make([]float64, c.K)
		for k := range y {
			i := float64(k + 1)
			y[k], v[k] = math.Sin(i*i), 0.02+math.Mod(i*0.6180339887498949, 1)
		}
		tau, p := RankTest(y, v, &w)
		near(t, "tau", tau, c.Tau)
		nearP(t, "p", p, c.P)
	}
}

// Kendall's tau from its definition, over pairs, for numbers with many ties.
func TestConcordanceIsThatOfAllPairs(t *testing.T) {
	for n := 2; n < 60; n++ {
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = float64(i*i*7%11), float64((i+3)*i*5%13)
		}
		want, tiesX, tiesY := 0.0, 0.0, 0.0
		for i := range n {
			for j := range i {
				switch product := (x[i] - x[j]) * (y[i] - y[j]); {
				case product > 0:
					want++
				case product < 0:
					want--
				}
				tiesX += float64(b2i(x[i] == x[j]))
				tiesY += float64(b2i(y[i] == y[j]))
			}
		}
		if got := concordance(x, y, tiesX, tiesY); got != want {
			t.Fatalf("%d numbers: %g, want %g", n, got, want)
		}
	}
}

// Of equal effects there is no rank correlation, and so no p, which was 1: metafor gives NA.
func TestSixIdenticalStudiesHaveNoRankTest(t *testing.T) {
	var w Work
	for _, v := range [][]float64{{0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}} {
		for _, x := range []float64{0.3, 1e10 / 3} {
			if tau, p := RankTest(repeated(x, 6), v, &w); !math.IsNaN(tau) || !math.IsNaN(p) {
				t.Errorf("tau %g, p %g", tau, p)
			}
		}
	}
	if tau, p := RankTest([]float64{1, 2, 4}, repeated(0.1, 3), &w); !math.IsNaN(tau) || !math.IsNaN(p) {
		t.Errorf("equal variances: tau %g, p %g", tau, p)
	}
}

// metafor::rma started near the higher of two maxima. From its usual start it ends at the
// lower, as this package did.
func TestTheHigherOfTwoMaximaIsTaken(t *testing.T) {
	var w Work
	for _, c := range readCorners(t).TwoMaxima {
		method, _ := LookupMethod(c.Method)
		f := Pool(c.Y, c.V, Options{Method: method}, &w)
		near(t, "tau2", f.Tau2, c.Tau2)
		near(t, "estimate", f.Estimate, c.Estimate)
		near(t, "se", f.SE, c.SE)
		near(t, "log likelihood", f.LogLik, c.LogLik)
		if !f.Second.Known {
			t.Errorf("%s: one maximum alone", c.Method)
		}
		near(t, "the other maximum", f.Second.Tau2, c.LowerTau2)
		near(t, "its height", f.Second.Below, c.LogLik-c.LowerLogLik)
	}
	for _, file := range []string{"bcg.csv", "hackshaw1998.csv", "hine1989-rd.csv", "konstantopoulos2011.csv"} {
		for _, m := range []Method{ML, REML} {
			if f := Pool(column(t, file, "yi"), column(t, file, "vi"), Options{Method: m}, &w); f.Second.Known {
				t.Errorf("%s, %v: a second maximum at %g", file, m, f.Second.Tau2)
			}
		}
	}
}

// By clubSandwich the intercept, which is the effect of one trial alone, has a standard
// error of 0 but for rounding: nothing can be seen of its variance. The contrast of that trial with the
// others is seen in part.
func TestACoefficientThatRestsOnOneTrialHasNoStandardError(t *testing.T) {
	c := readCorners(t).RestsOnOne
	var w Work
	var r Clustered
	RegressClustered(c.Y, c.V, c.Cluster, [][]float64{c.X}, Options{Method: DL}, &w, &r)
	if r.Status != OK {
		t.Fatal(r.Status)
	}
	alone, contrast := r.Coefficients[0], r.Coefficients[1]
	near(t, "estimate", alone.Estimate, c.Estimate[0])
	for what, x := range map[string]measure.Number{"se": alone.SE, "p": alone.P, "t": alone.T, "df": alone.DF, "low": alone.Low} {
		if x.Known() {
			t.Errorf("%s is %g", what, x)
		}
	}
	near(t, "contrast", contrast.Estimate, c.Estimate[1])
	near(t, "its se", contrast.SE, c.SE[1])
	if r.Seen[0] != 0 || !(r.Seen[1] > 0.1 && r.Seen[1] < 0.9) {
		t.Errorf("seen: %v", r.Seen)
	}
	RegressClustered(c.Y, c.V, c.Cluster, nil, Options{Method: DL}, &w, &r)
	near(t, "seen of the pooled effect", r.Seen[0], 1) // CR2 is unbiased under its model
}

// Four trials, one without events: metafor::rma.mh(measure = "RD", correct = FALSE) has k = 4
// and QE on 2 degrees of freedom; estimate -0.0978, standard error 0.0851, QE 0.2274588.
func TestARiskDifferenceCountsTrialsWithoutEvents(t *testing.T) {
	var w Work
	f := MantelHaenszel([]TwoByTwo{{1, 9, 2, 8}, {0, 10, 0, 12}, {3, 7, 5, 5}, {4, 6, 5, 5}}, RiskDifference, Options{}, &w)
	if f.K != 4 || f.QDF != 2 || math.Abs(float64(f.Estimate)+0.0978) > 5e-5 || math.Abs(float64(f.SE)-0.0851) > 5e-5 || math.Abs(float64(f.Q)-0.2274588) > 5e-8 {
		t.Errorf("%+v", f)
	}
	if f := MantelHaenszel([]TwoByTwo{{0, 10, 0, 12}}, RiskDifference, Options{}, &w); f.K != 1 || f.Status != ZeroVariance {
		t.Errorf("no events at all: %+v", f)
	}
}
