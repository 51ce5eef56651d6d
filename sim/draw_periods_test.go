package sim

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/sim/calendar"
	"caseload/sim/trial"

	"gonum.org/v1/gonum/stat"
)

// wedge sets a stepped wedge of four sequences, a year from one step to the next but one.
const wedge = `trial.randomization={method="stepped_wedge",steps=3,step_days=30,never=1}`

// A wedge of one step without a baseline period, of which half of the sites never cross over, is
// the parallel trial of the same sites, to the bit, whichever arm is the first.
func TestAWedgeOfOneStepIsAParallelTrial(t *testing.T) {
	for _, control := range []string{"usual", "managed"} {
		toml := crowdedTOML
		if control == "managed" {
			toml = strings.Replace(strings.Replace(toml, "control = true\n", "", 1), "name = \"managed\"\n", "name = \"managed\"\ncontrol = true\n", 1)
		}
		sets := []string{"trial.sites=6", "trial.site_spread={linkage=0.4}"}
		parallel := compile(t, toml, append(sets, `trial.randomization={method="cluster",by="site"}`)...)
		one := compile(t, toml, append(sets, `trial.randomization={method="stepped_wedge",steps=1,step_days=10,baseline_days=0,never=1}`)...)
		if one.InPeriods() {
			t.Fatal("sites change arms")
		}
		a, b := parallel.NewWorkspace(), one.NewWorkspace()
		x, y := parallel.NewTruth(), one.NewTruth()
		for r := range 20 {
			a.Begin(3, r)
			b.Begin(3, r)
			if got, want := fmt.Sprint(*b.Trial()), fmt.Sprint(*a.Trial()); got != want {
				t.Fatalf("control %s, replicate %d: the records differ", control, r)
			}
			a.World(parallel.control, x)
			b.World(one.control, y)
			if fmt.Sprint(*x) != fmt.Sprint(*y) {
				t.Fatalf("control %s, replicate %d: the truths differ", control, r)
			}
		}
	}
}

// Where sites change arms, a client's arm is the one in force at the site on the day of
// enrolment: each site crosses over once, at a step of its own sequence, and each sequence
// has as many sites as another, but for one.
func TestSitesCrossOverAtTheirSteps(t *testing.T) {
	m := compile(t, crowdedTOML, wedge, "trial.sites=7", "trial.clients=800", "trial.accrual={per_month=200}")
	w := m.NewWorkspace()
	for r := range 20 {
		w.Begin(1, r)
		o := w.Trial()
		steps := map[uint8]int{} // of a site: period in which it is treated first
		for i := range w.n {
			day := calendar.Days(w.arrivals[i])
			if want := min(3, int(day/30)); int(o.Period[i]) != want {
				t.Fatalf("day %v is in period %d, want %d", day, o.Period[i], want)
			}
			step, known := steps[o.Site[i]]
			if !known {
				step = 4
			}
			treated := o.Arm[i] != uint8(m.control)
			if treated {
				step = min(step, int(o.Period[i]))
			}
			steps[o.Site[i]] = step
		}
		sites := [5]int{}
		for _, step := range steps {
			sites[step]++
		}
		if sites[0] > 0 {
			t.Fatalf("sites are treated in the baseline period: %v", sites)
		}
		for i := range w.n {
			first := steps[o.Site[i]]
			treated := int(o.Period[i]) >= first
			if treated != (o.Arm[i] != uint8(m.control)) {
				t.Fatalf("client %d of a site that crosses over in period %d is in arm %d in %d", i, first, o.Arm[i], o.Period[i])
			}
			if want := max(0, int(o.Period[i])-first+1); int(o.Exposed[i]) != want {
				t.Fatalf("exposed for %d periods, want %d", o.Exposed[i], want)
			}
		}
		for step := 1; step < 5; step++ {
			if sites[step] < 1 || sites[step] > 2 {
				t.Fatalf("%v sites cross over at steps, want one or two each", sites)
			}
		}
	}
}

// In a crossover of three periods sites are in one arm, in the other, and in the first again;
// with a baseline period all begin in the control arm.
func TestCrossoversAndBaselinePeriods(t *testing.T) {
	for _, c := range []struct {
		set  string
		arms [][]uint8
	}{
		{`{method="cluster_crossover",period_days=40,periods=3}`, [][]uint8{{0, 1, 0}, {1, 0, 1}}},
		{`{method="cluster",by="site",baseline_days=40}`, [][]uint8{{1, 0}, {1, 1}}},
		{`{method="stepped_wedge",steps=2,step_days=40}`, [][]uint8{{1, 0, 0}, {1, 1, 0}}},
		{`{method="stepped_wedge",steps=2,step_days=40,baseline_days=0,never=2}`, [][]uint8{{0, 0}, {1, 0}, {1, 1}, {1, 1}}},
		{`{method="stepped_wedge",steps=2,step_days=40,baseline_days=100}`, [][]uint8{{1, 0, 0}, {1, 1, 0}}},
	} {
		m := compile(t, crowdedTOML, "trial.sites=4", "trial.randomization="+c.set)
		if got := m.design.schedule.arms; !reflect.DeepEqual(got, c.arms) {
			t.Errorf("%s: arms %v, want %v", c.set, got, c.arms)
		}
		if first := m.design.schedule.from[1]; c.set[len(c.set)-4:] == "100}" && first != 100*calendar.Day {
			t.Errorf("%s: the first step is on day %v", c.set, calendar.Days(first))
		}
	}
}

// Who enrols within the days of transition after a change at the site is simulated and in no
// analysis, nor in a truth; and with "exclude" nobody whose outcome is due after the next change.
func TestTransitionsAreLeftOut(t *testing.T) {
	for _, change := range []string{"keep", "exclude"} {
		m := compile(t, crowdedTOML, fmt.Sprintf(`trial.randomization={method="cluster_crossover",period_days=40,periods=3,transition_days=10,at_change=%q}`, change), "trial.sites=4", "outcome.stay.remove=true")
		w := m.NewWorkspace()
		w.Begin(1, 0)
		o, truth := w.Trial(), m.NewTruth()
		w.World(0, truth)
		out := 0
		for k := range o.Outcomes {
			if m.outcomes[k].entered {
				continue
			}
			for i := range w.n {
				day := calendar.Days(w.arrivals[i])
				into := day - 40*float64(o.Period[i])
				want := !(o.Period[i] > 0 && into < 10)
				if change == "exclude" && o.Period[i] < 2 && into+calendar.Days(m.outcomes[k].at) > 40 {
					want = false
				}
				if o.Outcomes[k].In[i] != want || truth.Outcomes[k].In[i] != want {
					t.Fatalf("%s: a client of day %v is in analyses of %s: %v, in truths: %v, want %v", change, day, m.outcomes[k].name, o.Outcomes[k].In[i], truth.Outcomes[k].In[i], want)
				}
				if !want {
					out++
				}
			}
		}
		if out == 0 {
			t.Error("nobody is left out")
		}
	}
}

// A trend multiplies hazards by the day of enrolment: of a constant hazard with which 30 % are
// linked by day 60, those who enrol y years later are linked with 1 - 0.7^(2^y) at a ratio of
// 2 a year.
func TestTrend(t *testing.T) {
	const toml = `
title = "trend"
source = "a test"
[trial]
clients = 20000
accrual = { over_days = 730.5 }
follow_up_days = [60]
trend = { linkage = 2 }
[[arm]]
name = "a"
[[arm]]
name = "b"
control = true
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.3, by_days = 60 }
stay = { median_days = 40 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
`
	w := compile(t, toml).NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	var sum, want, variance [4]float64 // by half years
	for i := range w.n {
		years := calendar.Days(w.arrivals[i]) / 365.25
		p := 1 - math.Pow(0.7, math.Pow(2, years))
		k := min(3, int(2*years))
		sum[k] += o.Outcomes[0].Value[i]
		want[k] += p
		variance[k] += p * (1 - p)
	}
	for k := range sum {
		within(t, fmt.Sprint("linked in half year ", k), sum[k], want[k], math.Sqrt(variance[k]))
	}
	a, b := compile(t, crowdedTOML).NewWorkspace(), compile(t, crowdedTOML, "trial.trend={linkage=1,quit=1}").NewWorkspace()
	for r := range 5 {
		a.Begin(1, r)
		b.Begin(1, r)
		if fmt.Sprint(*a.Trial()) != fmt.Sprint(*b.Trial()) {
			t.Fatal("a trend of 1 changes the trial")
		}
	}
}

// Scores of a site in two periods have the correlation asked for, and the variance that they
// have in one; with a correlation of 1 the trial is the same as without it, to the bit.
func TestPeriodCorrelation(t *testing.T) {
	sets := []string{wedge, "trial.sites=200", "trial.clients=400", "trial.site_spread={linkage=0.4,quit=0.2}"}
	w := compile(t, crowdedTOML, append(sets, "trial.period_correlation=0.6")...).NewWorkspace()
	n := len(w.m.design.sites) // the clinic's linkage and quitting
	var x, y []float64
	for r := range 20 {
		w.Begin(1, r)
		for site := range 200 {
			at := site * 4 * n
			for k := range n {
				x = append(x, w.design.siteScores[at+k])
				y = append(y, w.design.siteScores[at+3*n+k])
			}
		}
	}
	size := float64(len(x))
	within(t, "correlation", stat.Correlation(x, y, nil), 0.6, (1-0.36)/math.Sqrt(size))
	within(t, "variance", stat.Variance(x, nil), 1, math.Sqrt(2/size))
	within(t, "variance later", stat.Variance(y, nil), 1, math.Sqrt(2/size))
	i := w.n / 2
	if got, want := &w.siteScores(i)[0], &w.design.siteScores[(int(w.site[i])*4+int(w.periodOf(i)))*n]; got != want {
		t.Error("a client has the scores of another period")
	}
	a, b := compile(t, crowdedTOML, sets...).NewWorkspace(), compile(t, crowdedTOML, append(sets, "trial.period_correlation=1")...).NewWorkspace()
	for r := range 3 {
		a.Begin(1, r)
		b.Begin(1, r)
		if fmt.Sprint(*a.Trial()) != fmt.Sprint(*b.Trial()) {
			t.Fatal("a correlation of 1 changes the trial")
		}
	}
}

// The plain engine lives the same trial, to the bit, where sites change arms.
func TestPlainEngineInPeriods(t *testing.T) {
	m := compile(t, crowdedTOML, wedge, "trial.sites=5", "trial.trend={linkage=0.5,leaving=2}", "trial.site_spread={linkage=0.4}", "trial.period_correlation=0.5")
	fast, plain := m.NewWorkspace(), m.NewWorkspace()
	plain.plain = true
	for r := range 10 {
		fast.Begin(1, r)
		plain.Begin(1, r)
		if fmt.Sprint(*fast.Trial()) != fmt.Sprint(*plain.Trial()) {
			t.Fatalf("replicate %d differs", r)
		}
	}
}

// learningTOML is of a contact on the day of enrolment, whose effect on a constant hazard lasts as
// long as it is looked at, by staff to whom the program is new.
const learningTOML = `
title = "learning"
source = "a test"
[trial]
clients = 20000
sites = 40
accrual = { over_days = 400 }
follow_up_days = [60]
randomization = { method = "stepped_wedge", steps = 3, step_days = 100 }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
control = true
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.3, by_days = 60 }
stay = { median_days = 40 }
[program.manager]
preset = ""
staff = 2
caseload = "unlimited"
first_contact = { day = 0 }
[program.manager.staffing]
turnover = { per_year = 0 }
learning = { start = 0.2, median_days = 50, new_at_change = true }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 3
lasts_days = 60
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
`

// Where a program is new to its staff when their site crosses over, a client who enrols t days
// later is linked with 1 - 0.7^(3^L), with L = 1 - 0.8 2^(-t/50) the share that is learned by then; with
// everyone in the arm from the beginning t is the day of enrolment.
func TestAProgramIsNewToItsStaff(t *testing.T) {
	m := compile(t, learningTOML)
	w, truth := m.NewWorkspace(), m.NewTruth()
	chance := func(days float64) float64 {
		learned := 1 - 0.8*math.Exp2(-days/50)
		return 1 - math.Pow(0.7, math.Pow(3, learned))
	}
	check := func(what string, y []float64, in func(i int) (days float64, ok bool)) {
		t.Helper()
		got, want, variance := 0.0, 0.0, 0.0
		for i := range w.n {
			if days, ok := in(i); ok {
				p := chance(days)
				got, want, variance = got+y[i], want+p, variance+p*(1-p)
			}
		}
		within(t, what, got, want, math.Sqrt(variance))
	}
	for r := range 2 {
		w.Begin(1, r)
		o := w.Trial()
		for exposed := uint8(1); exposed <= 3; exposed++ {
			check(fmt.Sprint("linked after ", exposed), o.Outcomes[0].Value, func(i int) (float64, bool) {
				first := 100 * float64(o.Period[i]-exposed+1)
				return calendar.Days(w.arrivals[i]) - first, o.Exposed[i] == exposed
			})
		}
		worlds := []*trial.Truth{truth, m.NewTruth()}
		w.Worlds(worlds, nil)
		check("linked in a rollout", truth.Outcomes[0].Value, func(i int) (float64, bool) { return calendar.Days(w.arrivals[i]), true })
	}
}

// Worlds that are read off lives are those lived in full where a program is new to its staff.
func TestWorldsOfStaffWhoLearn(t *testing.T) {
	m := compile(t, learningTOML, "trial.clients=300", "program.manager.caseload=15", "service.clinic.slots=40", "program.manager.staffing.turnover.per_year=1")
	a, b := m.NewWorkspace(), m.NewWorkspace()
	b.plain = true
	x, y := truths(m), truths(m)
	for r := range 5 {
		a.Begin(1, r)
		a.Trial()
		a.Worlds(x[:2], x[2])
		b.Begin(1, r)
		b.Worlds(y[:2], y[2])
		for k := range x {
			if d := differs(x[k], y[k]); d != "" {
				t.Fatalf("replicate %d, world %d: %s", r, k, d)
			}
		}
	}
}

const switching = `trial.randomization={method="cluster_crossover",period_days=50,periods=4,at_change="switch"}`

// Where clients change with their site, the plain engine lives the same lives, and worlds that are read
// off lives are those lived in full; a change after the last follow-up is none, to the bit.
func TestClientsSwitchWithTheirSite(t *testing.T) {
	sets := []string{switching, "trial.sites=5", "program.manager.staffing={turnover={per_year=1},handover={probability=0.7,pause_days=5}}"}
	m := compile(t, crowdedTOML, sets...)
	a, b := m.NewWorkspace(), m.NewWorkspace()
	b.plain = true
	x, y := truths(m), truths(m)
	for r := range 6 {
		a.Begin(1, r)
		b.Begin(1, r)
		if got, want := fmt.Sprint(*a.Trial()), fmt.Sprint(*b.Trial()); got != want {
			t.Fatalf("replicate %d: the engines differ", r)
		}
		a.Worlds(x[:2], x[2])
		b.Worlds(y[:2], y[2])
		for k := range x {
			if d := differs(x[k], y[k]); d != "" {
				t.Fatalf("replicate %d, world %d: %s", r, k, d)
			}
		}
	}
	late := strings.Replace(wedge, "step_days=30", "step_days=5000", 1)
	c, d := compile(t, crowdedTOML, late, "trial.sites=5").NewWorkspace(), compile(t, crowdedTOML, strings.Replace(late, "never=1", `never=1,at_change="switch"`, 1), "trial.sites=5").NewWorkspace()
	for r := range 3 {
		c.Begin(1, r)
		d.Begin(1, r)
		if fmt.Sprint(*c.Trial()) != fmt.Sprint(*d.Trial()) {
			t.Fatalf("replicate %d: a change after the last follow-up changes it", r)
		}
	}
}

// A client has contacts of a program on just the days on which the arm that offers it is in force at
// the site, from the enrolment or from the change on, as often as the program says.
func TestContactsFollowTheArmInForce(t *testing.T) {
	toml := strings.Replace(learningTOML, "[program.manager.staffing]\nturnover = { per_year = 0 }\nlearning = { start = 0.2, median_days = 50, new_at_change = true }\n", "", 1)
	m := compile(t, toml, "trial.clients=400", `program.manager.contacts={every_days=7}`, "program.manager.duration_days=60",
		`trial.randomization={method="cluster_crossover",period_days=25,periods=8,at_change="switch"}`)
	w := m.NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	changed := 0
	for i := range w.n {
		day := calendar.Days(w.arrivals[i])
		row := m.design.schedule.arms[w.design.sequence[w.site[i]]]
		want, begins := int32(0), day // of the present offer
		for k := int(o.Period[i]); k < len(row) && 25*float64(k) < day+60; k++ {
			from, to := max(day, 25*float64(k)), 25*float64(k+1)
			if k == len(row)-1 {
				to = math.Inf(1)
			}
			if row[k] == uint8(m.control) {
				continue
			}
			for begins = from; begins < min(to, day+60, from+60); begins += 7 {
				want++
			}
			if k > int(o.Period[i]) {
				changed++
			}
		}
		if o.Contacts[i] != want {
			t.Fatalf("client of day %v at a site of %v has %d contacts, want %d", day, row, o.Contacts[i], want)
		}
	}
	if changed < 100 {
		t.Errorf("only %d changes", changed)
	}
}
