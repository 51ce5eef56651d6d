package scenarios

import (
	"strings"
	"testing"
	"testing/fstest"
)

// labelled loads needle-exchange with settings.
func labelled(t *testing.T, sets ...string) (*Scenario, error) {
	t.Helper()
	return Load(fstest.MapFS{}, "needle-exchange", sets)
}

// A label changes what people read and nothing else: the hash is the same, the
// scenario is written with it, and what has none is called by its name.
func TestLabelsAreReadAndNotSimulated(t *testing.T) {
	plain, err := labelled(t)
	if err != nil {
		t.Fatal(err)
	}
	sets := []string{`outcome.linked_7d.label="Entered within a week"`, `arm.sbcm.label="Case manager"`, `trait.distress.label="In distress"`,
		`subgroup.high_need.label="Clients in high need"`, `program.strengths_based.label="Strengths-based"`, `service.opioid_agonist.label="Methadone"`}
	sc, err := labelled(t, sets...)
	if err != nil {
		t.Fatal(err)
	}
	l := sc.Labels()
	for got, want := range map[string]string{l.Outcome("linked_7d"): "Entered within a week", l.Arm("sbcm"): "Case manager", l.Trait("distress"): "In distress",
		l.Program("strengths_based"): "Strengths-based", l.Service("opioid_agonist"): "Methadone", l.Trait("lives_far"): "lives far",
		l.Within("linked_7d", "high_need"): "Entered within a week in Clients in high need", (Labels{}).Arm("usual_care"): "usual care"} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if sc.Hash() != plain.Hash() {
		t.Error("a label changes the hash")
	}
	if Simulated("arm.sbcm.label") || !Simulated("arm.sbcm.ratio") {
		t.Error("labels are taken for what is simulated, or the rest is not")
	}
	text, err := sc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`label = "Case manager"`, `label = "Methadone"`, `label = "In distress"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in the scenario as written", want)
		}
	}
	again, err := Load(fstest.MapFS{"a.toml": {Data: text}}, "a.toml", nil)
	if err != nil || again.Labels().Arm("sbcm") != "Case manager" {
		t.Errorf("read back: %v", err)
	}
}

func TestLabelsFitALine(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", 61), `a\nb`, " a", "a|b"} {
		for _, key := range []string{"outcome.linked_7d", "arm.sbcm", "trait.distress", "subgroup.high_need", "program.strengths_based", "service.opioid_agonist"} {
			if _, err := labelled(t, key+`.label="`+text+`"`); err == nil || !strings.Contains(err.Error(), "label") || !strings.Contains(err.Error(), "at most 60 characters") {
				t.Errorf("%s.label %q: %v", key, text, err)
			}
		}
	}
}
