package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse looks for texts that make Parse panic, or that load to a
// scenario whose own text does not.
func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("extends = \"bench-p2\"\n[trial]\nclients = 9")
	f.Add("[[correlation]]\ntraits = [\"a\", \"b\"]\n[program]\nx = 1\n[service]\ny = []")
	f.Add("arm = [{name = \"a\", name2 = 1}, 3]\noutcome = {}")
	f.Add(small + transport)
	f.Add(small + designs)
	f.Add("extends = \"bench-p2\"\n[[factor]]\nname = \"a\"\nafter = \"mix\"\nideal = { \"use.quit\" = { per_day = 0.1 }, arm = [] }")
	if everything, err := os.ReadFile("testdata/everything.toml"); err == nil {
		f.Add(string(everything))
	}
	files, _ := filepath.Glob("testdata/bad/*.toml")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && len(data) < 2000 {
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("fuzz.toml", []byte(text))
		if err == nil {
			sameAgain(t, s)
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("got %v, want Problems", err)
		}
	})
}

// FuzzExpr looks for expressions that make the compiler panic.
func FuzzExpr(f *testing.F) {
	f.Add(`distress and not (age < 30 or substance == "smoking")`)
	f.Add(`"" == substance`)
	f.Add("1 < 2 <")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := compileExpr(text, exprTraits)
		if err == nil {
			e.Eval([]float64{1, 0, 40, 1000, 1})
		} else if err.offset > len(text) {
			t.Fatalf("an error at %d of %d", err.offset, len(text))
		}
	})
}
