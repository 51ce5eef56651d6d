package scenarios

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios/layer"
)

func TestBaseSaysWhatTheDefaultsAre(t *testing.T) {
	plain := mustLoad(t, "")
	text, err := Text("base")
	if err != nil {
		t.Fatal(err)
	}
	under, err := Parse("x", []byte("extends = \"base\"\n"+small))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "hash", under.Hash(), plain.Hash())
	equal(t, "replicates", under.Replicates, plain.Replicates)
	equal(t, "seed", under.Seed, plain.Seed)
	for _, key := range []string{"[[arm]]", "[[outcome]]"} {
		equal(t, key, strings.Contains(text, key), false)
	}
}

func TestTheLibraryIsListed(t *testing.T) {
	for _, e := range List() {
		if e.Title == "" || e.Source == "" || e.Teaches == "" {
			t.Errorf("%s has no title, source or lesson", e.Name)
		}
		if _, err := Text(e.Name); err != nil {
			t.Error(err)
		}
	}
	_, err := Text("program.strength_based")
	mustFail(t, err, "no built-in scenario or preset", `did you mean`)
	_, err = Text("../scenario")
	mustFail(t, err, "no built-in scenario or preset")
}

// TestEveryPresetNumberHasASource loads each preset and looks for a note on
// each of its keys.
func TestEveryPresetNumberHasASource(t *testing.T) {
	if len(Presets()) < 3 {
		t.Fatal(Presets())
	}
	exempt := map[string]bool{"preset": true, "source": true, "sources": true, "confidence": true,
		"confidences": true, "kind": true,
		"per_arm": true, "hours_per_week": true}
	for _, name := range Presets() {
		text, err := Text(name)
		if err != nil {
			t.Fatal(err)
		}
		kind, preset, _ := strings.Cut(name, ".")
		tree, problems := layer.Parse(name, []byte(text))
		if problems != nil {
			t.Fatal(problems)
		}
		block := tree.Child(kind).Child(preset)
		if text, _ := block.Text("confidence"); text == "" {
			t.Errorf("%s does not say how sure it is", name)
		}
		if text, _ := block.Text("source"); text == "" {
			t.Errorf("%s has no source", name)
		}
		for _, key := range block.SortedKeys() {
			if kind == "measure" {
				break // its source is of both numbers
			}
			if _, ok := block.Child("sources").Text(key); !ok && !exempt[key] {
				t.Errorf("%s.%s has no source", name, key)
			}
		}
		if _, err := over(t, "["+name+"]"); err != nil && kind == "program" {
			t.Error(err)
		}
	}
}

func TestBenchIsTheProblemAsGiven(t *testing.T) {
	s, err := Builtin("bench-p2")
	if err != nil {
		t.Fatal(err)
	}
	v, p := s.Services["treatment"], s.Programs["monthly_contacts"]
	equal(t, "clients", s.Trial.Clients, 300)
	equal(t, "accrual", s.Trial.Accrual.Days(300), 180)
	equal(t, "slots", v.Slots.N, 60)
	equal(t, "seeking", v.Linkage.PerDay, 0.004)
	equal(t, "stay", math.Abs(v.Stay.MedianDays/math.Ln2-180) < 1e-9, true)
	equal(t, "shape", v.Stay.Shape, 1)
	equal(t, "quit in service", s.Use.Quit.PerDay*v.ActsOn["quit"], 0.05)
	equal(t, "relapse in service", s.Use.Relapse.PerDay*v.ActsOn["relapse"], 0.02)
	equal(t, "first contact", p.FirstContact.Day, 30)
	equal(t, "contacts", p.Contacts.EveryDays, 30)
	equal(t, "at once", p.Effects[0].Probability, 0.05)
	equal(t, "loss", s.Attrition.Loss.PerDay, 0.001)
	equal(t, "ends", s.Attrition.Ends, "all")
	equal(t, "outcomes", len(s.Outcomes), 3)
}

func TestNeedleExchangeBenefitAddsOneEffect(t *testing.T) {
	plain, err := Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	benefit, err := Builtin("needle-exchange-benefit")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "leaving", len(plain.Services["opioid_agonist"].Leaving), 7)
	effects := benefit.Programs["strengths_based"].Effects
	equal(t, "effects", len(effects), 2)
	equal(t, "on", effects[1].On, "leaving.opioid_agonist")
	// Without that effect it is the same trial.
	p := benefit.Programs["strengths_based"]
	p.Effects = effects[:1]
	benefit.Programs["strengths_based"] = p
	equal(t, "hash", benefit.Hash(), plain.Hash())
}

func TestVariables(t *testing.T) {
	for _, v := range Variables() {
		if v.Description == "" || len(v.Sets) == 0 || v.Good*v.Good != 1 || len(v.Methods()) == 0 || v.Kind.String() == "" {
			t.Errorf("%+v is incomplete", v)
		}
		if again, ok := LookupVariable(v.Name); !ok || again.Name != v.Name {
			t.Errorf("%s is not found", v.Name)
		}
	}
}
