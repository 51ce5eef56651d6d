package analysis

import (
	"caseload/analysis/lifetable"
	"caseload/sim/trial"
)

// count adds the clients of the stratum in two worlds, so many times: everyone in the
// treated arm in x, in control in y.
func count(d *lifetable.Counts, e *effect, x, y *trial.Truth, weight, replicate int) {
	for i := range x.Arm {
		if !e.stratum(x, y, i) {
			continue
		}
		for range weight {
			exit(d, replicate, false, &x.Outcomes[e.outcome], i)
			exit(d, replicate, true, &y.Outcomes[e.outcome], i)
		}
	}
}

// countOwn adds the clients of the world as randomized.
func countOwn(d *lifetable.Counts, e *effect, treated, control armMask, own *trial.Truth, replicate int) {
	c := &own.Outcomes[e.outcome]
	for i, arm := range own.Arm {
		if !c.In[i] || !e.group(own.Member, i) {
			continue
		}
		switch {
		case treated.has(arm) == 1:
			exit(d, replicate, false, c, i)
		case control.has(arm) == 1:
			exit(d, replicate, true, c, i)
		}
	}
}

// exit counts client i's event or censoring.
func exit(d *lifetable.Counts, replicate int, control bool, c *trial.Column, i int) {
	d.Exit(replicate, control, c.Value[i], c.Event[i])
}
