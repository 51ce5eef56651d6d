package size

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
)

// What can be asked of designs that differ in more than their size.
const (
	Cost   = "cost"   // the cheapest design that reaches the power
	Budget = "budget" // the design with the most power for the money
)

// Costed is an answer about the designs of [cost.over].
type Costed struct {
	Result // of the question as a whole; Answers are those of Designs
	Budget float64
	Prices scenarios.Cost
	// Designs are in the order of their cost or, for a budget, of their power, the
	// best first; those that cannot be had come last.
	Designs []Design
}

// Design is one combination of the values of [cost.over].
type Design struct {
	Keys   []KeyValue
	Answer Answer // clients that reach the power, or the power for the budget
	Cost   Interval
	Parts  CostParts
	Rank   Rank
}

// KeyValue is a key of the scenario and what a design has there, as TOML.
type KeyValue struct{ Key, Value string }

// CostParts is what a trial's cost is made of.
type CostParts struct{ Clients, Contacts, Managers, Visits Number }

// Rank is how a design does beside the others.
type Rank string

// Ranks of designs.
const (
	Best       Rank = "best"       // of those compared
	AsGood     Rank = "as good"    // its interval and the best one's overlap
	Worse      Rank = "worse"      // they don't
	Impossible Rank = "impossible" // it can't be had: see the answer's reason
)

// contender is a design under comparison.
type contender struct {
	keys   []KeyValue
	r      *runner
	s      *search
	answer Answer
	cost   Interval
	parts  CostParts
	out    bool // can't be had, or is no longer compared
	rank   Rank
}

// RunCost compares the designs of the scenario's [cost.over], all on the same
// chances. The question's Solve is Cost or Budget. Errors are as those of Run.
func RunCost(ctx context.Context, m *sim.Model, question Question, opt Options) (*Costed, error) {
	sc := m.Scenario
	if sc.Cost == nil {
		return nil, errors.New("solve: the scenario has no [cost] table that says what a trial costs")
	}
	if question.Solve == Budget && !(sc.Cost.Budget > 0) {
		return nil, errors.New("solve: got budget, but [cost] has none")
	}
	c := &comparison{ctx: ctx, base: m, question: question, opt: opt}
	if err := c.enter(); err != nil {
		return nil, err
	}
	var err error
	if question.Solve == Budget {
		err = c.spend()
	} else {
		err = c.cheapest()
	}
	if err != nil {
		return nil, err
	}
	return c.costed()
}

// comparison compares contenders.
type comparison struct {
	ctx      context.Context
	base     *sim.Model
	question Question
	opt      Options
	list     []*contender
}

// enter makes a contender of each combination of values.
func (c *comparison) enter() error {
	cost := c.base.Scenario.Cost
	at := make([]int, len(cost.Over))
	for {
		x, err := c.contender(at)
		if err != nil {
			return err
		}
		c.list = append(c.list, x)
		k := len(at) - 1
		for ; k >= 0; k-- {
			if at[k]++; at[k] < len(cost.Over[k].Values) {
				break
			}
			at[k] = 0
		}
		if k < 0 {
			return nil
		}
	}
}

// contender is the design with value at[k] of key k. One that cannot be had says
// why.
func (c *comparison) contender(at []int) (*contender, error) {
	cost := c.base.Scenario.Cost
	x := &contender{}
	var settings []scenarios.Setting
	for k, i := range at {
		settings = append(settings, cost.Setting(k, i))
		x.keys = append(x.keys, KeyValue{cost.Over[k].Key, scenarios.Show(cost.Over[k].Values[i])})
	}
	question := c.question
	question.Solve = Clients
	sc, m := c.base.Scenario, c.base
	if len(settings) > 0 {
		var err error
		if sc, err = sc.With(settings...); err == nil {
			m, err = c.base.Variant(sc)
		}
		if err != nil {
			x.impossible(err.Error())
			return x, nil
		}
	}
	q, err := newQuery(m, question)
	if err != nil {
		return nil, err
	}
	if len(q.goals) != 1 {
		return nil, fmt.Errorf("solve: got %q for several outcomes, want one, or any or all of them required", c.question.Solve)
	}
	d, err := newDesigner(m, q)
	if err != nil {
		return nil, err
	}
	x.r = &runner{ctx: c.ctx, d: d, opt: c.opt, seen: map[float64][]sums{}}
	x.s = x.r.search()
	if c.opt.Progress != nil {
		x.r.told = func(int) { c.progress(x) }
	}
	return x, nil
}

func (x *contender) impossible(why string) {
	x.out, x.rank = true, Impossible
	x.answer = Answer{Status: Unreachable, Reason: why, Exact: Interval{math.NaN(), math.NaN(), math.NaN()}, Design: math.NaN(), Clients: math.NaN()}
	x.cost = x.answer.Exact
	x.parts = CostParts{Missing(), Missing(), Missing(), Missing()}
}

// progress tells of the replicates of all contenders.
func (c *comparison) progress(now *contender) {
	done, want := 0, 0
	for _, x := range c.list {
		if x.s != nil {
			used := x.s.used
			done += used
			want += max(used, x.s.expected)
		}
	}
	c.opt.Progress(done, max(want, done))
}

// price is what a trial costs that takes what is described.
func (c *comparison) price(s *Staffing) (total Number, parts CostParts) {
	p := c.base.Scenario.Cost
	times := func(n Number, price float64) Number {
		if price == 0 {
			return Number{}
		}
		return Number{n.Value * price, n.MCSE * price}
	}
	parts = CostParts{Clients: Number{float64(s.Clients) * p.PerClient, 0}, Contacts: times(s.ContactHours, p.PerContactHour),
		Managers: times(s.ManagerMonths, p.PerManagerMonth), Visits: times(s.Visits, p.PerVisit)}
	for _, n := range []Number{parts.Clients, parts.Contacts, parts.Managers, parts.Visits} {
		total = Number{total.Value + n.Value, math.Hypot(total.MCSE, n.MCSE)}
	}
	return total, parts
}

// costed puts the contenders in order.
func (c *comparison) costed() (*Costed, error) {
	out := &Costed{Budget: c.base.Scenario.Cost.Budget, Prices: *c.base.Scenario.Cost}
	for _, x := range c.list {
		if x.r == nil {
			continue
		}
		if out.Scenario == nil {
			out.Result = *x.r.result(c.question)
			out.Scenario, out.Solve = c.base.Scenario, c.question.Solve
		}
		out.Replicates += x.s.used
		out.Partial = out.Partial || x.s.interrupted
		failed, fits := x.r.fitted()
		out.Failed, out.Fits = out.Failed+failed, out.Fits+fits
	}
	if out.Scenario == nil {
		return nil, fmt.Errorf("none of the designs of [cost.over] can be had; of the first: %s", c.list[0].answer.Reason)
	}
	if out.Replicates == 0 {
		return nil, context.Cause(c.ctx)
	}
	slices.SortStableFunc(c.list, func(a, b *contender) int {
		x, y := c.merit(a), c.merit(b)
		switch {
		case x == y:
			return 0
		case x > y:
			return -1
		}
		return 1
	})
	for _, x := range c.list {
		out.Designs = append(out.Designs, Design{Keys: x.keys, Answer: x.answer, Cost: x.cost, Parts: x.parts, Rank: x.rank})
		out.Answers = append(out.Answers, x.answer)
	}
	return out, nil
}

// merit is what designs are ordered by, the largest first.
func (c *comparison) merit(x *contender) float64 {
	value := -x.cost.Value
	if c.question.Solve == Budget {
		value = x.answer.Exact.Value
	}
	if math.IsNaN(value) {
		return math.Inf(-1)
	}
	return value
}
