package explain

import (
	"context"
	"fmt"
	"math"

	"caseload/analysis/replicate"
)

// counted is how many clients there are of some kind in a replicate, and the sum
// of something over them.
type counted struct{ n, sum float64 }

// pooled returns the mean over the clients of all replicates, and by how much each
// replicate pulls it: the ratio's linearization. Source: Cochran 1977, Sampling
// Techniques, section 2.11.
func pooled(list []counted) (mean float64, pulls []float64) {
	var all counted
	for _, c := range list {
		all.n += c.n
		all.sum += c.sum
	}
	mean = all.sum / all.n
	for _, c := range list {
		pulls = append(pulls, (c.sum-float64(mean*c.n))/all.n)
	}
	return mean, pulls
}

// pooledMean returns the pooled mean with its MCSE, missing of nobody.
func pooledMean(list []counted) Number { return pooledDifference(list, nil) }

// pooledDifference returns that of two pooled means, of clients in the same
// replicates; nothing is taken from the first without a second. Missing where there
// is nobody.
func pooledDifference(list, other []counted) Number {
	value, pulls := pooled(list)
	if other != nil {
		less, others := pooled(other)
		value -= less
		for r, x := range others {
			pulls[r] -= x
		}
	}
	if math.IsNaN(value) {
		return Missing()
	}
	sum, n := 0.0, float64(len(pulls))
	for _, x := range pulls {
		sum += float64(x * x)
	}
	return Number{value, math.Sqrt(sum * n / (n - 1))}
}

// replicates does some work for each replicate over workers, each of which
// starts its own, until all are done or ctx is, and returns how many are: the
// first ones.
func (d *diluter) replicates(ctx context.Context, start func() (work func(r int))) (done int, err error) {
	o := replicate.Options{Workers: d.opt.Workers, Replay: func(r int) string {
		return fmt.Sprintf("To see this replicate: caseload trial %s --seed %d --replicate %d", d.opt.Name, d.opt.Seed, r)
	}}
	return replicate.Each(ctx, d.opt.Replicates, o, start, func(work func(r int), r int) error {
		work(r)
		return nil
	})
}
