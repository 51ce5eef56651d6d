package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Kinds of entity that own streams.
const (
	entityTrial uint8 = iota
	entityClient
	entityStratum
	entityManager
	entityOther   // beside the trial's clients
	entityUnknown // what nobody knows
	entityMember  // of a team; or one of those who follow each other in a post
)

// Purposes of draws that are not a process's clock.
var (
	purposeArrival  = stream.NewPurpose("arrival")
	purposeTraits   = stream.NewPurpose("traits")
	purposeMember   = stream.NewPurpose("subgroup_share")
	purposeSite     = stream.NewPurpose("site")
	purposeAllocate = stream.NewPurpose("allocation")
	purposeSkill    = stream.NewPurpose("skill")
)

// cohort says how clients differ.
type cohort struct {
	traits    []scenarios.Trait
	cuts      [][]float64 // [trait] normal scores that part Bernoulli and categorical values
	frailties []frailty
	chol      []float64 // lower triangle by rows of the correlation's root; nil if independent
	subgroups []*scenarios.Expr
	share     float64 // of subgroup shareOf; membership is drawn first
	shareOf   int     // -1: none
}

// frailty is an unobserved multiplier exp(sd*z) of a process's hazard.
type frailty struct {
	process processID
	sd      float64
}

func (c *cohort) dims() int { return len(c.traits) + len(c.frailties) }

// drawArrivals draws the enrolment times in order, and how many clients are enrolled if
// that is not certain.
func (w *Workspace) drawArrivals() {
	w.drawGaps()
	if w.m.design.recruitment.closes > 0 {
		w.closeEnrolment()
	}
	w.nPresent = w.n
}

func (w *Workspace) drawGaps() {
	if w.m.design.recruitment.stages != nil {
		w.drawCalendar()
		return
	}
	w.n = w.most
	r := w.replicate.Entity(entityTrial, 0).Stream(purposeArrival)
	t := 0.0
	for i := range w.n {
		gap := w.m.meanGap
		if w.m.poisson {
			gap = float64(gap * r.Exp())
		}
		t += gap
		w.arrivals[i] = min(int64(t), calendar.MaxTick-1)
	}
}

// drawCohort draws each client's site, traits, frailties and subgroups, and
// with them the multipliers of the client's own hazards.
func (w *Workspace) drawCohort() {
	c := &w.m.cohort
	w.screened = Screening{}
	if w.m.sites <= 1 && c.dims() == 0 && !w.m.design.screening.active() && len(c.subgroups) == 0 && !w.m.anyBase {
		return // clients are alike
	}
	for i := range w.nPresent {
		key := w.keyOf(i)
		if w.m.sites > 1 {
			r := key.Stream(purposeSite)
			w.site[i] = w.siteOf(i, &r)
		}
		if c.dims() > 0 || w.m.design.screening.active() {
			w.sampler.Use(key.Stream(purposeTraits))
			w.drawClient(i, key)
		}
		for g, e := range c.subgroups {
			w.member[g][i] = e.Eval(w.scores[:len(c.traits)])
		}
		if w.m.anyBase {
			w.setBase(i)
		}
	}
}

// drawClient draws traits and frailties, again and again until they fit the
// membership if a subgroup's share is given, and are those of somebody who is
// enrolled, if a client. Those who don't fit the membership are not screened: the share is
// that of the enrolled, and who is screened are as many of either kind as it
// takes to reach it.
func (w *Workspace) drawClient(i int, key stream.Key) {
	c := &w.m.cohort
	want := false
	if c.shareOf >= 0 {
		r := key.Stream(purposeMember)
		want = r.Bernoulli(c.share)
	}
	refusal := key.Stream(purposeRefusal)
	for range 1_000_000 {
		z := w.scores[c.dims():]
		for d := range z {
			z[d] = w.sampler.Normal()
		}
		w.setClient(i, z)
		fits := c.shareOf < 0 || c.subgroups[c.shareOf].Eval(w.scores[:len(c.traits)]) == want
		if fits && (i >= w.n || w.enrols(&refusal)) {
			return
		}
	}
	panic("no client is eligible, consents and fits the subgroup's share")
}

// setClient turns independent normal scores into the client's traits and
// frailties. The traits are left in w.scores for the subgroups.
func (w *Workspace) setClient(i int, z []float64) {
	c := &w.m.cohort
	c.correlate(z)
	for t := range c.traits {
		x := c.value(t, z[t])
		w.traits[t][i] = x
		w.scores[t] = x
	}
	for f := range c.frailties {
		w.frailty[f][i] = z[len(c.traits)+f]
	}
}

// correlate multiplies the scores by the root of the correlation, in place.
func (c *cohort) correlate(z []float64) {
	if c.chol == nil {
		return
	}
	for r := len(z) - 1; r >= 0; r-- {
		row := c.chol[r*(r+1)/2:]
		sum := 0.0
		for k := 0; k <= r; k++ {
			sum += float64(row[k] * z[k])
		}
		z[r] = sum
	}
}

// value returns the t-th trait at normal score z.
func (c *cohort) value(t int, z float64) float64 {
	switch tr := &c.traits[t]; tr.Kind {
	case scenarios.Normal:
		return tr.Mean + float64(tr.SD*z)
	case scenarios.Lognormal:
		return float64(tr.Median * portable.Exp(float64(tr.LogSD*z)))
	}
	level := 0
	for _, cut := range c.cuts[t] {
		if z >= cut {
			level++
		}
	}
	return float64(level)
}

// newCuts finds the scores that part the values of a trait.
func newCuts(t *scenarios.Trait) []float64 {
	switch t.Kind {
	case scenarios.Bernoulli:
		return []float64{portable.NormalQuantile(1 - t.Prevalence)}
	case scenarios.Categorical:
		var cuts []float64
		sum := 0.0
		for _, s := range t.Shares[:len(t.Shares)-1] {
			sum += s
			cuts = append(cuts, portable.NormalQuantile(min(sum, 1)))
		}
		return cuts
	}
	return nil
}

// setBase finds the client's own multiplier of each process.
func (w *Workspace) setBase(i int) {
	m := w.m
	for p := range m.procs {
		pr := &m.procs[p]
		if !pr.hasBase {
			continue
		}
		x := 0.0
		for t, b := range pr.logHR {
			x += float64(b * w.traits[t][i])
		}
		if f := pr.frailty; f >= 0 {
			x += float64(m.cohort.frailties[f].sd * w.frailty[f][i])
		}
		*w.ownBase(i, processID(p)) = portable.Exp(saturated(x))
	}
	w.addSite(i)
	w.addTrend(i)
	w.disperse(i)
}

// managerSkill returns the normal score of case manager g, drawn anew in each
// replicate.
func (w *Workspace) managerSkill(g int) float64 {
	if !w.m.skilled {
		return 0
	}
	if w.skill != nil {
		return *w.skill
	}
	if w.sample {
		for k := len(w.sampleSkills); k <= g; k++ {
			w.sampleSkills = append(w.sampleSkills, portable.NormalQuantile(frac(k, math.Sqrt(5))))
		}
		return w.sampleSkills[g]
	}
	w.sampler.Use(w.replicate.Entity(entityManager, g).Stream(purposeSkill))
	return w.sampler.Normal()
}

// skillEffect returns manager g's multiplier of the hazard ratios of the program's active
// effects, whose mean over managers is 1.
func (w *Workspace) skillEffect(p *program, g int32) float64 {
	if p.spread == 0 {
		return 1
	}
	return portable.Exp(saturated(float64(p.spread*w.managers[g].z) - float64(p.spread*p.spread/2)))
}

// saturated returns a log hazard ratio within bounds beyond which nothing changes: what
// happens at such a hazard happens at once, or never. Products of several stay finite.
func saturated(log float64) float64 { return max(-100, min(log, 100)) }
