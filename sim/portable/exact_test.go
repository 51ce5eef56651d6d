package portable_test

import (
	"math"
	"math/big"
)

// Exact values come from math/big at 300 bits, by series that need nothing else.
const precision = 300

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func add(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Mul(a, b) }
func div(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(precision).Quo(a, b) }
func root(a *big.Float) *big.Float   { return new(big.Float).SetPrec(precision).Sqrt(a) }

// small tells whether a term adds nothing to a sum.
func small(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-precision
}

// bigExp sums the Taylor series at x / 2^k, and squares k times.
func bigExp(x *big.Float) *big.Float {
	k := max(0, x.MantExp(nil)+8)
	y := new(big.Float).SetPrec(precision+64).SetMantExp(x, -k)
	one := new(big.Float).SetPrec(precision + 64).SetInt64(1)
	sum, term := new(big.Float).Copy(one), new(big.Float).Copy(one)
	for n := int64(1); !small(term, sum); n++ {
		term.Mul(term, y)
		term.Quo(term, new(big.Float).SetInt64(n))
		sum.Add(sum, term)
	}
	for range k {
		sum.Mul(sum, sum)
	}
	return sum
}

var bigLn2 = artanhSum(div(number(1), number(3)))

// artanhSum is 2 artanh s.
func artanhSum(s *big.Float) *big.Float {
	square, power, sum := mul(s, s), s, number(0)
	for n := 1; !small(power, sum) || n < 3; n += 2 {
		if sum = add(sum, div(power, number(float64(n)))); power.Sign() == 0 {
			break
		}
		power = mul(power, square)
	}
	return mul(sum, number(2))
}

func bigLog(x *big.Float) *big.Float {
	m := new(big.Float).SetPrec(precision)
	e := x.MantExp(m)
	if m.Cmp(number(0.7)) < 0 {
		m, e = mul(m, number(2)), e-1
	}
	return add(mul(number(float64(e)), bigLn2), artanhSum(div(sub(m, number(1)), add(m, number(1)))))
}

// bigErfc is 1 - 2/sqrt(pi) times the Taylor series of the integral of e^(-t^2),
// at a precision that what cancels leaves enough.
func bigErfc(x *big.Float) *big.Float {
	const deep = 3200 // e^(x^2) has 1,100 bits at 27.3, and as many are lost again
	wide := func() *big.Float { return new(big.Float).SetPrec(deep) }
	square := wide().Mul(x, x)
	term, sum := wide().Set(x), wide().Set(x)
	for n := int64(1); term.Sign() != 0 && term.MantExp(nil) > -deep; n++ {
		term.Mul(term, square)
		term.Quo(term, wide().SetInt64(-n))
		sum.Add(sum, wide().Quo(term, wide().SetInt64(2*n+1)))
	}
	sum.Mul(sum, wide().Quo(wide().SetInt64(2), wide().Sqrt(bigPi(deep))))
	return wide().Sub(wide().SetInt64(1), sum)
}

var pis = map[uint]*big.Float{}

// bigPi is 16 arctan 1/5 - 4 arctan 1/239 (Machin 1706).
func bigPi(bits uint) *big.Float {
	if p := pis[bits]; p != nil {
		return p
	}
	arctan := func(k int64) *big.Float {
		wide := func(n int64) *big.Float { return new(big.Float).SetPrec(bits + 64).SetInt64(n) }
		power := wide(1)
		power.Quo(power, wide(k))
		sum := wide(0)
		for n := int64(1); power.MantExp(nil) > -int(bits)-64; n += 2 {
			sum.Add(sum, wide(0).Quo(power, wide(n)))
			power.Quo(power, wide(-k*k))
		}
		return sum
	}
	p := new(big.Float).SetPrec(bits).SetInt64(16)
	p.Mul(p, arctan(5))
	p.Sub(p, new(big.Float).SetPrec(bits).Mul(new(big.Float).SetInt64(4), arctan(239)))
	pis[bits] = p
	return p
}

// bigAsin sums the Taylor series, for |x| < 0.75; beyond, pi/2 less twice that of
// sqrt((1-x)/2).
func bigAsin(x *big.Float) *big.Float {
	if x.Sign() < 0 {
		return sub(number(0), bigAsin(sub(number(0), x)))
	}
	if x.Cmp(number(0.75)) > 0 {
		half := bigAsin(root(div(sub(number(1), x), number(2))))
		return sub(div(bigPi(precision), number(2)), mul(number(2), half))
	}
	square, term, sum := mul(x, x), x, x
	for n := 1.0; !small(term, sum); n += 2 {
		term = div(mul(mul(term, square), number(n)), number(n+1))
		sum = add(sum, div(term, number(n+2)))
	}
	return sum
}

// ulps is how far got is from the exact value, in units in the last place of a
// normal number of its size (of the smallest subnormal, if smaller).
func ulps(got float64, exact *big.Float) float64 {
	if math.IsInf(got, 0) || got != got {
		return math.Inf(1)
	}
	unit := max(exact.MantExp(nil)-53, -1074)
	miss := sub(number(got), exact)
	miss.SetMantExp(miss, -unit)
	f, _ := miss.Float64()
	return math.Abs(f)
}
