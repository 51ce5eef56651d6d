package portable

import "math"

// The coefficients of rational approximations to erf on [0, 0.46875], and to
// e^(x^2) erfc x on [0.46875, 4] and beyond. Source: Cody 1969, Math Comp
// 23:631, as tabulated in his program CALERF.
var (
	erfTop = [...]float64{1.85777706184603153e-1, 3.16112374387056560e00, 1.13864154151050156e02,
		3.77485237685302021e02, 3.20937758913846947e03}
	erfBottom = [...]float64{1, 2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03,
		2.84423683343917062e03}
	middleTop = [...]float64{2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0,
		6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02, 1.71204761263407058e03,
		2.05107837782607147e03, 1.23033935479799725e03}
	middleBottom = [...]float64{1, 1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02,
		1.62138957456669019e03, 3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03,
		1.23033935480374942e03}
	farTop = [...]float64{1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
		1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4}
	farBottom = [...]float64{1, 2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1,
		6.05183413124413191e-2, 2.33520497626869185e-3}
)

const oneOverRootPi = 5.6418958354775628695e-1

// horner evaluates a polynomial, the coefficient of the highest power first.
func horner(c []float64, x float64) float64 {
	sum := 0.0
	for _, a := range c {
		sum = float64(sum*x) + a
	}
	return sum
}

// Erfc returns one less the error function of x, within 8 ulp where the result
// is a normal number.
func Erfc(x float64) float64 {
	y := math.Abs(x)
	switch {
	case x != x:
		return x
	case y <= 0.46875:
		square := float64(x * x)
		return 1 - float64(x*(horner(erfTop[:], square)/horner(erfBottom[:], square)))
	case y > 27.3:
		return 1 - math.Copysign(1, x)
	}
	var scaled float64
	if y <= 4 {
		scaled = horner(middleTop[:], y) / horner(middleBottom[:], y)
	} else {
		square := 1 / float64(y*y)
		rest := float64(square * (horner(farTop[:], square) / horner(farBottom[:], square)))
		scaled = (oneOverRootPi - rest) / y
	}
	// e^(-y^2), with the square of a number of few bits exact.
	near := float64(math.Floor(float64(y*16)) / 16)
	e := float64(Exp(-float64(near*near)) * Exp(-float64((y-near)*(y+near))))
	if x < 0 {
		return 2 - float64(e*scaled)
	}
	return float64(e * scaled)
}
