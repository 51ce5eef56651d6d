package page

import (
	"bytes"
	"testing"

	"caseload/analysis"
	"caseload/analysis/explain"
	"caseload/analysis/history"
	"caseload/analysis/literature"
	"caseload/analysis/size"
	explainresults "caseload/results/explain"
	"caseload/results/figure"
	literatureresults "caseload/results/literature"
	runresults "caseload/results/run"
	sizeresults "caseload/results/size"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"
)

// simulated is the content of a page about a few replicates of a scenario.
func simulated(t *testing.T, name string, explained bool, sets ...string) *Content {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := analysis.NewLayout(m)
	if err != nil {
		t.Fatal(err)
	}
	const replicates = 30
	c := runresults.NewCollector(sc, layout)
	r, err := analysis.Run(t.Context(), m, analysis.Options{Replicates: replicates, Seed: sc.Seed, Visit: c.Visit})
	if err != nil {
		t.Fatal(err)
	}
	found, err := history.Run(t.Context(), m, history.Options{Replicates: replicates, Seed: sc.Seed})
	if err != nil {
		t.Fatal(err)
	}
	h := trial.NewHistory(found, m, name, analysis.ModelVersion)
	run := runresults.New(r, name, m.Shared(), runresults.Filter{})
	out := &Content{Scenario: sc, Run: run, Figures: figure.NewSet(run, c.Intervals(run), h), Flow: h.Replicates, Version: analysis.ModelVersion}
	if explained {
		x, err := explain.Run(t.Context(), m, explain.Question{}, explain.Options{Replicates: 10, Seed: sc.Seed})
		if err != nil {
			t.Fatal(err)
		}
		out.Explanations = append(out.Explanations, explainresults.New(x, name))
		asked := sc.Size
		asked.Precision, asked.MaxReplicates = 0.4, 400
		plan, err := size.Run(t.Context(), m, size.Question{Size: asked}, size.Options{Seed: sc.Seed})
		if err != nil {
			t.Fatal(err)
		}
		out.Plans = append(out.Plans, &sizeresults.Plan{Size: sizeresults.New(plan, name)})
	}
	return out
}

// reviewed is the page of some bodies of trials.
func reviewed(t *testing.T) *Page {
	t.Helper()
	sc, err := scenarios.Builtin("cochrane-2007")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := literature.New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Run(t.Context(), literature.Options{Bodies: 4, Seed: sc.Seed})
	if err != nil {
		t.Fatal(err)
	}
	l := Body{literatureresults.New(r, "cochrane-2007"), sc}
	return (&Answers{Literatures: []Body{l}, Version: analysis.ModelVersion}).Page()
}

// kept is what dilution has simulated.
var kept *Content

// dilution is the page's content of that scenario, simulated once for all tests.
func dilution(t *testing.T) *Content {
	t.Helper()
	if kept == nil {
		kept = simulated(t, "dilution", true)
	}
	c := *kept
	return &c
}

func written(t *testing.T, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
