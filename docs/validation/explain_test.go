package validation_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"caseload/analysis/explain"
	"caseload/scenarios"
	"caseload/sim"
)

// explainTrials is how many trials of each world there are.
const explainTrials = 2000

// checkExplain holds explain to what theory knows of a trial with some obstacles.
func checkExplain(t *testing.T, section *strings.Builder) {
	fmt.Fprintf(section, explainHead, explainTrials)
	for _, o := range obstacles() {
		e := explained(t, o.question, explainTrials, 1, o.sets...)
		for _, r := range o.relations(t, e) {
			r.write(t, section)
		}
	}
	for _, r := range errorsOfErrors(t) {
		r.write(t, section)
	}
	section.WriteString(explainNote)
}

const explainHead = `## Where the effect goes, against theory

What ` + "`caseload explain`" + ` finds where theory knows it. The trial is one in which nothing stands in the way: 200 clients, one contact
on the first day that acts on everyone on all days, everything seen and true
(` + "[`explain.toml`](testdata/explain.toml)" + `, %d trials of each world, seed 1). The first column says what is
added to it. What theory says:

- Under proportional hazards 1 - (1 - p)^h link where p of controls do, with h the hazard ratio. A score moves by what is asked for.
- A benefit for a share of the clients is that share of the benefit (Simon & Maitournam 2004, Clin Cancer Res 10:6759).
- The effect of an offer is the difference in who gets it times the effect of getting it (Angrist, Imbens & Rubin 1996,
  J Am Stat Assoc 91:444), also where some controls get it (Cuzick, Edwards & Segnan 1997, Stat Med 16:1017).
- A score's observed variance is its true variance over the reliability (Lord & Novick 1968), so that an SMD shrinks by the
  square root (Hunter & Schmidt 2004); differences in points stay.
- A test with errors shows sensitivity + specificity - 1 of a difference of proportions (Rogan & Gladen 1978, Am J Epidemiol 107:71).
- Where membership is measured with error (sensitivity 0.8, specificity 0.9), a share PPV of measured members are members and a
  share NPV of the rest are not, both by Bayes' theorem (Maitournam & Simon 2005, Stat Med 24:329). Members gain E1, others E0:
  what hazard ratios of 3 and 1.5 do.
- What is missed completely at random leaves a mean unbiased, and its variance goes as one over the number seen (Little & Rubin
  2002). So it is with deaths that strike all alike, for a score of those alive.
- Where who responds, who takes it up and who gets it in the other arm are independent, the shares multiply. A Shapley value is
  the mean of a factor's step over all orders (Shapley 1953; Shorrocks 2013, J Econ Inequal 11:99): here of the six, one by one,
  from the shares alone.
- What never binds takes nothing. Nothing can be taken from what has no effect: here in the way of linkage are mix, uptake,
  capacity, contamination and persistence, and in that of the score all of these but capacity.
- Standard errors are right if their root mean square is the standard deviation over repetitions (Morris, White & Crowther 2019,
  Stat Med 38:2074): 200 of them, seeds 1 to 200, of 60 clients a trial. The standard error of the ratio is by the delta method.

Positive is better for clients, so that what a factor takes is negative. In parentheses: Monte Carlo standard error (MCSE). Theory has
one where it multiplies the ideal effect as found. *Apart*: found less theory, without its sign, over the root of the sum of both errors
squared; the test fails above 4. Both come from the same clients, which this leaves aside: it allows a little more than it would have
to. All lines share a seed, and so part of their luck. *Exact*: neither has an error, and they are the same to the last bit. pp:
percentage points.

| in the way | theory | in theory (MCSE) | found (MCSE) | apart |
|---|---|---|---|---|
`

const explainNote = `
What hides clients makes the trial larger and not the effect smaller; what keeps the effect from clients, or mistakes one outcome for
the other, makes it smaller. With no effect the observed one differs from zero by chance, as the arms are different people, but as much in
every world: no factor takes anything. Only where clients don't differ at all are both ends zero.

`

// explained explains an outcome of the trial without obstacles, with some added.
func explained(t *testing.T, outcome string, replicates int, seed int64, sets ...string) *explain.Explanation {
	t.Helper()
	sc, err := scenarios.Load(os.DirFS("testdata"), "explain.toml", sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return explainedBy(t, m, outcome, replicates, seed)
}

func explainedBy(t *testing.T, m *sim.Model, outcome string, replicates int, seed int64) *explain.Explanation {
	t.Helper()
	e, err := explain.Run(context.Background(), m, explain.Question{Outcome: outcome}, explain.Options{Replicates: replicates, Seed: seed, Name: "explain"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// factorIn is the factor of that name, which has to be there.
func factorIn(t *testing.T, e *explain.Explanation, name string) *explain.Factor {
	t.Helper()
	for k := range e.Factors {
		if e.Factors[k].Name == name {
			return &e.Factors[k]
		}
	}
	t.Fatalf("no factor %s; left out: %v", name, e.Absent)
	return nil
}

// A relation is a row of the table: what theory says of a number, with the
// standard error of what it starts from, and what was found.
type relation struct {
	obstacle, says string
	in             unit
	theory, found  explain.Number
}

// unit is how a number is written: so many of the unit, with some digits.
type unit struct {
	name   string
	times  float64
	digits int
}

var (
	inPoints      = unit{" pp", 100, 3}
	inScorePoints = unit{" points", 1, 3}
	inSD          = unit{" SD", 1, 4}
	asRatio       = unit{"", 1, 3}
)

// write writes the row. It fails the test where theory and what was found are 4
// standard errors apart, or differ where neither has an error.
func (r *relation) write(t *testing.T, section *strings.Builder) {
	t.Helper()
	off, se := math.Abs(r.found.Value-r.theory.Value), math.Hypot(r.found.MCSE, r.theory.MCSE)
	apart := "exact"
	if se > 0 {
		apart = fmt.Sprintf("%.1f", off/se)
	}
	if !(off <= 4*se) {
		t.Errorf("%s, %s: found %v, in theory %v, %s standard errors apart", r.obstacle, r.says, r.found, r.theory, apart)
	}
	fmt.Fprintf(section, "| %s | %s | %s | %s | %s |\n", r.obstacle, r.says, r.in.write(r.theory), r.in.write(r.found), apart)
}

func (u unit) write(n explain.Number) string {
	text := fmt.Sprintf("%.*f", u.digits, u.times*n.Value)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-") // no negative zero
	}
	if n.MCSE == 0 {
		return text + u.name
	}
	return fmt.Sprintf("%s (%.*f)%s", text, u.digits, u.times*n.MCSE, u.name)
}
