package sim

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/sim/calendar"

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
