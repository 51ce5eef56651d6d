package scenarios

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

func TestKeysHaveWords(t *testing.T) {
	s, err := Load(nil, "needle-exchange", nil)
	if err != nil {
		t.Fatal(err)
	}
	l := s.Labels()
	for path, want := range map[string]string{
		"trial.clients":                                "clients",
		"trial.refusal":                                "share who decline to take part",
		"attrition.missed":                             "attrition: share of visits missed",
		"program.strengths_based.caseload":             "strengths based: caseload of a case manager",
		"program.strengths_based.effect[1].on":         "strengths based: effect 2, on",
		"program.new.effect[0].brings.share":           "new: effect 1, share brought into treatment",
		"program.new.effect[0].hazard_ratio":           "new: effect 1, hazard ratio",
		"outcome.linked_7d.at_days":                    "Entered treatment within 7 days: at days",
		"trait.high_need.share":                        l.Trait("high_need") + ": share",
		"seed":                                         "seed",
		"use.using":                                    "use: using",
		"service.opioid_agonist.stay.given.over.share": l.Service("opioid_agonist") + ": stay, given, over, share",
	} {
		if got := l.Key(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if got := (Labels{}).Key("program.strengths_based.caseload"); got != "strengths based: caseload of a case manager" {
		t.Errorf("without labels: got %q", got)
	}
}

// TestWordsAreForKeysThatThereAre: meanings.csv has every key of the language.
func TestWordsAreForKeysThatThereAre(t *testing.T) {
	f, err := os.Open("meanings.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, row := range rows {
		keys[row[1]] = true
	}
	for path := range keyWords {
		for _, key := range strings.Split(path, ".") {
			if !keys[key] {
				t.Errorf("%s: there is no key %q", path, key)
			}
		}
	}
}
