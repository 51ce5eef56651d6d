package sim

import (
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Effects at once: contacts that bring clients to services, or to jail. Each client who starts the
// program has a unit-exponential threshold, of which each contact takes off the cumulative
// hazard that it adds, and it happens when nothing is left. So more contacts bring the same
// clients and others, in every world. A chance p at each contact is the hazard -log(1 - p);
// such a threshold is kept in contacts, and each takes off one.

// bringing is an effect at once that works by a share.
type bringing struct {
	asked     *scenarios.Brings
	returns   bool      // back to the one service, which the client has left; else to services that the client seeks
	until     []int64   // by part: ticks since enrolment, or since the client left, at which it ends
	added     []float64 // by part: cumulative hazard that a contact adds, manual included; solved for
	manual    float64
	reach     stream.Purpose // of the draw of who can be brought at all
	reachable float64        // share of clients
}

// compileBringing adds an effect by which contacts bring clients.
func (m *Model) compileBringing(f *effect, program string, s *scenarios.Brings, manual float64) {
	name := f.path + ".brings"
	b := &bringing{asked: s, manual: manual, reachable: s.Reachable, reach: stream.NewPurpose(name + ".reachable")}
	if s.Times != nil {
		b.manual *= *s.Times
	}
	m.newThreshold(f, name)
	for _, at := range s.All() {
		b.until = append(b.until, int64(ticks(at.ByDays)))
	}
	b.added = make([]float64, len(b.until))
	f.perHazard = 1
	if f.brings, f.services = b, m.soughtBy(f.on); f.services == nil {
		f.services, f.from, b.returns = []int{m.leftFor(f.process)}, left, true
	}
}

// newThreshold gives the effect at once a threshold of each client, and a stream.
func (m *Model) newThreshold(f *effect, name string) {
	f.place, f.draws = m.thresholds, m.newProcess(name, rankContact)
	m.thresholds++
}

// setChance sets with which chance a contact does something at once.
func (f *effect) setChance(chance float64) {
	f.chance, f.perHazard = chance, -1/portable.Log1p(-chance)
}

// leftFor returns the service to which the process brings back who has left it, -1 for none.
func (m *Model) leftFor(back processID) int {
	return slices.IndexFunc(m.services, func(v service) bool { return v.back == back })
}

// soughtBy returns the services that an effect on linkage is about.
func (m *Model) soughtBy(on string) (services []int) {
	for _, p := range m.targets(on) {
		for v := range m.services {
			if m.services[v].seek == p {
				services = append(services, v)
			}
		}
	}
	return services
}

// sinceOrigin returns the ticks since the time from which on an effect by a share counts.
func (w *Workspace) sinceOrigin(c *client, f *effect, now int64) int64 {
	if f.brings.returns {
		return now - w.stay(c, f.services[0]).since
	}
	return now - c.enrol
}

// at returns the cumulative hazard that a contact adds at a time since the origin.
func (b *bringing) at(since int64) float64 {
	for k, until := range b.until {
		if since < until {
			return b.added[k]
		}
	}
	return 0
}

// beginBringing draws the thresholds of a client who starts the program.
func (w *Workspace) beginBringing(c *client, p *program) {
	for _, e := range p.atOnce {
		f := &p.effects[e]
		*w.threshold(c, f.place) = w.firstThreshold(c, f)
	}
}

// firstThreshold is infinite for a client whom contacts cannot bring.
func (w *Workspace) firstThreshold(c *client, f *effect) float64 {
	if b := f.brings; b != nil && b.reachable < 1 {
		r := w.keyOf(c.id).Stream(b.reach)
		if !r.Bernoulli(b.reachable) {
			return math.Inf(1)
		}
	}
	return w.newThreshold(c, f)
}

// newThreshold draws a threshold.
func (w *Workspace) newThreshold(c *client, f *effect) float64 {
	return float64(f.perHazard * w.draw(c, f.draws))
}

// reaches reports whether the client is still seeking one of the effect's services, or has
// left it where the effect brings back.
func (w *Workspace) reaches(c *client, f *effect) bool {
	for _, s := range f.services {
		if w.stay(c, s).state == f.from && !w.barred(c, s) {
			return true
		}
	}
	return false
}

// affect lets effect e of the program set something off at once, when contacts have used the
// threshold up. It tells whether that is so.
func (w *Workspace) affect(c *client, k int, e effectID, now int64) bool {
	f, r := &w.m.programs[k].effects[e], w.careOf(c, k)
	if r.done > f.most || !w.canAct(c, r, f, now) || f.while != 0 && c.bits&f.while == 0 {
		return false
	}
	share := 1.0
	if w.probe != nil && f.services != nil {
		if share = w.probe.bring(w, c.id, k, f, now); share == 0 {
			return false
		}
	}
	left := w.threshold(c, f.place)
	if *left -= float64(share * w.addedBy(c, k, f, now)); *left > 0 {
		return false
	}
	*left = w.newThreshold(c, f)
	if f.services == nil {
		w.sanction(c, now)
	} else {
		w.send(c, w.choose(c, f, now), now)
	}
	return true
}

// canAct reports whether contacts from now on can do something at once to the client by the effect, as
// things are: nobody is brought from one treatment to another that is not beside it. States in
// which alone it acts are another question.
func (w *Workspace) canAct(c *client, r *care, f *effect, now int64) bool {
	if f.subgroup >= 0 && !w.member[f.subgroup][c.id] || now-r.start < f.late {
		return false
	}
	return f.services == nil || w.reaches(c, f)
}

// addedBy returns what a contact takes off the threshold.
func (w *Workspace) addedBy(c *client, k int, f *effect, now int64) float64 {
	if f.brings == nil {
		return 1
	}
	added := f.brings.at(w.sinceOrigin(c, f, now)) * w.careOf(c, k).staff
	if p := &w.m.programs[k]; p.staffing.half > 0 {
		added *= w.tenureOf(c, p).learned // so many tries
	}
	return added
}

// choose returns the service to which the client is brought: of those still sought, each
// in proportion to the hazard of seeking it.
func (w *Workspace) choose(c *client, f *effect, now int64) (service int) {
	if len(f.services) == 1 {
		return f.services[0]
	}
	total := 0.0
	for _, s := range f.services {
		total += w.pull(c, s, now)
	}
	at := float64(w.stream(c, f.draws).Uniform() * total)
	for _, s := range f.services {
		if x := w.pull(c, s, now); x > 0 {
			if service = s; at < x {
				break
			}
			at -= x
		}
	}
	return service
}

// pull returns the weight of a service among those to which a client can be brought: the
// hazard of seeking it over the coming day; where it has none, a trifle, so that services
// which nobody seeks alone are equally likely. It is 0 for a service that is not sought, or
// barred.
func (w *Workspace) pull(c *client, s int, now int64) float64 {
	const trifle = 1e-300
	v := &w.m.services[s]
	if w.stay(c, s).state != seeking || w.barred(c, s) {
		return 0
	}
	if v.seek < 0 {
		return trifle // its times are imposed
	}
	base := &w.m.procs[v.seek].base
	if w.probe != nil {
		if w.probe.closed && w.probe.target == v.seek {
			return 0
		}
		if w.probe.target == v.seek {
			base = &w.probe.guess
		}
	}
	since := now - c.enrol
	return max(trifle, float64(w.multiplier(c, v.seek)*base.between(since, since+calendar.Day)))
}
