package estimate

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// missingValues are the values of make-missing.json: of one analysis, of Rubin's
// rules, and of many imputations.
type missingValues struct {
	N               int
	Estimate, SE    float64
	P, DF, Variance float64
	Imputations     int
	Between, Within float64
}

// incomplete reads the trial with the outcome where it was observed.
func incomplete(t *testing.T, c *refCase[missingValues]) *Data {
	t.Helper()
	column := func(name string) []float64 { return columnOf(t, c.Data, name) }
	d := &Data{Y: column(c.Inputs.Y)}
	for i, y := range d.Y {
		if c.Inputs.Above != nil && !math.IsNaN(y) {
			d.Y[i] = float64(bit(y > *c.Inputs.Above))
		}
	}
	for _, arm := range column("trt") {
		d.Treated = append(d.Treated, arm == 1)
	}
	for _, name := range c.Inputs.Terms {
		d.X = append(d.X, column(name))
	}
	for _, name := range c.Inputs.Columns {
		d.Earlier = append(d.Earlier, column(name))
	}
	return d
}

// columnOf reads a column of a file, NaN where it is empty.
func columnOf(t *testing.T, file, name string) []float64 {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(lines[0], name)
	var column []float64
	for _, line := range lines[1:] {
		value := math.NaN()
		if line[at] != "" {
			if value, err = strconv.ParseFloat(line[at], 64); err != nil {
				t.Fatal(err)
			}
		}
		column = append(column, value)
	}
	return column
}

// R: glm within arms for the weights, and the stacked estimating equations with
// a numerical derivative; make-missing.R.
func TestWeightingAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[missingValues](t, "make-missing.json", "ipw") {
		t.Run(c.ID, func(t *testing.T) {
			got := ipw{}.Fit(incomplete(t, &c), 0.05, &w)
			if got.N != c.Expected.N || got.Status != OK {
				t.Fatalf("%d rows, %v", got.N, got.Status)
			}
			near(t, "estimate", got.Value, c.Expected.Estimate, iterative)
			near(t, "SE", got.SE, c.Expected.SE, iterative)
			nearP(t, "p", got.P, c.Expected.P, 1e-5)
		})
	}
}

// R: lm, sandwich::vcovHC(type = "HC2").
func TestNothingToImputeAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[missingValues](t, "make-missing.json", "complete") {
		t.Run(c.ID, func(t *testing.T) {
			d := incomplete(t, &c)
			d.Source = rand.NewPCG(1, 1)
			got := multipleImputation{}.Fit(d, 0.05, &w)
			near(t, "estimate", got.Value, c.Expected.Estimate, closedForm)
			near(t, "SE", got.SE, c.Expected.SE, closedForm)
			near(t, "df", got.DF, c.Expected.DF, closedForm)
		})
	}
}

// R: mice::pool.scalar(rule = "rubin1987").
func TestRubinsRulesAgainstR(t *testing.T) {
	for _, c := range casesOf[missingValues](t, "make-missing.json", "rubin") {
		value, variance, df := rubin(c.Inputs.Q, c.Inputs.U, c.Inputs.DF)
		near(t, c.ID+", estimate", value, c.Expected.Estimate, closedForm)
		near(t, c.ID+", variance", variance, c.Expected.Variance, closedForm)
		near(t, c.ID+", df", df, c.Expected.DF, closedForm)
	}
	if value, variance, df := rubin([]float64{2, 2}, []float64{1, 3}, 7); value != 2 || variance != 2 || df != 7 {
		t.Errorf("imputations that agree: %v, %v, %v", value, variance, df)
	}
}

// R: mice with methods norm and logreg within arms, each column from those before
// it. Both sides are random: means within 4 standard errors of their difference,
// variances within a tenth.
func TestImputationAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[missingValues](t, "make-missing.json", "imputed") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := incomplete(t, &c), c.Expected
			d.Source = rand.NewPCG(5, 5)
			var values, variances []float64
			between := 0.0
			for range 250 {
				if got := (multipleImputation{}).Fit(d, 0.05, &w); got.Status != OK {
					t.Fatal(got.Status)
				}
				_, b := meanAndVariance(w.missing.impute.values)
				between += b / 250
				values = append(values, w.missing.impute.values...)
				variances = append(variances, w.missing.impute.variances...)
			}
			mean, _ := meanAndVariance(values)
			within, _ := meanAndVariance(variances)
			error := math.Sqrt(want.Between/float64(want.Imputations) + between/float64(len(values)))
			if !(math.Abs(mean-want.Estimate) < 4*error) {
				t.Errorf("mean %v, want %v -+ %v", mean, want.Estimate, error)
			}
			// R's has a standard deviation of 4.5 % of it.
			if ratio := between / want.Between; !(math.Abs(ratio-1) < 0.15) {
				t.Errorf("variance between is %v of R's", ratio)
			}
			if ratio := within / want.Within; !(math.Abs(ratio-1) < 0.02) {
				t.Errorf("variance within is %v of R's", ratio)
			}
		})
	}
}

func meanAndVariance(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

// With nothing missing it is a difference of means, and draws nothing.
func TestNothingIsDrawnWhereNothingIsMissing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := &Data{}
	simulate(d, multipleImputation{}.Method(), 60, 0.4, rng)
	for i := range d.Y {
		if math.IsNaN(d.Y[i]) {
			d.Y[i] = 9
		}
	}
	source := rand.NewPCG(3, 3)
	d.Source = source
	got := fitted(d)
	if source.Uint64() != rand.NewPCG(3, 3).Uint64() {
		t.Error("numbers were drawn")
	}
	welch := fit(welch{}, d)
	near(t, "value", got.Value, welch.Value, closedForm)
	near(t, "SE", got.SE, welch.SE, closedForm)
	near(t, "SMD", got.SMD, welch.SMD, closedForm)
	d.Earlier = nil
	same(t, fitted(d), got)
}

func fitted(d *Data) Estimate { return multipleImputation{}.Fit(d, 0.05, new(Work)) }

// A visit that nobody of an arm attended, or two, is not used there; and what
// is missing of all its rows can't be imputed.
func TestVisitsThatFewAttended(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	d := &Data{}
	simulate(d, multipleImputation{}.Method(), 60, 0.4, rng)
	without := clone(d)
	without.Earlier = without.Earlier[1:]
	for i := range d.Y {
		if i > 1 {
			d.Earlier[0][i] = math.NaN()
		}
	}
	same(t, fit(multipleImputation{}, d), fit(multipleImputation{}, without))
	first := slices.Index(d.Treated, true)
	for i := range d.Y {
		if d.Treated[i] && i != first {
			d.Y[i] = math.NaN()
		}
	}
	for _, e := range []Estimator{multipleImputation{}, ipw{}} {
		if got := fit(e, d); got.Status != TooFew {
			t.Errorf("%s: %v", e.Method().Name, got.Status)
		}
	}
}
