package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// factorialText is a trial of the factors named, which all are programs that do nothing.
func factorialText(trial string, programs ...string) string {
	text := "title = \"Factors\"\nsource = \"None\"\n[trial]\nclients = 64\naccrual = { over_days = 10 }\nfollow_up_days = [90]\n" + trial + "\n"
	for _, name := range programs {
		text += "[program." + name + "]\nfirst_contact = { day = 0 }\n"
	}
	return text + "[use]\nusing = 1\nquit = { per_year = 1 }\n[[outcome]]\nname = \"abstinent\"\nvariable = \"abstinent\"\n"
}

func armText(name, programs string, more ...string) string {
	return fmt.Sprintf("[[arm]]\nname = %q\nprograms = [%s]\n%s\n", name, programs, strings.Join(more, "\n"))
}

func parsed(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestArmsOfFactors(t *testing.T) {
	s := parsed(t, factorialText(`factors = ["a", "b"]`+"\n"+`common_programs = ["usual"]`, "a", "b", "usual"))
	var got []string
	for _, a := range s.Arms {
		got = append(got, fmt.Sprint(a.Name, " ", a.Programs, " ", a.Control))
	}
	want := []string{"none [usual] true", "a [usual a] false", "b [usual b] false", "a_and_b [usual a b] false"}
	if !slices.Equal(got, want) {
		t.Errorf("arms %v, want %v", got, want)
	}
	var names []string
	for _, c := range s.Contrasts(&s.Outcomes[0]) {
		names = append(names, s.ContrastName(c))
	}
	for _, x := range s.Interactions() {
		names = append(names, s.ContrastName(x.Contrast)+" in "+x.Name)
	}
	if want := []string{"with_a - without_a", "with_b - without_b", "with_a - without_a in with_b"}; !slices.Equal(names, want) {
		t.Errorf("contrasts %v, want %v", names, want)
	}
	if got := s.Outcomes[0].Methods; !slices.Equal(got, Strings{"risk_difference", "interaction"}) {
		t.Errorf("methods %v, want the usual one and that for an interaction", got)
	}
}

// Arms that are made are those that one would write, and the scenario as it is written out
// is the same again.
func TestArmsOfFactorsAsWritten(t *testing.T) {
	made := parsed(t, factorialText(`factors = ["a", "b"]`, "a", "b"))
	arms := armText("none", "", "control = true") + armText("a", `"a"`) + armText("b", `"b"`) + armText("a_and_b", `"a", "b"`)
	written := parsed(t, factorialText(`factors = ["a", "b"]`+"\n"+arms, "a", "b"))
	if made.Hash() != written.Hash() {
		t.Error("arms made of factors are not those written")
	}
	text, err := made.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if again := parsed(t, string(text)); again.Hash() != made.Hash() {
		t.Error("written out, it is another scenario")
	}
	set, err := Load(nil, "needle-exchange", []string{`trial.factors=["strengths_based"]`})
	if err != nil || set.Factorial() || len(set.Arms) != 2 {
		t.Errorf("one factor of arms that are written: %v, %d arms", err, len(set.Arms))
	}
	three := parsed(t, factorialText(`factors = ["a", "b", "c"]`, "a", "b", "c"))
	if n := len(three.Interactions()); n != 0 || three.Trial.Interactions != InteractionNone {
		t.Errorf("three factors have %d interactions that nobody asked for", n)
	}
	set, err = three.With(Setting{Key: "trial.interactions", Value: "pairs"}, Setting{Key: "arm.a_and_b.label", Value: "two of them"})
	if err != nil || len(set.Interactions()) != 3 || set.Labels().Arm("a_and_b") != "two of them" {
		t.Errorf("three factors with pairs: %v", err)
	}
}

// halfFraction is the half of the combinations of factors with an even number of those that
// are left out (a defining relation of +1), of the first letters of the alphabet.
func halfFraction(factors int) string {
	text := ""
	for set := range 1 << factors {
		var names []string
		for f := range factors {
			if set>>f&1 == 1 {
				names = append(names, fmt.Sprintf("%q", string(rune('a'+f))))
			}
		}
		if (factors-len(names))%2 == 0 {
			control := "control = false"
			if text == "" {
				control = "control = true"
			}
			text += armText(fmt.Sprintf("arm%d", set), strings.Join(names, ", "), control)
		}
	}
	return text
}

// The half of 2^3 with I = ABC aliases each main effect with the interaction of the two
// others, that of 2^5 with I = ABCDE with one of four factors, and has all interactions of
// two (Box, Hunter & Hunter 2005, Statistics for Experimenters, sections 6.2 and 6.3).
func TestAliasesOfFractions(t *testing.T) {
	s := parsed(t, factorialText(`factors = ["a", "b", "c"]`+"\n"+halfFraction(3), "a", "b", "c"))
	if got, want := fmt.Sprint(s.Aliases()), "[[b x c] [a x c] [a x b]]"; got != want {
		t.Errorf("aliases of 2^(3-1) %s, want %s", got, want)
	}
	text := factorialText(`factors = ["a", "b", "c", "d", "e"]`+"\ninteractions = \"pairs\"\n"+halfFraction(5), "a", "b", "c", "d", "e")
	s = parsed(t, text)
	if got := s.Aliases(); len(got) != 5 || !slices.Equal(got[0], []string{"b x c x d x e"}) {
		t.Errorf("aliases of 2^(5-1) %v", got)
	}
	if n := len(s.Interactions()); n != 10 || len(s.Arms) != 16 {
		t.Errorf("2^(5-1): %d arms and %d interactions of two factors, want 16 and 10", len(s.Arms), n)
	}
	if s = parsed(t, factorialText(`factors = ["a", "b"]`, "a", "b")); s.Aliases() != nil {
		t.Errorf("aliases of a full factorial trial: %v", s.Aliases())
	}
}

func TestFactorsRefused(t *testing.T) {
	full := armText("none", "", "control = true") + armText("a", `"a"`) + armText("b", `"b"`) + armText("ab", `"a", "b"`)
	for what, c := range map[string]struct{ trial, key, want string }{
		"a program that there is not":   {`factors = ["a", "bb"]`, "trial.factors[1]", `got "bb"`},
		"a factor twice":                {`factors = ["a", "a"]`, "trial.factors[1]", "each program once"},
		"six factors":                   {`factors = ["a", "b", "c", "d", "e", "f"]`, "trial.factors", "at most 5"},
		"no factors":                    {`interactions = "pairs"` + "\n" + armText("n", "", "control = true") + armText("a", `"a"`), "trial.interactions", "makes use of it"},
		"another word":                  {`factors = ["a", "b"]` + "\n" + `interactions = "all"`, "trial.interactions", "one of pairs, none"},
		"pairs of one factor":           {`factors = ["a"]` + "\n" + `interactions = "pairs"`, "trial.interactions", "two factors or more"},
		"a factor that is common":       {`factors = ["a", "b"]` + "\n" + `common_programs = ["a"]`, "trial.common_programs[0]", "not a factor"},
		"arms without a factor":         {`factors = ["a", "b"]` + "\n" + armText("n", "", "control = true") + armText("a", `"a"`), "trial.factors[1]", `drop = ["arm"]`},
		"an arm with something else":    {`factors = ["a", "b"]` + "\n" + strings.Replace(full, `["b"]`, `["b", "c"]`, 1), "arm.b.programs", "beside trial.factors"},
		"a combination twice":           {`factors = ["a", "b"]` + "\n" + full + armText("again", `"a"`), "arm.again.programs", "another combination"},
		"arms that are not orthogonal":  {`factors = ["a", "b"]` + "\n" + armText("n", "", "control = true") + armText("a", `"a"`) + armText("b", `"b"`), "trial.factors[0]", "half"},
		"factors that go together":      {`factors = ["a", "b"]` + "\n" + armText("n", "", "control = true") + armText("ab", `"a", "b"`), "trial.factors", "independent"},
		"ratios that tie factors":       {`factors = ["a", "b"]` + "\n" + strings.Replace(full, "name = \"ab\"", "name = \"ab\"\nratio = 2", 1), "arm", "each combination of the others"},
		"a fraction with ratios":        {`factors = ["a", "b", "c"]` + "\n" + strings.Replace(halfFraction(3), "control = true", "control = true\nratio = 2", 1), "arm.arm2.ratio", "the same ratio"},
		"interactions that are aliased": {`factors = ["a", "b", "c"]` + "\ninteractions = \"pairs\"\n" + halfFraction(3), "trial.interactions", `"none"`},
		"the name of a margin":          {`factors = ["a", "b"]` + "\n" + strings.Replace(full, `name = "ab"`, `name = "with_a"`, 1), "arm.with_a.name", "another name"},
	} {
		_, err := Parse("test.toml", []byte(factorialText(c.trial, "a", "b", "c", "d", "e", "f")))
		if err == nil {
			t.Errorf("%s: nothing to refuse", what)
			continue
		}
		if text := err.Error(); !strings.Contains(text, c.key+":") || !strings.Contains(text, c.want) {
			t.Errorf("%s: got %s, want a problem of %s with %q", what, text, c.key, c.want)
		}
	}
}

// What goes by contacts, and what compares with a control arm, is refused of main effects.
func TestAnalysesOfFactorsRefused(t *testing.T) {
	for what, c := range map[string]struct{ outcome, want string }{
		"a set by contacts":    {`set = "per_protocol"`, "do not tell of which"},
		"a method by contacts": {`method = "cace"`, "do not tell of which"},
		"a main effect again":  {`contrasts = [["with_a", "without_a"]]`, "there anyway"},
		"groups that overlap":  {`contrasts = [["with_a", "with_b"]]`, "no arm in common"},
		"an unknown group":     {`contrasts = [["with_a", "without_c"]]`, "without_b"},
	} {
		_, err := Parse("test.toml", []byte(factorialText(`factors = ["a", "b"]`, "a", "b")+c.outcome+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", what, err, c.want)
		}
	}
	_, err := Parse("test.toml", []byte(factorialText(`factors = ["a", "b"]`, "a", "b")+"[interim]\nlooks = [0.5]\n"))
	if err == nil || !strings.Contains(err.Error(), "interim: got looks with trial.factors") {
		t.Errorf("looks: %v", err)
	}
	s := parsed(t, factorialText(`factors = ["a", "b"]`, "a", "b")+"contrasts = [[\"a_and_b\", \"none\"], [\"a\", \"none\"]]\n")
	if n := len(s.Contrasts(&s.Outcomes[0])); n != 4 {
		t.Errorf("%d contrasts, want two main effects and two of arms", n)
	}
	f := Family{Outcomes: []string{"abstinent", "abstinent:with_a"}}
	if n := len(s.FamilyTests(&f)); n != 5 {
		t.Errorf("%d tests, want all four contrasts and that of a", n)
	}
}
