package portable

import "math"

// double is an unevaluated sum hi + lo with |lo| at most half an ulp of hi:
// some 106 bits. It serves the tables and the functions that need more than 53
// bits on the way. Source: Dekker 1971, Numer Math 18:224.
type double struct{ hi, lo float64 }

// twoSum returns a + b rounded, and what rounding took away.
func twoSum(a, b float64) (sum, rest float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}

// split parts x into two numbers of at most 26 bits each, so that their
// products are exact.
func split(x float64) (high, low float64) {
	high = math.Float64frombits(math.Float64bits(x) &^ (1<<27 - 1))
	return high, x - high
}

// twoProduct returns a b rounded, and what rounding took away.
func twoProduct(a, b float64) (product, rest float64) {
	product = float64(a * b)
	ah, al := split(a)
	bh, bl := split(b)
	rest = float64(ah*bh) - product
	rest += float64(ah * bl)
	rest += float64(al * bh)
	return product, rest + float64(al*bl)
}

func (a double) plus(b double) double {
	s, e := twoSum(a.hi, b.hi)
	hi, lo := twoSum(s, e+(a.lo+b.lo))
	return double{hi, lo}
}

func (a double) times(b double) double {
	p, e := twoProduct(a.hi, b.hi)
	hi, lo := twoSum(p, e+(float64(a.hi*b.lo)+float64(a.lo*b.hi)))
	return double{hi, lo}
}

// over returns a / b by one correction of the rounded quotient.
func (a double) over(b double) double {
	q := a.hi / b.hi
	r := a.plus(b.times(double{-q, 0}))
	hi, lo := twoSum(q, (r.hi+r.lo)/b.hi)
	return double{hi, lo}
}

// root returns the square root of a by one step of Newton's method.
func (a double) root() double {
	x := math.Sqrt(a.hi)
	r := a.plus(double{x, 0}.times(double{-x, 0}))
	hi, lo := twoSum(x, (r.hi+r.lo)/(2*x))
	return double{hi, lo}
}
