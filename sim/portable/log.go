package portable

import "math"

const (
	logParts = 128
	// logFrom is where a reduced argument z begins: z is in [0.6875, 1.375).
	logFrom = 0x3fe6000000000000
)

// segment is a part of the range of reduced arguments: one over a number near
// its middle, rounded to 12 bits, and the logarithm of that number in two
// pieces, the first a multiple of 2^-40.
type segment struct{ inverse, high, low float64 }

var segments = func() (t [logParts]segment) {
	const index = 1 << 45
	for i := range t {
		from := math.Float64frombits(logFrom + uint64(i)*index)
		to := math.Float64frombits(logFrom + uint64(i+1)*index)
		if from == 1 || to == 1 {
			t[i].inverse = 1 // so that nothing is lost next to 1
			continue
		}
		t[i].inverse = math.Floor(float64(2/(from+to)*2048)+0.5) / 2048
		l := logOf(double{1, 0}.over(double{t[i].inverse, 0}))
		t[i].high = float64(math.Floor(float64(l.hi*0x1p40)+0.5) * 0x1p-40)
		t[i].low = (l.hi - t[i].high) + l.lo
	}
	return t
}()

// logOf returns ln c for c in [0.6, 1.5] by the series of 2 artanh((c-1)/(c+1)).
func logOf(c double) double {
	s := c.plus(double{-1, 0}).over(c.plus(double{1, 0}))
	square := s.times(s)
	sum := double{}
	for j := 51; j >= 1; j -= 2 {
		sum = sum.times(square).plus(double{1, 0}.over(double{float64(j), 0}))
	}
	return s.times(sum).times(double{2, 0})
}

// Log returns the natural logarithm of x, within 0.53 ulp: NaN for negative x,
// -Inf for 0.
//
// Source: Tang 1990, ACM Trans Math Softw 16:378: a table of logarithms and a
// polynomial of what is left.
func Log(x float64) float64 {
	if !(x > 0) || x > math.MaxFloat64 {
		return logFar(x)
	}
	hi, lo := logSum(x)
	return hi + lo
}

func logFar(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x > 0 || x != x:
		return x
	}
	return math.NaN()
}

// logSum returns ln x for x > 0 as a sum of two, good to 2^-62 of its size.
func logSum(x float64) (hi, lo float64) {
	bits := math.Float64bits(x)
	k := 0.0
	if bits < 1<<52 { // subnormal
		bits = math.Float64bits(float64(x * 0x1p54))
		k = -54
	}
	above := int64(bits - logFrom)
	k += float64(above >> 52)
	s := &segments[above>>45&(logParts-1)]
	z := math.Float64frombits(bits - uint64(above)&^(1<<52-1))
	zh, zl := split(z)
	a := float64(zh*s.inverse) - 1 // exact: 38 bits
	b := float64(zl * s.inverse)   // exact: 39 bits
	r := a + b
	rest := (a - r) + b
	w := float64(k*ln2High) + s.high // exact
	hi, lo = twoSum(w, r)
	return hi, lo + ((rest - float64(float64(r*r)*logTail(r))) + (float64(k*ln2Low) + s.low))
}

// logTail returns (r - ln(1 + r)) / r^2 for a small r.
func logTail(r float64) float64 {
	p := 1.0/8 - float64(r*(1.0/9))
	p = 1.0/7 - float64(r*p)
	p = 1.0/6 - float64(r*p)
	p = 1.0/5 - float64(r*p)
	p = 1.0/4 - float64(r*p)
	p = 1.0/3 - float64(r*p)
	return 1.0/2 - float64(r*p)
}

// Log1p returns ln(1 + x), within 0.7 ulp.
func Log1p(x float64) float64 {
	switch {
	case !(x > -1) || x > math.MaxFloat64:
		return logFar(1 + x)
	case math.Abs(x) < 0x1p-54:
		return x
	}
	u, rest := twoSum(1, x)
	hi, lo := logSum(u)
	return hi + (lo + rest/u)
}

// Log1ps sets each y to ln(1 + x), to the bit as Log1p does: see Exps.
func Log1ps(y, x []float64) {
	y = y[:len(x)]
	least, most := uint64(math.MaxUint64), uint64(0) // bits: above those of infinity for a negative x
	for i, x := range x {
		least, most = min(least, math.Float64bits(x)), max(most, math.Float64bits(x))
		u, small := twoSum(1, x)
		bits := math.Float64bits(u)
		above := int64(bits - logFrom)
		k := float64(above >> 52)
		s := &segments[above>>45&(logParts-1)]
		zh, zl := split(math.Float64frombits(bits - uint64(above)&^(1<<52-1)))
		a, b := float64(zh*s.inverse)-1, float64(zl*s.inverse)
		r := a + b
		hi, lo := twoSum(float64(k*ln2High)+s.high, r)
		lo += (((a - r) + b) - float64(float64(r*r)*logTail(r))) + (float64(k*ln2Low) + s.low)
		y[i] = hi + (lo + small/u)
	}
	if least >= math.Float64bits(0x1p-54) && most <= math.Float64bits(math.MaxFloat64) {
		return
	}
	for i, x := range x {
		y[i] = Log1p(x)
	}
}

// Log10 returns the logarithm of x to base 10, within 0.6 ulp; that of a power
// of ten is exact.
func Log10(x float64) float64 {
	if !(x > 0) || x > math.MaxFloat64 {
		return logFar(x)
	}
	const high, low = 0.4342944819032518, 1.0983196502167651e-17 // 1 / ln 10
	hi, lo := twoSum(logSum(x))
	p, e := twoProduct(hi, high)
	return p + (e + (float64(hi*low) + float64(lo*high)))
}
