package calibrate

import (
	"fmt"
	"io"
	"strings"

	"caseload/analysis"
	"caseload/analysis/calibrate"
	"caseload/results/report"
	"caseload/scenarios"
)

// CalibrationCheck is a simulation-based calibration: the JSON object of "caseload
// calibrate --check".
type Check struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario        string              `json:"scenario"`
	Title           string              `json:"title"`
	Hash            string              `json:"hash"`
	CalibrationHash string              `json:"calibration_hash"`
	Seed            int64               `json:"seed"`
	ModelVersion    int                 `json:"model_version"`
	Simulations     int                 `json:"simulations"`
	Failed          int                 `json:"failed"`
	Failures        []calibrate.Failure `json:"failures"`
	Tolerance       float64             `json:"tolerance"`
	DataSets        int                 `json:"data_sets"` // calibrated
	DataSetsFailed  int                 `json:"data_sets_failed"`
	Draws           int                 `json:"draws"` // of the posterior, that a true value is ranked among
	Partial         bool                `json:"partial"`
	Parameters      []Ranked            `json:"parameters"`

	Wanted int `json:"-"` // data sets
}

// CheckParameter is how the true values of a parameter rank.
type Ranked struct {
	Key string `json:"key"`
	calibrate.Ranked
}

// NewCalibrationCheck puts a check into the form in which it is shown.
func NewCheck(q *calibrate.Question, r *calibrate.Checked, name string, wanted int) *Check {
	sc := q.Scenario
	c := &Check{Labels: sc.Labels(), Scenario: name, Title: sc.Title, Hash: sc.Hash(), CalibrationHash: sc.CalibrationHash(), Seed: q.Options.Seed, ModelVersion: analysis.ModelVersion,
		Simulations: r.Simulations, Failed: r.Failed, Failures: append([]calibrate.Failure{}, r.Failures...), Tolerance: q.Options.Tolerance,
		DataSets: r.DataSets, DataSetsFailed: r.DataSetsFailed, Draws: calibrate.Draws, Partial: r.Partial, Wanted: wanted}
	for k := range r.Parameters {
		c.Parameters = append(c.Parameters, Ranked{sc.Calibrate.Parameters[k].Key, r.Parameters[k]})
	}
	return c
}

// JSON writes the check as one object.
func (c *Check) JSON(w io.Writer) error { return report.WriteJSON(w, c) }

// CSV writes a row for each parameter.
func (c *Check) CSV(w io.Writer) error {
	var rows [][]string
	for _, p := range c.Parameters {
		rows = append(rows, []string{p.Key, fmt.Sprint(c.DataSets), p.ChiSquare.CSV(), p.P.CSV(), p.Coverage.CSV(), p.CoverageMCSE.CSV(), p.Contraction.CSV(),
			strings.Trim(fmt.Sprint(p.Counts), "[]")})
	}
	return report.WriteCSV(w, []string{"key", "data_sets", "chi_square", "p", "coverage", "coverage_mcse", "contraction", "counts"}, rows)
}

// Document returns the check: what failed first, a paragraph, and the ranks.
func (c *Check) Document(l report.Level) *report.Document {
	d := &report.Document{}
	if c.Failed > 0 {
		d.Paragraph(failedText(c.Failed, c.Simulations, c.Failures) + ".")
	}
	if c.DataSetsFailed > 0 {
		d.Paragraph(fmt.Sprintf("%s of %s failed.", report.Grouped(c.DataSetsFailed), report.Counted(c.DataSets+c.DataSetsFailed, "data set")))
	}
	text := fmt.Sprintf("%s: calibrations of %s simulated with known parameters, seed %d.", c.Scenario, report.Counted(c.DataSets, "data set"), c.Seed)
	if c.Partial {
		text += fmt.Sprintf(" Interrupted: %s were wanted.", report.Grouped(c.Wanted))
	}
	d.Line(text)
	d.Gap()
	d.Paragraph(c.story())
	if l == report.Brief {
		return d
	}
	t := &report.Table{Columns: []report.Column{report.Key("parameter"), report.Left("ranks"), report.Right("p"), report.Right("coverage"), report.Right("contraction")}}
	for k := range c.Parameters {
		p := &c.Parameters[k]
		t.Rows = append(t.Rows, []string{c.Labels.Key(p.Key), bars(p.Counts), p.P.Fixed(3), p.Coverage.WithMCSE(p.CoverageMCSE), (100 * p.Contraction).Fixed(0) + " %"})
	}
	d.Table("Ranks of the true values", t, []string{fmt.Sprintf("Ranks among %d draws of each posterior, in %s from the smallest to the largest: uniform if calibrations are right, high in the middle if intervals are too wide, "+
		"at the ends if too narrow, on one side if they are biased. p: chi-square test that they are uniform. Coverage of 95 %% intervals, with the MCSE that it has if it is right. "+
		"Contraction: mean over data sets.", c.Draws, report.Plural(len(c.Parameters[0].Counts), "bin", "bins"))})
	return d
}

// story is what the check comes to.
func (c *Check) story() string {
	const sure = 0.01
	var off []string
	for k := range c.Parameters {
		p := &c.Parameters[k]
		if p.P.Known() && p.P < sure/report.Number(len(c.Parameters)) || abs(p.Coverage-0.95) > 3*p.CoverageMCSE {
			off = append(off, c.Labels.Key(p.Key))
		}
	}
	if len(off) > 0 {
		return "Calibrations of this scenario are off in " + strings.Join(off, ", ") + ": their intervals do not have the coverage that they claim. More simulations and a smaller tolerance may help."
	}
	return fmt.Sprintf("In %s nothing speaks against the calibrations. Ranks are uniform, and 95 %% intervals contain the truth about 95 %% of the time.", report.Counted(c.DataSets, "data set"))
}

func abs(x report.Number) report.Number { return max(x, -x) }

// bars is a histogram in characters.
func bars(counts []int) string {
	const levels = "▁▂▃▄▅▆▇█"
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range counts {
		b.WriteRune([]rune(levels)[n*7/most])
	}
	return b.String()
}
