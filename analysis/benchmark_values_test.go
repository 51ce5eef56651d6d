package analysis

import (
	"fmt"
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/sim"
)

// reference is what a hand-written engine of the problem of bench-p2, with
// other streams, gave in 100,000 replicates of 300 clients. SimPy, Cimba and
// another Go program agree with it (docs/performance.md).
type reference struct {
	slots                   int
	linked, difference, g   float64 // mean of a replicate
	proportions, logRank, t float64 // power at 5 %
	events                  *kinds  // nil: not given
}

const referenceReplicates = 100_000

// kinds are the model events of a replicate by kind; all were given to whole
// numbers.
type kinds struct{ enrolled, sought, contacts, admitted, left, lost, useChanges, visits, total float64 }

var references = []reference{
	{slots: 60, linked: 207.99, difference: 0.1017, g: 0.1035, proportions: 0.484, logRank: 0.644, t: 0.115,
		events: &kinds{300, 184, 1487, 208, 123, 92, 2505, 733, 5632}},
	{slots: 300, linked: 216.65, difference: 0.1021, g: 0.1055, proportions: 0.509, logRank: 0.669, t: 0.118},
}

// tally is the mean of a number over replicates.
type tally struct{ n, sum, squares float64 }

func (a *tally) add(x float64) { a.n++; a.sum += x; a.squares += x * x }

func (a *tally) mean() float64 { return a.sum / a.n }

func (a *tally) sd() float64 {
	return math.Sqrt(max(0, a.squares/a.n-a.mean()*a.mean()) * a.n / (a.n - 1))
}

// agree compares with a reference of its own error, known to half a digit.
func (a *tally) agree(t *testing.T, what string, want, digit float64) {
	t.Helper()
	tolerance := 4*a.sd()*math.Sqrt(1/a.n+1.0/referenceReplicates) + digit/2
	if got := a.mean(); !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.5g, want %.5g, tolerance %.2g", what, got, want, tolerance)
	} else {
		t.Logf("%s: got %.5g, want %.5g, tolerance %.2g", what, got, want, tolerance)
	}
}

func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// The engine and the estimators agree with the check values of the benchmark
// problem: what is estimated, how often it is significant, and how many model
// events of each kind there are.
func TestBenchmarkValues(t *testing.T) {
	replicates := 4000
	if !suite.IsLong() {
		replicates = 500
	}
	for _, want := range references {
		t.Run(fmt.Sprintf("%d slots", want.slots), func(t *testing.T) {
			m := compile(t, "bench-p2", fmt.Sprintf("service.treatment.slots=%d", want.slots))
			p := planOf(t, m)
			w, out := newWorker(m, p, Options{Seed: 20, NoTruth: true}), make(record, p.at.width)
			var difference, g, proportions, logRank, student tally
			var events eventTallies
			for r := range replicates {
				w.replicate(r, out, nil)
				rd, lr, md := out.fit(0), out.fit(1), out.fit(2)
				difference.add(rd.Value)
				g.add(md.SMD)
				proportions.add(bit(rd.P < 0.05))
				logRank.add(bit(lr.P < 0.05))
				student.add(bit(md.P < 0.05))
				events.add(w.ws.Counts())
			}
			events.admitted.agree(t, "linked", want.linked, 0.01)
			difference.agree(t, "difference of proportions", want.difference, 0.0001)
			g.agree(t, "Hedges g", want.g, 0.0001)
			proportions.agree(t, "power of the difference of proportions", want.proportions, 0.001)
			logRank.agree(t, "power of the log-rank test", want.logRank, 0.001)
			student.agree(t, "power of the t test", want.t, 0.001)
			if want.events != nil {
				events.agree(t, want.events)
			}
		})
	}
}

// eventTallies are the model events of each kind.
type eventTallies struct {
	enrolled, sought, contacts, admitted, left, lost, useChanges, visits, total tally
}

func (e *eventTallies) add(c sim.Counts) {
	e.enrolled.add(float64(c.Enrolled))
	e.sought.add(float64(c.Sought))
	e.contacts.add(float64(c.Contacts))
	e.admitted.add(float64(c.Admitted))
	e.left.add(float64(c.Left))
	e.lost.add(float64(c.Lost))
	e.useChanges.add(float64(c.UseChanges))
	e.visits.add(float64(c.Visits))
	e.total.add(float64(c.Total()))
}

func (e *eventTallies) agree(t *testing.T, want *kinds) {
	t.Helper()
	e.enrolled.agree(t, "enrolments", want.enrolled, 1)
	e.sought.agree(t, "seekings by one's own clock", want.sought, 1)
	e.contacts.agree(t, "contacts", want.contacts, 1)
	e.admitted.agree(t, "admissions", want.admitted, 1)
	e.left.agree(t, "completed stays", want.left, 1)
	e.lost.agree(t, "losses", want.lost, 1)
	e.useChanges.agree(t, "changes of use", want.useChanges, 1)
	e.visits.agree(t, "visits", want.visits, 1)
	e.total.agree(t, "all events", want.total, 1)
}
