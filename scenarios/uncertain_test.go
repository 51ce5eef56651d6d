package scenarios

import (
	"strings"
	"testing"
)

const uncertainRows = `
[[uncertain]]
key = "use.quit.probability"
prior = { beta = [20, 30] }
source = "a guess"
`

// What is not known is no part of what is simulated, unless it is drawn: then all but
// its source is.
func TestWhatIsUncertainCountsWhereItIsDrawn(t *testing.T) {
	quit := "[use]\nusing = 0.5\nquit = { probability = 0.4, by_days = 28 }\nrelapse = { per_month = 0.5 }\n"
	plain, rows := mustLoad(t, quit), mustLoad(t, quit+uncertainRows)
	if plain.Hash() != rows.Hash() {
		t.Error("rows that are not drawn change the hash")
	}
	use := func(text string) *Scenario { return mustLoad(t, quit+text+"[uncertainty]\nuse = true\n") }
	drawn := use(uncertainRows)
	if drawn.Hash() == plain.Hash() || drawn.Hash() == use(strings.Replace(uncertainRows, "20", "21", 1)).Hash() {
		t.Error("what is drawn is not in the hash")
	}
	if drawn.Hash() != use(strings.Replace(uncertainRows, "a guess", "another", 1)).Hash() {
		t.Error("the source is in the hash")
	}
	sameAgain(t, drawn)
}

// A row of a program is one of the scenario with the program before its key; one of the
// scenario goes before it.
func TestRowsOfPrograms(t *testing.T) {
	const own = "[program.help]\nuptake = 0.8\nuncertain = [{ key = \"uptake\", prior = { beta = [80, 20] } }]\n"
	const root = "[[uncertain]]\nkey = \"program.help.uptake\"\nprior = { beta = [8, 2] }\n"
	for text, want := range map[string]float64{own: 80, "[program.help]\nuptake = 0.8\n" + root: 8, own + root: 8} {
		rows := mustLoad(t, text).Unknowns()
		if len(rows) != 1 || rows[0].Key != "program.help.uptake" || rows[0].Prior.Beta[0] != want || rows[0].Target.Kind != TargetUptake || rows[0].Target.Written != 0.8 {
			t.Errorf("got %+v", rows)
		}
	}
	// A number that is written otherwise over a program has no prior of before.
	s := mustLoad(t, own)
	other, err := s.With(Setting{Key: "program.help.uptake", Value: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if rows := other.Unknowns(); len(rows) != 0 {
		t.Errorf("the prior of 0.8 stands beside 0.5: %+v", rows)
	}
}

// Rows of services are those of the scenario with the service before their key. A preset's
// go with what the scenario writes otherwise, or does not have.
func TestRowsOfServices(t *testing.T) {
	const own = `
[service.clinic]
preset = ""
linkage = { per_month = 0.2 }
stay = { median_days = 60 }
acts_on = { quit = 2, relapse = 0.5 }
[[service.clinic.uncertain]]
key = "acts_on.quit"
prior = { lognormal = [2, 0.3], none = 0.2 }
[[service.clinic.uncertain]]
key = "stay.median_days"
prior = { lognormal = [60, 0.1] }
`
	s := mustLoad(t, own+"[uncertainty]\nuse = true\n")
	rows := s.Unknowns()
	if len(rows) != 2 || rows[0].Key != "service.clinic.acts_on.quit" || rows[0].Target.Kind != TargetActs || rows[0].Target.Written != 2 ||
		rows[1].Target.Quantity != "service.clinic.stay" {
		t.Errorf("got %+v", rows)
	}
	other, err := s.With(Setting{Key: "service.clinic.acts_on.relapse", Value: 0.7})
	if err != nil {
		t.Fatal(err)
	}
	if rows := other.Unknowns(); len(rows) != 1 || rows[0].Target.Quantity != "service.clinic.stay" {
		t.Errorf("of acts_on, which is another one: %+v", rows)
	}
	if s.Hash() == mustLoad(t, own).Hash() || mustLoad(t, own).Hash() != mustLoad(t, own[:strings.Index(own, "[[")]).Hash() {
		t.Error("rows of a service count where they are not drawn, or do not where they are")
	}
	sameAgain(t, s)
}

// Draws stop where the scenario was tried; those of a sample are its values.
func TestDrawsStayWithinWhatIsTried(t *testing.T) {
	u := Unknown{Uncertain: Uncertain{Prior: Prior{Normal: []float64{0, 1}}}}
	if u.At(1e-9) != u.At(farOut) || u.At(1-1e-9) != u.At(1-farOut) || u.At(0.5) != 0 {
		t.Errorf("%v %v %v", u.At(1e-9), u.At(0.5), u.At(1-1e-9))
	}
	u.Prior = Prior{Sample: []float64{3, 1, 2}}
	for q, want := range map[float64]float64{0.1: 3, 0.5: 1, 0.9: 2, 0.9999999: 2} {
		equal(t, "draw", u.At(q), want)
	}
}
