package size

import (
	"context"

	"caseload/sim"
)

// Takes describes what trials of a model take, from the first of its replicates: all designs of one
// trial are described by the same clients. Interrupted, it is of two trials or more.
func Takes(ctx context.Context, m *sim.Model, seed int64) Staffing {
	sc := m.Scenario
	q := &query{sc: sc, control: sc.Control()}
	for q.arm = range sc.Arms {
		if q.arm != q.control {
			q.findOffered()
		}
	}
	x := newDescriber(&designer{q: q}, m)
	of := m.NewRecorder(true)
	for k := range described {
		if ctx.Err() != nil && k >= 2 {
			break
		}
		x.add(of.Show(seed, k))
	}
	return x.conclude().staffing
}
