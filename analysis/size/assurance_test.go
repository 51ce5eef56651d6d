package size

import (
	"fmt"
	"math"
	"testing"

	"caseload/analysis/numeric"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

const assuranceTOML = `
title = "points"
source = "a test"
[trial]
clients = 100
accrual = { over_days = 30, pattern = "fixed" }
follow_up_days = [30]
randomization = { method = "blocks", sizes = [2] }
[[arm]]
name = "help"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[program.help]
preset = ""
first_contact = { day = 0 }
[[program.help.effect]]
on = "health"
points = %v
lasts_days = 60
direct = true
[health]
mean = 50
sd = 10
[[outcome]]
name = "health"
variable = "health"
method = "student"
[size]
assurance = %v
precision = %v
max_replicates = 20_000
[uncertainty]
use = true
[[uncertain]]
key = "program.help.effect[0].points"
prior = { normal = [%[1]v, %[4]v] }
`

func assuranceModel(t *testing.T, mean, sd, wanted, precision float64) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("assurance.toml", fmt.Appendf(nil, assuranceTOML, mean, wanted, precision, sd))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// clientsFor is where the assurance of a normal prior reaches the one wanted, in closed
// form (O'Hagan, Stevens & Campbell 2005, Pharm Stat 4:187-201, section 2.2), with the
// critical value of t.
func clientsFor(mean, sd, wanted float64) float64 {
	low, high := 10.0, 1e5
	for range 100 {
		n := (low + high) / 2
		se := 10 * math.Sqrt(4/n)
		if numeric.NormalCDF((mean-numeric.StudentCritical(0.05, n-2)*se)/math.Hypot(se, sd)) < wanted {
			low = n
		} else {
			high = n
		}
	}
	return low
}

// The 95 % interval of a search holds the true number of clients as often as it says:
// of 300 searches in at least 91.3 %, which is 95 % less three standard errors. The
// priors leave much of the doubt to trials, or little.
func TestSearchesForAnAssuranceHoldTheTruth(t *testing.T) {
	suite.Long(t)
	each := 1
	switch {
	case suite.IsFull():
		each = 100
	case suite.IsLong():
		each = 10
	}
	inside, all := 0, 0
	for _, c := range []struct{ mean, sd, wanted float64 }{{4, 3, 0.7}, {5, 1.5, 0.8}, {4, 0.5, 0.8}} {
		truth := clientsFor(c.mean, c.sd, c.wanted)
		m := assuranceModel(t, c.mean, c.sd, c.wanted, 0.15)
		var answers []float64
		for k := range each {
			r, err := Run(t.Context(), m, Question{}, Options{Seed: int64(k + 1)})
			if err != nil {
				t.Fatal(err)
			}
			a := &r.Answers[0]
			if a.Status != Found {
				t.Fatalf("search %d: %s, %s", k, a.Status, a.Reason)
			}
			if all++; float64(a.Exact.Low) <= truth && truth <= float64(a.Exact.High) {
				inside++
			}
			answers = append(answers, float64(a.Exact.Value))
		}
		t.Logf("N(%v, %v): %.0f clients, found %.0f", c.mean, c.sd, truth, answers[:min(8, each)])
	}
	t.Logf("%d of %d intervals hold the truth", inside, all)
	if least := 0.95 - 3*math.Sqrt(0.95*0.05/float64(all)); float64(inside) < least*float64(all) {
		t.Errorf("%d of %d intervals hold the truth, want %.1f %%", inside, all, 100*least)
	}
}

// An assurance beyond the chance of a benefit is out of reach: here that is 75 %, as 3
// points are 0.6745 SD above none.
func TestAssuranceBeyondTheChanceOfABenefit(t *testing.T) {
	suite.Long(t)
	r, err := Run(t.Context(), assuranceModel(t, 3, 3/0.6744897501960817, 0.9, 0.1), Question{}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	a := &r.Answers[0]
	if a.Status != Unreachable || a.Cause != Doubt || !math.IsNaN(a.Clients) || a.Reason == "" {
		t.Errorf("got %s, %s, %v clients: %s", a.Status, a.Cause, a.Clients, a.Reason)
	}
}
