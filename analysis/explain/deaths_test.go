package explain

import (
	"context"
	"fmt"
	"math"
	"testing"

	"caseload/analysis"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// deathsTOML is of a program that prevents relapse and deaths, with nothing else in the
// way of the effect.
const deathsTOML = `
title = "deaths"
source = "a test"
[trial]
clients = 200
accrual = { over_days = 30 }
follow_up_days = [180]
[[arm]]
name = "care"
programs = ["care"]
[[arm]]
name = "usual"
programs = []
control = true
[use]
using = 0
quit = { per_day = 0.01 }
relapse = { per_day = 0.015 }
acts_on = { death = 3 }
[death]
rate = { per_day = 0.003 }
[program.care]
first_contact = { day = 0 }
staff = "unlimited"
caseload = "unlimited"
[[program.care.effect]]
on = "relapse"
hazard_ratio = 0.6
lasts_days = 365
direct = true
[[program.care.effect]]
on = "death"
hazard_ratio = 0.3
lasts_days = 365
direct = true
[[outcome]]
name = "outcome"
variable = %q
intercurrent = { %s }
`

// run and explain agree on what is true of an outcome that death can cut short: what
// explain observes where nothing but death is in the way, and where the outcome is of a
// world without death, what it observes there.
func TestRunAndExplainAgreeOnDeaths(t *testing.T) {
	for _, c := range []struct {
		variable, death string
		competing       bool // is a factor
		without         bool // the truth is of the world without it
	}{
		{"abstinent", "", true, false},
		{"abstinent", `death = "composite"`, false, false},
		{"abstinent", `death = "hypothetical"`, true, true},
		{"days_abstinent", `death = "while_alive"`, true, false},
		{"days_abstinent", `death = "composite"`, false, false},
		{"days_abstinent", `death = "hypothetical"`, true, true},
	} {
		if c.variable != "abstinent" && !suite.IsLong() {
			continue
		}
		t.Run(c.variable+" "+c.death, func(t *testing.T) {
			sc, err := scenarios.Parse("deaths.toml", fmt.Appendf(nil, deathsTOML, c.variable, c.death))
			if err != nil {
				t.Fatal(err)
			}
			m, err := sim.Compile(sc)
			if err != nil {
				t.Fatal(err)
			}
			const n = 256
			r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: n, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			e, err := Run(context.Background(), m, Question{}, Options{Replicates: n, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			got, factor := e.Observed.Units, false
			for k := range e.Factors {
				if f := &e.Factors[k]; f.Name == scenarios.FactorCompeting {
					factor = true
					if c.without {
						got = Number{got.Value - f.FromReal.Units.Value, joint(got.MCSE, f.FromReal.Units.MCSE)}
					}
				}
			}
			if factor != c.competing {
				t.Errorf("competing is a factor: %v", factor)
			}
			row := &r.Rows[0]
			if d := got.Value - float64(row.Truth); math.Abs(d) > 4*joint(got.MCSE, float64(row.TruthMCSE)) {
				t.Errorf("explain has %v (%v), run %v (%v)", got.Value, got.MCSE, row.Truth, row.TruthMCSE)
			}
			// The path is of the outcome's own world.
			if p := e.Path; p != nil && math.Abs(p.Total.Value-float64(row.Truth)) > 4*joint(p.Total.MCSE, float64(row.TruthMCSE)) {
				t.Errorf("the path has %v (%v), run %v (%v)", p.Total.Value, p.Total.MCSE, row.Truth, row.TruthMCSE)
			}
		})
	}
}

func joint(a, b float64) float64 { return math.Hypot(a, b) }
