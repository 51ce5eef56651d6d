package estimate

import "math"

// adjusted fits the arm beside what else is in the model.
func (c cox) adjusted(d *Data, w *Work) (value, variance float64, status Status) {
	o := c.options(d)
	o.ordered = true // by table
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
	table, status := c.table(d, w)
	if status == OK {
		status = identified(table)
	}
	if status != OK {
		return nil, c.effect(), status
	}
	o := c.options(d)
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
