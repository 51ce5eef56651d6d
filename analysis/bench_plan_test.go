package analysis

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// standardTraits are what the standard plan adjusts for, and its subgroups.
const standardTraits = `
[[trait]]
name = "severity"
mean = 0
sd = 1
acts_on = { linkage = 0.9, relapse = 1.2, arrest = 1.2, risk = 1.2 }
[[trait]]
name = "woman"
prevalence = 0.4
acts_on = { arrest = 0.6 }
[[subgroup]]
name = "women"
when = "woman"
[[subgroup]]
name = "severe"
when = "severity > 0.5"
`

// standardOutcomes are the ten of the standard plan, each with its model.
var standardOutcomes = [][2]string{
	{"linked_su", "logistic"}, {"time_to_linkage", "cox"}, {"days_in_su", "ancova"}, {"days_abstinent", "ancova"},
	{"abstinent", "logistic"}, {"services_other", "poisson"}, {"satisfaction", "ancova"}, {"health", "ancova"},
	{"time_to_arrest", "cox"}, {"risk_events", "negative_binomial"},
}

// standardPlan is the built-in scenario null with 300 clients and two traits,
// and ten outcomes, each overall and in two subgroups, given two covariates.
func standardPlan(tb testing.TB) *sim.Model {
	var outcomes strings.Builder
	for _, o := range standardOutcomes {
		writeOutcome(&outcomes, o[0], o[0], `"`+o[1]+`"`, `subgroups = ["women", "severe"]`)
	}
	return inNull(tb, outcomes.String(), "", "")
}

// allMethods has an outcome of each kind with all methods that it can be analysed
// by, overall and in a subgroup, given two covariates and, where it takes them,
// strata.
func allMethods(tb testing.TB) *sim.Model {
	var outcomes strings.Builder
	for _, variable := range []string{"abstinent", "health", "arrests", "time_to_arrest"} {
		v, _ := scenarios.LookupVariable(variable)
		keys := `subgroups = ["women"]`
		if v.Kind == scenarios.Time {
			keys += "\n" + `strata = ["woman"]`
		}
		methods := slices.DeleteFunc(v.Methods(), func(name string) bool {
			m, _ := scenarios.LookupMethod(name)
			return m.Visits && v.Records || m.Periods // which are of sites that are randomized
		})
		writeOutcome(&outcomes, variable, variable, `["`+strings.Join(methods, `", "`)+`"]`, keys)
	}
	return inNull(tb, outcomes.String(), "staff = 10", "\nsites = 3")
}

// inWedge has outcomes with all methods that allow for clusters which change arms, of a stepped
// wedge whose staff changes programs with it.
func inWedge(tb testing.TB) *sim.Model {
	var outcomes strings.Builder
	for _, variable := range []string{"abstinent", "health", "arrests", "time_to_arrest"} {
		v, _ := scenarios.LookupVariable(variable)
		methods := slices.DeleteFunc(v.Methods(), func(name string) bool {
			m, _ := scenarios.LookupMethod(name)
			return !m.Crossing
		})
		writeOutcome(&outcomes, variable, variable, `["`+strings.Join(methods, `", "`)+`"]`, "")
	}
	return inNull(tb, outcomes.String(), "staff = 10", `
sites = 8
randomization = { method = "stepped_wedge", steps = 4, step_days = 120, at_change = "switch" }
trend = { linkage = 0.8 }`)
}

func writeOutcome(b *strings.Builder, name, variable, method, keys string) {
	b.WriteString("[[outcome]]\nname = \"" + name + "\"\nvariable = \"" + variable + "\"\nat_days = 365\nmethod = " + method +
		"\ncovariates = [\"severity\", \"woman\"]\n" + keys + "\n")
}

// inNull is null with 300 clients and the traits, other outcomes, and more to say of the trial and
// of case management.
func inNull(tb testing.TB, outcomes, generalist, trial string) *sim.Model {
	tb.Helper()
	text, err := os.ReadFile("../scenarios/library/null.toml")
	if err != nil {
		tb.Fatal(err)
	}
	world, _, _ := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "[[outcome]]")
	fewer := strings.Replace(world, "clients        = 200", "clients = 300"+trial, 1)
	if fewer == world {
		tb.Fatal("null has other clients")
	}
	const program = "[program.generalist]\n"
	return parse(tb, strings.Replace(fewer, program, program+generalist+"\n", 1)+standardTraits+outcomes)
}

// BenchmarkStandardPlan is what the analyses of the standard plan cost beside
// the trial, on one core and without the truth.
func BenchmarkStandardPlan(b *testing.B) {
	m := standardPlan(b)
	p := planOf(b, m)
	w, out := newWorker(m, p, Options{Seed: 1, NoTruth: true}), make(record, p.at.width)
	for r := range 20 {
		w.replicate(r, out, nil) // warm
	}
	b.Run("simulate", func(b *testing.B) {
		b.ReportAllocs()
		for r := 20; b.Loop(); r++ {
			w.ws.Begin(1, r)
			w.ws.Trial()
		}
	})
	b.Run("analyse", func(b *testing.B) {
		var trials [32]*trial.Observed // of other data each time
		for r := range trials {
			ws := m.NewWorkspace()
			ws.Begin(1, r)
			trials[r] = ws.Trial()
		}
		b.ReportAllocs()
		for r := 0; b.Loop(); r++ {
			w.analyse(r, trials[r%len(trials)], out)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(p.analyses)), "ns/fit")
	})
	b.Run("both", func(b *testing.B) {
		var simulating, analysing time.Duration
		b.ReportAllocs()
		for r := 20; b.Loop(); r++ {
			start := time.Now()
			w.ws.Begin(1, r)
			observed := w.ws.Trial()
			between := time.Now()
			w.analyse(r, observed, out)
			simulating, analysing = simulating+between.Sub(start), analysing+time.Since(between)
		}
		b.ReportMetric(float64(analysing)/float64(simulating), "analyses/trial")
	})
}
