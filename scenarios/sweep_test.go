package scenarios

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const designs = `
[size]
power = 0.9
[cost]
per_client = 300
[cost.over]
"trial.clients" = [50, 200]
[sweep]
method = "latin_hypercube"
[sweep.over]
"trial.sites" = [2, 1]
"program.help.uptake" = { from = 0.25, to = 0.75 }
"attrition.missed" = [0.5, 0.0, 0.125]
"trial.clients" = { from = 50, to = 60, log = true }
`

func TestDesignsAreReadAndWrittenInTheirOrder(t *testing.T) {
	s := mustLoad(t, designs)
	sameAgain(t, s)
	want := Over{
		{Key: "trial.sites", Values: []any{int64(2), int64(1)}},
		{Key: "program.help.uptake", Range: &Range{From: 0.25, To: 0.75}},
		{Key: "attrition.missed", Values: []any{0.5, 0.0, 0.125}},
		{Key: "trial.clients", Range: &Range{From: 50, To: 60, Log: true, Whole: true}},
	}
	if diff := cmp.Diff(want, s.Sweep.Over); diff != "" {
		t.Error(diff)
	}
	text, _ := s.Encode()
	const written = `
[cost]
per_client = 300
per_contact_hour = 0
per_manager_month = 0
per_visit = 0
programs = ["help"]

[cost.over]
"trial.clients" = [50, 200]

[sweep]
method = "latin_hypercube"
samples = 40
recalibrate = false

[sweep.over]
"trial.sites" = [2, 1]
"program.help.uptake" = { from = 0.25, to = 0.75 }
"attrition.missed" = [0.5, 0.0, 0.125]
"trial.clients" = { from = 50, log = true, to = 60 }
`
	if !strings.HasSuffix(string(text), written) {
		t.Errorf("got\n%s\nwant at its end\n%s", text, written)
	}
}

func TestDesignsChangeNothingThatIsSimulated(t *testing.T) {
	equal(t, "hash", mustLoad(t, designs).Hash(), mustLoad(t, "").Hash())
}

func TestWhatASizeIsAskedByDefault(t *testing.T) {
	s := mustLoad(t, "")
	if diff := cmp.Diff(Size{Hold: "accrual_rate", Power: Numbers{0.8}, Precision: 0.05, MaxClients: 10_000, MaxReplicates: 20_000}, s.Size); diff != "" {
		t.Error(diff)
	}
	equal(t, "cost", s.Cost, nil)
	equal(t, "sweep", s.Sweep, nil)
	equal(t, "ten times as many", mustLoad(t, "", "trial.clients=2000", "trial.accrual={ over_days = 900 }").Size.MaxClients, 20_000)
	equal(t, "no more than there can be", mustLoad(t, "", "trial.clients=500000", "trial.accrual={ over_days = 900 }").Size.MaxClients, maxClients)
	equal(t, "as written", mustLoad(t, "", "size.max_clients=70").Size.MaxClients, 70)
}

func TestTheTrialPaysForWhatTheControlArmLacks(t *testing.T) {
	const third = "[[arm]]\nname = \"third\"\nprograms = [\"help\", \"outreach\", \"referral\"]\n[[arm]]\nname = \"usual\"\nprograms = [\"outreach\"]\n[cost]\n"
	equal(t, "programs", strings.Join(mustLoad(t, third).Cost.Programs, " "), "help referral")
	equal(t, "as written", len(mustLoad(t, third+"programs = []").Cost.Programs), 0)
	sameAgain(t, mustLoad(t, third+"programs = []"))
}

func TestDesignsReplaceThoseBelow(t *testing.T) {
	files := fstest.MapFS{
		"small.toml": {Data: []byte(small)},
		"base.toml":  {Data: []byte("extends = \"small.toml\"\n" + designs)},
		"over.toml":  {Data: []byte("extends = \"base.toml\"\n[sweep]\nmethod = \"grid\"\nrecalibrate = true\n[sweep.over]\n\"trial.sites\" = [3, 1]")},
	}
	keys := func(sets ...string) string {
		s, err := Load(files, "over.toml", sets)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "recalibrate", s.Sweep.Recalibrate, true)
		sameAgain(t, s)
		var keys []string
		for _, v := range s.Sweep.Over {
			keys = append(keys, v.Key+" "+Show(v.Values))
		}
		return strings.Join(keys, ", ")
	}
	equal(t, "of the file", keys(), "trial.sites [3, 1]")
	equal(t, "one more", keys(`sweep.over."program.help.uptake"=[0.5]`, `sweep.over."attrition.missed"=[0.1]`),
		"trial.sites [3, 1], program.help.uptake [0.5], attrition.missed [0.1]")
	equal(t, "another value", keys(`sweep.over."trial.sites"=[4]`), "trial.sites [4]")
	s := mustLoad(t, "", `sweep.over."trial.sites"=[1, 2]`, `sweep.over."trial.clients"=[50]`)
	equal(t, "from nothing", len(s.Sweep.Over), 2)
	equal(t, "all new", keys(`sweep.over={ "trial.clients" = [50] }`), "trial.clients [50]")
}

func TestDesignsBySetting(t *testing.T) {
	s := mustLoad(t, designs)
	over := Over{{Key: "trial.sites", Values: []any{3, 2}}, {Key: "attrition.missed", Range: &Range{From: 0.1, To: 0.2, Log: true}},
		{Key: "program.help.staff", Range: &Range{From: 1, To: 9, Whole: true}}}
	other, err := s.With(Setting{Key: "sweep.over", Value: over})
	if err != nil {
		t.Fatal(err)
	}
	over[0].Values = []any{int64(3), int64(2)}
	if diff := cmp.Diff(over, other.Sweep.Over); diff != "" {
		t.Error(diff)
	}
	sameAgain(t, other)
	_, err = s.With(Setting{Key: "sweep.over", Value: Over{{Key: "trial.sites", Values: []any{3, 0}}}})
	mustFail(t, err, `--set: sweep.over."trial.sites"[1]: got 0, want 1 to 255`)
	_, err = overDesigns(t, `cost.over.trial.clients=[2]`)
	mustFail(t, err, `--set: cost.over.trial.clients: got "trial", want the path of a key in quotes, as in cost.over."trial.sites"`)
	_, err = s.With(Setting{Key: "sweep.over", Value: Over{{Key: "trial.sites", Values: []any{make(chan int)}}}})
	mustFail(t, err, "want a value that TOML can say")
}

func overDesigns(t *testing.T, set string) (*Scenario, error) { return over(t, designs, set) }

func TestADesignThatCannotBeIsReportedWhereItsValueIs(t *testing.T) {
	s := mustLoad(t, designs)
	_, err := s.With(s.Cost.Setting(0, 0), Setting{Key: "trial.sites", Value: 60})
	mustFail(t, err, "--set: trial.sites: got 60, want 1 to 255, and no more than clients")
	s = mustLoad(t, "[sweep.over]\n\"trial.clients\" = [300, 60]\n\"trial.sites\" = [1, 70]")
	world, err := s.With(s.Sweep.Setting(0, 0), s.Sweep.Setting(1, 1))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "sites", world.Trial.Sites, 70)
	_, err = s.With(s.Sweep.Setting(0, 1), s.Sweep.Setting(1, 1))
	mustFail(t, err, `over.toml:4: sweep.over."trial.sites"[1]: got 70, want 1 to 255, and no more than clients`)
}

func TestARangeGivesEachWholeNumberTheSamePart(t *testing.T) {
	r := Range{From: 2, To: 6, Whole: true}
	count := map[any]int{}
	for i := range 1000 {
		count[r.At((float64(i)+0.5)/1000)]++
	}
	for n := int64(2); n <= 6; n++ {
		equal(t, "of 1,000", count[n], 200)
	}
	equal(t, "numbers", len(count), 5)
}

func TestARangeKeepsItsEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(1e-6, 1e6).Draw(t, "from")
		r := Range{From: from, To: from * rapid.Float64Range(1.001, 1e6).Draw(t, "times"), Log: rapid.Bool().Draw(t, "log")}
		if rapid.Bool().Draw(t, "whole") {
			r.Whole, r.From, r.To = true, math.Ceil(r.From), math.Ceil(r.To)+1
		}
		number := func(x any) float64 {
			if i, ok := x.(int64); ok {
				return float64(i)
			}
			return x.(float64)
		}
		low, high := number(r.At(0)), number(r.At(1))
		if low != r.From || math.Abs(high/r.To-1) > 1e-12 || high > r.To {
			t.Fatalf("%+v goes from %v to %v", r, low, high)
		}
		if middle := number(r.At(0.5)); middle < low || middle > high {
			t.Fatalf("%v is the middle of %v and %v", middle, low, high)
		}
	})
	r := Range{From: 1, To: 100, Log: true}
	if middle := r.At(0.5).(float64); math.Abs(middle-10) > 1e-12 {
		t.Errorf("the middle of a logarithmic range from 1 to 100 is %v", middle)
	}
}

// drawDesigns draws what is asked beside.
func drawDesigns(t *rapid.T) string {
	var b strings.Builder
	if rapid.Bool().Draw(t, "size") {
		b.WriteString("[size]\nscale = [\"slots\"]\npower = " + number(t, 0.1, 0.99, "power") + "\n")
	}
	if rapid.Bool().Draw(t, "cost") {
		b.WriteString("[cost]\nper_visit = " + number(t, 0, 99, "price") + "\n[cost.over]\n\"program.extra.uptake\" = [0.25, " +
			number(t, 0.3, 1, "uptake") + "]\n")
	}
	if rapid.Bool().Draw(t, "sweep") {
		b.WriteString("[sweep]\nmethod = \"latin_hypercube\"\n[sweep.over]\n\"use.using\" = { from = 0.125, to = " + number(t, 0.2, 1, "to") +
			", log = true }\n\"use.quit\" = [" + drawQuantity(t) + "]\n\"trait.score.sd\" = [" + number(t, 0.1, 5, "sd") + ", 7]\n")
	}
	return b.String()
}

func TestTheValueAtAKey(t *testing.T) {
	s := mustLoad(t, transport, "subgroup_share.distressed=0.25")
	for key, want := range map[string]string{
		"trial.clients": "100", "arm.usual.ratio": "1", "arm[0].programs[0]": `"help"`, "service.clinic.leaving.distress": "2",
		"program.help.effect[0].hazard_ratio": Show(s.Programs["help"].Effects[0].HazardRatio), "subgroup_share.distressed": "0.25",
		"trial.follow_up_days": "[90, 365]", "correlation.distress~housing.rho": "0.3",
	} {
		equal(t, key, strings.TrimSuffix(Show(s.Value(key)), ".0"), strings.TrimSuffix(want, ".0"))
	}
	for _, key := range []string{"trial.client", "arm.usual.ratio.x", "arm[9].ratio", "arm[x].ratio", "arm[0", "program.help.manual.effect"} {
		equal(t, key, s.Value(key), nil)
	}
}

func TestKeysToVaryByFlag(t *testing.T) {
	for text, want := range map[string]string{
		"trial.clients=10,20":                      "trial.clients [10, 20]",
		" a = 1.0 , 2 ":                            "a [1.0, 2]",
		"arm.usual.programs=[\"a\"],[]":            `arm.usual.programs [["a"], []]`,
		"outcome.x.method=welch, student":          `outcome.x.method ["welch", "student"]`,
		`a="b,c",d`:                                "",
		"a=7":                                      "a [7]",
		"a={ from = 1, to = 2.5, log = true }":     "a { from = 1.0, log = true, to = 2.5 }",
		"trial.clients={from=1,to=3}":              "trial.clients { from = 1, to = 3 }",
		`a={ method = "x" },{ method = "y" }`:      `a [{ method = "x" }, { method = "y" }]`,
		`program."odd name".uptake=unlimited,true`: `program."odd name".uptake ["unlimited", true]`,
		"a={ from = 1 }":                           "", "a=": "", "a": "", "=1": "", "a={": "", "a=[1": "", "a={ from = 1, to = 2, too = 3 }": "",
	} {
		v, err := ParseVaried(text)
		got := v.Key + " " + v.Text()
		if err != nil {
			got = ""
			mustFail(t, err, "--over: ")
		}
		equal(t, text, got, want)
	}
}
