package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var exprTraits = []Trait{
	{Name: "distress", Kind: Bernoulli},
	{Name: "unstable-housing", Kind: Bernoulli},
	{Name: "age", Kind: Normal},
	{Name: "income", Kind: Lognormal},
	{Name: "substance", Kind: Categorical, Levels: []string{"smoking", "injecting"}},
}

func TestExpr(t *testing.T) {
	values := []float64{1, 0, 40, 1000, 1}
	for text, want := range map[string]bool{
		"true":                                   true,
		"false":                                  false,
		"distress":                               true,
		"unstable-housing":                       false,
		"not unstable-housing":                   true,
		"not not distress":                       true,
		"age > 40":                               false,
		"age >= 40":                              true,
		"40 <= age":                              true,
		"41 <= age":                              false,
		"age == 4e1":                             true,
		"age != 40":                              false,
		"age > -3.5":                             true,
		"income > age":                           true,
		"distress == 1":                          true,
		`substance == "injecting"`:               true,
		`substance != "injecting"`:               false,
		`"smoking" == substance`:                 false,
		"distress or distress and false":         true, // and binds closer than or
		"(distress or distress) and false":       false,
		"not distress or distress":               true, // not binds closer than both
		"not (distress or distress)":             false,
		"not age > 50":                           true, // but not closer than a comparison
		"distress and age>39 and age<41":         true,
		"distress\n  and\tnot (age<30 or false)": true,
	} {
		e, err := compileExpr(text, exprTraits)
		if err != nil {
			t.Errorf("%s: %+v", text, *err)
			continue
		}
		equal(t, text, e.Eval(values), want)
	}
	equal(t, "the zero Expr", new(Expr).Eval(nil), true)
}

func TestExprDoesNotAllocate(t *testing.T) {
	e, err := compileExpr(`distress and not (age < 30 or substance == "smoking") or income > 5`, exprTraits)
	if err != nil {
		t.Fatal(*err)
	}
	values := []float64{1, 0, 40, 1000, 1}
	equal(t, "allocations", testing.AllocsPerRun(100, func() { e.Eval(values) }), 0)
}

func TestExprTooLong(t *testing.T) {
	if _, err := compileExpr(strings.Repeat("(", maxExpr+1), exprTraits); err == nil {
		t.Error("a very long expression was compiled")
	}
	if _, err := compileExpr(strings.Repeat("(", maxExpr), exprTraits); err == nil {
		t.Error("open parentheses were compiled")
	}
}

// sketch is an expression as text together with its own evaluation.
type sketch struct {
	text string
	eval func([]float64) bool
}

func drawSketch(t *rapid.T, depth int) sketch {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth == 0 {
		kind %= 3
	}
	switch kind {
	case 0:
		i := rapid.IntRange(0, 1).Draw(t, "trait")
		return sketch{exprTraits[i].Name, func(v []float64) bool { return v[i] != 0 }}
	case 1:
		return drawComparison(t)
	case 2:
		i := rapid.IntRange(0, 1).Draw(t, "level")
		text := fmt.Sprintf("substance == %q", exprTraits[4].Levels[i])
		return sketch{text, func(v []float64) bool { return v[4] == float64(i) }}
	case 3:
		a := drawSketch(t, depth-1)
		return sketch{"not (" + a.text + ")", func(v []float64) bool { return !a.eval(v) }}
	}
	a, b := drawSketch(t, depth-1), drawSketch(t, depth-1)
	if kind == 4 {
		return sketch{"(" + a.text + ") and (" + b.text + ")", func(v []float64) bool { return a.eval(v) && b.eval(v) }}
	}
	// Without parentheses: what is below binds closer or is an or itself.
	return sketch{a.text + " or " + b.text, func(v []float64) bool { return a.eval(v) || b.eval(v) }}
}

func drawComparison(t *rapid.T) sketch {
	x := float64(rapid.IntRange(-2, 2).Draw(t, "number"))
	op := rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(t, "op")
	truth := map[string]func(a, b float64) bool{
		"<": func(a, b float64) bool { return a < b }, "<=": func(a, b float64) bool { return a <= b },
		">": func(a, b float64) bool { return a > b }, ">=": func(a, b float64) bool { return a >= b },
		"==": func(a, b float64) bool { return a == b }, "!=": func(a, b float64) bool { return a != b },
	}[op]
	if rapid.Bool().Draw(t, "number first") {
		return sketch{fmt.Sprintf("%v %s age", x, op), func(v []float64) bool { return truth(x, v[2]) }}
	}
	return sketch{fmt.Sprintf("age %s %v", op, x), func(v []float64) bool { return truth(v[2], x) }}
}

func TestExprAgreesWithANaiveEvaluator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t, 4)
		e, err := compileExpr(s.text, exprTraits)
		if len(s.text) > maxExpr {
			if err == nil {
				t.Fatalf("%d characters are taken for an expression", len(s.text))
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", s.text, err)
		}
		for range 8 {
			values := []float64{
				float64(rapid.IntRange(0, 1).Draw(t, "distress")),
				float64(rapid.IntRange(0, 1).Draw(t, "housing")),
				float64(rapid.IntRange(-2, 2).Draw(t, "age")), 1,
				float64(rapid.IntRange(0, 1).Draw(t, "substance")),
			}
			if got := e.Eval(values); got != s.eval(values) {
				t.Fatalf("%s at %v: got %v", s.text, values, got)
			}
		}
	})
}
