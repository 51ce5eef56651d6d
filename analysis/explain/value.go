package explain

import (
	"math"

	"caseload/analysis/lifetable"
	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim/portable"
)

var nan = math.NaN()

// value holds what the trials of one world say, all replicates or all but a batch.
type value struct {
	smd, units float64 // positive is better
	sd         float64 // pooled within arms, of the units; NaN for times
	// effect is what single trials estimate, pooled, and se the empirical standard
	// error of their estimates: of a difference, or a log hazard ratio.
	effect, se float64
}

// valuer makes values of tallies.
type valuer struct {
	kind   scenarios.VarKind
	good   float64 // +1 where more, or later, is better
	hazard float64 // +1 where a larger hazard is better
	at     float64 // the outcome's day
}

func newValuer(q *query) valuer {
	good := q.variable.Good
	return valuer{kind: q.variable.Kind, good: float64(good), hazard: float64(measure.LogHR.Good(good)), at: q.outcome.AtDays}
}

// values returns those of one world after so many replicates: of all, then with each
// batch left out.
func (v valuer) values(t *tally, done int) []value {
	by := t.by[:min(done, len(t.by))]
	var all record
	for k := range by {
		for j, x := range by[k] {
			all[j] += x
		}
	}
	var table *lifetable.Table
	if v.kind == scenarios.Time {
		table = t.times.Table(1, v.at)
		t.times.Pool(table, -1)
	}
	out := []value{v.value(&all, table)}
	for b := range by {
		rest := all
		for j, x := range by[b] {
			rest[j] -= x
		}
		if table != nil {
			t.times.Pool(table, b)
		}
		out = append(out, v.value(&rest, table))
	}
	return out
}

func (v valuer) value(r *record, table *lifetable.Table) value {
	x := value{sd: nan, se: r.spread(estimated)}
	d := r.mean(treated) - r.mean(control)
	switch v.kind {
	case scenarios.Time:
		x.effect = v.hazard * table.LogHazardRatio()
		x.smd = x.effect * math.Sqrt(6) / math.Pi
		x.units = v.good * table.RestrictedMean()
		return x
	case scenarios.Binary:
		x.smd = v.good * (r.logit(treated) - r.logit(control)) * math.Sqrt(3) / math.Pi
	}
	x.units = v.good * d
	x.effect = x.units
	x.sd = math.Sqrt((r.squares(treated) + r.squares(control)) / (r[treated] + r[control]))
	if v.kind != scenarios.Binary {
		x.smd = x.units / x.sd
		if x.units == 0 {
			x.smd = 0 // also where nobody differs
		}
	}
	return x
}

func (r *record) mean(at int) float64 { return r[at+1] / r[at] }

// squares returns the sum of squares about the mean.
func (r *record) squares(at int) float64 { return max(0, r[at+2]-r[at+1]*r[at+1]/r[at]) }

// spread returns the standard deviation of values.
func (r *record) spread(at int) float64 {
	if r[at] < 2 {
		return nan
	}
	return math.Sqrt(r.squares(at) / (r[at] - 1))
}

// logit returns the log odds of a binary outcome over all replicates, with half an
// event added.
func (r *record) logit(at int) float64 {
	p := (r[at+1] + 0.5) / (r[at] + 1)
	return portable.Log(p / (1 - p))
}

// power is that for which clients are counted.
const power = 0.8

// factorForPower is by how many standard errors an effect must be away from zero
// for a two-sided test at level alpha to find it with that power: 2.80 at 5 %.
func factorForPower(alpha float64, sides int) float64 {
	return numeric.NormalQuantile(1-alpha/float64(sides)) + numeric.NormalQuantile(power)
}

// clients returns how many a trial needs that has n now.
func (x *value) clients(n, factor float64) float64 {
	return n * portable.Pow(factor*x.se/math.Abs(x.effect), 2)
}

// jackknife returns the first of some numbers with the MCSE that the others give,
// each with one batch left out (Efron & Tibshirani 1993, equation 11.5).
func jackknife(x []float64) Number {
	rest := x[1:]
	n := float64(len(rest))
	if n < 2 {
		return Number{x[0], nan}
	}
	mean, ss := 0.0, 0.0 // about the first, so that what never differs has no error
	for _, y := range rest {
		mean += (y - x[0]) / n
	}
	for _, y := range rest {
		ss += float64((y - x[0] - mean) * (y - x[0] - mean))
	}
	return Number{x[0], math.Sqrt(ss * (n - 1) / n)}
}
