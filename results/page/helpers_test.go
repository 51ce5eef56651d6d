package page

import (
	"bytes"
	"os"
	"testing"

	"caseload/analysis"
	"caseload/analysis/explain"
	"caseload/analysis/history"
	"caseload/analysis/literature"
	"caseload/analysis/review"
	"caseload/analysis/size"
	"caseload/analysis/sweep"
	explainresults "caseload/results/explain"
	"caseload/results/figure"
	literatureresults "caseload/results/literature"
	metaresults "caseload/results/meta"
	"caseload/results/report"
	runresults "caseload/results/run"
	sizeresults "caseload/results/size"
	sweepresults "caseload/results/sweep"
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
	rows, err := analysis.Rows(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	const replicates = 30
	c := runresults.NewCollector(sc, rows)
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
	return (&Answers{Literatures: []Body{bodies(t)}, Version: analysis.ModelVersion}).Page()
}

// trials are what bodies has simulated.
var trials *Body

// bodies are those of cochrane-2007, simulated once for all tests.
func bodies(t *testing.T) Body {
	t.Helper()
	if trials != nil {
		return *trials
	}
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
	trials = &Body{literatureresults.New(r, "cochrane-2007"), sc}
	return *trials
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

// pooled is the page of a meta-analysis.
func pooled(t *testing.T) *Page {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/bcg.csv")
	if err != nil {
		t.Fatal(err)
	}
	d, err := review.Read("bcg.csv", text, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := review.Analyse(t.Context(), d, review.Question{Method: "reml", Alpha: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	return (&Answers{Metas: []*metaresults.Meta{metaresults.New(a, "")}, Version: analysis.ModelVersion}).Page()
}

// swept is the page of a small sweep.
func swept(t *testing.T) *Page {
	t.Helper()
	sc, s := cells(t)
	return (&Answers{Scenario: sc, Sweep: s, Version: analysis.ModelVersion}).Page()
}

func cells(t *testing.T) (*scenarios.Scenario, *sweepresults.Sweep) {
	t.Helper()
	sc, err := scenarios.Load(nil, "needle-exchange", []string{`sweep.over={ "trial.clients" = [150, 245, 400] }`})
	if err != nil {
		t.Fatal(err)
	}
	d, err := sweep.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sweep.Run(t.Context(), d, sweep.Options{Replicates: 20})
	if err != nil {
		t.Fatal(err)
	}
	return sc, sweepresults.New(r, "needle-exchange", runresults.Filter{Outcomes: []string{"linked_7d"}, Subgroups: []string{"all"}, Methods: []string{"cluster_robust"}})
}

// sheetOf is the planner's sheet of the plan of a content, with swings that are made up.
func sheetOf(c *Content) *sizeresults.Sheet {
	plan := c.Plans[0]
	end := func(value, power float64) size.End {
		return size.End{Value: value, Power: report.Number(power), MCSE: 0.01, Difference: report.Number(power - 0.8), DifferenceMCSE: 0.01}
	}
	what := &size.WhatIf{Design: float64(plan.Size.Design), Replicates: 1000, Power: 0.8, MCSE: 0.013, Control: 0.26, ControlMCSE: 0.001, Treated: 0.4, TreatedMCSE: 0.001, Estimate: 0.14, EstimateMCSE: 0.001}
	for k, key := range []string{size.SwungEffects, size.SwungControl, size.SwungSpread, size.SwungUptake, size.SwungMissed, "service.x.linkage.points[0].probability"} {
		low := 0.55 + float64(k)/30
		what.Swings = append(what.Swings, size.Swing{Key: key, Prior: k == 5, Low: end(0.75, low), High: end(1.25, 0.95-float64(k)/40)})
	}
	what.Swings = append(what.Swings, size.Swing{Key: size.SwungLoss, Low: end(0.5, 0.8), High: end(1.5, 0.8)})
	return &sizeresults.Sheet{Plan: plan, Facts: &sizeresults.Facts{Plan: "size-clients-x.json", Staffing: plan.Size.Staffing, WhatIf: what}, Scenario: c.Scenario}
}

func writtenSheet(t *testing.T, c *Content) string {
	t.Helper()
	var b bytes.Buffer
	if err := NewSheet(sheetOf(c)).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
