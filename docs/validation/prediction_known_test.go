package validation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/scenarios/evidence"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Literatures of trials with known rules, from which each trial is predicted by the others
// as the published ones are.

// literatures is how many literatures of how many trials are made.
const literatures, trialsEach = 200, 15

// A rule makes trials.
type rule struct {
	name      string
	form      evidence.Form
	mean, sd  float64 // of the effect's logarithm
	selective bool    // of trials that are not significant 30 % are published
}

var rules = []rule{
	{"one share, spread 0.4", evidence.Share, math.Log(0.4), 0.4, false},
	{"one ratio, spread 0.3", evidence.Ratio, math.Log(2.2), 0.3, false},
	{"one share, selective publication", evidence.Share, math.Log(0.4), 0.4, true},
	{"one ratio, selective publication", evidence.Ratio, math.Log(2.2), 0.3, true},
}

// draw makes a trial: 40 to 200 clients an arm, 5 to 60 % of controls, and no effect in a
// fifth.
func (u *rule) draw(r *stream.Stream) (c evidence.Contrast) {
	m := evidence.Model{Form: u.form}
	c = evidence.Contrast{Kind: evidence.GoesAlong, WindowDays: 90, Named: true, Randomized: true}
	pc := 0.05 + 0.55*r.Uniform()
	pe := m.Experimental(pc, u.mean+u.sd*r.Normal(), 90, !r.Bernoulli(0.2))
	n := 40 + r.Intn(161)
	for arm, p := range [2]float64{pc, pe} {
		came := 0
		for range n {
			if r.Bernoulli(p) {
				came++
			}
		}
		c.N[arm], c.Proportion[arm] = n, float64(came)/float64(n)
	}
	return c
}

// published makes a trial that is published.
func (u *rule) published(r *stream.Stream) evidence.Contrast {
	for {
		c := u.draw(r)
		p := (c.Proportion[0] + c.Proportion[1]) / 2
		z := (c.Proportion[1] - c.Proportion[0]) / math.Sqrt(2*p*(1-p)/float64(c.N[0]))
		if !u.selective || math.Abs(z) > portable.NormalQuantile(0.975) || r.Bernoulli(0.3) {
			return c
		}
	}
}

// checkKnown predicts trials of literatures whose rule is known.
func checkKnown(t *testing.T, section *strings.Builder) {
	fmt.Fprintf(section, "%d literatures of %d trials each, of which each is predicted from the others, and a further one, published or not, from all.\n\n", literatures, trialsEach)
	section.WriteString("| rule | form found | inside, % (MCSE) | of further trials, % (MCSE) |\n|---|---|---|---|\n")
	for k, u := range rules {
		var r stream.Stream
		r.Seed(uint64(100 + k))
		found, inside, further := 0, 0, 0
		for range literatures {
			var list []evidence.Contrast
			for range trialsEach {
				list = append(list, u.published(&r))
			}
			fits := [2]*evidence.Fit{evidence.NewFit(evidence.Model{Form: evidence.Share, Profile: evidence.AtOnce}, list), evidence.NewFit(evidence.Model{Form: evidence.Ratio}, list)}
			best := fits[0]
			if fits[1].Score() > fits[0].Score() {
				best = fits[1]
			}
			if best.Form == u.form {
				found++
			}
			for i := range list {
				p := best.PredictWithout(i)
				inside += within(&p, &list[i])
			}
			next := u.draw(&r)
			p := best.Predict()
			further += within(&p, &next)
		}
		n, m := float64(literatures*trialsEach), float64(literatures)
		share := func(x int, of float64) (p, se float64) {
			p = float64(x) / of
			return 100 * p, 100 * math.Sqrt(p*(1-p)/of)
		}
		a, seA := share(inside, n)
		b, seB := share(further, m)
		fmt.Fprintf(section, "| %s | %d of %d | %.1f (%.1f) | %.1f (%.1f) |\n", u.name, found, literatures, a, seA, b, seB)
		if !u.selective && !(a >= 93-4*seA && a <= 97+4*seA) {
			t.Errorf("%s: %.1f %% of trials are inside", u.name, a)
		}
		if !u.selective && found < literatures*3/4 {
			t.Errorf("%s: the form is found in %d of %d", u.name, found, literatures)
		}
	}
}

func within(p *evidence.Predictive, c *evidence.Contrast) int {
	if below, above := p.Tails(c); below >= 0.025 && above >= 0.025 {
		return 1
	}
	return 0
}
