package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/internal/suite"
)

// repeatedTrial is clients with visits of the given correlation; a later visit is
// missed, and all after it, more often in the treated arm and by those whose
// last outcome was low.
func repeatedTrial(n, visits int, correlation, effect float64, rng *rand.Rand) *Data {
	d := &Data{Earlier: make([][]float64, visits-1)}
	for i := range n {
		treated := i%2 == 0
		d.Treated = append(d.Treated, treated)
		own, last, gone := rng.NormFloat64(), 0.0, false
		for v := range visits {
			y := math.Sqrt(correlation)*own + math.Sqrt(1-correlation)*rng.NormFloat64()
			if treated {
				y += effect * float64(v) / float64(visits-1)
			}
			gone = gone || v > 0 && rng.Float64() < 0.1+0.2*float64(bit(treated && last < 0))
			last = y
			if gone {
				y = math.NaN()
			}
			if v == visits-1 {
				d.Y = append(d.Y, y)
			} else {
				d.Earlier[v] = append(d.Earlier[v], y)
			}
		}
	}
	return d
}

// Where outcomes are missing by what was seen before, the intervals hold, while
// those of the complete last visits do not.
func TestRepeatedMeasuresAreUnbiasedWhereOutcomesAreMissingAtRandom(t *testing.T) {
	const replicates = 2000
	rng := rand.New(rand.NewPCG(3, 9))
	var w Work
	missed, complete, sum, naive := 0, 0, 0.0, 0.0
	for range replicates {
		d := repeatedTrial(200, 4, 0.7, 0.5, rng)
		fit := mmrm{}.Fit(d, 0.05, &w)
		missed += bit(!(fit.Low <= 0.5 && fit.High >= 0.5))
		sum += fit.Value / replicates
		seen := &Data{}
		for i, y := range d.Y {
			if !math.IsNaN(y) {
				seen.Y, seen.Treated = append(seen.Y, y), append(seen.Treated, d.Treated[i])
			}
		}
		raw := welch{}.Fit(seen, 0.05, &w)
		complete += bit(!(raw.Low <= 0.5 && raw.High >= 0.5))
		naive += raw.Value / replicates
	}
	if rate := float64(missed) / replicates; math.Abs(rate-0.05) > 4*math.Sqrt(0.05*0.95/replicates) {
		t.Errorf("misses %v", rate)
	}
	if math.Abs(sum-0.5) > 0.015 {
		t.Errorf("mean effect %v, want 0.5", sum)
	}
	if !(naive > 0.58) || float64(complete)/replicates < 0.07 {
		t.Errorf("the complete cases: mean %v, %d missed: the test is without a case", naive, complete)
	}
}

// One visit is least squares, and so is a last visit that all have, beside others.
func TestRepeatedMeasuresOfOneVisitAreLeastSquares(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	d := repeatedTrial(60, 3, 0.5, 0.5, rng)
	for _, x := range append(d.Earlier, d.Y) {
		for i := range x {
			if math.IsNaN(x[i]) {
				x[i] = rng.NormFloat64()
			}
		}
	}
	want := student{}.Fit(d, 0.05, new(Work))
	same(t, mmrm{}.Fit(d, 0.05, new(Work)), want)
	d.Earlier = nil
	same(t, mmrm{}.Fit(d, 0.05, new(Work)), want)
	covariates(d, rng)
	var l linearWork
	columns, _ := l.withArm(d, nil)
	l.ols.fit(d.Y, columns)
	adjusted := waldT(l.ols.coefficient(0), math.Sqrt(l.ols.classical()), l.ols.df(), 60, 0.05, new(Work))
	adjusted.SMD = want.SMD
	same(t, mmrm{}.Fit(d, 0.05, new(Work)), adjusted)
}

func TestRepeatedMeasuresThatFail(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		spoil func(d *Data)
		want  Status
		rows  int
	}{
		"nothing":               {func(*Data) {}, OK, 80},
		"no treated last visit": {func(d *Data) { set(d.Y, nan, func(i int) bool { return d.Treated[i] }) }, TooFew, 80},
		"no treated":            {func(d *Data) { set(d.Y, nan, func(i int) bool { return d.Treated[i] }); d.Earlier = nil }, EmptyArm, 36},
		"last visit constant":   {func(d *Data) { set(d.Y, 1, func(int) bool { return true }) }, ZeroVariance, 80},
		"earlier visit constant": {func(d *Data) {
			set(d.Earlier[0], 1, func(int) bool { return true })
		}, OK, 69}, // the others had no other visit
		"visit never seen":                    {func(d *Data) { set(d.Earlier[1], nan, func(int) bool { return true }) }, OK, 80},
		"a visit that is the last over again": {func(d *Data) { copy(d.Earlier[1], d.Y) }, NotConverged, 80},
		"infinite":                            {func(d *Data) { d.Earlier[1][3] = math.Inf(1) }, BadData, 80},
		"infinite covariate":                  {func(d *Data) { covariates(d, rand.New(rand.NewPCG(1, 1))); d.X[0][4] = math.Inf(1) }, BadData, 80},
		"redundant covariate":                 {func(d *Data) { d.X = [][]float64{make([]float64, 80)} }, OK, 80},
		"client without a visit": {func(d *Data) {
			d.Y[0], d.Earlier[0][0], d.Earlier[1][0] = nan, nan, nan
		}, OK, 79},
	} {
		t.Run(name, func(t *testing.T) {
			d := repeatedTrial(80, 3, 0.5, 0.5, rand.New(rand.NewPCG(5, 5)))
			c.spoil(d)
			got := mmrm{}.Fit(d, 0.05, new(Work))
			sound(t, name, got)
			if got.Status != c.want || c.want == OK && got.N != c.rows {
				t.Errorf("%v of %d rows, want %v of %d", got.Status, got.N, c.want, c.rows)
			}
		})
	}
}

func set(x []float64, value float64, where func(i int) bool) {
	for i := range x {
		if where(i) {
			x[i] = value
		}
	}
}

// However many visits, and in trials too small for them, there is an estimate or a
// reason why there is none.
func TestRepeatedMeasuresOfManySizes(t *testing.T) {
	suite.Long(t)
	rng := rand.New(rand.NewPCG(8, 8))
	var w Work
	failures := 0
	for k := range 1500 {
		n, visits := 2+rng.IntN(60), 2+rng.IntN(4)
		fit := mmrm{}.Fit(repeatedTrial(n, visits, rng.Float64(), 0.5, rng), 0.05, &w)
		sound(t, "small trial", fit)
		if fit.Status == NotConverged && n > 40 {
			failures++
			t.Logf("case %d: %d rows, %d visits", k, n, visits)
		}
	}
	if failures > 5 {
		t.Errorf("%d fits of more than 40 rows did not converge", failures)
	}
}

func BenchmarkRepeatedMeasures(b *testing.B) {
	for _, visits := range []int{2, 3, 5} {
		b.Run(string(rune('0'+visits)), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(6, 6))
			var data [16]*Data
			for i := range data {
				data[i] = repeatedTrial(300, visits, 0.5, 0.3, rng)
			}
			var w Work
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if fit := (mmrm{}).Fit(data[i%16], 0.05, &w); fit.Status != OK {
					b.Fatal(fit.Status)
				}
			}
		})
	}
}
