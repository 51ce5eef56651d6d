package validation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// atMargin are the outcomes of the trial in which the effect is the margin.
var atMargin = []struct {
	outcome string
	margin  float64
	methods []string
}{
	{"health", 3, []string{"welch", "student"}},
	{"linked", 1 - math.Pow(0.6, 0.7) - 0.4, []string{"risk_difference", "standardized"}},
	{"time_to_linkage", math.Log(0.7), []string{"cox"}},
	{"arrested", 1 - math.Pow(0.6, 1/0.7) - 0.4, []string{"risk_difference"}},
	{"time_to_arrest", math.Log(0.7), []string{"cox"}},
}

// decisions are the tests, with the share of rejections that each is to have.
var decisions = []struct {
	says, test string
	sides      int
	null       bool // no effect, else one as bad as the margin
	want       float64
}{
	{"superiority, one side, no effect", "superiority", 1, true, 0.05},
	{"superiority, one side, a harm", "superiority", 1, false, 0},
	{"non-inferiority, one side, at the margin", "non_inferiority", 1, false, 0.05},
	{"non-inferiority, two sides, at the margin", "non_inferiority", 2, false, 0.025},
	{"equivalence, one side, at the margin", "equivalence", 1, false, 0.05},
	{"equivalence, two sides, at the margin", "equivalence", 2, false, 0.025},
}

const noHarm = "program.brief.effect[0].points=0 program.brief.effect[1].hazard_ratio=1.0 program.brief.effect[2].hazard_ratio=1.0"

// checkMargins shows that sided tests are at their level where they are to be.
func checkMargins(t *testing.T, page *strings.Builder) {
	const trials = 5000
	fmt.Fprintf(page, marginsHead, trials)
	page.WriteString("| test at 5 % | should reject, % |")
	columns := 0
	for _, o := range atMargin {
		for _, method := range o.methods {
			fmt.Fprintf(page, " %s, %s |", strings.ReplaceAll(o.outcome, "_", " "), method)
			columns++
		}
	}
	page.WriteString("\n|---|---|" + strings.Repeat("---|", columns) + "\n")
	for k := range decisions {
		d := &decisions[k]
		var sets []string
		if d.null {
			sets = strings.Fields(noHarm)
		}
		for _, o := range atMargin {
			sets = append(sets, fmt.Sprintf("outcome.%s.sides=%d", o.outcome, d.sides), fmt.Sprintf("outcome.%s.test=%q", o.outcome, d.test))
			if d.test != "superiority" {
				sets = append(sets, fmt.Sprintf("outcome.%s.margin=%v", o.outcome, math.Abs(o.margin)))
			}
		}
		res := methodsRun(t, "margins", trials, true, sets...)
		fmt.Fprintf(page, "| %s | %s |", d.says, plain(100*d.want))
		for _, o := range atMargin {
			for _, method := range o.methods {
				p := &rowOf(t, res, o.outcome, method).Performance
				mcse := math.Sqrt(max(d.want, 0.001) * (1 - d.want) / trials)
				if !(math.Abs(float64(p.Power)-d.want) < 4*mcse+grain) {
					t.Errorf("%s: %s by %s rejects %.4f (MCSE %.4f), want %.4f", d.says, o.outcome, method, p.Power, mcse, d.want)
				}
				fmt.Fprintf(page, " %s |", showRejected(p))
			}
		}
		page.WriteString("\n")
	}
	page.WriteString(marginsNote)
}

const marginsHead = `## One side, and against a margin

%d trials each of 900 clients (` + "`margins.toml`" + `, seed 1): share of tests that reject [Wilson 95 %%]. The program is as bad as the margin: 3
points less of health, and a hazard ratio of 0.7 on linkage and of 1/0.7 on arrest, from the first day. More linkage is good for clients,
sooner is better; of arrests fewer, and later.

`

const marginsNote = `
One side spends all of the 5 % on the side that is good for clients; two sides are as strict as an interval at 95 %, and leave
half of it. A test against a margin is at its level where the effect is the margin, whether more of the outcome is better or less:
it is not a test of no effect.

`

// checkFamilies shows the familywise error rate of six tests under each
// correction.
func checkFamilies(t *testing.T, page *strings.Builder) {
	const trials = 10000
	res := methodsRun(t, "families", trials, true)
	fmt.Fprintf(page, familiesHead, trials)
	for _, f := range res.Families {
		one, all := f.Disjunctive, f.Conjunctive
		if f.Method == "none" {
			if !(one.Share > 0.2) || !(float64(one.Share) < 1-math.Pow(0.95, 6)) {
				t.Errorf("six tests without a correction: one of them rejects in %.4f (MCSE %.4f)", one.Share, one.MCSE)
			}
		} else if !(one.Share < 0.05+4*one.MCSE+grain) {
			t.Errorf("six tests corrected by %s: one of them rejects in %.4f (MCSE %.4f)", f.Method, one.Share, one.MCSE)
		}
		fmt.Fprintf(page, "| %s | %.2f [%.2f, %.2f] | %.2f [%.2f, %.2f] | %.3f |\n", strings.ReplaceAll(f.Method, "_", " "), 100*one.Share, 100*one.Low,
			100*one.High, 100*all.Share, 100*all.Low, 100*all.High, f.Rejections)
	}
	page.WriteString(familiesNote)
}

const familiesHead = `## Families of tests

%d trials of 240 clients without any effect (` + "`families.toml`" + `, seed 1), six outcomes that hang together: linked, time to linkage, days
in treatment, abstinent, days abstinent, health.

| correction | at least one rejects, %% [Wilson 95 %%] | all reject, %% | rejections in a trial, mean |
|---|---|---|---|
`

const familiesNote = `
Without a correction more than one trial in five finds something, fewer than the 26 in 100 of six independent tests because the
outcomes hang together. Every correction keeps it at 5 % or below; as they know nothing of how outcomes hang together, they pay for that.
`
