package estimate

import "math"

// adjusted fits the arm beside what else is in the model.
func (c cox) adjusted(d *Data, w *Work) (value, variance float64, status Status) {
	if status = c.order(d, w); status != OK {
		return 0, 0, status
	}
	o := c.options(d)
	o.ordered = true
	b, cov, status := fitCox(d.Y, d.Event, c.design(d, w), o, w)
	if status != OK {
		return 0, 0, status
	}
	k := c.effect()
	switch {
	case math.IsNaN(b[k]) || cov[k][k] == 0:
		return 0, 0, ZeroVariance
	case !(cov[k][k] > 0):
		return 0, 0, BadData
	}
	return b[k], cov[k][k], OK
}

// order puts the times in order, and reports what identified does of their table, which it
// makes only where there are strata: an arm's first event is at or before the last time of the
// other, or not.
func (c cox) order(d *Data, w *Work) Status {
	if c.stratified {
		table, status := c.table(d, w)
		if status == OK {
			status = identified(table)
		}
		return status
	}
	d.check(c.Method().Needs)
	if !w.times.sort(d.Y) {
		return BadData
	}
	none := len(d.Y)
	first, last := [2]int{none, none}, [2]int{-1, -1} // places in order: an arm's first event, its last row
	for at, row := range w.times.rows {
		arm := bit(d.Treated[row])
		last[arm] = at
		if first[arm] == none && d.Event[row] {
			first[arm] = at
		}
	}
	if last[0] < 0 || last[1] < 0 {
		return EmptyArm
	}
	if first[0] == none && first[1] == none {
		return NoEvents
	}
	meets := func(arm int) bool {
		return first[arm] < none && w.times.times[first[arm]] <= w.times.times[last[1-arm]]
	}
	return moves(meets(1), meets(0))
}

// design returns the columns of the model: the arm, with an interaction the subgroup
// and the product of both, and Data.X. The product comes before Data.X, whose
// columns are left out where they repeat the subgroup.
func (c cox) design(d *Data, w *Work) [][]float64 {
	w.arm = resize(w.arm, 3*len(d.Y))
	n := len(d.Y)
	arm, member, both := w.arm[:n], w.arm[n:2*n], w.arm[2*n:3*n]
	for i, t := range d.Treated {
		arm[i] = float64(bit(t))
	}
	w.design = append(w.design[:0], arm)
	if c.interaction {
		for i, m := range d.Member {
			member[i] = float64(bit(m))
			both[i] = arm[i] * member[i]
		}
		w.design = append(w.design, member, both)
	}
	w.design = append(w.design, d.X...)
	return w.design
}

// effect returns the column of the design whose coefficient is asked.
func (c cox) effect() int { return 2 * bit(c.interaction) }

func (c cox) options(d *Data) coxOptions {
	o := coxOptions{breslow: c.breslow, asked: 1 + c.effect()}
	if c.stratified {
		o.strata = d.Stratum
	}
	if c.robust {
		o.clusters = d.Cluster
	}
	return o
}

// Coefficients are log hazard ratios: of the arm, with an interaction of the
// subgroup and of both, and of the covariates. One that those before it
// determine is NaN. It implements Model.
func (c cox) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if status = c.order(d, w); status != OK {
		return nil, c.effect(), status
	}
	o := c.options(d)
	o.ordered = true
	o.clusters = nil // the variance is not asked
	beta, _, status = fitCox(d.Y, d.Event, c.design(d, w), o, w)
	if status == OK && math.IsNaN(beta[c.effect()]) {
		return nil, c.effect(), ZeroVariance
	}
	return beta, c.effect(), status
}

// Score adds the score and the information of the log partial likelihood at
// beta. A coefficient that is NaN counts as 0. Data without an event have
// neither and add nothing. It implements Model.
func (c cox) Score(d *Data, beta, score, information []float64, w *Work) {
	d.check(c.Method().Needs)
	o := c.options(d)
	o.clusters = nil
	k := &w.cox
	if k.prepare(d.Y, d.Event, c.design(d, w), o, w) != OK {
		return
	}
	k.addScore(k, beta, score, information)
}
