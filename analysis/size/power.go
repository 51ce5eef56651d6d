package size

import (
	"math"

	"caseload/analysis/numeric"
)

// power finds the power of the trial as written: replicates are run until its
// 95 % Wilson interval is as narrow as wanted, as a share of it but not narrower
// than a point of power either way.
func (r *runner) power(s *search, res *Result) error {
	n := s.start
	for !s.exhausted() {
		more := pilotSize
		if e := s.tried(n); e != nil {
			for g := range s.nullPredictor {
				more = max(more, s.lacking(e, g)-e.replicates)
			}
			if more == pilotSize && s.precise(e) {
				break
			}
			s.expected = max(s.expected, e.replicates+more)
			more = min(more, max(pilotSize, e.replicates)) // what is known of the power yet is not much
		}
		if err := s.evaluate(n, more); err != nil {
			return err
		}
	}
	e := s.tried(n)
	if e == nil {
		return nil
	}
	for g := range s.nullPredictor {
		a, err := r.powerAnswer(s, g, e)
		if err != nil {
			return err
		}
		res.Answers = append(res.Answers, *a)
	}
	return nil
}

// powerAnswer returns the answer to goal g from the evaluation of the trial as
// written.
func (r *runner) powerAnswer(s *search, g int, e *evaluation) (*Answer, error) {
	n := s.start
	f := &finding{bracket: noBracket()}
	a := Answer{Target: s.target, Status: Found, Design: n, DesignLow: math.NaN(), DesignHigh: math.NaN(), Clients: r.d.clients(n), Fit: noFit()}
	low, high := e.wilson(g, z95)
	a.Exact = newInterval(e.share(g), low, high)
	if s.interrupted {
		a.Status = Interrupted
	} else if !s.precise(e) {
		a.Status = Wide
		f.outcome = wide
		why := r.remark(s, g, f, &a)
		a.Cause, a.Reason = why.Cause, why.text
	}
	a.Evaluations = r.evaluations(s, g, f)
	if r.ctx.Err() == nil {
		x, err := r.describe(n)
		if err != nil {
			return nil, err
		}
		a.Staffing = &x.staffing
		a.ByFormula = r.formula(&r.d.q.goals[g], x, n, s.target)
	}
	a.Outcomes = r.outcomes(g, &a)
	return &a, nil
}

// precise reports whether all powers of a design are known as well as wanted.
func (s *search) precise(e *evaluation) bool {
	for g := range s.nullPredictor {
		if low, high := e.wilson(g, z95); (high-low)/2 > s.maxHalfWidth(e.share(g)) {
			return false
		}
	}
	return true
}

// maxHalfWidth returns the largest that is wanted of a power's interval.
func (s *search) maxHalfWidth(power float64) float64 { return math.Max(0.01, s.precision*power) }

// lacking returns about how many more replicates make a power as precise as wanted.
func (s *search) lacking(e *evaluation, g int) int {
	p := (float64(e.hits[g]) + 1) / (float64(e.replicates) + 2)
	half := s.maxHalfWidth(p)
	n := numeric.NormalQuantile(0.975) * numeric.NormalQuantile(0.975) * p * (1 - p) / (half * half)
	return int(math.Ceil(n))
}
