package analysis

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
)

// Everyone is the subgroup index of all clients.
const Everyone = -1

// Analysis is one row of the plan: one method on one outcome in one contrast
// of arms, among everyone or a subgroup.
type Analysis struct {
	Outcome  int // index into Scenario.Outcomes
	Subgroup int // index into Scenario.Subgroups, or Everyone
	Arm      int // treated arm, index into Scenario.Groups
	Control  int // the group that it is compared with
	Method   estimate.Method
	Test     Test

	estimator estimate.Estimator
	effect    int     // index into plan.effects
	rest      int     // of an interaction: the effect outside the subgroup; else -1
	sample    int     // index into plan.samples
	by        armMask // of an interaction of factors: the arms with the other one
	model     int     // index into plan.models, where its truth is a model's; else -1
	tip       int     // index into plan.tips, where its tipping points are looked for; else -1
}

// plan is everything that is estimated in each replicate.
type plan struct {
	sc         *scenarios.Scenario
	unknowns   []scenarios.Unknown // what each replicate draws
	groups     []group             // of the scenario, by the same indices
	shared     bool                // the truth is of the world as randomized, in which clients share queues
	queues     bool                // clients share queues
	extra      []world             // of regimes and options, after those of the arms
	best       []best              // outcomes for which the best regime is named
	effects    []effect
	pairs      [][]pair // by effect
	samples    []sample
	analyses   []Analysis // the plan's own, then those made elsewhere
	own        int        // how many are the plan's own
	outside    []outside  // those made elsewhere, in order
	models     []model
	arms       []effect // outcome x subgroup x arm, for what happens in each arm
	families   []family
	screenings []screening
	looks      *looks // nil: none before the end
	tips       int    // analyses whose tipping points are looked for
	// exposures is for how many periods a site can be in an arm, 0 where sites do not change arms.
	exposures int
	hazards   int
	days      int // of the longest time, for daily counts
	at        offsets
	// clustered tells that clusters were randomized whole. Their clients are
	// alike, and most estimators take clients as independent, so that of those
	// only the effect itself is reported.
	clustered bool
	// releveled tells that intervals are asked at another level than fits were
	// made at.
	releveled bool
}

// newPlan lays out the scenario's analyses: by outcome, subgroup, contrast and
// method.
func newPlan(m *sim.Model) (*plan, error) {
	sc := m.Scenario
	p := &plan{sc: sc, groups: newGroups(sc), unknowns: m.Unknowns(), queues: m.Shared(), shared: m.Shared() && !m.InPeriods(), clustered: m.Clustered()}
	p.extra = newWorlds(sc)
	p.stand()
	var errs []error
	for o := range sc.Outcomes {
		errs = append(errs, p.refusePrincipal(&sc.Outcomes[o]))
		for _, g := range p.subgroups(o) {
			for _, c := range sc.Contrasts(&sc.Outcomes[o]) {
				errs = append(errs, p.addContrast(o, g, c))
			}
		}
		for _, x := range sc.Interactions() {
			p.addInteraction(o, &x)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p.own = len(p.analyses)
	p.addFamilies()
	p.addScreenings()
	p.addBest()
	p.exposures = p.exposuresOf()
	p.addLooks()
	p.layOut()
	return p, nil
}

// subgroups returns the groups in which outcome o is analysed.
func (p *plan) subgroups(o int) []int {
	groups := []int{Everyone}
	for _, name := range p.sc.Outcomes[o].Subgroup {
		groups = append(groups, slices.IndexFunc(p.sc.Subgroups, func(g scenarios.Subgroup) bool { return g.Name == name }))
	}
	return groups
}

// contrast names the groups that an analysis compares.
func (p *plan) contrast(a *Analysis) string {
	return p.sc.ContrastName(scenarios.Contrast{Arm: a.Arm, Control: a.Control})
}

// addContrast adds the outcome's methods in one group and contrast.
func (p *plan) addContrast(o, g int, c scenarios.Contrast) error {
	out := &p.sc.Outcomes[o]
	v, _ := scenarios.LookupVariable(out.Variable)
	first := p.armRows(o, g, false)
	var errs []error
	for k, name := range out.Methods {
		est, ok := estimate.Lookup(name)
		if !ok {
			return fmt.Errorf("analysis: no method %q", name)
		}
		m := est.Method()
		if m.Interaction && g < 0 || m.Needs&estimate.Regimes == 0 && p.sc.SequentialContrast(c) {
			continue
		}
		if v.Kind == scenarios.Binary {
			m.Measure = m.Measure.OfShares()
		}
		a := Analysis{Outcome: o, Subgroup: g, Arm: c.Arm, Control: c.Control, Method: m, Test: newTest(out, v, m), estimator: est, rest: -1, model: -1, tip: -1}
		e := effect{outcome: o, subgroup: g, arm: c.Arm, control: c.Control, among: p.amongOf(out), times: v.Kind == scenarios.Time, hazard: -1,
			minContacts: int32(out.MinContacts), rows: first, period: PeriodAlive(out)}
		if m.Needs&estimate.Receipts != 0 {
			e.among = compliers
			if p.queues {
				errs = append(errs, p.refuse(o, k, name))
			}
		}
		p.addAnalysis(a, e, out)
	}
	return errors.Join(errs...)
}

// addInteraction adds the outcome's methods for the interaction of two factors: the effect of
// the one among clients with the other less that among clients without it.
func (p *plan) addInteraction(o int, x *scenarios.Interaction) {
	out := &p.sc.Outcomes[o]
	v, _ := scenarios.LookupVariable(out.Variable)
	for _, name := range out.Methods {
		est, _ := estimate.Lookup(name)
		m := est.Method()
		if !m.Interaction {
			continue
		}
		if v.Kind == scenarios.Binary {
			m.Measure = m.Measure.OfShares()
		}
		e := effect{outcome: o, subgroup: Everyone, among: p.amongOf(out), times: v.Kind == scenarios.Time, hazard: -1, rows: p.armRows(o, Everyone, false), period: PeriodAlive(out)}
		rest := e
		e.arm, e.control = p.addGroup(x.Cells[scenarios.CellBoth]), p.addGroup(x.Cells[scenarios.CellOther])
		rest.arm, rest.control = p.addGroup(x.Cells[scenarios.CellFirst]), p.addGroup(x.Cells[scenarios.CellNeither])
		a := Analysis{Outcome: o, Subgroup: len(p.sc.Subgroups) + x.By, Arm: x.Arm, Control: x.Control, Method: m, Test: newTest(out, v, m), estimator: est, model: -1, tip: -1}
		a.effect, a.rest = p.addEffect(e), p.addEffect(rest)
		a.by = maskOf(slices.Concat(x.Cells[scenarios.CellBoth], x.Cells[scenarios.CellOther]))
		p.finish(a, out)
	}
}

// refuse returns the error of an effect among compliers where clients share queues.
func (p *plan) refuse(o, k int, name string) error {
	out := &p.sc.Outcomes[o]
	path := "outcome." + out.Name + ".method"
	if len(out.Methods) > 1 {
		path = fmt.Sprintf("%s[%d]", path, k)
	}
	return p.sc.Problem(path, fmt.Sprintf("%q", name),
		"another method, or unlimited slots and staff: where clients share queues, what one receives depends on the others, and nobody is a complier")
}

// amongOf returns whom the outcome's effects are about.
func (p *plan) amongOf(out *scenarios.Outcome) among {
	if len(p.principal(out)) > 0 {
		return unaffected
	}
	return amongOf(out.Set)
}

// principal lists the events of which the outcome is about clients to whom they would
// come in neither arm.
func (p *plan) principal(out *scenarios.Outcome) (list []scenarios.IntercurrentEvent) {
	for _, e := range scenarios.IntercurrentEvents() {
		if out.Strategy(e) == scenarios.Principal && (e != scenarios.ByDeath || p.sc.CutByDeath(out)) {
			list = append(list, e)
		}
	}
	return list
}

// refusePrincipal returns the error of an effect among those to whom an event would come
// in neither arm where clients share queues.
func (p *plan) refusePrincipal(out *scenarios.Outcome) error {
	if !p.queues {
		return nil
	}
	var errs []error
	for _, e := range p.principal(out) {
		want := "another strategy, or unlimited slots and staff: where clients share queues, "
		if e == scenarios.ByDeath {
			want += "whether one dies depends on the others, and nobody would be alive whatever the arm"
		} else {
			want += "what becomes of one depends on the others, and with them on who refuses and who is contaminated"
		}
		errs = append(errs, p.sc.Problem("outcome."+out.Name+".intercurrent."+string(e), fmt.Sprintf("%q", scenarios.Principal), want))
	}
	return errors.Join(errs...)
}

// PeriodAlive returns the days to which rates while alive refer, 0 for an outcome that
// is none.
func PeriodAlive(out *scenarios.Outcome) float64 {
	if out.WhileAlive() {
		return out.AtDays
	}
	return 0
}

// addAnalysis adds an analysis with what it needs.
func (p *plan) addAnalysis(a Analysis, e effect, out *scenarios.Outcome) {
	a.effect = p.addEffect(e)
	if a.Method.Interaction {
		e.rest = true
		e.rows = p.armRows(a.Outcome, a.Subgroup, true)
		a.rest = p.addEffect(e)
	}
	p.finish(a, out)
}

// finish adds an analysis whose effects are there.
func (p *plan) finish(a Analysis, out *scenarios.Outcome) {
	a.sample = p.addSample(&a, out)
	if m, ok := a.estimator.(estimate.Model); ok && modelled(a.Method, out, len(p.samples[a.sample].covariates)) {
		a.model = len(p.models)
		p.models = append(p.models, p.newModel(&a, m))
	}
	if _, ok := a.estimator.(estimate.Tipper); ok && out.Tipping {
		a.tip = p.tips
		p.tips++
	}
	p.analyses = append(p.analyses, a)
}

// addEffect returns the index of the effect, new or not.
func (p *plan) addEffect(e effect) int {
	for k := range p.effects {
		old := p.effects[k]
		old.hazard = -1
		if old == e {
			return k
		}
	}
	if e.times {
		e.hazard = p.hazards
		p.hazards++
		p.days = max(p.days, int(p.sc.Outcomes[e.outcome].AtDays)+1)
	}
	p.effects = append(p.effects, e)
	p.pairs = append(p.pairs, p.pairsOf(e.arm, e.control))
	return len(p.effects) - 1
}

// armRows returns the first of the rows, one for each arm and then for each other world, about
// what happens in a group.
func (p *plan) armRows(o, g int, rest bool) int {
	at := slices.IndexFunc(p.arms, func(e effect) bool { return e.outcome == o && e.subgroup == g && e.rest == rest })
	if at >= 0 {
		return at
	}
	at = len(p.arms)
	for a := range len(p.sc.Arms) + len(p.extra) {
		p.arms = append(p.arms, effect{outcome: o, subgroup: g, arm: a, rest: rest, among: amongOf(p.sc.Outcomes[o].Set), period: PeriodAlive(&p.sc.Outcomes[o])})
	}
	return at
}

// addSample returns the index of the sample that the analysis sees: analyses share
// one, with the columns that any of them needs, unless they see other rows.
func (p *plan) addSample(a *Analysis, out *scenarios.Outcome) int {
	c := scenarios.Contrast{Arm: a.Arm, Control: a.Control}
	s := sample{outcome: a.Outcome, subgroup: a.Subgroup, by: a.by, arm: p.groups[a.Arm].mask, control: p.groups[a.Control].mask, set: out.Set, minContacts: int32(out.MinContacts),
		interaction: a.Method.Interaction, clusters: p.clustered, sides: p.sidesOf(a),
		covariates: compileCovariates(p.sc, out), strata: compileStrata(p.sc, out.Strata), period: out.AtDays, assume: assumed(out), weighting: estimate.Weighting(out.Weights()), most: out.MostDays()}
	if a.by != 0 {
		s.subgroup = Everyone
	}
	s.adjustFor(p.sc.OtherFactors(c))
	const rows = estimate.Incomplete | estimate.Alive
	need := needsOf(p.sc, out, a.Method)
	for k := range p.samples {
		old := p.samples[k]
		needs := old.needs
		old.needs = 0
		if needs&rows == need&rows && reflect.DeepEqual(old, s) {
			p.samples[k].needs |= need
			return k
		}
	}
	s.needs = need
	p.samples = append(p.samples, s)
	return len(p.samples) - 1
}

// withAlpha asks for tests and intervals at another level.
func (p *plan) withAlpha(alpha float64) {
	p.releveled = true
	for k := range p.analyses {
		p.analyses[k].Test.Alpha = alpha
	}
	for k := range p.families {
		p.families[k].alpha = alpha
	}
}

// untested reports whether an analysis can't tell its error: clusters were
// randomized, and it takes their clients as independent.
func (p *plan) untested(a *Analysis) bool { return p.clustered && !a.Method.Clustered }
