package explorer

import (
	"fmt"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// The lesson has the numbers of 1,000 trials and seed 1.
func TestTheLessonHasWhatThePageShows(t *testing.T) {
	suite.Long(t)
	lesson := strings.Join(strings.Fields(suite.Read(t, "../docs/lesson.md")), " ")
	says := func(format string, numbers ...any) {
		t.Helper()
		if want := fmt.Sprintf(format, numbers...); !strings.Contains(lesson, want) {
			t.Errorf("the lesson doesn't say %q", want)
		}
	}
	needle := thousand(t, "needle-exchange", nil)
	says("%.0f of 100. The true effect is that %.0f more of 100 clients", needle.Power, needle.Truth)
	says("With 500, %.0f %% of trials are", thousand(t, "needle-exchange", map[string]float64{"trial.clients": 500}).Power)
	mixed := thousand(t, "needle-exchange", map[string]float64{"arm.referral.contamination.probability": 0.3})
	says("from %.0f to %.0f points, and the power to %.0f %%", needle.Truth, mixed.Truth, mixed.Power)
	says("%.0f of 100, whatever", thousand(t, "null", nil).Power)

	dilution := thousand(t, "dilution", nil)
	w, err := session(t, Request{Scenario: "dilution", Seed: 1, Replicates: 1000}).Waterfall(t.Context(), "", 256, nil)
	if err != nil {
		t.Fatal(err)
	}
	says("the ideal effect of %.2f standard deviations becomes %.2f, and most is taken by *%s*", w.Ideal, w.Observed, w.Steps[0].Label)
	says("%.0f %% of trials are significant", dilution.Power)
	says("clients able to respond, %.0f %% of trials", thousand(t, "dilution", map[string]float64{"subgroup_share.high_need": 0.5}).Power)

	const places, staff = "service.outpatient.slots", "program.generalist.staff"
	crowded := thousand(t, "crowded", nil)
	more, four := thousand(t, "crowded", map[string]float64{places: 150}), thousand(t, "crowded", map[string]float64{staff: 4})
	both := thousand(t, "crowded", map[string]float64{places: 150, staff: 4})
	says("with 150 places instead of 35, the difference in the trial grows from %.0f to %.0f points; with four case managers instead of one, from %.0f to %.0f; with both, to %.0f",
		crowded.Truth, more.Truth, crowded.Truth, four.Truth, both.Truth)
	says("that there are, %.0f point", rollout(t, crowded))
	says("it is %.0f points", rollout(t, both))
}

// thousand is what 1,000 trials of the primary outcome show.
func thousand(t *testing.T, scenario string, sliders map[string]float64) *Found {
	t.Helper()
	s := session(t, Request{Scenario: scenario, Seed: 1, Replicates: 1000, Sliders: sliders})
	for from := 0; from < 1000; from += BlockSize {
		r, err := s.Run(t.Context(), from, min(from+BlockSize, 1000), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(r.Block); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.Found("")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// rollout is the number at the beginning of what is said of everyone.
func rollout(t *testing.T, f *Found) (x float64) {
	t.Helper()
	if _, err := fmt.Sscan(f.RolloutText, &x); err != nil {
		t.Fatalf("%q: %v", f.RolloutText, err)
	}
	return x
}
