package size

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"caseload/sim"
)

const daysPerMonth = 365.25 / 12

// describedTrial describes the trial as written, with the same trials at hand.
func describedTrial(t *testing.T, m *sim.Model) (*description, []*sim.Shown) {
	t.Helper()
	r := &runner{ctx: context.Background(), d: designed(t, m, Question{Solve: Power}), opt: Options{Seed: 9}, seen: map[float64][]sums{}}
	x, err := r.describe(float64(m.Scenario.Trial.Clients))
	if err != nil {
		t.Fatal(err)
	}
	if r.next != described {
		t.Errorf("%d replicates taken, want %d", r.next, described)
	}
	var shown []*sim.Shown
	for k := range described {
		shown = append(shown, m.Show(9, k))
	}
	return x, shown
}

// managed are the clients of the first arm, by enrolment.
func managed(s *sim.Shown) (list []sim.Life) {
	for _, c := range s.Clients {
		if c.Arm == 0 {
			list = append(list, c)
		}
	}
	return list
}

// In the plain trial each of 20 managed clients has seven contacts of half an hour,
// each of 40 comes to two visits, and nobody waits.
func TestWhatATrialTakes(t *testing.T) {
	x, shown := describedTrial(t, plain(t))
	s := &x.staffing
	last, peak := 0.0, 0.0
	for _, w := range shown {
		last += w.Clients[len(w.Clients)-1].Enrolled / described
		most := 0
		for _, c := range managed(w) {
			at := 0
			for _, o := range managed(w) {
				if o.Enrolled <= c.Enrolled && c.Enrolled < o.Enrolled+70 {
					at++
				}
			}
			most = max(most, at)
		}
		peak += float64(most) / described
	}
	if s.Clients != 40 || s.Sites != 1 || s.Visits != (Number{80, 0}) || s.ContactHours != (Number{70, 0}) || len(s.Services) != 0 || len(s.Programs) != 1 {
		t.Errorf("got %+v", s)
	}
	if !within(s.AccrualMonths, last/daysPerMonth, 1e-9) || !within(s.TrialMonths, (last+90)/daysPerMonth, 1e-9) {
		t.Errorf("months %v and %v, the last client comes on day %v", s.AccrualMonths, s.TrialMonths, last)
	}
	p := s.Programs[0]
	if p.Program != "help" || !p.Paid || p.Managers != 2 || p.Caseload != "30" || p.Contacts != (Number{140, 0}) || p.Hours != (Number{70, 0}) || p.Waited.Value != 0 || !within(p.Peak.Value, peak, 1e-9) {
		t.Errorf("got %+v, want a peak of %v", p, peak)
	}
	// Two case managers, until the program of whoever comes last would end.
	if want := 2 * (last + 70) / daysPerMonth; !within(s.ManagerMonths.Value, want, 1e-9) {
		t.Errorf("%v case manager months, want %v", s.ManagerMonths.Value, want)
	}
	if got := x.tests[0].both(1).n + x.tests[0].both(0).n; got != 40 || x.tests[0].missing != 0 || x.tests[0].rows != 40 {
		t.Errorf("%v clients in the cells, %+v", got, x.tests[0])
	}
}

// With one case manager for one client at a time the others wait in turn, until
// their follow-up ends.
func TestWaitingForACaseManager(t *testing.T) {
	x, shown := describedTrial(t, plain(t, "staff = 2\ncaseload = 30", "staff = 1\ncaseload = 1", "over_days = 390", "over_days = 39"))
	contacts, until, waited := 0.0, 0.0, 0.0
	for _, w := range shown {
		free := 0.0
		for _, c := range managed(w) {
			start := math.Max(c.Enrolled, free)
			if start > c.Enrolled {
				waited++
			}
			end := math.Min(start+70, c.Enrolled+c.Exit)
			for day := start; day < end-1e-6; day += 10 {
				contacts++
			}
			free = math.Max(free, end)
		}
		until += math.Max(free, w.Clients[len(w.Clients)-1].Enrolled+70)
	}
	p := x.staffing.Programs[0]
	if !within(p.Contacts.Value, contacts/described, 1e-9) || !within(p.Waited.Value, waited/described, 1e-9) || p.Peak != (Number{1, 0}) {
		t.Errorf("got %+v, want %v contacts and %v who wait", p, contacts/described, waited/described)
	}
	if want := until / described / daysPerMonth; !within(x.staffing.ManagerMonths.Value, want, 1e-6) {
		t.Errorf("%v case manager months, want %v", x.staffing.ManagerMonths.Value, want)
	}
}

// The months of case managers without a number cannot be told; those of each site,
// and of each arm, are counted.
func TestHowManyCaseManagers(t *testing.T) {
	x, _ := describedTrial(t, plain(t, "staff = 2\ncaseload = 30", "staff = \"unlimited\""))
	if !math.IsNaN(x.staffing.ManagerMonths.Value) || x.staffing.Programs[0].Managers != 0 {
		t.Errorf("got %+v without a staff or a caseload", x.staffing)
	}
	x, _ = describedTrial(t, plain(t, "sites = 1", "sites = 3"))
	if x.staffing.Programs[0].Managers != 6 || x.staffing.Sites != 3 {
		t.Errorf("got %+v at three sites", x.staffing)
	}
	second := "[[arm]]\nname = \"more\"\nprograms = [\"help\"]\n[[arm]]\nname = \"usual\""
	for perArm, want := range map[string]int{"": 2, "per_arm = true\n": 4} {
		x, _ = describedTrial(t, plain(t, "[[arm]]\nname = \"usual\"", second, "[program.help]\n", "[program.help]\n"+perArm, "sizes = [4]", "sizes = [6]", "clients = 40", "clients = 42"))
		if got := x.staffing.Programs[0].Managers; got != want {
			t.Errorf("%q: %d case managers for two arms, want %d", perArm, got, want)
		}
	}
}

// Whoever leaves makes room for who comes at that moment.
func TestPeakOf(t *testing.T) {
	in, out := func(d float64) step { return step{d, 1} }, func(d float64) step { return step{d, -1} }
	for _, c := range []struct {
		steps []step
		want  float64
	}{
		{nil, 0}, {[]step{in(0), out(5)}, 1}, {[]step{in(5), out(9), in(0), out(5)}, 1}, {[]step{in(4), out(9), in(0), out(5)}, 2},
	} {
		slices.SortFunc(c.steps, func(a, b step) int { return cmp.Compare(b.more, a.more) })
		if got := peakOf(c.steps); got != c.want {
			t.Errorf("%v: got %v, want %v", c.steps, got, c.want)
		}
	}
}
