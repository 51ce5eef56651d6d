package explain

import (
	"strings"
	"testing"

	"caseload/scenarios"
)

const ownTOML = plainTOML + `
[[factor]]
name = "late"
about = "the case manager comes after a month"
after = "uptake"
[factor.ideal]
"program.manager.first_contact.day" = 0
[[factor]]
name = "closed"
[factor.ideal]
"service.clinic.linkage" = { probability = 0.6, by_days = 90 }
`

func hindered(text string) string {
	return strings.Replace(text, "first_contact = { day = 0 }\nduration_days = 1", "first_contact = { day = 30 }\nduration_days = 40\nuptake = 0.5", 1)
}

// A user's factor has its place in the causal order and its share of the loss.
// What its ideal sets is in force where it is ideal: with the case manager there
// from the start, and everyone starting, the world is that of the scenario with
// neither obstacle.
func TestAUsersFactor(t *testing.T) {
	text := hindered(ownTOML)
	e := run(t, load(t, text), Question{Outcome: "linked"}, 60)
	var order []string
	for _, f := range e.Factors {
		order = append(order, f.Name)
	}
	if got := strings.Join(order, " "); got != "closed uptake late" {
		t.Errorf("factors: %s", got)
	}
	late := e.factor(t, "late")
	if !late.Own || late.About != "the case manager comes after a month" || !(late.Step.Units.Value < -4*late.Step.Units.MCSE) {
		t.Errorf("%+v", late)
	}
	free := load(t, plainTOML)
	sc, err := free.Scenario.With(scenarios.Setting{Key: "service.clinic.linkage", Value: map[string]any{"probability": 0.6, "by_days": int64(90)}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := free.Variant(sc)
	if err != nil {
		t.Fatal(err)
	}
	if ideal := run(t, m, Question{Outcome: "linked"}, 60).Ideal; ideal != e.Ideal {
		t.Errorf("ideal %+v, of the scenario without obstacles %+v", e.Ideal, ideal)
	}
}

// Two factors with the same ideal are alike, and have the same share to the last
// bit but rounding.
func TestFactorsThatAreAlike(t *testing.T) {
	text := hindered(plainTOML) + `
[[factor]]
name = "one"
[factor.ideal]
"program.manager.first_contact.day" = 0
[[factor]]
name = "other"
[factor.ideal]
"program.manager.first_contact.day" = 0
`
	e := run(t, load(t, text), Question{Outcome: "linked"}, 20)
	one, other := e.factor(t, "one"), e.factor(t, "other")
	near(t, "Shapley value", one.Shapley.SMD.Value, other.Shapley.SMD.Value, 1e-12)
	near(t, "its MCSE", one.Shapley.SMD.MCSE, other.Shapley.SMD.MCSE, 1e-12)
	if !(one.Shapley.SMD.Value < 0) || one.FromIdeal.SMD != (Number{}) {
		t.Errorf("each is made up for by the other: %+v", one)
	}
}

// Above ten factors orders are drawn. What is drawn sums, too, and says how far
// off it may be.
func TestManyFactors(t *testing.T) {
	text := hindered(plainTOML)
	for k := range exactFactors + 1 {
		text += "\n[[factor]]\nname = \"own-" + string(rune('a'+k)) + "\"\n[factor.ideal]\n\"program.manager.first_contact.day\" = " + string(rune('0'+k%8)) + "\n"
	}
	e := run(t, load(t, text), Question{Outcome: "linked"}, 4)
	if e.Orders != 2*pairs {
		t.Fatalf("%d orders of %d factors", e.Orders, len(e.Factors))
	}
	sum, off := 0.0, false
	for _, f := range e.Factors {
		sum += f.Shapley.SMD.Value
		off = off || f.OrderError.SMD.Value > 0 && f.Shapley.SMD.MCSE > f.OrderError.SMD.Value
	}
	near(t, "sum", sum, e.Observed.SMD.Value-e.Ideal.SMD.Value, 1e-9)
	if !off {
		t.Error("no error of drawing orders")
	}
}
