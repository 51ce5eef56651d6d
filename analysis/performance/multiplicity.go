package performance

import "math"

// Adjustments are the ways to adjust p values for how many tests there are, in
// the order in which they are listed to people.
//
// Bonferroni, Holm 1979 (Scand J Stat 6:65) and Hochberg 1988 (Biometrika
// 75:800) bound the chance of any false rejection, the last if the tests are
// independent or positively dependent. Benjamini & Hochberg 1995 (J R Stat Soc
// B 57:289) bounds the expected share of false ones among the rejections, on
// the same condition.
var Adjustments = []string{"none", "bonferroni", "holm", "hochberg", "benjamini_hochberg"}

// Adjust returns the adjusted p values of m tests, in dst if it is large
// enough: a test is rejected at each level above its adjusted p value. A p
// value that is NaN, of a test that came to nothing, counts as 1: it is part of
// the family and not rejected. p is left alone; dst may not overlap it. Adjust
// panics at a method that is not in Adjustments. For the few tests of a trial:
// it takes time quadratic in their number, and no memory.
func Adjust(method string, p, dst []float64) []float64 {
	if cap(dst) < len(p) {
		dst = make([]float64, len(p))
	}
	dst = dst[:len(p)]
	rule, ok := rules[method]
	if !ok {
		panic("performance: no adjustment " + method)
	}
	rule(p, dst)
	return dst
}

var rules = map[string]func(p, dst []float64){
	"none":               unadjusted,
	"bonferroni":         bonferroni,
	"holm":               holm,
	"hochberg":           hochberg,
	"benjamini_hochberg": benjaminiHochberg,
}

// defined returns a p value, 1 for one that is not defined.
func defined(p float64) float64 {
	if math.IsNaN(p) {
		return 1
	}
	return p
}

func unadjusted(p, dst []float64) {
	for i, v := range p {
		dst[i] = defined(v)
	}
}

// bonferroni multiplies by the number of tests.
func bonferroni(p, dst []float64) {
	for i, v := range p {
		dst[i] = min(1, float64(len(p))*defined(v))
	}
}

// holm steps down: the greatest (m - j + 1) p(j) over the p values not above
// this one, the j-th smallest of m.
func holm(p, dst []float64) {
	for i, v := range p {
		dst[i] = 0
		for _, u := range p {
			if u = defined(u); u <= defined(v) {
				// Of equal p values the first in order has the greatest factor.
				dst[i] = max(dst[i], float64(len(p)-below(p, u))*u)
			}
		}
		dst[i] = min(1, dst[i])
	}
}

// hochberg steps up: the least (m - j + 1) p(j) over those not below this one.
func hochberg(p, dst []float64) {
	for i, v := range p {
		dst[i] = 1
		for _, u := range p {
			if u = defined(u); u >= defined(v) {
				dst[i] = min(dst[i], float64(len(p)-upTo(p, u)+1)*u)
			}
		}
	}
}

// benjaminiHochberg steps up: the least (m/j) p(j) over those not below this.
func benjaminiHochberg(p, dst []float64) {
	for i, v := range p {
		dst[i] = 1
		for _, u := range p {
			if u = defined(u); u >= defined(v) {
				dst[i] = min(dst[i], float64(len(p))/float64(upTo(p, u))*u)
			}
		}
	}
}

// below counts the p values less than u, and upTo those not greater.
func below(p []float64, u float64) int {
	n := 0
	for _, v := range p {
		if defined(v) < u {
			n++
		}
	}
	return n
}

func upTo(p []float64, u float64) int {
	n := 0
	for _, v := range p {
		if defined(v) <= u {
			n++
		}
	}
	return n
}
