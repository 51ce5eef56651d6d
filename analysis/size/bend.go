package size

import (
	"math"

	"caseload/analysis/numeric"
)

// bend sets the exponent of the axis of an assurance. The power of one true effect is a
// probit line in the square root of the number of clients; its mean over a prior is not:
// it levels off. For a normal prior and a known variance the assurance is
// Phi((m - c w) / sqrt(w^2 + v)), with w the standard error, v the variance of the prior
// and c the critical value (O'Hagan, Stevens & Campbell 2005, Pharm Stat 4:187-201). At
// a target eta, with r the share w^2 has of w^2 + v, its second derivative by log w over its first is
//
//	p = 1 + u / (c (1 - r) + u) - 3 r,    u = (eta + c sqrt(r)) sqrt(r)
//
// so that near the target it is a line in w^p, and so in n^(-p/2): the square root of n
// without a prior (r = 1), its inverse where the prior is all (r = 0).
func (s *search) bend(goal int) {
	if s.sampling == nil {
		return
	}
	if s.planned == nil {
		s.planned = make([]float64, len(s.nullPredictor))
	}
	at := s.planned[goal]
	if !(at > 0) {
		at = s.start
	}
	r, c := s.sampling(goal, s.within(at)), -s.nullPredictor[goal]
	u := float64((numeric.NormalQuantile(s.target) + float64(c*math.Sqrt(r))) * math.Sqrt(r))
	e := -(1 + u/(float64(c*(1-r))+u) - float64(3*r)) / 2
	// Between the two the exponent may be 0, which is the logarithm; so small a power is
	// one, too.
	const least = 0.02
	e = math.Max(-0.5, math.Min(0.5, e))
	if math.Abs(e) < least {
		e = math.Copysign(least, e)
	}
	s.exponent = e
}

// sampling returns the share of the variance of the estimates that is of sampling, by the
// standard errors and the spread of all estimates so far: 1/2 where they have none.
func (r *runner) sampling(goal int, n float64) float64 {
	t := r.d.q.goals[goal].tests[0]
	var fits, errors, drawn float64
	for design, all := range r.seen {
		x := &all[t]
		fits += x.n
		errors += float64(x.errors * design)
		m := x.value / x.n
		if x.n > 1 {
			drawn += float64(x.n*(x.square/x.n-float64(m*m))) - x.errors
		}
	}
	within := errors / fits / n
	if !(within > 0) {
		return 0.5
	}
	return within / (within + math.Max(0, drawn/fits))
}
