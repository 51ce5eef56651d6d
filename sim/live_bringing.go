package sim

import (
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Contacts that bring clients to services. By a share: each client who starts the program
// has a unit-exponential threshold, of which each contact takes off the cumulative hazard
// that it adds, and is brought when nothing is left. So more contacts bring the same
// clients and others, in every world. By a chance: each contact draws anew.

// bringing is an effect at once that works by a share.
type bringing struct {
	asked     *scenarios.Brings
	returns   bool      // back to the one service, which the client has left; else to services that the client seeks
	place     int       // of the threshold among the client's
	draws     processID // the one whose stream gives thresholds and chooses services
	until     []int64   // by part: ticks since enrolment, or since the client left, at which it ends
	added     []float64 // by part: cumulative hazard that a contact adds, manual included; solved for
	manual    float64
	reach     stream.Purpose // of the draw of who can be brought at all
	reachable float64        // share of clients
}

// compileBringing adds an effect by which contacts bring clients.
func (m *Model) compileBringing(f *effect, program string, s *scenarios.Brings, manual float64) {
	name := f.path + ".brings"
	b := &bringing{asked: s, place: m.thresholds, manual: manual, reachable: s.Reachable, reach: stream.NewPurpose(name + ".reachable")}
	if m.thresholds++; s.Times != nil {
		b.manual *= *s.Times
	}
	b.draws = m.newProcess(name, rankContact)
	for _, at := range s.All() {
		b.until = append(b.until, int64(ticks(at.ByDays)))
	}
	b.added = make([]float64, len(b.until))
	if f.brings, f.services = b, m.soughtBy(f.on); f.services == nil {
		f.services, b.returns = []int{m.leftFor(f.process)}, true
	}
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

// state is that of the client towards a service to which the effect can bring.
func (f *effect) state() serviceState {
	if f.brings != nil && f.brings.returns {
		return left
	}
	return seeking
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
		if b := p.effects[e].brings; b != nil {
			*w.threshold(c, b.place) = w.firstThreshold(c, b)
		}
	}
}

// firstThreshold is infinite for a client whom contacts cannot bring.
func (w *Workspace) firstThreshold(c *client, b *bringing) float64 {
	if b.reachable < 1 {
		r := w.keyOf(c.id).Stream(b.reach)
		if !r.Bernoulli(b.reachable) {
			return math.Inf(1)
		}
	}
	return w.draw(c, b.draws)
}

// candidates returns how many of the effect's services the client is still seeking, or has
// left where it brings back.
func (w *Workspace) candidates(c *client, f *effect) (n int) {
	for _, s := range f.services {
		if w.stay(c, s).state == f.state() && !w.barred(c, s) {
			n++
		}
	}
	return n
}

// bring is a contact that may bring the client to one of the effect's services. It tells
// whether it does.
func (w *Workspace) bring(c *client, k int, f *effect, now int64) bool {
	if w.candidates(c, f) == 0 {
		return false
	}
	p, share := &w.m.programs[k], 1.0
	if w.probe != nil {
		if share = w.probe.bring(w, c.id, k, f, now); share == 0 {
			return false
		}
	}
	draws := p.chance
	if b := f.brings; b != nil {
		draws = b.draws
		left := w.threshold(c, b.place)
		if *left -= float64(share * w.addedBy(c, k, f, now)); *left > 0 {
			return false
		}
		*left = w.draw(c, draws)
	} else if !w.stream(c, draws).Bernoulli(share * f.chance) {
		return false
	}
	w.send(c, w.choose(c, f, draws, now), now)
	return true
}

// addedBy returns the cumulative hazard that a contact adds.
func (w *Workspace) addedBy(c *client, k int, f *effect, now int64) float64 {
	if f.brings == nil {
		return -portable.Log1p(-f.chance)
	}
	added := f.brings.at(w.sinceOrigin(c, f, now)) * w.careOf(c, k).staff
	if p := &w.m.programs[k]; p.staffing.half > 0 {
		added *= w.tenureOf(c, p).learned // so many tries
	}
	return added
}

// choose returns the service to which the client is brought: of those still sought, each
// in proportion to the hazard of seeking it.
func (w *Workspace) choose(c *client, f *effect, draws processID, now int64) (service int) {
	if len(f.services) == 1 {
		return f.services[0]
	}
	total := 0.0
	for _, s := range f.services {
		total += w.pull(c, s, now)
	}
	at := float64(w.stream(c, draws).Uniform() * total)
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
