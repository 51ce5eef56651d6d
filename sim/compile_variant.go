package sim

import (
	"context"
	"reflect"
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
)

// Variant compiles another form of the model's scenario with what was solved for
// the model, so that what is varied is all that varies: baselines, effects that
// reach a quantity, spreads by an intraclass correlation, errors by a
// reliability. A quantity that is another one in sc is solved there, with
// everything else as it was; one that is never needs no solving. Clients'
// streams are the same, so that the two models' trials share their chances.
// Its errors are scenarios.Problems.
func (m *Model) Variant(sc *scenarios.Scenario) (*Model, error) {
	return m.VariantContext(context.Background(), sc)
}

// VariantContext is Variant that ends when ctx is done, as CompileContext does.
func (m *Model) VariantContext(ctx context.Context, sc *scenarios.Scenario) (*Model, error) {
	return compileContext(ctx, sc, sampleSize, m)
}

// ReceiveAs lets contacts count towards what a client received as in another
// model: those of the programs that its control arm lacks. It is for a variant
// in which the control arm has lost programs that the arms share, and must be
// called before workspaces are made.
func (m *Model) ReceiveAs(o *Model) {
	for k := range m.programs {
		if j := o.programNamed(m.programs[k].name); j >= 0 {
			m.beyondControl = m.beyondControl&^(1<<k) | o.beyondControl>>j&1<<k
		}
	}
}

// programNamed returns the program of that name, -1 for none.
func (m *Model) programNamed(name string) int {
	return slices.IndexFunc(m.programs, func(p program) bool { return p.name == name })
}

// natural is a natural quantity of a scenario and the process that it is about.
type natural struct {
	key, process string
	q            *scenarios.Quantity
}

// naturals returns the natural quantities that processes are solved for.
func naturals(sc *scenarios.Scenario) []natural {
	list := []natural{{"use.quit", "quit", &sc.Use.Quit}, {"use.relapse", "relapse", &sc.Use.Relapse},
		{"jail.stay", "release", jailStay(sc)}, {"attrition.loss", "loss", sc.Attrition.Loss}}
	if h := sc.Housing; h != nil {
		list = append(list, natural{"housing.lose", "lose_housing", &h.Lose}, natural{"housing.gain", "gain_housing", &h.Gain})
	}
	if e := sc.Employment; e != nil {
		list = append(list, natural{"employment.lose", "lose_job", &e.Lose}, natural{"employment.gain", "gain_job", &e.Gain})
	}
	if a := sc.Arrest; a != nil {
		list = append(list, natural{"arrest.rate", "arrest", &a.Rate})
	}
	if r := sc.Risk; r != nil {
		list = append(list, natural{"risk.rate", "risk", &r.Rate})
	}
	if d := sc.Death; d != nil {
		list = append(list, natural{"death.rate", "death", &d.Rate})
	}
	list = append(list, eventNaturals(sc)...)
	for _, name := range sortedKeys(sc.Services) {
		v, key := sc.Services[name], "service."+name+"."
		list = append(list, natural{key + "linkage", "linkage." + name, &v.Linkage}, natural{key + "stay", "leaving." + name, &v.Stay},
			natural{key + "renege", "renege." + name, v.Renege}, natural{key + "return", "return." + name, v.Return})
	}
	return list
}

// adopt takes over what from has solved for the same question, and returns the
// keys of what needs no solving and whether there is anything else.
func (m *Model) adopt(from *Model) (settled map[string]bool, all bool) {
	settled = map[string]bool{}
	all = true
	settle := func(key string, ok bool) {
		settled[key] = ok
		all = all && ok
	}
	old := map[string]*scenarios.Quantity{}
	for _, n := range naturals(from.Scenario) {
		old[n.key] = n.q
	}
	for _, n := range naturals(m.Scenario) {
		if n.q != nil {
			settle(n.key, m.adoptProcess(from, n, old[n.key]))
		}
	}
	for p := range m.procs {
		for k := range m.procs[p].rates {
			r := &m.procs[p].rates[k]
			settle(r.key, r.adopt(from, m.procs[p].name))
		}
	}
	for k := range m.programs {
		for e := range m.programs[k].effects {
			if f := &m.programs[k].effects[e]; f.key() != "" {
				settle(f.key(), m.adoptEffect(from, m.programs[k].name, f))
			}
		}
		if m.Scenario.Programs[m.programs[k].name].ICC != nil {
			settle("program."+m.programs[k].name+".icc", m.adoptSpread(from, &m.programs[k]))
		}
	}
	if m.Scenario.Trial.SiteICC != nil {
		settle("trial.site_icc", m.adoptSites(from))
	}
	for k := range m.outcomes {
		if m.Scenario.Outcomes[k].Reliability > 0 {
			settle("outcome."+m.outcomes[k].name, m.adoptGauge(from, k))
		}
	}
	if m.missing.odds {
		settle("attrition.missed", m.adoptMissing(from))
	}
	for k := range m.unknowns {
		if u := &m.unknowns[k]; u.row.Solved() {
			settle(u.row.Key, m.adoptCurve(from, u, settled))
		}
	}
	return settled, all && sameCohort(from.Scenario, m.Scenario)
}

// adoptProcess takes over a baseline. One that was never solved, since nobody
// could have the event, says nothing.
func (m *Model) adoptProcess(from *Model, n natural, old *scenarios.Quantity) bool {
	if n.q.Never {
		return true
	}
	p, q := m.find(n.process), from.find(n.process)
	if p < 0 || q < 0 || !reflect.DeepEqual(n.q, old) || from.procs[q].base.kind == never {
		return false
	}
	m.procs[p].base = from.procs[q].base
	if x := n.q.Prevalence; x != nil && x.TimeConstantDays > 0 {
		other := scenarios.Opposite(n.process)
		m.procs[m.find(other)].base = from.procs[from.find(other)].base
	}
	return true
}

// drawsAs reports whether replicates draw no number that those of from do not: then all that
// they draw has been solved and is within bounds.
func (m *Model) drawsAs(from *Model) bool {
	return !slices.ContainsFunc(m.unknowns, func(u unknown) bool {
		return !slices.ContainsFunc(from.unknowns, func(v unknown) bool {
			return u.row.Key == v.row.Key && reflect.DeepEqual(u.row.Prior, v.row.Prior)
		})
	})
}

// adoptCurve takes over what is solved of an unknown, if it is about the same.
func (m *Model) adoptCurve(from *Model, u *unknown, settled map[string]bool) bool {
	about := u.row.Target.Quantity
	if about == "" {
		about = m.programs[u.program].effects[u.effect].key()
	}
	for k := range from.unknowns {
		if v := &from.unknowns[k]; v.row.Key == u.row.Key && settled[about] && reflect.DeepEqual(v.row.Prior, u.row.Prior) {
			u.curve, u.without = v.curve, v.without
			return true
		}
	}
	return false
}

// adoptEffect takes over the hazard ratio with which the effect reaches its
// quantity, if anybody is offered the program.
func (m *Model) adoptEffect(from *Model, program string, f *effect) bool {
	if !m.offered(m.programNamed(program)) {
		return true
	}
	k := from.programNamed(program)
	if k < 0 || !from.offered(k) {
		return false
	}
	for e := range from.programs[k].effects {
		g := &from.programs[k].effects[e]
		if g.path != f.path || g.on != f.on || !reflect.DeepEqual(g.solved, f.solved) {
			continue
		}
		if (f.travels() || f.solved != nil && m.reachesElsewhere(program)) && !m.sameReference(from, program, f, g) {
			continue
		}
		m.adoptSolved(from, program, f, g)
		return true
	}
	return false
}

// reachesElsewhere reports whether what the program's effects reach is reached under its reference.
func (m *Model) reachesElsewhere(program string) bool {
	p := m.Scenario.Programs[program]
	return p.ReachesUnderReference()
}

// sameReference reports whether two effects of a program are asked the same under the same
// delivery.
func (m *Model) sameReference(from *Model, program string, f, g *effect) bool {
	a, b := m.Scenario.Programs[program], from.Scenario.Programs[program]
	if !reflect.DeepEqual(f.over, g.over) || (f.brings == nil) != (g.brings == nil) {
		return false
	}
	return reflect.DeepEqual(a.Reference, b.Reference) && (f.brings == nil || g.brings.manual > 0 && f.brings.asked.SameShares(g.brings.asked))
}

// adoptSolved takes over what was solved. A manual, or a multiple, of the variant's own
// multiplies what was solved without.
func (m *Model) adoptSolved(from *Model, program string, f, g *effect) {
	if f.brings == nil {
		manual := 1.0
		if now, then := m.manualOf(m.programNamed(program)), from.manualOf(from.programNamed(program)); f.travels() && now != then && then > 0 {
			manual = now / then
		}
		m.setEffect(f, float64(manual*g.logHR))
		return
	}
	times := f.brings.manual / g.brings.manual
	for k, added := range g.brings.added {
		f.brings.added[k] = float64(times * added)
	}
}

// offered reports whether clients of some arm can be offered the program.
func (m *Model) offered(k int) bool {
	return slices.ContainsFunc(m.available, func(set uint64) bool { return set>>k&1 != 0 })
}

func (m *Model) adoptSpread(from *Model, p *program) bool {
	if !m.offered(m.programNamed(p.name)) {
		return true
	}
	k := from.programNamed(p.name)
	if k < 0 || !from.offered(k) || !reflect.DeepEqual(from.Scenario.Programs[p.name].ICC, m.Scenario.Programs[p.name].ICC) {
		return false
	}
	p.spread = from.programs[k].spread
	return true
}

// adoptSites takes over the spreads between sites that an intraclass correlation was solved
// for.
func (m *Model) adoptSites(from *Model) bool {
	a, b := &from.Scenario.Trial, &m.Scenario.Trial
	if !reflect.DeepEqual(a.SiteICC, b.SiteICC) || !reflect.DeepEqual(a.SiteSpread, b.SiteSpread) || len(from.design.sites) != len(m.design.sites) {
		return false
	}
	for k := range m.design.sites {
		m.design.sites[k].sd = from.design.sites[k].sd
	}
	return true
}

// adoptGauge takes over the error of a number measured with a reliability.
func (m *Model) adoptGauge(from *Model, k int) bool {
	o, now := &m.outcomes[k], &m.Scenario.Outcomes[k]
	j := slices.IndexFunc(from.outcomes, func(x outcome) bool { return x.name == o.name })
	if j < 0 {
		return false
	}
	then := &from.Scenario.Outcomes[j]
	if then.Reliability != now.Reliability || then.Variable != now.Variable || then.AtDays != now.AtDays || !slices.Equal(then.Service, now.Service) {
		return false
	}
	o.setError(from.outcomes[j].gauge.sd)
	return true
}

// setError sets the standard deviation of a number's error, at the outcome's
// visit and those before it.
func (o *outcome) setError(sd float64) {
	o.gauge.sd = sd
	for e := range o.earlier {
		o.earlier[e].gauge.sd = sd
	}
	if o.baseline != nil {
		o.baseline.gauge.sd = sd
	}
}

func (m *Model) adoptMissing(from *Model) bool {
	a, b := &from.Scenario.Attrition, &m.Scenario.Attrition
	if !from.missing.odds || a.Missed != b.Missed || !reflect.DeepEqual(a.MissedOdds, b.MissedOdds) {
		return false
	}
	m.missing.intercept = from.missing.intercept
	return true
}

// sameCohort reports whether clients are drawn alike.
func sameCohort(a, b *scenarios.Scenario) bool {
	return reflect.DeepEqual(a.Traits, b.Traits) && reflect.DeepEqual(a.Correlations, b.Correlations) &&
		reflect.DeepEqual(a.Subgroups, b.Subgroups) && reflect.DeepEqual(a.SubgroupShare, b.SubgroupShare) && a.Trial.Eligible == b.Trial.Eligible
}

// adoptRefusal takes over the intercept of refusing the trial, and tells whether
// it is the same question.
func (m *Model) adoptRefusal(from *Model) bool {
	a, b := &from.Scenario.Trial, &m.Scenario.Trial
	if a.Refusal != b.Refusal || !reflect.DeepEqual(a.Refusing, b.Refusing) {
		return false
	}
	m.design.screening.intercept = from.design.screening.intercept
	return true
}

// setEffect puts a solved log hazard ratio in force.
func (m *Model) setEffect(f *effect, logHR float64) {
	f.logHR = logHR
	for p := range m.procs {
		for k := range m.procs[p].mods {
			if mod := &m.procs[p].mods[k]; mod.bit == f.bit {
				mod.factor[1] = portable.Exp(logHR)
			}
		}
	}
}
