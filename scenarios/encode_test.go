package scenarios

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/internal/suite"
	"caseload/scenarios/layer"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var _ = suite.FewerChecks(15)

// fataler is what testing.T and rapid.T have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// sameAgain checks that a scenario's text gives the scenario again.
func sameAgain(t fataler, s *Scenario) {
	t.Helper()
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("resolved.toml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	opts := cmp.Options{cmpopts.IgnoreUnexported(Scenario{}), cmp.AllowUnexported(Expr{}, exprNode{}), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(s, again, opts); diff != "" {
		t.Fatalf("the text gives another scenario:\n%s\n%s", diff, text)
	}
	second, err := again.Encode()
	if err != nil || string(second) != string(text) {
		t.Fatalf("the text changes when encoded again: %v\n%s", err, cmp.Diff(string(text), string(second)))
	}
	if s.Hash() != again.Hash() {
		t.Fatal("the hash changes")
	}
}

func TestRoundTripOfBuiltins(t *testing.T) {
	for _, e := range List() {
		if e.Name == "base" {
			continue // no trial by itself
		}
		s, err := Builtin(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		sameAgain(t, s)
	}
}

func TestRoundTripOfWhatIsEmptyOverAPreset(t *testing.T) {
	s := mustLoad(t, "[program.strengths_based]\neffect = []\nsource = \"\"\nconfidence = \"\"\ncontacts = {}")
	equal(t, "effects", len(s.Programs["strengths_based"].Effects), 0)
	sameAgain(t, s)
	sameAgain(t, mustLoad(t, "[program.referral]\npreset = \"\"\n[program.mine]\npreset = \"referral\""))
}

func TestRoundTripOfTraitsAtZero(t *testing.T) {
	s := mustLoad(t, `
[[trait]]
name = "standard"
mean = 0
sd = 1
[[trait]]
name = "nobody"
prevalence = 0
[[trait]]
name = "income"
median = 1
log_sd = 1
[[trait]]
name = "substance"
levels = ["a b", "\u00e9\n"]
shares = [0, 1]
[[subgroup]]
name = "b"
when = 'substance == "a b" and standard > -1e-3'`)
	equal(t, "kind", s.Traits[2].Kind, Normal)
	equal(t, "kind", s.Traits[3].Kind, Bernoulli)
	sameAgain(t, s)
}

func TestRoundTripOfVariations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]string{"small.toml", "bench-p2", "needle-exchange"}).Draw(t, "base")
		files := fstest.MapFS{"small.toml": {Data: []byte(small)}, "top.toml": {Data: []byte(drawScenario(t, base))}}
		s, err := Load(files, "top.toml", drawSets(t))
		if err != nil {
			t.Fatal(err)
		}
		sameAgain(t, s)
	})
}

// number draws a positive number as TOML, of any number of digits.
func number(t *rapid.T, low, high float64, label string) string {
	return strconv.FormatFloat(rapid.Float64Range(low, high).Draw(t, label), 'g', -1, 64)
}

// words draws any text that can be printed.
func words(t *rapid.T, label string) string {
	return rapid.String().Filter(func(text string) bool { return !unprintable(text) }).Draw(t, label)
}

func drawQuantity(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		"{ per_day = " + number(t, 1e-6, 1, "rate") + " }",
		"{ per_year = " + number(t, 1e-6, 1, "rate") + " }",
		"{ probability = " + number(t, 0.01, 0.99, "p") + ", by_days = " + number(t, 1, 1000, "days") + " }",
		"{ median_days = " + number(t, 1, 1000, "days") + ", shape = " + number(t, 0.2, 5, "shape") + " }",
		"{ points = [{ probability = 0.1, by_days = 7 }, { probability = " + number(t, 0.2, 0.9, "p") + ", by_days = 8 }] }",
		"{ never = true }",
	}).Draw(t, "quantity")
}

func drawScenario(t *rapid.T, base string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "extends = %q\nteaches = %s\n", base, layer.Quote(words(t, "teaches")))
	fmt.Fprintf(&b, "[use]\nquit = %s\nrelapse = %s\n", drawQuantity(t), drawQuantity(t))
	if rapid.Bool().Draw(t, "loss") {
		fmt.Fprintf(&b, "[attrition]\nmissed = %s\nloss = %s\n", number(t, 0, 1, "missed"), drawQuantity(t))
	}
	fmt.Fprintf(&b, "[[trait]]\nname = \"score\"\nmean = %s\nsd = %s\n", number(t, -5, 5, "mean"), number(t, 0.1, 5, "sd"))
	fmt.Fprintf(&b, "[[subgroup]]\nname = \"low\"\nwhen = \"score < %s\"\n", number(t, -5, 5, "cut"))
	if rapid.Bool().Draw(t, "share") {
		fmt.Fprintf(&b, "[subgroup_share]\nlow = %s\n", number(t, 0.1, 0.9, "share"))
	}
	fmt.Fprintf(&b, "[program.extra]\npreset = %q\nuptake = %s\nstaff = %s\n",
		rapid.SampledFrom([]string{"", "referral", "strengths_based"}).Draw(t, "preset"), number(t, 0, 1, "uptake"),
		rapid.SampledFrom([]string{"1", "7", `"unlimited"`}).Draw(t, "staff"))
	if rapid.Bool().Draw(t, "effect") {
		fmt.Fprintf(&b, "[[program.extra.effect]]\non = \"linkage\"\nlasts_days = 9\nin = \"low\"\nhazard_ratio = %s\n", number(t, 0.1, 9, "hr"))
	}
	drawRecovery(t, &b)
	fmt.Fprintf(&b, "[[outcome]]\nname = \"extra\"\nvariable = \"days_in_su\"\nmethod = %s\nsubgroups = [\"low\"]\n",
		rapid.SampledFrom([]string{`"welch"`, `["student"]`, `["welch", "hedges_g"]`}).Draw(t, "method"))
	drawFactor(t, &b)
	return b.String() + drawDesigns(t)
}

// drawFactor draws an obstacle, and what is asked about it.
func drawFactor(t *rapid.T, b *strings.Builder) {
	if rapid.Bool().Draw(t, "target") {
		b.WriteString("[explain]\ntarget = \"low\"\n")
	}
	if !rapid.Bool().Draw(t, "factor") {
		return
	}
	fmt.Fprintf(b, "[[factor]]\nname = \"cold\"\nabout = %s\nafter = %q\n[factor.ideal]\n\"program.extra.duration_days\" = %s\n\"use.quit\" = %s\n",
		layer.Quote(words(t, "about")), rapid.SampledFrom(Factors()).Draw(t, "after"),
		number(t, 1000, 1999, "days"), drawQuantity(t)) // days that no preset has, so that the ideal changes something
}

// drawRecovery draws tables of a client's life beside care, each there or not.
func drawRecovery(t *rapid.T, b *strings.Builder) {
	for _, table := range []string{"arrest", "risk", "death"} {
		if rapid.Bool().Draw(t, table) {
			fmt.Fprintf(b, "[%s]\nrate = %s\n", table, drawQuantity(t))
		}
	}
	for _, table := range [][2]string{{"housing", "housed"}, {"employment", "employed"}} {
		if rapid.Bool().Draw(t, table[0]) {
			fmt.Fprintf(b, "[%s]\n%s = %s\nlose = %s\nacts_on = { quit = %s }\n", table[0], table[1],
				number(t, 0, 1, table[1]), drawQuantity(t), number(t, 0.1, 9, "hr"))
		}
	}
	if rapid.Bool().Draw(t, "health") {
		fmt.Fprintf(b, "[health]\nmean = %s\nnow = { using = %s }\n", number(t, -9, 9, "mean"), number(t, -9, 9, "points"))
	}
	if rapid.Bool().Draw(t, "service") {
		fmt.Fprintf(b, "[service.other]\nkind = %q\nlinkage = %s\nstay = %s\nslots = 9\noccupied = %s\nplanned_days = %s\n",
			rapid.SampledFrom(ServiceKinds).Draw(t, "kind"), drawQuantity(t), drawQuantity(t),
			number(t, 0, 1, "occupied"), number(t, 0, 900, "days"))
	}
}

func drawSets(t *rapid.T) []string {
	return []string{
		"trial.clients=" + strconv.Itoa(rapid.IntRange(2, 5000).Draw(t, "clients")),
		"seed=" + strconv.FormatInt(rapid.Int64().Draw(t, "seed"), 10),
		"program.extra.manual={ effect = " + number(t, 0, 2, "manual") + " }",
	}
}

func TestEncodeIsWhatAnotherLibraryReads(t *testing.T) {
	s := mustLoad(t, "[program.strengths_based]")
	text, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var again Scenario
	if _, err := toml.Decode(string(text), &again); err != nil {
		t.Fatal(err)
	}
	equal(t, "staff", again.Programs["help"].Staff.N, 3)
	equal(t, "method", again.Outcomes[0].Methods[0], "risk_difference")
}

func TestHash(t *testing.T) {
	plain := mustLoad(t, "")
	for _, same := range []string{
		"title = \"x\"", "source = \"x\"", "teaches = \"x\"", "replicates = 3", "precision = 0.1", "seed = 3",
		"[program.help]\nsource = \"x\"\nsources = { uptake = \"x\" }", "[service.clinic]\nsources = { stay = \"x\" }",
		"[service.clinic]\nconfidence = \"low\"\nconfidences = { stay = \"high\" }",
		"[program.help]\nconfidence = \"low\"\nconfidences = { uptake = \"high\" }",
		"alpha = 0.01", "[ask]\noutcome = \"linked\"\nsubgroup = \"all\"", "explain.replicates = 9", "[[outcome]]\nname = \"linked\"\nalpha = 0.01",
		"[[trait]]\nname = \"housing\"\nsource = \"x\"", "[trial]\nsites = 1", "[explain]\ntarget = \"distressed\"",
		"[[factor]]\nname = \"cold\"\nideal = { \"trial.sites\" = 2 }",
	} {
		equal(t, same, mustLoad(t, same).Hash(), plain.Hash())
	}
	for _, other := range []string{"[trial]\nclients = 101", "[[outcome]]\nname = \"linked\"\nsides = 1", "[service.clinic.leaving]\ndistress = 2.5",
		"[service.clinic]\nplanned_days = 90", "[death]\nrate = { per_year = 0.01 }", "[measure.urine]", "[use]\ndays_per_month = 20"} {
		if mustLoad(t, other).Hash() == plain.Hash() {
			t.Errorf("%s: the hash does not change", other)
		}
	}
	measured := func(source string) string {
		return mustLoad(t, "[measure.urine]\nsensitivity = 0.9\nsource = \""+source+"\"").Hash()
	}
	equal(t, "source of a measure", measured("a"), measured("b"))
	equal(t, "sources are still there", mustLoad(t, "").Traits[0].Source, "A survey")
}

func TestLimitInBothDirections(t *testing.T) {
	var l Limit
	for _, bad := range []any{int64(0), int64(-1), 2.0, "many", true, int64(1) << 40} {
		if l.UnmarshalTOML(bad) == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
	if err := l.UnmarshalTOML(int64(3)); err != nil || !l.Finite() || l.String() != "3" {
		t.Error(l, err)
	}
	if err := l.UnmarshalTOML("unlimited"); err != nil || l.Finite() || l.String() != "unlimited" {
		t.Error(l, err)
	}
}
