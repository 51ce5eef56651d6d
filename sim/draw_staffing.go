package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Who is in which post, and when, is drawn before anybody lives: from the replicate,
// the post and the number of the successor alone. So the staff comes and goes
// alike in all worlds of a replicate, and clients do not depend on each other through it.

// Purposes of the draws of a post and of a client's handover.
var (
	purposeTurnover = stream.NewPurpose("turnover")
	purposeVacancy  = stream.NewPurpose("vacancy")
	purposeHandover = stream.NewPurpose("handover")
)

// term is the time of one case manager in a post.
type term struct {
	from, to int64   // there from the first tick on, and gone at the last
	learns   int64   // learns from the tick on; below 0: knows all
	z        float64 // normal score of the skill
}

// post is a place for a case manager: those who have it, one after another.
type post struct{ first, n int32 } // of the terms

// drawStaffing draws who is in which post until the trial is over.
func (w *Workspace) drawStaffing() {
	if w.m.tenures == 0 {
		return
	}
	w.terms = w.terms[:0]
	end := w.lastArrival() + w.m.horizon
	for at := range w.pools {
		q := &w.pools[at]
		p := &w.m.programs[q.program]
		if !p.changes() {
			continue
		}
		for j := range int(q.len) * p.staffing.members {
			w.drawPost(p, int(q.post)+j, w.postKey(p, q, j), end)
		}
		if p.staffing.members > 1 && p.spread > 0 {
			w.centre(q, p)
		}
	}
}

// postKey returns the key of the streams of post j of a pool: those of the case manager
// who has it, or of a member of the team.
func (w *Workspace) postKey(p *program, q *pool, j int) stream.Key {
	if p.staffing.members == 1 {
		return w.replicate.Entity(entityManager, int(q.first)+j)
	}
	return w.replicate.Entity(entityManager, int(q.first)).Entity(entityMember, j)
}

// drawPost draws the terms in a post, one after another, until the end.
func (w *Workspace) drawPost(p *program, at int, key stream.Key, end int64) {
	f := &p.staffing
	leaving, filling := key.Stream(purposeTurnover), key.Stream(purposeVacancy)
	w.sampler.Use(key.Stream(purposeSkill))
	first := len(w.terms)
	for now := int64(0); ; {
		t := term{from: now, learns: now, to: after(now, 1+leaving.Exp()/f.leaving)}
		if len(w.terms) == first {
			t.learns = -1 // who is there at the beginning
		}
		if p.spread > 0 {
			t.z = w.sampler.Normal()
		}
		w.terms = append(w.terms, t)
		if now = after(t.to, 1+float64(f.vacancy*filling.Exp())); now > end {
			break
		}
	}
	w.posts[at] = post{int32(first), int32(len(w.terms) - first)}
}

// centre gives the first members of a team the mean skill that a team has which nobody
// leaves: the mean of normal scores and their distances from it are independent.
func (w *Workspace) centre(q *pool, p *program) {
	n := p.staffing.members
	sum := 0.0
	for j := range n {
		sum += w.termsOf(int(q.post) + j)[0].z
	}
	shift := w.managerSkill(int(q.first))/math.Sqrt(float64(n)) - sum/float64(n)
	for j := range n {
		w.termsOf(int(q.post) + j)[0].z += shift
	}
}

// termsOf returns the terms in a post.
func (w *Workspace) termsOf(at int) []term {
	o := w.posts[at]
	return w.terms[o.first : o.first+o.n]
}

// holder returns the number of the term in which the post is filled at the tick, -1
// while it is vacant.
func (w *Workspace) holder(at int, now int64) int {
	terms := w.termsOf(at)
	low, high := 0, len(terms) // of the first that begins later
	for low < high {
		if mid := (low + high) / 2; terms[mid].from <= now {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low > 0 && now < terms[low-1].to {
		return low - 1
	}
	return -1
}

// nextChange returns the tick after now at which somebody leaves or comes to one of the
// posts; with comes alone if so asked.
func (w *Workspace) nextChange(from, n int, now int64, comesOnly bool) int64 {
	next := int64(calendar.NeverTick)
	for at := from; at < from+n; at++ {
		for _, t := range w.termsOf(at) {
			if t.from > now {
				next = min(next, t.from)
				break
			}
			if t.to > now && !comesOnly {
				next = min(next, t.to)
				break
			}
		}
	}
	return next
}

// learned returns the share of the full effect that whoever has learned so long has; those who
// were there at the beginning know all, unless the program is new to them.
func (f *staffing) learned(t *term, now int64) float64 {
	if t.learns < 0 || f.half == 0 {
		return 1
	}
	return 1 - float64((1-f.start)*portable.Exp(-float64(math.Ln2*float64(max(0, now-t.learns)))/f.half))
}

// setLearning lets the staff to whom a program is new learn from the day on which their site first
// has it in the world about to begin: in a rollout, from day 0.
func (w *Workspace) setLearning() {
	for at := range w.pools {
		q := &w.pools[at]
		p := &w.m.programs[q.program]
		if !p.staffing.fresh {
			continue
		}
		since := w.firstHad(q.program, (at-p.pool)%w.m.sites)
		for j := range int(q.len) * p.staffing.members {
			terms := w.termsOf(int(q.post) + j)
			for k := range terms {
				terms[k].learns = max(terms[k].from, since)
			}
		}
	}
}

// firstHad returns the tick at which a site first has a program; NeverTick if it never has.
func (w *Workspace) firstHad(program, site int) int64 {
	if w.rollout {
		return 0
	}
	s := &w.m.design.schedule
	for p, arm := range s.arms[w.design.sequence[site]] {
		if w.m.available[arm]>>program&1 != 0 {
			return s.from[p]
		}
	}
	return calendar.NeverTick
}
