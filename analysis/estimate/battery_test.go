package estimate

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// forAll runs a law for every estimator on a simulated trial of 200 rows, and
// for those that adjust on one with covariates too.
func forAll(t *testing.T, law func(t *testing.T, e Estimator, d *Data)) {
	t.Helper()
	for _, e := range all {
		for _, adjusted := range []bool{false, true} {
			name := e.Method().Name
			if adjusted && !e.Method().Covariates {
				continue
			} else if adjusted {
				name += "/covariates"
			}
			rng := rand.New(rand.NewPCG(11, ownSeed(name)))
			d := &Data{}
			simulate(d, e.Method(), 200, 0.5, rng)
			if adjusted {
				covariates(d, rng)
			}
			t.Run(name, func(t *testing.T) { law(t, e, d) })
		}
	}
}

func clone(d *Data) *Data {
	c := *d
	c.Treated, c.Y, c.Event, c.Competing = slices.Clone(d.Treated), slices.Clone(d.Y), slices.Clone(d.Event), slices.Clone(d.Competing)
	c.Exposure, c.Cluster, c.Stratum = slices.Clone(d.Exposure), slices.Clone(d.Cluster), slices.Clone(d.Stratum)
	c.Site, c.Manager = slices.Clone(d.Site), slices.Clone(d.Manager)
	c.When, c.Exposed = slices.Clone(d.When), slices.Clone(d.Exposed)
	c.Weight, c.Person = slices.Clone(d.Weight), slices.Clone(d.Person)
	c.Member, c.Received = slices.Clone(d.Member), slices.Clone(d.Received)
	c.X, c.Earlier = nil, nil
	for _, x := range d.X {
		c.X = append(c.X, slices.Clone(x))
	}
	for _, x := range d.Earlier {
		c.Earlier = append(c.Earlier, slices.Clone(x))
	}
	c.Recurring = d.Recurring.clone()
	return &c
}

func fit(e Estimator, d *Data) Estimate { return fitAt(e, d, 0.05, new(Work)) }

// fitAt draws the same numbers each time.
func fitAt(e Estimator, d *Data, alpha float64, w *Work) Estimate {
	if d.Source != nil {
		d.Source = rand.NewPCG(8, 8)
	}
	return e.Fit(d, alpha, w)
}

// sameBut is same, or for a method whose draws fall on other rows now, about the
// same: the draws account for a small share of the standard error.
func sameBut(t *testing.T, e Estimator, got, want Estimate) {
	t.Helper()
	if e.Method().Needs&Draws == 0 {
		same(t, got, want)
		return
	}
	if !(math.Abs(got.Value-want.Value) < 0.3*want.SE) || !(math.Abs(got.SE/want.SE-1) < 0.1) || got.Status != want.Status {
		t.Errorf("got %+v, want about %+v", got, want)
	}
}

// same fails the test unless two estimates agree to rounding.
func same(t *testing.T, got, want Estimate) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 1e-12), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// coded reports whether a standard error depends on how the columns of a model are coded:
// which arm is 1, and where a covariate has its origin. Fay and Graubard's does.
func coded(e Estimator) bool { return strings.HasSuffix(e.Method().Name, "_fg") }

// sameCoded is same, or for such a method but for 2 % of its standard error: 1 - a
// cluster's share of the information, of some 16, is 0.94, and its root what a score is
// divided by in one coding and not in another.
func sameCoded(t *testing.T, e Estimator, got, want Estimate) {
	t.Helper()
	if !coded(e) {
		sameBut(t, e, got, want)
		return
	}
	near(t, "value", got.Value, want.Value, 1e-9)
	near(t, "SE", got.SE, want.SE, 0.02)
}

// negated is the estimate of the same effect with the arms' roles exchanged.
func negated(e Estimate) Estimate {
	e.Value, e.Stat, e.SMD = -e.Value, -e.Stat, -e.SMD
	e.Low, e.High = -e.High, -e.Low
	return e
}

func TestSwappingArmsFlipsTheSign(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		if e.Method().Nested || e.Method().ByExposure {
			return // its arms are not alike
		}
		swapped := clone(d)
		for i := range swapped.Treated {
			swapped.Treated[i] = !swapped.Treated[i]
		}
		if e.Method().Linear { // an effect of receipt: what is received is swapped too
			for i := range swapped.Received {
				swapped.Received[i] = !swapped.Received[i]
			}
		}
		sameCoded(t, e, fit(e, swapped), negated(fit(e, d)))
	})
}

func TestRowOrderIsIrrelevant(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		shuffled := clone(d)
		rand.New(rand.NewPCG(3, 3)).Shuffle(len(d.Y), func(i, j int) { swapRows(shuffled, i, j) })
		sameBut(t, e, fit(e, shuffled), fit(e, d))
	})
}

// Complementing a binary outcome flips the sign; a mean difference takes the
// unit of the outcome; a rate's time has any unit; a time's unit and origin are
// irrelevant to hazards.
func TestShiftAndScale(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		want, moved := fit(e, d), clone(d)
		if e.Method().Needs&Recurrences != 0 {
			moved.Recurring.scale(8)
			same(t, fit(e, moved), want)
			return
		}
		if e.Method().Needs&Bounded != 0 {
			for i, y := range d.Y {
				moved.Y[i] = d.Most - y
			}
			same(t, fit(e, moved), negated(want))
			return
		}
		switch e.Method().Measure {
		case "log RR":
			return // the risk ratio of the complement is another
		case "log IRR":
			for i := range moved.Exposure {
				moved.Exposure[i] *= 8
			}
			same(t, fit(e, moved), want)
			return
		}
		if e.Method().Kinds&Continuous == 0 && e.Method().Kinds&Binary != 0 {
			for i, y := range d.Y {
				moved.Y[i] = 1 - y
			}
			same(t, fit(e, moved), negated(want))
			return
		}
		for i, y := range d.Y {
			moved.Y[i] = 8*y - 40
		}
		for v, x := range d.Earlier {
			for i, y := range x {
				moved.Earlier[v][i] = 8*y - 40
			}
		}
		switch e.Method().Measure {
		case "MD", "RMSTD", "median":
			want.Value, want.SE, want.Low, want.High = 8*want.Value, 8*want.SE, 8*want.Low, 8*want.High
		}
		same(t, fit(e, moved), want)
	})
}

func TestCovariateUnitsAreIrrelevant(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		moved := clone(d)
		for _, x := range moved.X {
			for i := range x {
				x[i] = 1000*x[i] - 7
			}
		}
		sameCoded(t, e, fit(e, moved), fit(e, d))
	})
}

// A covariate that is there twice, or that is the same for all, as a trait in its own
// subgroup, changes nothing. Imputation draws other numbers for more columns.
func TestDeterminedCovariatesChangeNothing(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		if len(d.X) == 0 || e.Method().Needs&Draws != 0 {
			return
		}
		more, constant := clone(d), make([]float64, len(d.Y))
		for i := range constant {
			constant[i] = 1
		}
		more.X = append(more.X, more.X[0], constant)
		sameCoded(t, e, fit(e, more), fit(e, d))
	})
}

// Efron's and the log-rank variance see the ties that doubling makes, and
// degrees of freedom change, hence about.
func TestDoublingShrinksTheStandardError(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		double := doubled(d)
		once, twice := fit(e, d), fit(e, double)
		tol, shift := 0.02, 0.03
		if e.Method().TestOnly {
			if ratio := twice.Stat / once.Stat; !(math.Abs(ratio-math.Sqrt2) < tol) {
				t.Errorf("the statistic grows by %v, want about sqrt 2", ratio)
			}
			return
		}
		if e.Method().Needs&Strata != 0 {
			shift = 0.06 // fewer at risk at each tie
		}
		switch {
		case strings.HasSuffix(e.Method().Name, "_md"):
			tol = 0.1 // a larger correction
		case e.Method().Clustered:
			tol = 0.05 // the correction for few clusters
		case e.Method().Measure == "median":
			tol = 0.3 // limits move from event to event
		case e.Method().Needs&Draws != 0:
			tol, shift = 0.1, 0.3
		}
		if ratio := once.SE / twice.SE; !(math.Abs(ratio-math.Sqrt2) < tol) {
			t.Errorf("SE shrinks by %v, want about sqrt 2", ratio)
		}
		if !(math.Abs(twice.Value-once.Value) < shift*once.SE) {
			t.Errorf("value moves from %v to %v", once.Value, twice.Value)
		}
	})
}

// doubled is the data twice, the second time with clusters of their own: the
// rows of a cluster twice as large are no more information on it.
func doubled(d *Data) *Data {
	c := clone(d)
	c.Treated, c.Y, c.Event = append(c.Treated, d.Treated...), append(c.Y, d.Y...), append(c.Event, d.Event...)
	c.Competing, c.Exposure = append(c.Competing, d.Competing...), append(c.Exposure, d.Exposure...)
	c.Stratum, c.Member = append(c.Stratum, d.Stratum...), append(c.Member, d.Member...)
	c.Received, c.When, c.Exposed = append(c.Received, d.Received...), append(c.When, d.When...), append(c.Exposed, d.Exposed...)
	c.Recurring.add(&d.Recurring)
	for i, k := range d.Site {
		c.Site, c.Manager = append(c.Site, k+100), append(c.Manager, d.Manager[i])
	}
	for _, k := range d.Cluster {
		if k >= 0 {
			k += 1 << 20
		}
		c.Cluster = append(c.Cluster, k)
	}
	for i, k := range d.Person {
		c.Weight, c.Person = append(c.Weight, d.Weight[i]), append(c.Person, k+1<<20)
	}
	for j, x := range d.X {
		c.X[j] = append(c.X[j], x...)
	}
	for j, x := range d.Earlier {
		c.Earlier[j] = append(c.Earlier[j], x...)
	}
	return c
}

// untested tells that no test goes with an estimate, as with a difference of
// medians.
func untested(e Estimate) bool { return math.IsNaN(e.P) && math.IsNaN(e.Stat) }

// A result depends on the data alone, to the last bit, and leaves them alone.
func TestResultIsAFunctionOfTheData(t *testing.T) {
	var used Work
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		before := clone(d)
		want := fit(e, d)
		rng := rand.New(rand.NewPCG(5, 5))
		others := 20
		if suite.IsLong() {
			others = 50
		}
		for range others {
			other := &Data{}
			any := all[rng.IntN(len(all))]
			simulate(other, any.Method(), 2+rng.IntN(300), 1, rng)
			any.Fit(other, 0.1, &used)
			if got := fitAt(e, d, 0.05, &used); !cmp.Equal(got, want, cmpopts.EquateNaNs()) {
				t.Fatalf("after other fits %+v, want %+v", got, want)
			}
		}
		if !cmp.Equal(before, d, cmpopts.EquateEmpty(), cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Data{}, "Source")) {
			t.Error("the data have changed")
		}
	})
}

func TestIntervalAndTestAgree(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		est := fit(e, d)
		if e.Method().TestOnly {
			return // there is no interval
		}
		if !(est.Low < est.Value && est.Value < est.High) {
			t.Errorf("%v outside %v to %v", est.Value, est.Low, est.High)
		}
		if wide := fitAt(e, d, 0.01, new(Work)); !(wide.High-wide.Low > est.High-est.Low) || wide.P != est.P && !untested(est) {
			t.Errorf("at alpha 0.01: %+v", wide)
		}
		if untested(est) {
			return
		}
		if e.Method().NullTest || e.Method().Exact {
			return // its test and its interval are of two kinds
		}
		if edge := fitAt(e, d, est.P, new(Work)); !(math.Min(math.Abs(edge.Low), math.Abs(edge.High)) < 1e-9) {
			t.Errorf("the interval at 1 - P should end at 0: %v to %v", edge.Low, edge.High)
		}
	})
}

// ownSeed is a seed for each name, so that a method that is added leaves the data of
// the others as they were.
func ownSeed(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}
