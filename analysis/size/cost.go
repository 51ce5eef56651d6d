package size

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/portable"
)

// What can be asked of designs that differ in more than their size.
const (
	Cost   = "cost"   // the cheapest design that reaches the power
	Budget = "budget" // the design with the most power for the money
)

// Costed is an answer about the designs of [cost.over].
type Costed struct {
	Result          // of the question as a whole; Answers is empty
	About  []string // the outcomes
	Budget float64
	Prices scenarios.Cost
	// Designs are in the order of their cost or, for a budget, of their power, the
	// best first; those that cannot be had come last.
	Designs []CostDesign
}

// CostDesign is one combination of the values of [cost.over].
type CostDesign struct {
	Keys   []KeyValue
	Answer Answer // clients that reach the power, or the power for the budget
	Cost   Interval
	Parts  CostParts
	Rank   Rank
}

// KeyValue is a key of the scenario and what a design has there, as TOML.
type KeyValue struct{ Key, Value string }

// CostParts holds the parts of a trial's cost.
type CostParts struct{ Clients, Contacts, Managers, Visits Number }

// Rank is how a design does beside the others.
type Rank string

// Ranks of designs.
const (
	Best       Rank = "best"       // of those compared
	AsGood     Rank = "as good"    // its interval and the best one's overlap
	Worse      Rank = "worse"      // they don't
	Impossible Rank = "impossible" // it can't be had: see the answer's reason
	Untold     Rank = "unknown"    // replicates ran out, or it was interrupted, before it could be told: see there
)

// contender is a design under comparison.
type contender struct {
	keys   []KeyValue
	r      *runner
	s      *search
	answer Answer
	cost   Interval
	parts  CostParts
	takes  *Staffing // what the clients that a budget pays for take
	out    bool      // can't be had, or is no longer compared
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
	c.question.Solve = Clients
	if q, err := newQuery(m, c.question); err != nil {
		return nil, err
	} else if len(q.size.Power) > 1 {
		return nil, fmt.Errorf("solve: got %q for several powers, want one", question.Solve)
	} else if len(q.goals) != 1 {
		return nil, fmt.Errorf("solve: got %q for several outcomes, want one, or any or all of them required", question.Solve)
	}
	c.question.Solve = question.Solve
	c.enter()
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
func (c *comparison) enter() {
	cost := c.base.Scenario.Cost
	at := make([]int, len(cost.Over))
	for {
		c.list = append(c.list, c.contender(at))
		k := len(at) - 1
		for ; k >= 0; k-- {
			if at[k]++; at[k] < len(cost.Over[k].Values) {
				break
			}
			at[k] = 0
		}
		if k < 0 {
			return
		}
	}
}

// contender returns the design with value at[k] of key k. One that cannot be had says
// why.
func (c *comparison) contender(at []int) *contender {
	cost := c.base.Scenario.Cost
	x := &contender{}
	var settings []scenarios.Setting
	for k, i := range at {
		settings = append(settings, cost.Setting(k, i))
		x.keys = append(x.keys, KeyValue{cost.Over[k].Key, scenarios.Show(cost.Over[k].Values[i])})
	}
	d, err := c.designer(settings)
	if err != nil {
		x.impossible(err.Error())
		return x
	}
	x.r = &runner{ctx: c.ctx, d: d, opt: c.opt, seen: map[float64][]sums{}}
	x.s = x.r.search()
	if c.opt.Progress != nil {
		x.r.told = func(int) { c.progress() }
	}
	return x
}

// designer makes the trials of a design.
func (c *comparison) designer(settings []scenarios.Setting) (*designer, error) {
	m, question := c.base, c.question
	if len(settings) > 0 {
		sc, err := m.Scenario.Variant(settings...)
		if err != nil {
			return nil, err
		}
		if m, err = c.base.Variant(sc); err != nil {
			return nil, err
		}
	}
	question.Solve = Clients
	q, err := newQuery(m, question)
	if err != nil {
		return nil, err
	}
	return newDesigner(m, q)
}

// failed takes a design out that turned out not to be possible at some size, and
// passes on any other error.
func (x *contender) failed(err error) error {
	if _, wrong := errors.AsType[scenarios.Problems](err); wrong {
		x.impossible(err.Error())
		return nil
	}
	return err
}

// impossible is a design that can't be had, and why.
func (x *contender) impossible(why string) {
	x.leave(Impossible, Answer{Status: Unreachable, Reason: why})
}

// leave takes a design out of the comparison, with what is known of it beside its
// size and cost.
func (x *contender) leave(rank Rank, a Answer) {
	none := math.NaN()
	x.out, x.rank = true, rank
	x.answer, x.answer.Exact, x.answer.Design, x.answer.Clients = a, newInterval(none, none, none), none, none
	x.cost = x.answer.Exact
	x.parts = CostParts{Missing(), Missing(), Missing(), Missing()}
}

// progress tells of the replicates of all contenders.
func (c *comparison) progress() {
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

// price returns what a trial costs that takes what is described.
func (c *comparison) price(s *Staffing) (total Number, parts CostParts) {
	return Price(c.base.Scenario.Cost, s)
}

// Price returns what a trial costs that takes what is described, at the prices given, and of
// what parts.
func Price(p *scenarios.Cost, s *Staffing) (total Number, parts CostParts) {
	times := func(n Number, price float64) Number {
		if price == 0 {
			return Number{}
		}
		return Number{n.Value * price, n.MCSE * price}
	}
	parts = CostParts{Clients: Number{float64(s.Clients) * p.PerClient, 0}, Contacts: times(s.ContactHours, p.PerContactHour),
		Managers: times(s.ManagerMonths, p.PerManagerMonth), Visits: times(s.Visits, p.PerVisit)}
	for _, n := range []Number{parts.Clients, parts.Contacts, parts.Managers, parts.Visits} {
		total = Number{total.Value + n.Value, portable.Hypot(total.MCSE, n.MCSE)}
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
			for _, o := range x.r.d.q.outcomes {
				out.About = append(out.About, c.base.Scenario.Outcomes[o].Name)
			}
		}
		out.Replicates += x.s.used
		out.Partial = out.Partial || x.s.interrupted
		failed, fits := x.r.fitted()
		out.Failed, out.Fits = out.Failed+failed, out.Fits+fits
	}
	if out.Scenario == nil {
		return nil, fmt.Errorf("none of the designs of [cost.over] can be made; the first: %s", c.list[0].answer.Reason)
	}
	if out.Replicates == 0 && c.ctx.Err() != nil {
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
		out.Designs = append(out.Designs, CostDesign{Keys: x.keys, Answer: x.answer, Cost: x.cost, Parts: x.parts, Rank: x.rank})
	}
	return out, nil
}

// merit returns what designs are ordered by, the largest first.
func (c *comparison) merit(x *contender) float64 {
	value := -x.cost.Value
	if c.question.Solve == Budget {
		value = x.answer.Exact.Value
	}
	if math.IsNaN(float64(value)) {
		return math.Inf(-1)
	}
	return float64(value)
}
