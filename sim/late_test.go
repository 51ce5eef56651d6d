package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// lateTOML has a contact on day 10 alone, with a hazard ratio of 4 that lasts 25 days.
var lateTOML = strings.Replace(fadeTOML, "half_life_days = 10\n", "", 1)

// A step of a hazard ratio over time.
type ratioStep struct{ from, to, ratio float64 }

// hasHazard checks, client by client, that the time to linkage in arm 0 is that at which the
// steps have used up the threshold that a constant hazard uses up in arm 1.
func hasHazard(t *testing.T, m *Model, steps []ratioStep) {
	t.Helper()
	w, truth := m.NewWorkspace(), m.NewTruth()
	admitted := func(arm int) []float64 {
		w.World(arm, truth)
		days := make([]float64, w.n)
		for i := range days {
			days[i] = math.Inf(1)
			if s := w.admissionAmong(w.client(i), 1); s != nil {
				days[i] = calendar.Days(s.Admitted - w.client(i).enrol)
			}
		}
		return days
	}
	w.Begin(1, 0)
	usual, managed := admitted(1), admitted(0)
	checked := 0
	for i := range managed {
		used := 0.0
		for _, s := range steps {
			used += s.ratio * max(0, min(managed[i], s.to)-s.from)
		}
		if math.IsInf(managed[i], 1) || used >= 40 {
			continue
		}
		checked++
		if math.Abs(used-usual[i]) > 1e-5 { // a tick is 6e-8 days, and each stage rounds once
			t.Fatalf("client %d: admitted on day %v, which uses up %v days, but on day %v without the effect", i, managed[i], used, usual[i])
		}
	}
	if checked < 500 {
		t.Errorf("only %d clients compared", checked)
	}
}

// An effect that starts on day 20 is at work from then on as long as a contact before would
// still last; a contact from then on begins it anew. What would be over by then never is.
func TestEffectsThatStartLate(t *testing.T) {
	const late = "program.manager.effect=[{on=\"linkage\",hazard_ratio=4,lasts_days=LASTS,starts_day=START}]"
	set := func(lasts, start string) string {
		return strings.NewReplacer("LASTS", lasts, "START", start).Replace(late)
	}
	for _, c := range []struct {
		sets  []string
		steps []ratioStep
	}{
		{[]string{set("25", "20")}, []ratioStep{{0, 20, 1}, {20, 35, 4}, {35, 40, 1}}},
		{[]string{set("25", "10")}, []ratioStep{{0, 10, 1}, {10, 35, 4}, {35, 40, 1}}},
		{[]string{set("5", "20"), "program.manager.contacts={every_days=14}", "program.manager.duration_days=30"}, []ratioStep{{0, 24, 1}, {24, 29, 4}, {29, 40, 1}}},
		{[]string{set("12", "22"), "program.manager.contacts={every_days=4}", "program.manager.duration_days=21"}, []ratioStep{{0, 22, 1}, {22, 30, 4}, {30, 40, 1}}},
		{[]string{set("5", "22"), "program.manager.contacts={every_days=4}", "program.manager.duration_days=40", "program.manager.max_contacts=4"}, []ratioStep{{0, 22, 1}, {22, 27, 4}, {27, 40, 1}}},
	} {
		m, err := compileFrom(load(t, lateTOML, c.sets...), 256, nil)
		if err != nil {
			t.Fatal(err)
		}
		hasHazard(t, m, c.steps)
	}
}

// A late effect by a probability acts at contacts from its day on: a chance of 1 brings
// everyone who still seeks at the first of them.
func TestAChanceThatStartsLate(t *testing.T) {
	m := compile(t, lateTOML, "program.manager.effect=[{on=\"linkage\",probability=1,starts_day=20}]", "program.manager.contacts={every_days=7}", "program.manager.duration_days=30")
	w := m.NewWorkspace()
	w.Begin(1, 0)
	w.World(0, m.NewTruth())
	on24 := 0
	for i := range w.n {
		day := calendar.Days(w.admissionAmong(w.client(i), 1).Admitted - w.client(i).enrol)
		if day > 24 {
			t.Fatalf("client %d is brought on day %v", i, day)
		} else if day == 24 {
			on24++
		}
	}
	p := math.Exp(-0.24) // who has not come by then at 0.01 a day
	within(t, "brought on day 24", float64(on24)/float64(w.n), p, math.Sqrt(p*(1-p)/float64(w.n)))
}

// A ratio over a window that is solved under a late effect gives it; what starts after the
// window cannot.
func TestAPublishedRatioOfALateEffect(t *testing.T) {
	late := "program.manager.effect=[{on=\"linkage\",over={hazard_ratio=1.5,by_days=40},lasts_days=25,starts_day=20}]"
	m := compile(t, lateTOML, late)
	// Of 40 days 15 are under the effect, in everyone: (25 + 15 x HR)/40 = 1.5.
	if got, want := portableHR(m), (60.0-25)/15; math.Abs(got/want-1) > 1e-6 {
		t.Errorf("hazard ratio %v, want %v", got, want)
	}
	_, err := compileFrom(load(t, lateTOML, strings.Replace(late, "by_days=40", "by_days=19", 1)), 256, nil)
	if err == nil || !strings.Contains(err.Error(), "a ratio between 1 and 1") {
		t.Errorf("a ratio by a day before the effect: %v", err)
	}
}

func portableHR(m *Model) float64 { return math.Exp(m.programs[0].effects[0].logHR) }

// Points that start late are there at visits from their day on.
func TestPointsThatStartLate(t *testing.T) {
	text := strings.Replace(lateTOML, "follow_up_days = [40]", "follow_up_days = [15, 30, 40]", 1) + "[health]\nmean = 50\nsd = 0\n"
	for _, day := range []string{"15", "30", "40"} {
		text += "[[outcome]]\nname = \"health_" + day + "\"\nvariable = \"health\"\nat_days = " + day + "\n"
	}
	m := compile(t, text, "program.manager.effect=[{on=\"health\",points=7,lasts_days=25,starts_day=20,direct=true}]")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	w.World(0, truth)
	for k, want := range map[int]float64{1: 50, 2: 57, 3: 50} {
		if got := truth.Outcomes[k].Value[0]; got != want {
			t.Errorf("outcome %d: %v, want %v", k, got, want)
		}
	}
}

// Lives that run ahead, with effects that start late or of the first contacts alone, are those of the engine in which all goes through the calendar.
func TestLateEffectsRunAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.SampledFrom([]string{"1", "8", "30.5", "80"}).Draw(t, "start")
		most := rapid.SampledFrom([]string{"0", "1", "2", "40"}).Draw(t, "most")
		sets := append(drawStaffed(t), "program.supervision.effect=[{on=\"linkage\",hazard_ratio=1.5,lasts_days=30,starts_day="+start+
			"},{on=\"arrest\",hazard_ratio=0.3,lasts_days=9,starts_day=40,direct=true},{on=\"jail\",probability=0.1,starts_day=20,direct=true},{on=\"quit\",hazard_ratio=2,lasts_days=30,starts_day="+start+",direct=true},{on=\"relapse\",hazard_ratio=0.9,lasts_days=30,max_contacts="+most+",direct=true}]")
		m := compileRoughly(t, wholeTOML+wholeOutcomes(), sets...)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(plain bool) allState {
			w := m.NewWorkspace()
			w.plain = plain
			w.Begin(3, replicate)
			w.Trial()
			return w.allState()
		}
		if d := diff(run(true), run(false)); d != "" {
			t.Fatal(d)
		}
	})
}
