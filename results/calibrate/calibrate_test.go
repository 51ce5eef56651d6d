package calibrate

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"caseload/analysis/calibrate"
	"caseload/results/report"
	"caseload/scenarios"
)

const asked = `extends = "needle-exchange"
[[calibrate.parameter]]
key = "program.strengths_based.uptake"
prior = { uniform = [0.7, 1.0] }
[[calibrate.parameter]]
key = "use.using"
prior = { beta = [9, 1] }
[[calibrate.figure]]
outcome = "linked_7d"
statistic = "effect"
value = 0.14
low = 0.02
high = 0.26
[[calibrate.figure]]
outcome = "linked_7d"
statistic = "mean"
arm = "referral"
subgroup = "high_need"
value = 0.2
se = 0.09
`

// calibrated is a result made up, but for what the scenario says.
func calibrated(t *testing.T, change func(*calibrate.Result)) *Calibration {
	t.Helper()
	sc, err := scenarios.Parse("asked.toml", []byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	nan := report.Missing()
	r := &calibrate.Result{Simulations: 1000, Failed: 12, Failures: []calibrate.Failure{{Reason: "no baseline", Count: 9}, {Reason: "no estimate", Count: 3}}, Accepted: 200, ESS: 151.4, Radius: 0.4,
		Predictive: 100, PredictiveFailed: 1,
		Parameters: []calibrate.Parameter{
			{Mean: 0.8512, SD: 0.04, Low: 0.78, Median: 0.85, High: 0.93, MeanMCSE: 0.0041, SDMCSE: 0.002, LowMCSE: 0.01, HighMCSE: 0.01, PriorMean: 0.85, PriorSD: 0.0866, PriorLow: 0.7075, PriorHigh: 0.9925, Contraction: 0.54, ContractionMCSE: 0.02},
			{Mean: 0.9, SD: 0.09, Low: 0.66, Median: 0.93, High: 0.99, MeanMCSE: 0.006, SDMCSE: 0.002, LowMCSE: 0.01, HighMCSE: 0.01, PriorMean: 0.9, PriorSD: 0.0905, PriorLow: 0.66, PriorHigh: 0.997, Contraction: 0.19, ContractionMCSE: 0.03}},
		Figures: []calibrate.Figure{
			{PriorMean: 0.13, PriorLow: -0.01, PriorHigh: 0.27, Predicted: 0.14, PredictedMCSE: 0.006, PredictedLow: 0.02, PredictedHigh: 0.26, P: 0.96, PMCSE: 0.1, SimulatedSE: 0.061, SimulatedSELow: 0.058, SimulatedSEHigh: 0.063},
			{PriorMean: 0.3, PriorLow: 0.1, PriorHigh: 0.5, Predicted: 0.3, PredictedMCSE: 0.01, PredictedLow: 0.12, PredictedHigh: 0.49, P: 0.3, PMCSE: 0.07, SimulatedSE: nan, SimulatedSELow: nan, SimulatedSEHigh: nan}},
		Theta: [][]float64{{0.8, 0.85, 0.9}, {0.8, 0.9, 0.95}}, Weight: []float64{0.25, 0.5, 0.25}}
	if change != nil {
		change(r)
	}
	q := &calibrate.Question{Scenario: sc, Options: calibrate.Options{Simulations: 1000, Tolerance: 0.2, Seed: 7}}
	return New(q, r, "asked")
}

func asText(t *testing.T, c *Calibration, f report.Format) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, c, f, 120, report.Full); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACalibrationSaysFirstWhatFailed(t *testing.T) {
	text := asText(t, calibrated(t, nil), report.Text)
	first := "12 of 1,000 simulations from the priors failed: no baseline 9, no estimate 3.\n1 of 100 simulations from the posterior failed.\n" +
		"Needle exchange: strengths-based or referral (asked): 200 of 988 simulations accepted (20.2 %), effective sample size\n151, seed 7.\n"
	if !strings.HasPrefix(text, first) {
		t.Errorf("got\n%s\nwant\n%s", text[:min(len(text), 300)], first)
	}
	for _, want := range []string{"program.strengths_based.uptake is 0.8512 (95 % between 0.780 and 0.930", "The figures say little about use.using that the prior does not.", "19 % (3), says little",
		"figures simulated from the posterior contain the published one in 2 of 2 cases", "linked_7d [high_need]: mean of referral", "0.0612", "0.0610  0.0580 to 0.0630"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Warning") {
		t.Errorf("a warning of nothing:\n%s", text)
	}
}

func TestACalibrationWarns(t *testing.T) {
	c := calibrated(t, func(r *calibrate.Result) {
		r.ESS, r.Partial, r.Simulations = 60, true, 700
		f := &r.Figures[0]
		f.SimulatedSE, f.SimulatedSELow, f.SimulatedSEHigh = 0.09, 0.08, 0.1
		r.Figures[1].P = 0.01
	})
	text := strings.Join(strings.Fields(asText(t, c, report.Text)), " ")
	for _, want := range []string{"the effective sample size is 60", "interrupted; 1,000 simulations from the priors were wanted", "is extreme among the predictions of the posterior (p = 0.010)",
		"the published standard error of linked_7d: risk_difference, sbcm is 0.0612, those simulated are between 0.0800 and 0.100"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	c = calibrated(t, func(r *calibrate.Result) { r.Figures[1].Beyond = true })
	if text := asText(t, c, report.Markdown); !strings.Contains(text, "- Warning: no simulation from the priors reached linked_7d [high_need]: mean of referral, 0.200") {
		t.Error(text)
	}
}

func TestACalibrationInJSONAndCSV(t *testing.T) {
	c := calibrated(t, func(r *calibrate.Result) { r.Figures[1].P = report.Missing() })
	var b strings.Builder
	if err := c.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(b.String()), &all); err != nil {
		t.Fatal(err)
	}
	p := all["parameters"].([]any)[1].(map[string]any)
	f := all["figures"].([]any)[1].(map[string]any)
	if p["key"] != "use.using" || p["mean"] != 0.9 || p["low"] != 0.66 || p["high"] != 0.99 || p["informed"] != false || p["prior"] != "{ beta = [9, 1] }" {
		t.Errorf("got %v", p)
	}
	if p, ok := f["p"]; !ok || p != nil || f["se"] != 0.09 || f["low"] != nil || f["simulated_se"] != nil || f["published"] != 0.2 {
		t.Errorf("got %v", f)
	}
	if all["failed"] != 12.0 || all["partial"] != false || all["hash"] == all["calibration_hash"] {
		t.Errorf("got %v", all)
	}
	lines, err := csv.NewReader(strings.NewReader(asText(t, c, report.CSV))).ReadAll()
	if err != nil || len(lines) != 5 || lines[4][0] != "figure" || lines[4][2] != "0.2" || lines[4][11] != "" {
		t.Errorf("%v: %v", err, lines)
	}
}

func TestDensitiesHoldAllOfAPosterior(t *testing.T) {
	p := calibrated(t, nil).Parameters[0]
	sum := 0.0
	for _, b := range p.After {
		sum += b.Density * (b.To - b.From)
	}
	// The prior is uniform on 0.3, of which its tails of 0.5 % are left out.
	area := 0.0
	for k := 1; k < len(p.Before); k++ {
		area += (p.Before[k].At - p.Before[k-1].At) * p.Before[k].Density
	}
	if math.Abs(sum-1) > 1e-9 || math.Abs(area-0.99) > 1e-9 {
		t.Errorf("areas are %v and %v, want 1 and 0.99", sum, area)
	}
}

func TestACheckSaysWhetherRanksAreLevel(t *testing.T) {
	sc, err := scenarios.Parse("asked.toml", []byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	q := &calibrate.Question{Scenario: sc, Options: calibrate.Options{Simulations: 1000, Tolerance: 0.2, Seed: 7}}
	r := &calibrate.Checked{Simulations: 1000, Failed: 2, Failures: []calibrate.Failure{{Reason: "no baseline", Count: 2}}, DataSets: 49, DataSetsFailed: 1,
		Parameters: []calibrate.Ranked{{Counts: []int{10, 9, 11, 10, 9}, P: 0.9, Coverage: 0.96, CoverageMCSE: 0.031}, {Counts: []int{30, 4, 4, 4, 7}, P: 0.0001, Coverage: 0.8, CoverageMCSE: 0.031}}}
	for _, broken := range []bool{true, false} {
		want := "Calibrations of this scenario are off in use.using"
		if !broken {
			want = "In 49 data sets nothing speaks against"
			r.Parameters[1] = r.Parameters[0]
		}
		var b strings.Builder
		if err := report.Write(&b, NewCheck(q, r, "asked", 50), report.Text, 120, report.Full); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(b.String(), "2 of 1,000 simulations from the priors failed: no baseline 2.\n1 of 50 data sets failed.\n") || !strings.Contains(b.String(), want) {
			t.Errorf("got\n%s", b.String())
		}
		if broken && !strings.Contains(b.String(), "█▁▁▁▂") {
			t.Errorf("no histogram in\n%s", b.String())
		}
		if broken {
			continue
		}
		b.Reset()
		if err := report.Write(&b, NewCheck(q, r, "asked", 50), report.CSV, 0, report.Full); err != nil || !strings.Contains(b.String(), "use.using,49,0,0.9,0.96,0.031,0,10 9 11 10 9\n") {
			t.Errorf("%v:\n%s", err, b.String())
		}
	}
}
