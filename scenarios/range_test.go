package scenarios

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/scenarios/layer"
)

// Each of these kept a computer busy for ever, filled its memory or ended in a stack
// trace. The message names the key.
func TestNumbersBeyondAllBoundsAreRefusedByKey(t *testing.T) {
	for _, c := range []struct{ scenario, set, key string }{
		{"needle-exchange", "program.strengths_based.spread=200", "program.strengths_based.spread"},
		{"needle-exchange", "program.strengths_based.spread=50", "program.strengths_based.spread"},
		{"needle-exchange", "use.acts_on={ quit = 1e300 }", "use.acts_on.quit"},
		{"needle-exchange", "trait.distress.acts_on={ quit = 1e300 }", "trait.distress.acts_on.quit"},
		{"needle-exchange", "program.strengths_based.duration_days=1e300", "program.strengths_based.duration_days"},
		{"needle-exchange", "program.strengths_based.effect[0].lasts_days=1e300", "program.strengths_based.effect[0].lasts_days"},
		{"needle-exchange", "program.strengths_based.contacts={ per_month = 1e-308 }", "program.strengths_based.contacts.per_month"},
		{"needle-exchange", "use.quit={ per_day = 1e9 }", "use.quit.per_day"},
		{"needle-exchange", "service.opioid_agonist.stay={ median_days = 1e-9 }", "service.opioid_agonist.stay.median_days"},
		{"needle-exchange", "service.opioid_agonist.return={ probability = 0.5, by_days = 1e-300 }", "service.opioid_agonist.return.by_days"},
		{"probation-case-management", "arrest.rate={ per_year = 1e9 }", "arrest.rate.per_year"},
		{"probation-case-management", "program.probation.staff=1000000", "program.probation.staff"},
	} {
		sets := []string{c.set}
		if strings.HasSuffix(c.key, "staff") {
			sets = append(sets, "trial.sites=255")
		}
		_, err := Load(nil, c.scenario, sets)
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s, %s: got %v, want a problem", c.scenario, c.set, err)
			continue
		}
		if problems[0].Key != c.key || problems[0].Want == "" {
			t.Errorf("%s, %s: got %v, want one of %s", c.scenario, c.set, err, c.key)
		}
	}
}

// Whoever adds a number says what it may be.
func TestEveryNumberOfAScenarioHasASpan(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(of reflect.Type)
	walk = func(of reflect.Type) {
		if seen[of] || of == reflect.TypeFor[Limit]() {
			return
		}
		seen[of] = true
		for _, f := range layer.Fields(of) {
			in := f.Type
			for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice || in.Kind() == reflect.Map {
				in = in.Elem()
			}
			_, bounded := spans[of][layer.FieldKey(f)]
			switch {
			case in.Kind() == reflect.Struct:
				walk(in)
			case in.Kind() == reflect.Float64 && !bounded:
				t.Errorf("%v: %s is a number without a span", of, layer.FieldKey(f))
			}
		}
	}
	walk(reflect.TypeFor[Scenario]())
	for of, keys := range spans {
		for key, s := range keys {
			if !(s.low <= s.high && s.high <= 1e12) {
				t.Errorf("%v: %s has the span %v to %v", of, key, s.low, s.high)
			}
		}
	}
}

// What is no number is refused as such, whatever the key.
func TestNaNAndInfinityAreSpelledAsWritten(t *testing.T) {
	for _, value := range []string{"nan", "+nan", "inf", "-inf"} {
		_, err := Load(nil, "needle-exchange", []string{"use.using=" + value})
		if err == nil || !strings.Contains(err.Error(), "use.using: got "+strings.TrimPrefix(value, "+")) || strings.ContainsAny(err.Error(), "NI") {
			t.Errorf("use.using = %s: got %v", value, err)
		}
	}
	s := mustLoad(t, "")
	if _, err := s.With(Setting{Key: "use.using", Value: math.NaN()}); err == nil || strings.Contains(err.Error(), "NaN") {
		t.Errorf("got %v", err)
	}
}

// An intraclass correlation of 0 is a value like any other: case managers are alike.
func TestAnICCOfZeroIsAValue(t *testing.T) {
	sets := []string{`program.strengths_based.icc={ outcome = "linked_7d", value = 0 }`, "program.strengths_based.spread=0", "program.strengths_based.staff=3"}
	s, err := Load(nil, "needle-exchange", sets)
	if err != nil {
		t.Fatal(err)
	}
	if p := s.Programs["strengths_based"]; p.ICC == nil || p.ICC.Value != 0 {
		t.Errorf("got %+v", p.ICC)
	}
	_, err = Load(nil, "needle-exchange", append(sets, `program.strengths_based.icc={ outcome = "linked_7d" }`))
	if err == nil || !strings.Contains(err.Error(), "icc.value: got nothing") {
		t.Errorf("without a value: %v", err)
	}
}
