package numeric

import "math"

// parts is into how many a factor of two is divided in powers.
const parts = 64

// powers are the powers of two with exponents 0, 1/parts, 2/parts and so on.
var powers = func() (p [parts]float64) {
	for k := range p {
		p[k] = math.Exp2(float64(k) / parts)
	}
	return p
}()

// The logarithm of 2, divided by parts: in front the digits that a count of
// parts multiplies without rounding, then the rest.
const (
	partHigh = 6.93147180369123816490e-01 / parts
	partLow  = 1.90821492927058770002e-10 / parts
)

// Exp is e to the x to within two units of the last digit, in some half of the
// time of math.Exp: models of hundreds of rows take most of theirs in it. Source:
// Tang 1989, ACM Trans Math Softw 15:144 (a table, and a polynomial of the rest).
func Exp(x float64) float64 {
	if !(x > -700 && x < 700) {
		return math.Exp(x)
	}
	const round = 3 << 51 // what is added to it and taken off again is an integer
	n := float64(x*(parts/math.Ln2)) + round - round
	r := (x - float64(n*partHigh)) - float64(n*partLow)
	k := int64(n)
	p := r + r*r*(1.0/2+r*(1.0/6+r*(1.0/24+r*(1.0/120))))
	t := powers[k&(parts-1)]
	scale := math.Float64frombits(uint64(1023+k>>6) << 52)
	return (t + t*p) * scale
}
