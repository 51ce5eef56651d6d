package estimate

import (
	"caseload/sim/portable"
	"math"
)

// fisherWork holds the noncentral hypergeometric distribution of the events of
// the treated arm given the margins of a table. Probabilities are products of
// the ratios of neighbours, taken from the mode outwards until they vanish.
type fisherWork struct {
	observed int       // place of the observed table among those possible, 0 to len(up)
	up, down []float64 // at no effect: probability of place i+1 over that of i, and its inverse
}

// vanished is the share of the largest probability below which the rest of a
// tail, which falls faster than a geometric series, adds nothing.
const vanished = 1e-20

// load works out the ratios. Source: the hypergeometric probabilities,
// C(n1, x) C(n0, k-x).
func (f *fisherWork) load(t table) {
	k := t.x1 + t.x0
	low, high := max(0, k-t.n0), min(t.n1, k)
	f.observed = t.x1 - low
	f.up, f.down = resize(f.up, high-low), resize(f.down, high-low)
	for i := range f.up {
		x := low + i
		gain := float64(t.n1-x) * float64(k-x)
		loss := float64(x+1) * float64(t.n0-k+x+1)
		f.up[i], f.down[i] = gain/loss, loss/gain
	}
}

// mode returns the most likely place at an odds ratio. The ratios fall from place to
// place, so that it is where they pass 1.
func (f *fisherWork) mode(odds float64) int {
	low, high := 0, len(f.up)
	for low < high {
		if i := (low + high) / 2; f.up[i]*odds >= 1 {
			low = i + 1
		} else {
			high = i
		}
	}
	return low
}

// sums are the total, mean and variance of a distribution, or of the part of it
// at and above the observed place (tail); places count from the observed one.
type sums struct{ total, mean, variance, tail, tailMean float64 }

// at sums the distribution at an odds ratio. upper says which tail is asked:
// from the observed place up, or down.
func (f *fisherWork) at(odds float64, upper bool) sums {
	var s sums
	var second float64
	add := func(i int, p float64) {
		x := float64(i - f.observed)
		s.total += p
		s.mean += float64(p * x)
		second += float64(p * x * x)
		if x == 0 || x > 0 == upper {
			s.tail += p
			s.tailMean += float64(p * x)
		}
	}
	mode := f.mode(odds)
	add(mode, 1)
	for i, p := mode, 1.0; i < len(f.up) && (p > vanished || i < f.observed); i++ {
		p = float64(p * (f.up[i] * odds))
		add(i+1, p)
	}
	for i, p := mode-1, 1.0; i >= 0 && (p > vanished || i >= f.observed); i-- {
		p = float64(p * (f.down[i] / odds))
		add(i, p)
	}
	s.mean /= s.total
	s.tailMean /= s.tail
	s.variance = second/s.total - float64(s.mean*s.mean)
	return s
}

// centre returns the log odds ratio at which the mean is the observed place, and the
// variance there: Newton's method on a rising function, from Woolf's estimate.
func (f *fisherWork) centre(t table) (value, variance float64, ok bool) {
	value = portable.Log(float64(t.x1) / float64(t.n1-t.x1) * float64(t.n0-t.x0) / float64(t.x0))
	return f.root(value, func(odds float64) (float64, float64) {
		s := f.at(odds, true)
		return -s.mean, s.variance
	})
}

// limit returns the log odds ratio that leaves a share of the probability in the tail
// from the observed place on. The logarithm of a tail is concave, and its
// derivative the mean of the tail less that of all.
func (f *fisherWork) limit(from, share float64, upper bool) (limit float64, ok bool) {
	limit, _, ok = f.root(from, func(odds float64) (float64, float64) {
		s := f.at(odds, upper)
		off, slope := portable.Log(share*s.total/s.tail), s.tailMean-s.mean
		if !upper {
			return -off, -slope
		}
		return off, slope
	})
	return limit, ok
}

// root finds the log odds ratio at which off, falling at the rate of slope, is
// zero, by Newton's method within a bracket that narrows. It returns the last
// slope too.
func (f *fisherWork) root(x float64, off func(odds float64) (off, slope float64)) (root, slope float64, ok bool) {
	low, high := math.Inf(-1), math.Inf(1)
	for range 100 {
		var left float64
		left, slope = off(portable.Exp(x))
		if left > 0 {
			low = x
		} else {
			high = x
		}
		next := x + max(-2, min(2, left/slope))
		if !(next >= low && next <= high) {
			next = (low + high) / 2
		}
		// The error after a step is of the order of its square.
		if math.Abs(next-x) < 1e-9 {
			return next, slope, true
		}
		x = next
	}
	return x, slope, false
}

// twoSided returns the probability, without an effect, of the places no more likely
// than the observed one. Both are taken relative to the observed one, so that
// small ones keep their digits.
func (f *fisherWork) twoSided() float64 {
	const tie = 1 + 1e-7 // as R's fisher.test
	s := f.at(1, true)
	mode := f.mode(1)
	seen := 1.0 // probability of the observed place over that of the mode
	for i := mode; i < f.observed; i++ {
		seen *= f.up[i]
	}
	for i := mode - 1; i >= f.observed; i-- {
		seen *= f.down[i]
	}
	extreme := 0.0
	if seen*tie >= 1 {
		extreme = 1
	}
	for i, p := mode, 1.0; i < len(f.up) && p > vanished*seen; i++ {
		if p = float64(p * f.up[i]); p <= seen*tie {
			extreme += p
		}
	}
	for i, p := mode-1, 1.0; i >= 0 && p > vanished*seen; i-- {
		if p = float64(p * f.down[i]); p <= seen*tie {
			extreme += p
		}
	}
	return min(1, extreme/s.total)
}
