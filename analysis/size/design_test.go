package size

import (
	"testing"

	"caseload/scenarios"
)

// Answers are whole blocks, from the scenario's smallest trial to the largest.
func TestDesignsAreWholeBlocks(t *testing.T) {
	for _, c := range []struct {
		edits []string
		axis  axis
		up    map[float64]float64
	}{
		{nil, axis{min: 8, max: 10000, start: 40, step: 4, root: true}, map[float64]float64{40: 40, 40.01: 44, 43.9: 44}},
		{[]string{"sizes = [4]", "sizes = [4, 6]"}, axis{min: 8, max: 10000, start: 40, step: 2, root: true}, map[float64]float64{41: 42}},
		{[]string{"sizes = [4]", "sizes = [9]", `"managed"`, "\"managed\"\nratio = 2"}, axis{min: 9, max: 9999, start: 36, step: 9, root: true}, map[float64]float64{37: 45}},
		{[]string{`method = "blocks", sizes = [4]`, `method = "simple"`, `"managed"`, "\"managed\"\nratio = 2"}, axis{min: 9, max: 9999, start: 39, step: 3, root: true}, map[float64]float64{40: 42}},
	} {
		d := designed(t, plain(t, c.edits...), Question{})
		if d.axis != c.axis {
			t.Errorf("%q: got %+v, want %+v", c.edits, d.axis, c.axis)
		}
		for n, want := range c.up {
			if got := d.axis.up(n); got != want {
				t.Errorf("%q: %v clients become %v, want %v", c.edits, n, got, want)
			}
		}
	}
}

// What stays as clients are added, and what grows with them. The plain trial has
// 40 clients in 390 days, a site and two case managers.
func TestWhatGrowsWithTheClients(t *testing.T) {
	const rate = "accrual = { per_month = 10 }"
	period := `accrual = { over_days = 390, pattern = "fixed" }`
	slots := []string{`slots = "unlimited"`, "slots = 6\nbackground = { per_month = 3.0 }", "sites = 1", "sites = 3"}
	for _, c := range []struct {
		what            string
		edits           []string
		hold            string
		scale           []string
		overDays, month float64
		sites, staff    int
		slots           int
		background      float64
	}{
		{"a period grows at the same rate", nil, scenarios.HoldAccrualRate, nil, 975, 0, 3, 2, 6, 3},
		{"a rate stays", []string{period, rate}, scenarios.HoldAccrualRate, nil, 0, 10, 3, 2, 6, 3},
		{"a period stays", nil, scenarios.HoldDuration, nil, 390, 0, 3, 2, 6, 3},
		{"a rate grows within the same period", []string{period, rate}, scenarios.HoldDuration, nil, 0, 25, 3, 2, 6, 3},
		{"staff, to the nearest", nil, scenarios.HoldDuration, []string{"staff"}, 390, 0, 3, 5, 6, 3},
		{"slots, with others who come to them", nil, scenarios.HoldDuration, []string{"slots"}, 390, 0, 3, 2, 15, 7.5},
		{"sites", nil, scenarios.HoldDuration, []string{"sites"}, 390, 0, 8, 2, 6, 3},
		{"all", nil, scenarios.HoldAccrualRate, []string{"staff", "slots", "sites"}, 975, 0, 8, 5, 15, 7.5},
	} {
		m := plain(t, append(slots, c.edits...)...)
		d := designed(t, m, Question{Size: sized(m, func(s *scenarios.Size) { s.Hold, s.Scale = c.hold, c.scale })})
		sc := d.scenario(100)
		tr, clinic := &sc.Trial, sc.Services["clinic"]
		if tr.Clients != 100 || !within(tr.Accrual.OverDays, c.overDays, 1e-9) || !within(tr.Accrual.PerMonth, c.month, 1e-9) || tr.Sites != c.sites ||
			sc.Programs["help"].Staff.N != c.staff || clinic.Slots.N != c.slots || !within(clinic.Background.PerMonth, c.background, 1e-9) {
			t.Errorf("%s: clients %d, accrual %+v, sites %d, staff %d, slots %d, background %v", c.what, tr.Clients, tr.Accrual, tr.Sites,
				sc.Programs["help"].Staff.N, clinic.Slots.N, clinic.Background.PerMonth)
		}
		if w := m.Scenario; w.Trial.Clients != 40 || w.Trial.Sites != 3 || w.Programs["help"].Staff.N != 2 || w.Services["clinic"].Background.PerMonth != 3 {
			t.Errorf("%s: the scenario as written was changed", c.what)
		}
	}
}

// A limit keeps one at least, and what has no limit gets none.
func TestLimitsInProportion(t *testing.T) {
	for _, c := range []struct{ n, want int }{{2, 1}, {0, 0}, {10, 2}, {13, 3}} {
		if got := scaled(scenarios.Limit{N: c.n}, 0.2); got.N != c.want {
			t.Errorf("a fifth of %d: got %d, want %d", c.n, got.N, c.want)
		}
	}
}

// Sites come with their clients, staff and rate; case managers with their clients,
// at the rate of the trial as written or in its time.
func TestSitesAndCaseManagersBringTheirClients(t *testing.T) {
	m := plain(t, "sites = 1", "sites = 4")
	q := Question{Solve: Sites, Size: sized(m, func(s *scenarios.Size) { s.Scale = []string{"sites", "slots"} })}
	d := designed(t, m, q)
	if d.axis != (axis{min: 1, max: 255, start: 4, step: 1, root: true}) {
		t.Errorf("sites: %+v", d.axis)
	}
	sc := d.scenario(6)
	if sc.Trial.Sites != 6 || sc.Trial.Clients != 60 || sc.Trial.Accrual.OverDays != 390 || sc.Programs["help"].Staff.N != 2 {
		t.Errorf("6 sites: %+v, staff %v", sc.Trial, sc.Programs["help"].Staff)
	}
	q = Question{Solve: Staff, Size: sized(m, func(s *scenarios.Size) { s.MaxClients = 500 })}
	d = designed(t, m, q)
	if d.axis != (axis{min: 1, max: 25, start: 2, step: 1, root: true}) {
		t.Errorf("case managers: %+v", d.axis)
	}
	if sc = d.scenario(5); sc.Trial.Sites != 4 || sc.Trial.Clients != 100 || sc.Trial.Accrual.OverDays != 975 || sc.Programs["help"].Staff.N != 5 {
		t.Errorf("5 case managers: %+v, staff %v", sc.Trial, sc.Programs["help"].Staff)
	}
	// Sites that are randomized are two an arm at least.
	m = plain(t, "sites = 1", "sites = 8", `method = "blocks", sizes = [4]`, `method = "cluster", by = "site"`, `"student"`, `"cluster_robust"`)
	if d = designed(t, m, Question{Solve: Sites}); d.axis.min != 4 {
		t.Errorf("randomized sites: %+v", d.axis)
	}
}

// Designs are at whole steps within the range, and the surrogate's scale goes
// there and back.
func TestAxis(t *testing.T) {
	a := axis{min: 8, max: 100, step: 4, root: true}
	for _, c := range []struct{ u, near float64 }{{9, 8}, {10.1, 12}, {3, 8}, {1e9, 100}} {
		if got := a.near(c.u); got != c.near {
			t.Errorf("near %v: got %v, want %v", c.u, got, c.near)
		}
	}
	for _, n := range []float64{8, 40, 100} {
		if got := a.unlink(a.link(n)); !within(got, n, 1e-9) {
			t.Errorf("%v there and back: %v", n, got)
		}
	}
	if a.unlink(-1) != 0 {
		t.Errorf("no clients: %v", a.unlink(-1))
	}
	if list := a.ladder(8, 100, 5); list[0] != 8 || list[len(list)-1] != 100 || len(list) != 5 {
		t.Errorf("a ladder of %v", list)
	}
}
