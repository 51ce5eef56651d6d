package scenarios

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios/layer"
)

func everything(t *testing.T, sets ...string) *Scenario {
	t.Helper()
	s, err := Load(os.DirFS("testdata"), "everything.toml", sets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEverythingIsReadAndWritten(t *testing.T) {
	s := everything(t)
	sameAgain(t, s)
	equal(t, "eligible", s.Trial.EligibleExpr.Eval([]float64{1, 40, 100}), true)
	equal(t, "loss of jobs", s.Employment.Lose.Never, true)
	equal(t, "under", s.Death.Rate.Under+s.Housing.Lose.Under+s.Jail.Stay.Under, "usualusual")
	equal(t, "begin using", *s.Programs["released"].Start.Using, 0)
	if !suite.IsLong() {
		return // what it is randomized by is checked elsewhere, too
	}
	sameAgain(t, everything(t, `trial.randomization={ method = "cluster", by = "site" }`))
	s = everything(t, `trial.randomization={ method = "minimization", strata = ["site"] }`)
	equal(t, "probability", s.Trial.Randomization.Probability, 0.8)
	sameAgain(t, s)
	sameAgain(t, everything(t, `trial.randomization={ method = "cluster", by = "manager" }`))
}

// TestEverythingHasEveryKey keeps the scenario of that name whole: a key that is
// not in it is not known to survive.
func TestEverythingHasEveryKey(t *testing.T) {
	text, err := os.ReadFile("testdata/everything.toml")
	if err != nil {
		t.Fatal(err)
	}
	tree, problems := layer.Parse("everything.toml", text)
	if problems != nil {
		t.Fatal(problems)
	}
	used := map[string]bool{}
	var walk func(*layer.Node)
	walk = func(n *layer.Node) {
		for key, child := range n.Keys {
			used[key] = true
			walk(child)
		}
		for _, item := range n.Items {
			walk(item)
		}
	}
	walk(tree)
	// These are in scenarios that are built in, or in tests of their own.
	elsewhere := []string{"over_days", "size_cv", "cluster_size", "preset", "by", "sizes", "per_day", "levels", "shares", "uptake", "first_contact", "day",
		"duration_days", "caseload", "at_days", "method", "set", "alpha", "among",
		"factors", "common_programs", "interactions", "keep_above",
		"steps", "step_days", "baseline_days", "period_days", "periods", "transition_days", "at_change", "period_correlation", "period_effects", "new_at_change"}
	var find func(reflect.Type)
	find = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Map || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		for _, key := range layer.FieldKeys(typ) {
			if !used[key] && !slices.Contains(elsewhere, key) {
				t.Errorf("%s of a %s is not there", key, typ.Name())
			}
			find(layering.FieldType(typ, key))
		}
	}
	find(reflect.TypeFor[Scenario]())
}

func TestJailNeedsAWayIn(t *testing.T) {
	const stay = "[jail]\nstay = { median_days = 30 }\n"
	mustLoad(t, stay+"jailed = 0.1")
	mustLoad(t, stay+"[arrest]\nrate = { per_year = 1 }")
	mustLoad(t, stay+"[[program.help.effect]]\non = \"jail\"\nprobability = 0.1\ndirect = true")
	_, err := over(t, stay)
	mustFail(t, err, "a jail that nobody goes to")
}

func TestManagersAreAllocatedWhereEveryArmHasThem(t *testing.T) {
	const managers = "[trial]\nrandomization = { method = \"cluster\", by = \"manager\" }\n[[arm]]\nname = \"usual\"\nprograms = [\"care\"]\n[program.care]\n"
	sameAgain(t, mustLoad(t, managers+"staff = 4"))
	for _, without := range []string{"", "staff = 4\ncaseload = 20", "staff = 4\nteam = true"} {
		_, err := over(t, managers+without)
		mustFail(t, err, "none to allocate in arm usual")
	}
}

// preset stands for a preset's file, which is known by how its label ends.
func preset(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse("any (preset)", []byte(small+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const actsOnMuch = `
[service.ward]
linkage = { never = true }
stay = { median_days = 60 }
acts_on = { arrest = 0.5, quit = 2, gain_housing = 3, linkage_other = 2 }
[program.much]
staff = 3
[[program.much.effect]]
on = "arrest"
hazard_ratio = 0.5
lasts_days = 1
direct = true
[[program.much.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 2
[[program.much.effect]]
on = "jail"
probability = 0.1
direct = true
[[program.much.effect]]
on = "satisfaction"
points = 3
lasts_days = 4
[[program.much.effect]]
on = "leaving"
reaches = { probability = 0.5, by_days = 5 }
lasts_days = 5
`

func TestAPresetDoesNothingToWhatIsNotThere(t *testing.T) {
	s := preset(t, actsOnMuch)
	var on []string
	for _, e := range s.Programs["much"].Effects {
		on = append(on, e.On)
	}
	equal(t, "effects", strings.Join(on, " "), "linkage leaving")
	equal(t, "ward acts on", strings.Join(sortedKeys(s.Services["ward"].ActsOn), " "), "quit")
	sameAgain(t, s)
	first, last := s.Problem("program.much.effect[0].on", "", ""), s.Problem("program.much.effect[1].reaches.by_days", "", "")
	equal(t, "lines between the two", last.Line-first.Line, 13)
	equal(t, "a place that is left", s.origin.has("program.much.effect[2].on"), false)

	s = preset(t, actsOnMuch+"[arrest]\nrate = { per_year = 1 }\n[satisfaction]\nmean = 1\n")
	equal(t, "effects", len(s.Programs["much"].Effects), 4)
	equal(t, "ward acts on arrests", s.Services["ward"].ActsOn["arrest"], 0.5)
	sameAgain(t, s)
}

func TestWhatAScenarioDoesItselfMustBeThere(t *testing.T) {
	_, err := over(t, actsOnMuch)
	mustFail(t, err, "program.much.effect[0].on: got \"arrest\"", "there is no [arrest] in the scenario",
		"program.much.effect[2].on", "program.much.effect[3].on", "service.ward.acts_on.gain_housing")
	_, err = Parse("any (preset)", []byte(small+"[[program.help.effect]]\non = \"linkage.klinic\"\nhazard_ratio = 2\nlasts_days = 3"))
	mustFail(t, err, `did you mean "linkage.clinic"?`)
}

func TestAPresetWithLittleLeftStaysSo(t *testing.T) {
	const ancillary = "[service.clinic]\nkind = \"housing\"\n[program.help]\neffect = []\n[[outcome]]\nname = \"linked\"\nvariable = \"linked_other\"\n" +
		"[[outcome]]\nname = \"days\"\nvariable = \"days_in_other\"\n[[arm]]\nname = \"helped\"\nprograms = [\"strengths_based\"]\n"
	s := mustLoad(t, ancillary)
	for _, e := range s.Programs["strengths_based"].Effects {
		equal(t, e.On, strings.HasSuffix(e.On, "_other"), true)
	}
	sameAgain(t, s)
}

func TestAProgramBringsTheServiceItStartsIn(t *testing.T) {
	const starts = "[program.help]\nstart = { in = \"opioid_agonist\" }\n"
	_, err := over(t, starts)
	mustFail(t, err, "over.toml:3: service.opioid_agonist.linkage: got none of them")
	const never = "service.opioid_agonist.linkage={ never = true }"
	s := mustLoad(t, starts, never)
	equal(t, "preset", s.Services["opioid_agonist"].Preset, "opioid_agonist")
	equal(t, "rate", s.Services["opioid_agonist"].WhileIn.Quit.PerMonth, 1.5)
	sameAgain(t, s)
	// A setting decides.
	s = mustLoad(t, starts, "program.help.start.in=clinic")
	equal(t, "services", len(s.Services), 1)
	s = mustLoad(t, "", "program.help.start={ in = \"opioid_agonist\" }", never)
	equal(t, "services", len(s.Services), 2)
	// A block of the name is the service, whatever the preset says.
	s = mustLoad(t, starts+"[service.opioid_agonist]\npreset = \"\"\nlinkage = { per_day = 0.1 }\nstay = { per_day = 0.1 }")
	equal(t, "acts on", len(s.Services["opioid_agonist"].ActsOn), 0)
}

func TestConfidenceGoesWithItsNumber(t *testing.T) {
	s := mustLoad(t, "[service.clinic]\nconfidences = { stay = \"high\", slots = \"low\" }", "service.clinic.stay={ per_day = 0.1 }")
	equal(t, "stay", s.Services["clinic"].Confidences["stay"], "")
	equal(t, "slots", s.Services["clinic"].Confidences["slots"], "low")
}

func TestEverythingUnderAPresetRoundTrips(t *testing.T) {
	s := mustLoad(t, `
[service.opioid_agonist]
linkage = { per_day = 0.1 }
slots = 3
priority = ""
occupied = 0
planned_days = 0
background = { per_month = 0 }
[program.strengths_based]
team = false`)
	sameAgain(t, s)
}
