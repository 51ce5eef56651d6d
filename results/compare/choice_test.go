package compare

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is picked obeys the rule, whatever the numbers: the first has the most power for what it takes; each
// other one differs from it by at most two errors of a paired difference; whoever is left out by more.
func TestTheLawOfChoices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 400
		names := []string{"a", "b", "c", "d"}[:rapid.IntRange(2, 4).Draw(t, "designs")]
		rejects := make([][]bool, len(names))
		list := make([]candidate, len(names))
		for k, name := range names {
			p := rapid.Float64Range(0.02, 0.98).Draw(t, "power")
			rejects[k] = make([]bool, n)
			sum := 0.0
			for r := range n {
				// The replicate's own luck, shared by all designs but for some.
				if u := math.Mod(float64(r*r)*0.6180339887+float64(k*rapid.IntRange(0, 1).Draw(t, "shift"))*0.37, 1); u < p {
					rejects[k][r] = true
					sum++
				}
			}
			share := sum / n
			list[k] = candidate{name, share, math.Sqrt(share * (1 - share) / n), rapid.Float64Range(1, 3).Draw(t, "takes")}
		}
		at := func(x candidate) int { return slices.Index(names, x.name) }
		// errorOf is the error of a difference of means of what each replicate adds, by the definition.
		errorOf := func(a, b candidate, byTakes bool) float64 {
			ta, tb := 1.0, 1.0
			if byTakes {
				ta, tb = a.takes, b.takes
			}
			sum, square := 0.0, 0.0
			for r := range n {
				x := 0.0
				if rejects[at(a)][r] {
					x += 1 / ta
				}
				if rejects[at(b)][r] {
					x -= 1 / tb
				}
				sum, square = sum+x, square+x*x
			}
			return math.Sqrt(max(0, square/n-sum/n*sum/n) / n)
		}
		got := pick(list, func(a, b candidate) (float64, bool) { return errorOf(a, b, false), true })
		first := list[slices.Index(names, got[0])]
		for _, x := range list {
			d := first.power/first.takes - x.power/x.takes
			if d < 0 {
				t.Fatalf("%v is picked before %v", first, x)
			}
			bound := told * errorOf(first, x, true)
			if near := math.Abs(d-bound) < 1e-9; !near && slices.Contains(got, x.name) != (d <= bound) {
				t.Fatalf("%v beside %v: picked %v, difference %v, bound %v", x, first, slices.Contains(got, x.name), d, bound)
			}
		}
	})
}

// The sentence has each thing that is counted once, and joins what goes to the same designs.
func TestTheSentenceOfChoices(t *testing.T) {
	q := &Row{}
	q.Outcome, q.Subgroup, q.Contrast = "linked", "all", "a - b"
	c := &Comparison{Designs: []Design{{Design: "one", Label: "One by one"}, {Design: "sites", Label: "Sites"}}}
	choice := func(by string, designs ...string) Choice { return Choice{"linked", "all", "a - b", by, designs} }
	for want, choices := range map[string][]Choice{
		"": nil,
		"A service that counts clients, months or costs would choose “Sites”.":                              {choice(byClients, "sites"), choice(byMonths, "sites"), choice(byCost, "sites")},
		"A service that counts clients or months would choose “Sites”; one that counts costs “One by one”.": {choice(byClients, "sites"), choice(byMonths, "sites"), choice(byCost, "one")},
		"For a service that counts clients or months, these trials cannot tell “Sites” and “One by one” apart.": {
			choice(byClients, "sites", "one"), choice(byMonths, "one", "sites")},
		"A service that counts clients would choose “Sites”; for one that counts months, these trials cannot tell “Sites” and “One by one” apart.": {
			choice(byClients, "sites"), choice(byMonths, "sites", "one")},
	} {
		c.Choices = choices
		if got := c.chosen(q); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}
