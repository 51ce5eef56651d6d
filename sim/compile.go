package sim

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Compile turns a checked scenario into a model: it lays out the clocks,
// derives what clients share, and solves the hazards so that each natural
// quantity holds for the cohort as it is. Its errors are scenarios.Problems.
func Compile(sc *scenarios.Scenario) (*Model, error) { return CompileContext(context.Background(), sc) }

// CompileContext is Compile that ends when ctx is done: its error is then that of
// context.Cause.
func CompileContext(ctx context.Context, sc *scenarios.Scenario) (*Model, error) {
	return compileContext(ctx, sc, sampleSize, nil)
}

// compileFrom solves on a sample of the given size what another model, if one is
// given, has not solved.
func compileFrom(sc *scenarios.Scenario, sample int, from *Model) (*Model, error) {
	return compileContext(context.Background(), sc, sample, from)
}

func compileContext(ctx context.Context, sc *scenarios.Scenario, sample int, from *Model) (*Model, error) {
	m := &Model{Scenario: sc, clients: sc.Trial.Clients, arms: len(sc.Arms), sites: max(1, sc.Trial.Sites)}
	if problems := tooMuch(sc); len(problems) > 0 {
		return nil, problems
	}
	m.compileTrial(sc)
	m.compileCohort(sc)
	m.compileAllocation(sc)
	m.compileServices(sc)
	m.compileUse(sc)
	m.compileCourses(sc)
	m.compileScores(sc)
	m.compileLoss(sc)
	m.compileStates(sc)
	m.compilePrograms(sc)
	m.recordSkills()
	m.compileBase(sc)
	if problems := m.compileDesign(sc, sample, from); len(problems) > 0 {
		return nil, problems
	}
	if problems := m.compileUnknowns(sc); len(problems) > 0 {
		return nil, problems
	}
	m.compileOutcomes(sc)
	m.compileMissing(sc)
	m.compileDecisions(sc)
	m.layOut()
	m.deriveLocal()
	m.readPlainly()
	m.deriveActing()
	m.deriveBringing()
	if problems := m.compileBackground(sc); len(problems) > 0 {
		return nil, problems
	}
	problems, err := m.solve(ctx, sample, from)
	switch {
	case err != nil:
		return nil, err
	case len(problems) > 0:
		return nil, problems
	}
	return m, nil
}

// maxClocks is how many clocks, and how many states and effects, a client can
// have: sets of them are kept in one word.
const maxClocks = 64

// tooMuch reports a scenario that gives a client more clocks than fit.
func tooMuch(sc *scenarios.Scenario) (problems scenarios.Problems) {
	n := 10 + len(sc.Attrition.Arms) + 2*len(sc.Programs) + 2*len(sc.Services) // the horizon, visits, loss, use and six courses; contacts and ends; stays and their ends
	for name := range sc.Services {
		if len(sc.AfterStays(name)) > 0 {
			n += 3 // its end, and ways in which a stay has ended
		}
	}
	if len(sc.Decisions) > 0 {
		n++
	}
	for _, e := range sc.Events {
		n++
		if len(e.ActsOn) > 0 {
			n++
		}
	}
	for _, p := range sc.Programs {
		n += len(p.Effects)
		if p.TurnoverPerYear() > 0 || p.NewToStaff() {
			n++
		}
		for _, e := range p.Effects {
			if e.HalfLifeDays > 0 {
				n += int(e.LastsDays / e.HalfLifeDays)
			}
			if e.StartsDay > 0 {
				n++
			}
		}
	}
	if sc.Trial.Randomization.AtChange == scenarios.SwitchAtChange {
		n++
	}
	if len(momentsOf(sc)) > maxClocks {
		problems = append(problems, sc.Problem("outcome", "outcomes at more than 64 different times, visits included", "at most 64"))
	}
	if n > maxClocks {
		problems = append(problems, sc.Problem("program", fmt.Sprintf("%d programs that take %d clocks a client with their effects", len(sc.Programs), n),
			fmt.Sprintf("at most %d: two a program, one more with turnover, one an effect and each half-life of it, or its start", maxClocks)))
	}
	return problems
}

func ticks(days float64) float64 { return math.Round(days * calendar.Day) }

func (m *Model) compileTrial(sc *scenarios.Scenario) {
	t := &sc.Trial
	m.window = int64(ticks(t.VisitWindowDays))
	m.compileMoments(sc)
	a := &t.Accrual
	days := 1 / (a.PerDay + a.PerMonth/scenarios.DaysPerMonth + a.PerYear/scenarios.DaysPerYear)
	if a.OverDays > 0 {
		days = a.OverDays / float64(t.Clients)
	}
	m.meanGap = days * calendar.Day
	m.poisson = a.Pattern == "poisson"
	m.compileRecruitment(sc)
	for a := range sc.Arms {
		if sc.Arms[a].Control {
			m.control = a
		}
	}
}

func (m *Model) compileCohort(sc *scenarios.Scenario) {
	c := &m.cohort
	c.traits = sc.Traits
	for t := range c.traits {
		c.cuts = append(c.cuts, newCuts(&c.traits[t]))
	}
	c.shareOf = -1
	for g := range sc.Subgroups {
		c.subgroups = append(c.subgroups, &sc.Subgroups[g].Expr)
		if s, ok := sc.SubgroupShare[sc.Subgroups[g].Name]; ok {
			c.shareOf, c.share = g, s
		}
	}
}

// root finds the root of the correlation of traits and frailties.
func (m *Model) root(sc *scenarios.Scenario) {
	if len(sc.Correlations) == 0 {
		return
	}
	d := m.cohort.dims()
	a := make([]float64, d*d)
	for k := range d {
		a[k*d+k] = 1
	}
	for _, r := range sc.Correlations {
		j, k := m.dimension(r.Traits[0]), m.dimension(r.Traits[1])
		a[max(j, k)*d+min(j, k)] = r.Rho
	}
	if !portable.Cholesky(a, d) {
		panic("a correlation that passed the check is not positive definite")
	}
	for k := range d {
		m.cohort.chol = append(m.cohort.chol, a[k*d:k*d+k+1]...)
	}
}

// dimension returns a trait's or frailty's place among the normal scores.
func (m *Model) dimension(name string) int {
	if p, ok := strings.CutPrefix(name, "frailty."); ok {
		for f, fr := range m.cohort.frailties {
			if fr.process >= 0 && m.procs[fr.process].name == p {
				return len(m.cohort.traits) + f
			}
		}
	}
	return m.trait(name)
}

func (m *Model) trait(name string) int {
	t := slices.IndexFunc(m.cohort.traits, func(t scenarios.Trait) bool { return t.Name == name })
	if t < 0 {
		panic(fmt.Sprintf("no trait %q", name))
	}
	return t
}

func (m *Model) subgroup(name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(m.Scenario.Subgroups, func(g scenarios.Subgroup) bool { return g.Name == name })
}

func (m *Model) compileAllocation(sc *scenarios.Scenario) {
	a := &m.alloc
	for _, arm := range sc.Arms {
		a.ratio = append(a.ratio, arm.Ratio)
		a.total += arm.Ratio
	}
	r := &sc.Trial.Randomization
	a.method, a.nstrata = r.Method, 1
	for _, name := range r.Strata {
		s := stratifier{levels: 2, trait: -1, subgroup: m.subgroup(name)}
		switch {
		case name == "site":
			s.site, s.levels = true, m.sites
		case s.subgroup < 0:
			s.trait = m.trait(name)
			s.levels = max(2, len(m.cohort.traits[s.trait].Levels))
		}
		a.strata = append(a.strata, s)
		a.nstrata *= s.levels
	}
}

// newProcess adds a process; its hazard is solved later.
func (m *Model) newProcess(name string, rank int) processID {
	purpose := stream.NewPurpose(name)
	if p := slices.Index(m.purposes, purpose); p >= 0 {
		panic(fmt.Sprintf("the streams of %q and %q collide", name, m.procs[p].name))
	}
	m.purposes = append(m.purposes, purpose)
	m.procs = append(m.procs, process{name: name, rank: rank, frailty: -1})
	return processID(len(m.procs) - 1)
}

// newBit takes the next bit of a client's state.
func (m *Model) newBit() uint8 {
	m.bits++
	return uint8(m.bits - 1)
}

func (m *Model) compileServices(sc *scenarios.Scenario) {
	for _, name := range sortedKeys(sc.Services) {
		s := sc.Services[name]
		v := service{name: name, slots: unlimited, finite: s.Slots.Finite(), stays: s.AfterFollowup == "stay", bit: m.newBit(), renege: -1, back: -1,
			treats: s.Kind == scenarios.SubstanceUse, planned: int64(ticks(s.PlannedDays)), priority: m.subgroup(s.Priority)}
		if v.treats {
			m.treatment |= 1 << v.bit
		}
		if v.finite {
			v.slots = s.Slots.N
		}
		v.seek, v.leave = m.newProcess("linkage."+name, rankSeek), m.newProcess("leaving."+name, rankRelease)
		if s.Renege != nil {
			v.renege = m.newProcess("renege."+name, rankRenege)
		}
		if s.Return != nil {
			v.back = m.newProcess("return."+name, rankSeek)
		}
		m.services = append(m.services, v)
	}
	m.exclude(sc)
}

func (m *Model) compileUse(sc *scenarios.Scenario) {
	u := &m.use
	u.bit = m.newBit()
	u.using = sc.Use.Using
	u.begin = stream.NewPurpose("use.begin")
	u.density = sc.Use.DaysPerMonth / scenarios.DaysPerMonth
	u.quit, u.relapse = m.newProcess("quit", rankUse), m.newProcess("relapse", rankUse)
}

// find returns the process of that name, -1 for none.
func (m *Model) find(name string) processID {
	return processID(slices.IndexFunc(m.procs, func(p process) bool { return p.name == name }))
}

func (m *Model) compileLoss(sc *scenarios.Scenario) {
	a := &sc.Attrition
	l := &m.loss
	l.proc, l.visit = -1, -1
	l.all, l.hides = a.Ends == "all", a.HidesRecords
	if a.Loss != nil {
		l.active = true
		l.proc = m.newProcess("loss", rankLoss)
	}
	if a.Missed > 0 {
		l.visit = m.newProcess("missed", rankVisit)
	}
}

// compileBase gives processes the client's own hazard ratios and frailties.
func (m *Model) compileBase(sc *scenarios.Scenario) {
	for k := range m.services {
		v := &m.services[k]
		s := sc.Services[v.name]
		m.addTraits(v.seek, s.Linking)
		m.addTraits(v.leave, s.Leaving)
		if s.FrailtySD > 0 {
			m.procs[v.seek].frailty = len(m.cohort.frailties)
			m.procs[v.seek].hasBase = true
			m.cohort.frailties = append(m.cohort.frailties, frailty{v.seek, s.FrailtySD})
		}
	}
	if m.loss.active {
		m.addTraits(m.loss.proc, sc.Attrition.Traits)
	}
	for t := range sc.Traits {
		for on, hr := range sc.Traits[t].ActsOn {
			for _, p := range m.targets(on) {
				m.addTrait(p, t, hr)
			}
		}
	}
	for k := range m.scores {
		m.scores[k].own = len(m.cohort.frailties)
		m.cohort.frailties = append(m.cohort.frailties, frailty{process: -1})
	}
	m.root(sc)
}

func (m *Model) addTraits(p processID, ratios map[string]float64) {
	for name, hr := range ratios {
		m.addTrait(p, m.trait(name), hr)
	}
}

func (m *Model) addTrait(p processID, trait int, hr float64) {
	pr := &m.procs[p]
	if pr.logHR == nil {
		pr.hasBase = true
		pr.logHR = make([]float64, len(m.cohort.traits))
	}
	pr.logHR[trait] += portable.Log(hr)
}

func (m *Model) compileOutcomes(sc *scenarios.Scenario) {
	for _, o := range sc.Outcomes {
		v, ok := scenarios.LookupVariable(o.Variable)
		if !ok || readers[o.Variable] == nil {
			panic(fmt.Sprintf("no variable %q", o.Variable))
		}
		c := m.compileOutcome(sc, &o, v)
		c.earlier = m.compileEarlier(sc, o, v)
		c.form.Earlier = len(c.earlier)
		c.baseline, c.change = m.compileBaseline(sc, o, v), o.Change
		c.form.Baseline = c.baseline != nil
		if c.off != 0 && !slices.Contains(m.offs, c.off) {
			m.offs = append(m.offs, c.off)
		}
		m.outcomes = append(m.outcomes, c)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
