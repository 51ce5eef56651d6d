package main

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/results/explain"
)

// factorSaid are the standard factors as sentences name them.
var factorSaid = map[string]string{
	"mix": "the mix of clients", "comparator": "what the control arm gets", "uptake": "refusal of the offer", "delivery": "the delivery of the program",
	"turnover": "case managers who leave",
	"capacity": "limited capacity", "contamination": "contamination of the arms", "persistence": "the fading of effects after contacts",
	"pathway": "the leaving of treatment", "competing": "time lost to jail and death", "attrition": "loss of clients to the study",
	"measurement": "error of measurement", "selection": "the choice of whom to analyse",
}

// changeSaid matches what a sentence says of the factor that changes the effect most.
var changeSaid = regexp.MustCompile(`by its Shapley value, (?:goes against it and )?comes from ([a-z ]+)|\(Shapley value\), by ([a-z ]+)|(?:for the better: |On the other hand, )([a-z ]+) raises`)

// In scenarios as they are the factor that the sentence names has the largest Shapley
// value of the JSON, and the first bar of the drawing.
func TestExplainNamesTheFactorOfTheFirstBar(t *testing.T) {
	for k, args := range []string{"crowded --set service.outpatient.slots=150", "crowded", "needle-exchange", "dilution", "dilution --subgroup high_need",
		"probation-case-management --outcome risk_events", "central-intake-linkage", "residential-assertive --outcome services_other"} {
		if k > 1 && !suite.IsLong() {
			break
		}
		list := append(strings.Fields(args), "--replicates", "8", "--set", "trial.clients=60")
		got := call(t, t.Context(), append([]string{"explain", "--quiet"}, list...)...)
		if got.code != exitDone {
			t.Fatalf("%s: %s", args, got.stderr)
		}
		_, drawing, _ := strings.Cut(got.stdout, "\nAs a chart: ")
		_, drawing, _ = strings.Cut(drawing, "\nideal ")
		_, drawing, _ = strings.Cut(drawing, "\n")
		first, _, _ := strings.Cut(drawing, "  ")
		largest, size := "", 0.0
		for _, f := range explained(t, list...)["factors"].([]any) {
			f := f.(map[string]any)
			if v, ok := f["shapley"].(float64); ok && math.Abs(v) > size && !f["new_estimand"].(bool) {
				largest, size = f["factor"].(string), math.Abs(v)
			}
		}
		if want := (&explain.Factor{Factor: largest}).Label(); first != want {
			t.Errorf("%s: the first bar is of %s, the largest Shapley value of %s", args, first, largest)
		}
		text := strings.Join(strings.Fields(got.stdout), " ")
		if m := changeSaid.FindStringSubmatch(text); m != nil && m[1]+m[2]+m[3] != factorSaid[largest] {
			t.Errorf("%s: the sentence names %q, the first bar is of %s:\n%s", args, m[1]+m[2]+m[3], first, got.stdout)
		}
	}
}
