package compare

import (
	"context"
	"math"
	"slices"

	"caseload/analysis/closedform"
	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/scenarios"
	"caseload/sim"
)

// Formula is what a textbook formula says of a design: for the effect of a rollout, clients who vary as
// they do, and one intraclass correlation, that of sites, for all designs.
type Formula struct {
	Power        measure.Number `json:"power"`
	DesignEffect measure.Number `json:"design_effect"`
	ICC          measure.Number `json:"icc"` // of clients of one site and arm
	Clusters     measure.Number `json:"clusters"`
	Name         string         `json:"name,omitempty"`
	None         string         `json:"none,omitempty"` // why there is none
}

func noFormula(why string) Formula {
	none := measure.Missing()
	return Formula{Power: none, DesignEffect: none, ICC: none, Clusters: none, None: why}
}

// looked is how many trials the intraclass correlation is taken from.
const looked = 100

// formulas finds what formulas say of each design.
func (r *Result) formulas(ctx context.Context, base *sim.Model) {
	trials := shown(ctx, base, r.Base.Seed, looked)
	for i := range r.Found {
		f := &r.Found[i]
		for k := range f.Rows {
			x := &f.Rows[k]
			x.Formula = r.formula(f, x, trials)
		}
	}
}

// shown are the first trials of a model, as trialists have them.
func shown(ctx context.Context, m *sim.Model, seed int64, n int) (list []*sim.Shown) {
	for k := range n {
		if ctx.Err() != nil && k >= 2 {
			break
		}
		list = append(list, m.NewRecorder(false).Show(seed, k)) // each has memory of its own
	}
	return list
}

// formula finds that of one row.
func (r *Result) formula(f *Found, x *Row, trials []*sim.Shown) Formula {
	switch {
	case !difference(&x.Row):
		return noFormula("none here for a measure other than a difference")
	case math.IsNaN(x.Target.Value):
		return noFormula("the effect of a rollout is not known in this measure")
	case x.OutcomeSpec.Test != scenarios.Superiority:
		return noFormula("none for a test against a margin")
	}
	one, none := armOf(&x.Row, f.arms, x.ArmName), armOf(&x.Row, f.arms, x.ControlName)
	if one == nil || none == nil {
		return noFormula("how much clients vary is not known")
	}
	n1, n0 := float64(one.N), float64(none.N)
	pooled := math.Sqrt((float64(n1*float64(one.SD*one.SD)) + float64(n0*float64(none.SD*none.SD))) / (n1 + n0))
	d, alpha := x.Target.Value/pooled, x.OutcomeSpec.Alpha*2/float64(x.OutcomeSpec.Sides)
	rho := siteCorrelation(r.Base, trials, x)
	out := Formula{ICC: measure.Number(rho), Clusters: measure.Missing(), DesignEffect: 1}
	switch sc := f.Scenario; {
	case sc.InPeriods():
		plan := periods(sc, n1+n0, rho)
		v := plan.Variance()
		k := 0.0
		for _, n := range plan.Clusters {
			k += n
		}
		out.Name, out.Clusters = "clusters in periods, least squares, t test (Hussey & Hughes)", measure.Number(k)
		out.DesignEffect = measure.Number(v * (n1 + n0) / 4)
		out.Power = measure.Number(closedform.WaldTPower(d, math.Sqrt(v), k-2, alpha))
	case !sc.Trial.Randomization.Clustered():
		out.Name = "two means, noncentral t"
		out.Power = measure.Number(closedform.TTestPower(d, n1, n0, alpha))
	default:
		k := f.clusters(x)
		m := (n1 + n0) / k
		out.Name, out.Clusters = "means of clusters, t test (Donner & Klar)", measure.Number(k)
		out.DesignEffect = measure.Number(closedform.DesignEffect(m, rho, 0))
		out.Power = measure.Number(closedform.ClusteredTPower(d, k/2, m, rho, alpha))
	}
	return out
}

// periods returns the design of sites in periods by formula: so many clients, who enrol evenly, and
// sites that differ in the same way throughout.
func periods(sc *scenarios.Scenario, clients, icc float64) *closedform.PeriodDesign {
	plan, control, ends := sc.Schedule(), sc.Control(), sc.AccrualDays()
	d := &closedform.PeriodDesign{ICC: icc}
	shares, total := 0, 0.0
	for _, n := range plan.Shares {
		shares += n
	}
	for q, arms := range plan.Arms {
		d.Clusters = append(d.Clusters, float64(sc.Trial.Sites*plan.Shares[q])/float64(shares))
		treated, sizes := make([]bool, len(arms)), make([]float64, len(arms))
		for k, arm := range arms {
			from, to := plan.FromDays[k], ends
			if k+1 < len(arms) {
				to = min(ends, plan.FromDays[k+1])
			}
			if plan.Changes(q, k) {
				from += plan.TransitionDays
			}
			treated[k], sizes[k] = arm != control, max(0, to-from)
			total += float64(d.Clusters[q] * sizes[k])
		}
		d.Treated, d.Sizes = append(d.Treated, treated), append(d.Sizes, sizes)
	}
	for q := range d.Sizes {
		for k := range d.Sizes[q] {
			d.Sizes[q][k] *= clients / total
		}
	}
	return d
}

// clusters returns how many clusters of a design have clients in the two arms of a row, on average over
// trials.
func (f *Found) clusters(x *Row) float64 {
	total, arms := 0, armsOf(f.Scenario, x)
	for _, s := range f.trials {
		seen := map[int32]bool{}
		for i, arm := range s.Observed.Arm {
			if slices.Contains(arms, int(arm)) {
				seen[s.Observed.Cluster[i]] = true
			}
		}
		total += len(seen)
	}
	return float64(total) / float64(len(f.trials))
}

// armsOf returns the arms whose clients a row compares.
func armsOf(sc *scenarios.Scenario, x *Row) []int {
	groups := sc.Groups()
	return append(slices.Clone(groups[x.Arm].Arms), groups[x.Control].Arms...)
}

// siteCorrelation returns the intraclass correlation of an outcome among the clients of one site and
// arm, over trials: the estimator by analysis of variance, not cut off at 0 (Donner & Klar 2000, section
// 1.3). It is 0 where there is one site.
func siteCorrelation(sc *scenarios.Scenario, trials []*sim.Shown, x *Row) float64 {
	var between, within, sizes, degrees, groups float64
	for _, s := range trials {
		column := &s.Observed.Outcomes[x.Outcome]
		for _, arm := range armsOf(sc, x) {
			v := variances(column.Value, func(i int) (int, bool) {
				return int(s.Observed.Site[i]), int(s.Observed.Arm[i]) == arm && column.In[i]
			})
			if v.groups < 2 {
				continue
			}
			between, within = between+v.between, within+v.within
			sizes, degrees, groups = sizes+float64(v.size*(v.groups-1)), degrees+v.degrees, groups+v.groups-1
		}
	}
	if groups == 0 || degrees == 0 {
		return 0
	}
	msb, msw, m := between/groups, within/degrees, sizes/groups
	return (msb - msw) / (msb + float64((m-1)*msw))
}

// analysis of variance of one arm of one trial.
type spreads struct{ between, within, groups, degrees, size float64 }

// variances splits the sum of squares of values in that between and that within groups.
func variances(values []float64, group func(i int) (int, bool)) (v spreads) {
	sum, n := map[int]float64{}, map[int]float64{}
	total, all := 0.0, 0.0
	each := func(do func(g int, y float64)) {
		for i, y := range values {
			if g, in := group(i); in && y == y {
				do(g, y)
			}
		}
	}
	each(func(g int, y float64) {
		sum[g], n[g] = sum[g]+y, n[g]+1
		total, all = total+y, all+1
	})
	each(func(g int, y float64) {
		mean := sum[g] / n[g]
		between := mean - total/all
		v.between += float64(between * between)
		v.within += float64((y - mean) * (y - mean))
	})
	squares := 0.0
	for g := range 256 {
		squares += float64(n[g] * n[g])
	}
	v.groups, v.degrees = float64(len(n)), all-float64(len(n))
	v.size = (all - squares/all) / (v.groups - 1)
	return v
}

// describe looks at trials of a design.
func (f *Found) describe(ctx context.Context, m *sim.Model) {
	f.Staffing = size.Takes(ctx, m, m.Scenario.Seed)
	f.trials = shown(ctx, m, m.Scenario.Seed, 24)
}
