package size

import (
	"fmt"
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// spend finds for each design the clients that the budget pays for and their
// power; designs that are clearly not the best are left behind as replicates are
// added.
func (c *comparison) spend() error {
	for _, x := range c.list {
		if x.out {
			continue
		}
		if err := x.failed(c.afford(x)); err != nil {
			return err
		}
	}
	for size := 2 * pilotSize; ; size *= 2 {
		more := false
		for _, x := range c.list {
			if x.out || x.rank == Worse || x.s.exhausted() {
				continue
			}
			have := 0
			if e := c.spent(x); e != nil {
				if have = e.replicates; have >= size || x.s.precise(e) {
					continue
				}
			}
			if err := x.failed(x.s.evaluate(x.s.start, size-have)); err != nil {
				return err
			}
			more = true
		}
		if c.leaveBehind(); !more {
			break
		}
	}
	return c.powers()
}

// leaveBehind marks designs that have less power than the best one.
func (c *comparison) leaveBehind() {
	floor := 0.0
	for _, x := range c.list {
		if e := c.spent(x); e != nil {
			low, _ := e.wilson(0, z99)
			floor = math.Max(floor, low)
		}
	}
	for _, x := range c.list {
		if e := c.spent(x); e != nil {
			if _, high := e.wilson(0, z99); high < floor {
				x.rank = Worse
			}
		}
	}
}

// spent returns the evaluation of what the budget pays for in a design; nil if there
// is none.
func (c *comparison) spent(x *contender) *evaluation {
	if x.out {
		return nil
	}
	return x.s.tried(x.s.start)
}

// powers concludes about all designs.
func (c *comparison) powers() error {
	var best *contender
	for _, x := range c.list {
		if x.out {
			continue
		}
		e := c.spent(x)
		if e == nil {
			x.leave(Untold, Answer{Status: Interrupted, Reason: noTrials})
			continue
		}
		x.answer = blank()
		low, high := e.wilson(0, z95)
		x.answer.Status, x.answer.Design, x.answer.Clients = Found, e.n, x.r.d.clients(e.n)
		x.answer.Exact = newInterval(e.share(0), low, high)
		x.answer.Evaluations = x.r.evaluations(x.s, 0, &finding{bracket: noBracket()})
		x.answer.Outcomes = x.r.outcomes(0, &x.answer)
		x.answer.Staffing = x.takes
		total, parts := c.price(x.takes)
		x.parts, x.cost = parts, newInterval(total.Value, total.Value-float64(z95*total.MCSE), total.Value+float64(z95*total.MCSE))
		if best == nil || x.answer.Exact.Value > best.answer.Exact.Value {
			best = x
		}
	}
	for _, x := range c.list {
		switch {
		case x.out:
		case x == best:
			x.rank = Best
		case x.rank != Worse && x.answer.Exact.High >= best.answer.Exact.Low:
			x.rank = AsGood
		default:
			x.rank = Worse
		}
	}
	return nil
}

// afford finds how many clients of a design the budget pays for. What a trial
// costs is nearly a straight line in its clients, so that a secant finds it.
func (c *comparison) afford(x *contender) error {
	budget := c.base.Scenario.Cost.Budget
	x.takes = nil
	n, before := x.s.start, x.s.near(x.s.start/2)
	if before == n {
		before = x.s.near(2 * n)
	}
	there, err := c.tryToPay(x, before)
	if err != nil {
		return err
	}
	slope := math.NaN()
	for range 8 {
		here, err := c.tryToPay(x, n)
		switch {
		case err != nil:
			return err
		case math.IsNaN(here):
			x.leave(Untold, Answer{Status: Unknown, Reason: noMonths})
			return nil
		case math.Abs(portable.Log(n/before)) > apart || math.IsNaN(slope):
			slope = (here - there) / (n - before)
		}
		next := x.s.within(math.Floor((n+(budget-here)/slope)/x.s.step) * x.s.step)
		if !(slope > 0) { // what is paid for does not grow with the clients
			if next = x.s.max; here > budget {
				next = x.s.min
			}
		}
		if next == n {
			break
		}
		n, before, there = next, n, here
	}
	if x.takes == nil {
		return c.tryTheSmallest(x)
	}
	return nil
}

// tryTheSmallest rules a design out if the budget does not pay for its smallest
// trial.
func (c *comparison) tryTheSmallest(x *contender) error {
	here, err := c.tryToPay(x, x.s.min)
	if x.takes == nil {
		x.impossible(fmt.Sprintf("even %s cost %s", counted(x.s.min, "client"), measure.Grouped(int(here))))
	}
	return err
}

// tryToPay returns what a trial of n clients costs, and keeps the largest that the
// budget pays for.
func (c *comparison) tryToPay(x *contender, n float64) (float64, error) {
	d, err := x.r.describe(n)
	if err != nil {
		return 0, err
	}
	total, _ := c.price(&d.staffing)
	if total.Value <= c.base.Scenario.Cost.Budget && (x.takes == nil || n > x.s.start) {
		x.s.start, x.takes = n, &d.staffing
	}
	return total.Value, nil
}

// apart is the logarithm of how many times the clients designs have at least
// whose costs tell how they grow: of closer ones chance does.
const apart = 0.1
