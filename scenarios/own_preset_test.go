package scenarios

import (
	"reflect"
	"strings"
	"testing"
)

// A program may be over another one of the scenario, which may be over a preset or over a
// third: what it does not say holds as there, but for the label and what is set on top.
func TestProgramsOverPrograms(t *testing.T) {
	const text = `
[program.team_b]
preset = "team_a"
uptake = 0.4
[program.team_a]
label = "Team A"
preset = "team_c"
duration_days = 50
[program.team_c]
preset = "strengths_based"
uptake = 0.6
contacts = { every_days = 3 }
`
	s := mustLoad(t, text)
	a, b, c := s.Programs["team_a"], s.Programs["team_b"], s.Programs["team_c"]
	same(t, "uptake", []float64{a.Uptake, b.Uptake, c.Uptake}, []float64{0.6, 0.4, 0.6})
	same(t, "days between contacts", []float64{a.Contacts.EveryDays, b.Contacts.EveryDays}, []float64{3, 3})
	equal(t, "length", b.DurationDays, 50)
	same(t, "effects", b.Effects, mustLoad(t, "[program.strengths_based]").Programs["strengths_based"].Effects)
	same(t, "labels", []string{a.Label, b.Label}, []string{"Team A", ""})
	equal(t, "preset", b.Preset, "team_a")
	sameAgain(t, s)

	other, err := s.With(Setting{Key: "program.team_a.duration_days", Value: 70.0})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "what is set of one program is not of another", []float64{other.Programs["team_a"].DurationDays, other.Programs["team_b"].DurationDays}, []float64{70, 50})
}

// Programs that are over each other in a circle, or over none, are refused.
func TestCirclesOfPresets(t *testing.T) {
	for text, want := range map[string]string{
		"[program.a]\npreset = \"b\"\n[program.b]\npreset = \"c\"\n[program.c]\npreset = \"b\"\n": `program.c.preset: got "b", which comes back to itself: b -> c -> b`,
		"[program.a]\npreset = \"a\"\n":                              `program.a.preset: got "a", which comes back to itself: a -> a`,
		"[program.a]\npreset = \"bb\"\n[program.b]\npreset = \"\"\n": `voucher, b, help`,
	} {
		_, err := over(t, text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "preset:") != 1 {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
