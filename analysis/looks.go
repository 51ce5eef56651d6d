package analysis

import (
	"math"
	"slices"

	"caseload/analysis/interim"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// looks is how a trial is looked at while it goes on.
type looks struct {
	of       *scenarios.Interim
	n        int // before the final analysis
	analysis int // what is looked at, index into plan.analyses
	times    bool
	wait     float64 // days from enrolment until an outcome is known
	clients  int     // planned at first
	most     int     // that the trial can get
	ends     float64 // day on which follow-up ends; 0: none
	at       int     // where their part of a row begins
}

// What is kept of a look: its day, clients enrolled when it is decided, how many clients
// or events it has and how many are planned by then; the fit to its data, and that to all of those
// who are enrolled by then, at the end of their follow-up. Day is NaN of a look that is
// not made. The final analysis is the last, and has one fit.
const (
	lookDay = iota
	lookEnrolled
	lookCount
	lookPlanned
	lookFit
	lookWidth = lookFit + 2*fitWidth
)

// addLooks lays out the scenario's looks.
func (p *plan) addLooks() {
	o := p.sc.InterimOutcome()
	if o < 0 {
		return
	}
	out, c := &p.sc.Outcomes[o], p.sc.InterimContrast()
	v, _ := scenarios.LookupVariable(out.Variable)
	method := p.sc.FirstThatHoldsIn(out, c, false)
	l := &looks{of: p.sc.Interim, n: len(p.sc.Interim.Looks) + len(p.sc.Interim.Days), times: v.Kind == scenarios.Time, wait: out.AtDays,
		clients: p.sc.PlannedClients(), most: p.sc.Trial.Clients, ends: p.sc.Trial.EndsDay}
	if !v.Records {
		l.wait += p.sc.Trial.VisitWindowDays
	}
	l.analysis = slices.IndexFunc(p.analyses, func(a Analysis) bool {
		return a.Outcome == o && a.Subgroup == Everyone && a.Arm == c.Arm && a.Control == c.Control && a.Method.Name == method
	})
	if l.analysis >= 0 {
		p.looks = l
	}
}

// size is how many numbers of a row looks take.
func (l *looks) size() int {
	if l == nil {
		return 0
	}
	return l.n*lookWidth + lookFit + fitWidth
}

// look returns the part of a row about a look; the final analysis is the one after the
// others.
func (l *looks) look(r record, k int) record { return r[l.at+k*lookWidth:] }

// A watcher is a worker's scratch for looks.
type watcher struct {
	view   trial.Observed // what is known at a look
	in     []bool
	value  []float64
	event  []bool
	other  []bool // competing
	known  []float64
	cut    int // clients that the trial gets, as far as planned
	target float64
}

// watch makes the analyses of all looks of a trial, as if it went on after each.
func (w *worker) watch(r int, o *trial.Observed, out record) {
	l := w.p.looks
	a, s := &w.p.analyses[l.analysis], &w.watcher
	outcomes := append(s.view.Outcomes[:0], o.Outcomes...)
	s.view = *o
	s.view.Outcomes = outcomes
	s.cut, s.target = min(l.clients, o.N), l.of.Planned
	if s.target == 0 || l.of.Information == scenarios.InformationPrecision {
		s.target = float64(l.clients)
	}
	s.listKnown(l, a, o, w)
	for k := range l.n {
		x := l.look(out, k)
		day := s.dayOf(l, k)
		x[lookDay], x[lookEnrolled], x[lookCount], x[lookPlanned] = nan, nan, nan, s.target
		x.setFit2(0, nil)
		x.setFit2(1, nil)
		if !(day < s.lastDay(l, o)) {
			continue
		}
		enrolled := s.enrolledBy(o, day+l.of.ReviewDays)
		x[lookDay], x[lookEnrolled], x[lookCount] = day, float64(enrolled), float64(s.countBy(day))
		s.show(l, a, o, day)
		x.setFit2(0, w.fitView(r, a))
		if e := l.of.Reestimate; e != nil && e.Look == k+1 {
			s.replan(l, o, w)
			s.listKnown(l, a, o, w)
		}
		s.showFirst(l, a, o, enrolled)
		x.setFit2(1, w.fitView(r, a))
	}
	x := l.look(out, l.n)
	x[lookDay], x[lookEnrolled], x[lookCount], x[lookPlanned] = s.lastDay(l, o), float64(s.cut), float64(len(s.known)), s.target
	if s.cut == o.N {
		copy(x[lookFit:lookFit+fitWidth], out[l.analysis*fitWidth:])
		return
	}
	s.showFirst(l, a, o, s.cut)
	x.setFit2(0, w.fitView(r, a))
}

// setFit2 writes one of the fits of a look; nil is none.
func (r record) setFit2(k int, f *Fit) {
	at := r[lookFit+k*fitWidth:]
	if f != nil {
		at.setFit(0, f)
		return
	}
	for j := range fitWidth {
		at[j] = nan
	}
}

// fitView makes the analysis of what is known at a look.
func (w *worker) fitView(r int, a *Analysis) *Fit {
	w.fill(&w.watcher.view, a)
	s := w.describe(w.p.effects[a.effect].times)
	est := w.fit(r, a)
	f := w.fitOf(&est, s)
	return &f
}

// listKnown lists the days on which outcomes of the clients whom the trial gets become known, in
// order: of times those of their events.
func (s *watcher) listKnown(l *looks, a *Analysis, o *trial.Observed, w *worker) {
	c, both := &o.Outcomes[a.Outcome], w.p.groups[a.Arm].mask|w.p.groups[a.Control].mask
	s.known = s.known[:0]
	for i := range s.cut {
		if y := c.Value[i]; c.In[i] && y == y && both.has(o.Arm[i]) == 1 {
			if !l.times {
				s.known = append(s.known, o.Enrolled[i]+l.wait)
			} else if c.Event[i] {
				s.known = append(s.known, o.Enrolled[i]+y)
			}
		}
	}
	slices.Sort(s.known)
}

// dayOf returns the day of a look, +Inf if it does not come.
func (s *watcher) dayOf(l *looks, k int) float64 {
	if len(l.of.Days) > 0 {
		return l.of.Days[k]
	}
	n := int(math.Ceil(float64(l.of.Looks[k]*s.target) - 1e-9))
	if n > len(s.known) {
		return math.Inf(1)
	}
	return s.known[max(0, n-1)]
}

// countBy returns how many are known by a day.
func (s *watcher) countBy(day float64) int {
	n, found := slices.BinarySearch(s.known, day)
	for found && n < len(s.known) && s.known[n] == day {
		n++
	}
	return n
}

// enrolledBy returns how many of the clients whom the trial gets are enrolled by a day.
func (s *watcher) enrolledBy(o *trial.Observed, day float64) int {
	n := 0
	for n < s.cut && o.Enrolled[n] <= day {
		n++
	}
	return n
}

// lastDay returns the day of the final analysis: when the last client is followed up.
func (s *watcher) lastDay(l *looks, o *trial.Observed) float64 {
	if s.cut == 0 {
		return 0
	}
	day := o.Enrolled[s.cut-1] + l.wait
	if l.ends > 0 {
		day = min(day, l.ends)
	}
	return day
}

// begin returns the outcome's column of the view, of nobody.
func (s *watcher) begin(a *Analysis, o *trial.Observed) *trial.Column {
	c := &s.view.Outcomes[a.Outcome]
	*c = o.Outcomes[a.Outcome]
	s.in = room(s.in, o.N)
	clear(s.in)
	c.In = s.in
	return c
}

// showFirst shows the first n clients, at the end of their follow-up.
func (s *watcher) showFirst(l *looks, a *Analysis, o *trial.Observed, n int) {
	c := s.begin(a, o)
	copy(c.In[:n], o.Outcomes[a.Outcome].In)
}

// show shows what is known on a day: outcomes that were due by then, and times up to it.
func (s *watcher) show(l *looks, a *Analysis, o *trial.Observed, day float64) {
	c, full := s.begin(a, o), &o.Outcomes[a.Outcome]
	if !l.times {
		for i := range s.cut {
			c.In[i] = full.In[i] && o.Enrolled[i]+l.wait <= day
		}
		return
	}
	s.value, s.event, s.other = room(s.value, o.N), room(s.event, o.N), room(s.other, o.N)
	c.Value, c.Event, c.Competing = s.value, s.event, s.other
	for i := range s.cut {
		since := day - o.Enrolled[i]
		c.In[i] = full.In[i] && since > 0
		c.Value[i], c.Event[i], c.Competing[i] = full.Value[i], full.Event[i], full.Competing[i]
		if o.Enrolled[i]+full.Value[i] > day { // as listKnown has it
			c.Value[i], c.Event[i], c.Competing[i] = since, false, false
		}
	}
}

// replan plans the number of clients anew, by the variance of the outcomes in the view,
// whatever the arms.
func (s *watcher) replan(l *looks, o *trial.Observed, w *worker) {
	n, mean, squares := 0.0, 0.0, 0.0
	for _, y := range w.data.Y {
		if y == y {
			n++
			d := y - mean
			mean += d / n
			squares += float64(d * (y - mean))
		}
	}
	if n < 2 {
		return
	}
	e := l.of.Reestimate
	wanted := math.Ceil(float64(l.clients) * squares / (n - 1) / e.PlannedVariance())
	clients := int(min(max(wanted, float64(l.clients)), float64(l.most)))
	s.target *= float64(clients) / float64(l.clients)
	s.cut = min(clients, o.N)
}

// lookAt returns what a row says of a look, for a decision.
func (p *plan) lookAt(row record, k int) interim.Look {
	l := p.looks
	x := l.look(row, k)
	f := x.lookFit(0)
	t := &p.analyses[l.analysis].Test
	out := interim.Look{Reached: x[lookDay] == x[lookDay], Share: x[lookCount] / x[lookPlanned], Information: x[lookCount]}
	out.Good, out.Bad = t.tails(&f)
	if l.of.Information == scenarios.InformationPrecision {
		out.Information = 1 / (f.SE * f.SE)
		if l.of.Planned > 0 {
			out.Share = out.Information / l.of.Planned
		}
	}
	return out
}

// lookFit returns one of the fits of a look.
func (r record) lookFit(k int) Fit { return record(r[lookFit+k*fitWidth:]).fit(0) }

// tails returns the one-sided p values of an effect that is better than the hypothesis for
// clients, and worse; NaN where there is no test.
func (t *Test) tails(f *Fit) (good, bad float64) {
	if !f.Status.Tested() {
		return nan, nan
	}
	if t.Kind == scenarios.NonInferiority {
		good = t.beyond(f, -t.Margin)
		return good, 1 - good
	}
	if t.Good*f.Stat > 0 {
		return f.P / 2, 1 - float64(f.P/2)
	}
	return 1 - float64(f.P/2), f.P / 2
}
