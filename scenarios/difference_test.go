package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestKeysAreNamedByTheirEntries(t *testing.T) {
	all := entriesOf([]byte("title = \"a\"\n\n[trial]\nclients = 3\n\n[[arm]]\nname = \"x\"\nratio = 1\n\n[arm.contamination]\narm = \"y\"\n\n" +
		"[[arm]]\nname = \"y\"\nratio = 2\n\n[program.p]\nstaff = 1\n\n[[program.p.effect]]\non = \"a\"\n\n[[program.p.effect]]\non = \"b\"\n"))
	var paths []string
	for _, e := range all {
		paths = append(paths, strings.TrimPrefix(e.path(), "."))
	}
	want := "title trial.clients arm.x.name arm.x.ratio arm.x.contamination.arm arm.y.name arm.y.ratio program.p.staff program.p.effect.1.on program.p.effect.2.on"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("keys\n%s, want\n%s", got, want)
	}
	if values := valuesOf(all); values["arm.y.ratio"] != "2" || values["program.p.effect.2.on"] != `"b"` {
		t.Errorf("values %v", values)
	}
}

// Whatever differs between scenarios is found: no key of a built-in one is lost,
// and none stands for two.
func TestEveryLineOfAScenarioIsAKey(t *testing.T) {
	for _, name := range complete() {
		text, err := builtin(t, name).Encode()
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, " = ") && !strings.HasPrefix(line, "[") {
				lines++
			}
		}
		if keys := valuesOf(entriesOf(text)); len(keys) != lines {
			t.Errorf("%s: %d keys from %d lines", name, len(keys), lines)
		}
	}
}

// complete returns the built-in scenarios that are more than a base of others.
func complete() []string {
	return slices.DeleteFunc(builtinNames(), func(name string) bool { return name == "base" })
}

func builtin(t *testing.T, name string) *Scenario {
	t.Helper()
	sc, err := Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func differences(t *testing.T, a, b *Scenario) (lines []string) {
	t.Helper()
	all, err := a.Differences(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		mark := ""
		if !d.Matters() {
			mark = " (a note or a question)"
		}
		lines = append(lines, fmt.Sprintf("%s: %s, %s%s", d.Path(), d.A, d.B, mark))
	}
	return lines
}

func TestDifferencesAreTheKeysThatWereSet(t *testing.T) {
	a := builtin(t, "needle-exchange")
	b, err := a.With(Setting{Key: "trial.clients", Value: 300}, Setting{Key: "program.strengths_based.uptake", Value: 0.5},
		Setting{Key: "title", Value: "Another"}, Setting{Key: "seed", Value: 7}, Setting{Key: "outcome.linked_7d.alpha", Value: 0.01},
		Setting{Key: "arm.sbcm.label", Value: "case management"}, Setting{Key: "program.strengths_based.source", Value: "Me"})
	if err != nil {
		t.Fatal(err)
	}
	got := differences(t, a, b)
	for _, want := range []string{"trial.clients: 245, 300", "program.strengths_based.uptake: 0.85, 0.5", "outcome.linked_7d.alpha: 0.05, 0.01",
		`title: "Needle exchange: strengths-based or referral", "Another" (a note or a question)`, "seed: 1, 7 (a note or a question)",
		`arm.sbcm.label: "strengths-based", "case management" (a note or a question)`} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	if len(got) != 8 { // a source is that of a value, and goes with it
		t.Errorf("%d differences, want 8:\n%s", len(got), strings.Join(got, "\n"))
	}
	if none := differences(t, a, a); len(none) != 0 {
		t.Errorf("a scenario differs from itself: %v", none)
	}
}

// Keys of either alone stand where their tables do, and the two sides change
// places with the scenarios.
func TestKeysOfOneScenarioAlone(t *testing.T) {
	a := []byte("title = \"a\"\n\n[trial]\nclients = 3\nsites = 2\n\n[cost]\nclient = 1\n")
	b := []byte("title = \"a\"\nextra = 1\n\n[trial]\nclients = 3\npace = 5\nsites = 2\n\n[measure.x]\nsd = 2\n\n[cost]\nclient = 1\nstaff = 9\n")
	show := func(all []Difference) (text string) {
		for _, d := range all {
			text += fmt.Sprintf("%s %s|%s; ", d.Path(), d.A, d.B)
		}
		return text
	}
	if got, want := show(DifferencesOfTexts(a, b)), "extra |1; trial.pace |5; measure.x.sd |2; cost.staff |9; "; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if got, want := show(DifferencesOfTexts(b, a)), "extra 1|; trial.pace 5|; measure.x.sd 2|; cost.staff 9|; "; got != want {
		t.Errorf("got %s want %s", got, want)
	}
}

// Scenarios that simulate the same and test it at the same levels differ in
// nothing that matters, and others do.
func TestWhatMattersIsWhatMakesScenariosTheSame(t *testing.T) {
	var all []*Scenario
	for _, name := range complete() {
		all = append(all, builtin(t, name))
	}
	twin, err := all[0].With(Setting{Key: "seed", Value: 99}, Setting{Key: "title", Value: "A twin"})
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, twin)
	for _, a := range all[:3] {
		for _, b := range all {
			keys, err := a.Differences(b)
			if err != nil {
				t.Fatal(err)
			}
			matters := slices.ContainsFunc(keys, func(d Difference) bool { return d.Matters() })
			if matters == a.Same(b) {
				t.Errorf("%q and %q: %v that something matters, %v that they are the same", a.Title, b.Title, matters, a.Same(b))
			}
		}
	}
}
