package scenarios

import (
	"slices"
	"strings"
	"testing"
)

// Every block of a scenario with a source hands it on with its numbers.
func TestAssumptionsComeWithTheirSources(t *testing.T) {
	s, err := Load(nil, "needle-exchange", nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Assumptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Assumption{
		{"trial", "clients", "245", "", "", EvidenceNone},
		{"trait.distress", "prevalence", "0.4", "Judgement: the trial's prevalence is not published", "", EvidenceJudgement},
		{"service.opioid_agonist", "frailty_sd", "0.8", "Judgement: some never mean to come; nothing published", "moderate", EvidenceJudgement},
		{"service.opioid_agonist.leaving", "lives_far", "2.15", "Hazard ratios of Havens 2009, each adjusted for the others. Their intervals are not published", "moderate", EvidenceStudy},
		{"program.referral", "uptake", "1", "By design: the referral is handed over at enrolment", "high", EvidenceDesign},
		{"program.strengths_based.effect 1", "lasts_days", "30", "40 % in 7 days with case management (Strathdee 2006), for everyone randomized to it. lasts_days is a judgement", "low", EvidenceStudy},
		{"use", "using", "0.99", "", "", EvidenceNone},
	} {
		if !slices.Contains(all, want) {
			t.Errorf("no %+v", want)
		}
	}
	for _, a := range all {
		if strings.HasPrefix(a.Block, "outcome") || strings.Contains(a.Block, "sources") || a.Key == "preset" {
			t.Errorf("%+v is none", a)
		}
	}
}

// Nothing that changes what is simulated is left out: without its analysis plan
// and its switches, whatever a scenario's hash is of is listed.
func TestEveryNumberIsListed(t *testing.T) {
	for _, name := range builtinNames() {
		s, err := Load(nil, name, nil)
		if err != nil {
			continue // declares no trial
		}
		all, err := s.Assumptions()
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, a := range all {
			listed[a.Key+" = "+a.Value] = true
		}
		plan := true // what stands before the first table is about the run
		for line := range strings.Lines(s.simulatedPart()) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") {
				plan = strings.Contains(line, "outcome") || strings.Contains(line, "family")
			}
			key, value, found := strings.Cut(line, " = ")
			if found && !plan && strings.ContainsAny(value, "0123456789") && key != "name" && key != "when" && !strings.HasPrefix(value, `"`) && !listed[line] {
				t.Errorf("%s: %s is not listed", name, line)
			}
		}
	}
}
