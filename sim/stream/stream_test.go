package stream_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"
	"caseload/sim/stream"
)

var (
	_ rand.Source = (*stream.Stream)(nil)
	_ interface { // the Source of golang.org/x/exp/rand
		Uint64() uint64
		Seed(uint64)
	} = (*stream.Stream)(nil)
)

func newStream(purpose string) *stream.Stream {
	r := stream.NewKey(20240611, 1).Entity(1, 17).Stream(stream.NewPurpose(purpose))
	return &r
}

func uniforms(r *stream.Stream, n int) []float64 {
	u := make([]float64, n)
	for i := range u {
		u[i] = r.Uniform()
	}
	return u
}

func TestUniformsAreUniform(t *testing.T) {
	const n, bins = 4_000_000, 4000
	u := uniforms(newStream("uniform"), n)
	counts := make([]int, bins)
	sum := 0.0
	for _, x := range u {
		counts[int(x*bins)]++
		sum += x
	}
	flat4(t, "uniforms", counts)
	mean4(t, "uniforms", sum, n, 0.5, 1./12)
	lags4(t, "uniforms", u)
	kolmogorov4(t, "uniforms", u)
}

func TestPairsAndTriplesOfDrawsFillTheirSpace(t *testing.T) {
	const n = 1_000_000
	r := newStream("pairs")
	high, low, triples := make([]int, 4096), make([]int, 4096), make([]int, 4096)
	for range n {
		a, b, c := r.Uint64(), r.Uint64(), r.Uint64()
		high[a>>58<<6|b>>58]++
		low[a&63<<6|b&63]++
		triples[a>>60<<8|b>>60<<4|c>>60]++
	}
	flat4(t, "pairs by their high bits", high)
	flat4(t, "pairs by their low bits", low)
	flat4(t, "triples", triples)
}

func TestEveryBitIsSetHalfTheTime(t *testing.T) {
	const n = 1 << 20
	r := newStream("bits")
	var set [64]int
	for range n {
		u := r.Uint64()
		for b := range set {
			set[b] += int(u >> b & 1)
		}
	}
	squares := 0.0
	for b, s := range set {
		mean4(t, fmt.Sprint("bit ", b), float64(s), n, 0.5, 0.25)
		squares += (float64(s) - n/2) * (float64(s) - n/2) / (n / 4)
	}
	chi4(t, "all bits", squares, 64)
}

func TestATrialWithProbabilityPSucceedsThatOften(t *testing.T) {
	const n = 1_000_000
	for _, p := range []float64{0.001, 0.26, 0.5, 0.999} {
		r := newStream("bernoulli")
		k := 0.0
		for range n {
			if r.Bernoulli(p) {
				k++
			}
		}
		mean4(t, "successes", k, n, p, p*(1-p))
	}
}

func TestCertainAndImpossibleTrialsAreSo(t *testing.T) {
	r := newStream("certain")
	for range 100_000 {
		if !r.Bernoulli(1) {
			t.Fatal("a trial with probability 1 failed")
		}
		if r.Bernoulli(0) || r.Bernoulli(math.NaN()) {
			t.Fatal("a trial with probability 0 or NaN succeeded")
		}
	}
}

func TestWholeNumbersAreEquallyLikely(t *testing.T) {
	for _, n := range []int{2, 3, 6, 10, 245, 1000} {
		r := newStream("whole")
		counts := make([]int, n)
		for range 1000 * n {
			counts[r.Intn(n)]++
		}
		flat4(t, "whole numbers", counts)
	}
}

func TestHugeRangesOfWholeNumbersAreCovered(t *testing.T) {
	const n = 1 << 18
	r := newStream("huge")
	var counts [64]int
	for range n {
		i := r.Intn(3 << 61)
		if i < 0 || i >= 3<<61 {
			t.Fatalf("%d is out of range", i)
		}
		counts[i/(3<<55)]++
	}
	flat4(t, "whole numbers below 3*2^61", counts[:])
	if got := r.Intn(1); got != 0 {
		t.Errorf("a whole number below 1 is %d", got)
	}
}

func TestAStreamRepeatsFromItsKeyOrSeed(t *testing.T) {
	a, b := *newStream("same"), *newStream("same")
	other := *newStream("another")
	if x, y := a.Uint64(), b.Uint64(); x != y || x == other.Uint64() {
		t.Error("one name gives two streams, or two names one")
	}
	a.Seed(5)
	b.Seed(5)
	if x, y := a.Uint64(), b.Uint64(); x != y {
		t.Error("one seed gives two streams")
	}
	a.Seed(5)
	b.Seed(6)
	if a.Uint64() == b.Uint64() {
		t.Error("two seeds give one stream")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	purpose := stream.NewPurpose("leaving.methadone")
	s := stream.NewSampler()
	var order [8]int
	swap := func(i, j int) { order[i], order[j] = order[j], order[i] }
	sum := 0.0
	if n := testing.AllocsPerRun(100, func() {
		r := stream.NewKey(1, 2).Entity(3, 4).Stream(purpose)
		for range 200 { // often enough to meet the slow paths
			sum += r.Uniform() + r.Exp() + portable.Pow(r.Exp(), 1.3)
			if r.Bernoulli(0.5) {
				sum += float64(r.Intn(9))
			}
		}
		s.Use(r)
		for range 200 {
			sum += s.Normal()
		}
		s.Shuffle(len(order), swap)
		r = s.Stream()
		r.Seed(r.Uint64())
	}); n != 0 {
		t.Errorf("%v allocations a run, want none", n)
	}
	if !(sum > 0) {
		t.Error(sum)
	}
}
