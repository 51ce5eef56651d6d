package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// ReachedWithQueues reports what queues leave of a natural quantity that is asked
// for, estimated by simulation.
type ReachedWithQueues struct {
	Reached
	Share, MCSE float64 // NaN where the quantity cannot be measured so
}

// WithQueues simulates replicates of the worlds with everyone in one arm and
// nobody lost, and measures the natural quantities that the model was asked
// for: for seeking the share of clients admitted by the day, for stays the
// share of those admitted early enough who left by the day, for arrests and
// deaths the share of clients to whom the first has come.
func (m *Model) WithQueues(seed int64, replicates int) []ReachedWithQueues {
	out := make([]ReachedWithQueues, len(m.Reached))
	shares := make([]ratio, len(m.Reached))
	w, t := m.NewWorkspace(), m.NewTruth()
	for r := range replicates {
		w.Begin(seed, r)
		for arm := range m.arms {
			w.measureArm(arm, shares, t)
		}
	}
	for k := range out {
		out[k].Reached = m.Reached[k]
		out[k].Share, out[k].MCSE = shares[k].value()
	}
	return out
}

// measureArm runs the world of an arm if a quantity holds in it.
func (w *Workspace) measureArm(arm int, shares []ratio, t *trial.Truth) {
	ran := false
	for k := range w.m.Reached {
		q := &w.m.Reached[k]
		if q.service < 0 && q.course < 0 || q.arm != arm || q.day > calendar.Days(w.m.horizon) {
			continue
		}
		if !ran {
			w.World(arm, t)
			ran = true
		}
		shares[k].add(w.measure(q))
	}
}

// measure counts those a quantity is about and those to whom it happened.
func (w *Workspace) measure(q *Reached) (happened, among float64) {
	day := int64(ticks(q.day))
	for i := range w.n {
		c := w.client(i)
		if q.course >= 0 {
			among++
			if first := w.history(w.client(i), q.course).first; first >= 0 && first-c.enrol <= day {
				happened++
			}
			continue
		}
		s := w.admissionTo(i, q.service)
		switch {
		case !q.stay:
			among++
			if s != nil && s.Admitted-c.enrol <= day {
				happened++
			}
		case s != nil && s.Admitted-c.enrol <= w.m.horizon-day:
			among++
			if s.End == SpellLeft && s.Ended-s.Admitted <= day {
				happened++
			}
		}
	}
	return happened, among
}

// admissionTo returns the client's first admission to service k within follow-up,
// or nil.
func (w *Workspace) admissionTo(i, k int) *Spell {
	for at := w.client(i).first; at >= 0; at = w.spells[at].next {
		if s := &w.spells[at]; int(s.Service) == k && s.Admitted >= 0 && s.Admitted < w.client(i).exit() {
			return s
		}
	}
	return nil
}

// ratio is a share pooled over replicates.
type ratio struct {
	n          float64
	x, y       float64 // sums of events and of clients
	xx, xy, yy float64
}

func (r *ratio) add(x, y float64) {
	r.n++
	r.x, r.y = r.x+x, r.y+y
	r.xx, r.xy, r.yy = r.xx+float64(x*x), r.xy+float64(x*y), r.yy+float64(y*y)
}

// value returns the share and its standard error, by the delta method.
func (r *ratio) value() (share, se float64) {
	if r.y == 0 {
		return math.NaN(), math.NaN()
	}
	share = r.x / r.y
	if r.n < 2 {
		return share, math.NaN()
	}
	v := r.xx - float64(2*share*r.xy) + float64(share*share*r.yy) // the deviations sum to zero
	return share, math.Sqrt(max(0, v)*r.n/(r.n-1)) / r.y
}
