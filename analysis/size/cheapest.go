package size

import (
	"math"

	"caseload/analysis/measure"
)

// coarse is how many times as wide as wanted the first interval of each design
// is. Only those that may be the cheapest by then are looked at closer.
const coarse = 3

// cheapest finds the clients that each design needs and what they cost: all
// roughly, then those that may be the cheapest as closely as wanted.
func (c *comparison) cheapest() error {
	for _, precision := range []float64{coarse, 1} {
		for _, x := range c.list {
			if x.out || precision < coarse && float64(x.cost.Low) > c.ceiling() {
				continue
			}
			if err := x.failed(c.solve(x, precision*x.r.d.q.size.Precision)); err != nil {
				return err
			}
		}
	}
	ceiling, least := c.ceiling(), math.Inf(1)
	var cheapest *contender
	for _, x := range c.list {
		if !x.out && float64(x.cost.Value) < least {
			cheapest, least = x, float64(x.cost.Value)
		}
	}
	for _, x := range c.list {
		switch {
		case x.out:
		case x == cheapest:
			x.rank = Best
		case float64(x.cost.Low) <= ceiling:
			x.rank = AsGood
		default:
			x.rank = Worse
		}
	}
	return nil
}

// ceiling returns what the cheapest design costs at most.
func (c *comparison) ceiling() float64 {
	most := math.Inf(1)
	for _, x := range c.list {
		if !x.out && x.cost.High > 0 {
			most = math.Min(most, float64(x.cost.High))
		}
	}
	return most
}

// solve finds the clients that a design needs, as precisely as asked, and what it
// costs. A search that has been begun goes on.
func (c *comparison) solve(x *contender, precision float64) error {
	x.s.precision = precision
	found, err := x.s.find(x.r.falls())
	if err != nil {
		return err
	}
	f, answer := &found[0], blank()
	if err := x.r.answer(x.s, 0, f, &answer); err != nil {
		return err
	}
	switch {
	case answer.Staffing != nil:
		x.answer = answer
		return c.appraise(x)
	case answer.Status == Unreachable:
		x.leave(Impossible, answer)
	case x.answer.Staffing == nil: // else what was known before stays
		if answer.Reason == "" {
			answer.Reason = noTrials
		}
		x.leave(Untold, answer)
	}
	return nil
}

const noTrials = "interrupted before enough trials of it were run"

const noMonths = "its case manager months can't be told: nothing limits its staff, and per_manager_month is not 0"

// appraise finds what the answer of a design costs, and the ends of its interval.
func (c *comparison) appraise(x *contender) error {
	total, parts := c.price(x.answer.Staffing)
	if math.IsNaN(total.Value) {
		x.answer.Reason = noMonths
		x.leave(Untold, x.answer)
		return nil
	}
	x.parts, x.cost = parts, newInterval(total.Value, math.Inf(-1), math.Inf(1))
	for _, end := range []struct {
		clients measure.Number
		to      *measure.Number
		sign    float64
	}{{x.answer.Exact.Low, &x.cost.Low, -1}, {x.answer.Exact.High, &x.cost.High, 1}} {
		n := x.s.within(x.s.up(float64(end.clients)))
		if math.IsNaN(n) || math.IsInf(float64(end.clients), 0) || x.r.ctx.Err() != nil {
			continue
		}
		d, err := x.r.describe(n)
		if err != nil {
			return err
		}
		at, _ := c.price(&d.staffing)
		*end.to = measure.Number(at.Value + float64(end.sign*z95*at.MCSE))
	}
	return nil
}
