package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/portable"
	"caseload/sim/trial"
)

// regimeTrials are enough for an MCSE of 0.9 points at a power of 50 %.
const regimeTrials = 3000

// regimesTOML is a trial that randomizes twice and has next to nothing but what the formulas
// suppose: no queues, nobody lost, and second options that do nothing.
const regimesTOML = `
title = "regimes"
source = "a study of the formulas"
[trial]
clients = 200
accrual = { per_month = 50 }
follow_up_days = [180]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[[trait]]
name = "unsettled"
prevalence = 0.6
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.5, by_days = 90 }
stay = { median_days = 60 }
[program.manager]
preset = ""
first_contact = { day = 0 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 1.6
lasts_days = 180
[[decision]]
name = "second"
at_days = 30
when = "unsettled"
randomize = [{ name = "one" }, { name = "other" }]
[[regime]]
name = "managed_one"
arm = "managed"
options = { second = "one" }
[[regime]]
name = "usual_one"
arm = "usual"
options = { second = "one" }
[[outcome]]
name = "days"
variable = "days_in_su"
at_days = 180
method = ["regime_means"]
contrasts = [["managed_one", "usual_one"]]
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
method = ["regime_logistic"]
contrasts = [["managed_one", "usual_one"]]
`

// regimeCases differ in who responds, and is not randomized again.
var regimeCases = []struct {
	responds string
	sets     []string
	alike    bool // responders have the outcomes of others, as the published formulas suppose
}{
	{"20 %, by a trait that does nothing", []string{"trait.unsettled.prevalence=0.8"}, true},
	{"40 %, by a trait that does nothing", nil, true},
	{"70 %, by a trait that does nothing", []string{"trait.unsettled.prevalence=0.3"}, true},
	{"who is in treatment on day 30", []string{`decision.second.when="not in_treatment"`}, false},
}

const regimesHead = `
## Regimes of a trial that randomizes twice, against published formulas

%s trials (seed 1) of 200 clients, randomized 1:1 to a program with a hazard ratio of linkage of 1.6 or to none, and those who do not respond 1:1 to two options that do nothing. Compared are two regimes that begin in different arms.
*Published*: for a number Oetting et al. 2007 (in Causality and Psychopathology, ch. 8), for a share Kidwell et al. 2018 (J Appl Stat 45:1628). Of a regime's weighted mean the variance times n is 4 (1 - r) + 2 r times that of the outcome, with a share r of
responders; here with the variance of each arm. These suppose that responders and others lie as far from the mean of their regime. *General*: without that, the variance times n is 2 r times the mean square from the regime's mean among responders and 4 (1 - r) times that among others
(Murphy 2005, Stat Med 24:1455), with shares and squares from the trials themselves. The truth and the standard deviations are those of the run. The power found must be within 4 Monte Carlo standard errors (MCSE) of the general formula,
and of the published one where a trait that does nothing tells who responds. Where responding is part of the outcome the published formula is off by more than a point.

| responds | outcome | power %% published | power %% general | power %% found (MCSE) |
|---|---|---|---|---|
`

// squares are of the clients of a regime, those who were not randomized again first: how many
// of the arm there are, and the mean square from the mean of the regime.
type squares struct{ share, square [2]float64 }

// general returns the variance of a regime's weighted mean times the clients of the trial.
func (s *squares) general() float64 {
	return 2*s.share[0]*s.square[0] + 4*s.share[1]*s.square[1]
}

// squaresOf finds them for an outcome of an arm in some trials of a model.
func squaresOf(m *sim.Model, outcome int, arm uint8, mean float64) (s squares) {
	ws := m.NewWorkspace()
	var clients, rows, sums [2]float64
	for r := range 500 {
		ws.Begin(1, r)
		o := ws.Trial()
		for i, y := range o.Outcomes[outcome].Value {
			if o.Arm[i] != arm {
				continue
			}
			again, option := 0, o.Options[0][i]
			if option != trial.NotMet {
				again = 1
			}
			clients[again]++
			if option <= 0 {
				rows[again]++
				sums[again] += (y - mean) * (y - mean)
			}
		}
	}
	for k := range clients {
		s.share[k], s.square[k] = clients[k]/(clients[0]+clients[1]), sums[k]/rows[k]
	}
	return s
}

// regimePowers returns the powers of the two regimes' comparison by the published formula and
// by the general one. On the scale of the log odds each variance is divided by (p (1 - p))^2.
func regimePowers(m *sim.Model, res *analysis.Result, row *analysis.Row) (published, general float64) {
	for arm, name := range []string{"managed_one", "usual_one"} {
		x := armOf(res, row, name)
		s := squaresOf(m, row.Outcome, uint8(arm), float64(x.Mean))
		variance, scale := float64(x.SD*x.SD), 1.0
		if row.Variable.Kind == scenarios.Binary {
			variance = float64(x.Mean * (1 - x.Mean))
			scale = 1 / (variance * variance)
		}
		published += (4*s.share[1] + 2*s.share[0]) * variance * scale
		general += s.general() * scale
	}
	power := func(variance float64) float64 {
		z := math.Abs(float64(row.Truth)) / math.Sqrt(variance/200)
		return portable.Erfc((1.959963984540054-z)/math.Sqrt2) / 2
	}
	return power(published), power(general)
}

// armOf finds what is true of a group for the outcome of a row.
func armOf(res *analysis.Result, row *analysis.Row, name string) *analysis.ArmRow {
	for k := range res.Arms {
		if a := &res.Arms[k]; a.Arm == name && a.Outcome == row.OutcomeSpec {
			return a
		}
	}
	return nil
}

// checkRegimes holds the power of regimes to formulas.
func checkRegimes(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, regimesHead, "3,000")
	for _, c := range regimeCases {
		sc, err := scenarios.Load(fstest.MapFS{"regimes.toml": {Data: []byte(regimesTOML)}}, "regimes.toml", c.sets)
		if err != nil {
			t.Fatal(err)
		}
		m, err := sim.Compile(sc)
		if err != nil {
			t.Fatal(err)
		}
		res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: regimeTrials, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for k := range res.Rows {
			row := &res.Rows[k]
			if row.ArmName != "managed_one" {
				continue
			}
			published, general := regimePowers(m, res, row)
			power, error := float64(row.Power), 4*float64(row.PowerMCSE)
			if math.Abs(power-general) > error || c.alike && math.Abs(power-published) > error || c.alike == (math.Abs(published-general) > 0.01) {
				t.Errorf("%s, %s: power %v (%v), published %v, general %v", c.responds, row.OutcomeSpec.Name, power, row.PowerMCSE, published, general)
			}
			fmt.Fprintf(page, "| %s | %s | %.1f | %.1f | %.1f (%.1f) |\n", c.responds, row.OutcomeSpec.Name, 100*published, 100*general, 100*power, 100*float64(row.PowerMCSE))
		}
	}
}
