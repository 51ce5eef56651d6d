package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/closedform"
	"caseload/analysis/numeric"
	"caseload/analysis/size"
	"caseload/scenarios"
	"caseload/sim"

	"gonum.org/v1/gonum/stat/distuv"
)

// searches is how many times each search is repeated for the page, and
// someSearches how many times by the long suite.
const searches, someSearches = 300, 20

// sizeCase is a design so plain that a formula knows the size it needs.
type sizeCase struct {
	what, method, subgroup, solve string
	text                          string
	truth                         float64 // in what is solved for
	source                        string  // of the truth
}

const sizeTOML = `
title = "size"
source = "a test"
[trial]
clients = %d
accrual = { over_days = 30, pattern = "fixed" }
follow_up_days = [%d]
randomization = { method = "blocks", sizes = [%d] }
%s
%s
[[outcome]]
name = "outcome"
variable = "%s"
method = "%s"
%s
`

// sizeText is a scenario with arms, a life and an outcome.
func sizeText(clients, block int, arms, life, variable, method, more string) string {
	return fmt.Sprintf(sizeTOML, clients, powerDays, block, arms, life, variable, method, more)
}

const scoreOf10 = "[health]\nmean = 50\nsd = 10\n"

// halves is a trait that half of the clients have, and acting an effect in them
// alone.
const halves = "[[trait]]\nname = \"half\"\nprevalence = 0.5\n[[subgroup]]\nname = \"half\"\nwhen = \"half\"\n"

func sizeCases() []sizeCase {
	const p0, ratio = 0.30, 1.6
	p1 := -math.Expm1(ratio * math.Log1p(-p0))
	const shift, hazard, hr = 8.0, 0.012, 1.5
	served := "[service.clinic]\nslots = \"unlimited\"\nlinkage = { %s }\nstay = { median_days = 30 }\n"
	points := func(shift float64) string {
		return acting("health", fmt.Sprint("direct = true\npoints = ", 1+shift), "direct = true\npoints = 1")
	}
	inHalf := func(shift float64) string {
		return twoArms + "[program.one]\n[[program.one.effect]]\non = \"health\"\ndirect = true\nin = \"half\"\n" +
			fmt.Sprintf("points = %v\nlasts_days = %d\n[program.other]\n", shift, powerDays+1) + halves
	}
	list := []sizeCase{
		{what: fmt.Sprintf("two proportions, %.0f and %.1f %%", 100*p0, 100*p1), method: "chi_square", solve: size.Clients,
			text:  sizeText(100, 2, acting("linkage", fmt.Sprint("hazard_ratio = ", ratio), "hazard_ratio = 1"), fmt.Sprintf(served, fmt.Sprintf("probability = %v, by_days = %d", p0, powerDays)), "linked_su", "chi_square", ""),
			truth: smoothedRoot(func(n float64) float64 { return exactProportions(int(n)/2, p1, p0) }, closedform.TwoProportionsSize(p1, p0, 0.8, 0.05)*2), source: "all pairs of counts"},
		{what: "a score, half an SD apart", method: "student", solve: size.Clients, text: sizeText(100, 2, points(5), scoreOf10, "health", "student", ""),
			truth: 2 * closedform.TTestSize(0.5, 0.8, 0.05), source: "noncentral t"},
		{what: fmt.Sprintf("exponential times, hazard ratio %v", hr), method: "log_rank", solve: size.Clients,
			text:  sizeText(100, 2, acting("linkage", fmt.Sprint("hazard_ratio = ", hr), "hazard_ratio = 1"), fmt.Sprintf(served, fmt.Sprintf("per_day = %v", hazard)), "time_to_linkage", "log_rank", ""),
			truth: rootOf(func(n float64) float64 { return logRankAtRatio(n, hazard, hr) }, 20, 5000), source: "mean and variance of the statistic"},
	}
	const icc, each, apart = 0.1, 12, 4.0
	list = append(list, sizeCase{what: fmt.Sprintf("case managers of %d clients in one arm, ICC %v", each, icc), method: "cluster_robust", solve: size.Staff,
		text: sizeText(10*2*each, 2, twoArms+fmt.Sprintf("[program.one]\nstaff = 10\nspread = %v\n[[program.one.effect]]\non = \"health\"\ndirect = true\npoints = %v\nlasts_days = %d\n[program.other]\n",
			10*math.Sqrt(icc/(1-icc)), apart, powerDays+1), scoreOf10, "health", "cluster_robust", ""),
		truth: rootOf(func(k float64) float64 { return nestedPower(k, each, icc, apart) }, 3, 200), source: "noncentral t, Satterthwaite df"})
	interaction := func(what string, shift float64, clients int) sizeCase {
		return sizeCase{what: what, method: "interaction", subgroup: "half", solve: size.Clients,
			text:  sizeText(clients, 2, inHalf(shift), scoreOf10, "health", "interaction", "subgroups = [\"half\"]"),
			truth: rootOf(func(n float64) float64 { return interactionPower(n, shift/10) }, 20, 20000), source: "noncentral t, four cells"}
	}
	return append(list, interaction("interaction of halves, 0.8 SD", shift, 100), interaction("interaction of halves, 0.4 SD", shift/2, 200))
}

// nestedPower is the power of k case managers with so many clients each against as
// many clients without one: of a t test of the managers' means and the others,
// with unequal variances (Moerbeek & Wong 2008). The statistic has Satterthwaite's
// (1946) degrees of freedom; CR2 takes the critical value at those of independent
// clients, its working model (Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672).
func nestedPower(k, each, icc, shift float64) float64 {
	between := 100 * icc / (1 - icc)
	df := func(v1, v0 float64) float64 { return (v1 + v0) * (v1 + v0) / (v1*v1/(k-1) + v0*v0/(k*each-1)) }
	v1, v0 := (between+100/each)/k, 100/(k*each)
	return noncentral(shift/math.Sqrt(v1+v0), df(v1, v0), df(v0, v0))
}

// interactionPower is that of a difference d, in SD, between the effects in two
// halves: four cells of a quarter of the clients, as many as are expected.
func interactionPower(n, d float64) float64 {
	cell := n/4 - 1 // the harmonic mean of a count that varies is smaller
	return noncentral(d/math.Sqrt(4/cell), n-4, n-4)
}

// noncentral is the power of a t statistic whose critical value is that of other
// degrees of freedom.
func noncentral(ncp, df, critical float64) float64 {
	c := numeric.StudentCritical(0.05, critical)
	t := distuv.NoncentralT{Nu: df, Mu: ncp}
	return 1 - t.CDF(c) + t.CDF(-c)
}

// rootOf is where a power that rises is 80 %.
func rootOf(power func(n float64) float64, low, high float64) float64 {
	for range 100 {
		if mid := (low + high) / 2; power(mid) < 0.8 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// smoothedRoot is where a power that moves in small steps, as that of counts does,
// is 80 % on the whole: by the straight line of its probit over the square root of
// sizes near the guess.
func smoothedRoot(power func(n float64) float64, guess float64) float64 {
	var n, sx, sy, sxx, sxy float64
	for k := math.Round(0.8 * guess); k <= 1.2*guess; k++ {
		if int(k)%2 != 0 {
			continue
		}
		x, y := math.Sqrt(k), numeric.NormalQuantile(power(k))
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	b := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	x := (numeric.NormalQuantile(0.8) - (sy-b*sx)/n) / b
	return x * x
}

func (c *sizeCase) model(t *testing.T) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("size.toml", []byte(c.text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// startAt is the size that repetition k starts from, as a share of the truth: what a
// planner guesses, from 0.4 to 2.2, spread evenly on a logarithmic scale (multiples
// of the golden ratio leave no gap) and so that the halves of halves hit the truth
// no more often than by chance.
func startAt(k int) float64 {
	_, share := math.Modf(float64(k+1) * math.Phi)
	return 0.4 * math.Pow(5.5, share)
}

// started is the trial that repetition seed starts from.
func (c *sizeCase) started(t *testing.T, m *sim.Model, seed int) *sim.Model {
	t.Helper()
	if c.solve != size.Clients {
		return m
	}
	sc := *m.Scenario
	sc.Trial.Clients = 2 * int(math.Round(c.truth*startAt(seed)/2))
	v, err := m.Variant(&sc)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// foundSizes is how the repeated searches of a case went.
type foundSizes struct {
	inside, searches int
	replicates, rmse float64 // mean; of the logarithm of the answer
	answers          []string
}

// search repeats the search for a size.
func (c *sizeCase) search(t *testing.T, m *sim.Model, repeats int) (f foundSizes) {
	t.Helper()
	for seed := range repeats {
		res, err := size.Run(context.Background(), c.started(t, m, seed), size.Question{Solve: c.solve, Subgroup: c.subgroup, Size: m.Scenario.Size}, size.Options{Seed: int64(seed)})
		if err != nil {
			t.Fatal(err)
		}
		a := &res.Answers[0]
		f.answers = append(f.answers, fmt.Sprintf("%.1f [%.1f, %.1f]", a.Exact.Value, a.Exact.Low, a.Exact.High))
		if a.Status != size.Found {
			t.Errorf("%s, seed %d: %s; %s", c.what, seed, a.Status, a.Reason)
			continue
		}
		if float64(a.Exact.Low) <= c.truth && c.truth <= float64(a.Exact.High) {
			f.inside++
		}
		d := math.Log(float64(a.Exact.Value) / c.truth)
		f.searches, f.replicates, f.rmse = f.searches+1, f.replicates+float64(res.Replicates), f.rmse+d*d
	}
	f.replicates /= float64(f.searches)
	f.rmse = math.Sqrt(f.rmse / float64(f.searches))
	return f
}

// bisect is plain bisection with so many replicates at each size: doubled or
// halved from the size as written until the power found is on either side of the
// target, then halved until the ends are half as far apart as those of a search's
// interval, so that their distance adds little to the error.
func (c *sizeCase) bisect(t *testing.T, m *sim.Model, seed int64, each int) (answer, replicates float64) {
	t.Helper()
	next := 0
	above := func(clients float64) bool {
		sc := *m.Scenario
		sc.Trial.Clients = int(math.Round(clients/2) * 2)
		v, err := m.Variant(&sc)
		if err != nil {
			t.Fatal(err)
		}
		res, err := analysis.Run(context.Background(), v, analysis.Options{From: next, Replicates: next + each, Seed: seed, NoTruth: true})
		if err != nil {
			t.Fatal(err)
		}
		next += each
		for k := range res.Rows {
			if row := &res.Rows[k]; row.Method.Name == c.method && (c.subgroup == "") == (row.Subgroup < 0) {
				return row.Performance.Power >= 0.8
			}
		}
		t.Fatal("no row")
		return false
	}
	low, high := float64(m.Scenario.Trial.Clients), float64(m.Scenario.Trial.Clients)
	if above(low) {
		for low /= 2; above(low); low /= 2 {
			high = low
		}
	} else {
		for high *= 2; !above(high); high *= 2 {
			low = high
		}
	}
	for high-low > m.Scenario.Size.Precision*(high+low)/2 {
		if mid := (low + high) / 2; above(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return (low + high) / 2, float64(next)
}

// bisected is how repeated bisections went.
func (c *sizeCase) bisected(t *testing.T, m *sim.Model, repeats int) (replicates, rmse float64) {
	t.Helper()
	for seed := range repeats {
		answer, used := c.bisect(t, c.started(t, m, seed), int64(seed), bisectionSize)
		d := math.Log(answer / c.truth)
		replicates, rmse = replicates+used/float64(repeats), rmse+d*d/float64(repeats)
	}
	return replicates, math.Sqrt(rmse)
}

// bisectionSize is the replicates at each size of a bisection: with so many its
// answers err about as much as those of a search do.
const bisectionSize = 1500

// least is the number of intervals that have to contain the truth: an exact 95 %
// interval has fewer of so many in 0.3 % of the cases.
func least(n int) int {
	b := distuv.Binomial{N: float64(n), P: 0.95}
	k := 0
	for b.CDF(float64(k)) < 0.003 {
		k++
	}
	return k
}

const searchesHead = `Each search for 80 %% power was repeated %d times with other chances, as precise as by default: an interval of 5 %% of the
answer to either side. *Truth* is what a formula, or an enumeration, says of designs so plain that there is one: all
contacts on the first day and their effect on all days, nobody lost, nobody waiting. An exact 95 %% interval would
contain it less often than %d times in 0.3 %% of the cases. Searches for clients start from 0.4 to 2.2 times the truth.

| design | test | solved for | truth | by | truth in the interval | mean trials | RMSE, %% |
|---|---|---|---|---|---|---|---|
`

const searchesNote = `
An interaction of two halves takes four times the clients of a difference of the same size, and sixteen times those if it
is half as large: %.0f and %.0f against %.0f.
`

// checkSearches holds searches for sizes to closed forms.
func checkSearches(t *testing.T, section *strings.Builder) {
	cases := sizeCases()
	fmt.Fprintf(section, searchesHead, searches, least(searches))
	for k := range cases {
		c := &cases[k]
		f := c.search(t, c.model(t), searches)
		c.hold(t, &f, searches)
		fmt.Fprintf(section, "| %s | %s | %s | %.1f | %s | %d (%.1f %%) | %.0f | %.1f |\n", c.what, c.method, c.solve, c.truth, c.source, f.inside,
			100*float64(f.inside)/float64(f.searches), f.replicates, 100*f.rmse)
	}
	checkInteractions(t, cases)
	fmt.Fprintf(section, searchesNote, cases[4].truth, cases[5].truth, differenceSize)
}

// hold fails where the intervals of searches contain the truth too seldom.
func (c *sizeCase) hold(t *testing.T, f *foundSizes, repeats int) {
	t.Helper()
	t.Logf("%s: truth %.1f in %d of %d, %.0f trials, RMSE %.2f %%", c.what, c.truth, f.inside, f.searches, f.replicates, 100*f.rmse)
	if f.inside < least(repeats) {
		t.Errorf("%s: the truth %.1f is in %d of %d intervals, want at least %d", c.what, c.truth, f.inside, repeats, least(repeats))
	}
}

const firstHead = `What the first three of these searches found, with their intervals.

| design | first | second | third |
|---|---|---|---|
`

// checkFirstSearches compares the first of the searches, and holds some to closed
// forms, since all of them take an hour.
func checkFirstSearches(t *testing.T, section *strings.Builder) {
	cases := sizeCases()
	section.WriteString(firstHead)
	for k := range cases {
		c := &cases[k]
		f := c.search(t, c.model(t), someSearches)
		c.hold(t, &f, someSearches)
		fmt.Fprintf(section, "| %s | %s |\n", c.what, strings.Join(f.answers[:3], " | "))
	}
	checkInteractions(t, cases)
}

const bisectionHead = `Bisection with %d trials at each size, from the same starts to ends half as far apart as those of a search's
interval, in %d repetitions. *Times the trials* is how many times as many trials bisection takes for an answer that errs as much: the ratio of
the trials times that of the squared errors, since an error falls with the square root of the trials.

| design | trials, search | RMSE, %% | trials, bisection | RMSE, %% | times the trials |
|---|---|---|---|---|---|
`

// checkBisection compares searches for clients with bisection.
func checkBisection(t *testing.T, section *strings.Builder) {
	const fewer = searches / 5
	fmt.Fprintf(section, bisectionHead, bisectionSize, fewer)
	cases := sizeCases()
	for k := range cases {
		c := &cases[k]
		if c.solve != size.Clients {
			continue
		}
		m := c.model(t)
		f := c.search(t, m, searches)
		trials, rmse := c.bisected(t, m, fewer)
		times := trials / f.replicates * (rmse * rmse) / (f.rmse * f.rmse)
		if !(times >= 3) {
			t.Errorf("%s: bisection takes %.1f times the trials, want at least 3", c.what, times)
		}
		fmt.Fprintf(section, "| %s | %.0f | %.1f | %.0f | %.1f | %.1f |\n", c.what, f.replicates, 100*f.rmse, trials, 100*rmse, times)
	}
}

// differenceSize is the clients that a difference takes that is as large as the
// first interaction.
var differenceSize = 2 * closedform.TTestSize(0.8, 0.8, 0.05)

// checkInteractions holds the truths of interactions to the rule of four and
// sixteen, but for what degrees of freedom and unequal halves cost.
func checkInteractions(t *testing.T, cases []sizeCase) {
	t.Helper()
	for k, times := range map[int]float64{4: 4, 5: 16} {
		if ratio := cases[k].truth / differenceSize; math.Abs(ratio/times-1) > 0.05 {
			t.Errorf("%s takes %.2f times the clients, want %v", cases[k].what, ratio, times)
		}
	}
}
