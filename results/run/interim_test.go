package run_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/results/report"
	runresults "caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

// Looks are said in text and in JSON, and left out where their outcome is.
func TestLooksAreShown(t *testing.T) {
	sc, err := scenarios.Parse("test.toml", []byte("title = \"looks\"\nsource = \"a test\"\nextends = \"bench-p2\"\n"+
		"[interim]\noutcome = \"linked\"\nlooks = [0.4, 0.8]\nplanned = 300\nharm = { bound = -2 }\nfutility = { bound = 0 }\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 40, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	x := runresults.New(r, "looks", m.Shared(), runresults.Filter{})
	for _, level := range []report.Level{report.Screen, report.Full} {
		var text bytes.Buffer
		if err := report.Write(&text, x, report.Text, 4000, level); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"while the trial goes on", "bound z", "With 2 looks before the final analysis", "spending like O'Brien and Fleming's"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("no %q in\n%s", want, text.String())
			}
		}
	}
	var text bytes.Buffer
	if err := x.JSON(&text); err != nil {
		t.Fatal(err)
	}
	whole, _ := object(t, text.Bytes(), "")
	interim := whole["interim"].(map[string]any)
	wantNames(t, "interim", interim, "outcome contrast method alpha sides information planned power favourable power_fixed clients days at_decision at_end truth truth_mcse")
	wantNames(t, "a look", interim["looks"].([]any)[0].(map[string]any), "look final planned reached day enrolled known share df bound_z bound_p futility_bound_z harm_bound_z efficacy futility harm ends at_decision at_end")
	if without := runresults.New(r, "looks", m.Shared(), runresults.Filter{Outcomes: []string{"days_abstinent"}}); without.Interim != nil {
		t.Error("looks at an outcome that was not asked for")
	}
}
