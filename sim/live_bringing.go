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
func (w *Workspace) sinceOrigin(i int, f *effect, now int64) int64 {
	if f.brings.returns {
		return now - w.stay(i, f.services[0]).since
	}
	return now - w.client(i).enrol
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
func (w *Workspace) beginBringing(i int, p *program) {
	for _, e := range p.atOnce {
		if b := p.effects[e].brings; b != nil {
			*w.threshold(i, b.place) = w.firstThreshold(i, b)
		}
	}
}

// firstThreshold is infinite for a client whom contacts cannot bring.
func (w *Workspace) firstThreshold(i int, b *bringing) float64 {
	if b.reachable < 1 {
		r := w.keyOf(i).Stream(b.reach)
		if !r.Bernoulli(b.reachable) {
			return math.Inf(1)
		}
	}
	return w.draw(i, b.draws)
}

// mayBring reports whether contacts of the program, from that number on, can do anything at
// once to the client as things are.
func (w *Workspace) mayBring(i int, p *program, number int32, now int64) bool {
	for _, e := range p.atOnce {
		f := &p.effects[e]
		if number > f.most {
			continue
		}
		if f.brings == nil {
			return true
		}
		if w.sinceOrigin(i, f, now) >= f.brings.until[len(f.brings.until)-1] {
			continue
		}
		if (f.subgroup < 0 || w.member[f.subgroup][i]) && w.canAct(i, f) && w.candidates(i, f) > 0 {
			return true
		}
	}
	return false
}

// candidates returns how many of the effect's services the client is still seeking, or has
// left where it brings back.
func (w *Workspace) candidates(i int, f *effect) (n int) {
	for _, s := range f.services {
		if w.stay(i, s).state == f.state() && !w.barred(i, s) {
			n++
		}
	}
	return n
}

// bring is a contact that may bring the client to one of the effect's services. It tells
// whether it does.
func (w *Workspace) bring(i, k int, f *effect, now int64) bool {
	if w.candidates(i, f) == 0 {
		return false
	}
	p, share := &w.m.programs[k], 1.0
	if w.probe != nil {
		if share = w.probe.bring(w, i, k, f, now); share == 0 {
			return false
		}
	}
	draws := p.chance
	if b := f.brings; b != nil {
		draws = b.draws
		left := w.threshold(i, b.place)
		if *left -= float64(share * w.addedBy(i, k, f, now)); *left > 0 {
			return false
		}
		*left = w.draw(i, draws)
	} else if !w.stream(i, draws).Bernoulli(share * f.chance) {
		return false
	}
	w.send(i, w.choose(i, f, draws, now), now)
	return true
}

// addedBy returns the cumulative hazard that a contact adds.
func (w *Workspace) addedBy(i, k int, f *effect, now int64) float64 {
	if f.brings == nil {
		return -portable.Log1p(-f.chance)
	}
	added := f.brings.at(w.sinceOrigin(i, f, now)) * w.careOf(i, k).staff
	if p := &w.m.programs[k]; p.staffing.half > 0 {
		added *= w.tenureOf(i, p).learned // so many tries
	}
	return added
}

// choose returns the service to which the client is brought: of those still sought, each
// in proportion to the hazard of seeking it.
func (w *Workspace) choose(i int, f *effect, draws processID, now int64) (service int) {
	if len(f.services) == 1 {
		return f.services[0]
	}
	total := 0.0
	for _, s := range f.services {
		total += w.pull(i, s, now)
	}
	at := float64(w.stream(i, draws).Uniform() * total)
	for _, s := range f.services {
		if x := w.pull(i, s, now); x > 0 {
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
func (w *Workspace) pull(i, s int, now int64) float64 {
	const trifle = 1e-300
	v := &w.m.services[s]
	if w.stay(i, s).state != seeking || w.barred(i, s) {
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
	since := now - w.client(i).enrol
	return max(trifle, float64(w.multiplier(i, v.seek)*base.between(since, since+calendar.Day)))
}
