package estimate

import "caseload/sim/portable"

// hermite are the nodes of Gauss-Hermite quadrature with 15 points, from the middle
// outwards, the same on either side of 0, with their weights times exp(x^2): the
// integral of f over the line is about the sum of f(x) by these. Source: Abramowitz &
// Stegun 1964, table 25.10; the digits are those of gonum/integrate/quad.
var hermite = makeHermite([8][2]float64{
	{0, 0.56410030872641792},
	{0.56506958325557577, 0.41202868749889830},
	{1.1361155852109206, 0.15848891579593580},
	{1.7199925751864888, 0.030780033872546117},
	{2.3257324861738580, 0.0027780688429127698},
	{2.9671669279056032, 0.00010000444123249973},
	{3.6699503734044527, 1.0591155477110637e-06},
	{4.4999907073093901, 1.5224758042535240e-09},
})

const hermiteNodes = 15

// hermiteRule has the nodes, and their weights times exp(x^2).
type hermiteRule struct{ at, weight [hermiteNodes]float64 }

func makeHermite(half [8][2]float64) (r hermiteRule) {
	for k, pair := range half {
		x, w := pair[0], pair[1]*portable.Exp(pair[0]*pair[0])
		r.at[7-k], r.at[7+k] = -x, x
		r.weight[7-k], r.weight[7+k] = w, w
	}
	return r
}
