package sim

import (
	"fmt"
	"math"

	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// moving is the part of a client's own number in a score that changes from visit to
// visit: a stationary autoregressive process of the first order in continuous time, with
// variance 1, from day 0 on (Ornstein-Uhlenbeck). Between visits as planned t days apart
// its correlation is kept^(t/days); the number itself is
//
//	sqrt(lasting) z + sqrt(1 - lasting) u
//
// with z that of the client and u this process. The draws are keyed by client, score and
// visit, so that all worlds of a replicate share them, and missed visits change nothing.
type moving struct {
	lasting, passing float64        // weights of z and u: roots of shares that sum to 1
	begin            stream.Purpose // of the draw on day 0
	steps            []renewal      // to each visit from the one before, or from day 0
}

// renewal leads from one visit to the next: u becomes keep u + fresh e.
type renewal struct {
	keep, fresh float64
	purpose     stream.Purpose
}

// compileMoving returns nil where the number is the same at each visit.
func (m *Model) compileMoving(sc *scenarios.Scenario, name string, r *scenarios.ScoreCorrelation) *moving {
	if r == nil {
		return nil
	}
	v := &moving{lasting: math.Sqrt(r.Lasting), passing: math.Sqrt(1 - r.Lasting), begin: stream.NewPurpose(name + ".own.day 0")}
	kept, before := (r.Value-r.Lasting)/(1-r.Lasting), 0.0
	for _, day := range sc.Trial.FollowUpDays {
		keep := portable.Pow(kept, (day-before)/r.DaysApart)
		v.steps = append(v.steps, renewal{keep, math.Sqrt(max(0, 1-float64(keep*keep))), stream.NewPurpose(fmt.Sprintf("%s.own.day %g", name, day))})
		before = day
	}
	return v
}

// moved returns the client's number at a visit, with z what would be the same at each.
func (w *Workspace) moved(v *moving, visit int, c *client, z float64) float64 {
	key := w.keyOf(c.id)
	w.sampler.Use(key.Stream(v.begin))
	u := w.sampler.Normal()
	for k := range v.steps[:visit+1] {
		if s := &v.steps[k]; s.fresh > 0 {
			w.sampler.Use(key.Stream(s.purpose))
			u = float64(s.keep*u) + float64(s.fresh*w.sampler.Normal())
		}
	}
	return float64(v.lasting*z) + float64(v.passing*u)
}
