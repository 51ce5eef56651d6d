package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// A loss is one way in which a trial falls short of its ideal, taken away alone.
type loss struct {
	name, what string
	sets       []string
	change     func(*scenarios.Scenario)
	part       bool // of the loss above it
}

func always(*scenarios.Scenario) {}

// lossesOf are what stands between a made-up trial and its ideal. The first is
// to be the largest.
var lossesOf = []struct {
	scenario string
	losses   []loss
	note     string
}{
	{"dilution", []loss{
		{"mix", "the effects in everyone, not in one subgroup alone", nil, forEveryone("intensive"), false},
		{"uptake", "everyone offered case management starts it", []string{"program.intensive.uptake=1.0"}, always, false},
		{"delivery", "contacts from the first day, no case manager worse than another", []string{"program.intensive.first_contact={day=0}", "program.intensive.spread=0"}, always, false},
		{"capacity", "a case manager for everyone at once", []string{"program.intensive.staff=400"}, always, false},
		{"persistence", "effects that outlast the contacts", nil, lasting("intensive"), false},
		{"attrition", "nobody lost", []string{"attrition.loss={never=true}"}, always, false},
	}, "Losing clients costs nothing here, as linkage is known from records."},
	{"crowded", []loss{
		{"capacity", "a place and a case manager with time for everyone", append(manyPlaces(), "program.generalist.staff=300"), always, false},
		{"places", "of which: places alone", manyPlaces(), always, true},
		{"staff", "of which: case managers alone", []string{"program.generalist.staff=300"}, always, true},
		{"uptake", "everyone offered case management starts it", []string{"program.generalist.uptake=1.0"}, always, false},
		{"delivery", "all contacts when due, from the first day, no case manager worse than another", []string{"program.generalist.first_contact={day=0}", "program.generalist.spread=0", "program.generalist.hours_per_week=0"}, always, false},
		{"persistence", "effects that outlast the contacts", nil, lasting("generalist"), false},
		{"attrition", "nobody lost", []string{"attrition.loss={never=true}"}, always, false},
	}, "The trial compares those who are helped to the front of a queue with those who are pushed back in it."},
}

func manyPlaces() []string {
	return []string{`service.outpatient.slots="unlimited"`, "service.outpatient.occupied=0", "service.outpatient.background={per_month=0}"}
}

func forEveryone(program string) func(*scenarios.Scenario) {
	return func(sc *scenarios.Scenario) {
		for k := range sc.Programs[program].Effects {
			sc.Programs[program].Effects[k].In = ""
		}
	}
}

func lasting(program string) func(*scenarios.Scenario) {
	return func(sc *scenarios.Scenario) {
		for k := range sc.Programs[program].Effects {
			sc.Programs[program].Effects[k].LastsDays = 730
		}
	}
}

// smdOfLinkage is the truth of linked_90 as a standardized difference.
func smdOfLinkage(t *testing.T, name string, l *loss) (smd, mcse, rollout float64) {
	t.Helper()
	const trials = 1000
	sc, err := scenarios.Load(nil, name, l.sets)
	if err != nil {
		t.Fatal(err)
	}
	l.change(sc)
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: trials, Seed: 1, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	r := rowOf(t, res, "linked_90", "odds_ratio")
	scale := math.Sqrt(3) / math.Pi
	return scale * float64(r.Performance.Truth), scale * float64(r.Performance.TruthMCSE), scale * float64(r.TruthRollout)
}

// ideal takes all losses away together.
func ideal(losses []loss) *loss {
	all := &loss{name: "all of them"}
	for k := range losses {
		if !losses[k].part {
			all.sets = append(all.sets, losses[k].sets...)
		}
	}
	all.change = func(sc *scenarios.Scenario) {
		for k := range losses {
			losses[k].change(sc)
		}
	}
	return all
}

// checkLosses takes the losses of the made-up trials away one at a time.
func checkLosses(t *testing.T, page *strings.Builder) {
	page.WriteString(`## Where the effect goes

True standardized differences of linkage within 90 days as randomized (log odds ratio x sqrt(3)/pi), 1000 trials (seed 1;
in parentheses: Monte Carlo standard error), with one loss taken away at a time and all else as in the scenario.

`)
	for _, s := range lossesOf {
		real, mcse, rollout := smdOfLinkage(t, s.scenario, &loss{change: always})
		fmt.Fprintf(page, "### `%s`\n\n| taken away | what then holds | SMD | gained |\n|---|---|---|---|\n| nothing | | %.3f (%.3f) | |\n", s.scenario, real, mcse)
		first := 0.0
		for k := range s.losses {
			l := &s.losses[k]
			smd, mcse, _ := smdOfLinkage(t, s.scenario, l)
			gained := smd - real
			if k == 0 {
				first = gained
			} else if !(gained < first) {
				t.Errorf("%s: %s costs %.3f, more than %s, %.3f", s.scenario, l.name, gained, s.losses[0].name, first)
			}
			fmt.Fprintf(page, "| %s | %s | %.3f (%.3f) | %.3f |\n", l.name, l.what, smd, mcse, positive(gained))
		}
		smd, mcse, _ := smdOfLinkage(t, s.scenario, ideal(s.losses))
		fmt.Fprintf(page, "| all of them | | %.3f (%.3f) | %.3f |\n\n%s costs most. ", smd, mcse, smd-real, upperFirst(s.losses[0].name))
		fmt.Fprintf(page, "Rolled out to everyone, with the staff and places of the trial, case management makes a difference of %.2f. %s\n\n", rollout, s.note)
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
