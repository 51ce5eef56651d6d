package sim

import (
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// unknown is a compiled scenarios.Unknown: a number that each replicate draws.
type unknown struct {
	row     scenarios.Unknown
	score   stream.Purpose // of the draw of its quantile, which a group shares
	none    stream.Purpose // of the draw whether there is an effect at all
	program int            // -1: none
	effect  effectID       // of the program
	process processID      // of a quantity; else -1
	rate    int            // among the process's own in services; -1: the quantity is the baseline's
	acts    []place        // modifiers that a service's hazard ratio is
	bit     uint8          // while which they act
	curve   curve          // of what is solved for
	without float64        // the number that stands for no effect
}

// compileUnknowns finds what replicates draw, if uncertainty is used.
func (m *Model) compileUnknowns(sc *scenarios.Scenario) scenarios.Problems {
	if !sc.Drawn() {
		return nil
	}
	if problems := sc.Undrawable(); len(problems) > 0 {
		return problems
	}
	for _, row := range sc.Unknowns() {
		name := "key." + row.Key
		if row.Group != "" {
			name = "group." + row.Group
		}
		u := unknown{row: row, score: stream.NewPurpose("uncertain." + name), none: stream.NewPurpose("none." + name), program: -1, process: -1, rate: -1}
		switch t := &row.Target; t.Kind {
		case scenarios.TargetQuantity:
			m.findQuantity(sc, &u)
		case scenarios.TargetActs:
			u.bit = m.bitOf(t)
			m.drawsAfter = m.drawsAfter || t.Table != ""
			u.acts = m.modifiersOf(u.bit, t.Process, sc.Ratios(t))
		default:
			u.program = m.programNamed(t.Program)
			u.effect = effectID(slices.IndexFunc(m.programs[u.program].effects, func(f effect) bool { return f.index == t.Effect }))
		}
		if k := row.Target.Kind; k == scenarios.TargetRatio || k == scenarios.TargetOver || k == scenarios.TargetActs {
			u.without = 1
		}
		m.unknowns = append(m.unknowns, u)
	}
	return nil
}

// Unknowns returns the numbers that each replicate draws, in the order of
// [Workspace.Drawn].
func (m *Model) Unknowns() (rows []scenarios.Unknown) {
	for k := range m.unknowns {
		rows = append(rows, m.unknowns[k].row)
	}
	return rows
}

// varied returns a copy of the model for one worker, with its own of what the unknowns
// set. A model without any is its own copy.
func (m *Model) varied() *Model {
	if len(m.unknowns) == 0 {
		return m
	}
	u := *m
	u.procs, u.programs = slices.Clone(m.procs), slices.Clone(m.programs)
	for p := range u.procs {
		pr := &u.procs[p]
		pr.mods, pr.rates = slices.Clone(pr.mods), slices.Clone(pr.rates)
		pr.base.cum, pr.base.rates = slices.Clone(pr.base.cum), slices.Clone(pr.base.rates)
	}
	for k := range u.programs {
		u.programs[k].effects = slices.Clone(u.programs[k].effects)
		for e := range u.programs[k].effects {
			if f := &u.programs[k].effects[e]; f.brings != nil {
				own := *f.brings
				own.added = slices.Clone(own.added)
				f.brings = &own
			}
		}
	}
	return &u
}

// vary sets an unknown of a copy of the model from to a value. As written, it is what
// was compiled, to the last bit.
func (m *Model) vary(from *Model, u *unknown, x float64, none bool) {
	written := x == u.row.Target.Written && !none
	switch kind := u.row.Target.Kind; kind {
	case scenarios.TargetQuantity:
		if u.rate >= 0 {
			m.varyRate(from, u, x, written)
		} else {
			m.varyBaseline(from, u, x, written)
		}
	case scenarios.TargetActs:
		m.varyService(from, u, x, written)
	case scenarios.TargetUptake:
		m.programs[u.program].uptake = x
	case scenarios.TargetSpread:
		p := &m.programs[u.program]
		if p.spread = from.programs[u.program].spread; !written {
			p.spread *= x / u.row.Target.Written
		}
	default:
		f, old := &m.programs[u.program].effects[u.effect], &from.programs[u.program].effects[u.effect]
		own := f.brings
		*f = *old
		if f.brings = own; own != nil {
			copy(own.added, old.brings.added)
		}
		if !written {
			m.varyEffect(f, old, u, x, none)
		}
		m.modifyBy(f)
	}
}

// varyEffect sets the number of an effect. A kind of effect that has a strength of its
// own joins here.
func (m *Model) varyEffect(f, old *effect, u *unknown, x float64, none bool) {
	manual := 1.0
	if s := m.Scenario.Programs[u.row.Target.Program].Manual; s != nil {
		manual = s.Effect
	}
	switch u.row.Target.Kind {
	case scenarios.TargetRatio:
		f.logHR = portable.Log(x) * manual
	case scenarios.TargetChance:
		f.setChance(x)
	case scenarios.TargetPoints:
		f.points = x * manual
	case scenarios.TargetShare:
		for k := range f.brings.added {
			if none {
				f.brings.added[k] = 0
			} else {
				f.brings.added[k] *= portable.Exp(u.curve.at(x, k))
			}
		}
	case scenarios.TargetReaches, scenarios.TargetOver:
		if f.logHR = 0; !none {
			f.logHR = old.logHR + u.curve.at(x, 0)
		}
	}
}

// modifyBy lets processes have the effect's hazard ratio, at each stage by less.
func (m *Model) modifyBy(f *effect) {
	if f.process < 0 || f.score >= 0 {
		return
	}
	for p := range m.procs {
		for k := range m.procs[p].mods {
			mod := &m.procs[p].mods[k]
			if mod.bit >= f.bit && mod.bit < f.bit+f.stages {
				mod.factor[1] = portable.Exp(f.logHR * mod.share)
				mod.inverse[1] = 1 / mod.factor[1]
			}
		}
	}
}

// varyBaseline sets the hazard of a process that a number is solved for.
func (m *Model) varyBaseline(from *Model, u *unknown, x float64, written bool) {
	b, old := &m.procs[u.process].base, &from.procs[u.process].base
	copy(b.rates, old.rates)
	copy(b.cum, old.cum)
	b.rate, b.scale, b.mean = old.rate, old.scale, old.mean
	if !written {
		b.scaleBy(&u.curve, x)
	}
	for state, p := range [2]processID{m.use.relapse, m.use.quit} {
		if p == u.process {
			m.use.idle[state] = b.mean
		}
	}
}

// scaleBy multiplies the hazard, or each of its pieces, by what the curve says at x.
func (b *baseline) scaleBy(c *curve, x float64) {
	switch b.kind {
	case constant:
		b.rate *= portable.Exp(c.at(x, 0))
		b.mean = 1 / b.rate
	case weibull:
		b.scale *= portable.Exp(c.at(x, 0))
	case piecewise:
		for k := range b.rates {
			b.rates[k] *= portable.Exp(c.at(x, k))
			if k > 0 {
				b.cum[k] = b.cum[k-1] + float64(b.rates[k-1]*(b.start[k]-b.start[k-1]))
			}
		}
	}
}
