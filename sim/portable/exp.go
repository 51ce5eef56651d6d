package portable

import "math"

const (
	expParts = 128 // into how many a factor of two is divided

	// ln 2 in front with its last 21 bits zero, so that products with whole
	// numbers below 2^21 are exact, then the rest.
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10

	expMost  = 709.782712893384 // the logarithm of the largest number
	expLeast = -745.2           // below it all rounds to 0
)

// roots holds 2^(k/expParts).
var roots = func() (t [expParts]double) {
	var binary [7]double // 2^(1/2), 2^(1/4), ... 2^(1/128)
	x := double{2, 0}
	for i := range binary {
		x = x.root()
		binary[i] = x
	}
	for k := range t {
		t[k] = double{1, 0}
		for i, b := range binary {
			if k>>(len(binary)-1-i)&1 == 1 {
				t[k] = t[k].times(b)
			}
		}
	}
	return t
}()

// reduce parts x, of size below 746, into n expParts-ths of ln 2 and a rest r +
// low, |r| < 0.0028.
func reduce(x float64) (n int64, r, low float64) {
	const round = 3 << 51 // what is added to it and taken off again is whole
	k := float64(x*(expParts/math.Ln2)) + round - round
	a := x - float64(k*(ln2High/expParts)) // exact
	b := float64(k * (ln2Low / expParts))
	r = a - b
	return int64(k), r, (a - r) - b
}

// tail returns e^r - 1 - r for |r| < 0.0028.
func tail(r float64) float64 {
	p := 1.0/24 + float64(r*(1.0/120))
	p = 1.0/6 + float64(r*p)
	p = 0.5 + float64(r*p)
	return float64(float64(r*r) * p)
}

// Exp returns e^x, within 0.52 ulp (one ulp where the result is subnormal).
//
// Source: Tang 1989, ACM Trans Math Softw 15:144: a table of the fractional
// powers of two and a polynomial of what is left.
func Exp(x float64) float64 {
	if !(x > -708 && x < 709) {
		return expFar(x)
	}
	const round = 3 << 51
	k := float64(x*(expParts/math.Ln2)) + round - round
	// Where this is inlined x may be a product that is not rounded yet.
	r := (float64(x) - float64(k*(ln2High/expParts))) - float64(k*(ln2Low/expParts))
	n := int64(k)
	t := &roots[n&(expParts-1)]
	y := t.hi + (t.lo + float64(t.hi*(r+tail(r))))
	return math.Float64frombits(math.Float64bits(y) + uint64(n>>7)<<52)
}

// expFar returns e^x where the result is not a normal number or nearly so.
func expFar(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > expMost:
		return math.Inf(1)
	case x < expLeast:
		return 0
	}
	return expSum(x, 0)
}

// expSum returns e^(x + small), |x| < 746, for a small of a few ulp of x.
func expSum(x, small float64) float64 {
	n, r, low := reduce(x)
	low += small
	r, low = twoSum(r, low)
	t := &roots[n&(expParts-1)]
	y := t.hi + (t.lo + float64(t.hi*(r+(low+tail(r)))))
	return math.Ldexp(y, int(n>>7))
}

// Expm1 returns e^x - 1, within 0.8 ulp.
func Expm1(x float64) float64 {
	switch {
	case x != x || x == 0:
		return x
	case x > 709:
		return Exp(x) // 1 is far below the last place
	case x < -40:
		return -1
	case math.Abs(x) < 0x1p-54:
		return x
	}
	n, r, low := reduce(x)
	t := &roots[n&(expParts-1)]
	scale := math.Float64frombits(uint64(1023+n>>7) << 52)
	// scale (t + t r + t (tail + low)) - 1, the large terms summed without error.
	product, rest := twoProduct(t.hi, r)
	cube := float64(float64(r*r) * r)
	small := t.lo + (rest + float64(t.hi*(tail(r)+(low+float64(cube*cube)/720))))
	a, b := twoSum(float64(scale*t.hi), -1)
	c, d := twoSum(a, float64(scale*product))
	return c + (d + (b + float64(scale*small)))
}

// Exps sets each y to e^x, to the bit as Exp does. It is for many at once: what
// one needs is under way while others are finished. y is not in the memory of x. The steps of
// Exp are written out, since the compiler would call and not inline them.
func Exps(y, x []float64) {
	const round = 3 << 51
	y = y[:len(x)]
	far := uint64(0) // the bits of the largest size, NaN above all
	for i, x := range x {
		far = max(far, math.Float64bits(x)&^(1<<63))
		k := float64(x*(expParts/math.Ln2)) + round - round
		r := (x - float64(k*(ln2High/expParts))) - float64(k*(ln2Low/expParts))
		n := int64(k)
		t := &roots[n&(expParts-1)]
		e := t.hi + (t.lo + float64(t.hi*(r+tail(r))))
		y[i] = math.Float64frombits(math.Float64bits(e) + uint64(n>>7)<<52)
	}
	if far < math.Float64bits(708) {
		return
	}
	for i, x := range x {
		y[i] = Exp(x)
	}
}
