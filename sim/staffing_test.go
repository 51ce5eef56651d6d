package sim

import (
	"math"
	"slices"
	"testing"

	"caseload/sim/calendar"
	"caseload/sim/trial"

	"pgregory.net/rapid"
)

// drawStaffing draws how the staff of a program comes and goes, if it does.
func drawStaffing(t *rapid.T, program string, team bool) (sets []string) {
	if rapid.Bool().Draw(t, "staff stays") {
		return nil
	}
	oneOf := func(name string, values ...string) {
		if s := rapid.SampledFrom(values).Draw(t, name); s != "" {
			sets = append(sets, "program."+program+".staffing."+name+"="+s)
		}
	}
	oneOf("turnover", "{per_year=0.5}", "{per_year=6}", "{per_year=30}")
	oneOf("vacancy", "", "{median_days=2}", "{median_days=60}")
	oneOf("learning", "", "{start=0,median_days=20}", "{start=0.5,median_days=3}")
	if !team {
		oneOf("handover", "", "{probability=0.7,pause_days=0}", "{probability=0.5,pause_days=6}", "{pause_days=14}")
	}
	return sets
}

// staffedTOML is one case manager for some ten clients of one day, for a year.
const staffedTOML = `
[program.manager]
preset = ""
staff = 2000
contacts = { every_days = 10 }
[program.manager.staffing]
turnover = { per_year = 0.5 }
`

// staffed runs a replicate of clients who all come in a day and have case managers.
func staffed(t *testing.T, text string, sets ...string) (*Workspace, []Event) {
	t.Helper()
	m := compile(t, plainTOML+staffedTOML+text+"[[outcome]]\nname = \"events\"\nvariable = \"risk_events\"\n"+"[risk]\nrate = { per_month = 2 }\n",
		append([]string{`arm.managed.programs=["manager"]`, `arm.usual.programs=["manager"]`, "trial.follow_up_days=[365.25]", "trial.accrual={per_day=20000}"}, sets...)...)
	w := m.NewWorkspace()
	w.log = &eventLog{}
	w.Begin(1, 0)
	w.Trial()
	return w, w.log.events
}

// Of the clients of case managers who leave at a hazard h a year, 1 - exp(-h) lose theirs
// within a year (exponential times). Clients of one manager do so together, so that
// the standard error is that of managers.
func TestAsManyLoseTheirManagerAsLeave(t *testing.T) {
	w, events := staffed(t, "")
	lost := make([]float64, w.n)
	for _, e := range events {
		if e.Kind == EventManagerLeft {
			lost[e.Client] = 1
		}
	}
	p := 1 - math.Exp(-0.5)
	within(t, "share who lose their manager", meanOf(lost), p, se(p, 2000))
}

// A post stays vacant for median / log 2 days on average, and a case manager stays in it
// for 1 / h years: of what is drawn until long after the trial, but for the terms that
// its end cuts.
func TestPostsAreVacantAndHeldAsLongAsAsked(t *testing.T) {
	w, _ := staffed(t, "vacancy = { median_days = 60 }\n", "trial.follow_up_days=[20000]", "trial.clients=40", "program.manager.staff=100", "attrition.ends=\"all\"")
	var vacant, held []float64
	for at := range w.posts {
		terms := w.termsOf(at)
		for k, x := range terms[:8] { // some 18 years of the 55 that are drawn
			held = append(held, calendar.Days(x.to-x.from))
			vacant = append(vacant, calendar.Days(terms[k+1].from-x.to))
		}
	}
	agrees(t, "days in a post", held, 365.25/0.5)
	agrees(t, "days vacant", vacant, 60/math.Ln2)
}

// As many are handed over as is asked for, each after the pause if somebody is there.
func TestHandoversAreAsManyAndAsLateAsAsked(t *testing.T) {
	_, events := staffed(t, "handover = { probability = 0.8, pause_days = 14 }\nvacancy = { median_days = 60 }\n")
	left, over := map[int32]int64{}, 0.0
	for _, e := range events {
		switch e.Kind {
		case EventManagerLeft:
			if calendar.Days(e.Tick) < 350 {
				left[e.Client] = e.Tick
			}
		case EventHandedOver:
			if from, some := left[e.Client]; some {
				over++
				if got := calendar.Days(e.Tick - from); got != 14 {
					t.Fatalf("handed over after %v days", got)
				}
				delete(left, e.Client)
			}
		}
	}
	n := over + float64(len(left))
	within(t, "share handed over", over/n, 0.8, se(0.8, n))
}

// Who loses a case manager to a vacant post waits for the successor where there is no
// other: for the rest of the vacancy, which has no memory, and so the whole of its mean.
func TestWithoutColleaguesClientsWaitForTheSuccessor(t *testing.T) {
	_, events := staffed(t, "vacancy = { median_days = 20 }\nhandover = { pause_days = 5 }\n", "program.manager.staff=1", "trial.sites=250")
	left := map[int32]int64{}
	waits := map[int64]float64{} // by departure, which is of all clients of one manager
	for _, e := range events {
		switch e.Kind {
		case EventManagerLeft:
			left[e.Client] = e.Tick
		case EventHandedOver:
			waits[left[e.Client]] = calendar.Days(e.Tick - left[e.Client])
		}
	}
	var over []float64
	at := 0.0
	for from, wait := range waits {
		if calendar.Days(from) > 150 {
			continue // the end of the trial may come before the successor
		}
		over = append(over, math.Max(wait, 5))
		at += math.Min(wait, 5)
	}
	// E max(V, 5) = 5 + m exp(-5/m)
	m := 20 / math.Ln2
	agrees(t, "days without a manager", over, 5+m*math.Exp(-5/m))
	if at != 5*float64(len(over)) {
		t.Error("somebody was taken over before the pause was over")
	}
}

// A newcomer's effect on a hazard is exp(L(t) b) with L from start to 1. All case managers
// are new where the first left on day 0: the mean number of events by day T is the
// integral of rate * exp(L(t) b).
func TestNewcomersLearnAsTheCurveSays(t *testing.T) {
	const effect = "learning = { start = 0.25, median_days = 60 }\n[[program.manager.effect]]\non = \"risk\"\nhazard_ratio = 3\nlasts_days = 2\ndirect = true\n"
	m := compile(t, plainTOML+staffedTOML+effect+asked("risk_events", 120)+"[risk]\nrate = { per_month = 2 }\n", `arm.managed.programs=["manager"]`,
		"trial.accrual={per_day=20000}", "program.manager.contacts={every_days=1}", "program.manager.first_contact={day=0}", "program.manager.staffing.turnover={per_year=0.001}")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	for at := range w.posts { // the first ones are gone before anybody comes
		terms := w.termsOf(at)
		terms[0].to = 1
		w.terms = append(w.terms, terms[0], term{from: 2, to: calendar.NeverTick})
		w.posts[at] = post{int32(len(w.terms) - 2), 2}
	}
	w.World(0, truth)
	want := 0.0
	const steps = 120000
	for k := range steps {
		day := math.Floor((float64(k) + 0.5) / steps * 120) // the skill of the contact holds till the next
		learned := 1 - 0.75*math.Exp2(-day/60)
		want += 2 / 30.4375 * math.Pow(3, learned) * 120 / steps
	}
	agrees(t, "events", truth.Outcomes[0].Value, want)
}

// Points are learned alike: at a visit on day T they are L(T) of the full ones.
func TestNewcomersPointsAreOfTheDayOfTheContact(t *testing.T) {
	const effect = "learning = { start = 0.25, median_days = 60 }\n[[program.manager.effect]]\non = \"health\"\npoints = 8\nlasts_days = 30\ndirect = true\n[health]\nmean = 50\nsd = 0\n"
	m := compile(t, plainTOML+staffedTOML+effect+asked("health", 40), `arm.managed.programs=["manager"]`,
		"trial.clients=200", "program.manager.first_contact={day=0}", "program.manager.contacts={every_days=25}")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	for at := range w.posts {
		w.terms = append(w.terms, term{to: 1}, term{from: 2, to: calendar.NeverTick})
		w.posts[at] = post{int32(len(w.terms) - 2), 2}
	}
	w.World(0, truth)
	for i, y := range truth.Outcomes[0].Value {
		day := calendar.Days(w.client(i).enrol) + 25 // of the last contact, the visit being on day 40
		if want := 50 + 8*(1-0.75*math.Exp2(-day/60)); math.Abs(y-want) > 1e-6 {
			t.Fatalf("client %d: %v, want %v", i, y, want)
		}
	}
}

// Nobody leaves at a hazard of 0: not a bit is another.
func TestATurnoverOfZeroChangesNothing(t *testing.T) {
	zero := []string{"program.manager.staffing.turnover={per_year=0}", "program.manager.staffing.vacancy={median_days=60}",
		"program.manager.staffing.learning={start=0,median_days=60}", "program.manager.staffing.handover={probability=0}"}
	rapid.Check(t, func(t *rapid.T) {
		sets := drawSets(t)
		run := func(more ...string) allState {
			w := compile(t, crowdedTOML, append(append([]string(nil), sets...), more...)...).NewWorkspace()
			w.Begin(3, 5)
			w.Trial()
			return w.allState()
		}
		if d := diff(run(zero...), run()); d != "" {
			t.Fatal(d)
		}
	})
}

// Successors who are there at once, know all and differ by nothing take over without a
// trace: contacts, and all that they do, are those without turnover.
func TestAPerfectHandoverChangesNoLife(t *testing.T) {
	free := []string{"program.manager.caseload=\"unlimited\"", "program.manager.hours_per_week=0", "program.manager.spread=0", "program.manager.staff=3"}
	rapid.Check(t, func(t *rapid.T) {
		sets := append(drawSets(t), free...)
		run := func(more ...string) (s allState, lost int) {
			w := compile(t, crowdedTOML, append(append([]string(nil), sets...), more...)...).NewWorkspace()
			w.Begin(3, 5)
			w.Trial()
			s = w.allState()
			lost = s.Counts.ManagersLost
			s.Counts.ManagersLost, s.Counts.HandedOver, s.Care = 0, 0, nil
			return s, lost
		}
		none, _ := run()
		perfect, lost := run("program.manager.staffing.turnover={per_year=40}")
		if d := diff(perfect, none); d != "" {
			t.Fatal(d)
		}
		if lost == 0 && none.Counts.Enrolled > 50 {
			t.Fatal("nobody lost a case manager")
		}
	})
}

// otherTOML is usual care by case managers who come and go.
const otherTOML = `
[program.other]
preset = ""
staff = 3
contacts = { every_days = 9 }
[program.other.staffing]
turnover = { per_year = 8 }
vacancy = { median_days = 20 }
`

// All worlds of a replicate have the same staff, and where case managers are randomized
// clients stay with their post.
func TestPostsKeepTheirClusters(t *testing.T) {
	m := compile(t, crowdedTOML+otherTOML, `trial.randomization={method="cluster",by="manager"}`, "program.manager.caseload=\"unlimited\"",
		`arm.usual.programs=["other"]`,
		`program.manager.staff=3`, "program.manager.staffing.turnover={per_year=8}", "program.manager.staffing.vacancy={median_days=20}")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	before := append([]term(nil), w.terms...)
	o := w.Trial()
	byCluster := map[int32]int32{}
	lost := w.counts.ManagersLost
	for i, g := range o.Manager {
		if known, some := byCluster[o.Cluster[i]]; g >= 0 && some && known != g {
			t.Fatalf("cluster %d has managers %d and %d", o.Cluster[i], known, g)
		} else if g >= 0 {
			byCluster[o.Cluster[i]] = g
		}
		for k := range m.programs {
			if g := w.careOf(w.client(i), k).manager; g >= 0 && m.programs[k].changes() && g != w.tenureOf(w.client(i), &m.programs[k]).first {
				t.Fatalf("client %d has left the post %d for %d", i, w.tenureOf(w.client(i), &m.programs[k]).first, g)
			}
		}
	}
	if lost == 0 {
		t.Error("nobody left")
	}
	w.Worlds([]*trial.Truth{truth, m.NewTruth()}, nil)
	for k := range before {
		if before[k] != w.terms[k] {
			t.Fatal("a world has other staff")
		}
	}
}

// Those who are there on day 0 have nothing to learn.
func TestTheFirstCaseManagersKnowAll(t *testing.T) {
	const effect = "learning = { start = 0.25, median_days = 60 }\n[[program.manager.effect]]\non = \"health\"\npoints = 8\nlasts_days = 90\ndirect = true\n[health]\nmean = 50\nsd = 0\n"
	m := compile(t, plainTOML+staffedTOML+effect+asked("health", 40), `arm.managed.programs=["manager"]`, "trial.clients=200", "program.manager.staffing.turnover={per_year=0.001}")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	w.World(0, truth)
	if got := meanOf(truth.Outcomes[0].Value); math.Abs(got-58) > 0.2 { // 0.01 % have left
		t.Errorf("a mean of %v, want 58", got)
	}
}

// Who leaves on the day of a contact does not hold it; a program that ends on that day is
// over, and nobody is handed over.
func TestWhoLeavesTodayHoldsNoContact(t *testing.T) {
	for _, c := range []struct {
		what  string
		sets  []string
		kinds []EventKind
	}{
		{"a contact", nil, []EventKind{EventEnrolled, EventStarted, EventContact, EventManagerLeft, EventFinished}},
		{"the end of the program", []string{"program.manager.duration_days=10", "program.manager.caseload=50"}, []EventKind{EventEnrolled, EventStarted, EventContact, EventFinished}},
	} {
		m := compile(t, plainTOML+staffedTOML+"handover = { probability = 0 }\n"+asked("linked_su", 40)+"[service.clinic]\npreset = \"\"\nlinkage = { never = true }\nstay = { median_days = 9 }\n",
			append([]string{`arm.managed.programs=["manager"]`, `arm.usual.programs=["manager"]`, "trial.clients=2", "program.manager.staff=2"}, c.sets...)...)
		w := m.NewWorkspace()
		w.log = &eventLog{}
		w.Begin(1, 0)
		w.terms = w.terms[:0]
		for at := range w.posts {
			w.posts[at] = post{int32(len(w.terms)), 1}
			w.terms = append(w.terms, term{to: w.arrivals[0] + calendar.Ticks(10)})
		}
		w.Trial()
		var kinds []EventKind
		for _, e := range w.log.events {
			if e.Client == 0 && e.Kind != EventVisit {
				kinds = append(kinds, e.Kind)
			}
		}
		if !slices.Equal(kinds, c.kinds) {
			t.Errorf("a manager who leaves on the day of %s: %v, want %v", c.what, kinds, c.kinds)
		}
	}
}

// Of the hazard that a contact adds, a newcomer adds the share learned: who knows nothing
// brings nobody.
func TestNewcomersBringAsTheyLearn(t *testing.T) {
	brought := func(start string) int {
		m := compile(t, broughtTOML, "program.guide.staff=4", "program.guide.staffing.turnover={per_year=0.001}", "program.guide.staffing.learning={start="+start+",median_days=60000}")
		w := m.NewWorkspace()
		w.Begin(1, 0)
		for at := range w.posts {
			w.terms = append(w.terms, term{to: 1}, term{from: 2, to: calendar.NeverTick})
			w.posts[at] = post{int32(len(w.terms) - 2), 2}
		}
		w.World(0, m.NewTruth())
		return w.counts.Brought
	}
	all, half, none := brought("1"), brought("0.5"), brought("0")
	// By half the hazard 1 - sqrt(1 - 0.3/0.8) are brought of starters, a share of 0.56 of 0.3/0.8.
	if x := float64(half) / float64(all); none > 2 || all < 200 || math.Abs(x-0.56) > 0.1 {
		t.Errorf("%d brought, %d by newcomers who know half, %d by those who know nothing", all, half, none)
	}
}

// The first case managers are those of the trial without turnover, with their skill, and so
// is the mean of a team's members; successors are others, whose skills have the spread asked
// for around a mean hazard ratio of 1.
func TestSuccessorsDifferAsTheFirstDo(t *testing.T) {
	const turnover = "program.manager.staffing.turnover={per_year=0.001}"
	sets := []string{"program.manager.spread=0.4", "program.manager.staff=6", "trial.sites=100", "satisfaction.sd=0.0"}
	for _, team := range []string{"program.manager.team=false", "program.manager.team=true"} {
		ratios := func(more ...string) (list []float64) {
			m := compile(t, nestedTOML, append(append([]string{team}, sets...), more...)...)
			w := m.NewWorkspace()
			w.Begin(1, 0)
			w.World(0, m.NewTruth())
			for i := range w.n {
				list = append(list, w.careOf(w.client(i), 0).staff)
			}
			return list
		}
		stay, leave := ratios(), ratios(turnover)
		for i := range stay {
			if math.Abs(stay[i]/leave[i]-1) > 1e-9 {
				t.Fatalf("%s: client %d meets a ratio of %v, and of %v with turnover", team, i, stay[i], leave[i])
			}
		}
	}
	m := compile(t, nestedTOML, append([]string{"program.manager.staffing.turnover={per_year=50}"}, sets...)...)
	w := m.NewWorkspace()
	w.Begin(1, 0)
	for at := range w.posts { // some 13 are expected in each
		w.terms = append(w.terms, term{to: 1}, term{from: 2, to: calendar.NeverTick, z: w.termsOf(at)[1].z})
		w.posts[at] = post{int32(len(w.terms) - 2), 2}
	}
	w.World(0, m.NewTruth())
	met, logs := map[int32]bool{}, []float64(nil)
	for i := range w.n {
		if g := w.careOf(w.client(i), 0).manager; !met[g] {
			met[g] = true
			logs = append(logs, math.Log(w.careOf(w.client(i), 0).staff))
		}
	}
	v := spread(logs) * spread(logs)
	within(t, "variance of log hazard ratios", v, 0.16, 0.16*math.Sqrt(2/float64(len(logs)-1)))
	agrees(t, "mean of log hazard ratios", logs, -0.08)
}
