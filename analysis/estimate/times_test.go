package estimate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// times of many shapes: spread, crowded beside an outlier, tied.
func times(n int) *rapid.Generator[[]float64] {
	return rapid.OneOf(
		rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 0, n),
		rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(i int) float64 { return float64(i) }), 0, n),
		rapid.Map(rapid.SliceOfN(rapid.Float64Range(0, 1), 1, n), func(y []float64) []float64 {
			y[0] = 1e12
			return y
		}),
		rapid.SliceOfN(rapid.Float64(), 0, n),
		rapid.Just([]float64{math.MaxFloat64, 0, -math.MaxFloat64, 1, math.MaxFloat64}),
		rapid.Just([]float64{5e-324, 0, 5e-324, 1e-323, 0}),
		rapid.Just([]float64{3, 3, 3}),
	)
}

func TestTimeOrderIsTheStableOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o timeOrder
		for range 3 {
			y := times(200).Draw(t, "y")
			want := make([]int32, len(y))
			for i := range want {
				want[i] = int32(i)
			}
			slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(y[a], y[b]) })
			for range 2 { // the second time the order is kept
				if !o.sort(y) || !slices.Equal(o.rows, want) {
					t.Fatalf("order of %v: %v", y, o.rows)
				}
			}
			for i, r := range o.rows {
				if o.times[i] != y[r] {
					t.Fatalf("time %d: %v, want %v", i, o.times[i], y[r])
				}
			}
		}
	})
}

// survivalData draws small data with many ties.
func survivalData(t *rapid.T) *Data {
	n := rapid.IntRange(2, 40).Draw(t, "n")
	d := &Data{}
	for range n {
		d.Y = append(d.Y, float64(rapid.IntRange(0, 12).Draw(t, "y")))
		d.Event = append(d.Event, rapid.Bool().Draw(t, "event"))
		d.Treated = append(d.Treated, rapid.Bool().Draw(t, "treated"))
	}
	return d
}

// The log-rank sums by going through all rows at each event time.
func TestLogRankAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survivalData(t)
		var excess, variance float64
		distinct := slices.Compact(slices.Sorted(slices.Values(d.Y)))
		for _, at := range distinct {
			var n, n1, e, e1 float64
			for i, y := range d.Y {
				one := float64(bit(d.Treated[i]))
				if y >= at {
					n, n1 = n+1, n1+one
				}
				if y == at && d.Event[i] {
					e, e1 = e+1, e1+one
				}
			}
			excess += e1 - e*n1/n
			if n > 1 {
				variance += e * (n1 / n) * (1 - n1/n) * (n - e) / (n - 1)
			}
		}
		got := fit(logRank{}, d)
		if got.Status != OK {
			if got.Status == ZeroVariance && variance > 1e-12 {
				t.Fatalf("zero variance, want %v", variance)
			}
			return
		}
		// Where one step leads too far the value is that of cox.
		var w Work
		table, _ := riskTable(d, &w)
		near := oneStep(table, excess/variance, variance, &w.fisher)
		if !(math.Abs(got.Stat-excess/math.Sqrt(variance)) < 1e-9) || near && !(math.Abs(got.Value-excess/variance) < 1e-9) {
			t.Fatalf("got %v, want (%v)/(%v)", got, excess, variance)
		}
	})
}

// Whether the arm's effect has a maximum is told alike by the table and by first events.
func TestOrderIdentifiesAsTheTableDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survivalData(t)
		few := rapid.IntRange(0, 3).Draw(t, "events")
		for i := range d.Event {
			d.Event[i] = d.Event[i] && few > 0
			few -= bit(d.Event[i])
		}
		var w Work
		table, want := riskTable(d, &w)
		if want == OK {
			want = identified(table)
		}
		if got := (cox{}).order(d, &w); got != want {
			t.Fatalf("%v, and %v of the table", got, want)
		}
	})
}

// The two ways to fit the arm alone agree, in their failures too.
func TestCoxTwoArmsAgainstCoxFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := survivalData(t)
		var w Work
		short := cox{}.Fit(d, 0.05, &w)
		if short.Status == EmptyArm {
			return
		}
		arm := make([]float64, len(d.Y))
		for i, on := range d.Treated {
			arm[i] = float64(bit(on))
		}
		beta, cov, status := CoxFit(d.Y, d.Event, [][]float64{arm}, &w)
		if status != short.Status {
			t.Fatalf("%v and %v", short.Status, status)
		}
		if status != OK {
			return
		}
		if !(math.Abs(beta[0]-short.Value) < 1e-7) || !(math.Abs(math.Sqrt(cov[0][0])/short.SE-1) < 1e-6) {
			t.Fatalf("%v (%v) and %v (%v)", short.Value, short.SE, beta[0], math.Sqrt(cov[0][0]))
		}
	})
}

// A column that is constant among those at risk at events has no coefficient,
// however its mean is rounded: the only event falls while all who are left are
// treated, after some controls are censored.
func TestConstantAmongThoseAtRisk(t *testing.T) {
	var w Work
	for controls := 1; controls < 12; controls++ {
		for treated := 1; treated < 12; treated++ {
			d := &Data{}
			for i := range controls + treated {
				on := i >= controls
				d.Treated, d.Event = append(d.Treated, on), append(d.Event, i == controls)
				d.Y, d.Stratum = append(d.Y, float64(i)), append(d.Stratum, int32(bit(on)))
				d.Competing = append(d.Competing, false)
			}
			if _, _, status := CoxFit(d.Y, d.Event, cox{}.design(d, &w), &w); status != ZeroVariance {
				t.Errorf("%d controls, %d treated: %v, want %v", controls, treated, status, ZeroVariance)
			}
			if got := fit(fineGray{}, d); got.Status != ZeroVariance {
				t.Errorf("%d controls, %d treated: Fine-Gray %v", controls, treated, got.Status)
			}
			for i := range d.Event {
				d.Event[i] = true // the arm is constant within strata
			}
			o := coxOptions{strata: d.Stratum}
			if _, _, status := fitCox(d.Y, d.Event, cox{}.design(d, &w), o, &w); status != ZeroVariance {
				t.Errorf("%d controls, %d treated: stratified %v", controls, treated, status)
			}
		}
	}
}

func TestSeparation(t *testing.T) {
	d := &Data{Treated: []bool{true, true, true, false, false, false}, Y: []float64{1, 2, 3, 4, 5, 6},
		Event: []bool{true, true, false, false, false, false}}
	for _, events := range []string{"all events in the treated arm", "before any in control"} {
		if got := fit(cox{}, d); got.Status != Separated {
			t.Errorf("%s: %v", events, got.Status)
		}
		if got := fit(logRank{}, d); got.Status != OK {
			t.Errorf("%s: log-rank %v", events, got.Status)
		}
		d.Event = []bool{true, true, true, true, true, true}
	}
	d.Event = make([]bool, 6)
	if got := fit(cox{}, d); got.Status != NoEvents {
		t.Errorf("no events: %v", got.Status)
	}
	d.Event[5] = true
	if got := fit(cox{}, d); got.Status != ZeroVariance {
		t.Errorf("one event with nobody else at risk: %v", got.Status)
	}
}

// A covariate that foretells the event and goes with the arm leaves no finite effect,
// by itself or where it is all that tells the arms apart at events.
func TestSeparationByACovariate(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	d := &Data{}
	simulate(d, Method{Kinds: Time}, 300, 0.3, rng)
	x := make([]float64, len(d.Y))
	d.X = [][]float64{x}
	for i := range x { // the arm's negative, but for treated clients without the event
		x[i] = -float64(bit(d.Treated[i]) * (1 + bit(!d.Event[i])))
	}
	if got := fit(cox{}, d); got.Status != Separated {
		t.Errorf("%+v", got)
	}
	// One that only clients without the event have is infinite by itself, so that CoxFit,
	// which all coefficients are asked of, has none. The effect of the arm stands.
	for i := range x {
		x[i] = float64(bit(!d.Event[i] && rng.Float64() < 0.5))
	}
	var w Work
	if _, _, status := CoxFit(d.Y, d.Event, cox{}.design(d, &w), &w); status != Separated {
		t.Errorf("all coefficients: %v", status)
	}
	got, want := fit(cox{}, d), fit(cox{}, without(d))
	if got.Status != OK || !(math.Abs(got.Value-want.Value) < 1e-6*want.SE) || !(math.Abs(got.SE/want.SE-1) < 1e-6) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A constant covariate, a copy of one and a sum of two change nothing.
func TestAliasedCovariatesAreLeftOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	d := &Data{}
	simulate(d, Method{Kinds: Time}, 300, 0.3, rng)
	covariates(d, rng)
	want := fit(cox{}, d)
	constant, sum := make([]float64, len(d.Y)), make([]float64, len(d.Y))
	for i := range d.Y {
		constant[i], sum[i] = 0.1, d.X[0][i]-2*d.X[1][i]+5
	}
	d.X = [][]float64{constant, d.X[0], d.X[0], d.X[1], sum}
	same(t, fit(cox{}, d), want)
	beta, cov, status := CoxFit(d.Y, d.Event, d.X, new(Work))
	for j, gone := range []bool{true, false, true, false, true} {
		if math.IsNaN(beta[j]) != gone || math.IsNaN(cov[j][j]) != gone {
			t.Errorf("covariate %d: %v (%v)", j, beta[j], cov[j][j])
		}
	}
	if status != OK {
		t.Error(status)
	}
	if _, _, status := CoxFit(d.Y, d.Event, [][]float64{constant}, new(Work)); status != ZeroVariance {
		t.Errorf("a constant alone: %v", status)
	}
}

// Eight covariates on 20,000 rows are recovered within 4 standard errors.
func TestCoxFitRecoversCoefficients(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 20))
	want := []float64{0.58, 0.8, -0.3, 0, 0.2, -0.7, 0.1, 0.4}
	n := 20000
	x := make([][]float64, len(want))
	for j := range x {
		x[j] = make([]float64, n)
	}
	time, event := make([]float64, n), make([]bool, n)
	for i := range n {
		eta := 0.0
		for j, b := range want {
			x[j][i] = float64(bit(rng.Float64() < 0.4))
			eta += b * x[j][i]
		}
		failure := math.Pow(rng.ExpFloat64()/math.Exp(eta), 1/1.3)
		time[i], event[i] = min(failure, 1), failure <= 1
	}
	beta, cov, status := CoxFit(time, event, x, new(Work))
	if status != OK {
		t.Fatal(status)
	}
	for j, b := range want {
		if se := math.Sqrt(cov[j][j]); !(math.Abs(beta[j]-b) < 4*se) || !(se < 0.03) {
			t.Errorf("coefficient %d: %v (%v), want %v", j, beta[j], se, b)
		}
	}
}
