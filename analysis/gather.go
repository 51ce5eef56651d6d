package analysis

import (
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// sample says which rows of a trial some analyses of an effect see, and which
// columns.
type sample struct {
	outcome, subgroup int
	arm, control      armMask
	set               scenarios.Set
	minContacts       int32
	interaction       bool // everyone, with membership of the subgroup as a column
	needs             estimate.Needs
	by                armMask // of an interaction of factors: the arms with the other one
	covariates        []covariate
	strata            []factor
	factors           []armMask // the arms with each factor that is a stratum
	clusters          bool      // randomized, else those of case managers
	period            float64
	assume            estimate.Assumption
	weighting         estimate.Weighting
	most              float64   // of an outcome in days
	sides             *[2]*side // who is compared by a method for regimes, treated first; nil for other methods
}

// covariate is a column of a model: a trait, an indicator of a level of a
// categorical one, of a site, of a period or of arms, or the outcome at the baseline visit.
type covariate struct {
	trait     int     // -1: site, period, arms or baseline
	arms      armMask // an indicator of these; 0: of none
	period    bool
	indicator bool
	level     float64
	baseline  bool
}

// factor is a stratification factor: a site, the value of a trait, or a subgroup.
type factor struct {
	trait, subgroup int // -1: not that; both: site
	levels          int32
}

// people holds what is known of clients beside their outcomes, in a trial or in
// a world.
type people struct {
	arm    []uint8
	site   []uint8
	period []uint8 // nil where sites do not change arms
	traits [][]float64
	member [][]bool
}

// compileCovariates returns the columns of an outcome's covariates, the baseline first.
func compileCovariates(sc *scenarios.Scenario, out *scenarios.Outcome) (list []covariate) {
	adjusts := sc.AdjustsForBaseline(out)
	if adjusts {
		list = append(list, covariate{trait: -1, baseline: true})
	}
	for _, name := range sc.Adjusted(out) {
		if adjusts && name == scenarios.CovariateBaseline {
			continue
		}
		if name == "site" {
			for s := 1; s < sc.Trial.Sites; s++ {
				list = append(list, covariate{trait: -1, indicator: true, level: float64(s)})
			}
			continue
		}
		t := slices.IndexFunc(sc.Traits, func(t scenarios.Trait) bool { return t.Name == name })
		if t < 0 { // the period, see scenarios.CovariatePeriod
			for p := 1; p < len(sc.Schedule().FromDays); p++ {
				list = append(list, covariate{trait: -1, period: true, indicator: true, level: float64(p)})
			}
			continue
		}
		if sc.Traits[t].Kind != scenarios.Categorical {
			list = append(list, covariate{trait: t})
			continue
		}
		for level := 1; level < len(sc.Traits[t].Levels); level++ {
			list = append(list, covariate{trait: t, indicator: true, level: float64(level)})
		}
	}
	return list
}

func compileStrata(sc *scenarios.Scenario, names []string) (list []factor) {
	for _, name := range names {
		f := factor{-1, -1, int32(sc.Trial.Sites)}
		if t := slices.IndexFunc(sc.Traits, func(t scenarios.Trait) bool { return t.Name == name }); t >= 0 {
			f = factor{t, -1, int32(max(2, len(sc.Traits[t].Levels)))}
		} else if g := slices.IndexFunc(sc.Subgroups, func(g scenarios.Subgroup) bool { return g.Name == name }); g >= 0 {
			f = factor{-1, g, 2}
		}
		list = append(list, f)
	}
	return list
}

func (c *covariate) of(p *people, i int) float64 {
	x := 0.0
	switch {
	case c.arms != 0:
		return float64(c.arms.has(p.arm[i]))
	case c.period:
		x = float64(p.period[i])
	case c.trait < 0:
		x = float64(p.site[i])
	default:
		x = p.traits[c.trait][i]
	}
	if !c.indicator {
		return x
	}
	return indicator(x == c.level)
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// stratum numbers the combination of factors that client i is in.
func (s *sample) stratum(p *people, i int) (n int32) {
	for _, f := range s.strata {
		value := int32(0)
		switch {
		case f.trait >= 0:
			value = int32(p.traits[f.trait][i])
		case f.subgroup >= 0:
			value = int32(indicator(p.member[f.subgroup][i]))
		default:
			value = int32(p.site[i])
		}
		n = n*f.levels + value
	}
	for _, arms := range s.factors {
		n = 2*n + int32(arms.has(p.arm[i]))
	}
	return n
}

// adjustFor makes the factors of a factorial trial that are not compared covariates and
// strata: for each, the arms that have it.
func (s *sample) adjustFor(factors [][]int) {
	for _, arms := range factors {
		mask := maskOf(arms)
		if mask == s.by {
			continue // its effect is in the model anyway
		}
		s.covariates, s.factors = append(s.covariates, covariate{trait: -1, arms: mask}), append(s.factors, mask)
	}
}

// fill gathers the rows of a trial.
func (s *sample) fill(d *estimate.Data, o *trial.Observed, rows []int32) []int32 {
	c := &o.Outcomes[s.outcome]
	d.Reset(len(s.covariates), s.visits(c))
	d.Assume, d.Weighting, d.Most = s.assume, s.weighting, s.most
	rows = s.choose(d, o, rows)
	s.columns(d, c, rows)
	p := people{o.Arm, o.Site, o.Period, o.Traits, o.Member}
	s.known(d, c, &p, rows)
	if s.needs&estimate.Receipts != 0 {
		for _, i := range rows {
			d.Received = append(d.Received, o.Contacts[i] > 0)
		}
	}
	if s.needs&estimate.Clusters != 0 {
		d.Cluster = pick(d.Cluster, s.clustersOf(o), rows)
	}
	if s.needs&estimate.Periods != 0 {
		s.periods(d, o, rows)
	}
	if s.needs&estimate.Levels != 0 {
		d.Manager = pick(d.Manager, o.Manager, rows)
		for _, i := range rows {
			d.Site = append(d.Site, int32(o.Site[i]))
		}
	}
	return rows
}

// periods gathers in which period clients enrolled, and for how long their site had been in the
// arm. A trial whose clusters stay in theirs has one.
func (s *sample) periods(d *estimate.Data, o *trial.Observed, rows []int32) {
	if o.Period == nil {
		for _, t := range d.Treated {
			d.When, d.Exposed = append(d.When, 0), append(d.Exposed, int32(indicator(t)))
		}
		return
	}
	for _, i := range rows {
		d.When, d.Exposed = append(d.When, int32(o.Period[i])), append(d.Exposed, int32(o.Exposed[i]))
	}
}

// clustersOf returns the cluster of each client: randomized, or the case manager.
func (s *sample) clustersOf(o *trial.Observed) []int32 {
	if s.clusters {
		return o.Cluster
	}
	return o.Manager
}

// pick appends the rows of a column.
func pick[T any](to, column []T, rows []int32) []T {
	n := len(to)
	to = slices.Grow(to, len(rows))[:n+len(rows)]
	more := to[n:][:len(rows)]
	for k, i := range rows {
		more[k] = column[i]
	}
	return to
}

// visits returns how many earlier visits the methods look at.
func (s *sample) visits(c *trial.Column) int {
	if s.needs&estimate.Repeats == 0 {
		return 0
	}
	return len(c.Earlier)
}

// columns gathers what belongs to the outcome.
func (s *sample) columns(d *estimate.Data, c *trial.Column, rows []int32) {
	if s.needs&estimate.Events != 0 {
		d.Event = pick(d.Event, c.Event, rows)
	}
	if s.needs&estimate.Competing != 0 {
		d.Competing = pick(d.Competing, c.Competing, rows)
	}
	if s.needs&estimate.Exposures != 0 {
		d.Exposure, d.Period = pick(d.Exposure, c.Exposure, rows), s.period
	}
	if s.needs&estimate.Recurrences != 0 {
		recurring(&d.Recurring, &c.Recurring, rows)
		d.Period = s.period
	}
	for v := range d.Earlier {
		d.Earlier[v] = pick(d.Earlier[v], c.Earlier[v], rows)
	}
}

// recurring appends the rows' events that recur.
func recurring(to *estimate.Recurring, from *trial.Recurring, rows []int32) {
	to.Until, to.Ended, to.Count = pick(to.Until, from.Until, rows), pick(to.Ended, from.Ended, rows), pick(to.Count, from.Count, rows)
	for _, i := range rows {
		to.First = append(to.First, int32(len(to.Times)))
		to.Times = append(to.Times, from.Of(int(i))...)
	}
}

// known gathers what is known of the clients at enrolment.
func (s *sample) known(d *estimate.Data, c *trial.Column, p *people, rows []int32) {
	for j := range s.covariates {
		v := &s.covariates[j]
		if v.baseline {
			d.X[j], d.ByVisit = pick(d.X[j], c.Baseline, rows), 1
			continue
		}
		if v.trait >= 0 && !v.indicator {
			d.X[j] = pick(d.X[j], p.traits[v.trait], rows)
			continue
		}
		for _, i := range rows {
			d.X[j] = append(d.X[j], v.of(p, int(i)))
		}
	}
	if s.needs&estimate.Strata != 0 {
		for _, i := range rows {
			d.Stratum = append(d.Stratum, s.stratum(p, int(i)))
		}
	}
	if s.needs&estimate.Members != 0 {
		for _, i := range rows {
			d.Member = append(d.Member, s.member(p, int(i)))
		}
	}
}

// member reports whether a client is of those whose effect an interaction compares with
// that of the rest.
func (s *sample) member(p *people, i int) bool {
	if s.by != 0 {
		return s.by.has(p.arm[i]) == 1
	}
	return p.member[s.subgroup][i]
}

// needsOf returns what a method needs of an outcome: where neither death nor another event
// cuts it short, or death is to be made up for like a loss, nobody is left out as dead.
func needsOf(sc *scenarios.Scenario, o *scenarios.Outcome, m estimate.Method) estimate.Needs {
	if len(o.Handled()) == 0 && (!sc.CutByDeath(o) || o.Death() == scenarios.Hypothetical) {
		return m.Needs &^ estimate.Alive
	}
	return m.Needs
}

// assumed returns what is supposed of missing outcomes where they are imputed.
func assumed(o *scenarios.Outcome) estimate.Assumption {
	return estimate.Assumption{Reference: o.Missing.As == scenarios.MissingReference, Delta: o.Missing.Delta, Keeps: o.Tipping}
}
