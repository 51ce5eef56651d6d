package explorer

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"caseload/analysis"
	runresults "caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

func session(t *testing.T, req Request) *Session {
	t.Helper()
	s, err := Open(req)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// moved has a slider of each kind at another place than the scenario's.
var moved = Request{Scenario: "needle-exchange", Replicates: 40, Seed: 3, Sliders: map[string]float64{
	"trial.clients": 90, "arm.referral.contamination.probability": 0.25, "service.opioid_agonist.slots": 30,
	"measure.self_report.sensitivity": 0.8, "program.strengths_based.caseload": 7}}

// What two workers simulate and a third puts together is, to the byte, what the command
// that the page prints gives, and what the scenario that it prints gives.
func TestThePageHasTheBytesOfTheCommandLine(t *testing.T) {
	one, other, desk := session(t, moved), session(t, moved), session(t, moved)
	for k, of := range [][2]int{{0, 1}, {4, 40}, {1, 2}, {2, 4}} {
		worker := one
		if k%2 == 1 {
			worker = other
		}
		r, err := worker.Run(t.Context(), of[0], of[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := desk.Add(r.Block); err != nil {
			t.Fatal(err)
		}
	}
	got, err := desk.JSON()
	if err != nil {
		t.Fatal(err)
	}
	back := desk.Back()
	var sets []string
	words := strings.Fields(back.Command)
	for k, word := range words {
		if word == "--set" {
			sets = append(sets, words[k+1])
		}
	}
	byCommand, err := scenarios.Load(nil, "needle-exchange", append(sets, "seed=3", "replicates=40"))
	if err != nil {
		t.Fatal(err)
	}
	byFile, err := scenarios.Parse("mine.toml", []byte(back.TOML))
	if err != nil {
		t.Fatalf("%v in\n%s", err, back.TOML)
	}
	for what, sc := range map[string]*scenarios.Scenario{"the command": byCommand, "the file": byFile} {
		if want := native(t, sc, "needle-exchange"); !bytes.Equal(got, want) {
			t.Errorf("%s gives other bytes than the page: %s\n%s", what, back.Command, back.TOML)
		}
	}
}

// native is what the command line prints of a scenario.
func native(t *testing.T, sc *scenarios.Scenario, name string) []byte {
	t.Helper()
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: sc.Replicates, Seed: sc.Seed})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := runresults.New(r, name, m.Shared(), runresults.Filter{}).JSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Dots are the estimates that power and mean estimate are computed from.
func TestDotsAreWhatResultsCount(t *testing.T) {
	s := session(t, Request{Scenario: "dilution", Replicates: 30})
	r, err := s.Run(t.Context(), 0, 30, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(r.Block); err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Dots {
		f, err := s.Found(d.Outcome)
		if err != nil {
			t.Fatal(err)
		}
		sum, significant := 0.0, 0
		for k, x := range d.Estimate {
			sum += float64(x)
			if d.Rejects[k] {
				significant++
			}
		}
		if diff := sum/30 - float64(f.Mean); diff > 1e-12*max(1, sum, -sum) || diff < -1e-12*max(1, sum, -sum) {
			t.Errorf("%s: the dots' mean is %g, the results' %g", d.Outcome, sum/30, float64(f.Mean))
		}
		if got := float64(significant) / 30 * 100; got < float64(f.Power)-1e-9 || got > float64(f.Power)+1e-9 {
			t.Errorf("%s: %d of 30 dots are significant, the power is %g %%", d.Outcome, significant, float64(f.Power))
		}
		if f.Sentence == "" || f.TruthText == "" || f.People == "" {
			t.Errorf("%s: nothing is said: %+v", d.Outcome, f)
		}
	}
}

// A block that is cut off or longer than it says is refused, and never panics.
func TestBrokenBlocksAreRefused(t *testing.T) {
	s := session(t, Request{Scenario: "dilution", Replicates: 2})
	r, err := s.Run(t.Context(), 0, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 8, 39, 40, 48, len(r.Block) - 8, len(r.Block) - 1} {
		if err := s.Add(r.Block[:n]); err == nil {
			t.Errorf("%d bytes of %d were taken", n, len(r.Block))
		}
	}
	bad := bytes.Clone(r.Block)
	bad[15] = 0x80 // fewer than no rows
	if s.Add(bad) == nil || s.Add(append(bytes.Clone(r.Block), r.Block[:8]...)) == nil {
		t.Error("a block with another length than it says was taken")
	}
}

// What is wrong with a file is said with its lines, all of it.
func TestAFileWithErrorsSaysWhere(t *testing.T) {
	_, err := Open(Request{Scenario: "mine", Text: "extends = \"null\"\n[trial]\nclients = -3\n[attrition]\nmised = 0.1\n"})
	var problems scenarios.Problems
	if !errors.As(err, &problems) || len(problems) != 2 || problems[0].File != "mine.toml" || problems[0].Line != 3 {
		t.Errorf("got %v", err)
	}
	if _, err := Open(Request{Scenario: "no-such"}); err == nil {
		t.Error("a scenario that is not there was opened")
	}
	if _, err := Open(Request{Scenario: "null", Replicates: -1}); err == nil {
		t.Error("-1 trials were taken")
	}
	if _, err := Open(Request{Scenario: "null", Sliders: map[string]float64{"trial.clients": 1e9}}); err == nil {
		t.Error("a slider was moved beyond its end")
	}
}

// A scenario without sliders gets two, and every trial that is built in can be shown.
func TestEveryBuiltinTrialHasAPage(t *testing.T) {
	stories := Stories()
	if len(stories) < 12 || stories[0].Question == "" {
		t.Errorf("%d stories, the first %+v", len(stories), stories[0])
	}
	for _, name := range []string{"aftercare-strengths", "crowded"} {
		s := session(t, Request{Scenario: name, Replicates: 8})
		v, err := s.View()
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Sliders) < 2 || len(v.Outcomes) == 0 || v.Arm == "" || v.Control == "" {
			t.Errorf("%s: %+v", name, v)
		}
		for _, x := range v.Sliders {
			if x.Value.Known() == (x.None != "") {
				t.Errorf("%s: slider %s has the value %g and says %q", name, x.Key, float64(x.Value), x.None)
			}
		}
	}
}

// A page of a scenario with looks says that no trial ends at one.
func TestLooksAreSaidToBeLeftOut(t *testing.T) {
	const looks = "title = \"x\"\nsource = \"x\"\nextends = \"null\"\n"
	for text, want := range map[string]bool{looks: false, looks + "[interim]\nlooks = [0.5]\nspending = \"pocock\"\n": true} {
		v, err := session(t, Request{Scenario: "looks", Text: text, Replicates: 2}).View()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.HasPrefix(v.LeftOut, "The looks of [interim] are left out"); got != want {
			t.Errorf("%q: %q", text, v.LeftOut)
		}
	}
}

// The life that is shown in the arm drawn is that of the trial, where clients share
// nothing: as many contacts, entry on the same day. What is in the one is on the line.
func TestALifeIsThatOfTheTrial(t *testing.T) {
	s := session(t, Request{Scenario: "null", Replicates: 1})
	shown := s.m.Show(s.sc.Seed, 0)
	entered, drawn := 0, 0
	for client := range 60 {
		l, err := s.Lives(0, client)
		if err != nil {
			t.Fatal(err)
		}
		for arm, life := range l.Of {
			if life.Drawn != (shown.Clients[client].Arm == arm) {
				t.Fatalf("client %d: drawn %v in arm %d", client, life.Drawn, arm)
			}
			for _, b := range life.Bands {
				if !(b.From <= b.To && b.To <= life.Days && b.From >= 0) {
					t.Errorf("client %d: %+v of %g days", client, b, life.Days)
				}
			}
			want := shown.Clients[client]
			if !life.Drawn || want.Lost == want.Lost {
				continue
			}
			drawn++
			contacts, first := 0, -1.0
			for _, m := range life.Marks {
				if m.What == "contact" {
					contacts++
				}
			}
			for _, b := range life.Bands {
				if b.What == "treatment" && (first < 0 || b.From < first) {
					first = b.From
				}
			}
			if contacts != want.Contacts || want.Admitted == want.Admitted && first != want.Admitted {
				t.Errorf("client %d: %d contacts, in treatment from %g; the trial has %d and %g", client, contacts, first, want.Contacts, want.Admitted)
			}
			if first >= 0 {
				entered++
			}
		}
	}
	if entered < 10 || drawn < 40 {
		t.Errorf("%d of %d clients entered treatment: too few to compare", entered, drawn)
	}
	if _, err := s.Lives(0, 200); err == nil {
		t.Error("a client beyond the last was shown")
	}
}

// One trial reports what the run's dot of that number does.
func TestOneTrialIsADot(t *testing.T) {
	s := session(t, Request{Scenario: "dilution", Replicates: 6})
	r, err := s.Run(t.Context(), 0, 6, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 6 {
		one, err := s.One(k, r.Dots[0].Outcome)
		if err != nil {
			t.Fatal(err)
		}
		if one.Estimate != r.Dots[0].Estimate[k] || one.P != r.Dots[0].P[k] || one.Rejects != r.Dots[0].Rejects[k] {
			t.Errorf("trial %d: %+v, the dot %g with p %g", k, one, float64(r.Dots[0].Estimate[k]), float64(r.Dots[0].P[k]))
		}
		if not := strings.Contains(one.Sentence, "not significant"); not == one.Rejects || len(one.Arms) != 2 || one.Arms[0].Boxes[0].N == 0 {
			t.Errorf("trial %d: %q, rejects %v", k, one.Sentence, one.Rejects)
		}
	}
}

// The steps of a waterfall lead from the ideal effect to the one observed.
func TestAWaterfallAddsUp(t *testing.T) {
	s := session(t, Request{Scenario: "dilution", Sliders: map[string]float64{"trial.clients": 100}})
	calls := 0
	w, err := s.Waterfall(context.Background(), "", 4, func(int, int) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	sum := float64(w.Ideal)
	for _, x := range w.Steps {
		sum += float64(x.Step)
	}
	if diff := sum - float64(w.Observed); diff > 1e-12 || diff < -1e-12 || len(w.Steps) < 3 || calls != 4*w.Worlds || w.Story == "" {
		t.Errorf("%g after all steps, observed %g; %d calls, %+v", sum, float64(w.Observed), calls, w)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Waterfall(ctx, "", 4, nil); err == nil {
		t.Errorf("cancelled: %v", err)
	}
}
