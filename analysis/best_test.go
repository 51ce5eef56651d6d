package analysis

import (
	"math"
	"strings"
	"testing"

	"caseload/analysis/numeric"
	"caseload/internal/suite"
)

// estimatesOf runs a scenario and keeps the estimates of each contrast, by replicate.
func estimatesOf(t *testing.T, text string, replicates int) (*Result, map[string][]float64) {
	t.Helper()
	var values [][]float64
	r := run(t, parse(t, text), Options{Replicates: replicates, Seed: 3, Visit: func(replicate, place int, f Fit) {
		for len(values) <= place {
			values = append(values, make([]float64, replicates))
		}
		values[place][replicate] = f.Value
	}})
	by := map[string][]float64{}
	for k := range r.Rows {
		by[r.Rows[k].Contrast()] = values[k]
	}
	return r, by
}

// A trial names the regime that its estimates of differences put first, of days of use the one
// with the fewest, and does so rightly if that is within 0.02 SD of the truly best one.
func TestBestRegimeIsThatOfTheEstimates(t *testing.T) {
	const replicates = 300
	r, by := estimatesOf(t, sequentialTOML+losing, replicates)
	names := []string{"rising", "brief", "stepped", "alone"}
	counts := map[string]int{}
	for k := range replicates {
		brief := -by["rising - brief"][k]
		days := []float64{0, brief, -by["rising - stepped"][k], brief - by["brief - alone"][k]} // more than rising
		best := 0
		for j, x := range days {
			if x < days[best] {
				best = j
			}
		}
		counts[names[best]]++
	}
	if len(r.Best) != 1 || r.Best[0].Outcome != "use" || len(r.Best[0].Regimes) != 4 {
		t.Fatalf("the best of %+v", r.Best)
	}
	row, least, spread := &r.Best[0], math.Inf(1), 0.0
	for _, name := range names {
		if x := armIn(t, r, name); float64(x.Mean) < least {
			least, spread = float64(x.Mean), float64(x.SD)
		}
	}
	right := 0
	for k, x := range row.Regimes {
		closeTo(t, x.Regime+", named", x.Named, float64(counts[names[k]])/replicates)
		closeTo(t, x.Regime+", mean", x.Mean, armIn(t, r, x.Regime).Mean)
		if want := float64(x.Mean) <= least+0.02*spread; x.Right != want || x.Regime != names[k] {
			t.Errorf("%d is %s with a mean of %v, right %v; the least is %v, SD %v", k, x.Regime, x.Mean, x.Right, least, spread)
		}
		if x.Right {
			right += counts[x.Regime]
		}
	}
	closeTo(t, "right", row.Right, float64(right)/replicates)
	closeTo(t, "MCSE", row.MCSE, math.Sqrt(float64(row.Right*(1-row.Right))/replicates))
	if row.Right < 0.2 || row.Right > 0.98 {
		t.Errorf("named rightly in a share of %v of trials, which tests little", row.Right)
	}
}

// Of two regimes the better one is named with the probability that a normal estimate with the
// true difference and the estimates' own standard error has its sign; two that do the same are
// named equally often. Either is right where they differ by less than 0.02 SD.
func TestBestOfTwoRegimesHasItsClosedForm(t *testing.T) {
	replicates := 500
	if suite.IsLong() {
		replicates = 1000
	}
	text := sequentialTOML
	for _, name := range []string{"rising", "brief"} {
		text = without(text, `[[regime]]`+"\n"+`name = "`+name+`"`, "[[")
	}
	text = strings.Replace(text, `[["rising", "brief"], ["rising", "stepped"], ["brief", "alone"], ["stepped", "alone"],`, `[["stepped", "alone"],`, 1)
	for _, ratio := range []string{"3", "1.03", "1"} {
		r, _ := estimatesOf(t, strings.Replace(text, "hazard_ratio = 3", "hazard_ratio = "+ratio, 1), replicates)
		var row *Row
		for k := range r.Rows {
			if r.Rows[k].Contrast() == "stepped - alone" {
				row = &r.Rows[k]
			}
		}
		p := numeric.NormalTwoSided(float64(row.Truth/row.EmpiricalSE)) / 2 // that of the worse one
		within(t, "named", r.Best[0].Regimes[1].Named, p, math.Sqrt(p*(1-p)/float64(replicates)))
		near := ratio != "3"
		if gap := math.Abs(float64(row.Truth)); near != (gap < 0.02*float64(armIn(t, r, "stepped").SD)) || (gap == 0) != (ratio == "1") {
			t.Errorf("hazard ratio %s: the regimes differ by %v, which tests something else", ratio, gap)
		}
		if right := float64(r.Best[0].Right); near && right != 1 || !near && right != float64(r.Best[0].Regimes[0].Named) {
			t.Errorf("hazard ratio %s: named rightly in a share of %v", ratio, right)
		}
	}
}

// without returns text without what is between one mark and the next.
func without(text, from, to string) string {
	before, after, _ := strings.Cut(text, from)
	return before + after[strings.Index(after, to):]
}
