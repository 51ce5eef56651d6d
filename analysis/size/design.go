package size

import (
	"fmt"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/scenarios"
	"caseload/sim"
)

// designer makes the trials that a search tries.
type designer struct {
	q      *query
	base   *sim.Model
	as     *scenarios.Scenario // as written, with only the analyses asked about
	axis   axis
	models map[float64]*sim.Model
}

// newDesigner lays out the axis of a question. Its error says why the scenario
// has none such.
func newDesigner(m *sim.Model, q *query) (*designer, error) {
	d := &designer{q: q, base: m, as: q.alone(), models: map[float64]*sim.Model{}}
	clients := float64(q.sc.Trial.Clients)
	if err := d.refusal(); err != nil {
		return nil, err
	}
	switch q.solve {
	case Sites:
		return d, d.laySites()
	case Staff:
		return d, d.layStaff()
	case Effect:
		if !d.acts() {
			return nil, fmt.Errorf("solve: got %q, but no program that arm %s has and control lacks has an effect to multiply", q.solve, q.sc.GroupName(q.arm))
		}
		d.axis = axis{min: 0.01, max: mostEffect, start: 1, step: 0.01}
	case Power:
		d.axis = axis{min: clients, max: clients, start: clients, step: 1, root: true}
	default:
		step := d.block()
		d.axis = axis{min: math.Ceil(fewest/step) * step, max: math.Floor(float64(q.size.MaxClients)/step) * step, start: clients, step: step, root: true}
		d.axis.start = d.axis.near(clients)
		if d.axis.max <= d.axis.min {
			return nil, fmt.Errorf("max clients: got %d, want more than the %.0f of the smallest trial tried", q.size.MaxClients, d.axis.min)
		}
	}
	return d, nil
}

const (
	fewest     = 8  // clients of the smallest trial tried
	mostEffect = 10 // times the effects, that the largest ones tried are
)

// block returns how many clients at the least come together: what all block sizes
// are multiples of, else as many as the arms' ratios add up to.
func (d *designer) block() float64 {
	r := &d.q.sc.Trial.Randomization
	n := 0
	if r.Method == scenarios.PermutedBlocks {
		for _, size := range r.Sizes {
			n = gcd(n, size)
		}
	}
	if n == 0 {
		for _, a := range d.q.sc.Arms {
			n += a.Ratio
		}
	}
	return float64(n)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// laySites returns the axis of sites, each with as many clients.
func (d *designer) laySites() error {
	t := &d.q.sc.Trial
	least := 1.0
	if t.Randomization.Clustered() && t.Randomization.By == scenarios.RandomizedSites {
		least = 2 * float64(len(d.q.sc.Arms))
		if d.q.sc.InPeriods() {
			least = max(least, float64(len(d.q.sc.Schedule().Arms)))
		}
	}
	most := math.Min(255, math.Floor(float64(d.q.size.MaxClients)/d.perSite()))
	d.axis = axis{min: least, max: most, start: float64(t.Sites), step: 1, root: true}
	if most <= least {
		return fmt.Errorf("max clients: got %d, want more than the %.0f of %s", d.q.size.MaxClients, least*d.perSite(), counted(least, "site"))
	}
	return nil
}

func (d *designer) perSite() float64 {
	return float64(d.q.sc.Trial.Clients) / float64(d.q.sc.Trial.Sites)
}

// layStaff returns the axis of case managers, each with as many clients.
func (d *designer) layStaff() error {
	k := slices.IndexFunc(d.q.offered, func(name string) bool { return d.q.sc.Programs[name].Staff.Finite() })
	if k < 0 {
		return fmt.Errorf("solve: got %q, but no program that arm %s has and control lacks has a limited staff", d.q.solve, d.q.sc.GroupName(d.q.arm))
	}
	staff := float64(d.q.sc.Programs[d.q.offered[k]].Staff.N)
	most := math.Floor(float64(d.q.size.MaxClients) / float64(d.q.sc.Trial.Clients) * staff)
	d.axis = axis{min: 1, max: most, start: staff, step: 1, root: true}
	if most <= 1 {
		return fmt.Errorf("max clients: got %d, want more than the %.0f of one case manager", d.q.size.MaxClients, float64(d.q.sc.Trial.Clients)/staff)
	}
	return nil
}

// clients returns how many clients a design has.
func (d *designer) clients(n float64) float64 {
	switch d.q.solve {
	case Sites:
		return math.Round(n * d.perSite())
	case Staff:
		return math.Round(n / d.axis.start * float64(d.q.sc.Trial.Clients))
	case Effect, Power:
		return float64(d.q.sc.Trial.Clients)
	}
	return n
}

// model returns the trial of a design. Natural quantities stay solved as they are for
// the scenario as written.
func (d *designer) model(n float64) (*sim.Model, error) {
	if m, ok := d.models[n]; ok {
		return m, nil
	}
	sc := d.scenario(n)
	m, err := d.base.Variant(sc)
	if err != nil {
		return nil, fmt.Errorf("the trial with %s: %w", d.name(n), err)
	}
	d.models[n] = m
	return m, nil
}

// name names a design in words.
func (d *designer) name(n float64) string {
	switch d.q.solve {
	case Effect:
		return fmt.Sprintf("%.2f times the effects", n)
	case Sites:
		return counted(n, "site")
	case Staff:
		if all := d.managers(n); float64(all) != n {
			return fmt.Sprintf("%s a site (%s in all)", counted(n, "case manager"), measure.Grouped(all))
		}
		return counted(n, "case manager")
	}
	return counted(d.clients(n), "client")
}

// managers returns how many case managers a design has at all sites and in all arms, of
// the program whose staff is solved for.
func (d *designer) managers(n float64) int {
	sc := d.scenario(n)
	for _, name := range d.q.offered {
		if p := sc.Programs[name]; p.Staff.Finite() {
			return p.Staff.N * sc.Trial.Sites * pools(sc, name)
		}
	}
	return 0
}

// counted returns a number of things in words.
func counted(n float64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return measure.Grouped(int(n)) + " " + thing
}

// scenario returns the trial of a design as it would be written.
func (d *designer) scenario(n float64) *scenarios.Scenario {
	return d.as.Edit(func(sc *scenarios.Scenario) {
		switch d.q.solve {
		case Effect:
			if n == 1 {
				break // to the last bit, which a logarithm and its exponential may move
			}
			for _, name := range d.q.offered {
				sc.Programs[name] = d.multiplied(name, n)
			}
		case Power:
		case Sites:
			sc.Trial.Sites = int(n)
			d.grow(sc, d.clients(n), scenarios.HoldDuration, without(d.q.size.Scale, "sites"))
		case Staff:
			d.grow(sc, d.clients(n), d.q.size.Hold, without(d.q.size.Scale, "staff"))
			for _, name := range d.q.offered {
				p := sc.Programs[name]
				p.Staff = scaled(d.q.sc.Programs[name].Staff, n/d.axis.start)
				sc.Programs[name] = p
			}
		default:
			d.grow(sc, n, d.q.size.Hold, d.q.size.Scale)
		}
	})
}

func without(words []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == word })
}

// grow gives a trial so many clients, with what grows in proportion to them.
func (d *designer) grow(sc *scenarios.Scenario, clients float64, hold string, scale []string) {
	ratio := clients / float64(sc.Trial.Clients)
	sc.Trial.Clients = int(clients)
	a := &sc.Trial.Accrual
	switch {
	case hold == scenarios.HoldDuration: // a period stays, a rate grows
		a.PerDay, a.PerMonth, a.PerYear = a.PerDay*ratio, a.PerMonth*ratio, a.PerYear*ratio
		for k := range a.Points {
			a.Points[k].PerMonth *= ratio
		}
	case a.OverDays > 0:
		a.OverDays *= ratio
	}
	if slices.Contains(scale, "sites") {
		sc.Trial.Sites = max(1, min(255, int(math.Round(float64(sc.Trial.Sites)*ratio))))
	}
	if slices.Contains(scale, "staff") {
		for name, p := range sc.Programs {
			p.Staff = scaled(p.Staff, ratio)
			sc.Programs[name] = p
		}
	}
	if slices.Contains(scale, "slots") {
		for name, v := range sc.Services {
			if v.Background != nil && v.Slots.Finite() {
				v.Background.PerMonth *= ratio // others come to the places that are added, too
			}
			v.Slots = scaled(v.Slots, ratio)
			sc.Services[name] = v
		}
	}
}

// scaled returns a limit so many times as large, at least one.
func scaled(l scenarios.Limit, ratio float64) scenarios.Limit {
	if !l.Finite() {
		return l
	}
	return scenarios.Limit{N: max(1, int(math.Round(float64(l.N)*ratio)))}
}
