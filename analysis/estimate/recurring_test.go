package estimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// recurringReference is what testdata/make-recurring.R has found.
type recurringReference struct {
	Rate, Adjusted  expectedFit
	Cluster         *clusterFit
	ClusterAdjusted *clusterFit `json:"cluster_adjusted"`
	Hand            struct{ Means, Errors [2]float64 }
}

type clusterFit struct{ Value, SE, DF float64 }

// recurringData reads rows of id, start, stop, event and arm, then of covariates, or with
// deaths of death, cluster and a covariate.
func recurringData(t *testing.T, c *refCase[recurringReference]) *Data {
	columns, deaths := []string{"id", "start", "stop", "event", "thiotepa", "number", "size"}, c.Data == "recurring.csv"
	if deaths {
		columns = []string{"id", "start", "stop", "event", "arm", "died", "cluster", "age"}
	}
	d := &Data{Period: 0}
	id := -1.0
	for _, row := range c.rows(t, columns...) {
		r := &d.Recurring
		if row[0] != id {
			id = row[0]
			d.Y, d.Treated = append(d.Y, 0), append(d.Treated, row[4] == 1)
			r.Until, r.Ended = append(r.Until, 0), append(r.Ended, false)
			r.First, r.Count = append(r.First, int32(len(r.Times))), append(r.Count, 0)
			x := row[5:]
			if deaths {
				x = row[7:]
				d.Cluster = append(d.Cluster, int32(row[6]))
			}
			for j, v := range x {
				if len(d.X) <= j {
					d.X = append(d.X, nil)
				}
				d.X[j] = append(d.X[j], v)
			}
		}
		i := len(d.Y) - 1
		r.Until[i] = row[2]
		r.Ended[i] = deaths && row[5] == 1
		if row[3] == 1 {
			r.Times = append(r.Times, row[2])
			r.Count[i]++
			d.Y[i]++
		}
	}
	return d
}

// R: survival::coxph with cluster(id) and Breslow's ties, on bladder2 and on data with
// deaths; mets::recurrentMarginal, survival::survfit and, agreeing with both, sums by hand
// for the means; clubSandwich for the sandwich CR2. The variances of the means are those of
// the arms times n/(n-1).
func TestRecurringAgainstR(t *testing.T) {
	for _, c := range casesOf[recurringReference](t, "make-recurring.json", "recurring") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := recurringData(t, &c), c.Expected
			plain := clone(d)
			plain.X = nil
			nearExpected(t, andersenGill{}, plain, want.Rate, iterative)
			nearExpected(t, andersenGill{}, d, want.Adjusted, iterative)
			var n, v [2]float64
			for _, treated := range d.Treated {
				n[bit(treated)]++
			}
			for a := range n {
				v[a] = want.Hand.Errors[a] * want.Hand.Errors[a] * n[a] / (n[a] - 1)
			}
			nearExpected(t, meanCumulative{}, plain, expectedFit{Value: want.Hand.Means[1] - want.Hand.Means[0], SE: math.Sqrt(v[0] + v[1])}, closedForm)
			if want.Cluster == nil {
				return
			}
			for _, one := range []struct {
				d    *Data
				want *clusterFit
			}{{plain, want.Cluster}, {d, want.ClusterAdjusted}} {
				got := andersenGill{clusters: true}.Fit(one.d, 0.05, new(Work))
				near(t, "value", got.Value, one.want.Value, iterative)
				near(t, "SE", got.SE, one.want.SE, iterative)
				near(t, "df", got.DF, one.want.DF, iterative)
			}
		})
	}
}

// Without censoring and deaths the mean number of events is that of counts, and all else
// is as in welch; the rate ratio is that of Poisson regression with robust errors where each
// row has the same exposure, since then the risk set is always everybody (Lawless & Nadeau 1995).
func TestRecurringOfCompleteDataAreCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := &Data{Period: 10}
	for i := range 90 {
		n := int32(r.IntN(5))
		d.Recurring.First, d.Recurring.Count = append(d.Recurring.First, int32(len(d.Recurring.Times))), append(d.Recurring.Count, n)
		var times []float64
		for range n {
			times = append(times, 10*r.Float64())
		}
		slices.Sort(times)
		d.Recurring.Times = append(d.Recurring.Times, times...)
		d.Recurring.Until, d.Recurring.Ended = append(d.Recurring.Until, 10), append(d.Recurring.Ended, false)
		d.Y, d.Treated, d.Exposure = append(d.Y, float64(n)), append(d.Treated, i%3 == 0), append(d.Exposure, 10)
	}
	got, want := meanCumulative{}.Fit(d, 0.05, new(Work)), welch{}.Fit(d, 0.05, new(Work))
	for name, pair := range map[string][2]float64{"value": {got.Value, want.Value}, "SE": {got.SE, want.SE}, "df": {got.DF, want.DF},
		"low": {got.Low, want.Low}, "p": {got.P, want.P}} {
		near(t, name, pair[0], pair[1], 1e-12)
	}
	rate, robust := andersenGill{}.Fit(d, 0.05, new(Work)), poissonRobust{}.Fit(d, 0.05, new(Work))
	near(t, "rate ratio", rate.Value, robust.Value, iterative)
	near(t, "its SE", rate.SE, robust.SE, iterative)
}

// What cannot be estimated is told by its status, and nothing panics.
func TestRecurringThatCannotBe(t *testing.T) {
	row := func(treated bool, until float64, died bool, times ...float64) func(*Data) {
		return func(d *Data) {
			r := &d.Recurring
			r.First, r.Count = append(r.First, int32(len(r.Times))), append(r.Count, int32(len(times)))
			r.Times, r.Until, r.Ended = append(r.Times, times...), append(r.Until, until), append(r.Ended, died)
			d.Y, d.Treated = append(d.Y, float64(len(times))), append(d.Treated, treated)
		}
	}
	alone := []func(*Data){row(true, 10, false, 2), row(true, 10, false)}
	for name, c := range map[string]struct {
		rows       []func(*Data)
		rate, mean Status
	}{
		"one arm":            {alone, EmptyArm, EmptyArm},
		"no events":          {append(slices.Clone(alone[1:]), alone[1], row(false, 10, false), row(false, 10, false)), NoEvents, ZeroVariance},
		"events in one arm":  {append(slices.Clone(alone), row(false, 10, false), row(false, 10, false)), Separated, OK},
		"a single row":       {append(slices.Clone(alone), row(false, 10, false, 3)), TooFew, TooFew},
		"all censored early": {append(slices.Clone(alone), row(false, 4, false, 3), row(false, 5, false)), OK, NotReached},
		"all dead early":     {append(slices.Clone(alone), row(false, 4, false, 3), row(false, 5, true)), OK, OK},
		"not a number":       {append(slices.Clone(alone), row(false, 10, false, math.NaN()), row(false, 10, false)), BadData, BadData},
	} {
		d := &Data{Period: 10}
		for _, add := range c.rows {
			add(d)
		}
		if got := (andersenGill{}).Fit(d, 0.05, new(Work)).Status; got != c.rate {
			t.Errorf("%s, rate ratio: %v, want %v", name, got, c.rate)
		}
		if got := (meanCumulative{}).Fit(d, 0.05, new(Work)).Status; got != c.mean {
			t.Errorf("%s, mean: %v, want %v", name, got, c.mean)
		}
	}
}
