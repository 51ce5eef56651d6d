package validation_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis"
)

// checkIntake compares the three-arm central intake trial with what it printed:
// linkage by arm, and the standardized differences implied (log odds ratio x
// sqrt(3)/pi).
func checkIntake(t *testing.T, page *strings.Builder) {
	const trials = 2000
	res, err := analysis.Run(context.Background(), mustCompile(t, "central-intake-linkage"), analysis.Options{Replicates: trials, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(page, "## The central intake trial\n\n%d simulated trials of 678 clients (`central-intake-linkage`, seed 1). Linkage is asked for by arm; the\nstandardized difference (log odds ratio x sqrt(3)/pi) follows. In parentheses: Monte Carlo standard error.\n\n", trials)
	page.WriteString("| contrast | published: linked | published: SMD | simulated: linked | simulated: mean SMD | power at the trial's size |\n|---|---|---|---|---|---|\n")
	for _, want := range []struct {
		arm           string
		linked, other float64 // Rapp et al. 2008
	}{{"strengths_based", 0.550, 0.387}, {"interview", 0.447, 0.387}} {
		smd := (math.Log(want.linked/(1-want.linked)) - math.Log(want.other/(1-want.other))) * math.Sqrt(3) / math.Pi
		for k := range res.Rows {
			row := &res.Rows[k]
			if row.ArmName != want.arm || row.Method.Name != "risk_difference" {
				continue
			}
			p := &row.Performance
			if !(math.Abs(float64(p.SMD)-smd) < float64(4*p.SMDMCSE)+0.005) { // the half events added to each cell pull by less than that
				t.Errorf("%s: mean SMD %.4f (MCSE %.4f), published %.4f", want.arm, p.SMD, p.SMDMCSE, smd)
			}
			arms := map[string]analysis.ArmRow{}
			for _, a := range res.Arms {
				if a.Outcome.Name == "linked_90" {
					arms[a.Arm] = a
				}
			}
			a, b := arms[want.arm], arms["standard"]
			fmt.Fprintf(page, "| %s against standard | %.1f %% against %.1f %% | %.2f | %.1f %% (%.2f) against %.1f %% (%.2f) | %.3f (%.3f) | %.1f %% [%.1f, %.1f] |\n",
				strings.ReplaceAll(want.arm, "_", "-"), 100*want.linked, 100*want.other, smd, 100*a.Mean, 100*a.MeanMCSE, 100*b.Mean, 100*b.MeanMCSE,
				p.SMD, p.SMDMCSE, 100*p.Power, 100*p.PowerLow, 100*p.PowerHigh)
		}
	}
	page.WriteString("\n")
}

// checkNull shows type I error and coverage where there is nothing to find.
func checkNull(t *testing.T, page *strings.Builder) {
	const trials = 10000
	res, err := analysis.Run(context.Background(), mustCompile(t, "null"), analysis.Options{Replicates: trials, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(page, "## Nothing to find\n\n%d trials of `null` (seed 1): share of tests that reject at 5 %%, share of 95 %% intervals that hold zero.\n\n", trials)
	page.WriteString("| outcome | method | rejected, % [Wilson 95 %] | covered, % (MCSE) |\n|---|---|---|---|\n")
	for k := range res.Rows {
		row := &res.Rows[k]
		p := &row.Performance
		if !(p.Truth.Abs() < 1e-9) {
			t.Errorf("%s: truth %v, want none", row.OutcomeSpec.Name, p.Truth)
		}
		// A discrete or one-step statistic is allowed half a point off its level
		// at this size, beyond four standard errors of the run.
		if !((p.Power - 0.05).Abs() < 4*p.PowerMCSE+0.005) || !((p.Coverage - 0.95).Abs() < 4*p.CoverageMCSE+0.005) {
			t.Errorf("%s by %s: rejects %.4f, covers %.4f", row.OutcomeSpec.Name, row.Method.Name, p.Power, p.Coverage)
		}
		fmt.Fprintf(page, "| %s | %s | %.2f [%.2f, %.2f] | %.2f (%.2f) |\n", strings.ReplaceAll(row.OutcomeSpec.Name, "_", " "), row.Method.Name,
			100*p.Power, 100*p.PowerLow, 100*p.PowerHigh, 100*p.Coverage, 100*p.CoverageMCSE)
	}
	page.WriteString(nullNote)
}

const nullNote = `
Of twenty Wilson intervals one or two may miss 5 % by chance. Days in jail reject a little too seldom for a reason: most
clients have none and a few have many, and Welch's test is cautious with such tails.
`
