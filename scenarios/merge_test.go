package scenarios

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// small is a whole scenario in few lines, for tests to lay others over.
const small = `
title = "Small"
source = "None"
[trial]
clients = 100
accrual = { per_month = 10 }
follow_up_days = [90, 365]
[[arm]]
name = "helped"
programs = ["help"]
[[arm]]
name = "usual"
control = true
[[trait]]
name = "distress"
prevalence = 0.4
source = "A survey"
[[trait]]
name = "housing"
prevalence = 0.5
[[correlation]]
traits = ["distress", "housing"]
rho = 0.3
[[subgroup]]
name = "distressed"
when = "distress"
[service.clinic]
linkage = { probability = 0.3, by_days = 30 }
stay = { median_days = 200, shape = 1.3 }
leaving = { distress = 2, housing = 1.5 }
[program.help]
staff = 3
contacts = { every_days = 7 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 1.7
lasts_days = 30
[[program.help.effect]]
on = "leaving.clinic"
hazard_ratio = 0.8
lasts_days = 30
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
[[outcome]]
name = "days"
variable = "days_in_su"
`

// over loads a file that extends small.
func over(t *testing.T, text string, sets ...string) (*Scenario, error) {
	t.Helper()
	files := fstest.MapFS{
		"small.toml": {Data: []byte(small)},
		"over.toml":  {Data: []byte("extends = \"small.toml\"\n" + text)},
	}
	return Load(files, "over.toml", sets)
}

func mustLoad(t *testing.T, text string, sets ...string) *Scenario {
	t.Helper()
	s, err := over(t, text, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustFail(t *testing.T, err error, want ...string) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want Problems", err)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got\n%v\nwant a message with %q", err, w)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestTablesMergeKeyByKey(t *testing.T) {
	s := mustLoad(t, "[trial]\nclients = 200\n[program.help]\nuptake = 0.5")
	equal(t, "clients", s.Trial.Clients, 200)
	equal(t, "accrual", s.Trial.Accrual.PerMonth, 10)
	equal(t, "uptake", s.Programs["help"].Uptake, 0.5)
	equal(t, "staff", s.Programs["help"].Staff.N, 3)
}

func TestMapsOfNumbersMergeKeyByKey(t *testing.T) {
	s := mustLoad(t, "[service.clinic.leaving]\ndistress = 3")
	equal(t, "distress", s.Services["clinic"].Leaving["distress"], 3)
	equal(t, "housing", s.Services["clinic"].Leaving["housing"], 1.5)
}

func TestQuantitiesReplaceWhole(t *testing.T) {
	s := mustLoad(t, `
[trial]
accrual = { over_days = 100 }
randomization = { method = "simple" }
[service.clinic]
stay = { median_days = 100 }
linkage = { per_day = 0.01 }
[program.help]
contacts = { per_month = 2 }`)
	equal(t, "per_month", s.Trial.Accrual.PerMonth, 0)
	equal(t, "shape", s.Services["clinic"].Stay.Shape, 1) // the default, not 1.3 from below
	equal(t, "probability", s.Services["clinic"].Linkage.Probability, 0)
	equal(t, "every_days", s.Programs["help"].Contacts.EveryDays, 0)
	equal(t, "sizes", len(s.Trial.Randomization.Sizes), 0)
}

func TestQuantitiesReplaceWholeAlsoUnderAHeader(t *testing.T) {
	s := mustLoad(t, "[service.clinic.stay]\nmedian_days = 100")
	equal(t, "shape", s.Services["clinic"].Stay.Shape, 1)
}

func TestNamelessListsReplaceWhole(t *testing.T) {
	s := mustLoad(t, `
[trial]
follow_up_days = [365]
[[program.help.effect]]
on = "linkage"
probability = 0.1
[[outcome]]
name = "linked"
at_days = 365`)
	equal(t, "visits", len(s.Trial.FollowUpDays), 1)
	equal(t, "effects", len(s.Programs["help"].Effects), 1)
	equal(t, "hazard ratio", s.Programs["help"].Effects[0].HazardRatio, 0)
}

func TestNamedListsMergeByName(t *testing.T) {
	s := mustLoad(t, `
[[arm]]
name = "usual"
ratio = 2
[[arm]]
name = "third"
[[trait]]
name = "housing"
prevalence = 0.1
[[subgroup]]
name = "distressed"
when = "distress and housing"
[[outcome]]
name = "days"
at_days = 90
[[outcome]]
name = "linked_late"
variable = "linked_su"`)
	equal(t, "arms", strings.Join(s.armNames(), " "), "helped usual third")
	equal(t, "ratio", s.Arms[1].Ratio, 2)
	equal(t, "control", s.Arms[1].Control, true)
	equal(t, "prevalence", s.Traits[1].Prevalence, 0.1)
	equal(t, "when", s.Subgroups[0].When, "distress and housing")
	equal(t, "outcomes", len(s.Outcomes), 3)
	equal(t, "at_days", s.Outcomes[1].AtDays, 90)
	equal(t, "variable", s.Outcomes[1].Variable, "days_in_su")
}

func TestCorrelationsMergeByPairInEitherOrder(t *testing.T) {
	s := mustLoad(t, "[[correlation]]\ntraits = [\"housing\", \"distress\"]\nrho = 0.1")
	equal(t, "correlations", len(s.Correlations), 1)
	equal(t, "rho", s.Correlations[0].Rho, 0.1)
}

func TestRemoveDeletes(t *testing.T) {
	s := mustLoad(t, `
[[outcome]]
name = "days"
remove = true
[[correlation]]
traits = ["housing", "distress"]
remove = true
[[arm]]
name = "helped"
remove = false
[[arm]]
name = "third"
programs = ["strengths_based"]`)
	equal(t, "outcomes", len(s.Outcomes), 1)
	equal(t, "correlations", len(s.Correlations), 0)
	equal(t, "arms", len(s.Arms), 3)
	s = mustLoad(t, "[program.other]", "correlation.distress~housing.remove=true", "program.other.remove=true", "outcome.days.remove=true")
	equal(t, "outcomes", len(s.Outcomes), 1)
	equal(t, "correlations", len(s.Correlations), 0)
	equal(t, "programs", len(s.Programs), 1)
	s = mustLoad(t, "[program.help]\nremove = true\n[[arm]]\nname = \"helped\"\nprograms = []")
	equal(t, "programs", len(s.Programs), 0)
}

func TestPrecedenceOfTheFourLayers(t *testing.T) {
	files := fstest.MapFS{
		"base.toml": {Data: []byte(small + "[program.strengths_based]\nuptake = 0.5\nduration_days = 100\nminutes_per_contact = 20\n")},
		"file.toml": {Data: []byte("extends = \"base.toml\"\n[program.strengths_based]\nduration_days = 50\nminutes_per_contact = 10")},
	}
	s, err := Load(files, "file.toml", []string{"program.strengths_based.minutes_per_contact=5"})
	if err != nil {
		t.Fatal(err)
	}
	p := s.Programs["strengths_based"]
	equal(t, "preset", p.Contacts.EveryDays, 7)
	equal(t, "base over preset", p.Uptake, 0.5)
	equal(t, "file over base", p.DurationDays, 50)
	equal(t, "--set over file", p.MinutesPerContact, 5)
}

func TestPresetByKey(t *testing.T) {
	s := mustLoad(t, "[program.mine]\npreset = \"strengths_based\"\nuptake = 0.2")
	equal(t, "preset", s.Programs["mine"].Preset, "strengths_based")
	equal(t, "uptake", s.Programs["mine"].Uptake, 0.2)
	equal(t, "effects", len(s.Programs["mine"].Effects), 1)
	s = mustLoad(t, "[service.clinic]\npreset = \"opioid_agonist\"")
	equal(t, "shape of small", s.Services["clinic"].Stay.Shape, 1.3)
	equal(t, "rate of the preset", s.Services["clinic"].WhileIn.Quit.PerMonth, 1.5)
}

func TestPresetByName(t *testing.T) {
	s := mustLoad(t, "[program.strengths_based]\nuptake = 0.2")
	equal(t, "preset", s.Programs["strengths_based"].Preset, "strengths_based")
	equal(t, "uptake", s.Programs["strengths_based"].Uptake, 0.2)
}

func TestPresetByArmAlone(t *testing.T) {
	s := mustLoad(t, "[[arm]]\nname = \"usual\"\nprograms = [\"referral\"]")
	equal(t, "preset", s.Programs["referral"].Preset, "referral")
	s = mustLoad(t, "", `arm.usual.programs=["referral"]`)
	equal(t, "preset", s.Programs["referral"].Preset, "referral")
}

func TestPresetRefused(t *testing.T) {
	s := mustLoad(t, "[program.strengths_based]\npreset = \"\"")
	equal(t, "preset", s.Programs["strengths_based"].Preset, "")
	equal(t, "effects", len(s.Programs["strengths_based"].Effects), 0)
}

func TestPresetChosenBySet(t *testing.T) {
	s := mustLoad(t, "[program.mine]\nuptake = 0.2", "program.mine.preset=referral")
	equal(t, "minutes", s.Programs["mine"].MinutesPerContact, 30)
	equal(t, "uptake", s.Programs["mine"].Uptake, 0.2)
}

func TestTwoProgramsOfOnePresetAreApart(t *testing.T) {
	s := mustLoad(t, "[program.a]\npreset = \"generalist\"\n[program.b]\npreset = \"generalist\"",
		"program.a.effect[1].hazard_ratio=3")
	equal(t, "a", s.Programs["a"].Effects[1].HazardRatio, 3)
	equal(t, "b", s.Programs["b"].Effects[1].HazardRatio, 0.7)
}

func TestASourceGoesWithItsNumber(t *testing.T) {
	s := mustLoad(t, "[program.strengths_based]\nuptake = 0.2\n[[trait]]\nname = \"distress\"\nprevalence = 0.1", "program.strengths_based.duration_days=9")
	sources := s.Programs["strengths_based"].Sources
	equal(t, "uptake", sources["uptake"], ThisScenario)
	equal(t, "duration_days", sources["duration_days"], ThisScenario)
	equal(t, "contacts kept", sources["contacts"] != "", true)
	equal(t, "trait", s.Traits[0].Source, "")
	s = mustLoad(t, "[program.strengths_based]\nuptake = 0.2\nsources = { uptake = \"Mine\" }")
	equal(t, "uptake", s.Programs["strengths_based"].Sources["uptake"], "Mine")
}

func TestExtendsReachesThroughFilesAndFolders(t *testing.T) {
	files := fstest.MapFS{
		"a/b/top.toml":    {Data: []byte("extends = \"../middle.toml\"\nreplicates = 7")},
		"a/middle.toml":   {Data: []byte("extends = \"c/bottom.toml\"\ntitle = \"Middle\"")},
		"a/c/bottom.toml": {Data: []byte(small)},
	}
	s, err := Load(files, "a/b/top.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "replicates", s.Replicates, 7)
	equal(t, "title", s.Title, "Middle")
	equal(t, "clients", s.Trial.Clients, 100)
}

func TestDefaults(t *testing.T) {
	s := mustLoad(t, "")
	equal(t, "replicates", s.Replicates, 2000)
	equal(t, "seed", s.Seed, 1)
	equal(t, "pattern", s.Trial.Accrual.Pattern, "poisson")
	equal(t, "sites", s.Trial.Sites, 1)
	equal(t, "sizes", slices.Equal(s.Trial.Randomization.Sizes, []int{4, 6}), true)
	equal(t, "slots", s.Services["clinic"].Slots.Finite(), false)
	equal(t, "under", s.Services["clinic"].Linkage.Under, "usual")
	equal(t, "among", s.Services["clinic"].Stay.Among, "entered")
	equal(t, "shape", s.Services["clinic"].Linkage.Shape, 1)
	equal(t, "duration", s.Programs["help"].DurationDays, 365)
	equal(t, "quit", s.Use.Quit.Never, true)
	equal(t, "ends", s.Attrition.Ends, "study")
	equal(t, "method", s.Outcomes[0].Methods[0], "risk_difference")
	equal(t, "method", s.Outcomes[1].Methods[0], "welch")
	equal(t, "at_days", s.Outcomes[1].AtDays, 365)
	equal(t, "primary", s.Primary(), 0)
	s = mustLoad(t, "[[arm]]\nname = \"usual\"\nratio = 2")
	equal(t, "sizes", slices.Equal(s.Trial.Randomization.Sizes, []int{6, 9}), true)
}

// One line drops all that the other scenario has in a list: outcomes, with those of a file
// alone left.
func TestDropLeavesAFilesOwn(t *testing.T) {
	const own = "[[outcome]]\nname = \"mine\"\nvariable = \"days_in_su\"\n"
	equal(t, "outcomes with those inherited", len(mustLoad(t, own).Outcomes) > 1, true)
	s := mustLoad(t, "drop = [\"outcome\"]\n"+own)
	equal(t, "outcomes", len(s.Outcomes), 1)
	equal(t, "outcome", s.Outcomes[0].Name, "mine")
	sameAgain(t, s)
	sameAgain(t, mustLoad(t, "drop = []"))
}
