package scenarios

import "testing"

// A number that a scenario put over one of a preset was shown with the preset's source,
// one of the preset with the scenario's, and zeros that nobody wrote with that of a
// paper. It is the same when the scenario, with all defaults, is read again.
func TestEachNumberHasItsOwnSource(t *testing.T) {
	s, err := Load(nil, "needle-exchange", []string{"program.strengths_based.uptake=0.5", "service.opioid_agonist.frailty_sd=0.3"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := Parse("own.toml", []byte(`extends = "needle-exchange"
[program.mine]
preset = "strengths_based"
source = "Smith 2020"
caseload = 12
staff = 2
`))
	if err != nil {
		t.Fatal(err)
	}
	preset, err := Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	of := func(s *Scenario, block, key string) Assumption {
		all, err := s.Assumptions()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.Block == block && a.Key == key {
				return a
			}
		}
		t.Fatalf("no %s.%s", block, key)
		return Assumption{}
	}
	for _, again := range []bool{false, true} {
		if again {
			for _, p := range []**Scenario{&s, &own, &preset} {
				text, err := (*p).Encode()
				if err != nil {
					t.Fatal(err)
				}
				if *p, err = Parse("again.toml", text); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, c := range []struct {
			got  Assumption
			want string
		}{
			{of(s, "program.strengths_based", "uptake"), ThisScenario},
			{of(s, "service.opioid_agonist", "frailty_sd"), ThisScenario},
			{of(own, "program.mine", "caseload"), "Smith 2020"},
			{of(own, "program.mine", "hours_per_week"), ""},
			{of(s, "program.strengths_based", "spread"), of(preset, "program.strengths_based", "spread").Source},
		} {
			if c.got.Source != c.want || c.want == ThisScenario && c.got.Confidence != "" {
				t.Errorf("again %v: %+v, want %q", again, c.got, c.want)
			}
		}
		if got := of(own, "program.mine", "contacts"); got.Source == "Smith 2020" || got.Source == "" || got.Source == ThisScenario {
			t.Errorf("a number of the preset: %+v", got)
		}
		if got := of(preset, "service.opioid_agonist", "planned_days"); got.Source != "" {
			t.Errorf("nobody wrote it: %+v", got)
		}
	}
}
