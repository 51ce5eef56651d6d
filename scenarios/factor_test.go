package scenarios

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const transport = `
[explain]
target = "distressed"
[[factor]]
name = "transport"
about = "no lift to the clinic"
[factor.ideal]
"service.clinic.linkage" = { probability = 0.6, by_days = 7.0 }
"program.help.uptake" = 0.5
"program.help.effect[0].hazard_ratio" = 2.0
"arm.usual.programs" = ["outreach"]
`

func factorKey(key string) string { return `factor.transport.ideal."` + key + `"` }

func TestFactorIsReadAndWritten(t *testing.T) {
	s := mustLoad(t, transport)
	sameAgain(t, s)
	want := []Setting{
		{Key: "arm.usual.programs", Value: []any{"outreach"}, written: factorKey(`arm.usual.programs`)}, {Key: "program.help.effect[0].hazard_ratio", Value: 2.0, written: factorKey(`program.help.effect[0].hazard_ratio`)},
		{Key: "program.help.uptake", Value: 0.5, written: factorKey(`program.help.uptake`)}, {Key: "service.clinic.linkage", Value: map[string]any{"probability": 0.6, "by_days": 7.0}, written: factorKey(`service.clinic.linkage`)},
	}
	if diff := cmp.Diff(want, s.Factors[0].Settings(), cmp.AllowUnexported(Setting{})); diff != "" {
		t.Error(diff)
	}
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	const written = `
[explain]
target = "distressed"

[[factor]]
name = "transport"
about = "no lift to the clinic"

[factor.ideal]
"arm.usual.programs" = ["outreach"]
"program.help.effect[0].hazard_ratio" = 2.0
"program.help.uptake" = 0.5
"service.clinic.linkage" = { by_days = 7.0, probability = 0.6 }
`
	if !strings.HasSuffix(string(text), written) {
		t.Errorf("got\n%s\nwant at its end\n%s", text, written)
	}
}

func TestTheWorldOfAFactor(t *testing.T) {
	s := mustLoad(t, transport)
	world, err := s.With(s.Factors[0].Settings()...)
	if err != nil {
		t.Fatal(err)
	}
	same := mustLoad(t, transport[:strings.Index(transport, "[[factor")], `arm.usual.programs=["outreach"]`, "program.help.effect[0].hazard_ratio=2",
		"program.help.uptake=0.5", "service.clinic.linkage={ probability = 0.6, by_days = 7 }")
	equal(t, "world", world.Hash(), same.Hash())
	equal(t, "preset", world.Programs["outreach"].Preset, "outreach")
	equal(t, "the real world", s.Programs["help"].Uptake, 1)
	p := world.Problem("program.help.uptake", "0.5", "more")
	equal(t, "place", p.Error(), `over.toml:10: factor.transport.ideal."program.help.uptake": got 0.5, want more`)
}

func TestFactorsMergeByName(t *testing.T) {
	files := fstest.MapFS{
		"small.toml": {Data: []byte(small)},
		"base.toml":  {Data: []byte("extends = \"small.toml\"\n" + transport + "[[factor]]\nname = \"cold\"\n[factor.ideal]\n\"trial.sites\" = 2")},
		"over.toml": {Data: []byte(`extends = "base.toml"
[[factor]]
name = "transport"
[factor.ideal]
"service.clinic.linkage" = { per_day = 0.1 }
"program.help.staff" = "unlimited"
[[factor]]
name = "cold"
remove = true
[[factor]]
name = "heat"
[factor.ideal]
"trial.sites" = 3`)},
	}
	s, err := Load(files, "over.toml", []string{`factor.transport.ideal."program.help.uptake"=0.6`, "factor.heat.after=mix"})
	if err != nil {
		t.Fatal(err)
	}
	want := []Factor{
		{Name: "transport", About: "no lift to the clinic", Ideal: Ideal{
			"service.clinic.linkage": map[string]any{"per_day": 0.1}, "program.help.uptake": 0.6, "program.help.staff": "unlimited",
			"program.help.effect[0].hazard_ratio": 2.0, "arm.usual.programs": []any{"outreach"},
		}},
		{Name: "heat", After: "mix", Ideal: Ideal{"trial.sites": int64(3)}},
	}
	if diff := cmp.Diff(want, s.Factors); diff != "" {
		t.Error(diff)
	}
}

func TestFactorOrder(t *testing.T) {
	row := func(name, after string) string {
		return "[[factor]]\nname = \"" + name + "\"\nafter = \"" + after + "\"\nideal = { \"trial.sites\" = 2 }\n"
	}
	s := mustLoad(t, row("late", "c")+row("a", "delivery")+row("b", "delivery")+row("c", "a")+row("end", "selection")+row("begin", "")+
		"[[factor]]\nname = \"second\"\nideal = { \"trial.sites\" = 2 }\n")
	equal(t, "order", strings.Join(s.FactorOrder(), " "), "begin second mix comparator uptake delivery a c late b turnover capacity contamination "+
		"persistence pathway competing attrition measurement selection end")
	sameAgain(t, s)
	s = mustLoad(t, "")
	equal(t, "standard", slices.Equal(s.FactorOrder(), Factors()), true)
	Factors()[0] = "changed"
	equal(t, "a copy", Factors()[0], "mix")
	s.Factors = []Factor{{}, {After: "x"}, {Name: "y", After: "y"}} // not checked
	equal(t, "standard", slices.Equal(s.FactorOrder(), Factors()), true)
}

func TestExplainChangesNothingThatIsSimulated(t *testing.T) {
	equal(t, "hash", mustLoad(t, transport).Hash(), mustLoad(t, "").Hash())
	equal(t, "target", mustLoad(t, transport).Explain.Target, "distressed")
	sameAgain(t, mustLoad(t, transport+"[[subgroup]]\nname = \"housed\"\nwhen = \"housing\"", "explain.target=housed"))
}

func TestAFactorThatSettingsMadeIdealIsLeftOut(t *testing.T) {
	const cold = "[[factor]]\nname = \"cold\"\nideal = { \"trial.sites\" = 2 }"
	_, err := over(t, cold, "trial.sites=2")
	mustFail(t, err, "over.toml:4: factor.cold.ideal: got what the scenario has already", "--set factor.cold.remove=true leaves it out")
	sameAgain(t, mustLoad(t, cold, "trial.sites=2", "factor.cold.remove=true"))
	s, err := mustLoad(t, cold).With(Setting{Key: "trial.sites", Value: 2})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "sites", s.Trial.Sites, 2)
}

func TestIdealsBySet(t *testing.T) {
	const set = `factor=[{ name = "cold", ideal = { "trial.sites" = 0 } }]`
	_, err := over(t, "", set)
	mustFail(t, err, `--set: factor.cold.ideal."trial.sites": got 0`)
	_, err = over(t, "", `factor=[{ name = "cold", ideal = { trial.sites = 2 } }]`)
	mustFail(t, err, `--set: factor.cold.ideal.trial: got a table, want the whole path in quotes`, `write "trial.sites" = 2`)
	_, err = over(t, transport, "factor.transport.ideal.trial.sites=2")
	mustFail(t, err, `--set: factor.transport.ideal.trial.sites: got "trial", want the path of a key in quotes, as in factor.transport.ideal."trial.sites"`)
	_, err = over(t, transport, `factor.transport.ideal."trial.sites"=0`)
	mustFail(t, err, `--set: factor.transport.ideal."trial.sites": got 0`)
}

func TestIdealsOfATroubledScenario(t *testing.T) {
	_, err := over(t, "replicates = 0\n[[factor]]\nname = \"cold\"\nideal = { \"trial.sites\" = 0 }")
	mustFail(t, err, "over.toml:2: replicates: got 0", `over.toml:5: factor.cold.ideal."trial.sites": got 0`)
	equal(t, "problems", len(err.(Problems)), 2)
}

func TestAnIdealMadeInGoThatNoTextCanSay(t *testing.T) {
	s := mustLoad(t, transport)
	s.Factors[0].Ideal["trial.sites"] = make(chan int)
	_, err := s.Encode()
	mustFail(t, err, "a value for another key that TOML cannot say")
}

func TestIdealsThatNestDeep(t *testing.T) {
	deep := strings.Repeat(".a", 25) + "]\nx = " + strings.Repeat("{ a = ", 13) + "1" + strings.Repeat(" }", 13)
	_, err := over(t, "[[factor]]\nname = \"cold\"\nideal = { \"trial.sites\" = 2 }\n[[factor]]\nname = \"deep\"\n[factor.ideal.\"trial.sites\""+deep)
	mustFail(t, err, "over.toml:7: factor.deep.ideal.\"trial.sites\": got a map[string]interface {} of Go, want a value that TOML can say")
}
