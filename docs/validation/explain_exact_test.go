package validation_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"caseload/analysis/explain"
	"caseload/scenarios"
	"caseload/sim"
)

// shapleyOfProduct is the Shapley value of factor k where each leaves a share of
// what the others leave: the mean of its step over all orders, written down one by
// one.
func shapleyOfProduct(left []float64, k int) float64 {
	sum, all := 0.0, ordersOf(len(left))
	for _, order := range all {
		before := 1.0
		for _, j := range order[:slices.Index(order, k)] {
			before *= left[j]
		}
		sum += before * (left[k] - 1)
	}
	return sum / float64(len(all))
}

// ordersOf are the orders of n things: each of n-1 with the last in every place.
func ordersOf(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, order := range ordersOf(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(order), at, n-1))
		}
	}
	return all
}

// room: with a place for every client nobody waits, and nothing is lost, not even
// by chance.
func room() obstacle {
	return obstacle{"linked", []string{"service.clinic.slots=200"}, func(t *testing.T, e *explain.Explanation) []relation {
		onlyFactors(t, e, "capacity")
		return []relation{exactZero(t, "as many places as clients", "capacity: nothing, in any order", inPoints, taken(e))}
	}}
}

// nothingDone are a program's effects, without any.
const nothingDone = `program.manager.effect=[{on="linkage",hazard_ratio=1.0,lasts_days=30,in="in_need"},` +
	`{on="health",points=0.0,lasts_days=30,direct=true,in="in_need"}]`

// noEffect: what does nothing can't be lost, whatever stands in its way. The arms
// are other people, so that the ends differ from zero by chance.
func noEffect() obstacle {
	sets := []string{nothingDone, takenUpBy(0.7), contaminating(0.3), "service.clinic.slots=200"}
	return obstacle{"linked", sets, func(t *testing.T, e *explain.Explanation) []relation {
		onlyFactors(t, e, "mix", "uptake", "capacity", "contamination", "persistence")
		if e.Ideal.SMD != e.Observed.SMD || e.Ideal.Units != e.Observed.Units {
			t.Errorf("no effect: ideal %v, observed %v", e.Ideal, e.Observed)
		}
		const what = "no effect on linkage"
		return []relation{
			exactZero(t, what, "all factors: nothing, in any order", inPoints, taken(e)),
			{what, "observed: nothing", inPoints, exactly(0), e.Observed.Units},
		}
	}}
}

// alike: of clients who don't differ at all both ends are nothing, too.
func alike() obstacle {
	sets := []string{nothingDone, takenUpBy(0.7), contaminating(0.3), "health.sd=0"}
	return obstacle{"health", sets, func(t *testing.T, e *explain.Explanation) []relation {
		onlyFactors(t, e, "mix", "uptake", "contamination", "persistence")
		const what = "no effect on a score that all share"
		return []relation{
			exactZero(t, what, "all factors: nothing, in any order", inScorePoints, taken(e)),
			exactZero(t, what, "ideal: nothing", inScorePoints, e.Ideal.Units),
			exactZero(t, what, "observed: nothing", inScorePoints, e.Observed.Units),
			exactZero(t, what, "through services or directly: nothing", inScorePoints, e.Path.Total),
		}
	}}
}

// onlyFactors fails the test unless these factors are present and no others.
func onlyFactors(t *testing.T, e *explain.Explanation, names ...string) {
	t.Helper()
	var have []string
	for _, f := range e.Factors {
		have = append(have, f.Name)
	}
	if !slices.Equal(have, names) {
		t.Errorf("factors %v, want %v", have, names)
	}
}

// exactZero is the row of what has to be zero without an error.
func exactZero(t *testing.T, what, says string, in unit, found explain.Number) relation {
	t.Helper()
	if found != (explain.Number{}) {
		t.Errorf("%s, %s: found %v, want exactly 0", what, says, found)
	}
	return relation{what, says, in, exactly(0), found}
}

// taken is the first number that is not exactly zero of all that factors take: by
// step, Shapley value, from ideal and from real.
func taken(e *explain.Explanation) explain.Number {
	for _, f := range e.Factors {
		for _, p := range []explain.Part{f.Step, f.Shapley, f.FromIdeal, f.FromReal} {
			for _, n := range []explain.Number{p.SMD, p.Units} {
				if n != (explain.Number{}) {
					return n
				}
			}
		}
	}
	return explain.Number{}
}

// errorsOfErrors hold the MCSE that an explanation gives to how much its numbers
// differ from one seed to the next.
func errorsOfErrors(t *testing.T) []relation {
	t.Helper()
	const repetitions, replicates = 200, 40
	sc, err := scenarios.Load(os.DirFS("testdata"), "explain.toml", []string{"trial.clients=60", takenUpBy(0.7), contaminating(0.3)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	var step, value []explain.Number
	for r := range int64(repetitions) {
		f := factorIn(t, explainedBy(t, m, "linked", replicates, 1+r), "contamination")
		step, value = append(step, f.Step.SMD), append(value, f.Shapley.SMD)
	}
	const what = "200 explanations of 40 trials, uptake and contamination"
	return []relation{
		{what, "MCSE of a step, over the spread", asRatio, exactly(1), errorOverSpread(step)},
		{what, "MCSE of a Shapley value, over the spread", asRatio, exactly(1), errorOverSpread(value)},
	}
}

// errorOverSpread is the root mean square of the MCSEs over the standard
// deviation of the values: 1 if they are right (Morris, White & Crowther 2019, Stat
// Med 38:2074, table 6, the relative error of standard errors). Its own standard
// error is that of a ratio of means by the delta method, so that MCSEs which go
// with their values are allowed for.
func errorOverSpread(list []explain.Number) explain.Number {
	n := float64(len(list))
	mean, given, spread := 0.0, 0.0, 0.0
	for _, x := range list {
		mean += x.Value / n
		given += x.MCSE * x.MCSE / n
	}
	for _, x := range list {
		spread += (x.Value - mean) * (x.Value - mean) / (n - 1)
	}
	ss := 0.0
	for _, x := range list {
		pull := x.MCSE*x.MCSE/given - (x.Value-mean)*(x.Value-mean)/spread
		ss += pull * pull
	}
	ratio := math.Sqrt(given / spread)
	return explain.Number{Value: ratio, MCSE: ratio / 2 * math.Sqrt(ss/(n-1)/n)}
}
