package literature

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/scenarios"
)

// plain is a trial of which everything is known: a constant hazard of linkage, and
// a contact on the first day whose effect lasts to the end, for everyone.
const plain = `title = "plain"
[trial]
clients        = 1000
accrual        = { per_day = 50 }
follow_up_days = [90]
[[arm]]
name     = "helped"
programs = ["help"]
[[arm]]
name    = "alone"
control = true
[service.clinic]
preset  = ""
kind    = "substance_use"
linkage = { probability = 0.3, by_days = 90 }
stay    = { median_days = 900 }
[program.help]
first_contact = { day = 0 }
contacts      = {}
duration_days = 1
staff         = "unlimited"
caseload      = "unlimited"
[[program.help.effect]]
on           = "linkage"
hazard_ratio = 1.65
lasts_days   = 200
[[outcome]]
name     = "linked_90"
variable = "linked_su"
at_days  = 90
`

// studies are so many rows alike, each with further lines.
func studies(n int, lines ...string) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "[[study]]\nname = \"s%d\"\n%s\n", k+1, strings.Join(lines, "\n"))
	}
	return b.String()
}

func engine(tb testing.TB, text string) *Engine {
	tb.Helper()
	sc, err := scenarios.Parse("test.toml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	e, err := New(sc, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func reviewed(tb testing.TB, e *Engine, bodies int) *Result {
	tb.Helper()
	r, err := e.Run(context.Background(), Options{Bodies: bodies, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// near fails the test where x is further from want than the tolerance, or NaN.
func near[A, B, C ~float64 | ~int](t *testing.T, what string, value A, wanted B, within C) {
	t.Helper()
	x, want, tolerance := float64(value), float64(wanted), float64(within)
	if !(math.Abs(x-want) <= tolerance) {
		t.Errorf("%s: got %.5f, want %.5f within %.5f", what, x, want, tolerance)
	}
}

// effect is the SMD, and its sampling variance, of a trial of n clients in two
// arms alike: by a probability p0 in control and a ratio of constant hazards.
func effect(p0, ratio, n float64) (d, v float64) {
	p1 := 1 - math.Pow(1-p0, ratio)
	scale := math.Sqrt(3) / math.Pi
	d = scale * math.Log(p1/(1-p1)*(1-p0)/p0)
	return d, scale * scale * 2 / n * (1/(p1*(1-p1)) + 1/(p0*(1-p0)))
}

func density(x float64) float64      { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
func distribution(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
