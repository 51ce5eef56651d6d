package caseload_test

import (
	"flag"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

var update = flag.Bool("update", false, "rewrite docs/validation.md")

const validationFile = "docs/validation.md"

// TestValidation compares what is simulated with what was published, and
// docs/validation.md with what it finds. With -update it rewrites the page:
//
//	go test . -run Validation -update
func TestValidation(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of trials; run without -short")
	}
	var page strings.Builder
	page.WriteString(validationHead)
	checkGroup(t, &page, &needleExchange)
	checkPredictors(t, &page)
	checkArtefact(t, &page)
	checkIntake(t, &page)
	checkGroup(t, &page, &centralIntake)
	for _, g := range []*trialGroup{&outreachBrokerage, &probation, &probationSmall, &aftercare, &residential, &welfare, &standardClinical, &dualDiagnosis} {
		checkGroup(t, &page, g)
	}
	checkLibrary(t, &page)
	checkLosses(t, &page)
	page.WriteString(explainSection(t))
	checkNull(t, &page)
	checkNullMethods(t, &page)
	checkMethods(t, &page)
	checkPower(t, &page)
	if *update {
		if err := os.WriteFile(validationFile, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if runtime.GOARCH != "amd64" {
		return // fused multiplication may move a last digit; the checks above hold
	}
	want, err := os.ReadFile(validationFile)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(want), "\r\n", "\n") != page.String() {
		t.Errorf("%s is out of date: run go test . -run Validation -update, and say why in CHANGELOG.md", validationFile)
	}
}

const validationHead = `# Simulated and published

Made by ` + "`go test . -run Validation -update`" + `; ` + "`go test ./...`" + ` fails if it is out of date
or if a claim below no longer holds. Every simulated number carries its Monte
Carlo 95 % interval.

In the tables of figures, *how* says what agreement is worth. An *input* is asked for by the scenario, so that it only
shows that asking works. What is *set* was reached by choosing another number by hand. A *check* was neither. A figure
*holds* if the published value is within the central 95 % of trials; if it is a range, the mean of the trials must be
in it; of a direction, the whole Monte Carlo interval must be on its side of zero; of no effect, zero must be within
the central 95 % and the mean small (2 points of probability or less for parole, 5 for the residence, a standardized
0.1). Many judgements that no trial published stand behind every line: see the sources in the scenarios. pp: percentage
points.

Whole bodies of trials and what reviews found of them are in [simulated and published literatures](validation-literature.md),
the numbers of clients that searches find in [sizes](sizes.md).

`

// spread is one figure over many trials.
type spread struct{ values []float64 }

func (s *spread) add(x float64) {
	if x == x {
		s.values = append(s.values, x)
	}
}

func (s *spread) mean() (mean, mcse float64) {
	n := float64(len(s.values))
	for _, x := range s.values {
		mean += x / n
	}
	ss := 0.0
	for _, x := range s.values {
		ss += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}

// central is the central 95 % of the trials.
func (s *spread) central() (low, high float64) {
	v := slices.Sorted(slices.Values(s.values))
	at := func(p float64) float64 { return v[int(math.Round(p*float64(len(v)-1)))] }
	return at(0.025), at(0.975)
}

func mustCompile(t *testing.T, name string, sets ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// outcomeOf is the column of a named outcome.
func outcomeOf(t *testing.T, m *sim.Model, o *trial.Observed, name string) *trial.Column {
	t.Helper()
	k := slices.IndexFunc(m.Scenario.Outcomes, func(o scenarios.Outcome) bool { return o.Name == name })
	if k < 0 {
		t.Fatalf("no outcome %q", name)
	}
	return &o.Outcomes[k]
}

func rowOf(t *testing.T, r *analysis.Result, outcome, method string) *analysis.Row {
	t.Helper()
	for k := range r.Rows {
		if row := &r.Rows[k]; row.OutcomeSpec.Name == outcome && row.Method.Name == method && row.SubgroupName == "all" {
			return row
		}
	}
	t.Fatalf("no row of %s by %s", outcome, method)
	return nil
}
