package figure

import (
	"strings"
	"testing"

	"caseload/results/calibrate"
	"caseload/results/report"
)

func calibration() *calibrate.Calibration {
	c := &calibrate.Calibration{Scenario: "needle-calibrate", Title: "Which hazard ratio?", Simulations: 2000, Accepted: 400, ESS: 302}
	for k, key := range []string{"program.strengths_based.effect[0].hazard_ratio", "use.using"} {
		p := calibrate.Parameter{Key: key, Informed: k == 0}
		p.Mean, p.MeanMCSE, p.Low, p.High, p.Contraction = 2, 0.02, 1, 3, report.Number(0.4-0.3*float64(k))
		for i := range 30 {
			p.After = append(p.After, calibrate.DensityBar{From: float64(i) / 8, To: float64(i+1) / 8, Density: float64(i*(29-i)) / 100})
		}
		for i := range 201 {
			p.Before = append(p.Before, calibrate.DensityPoint{At: 30.0 / 8 * float64(i) / 200, Density: 0.27})
		}
		c.Parameters = append(c.Parameters, p)
	}
	return c
}

func ranked() *calibrate.Check {
	c := &calibrate.Check{Scenario: "x", Title: "y", DataSets: 100, Draws: 99, Parameters: []calibrate.Ranked{{Key: "use.using"}}}
	p := &c.Parameters[0]
	p.Counts, p.P, p.Coverage, p.CoverageMCSE = []int{30, 20, 10, 20, 20}, 0.05, 0.94, 0.022
	return c
}

// calibrateCases are posteriors and ranks.
func calibrateCases() map[string]*Figure {
	return map[string]*Figure{"posteriors": Posteriors(calibration()), "ranks": RankHistograms(ranked())}
}

func TestPosteriorsAreDrawn(t *testing.T) {
	f := Posteriors(calibration())
	text := drawn(t, f)
	for _, want := range []string{"strengths based: effect 1, hazard ratio: contraction 40 %", "use: using: contraction 10 %, not informed"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
	if !strings.Contains(f.Alt, "95 % from 1.000 to 3.000") || f.Name != "posterior-needle-calibrate" {
		t.Errorf("got %q: %s", f.Name, f.Alt)
	}
}

func TestRankHistogramsAreDrawn(t *testing.T) {
	f := RankHistograms(ranked())
	if text := drawn(t, f); !strings.Contains(text, "use: using: p of level ranks 0.050, coverage 0.940 (0.022)") {
		t.Error("no title over the panel")
	}
	if f.Name != "ranks-x" {
		t.Error(f.Name)
	}
}

// drawn is the text of a figure's SVG.
func drawn(t *testing.T, f *Figure) string {
	t.Helper()
	var b strings.Builder
	if err := f.Draw(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
