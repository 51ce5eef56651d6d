package calibrate

import (
	"fmt"
	"io"
	"math"

	"caseload/analysis"
	"caseload/analysis/calibrate"
	"caseload/results/report"
	"caseload/scenarios"
)

// Calibration is what published figures say of parameters: the JSON object of
// "caseload calibrate". Measures of the form x_mcse are Monte Carlo standard
// errors.
type Calibration struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario        string              `json:"scenario"`
	Title           string              `json:"title"`
	Hash            string              `json:"hash"`             // of what is simulated
	CalibrationHash string              `json:"calibration_hash"` // of that, the parameters, priors and figures
	Seed            int64               `json:"seed"`
	ModelVersion    int                 `json:"model_version"`
	Simulations     int                 `json:"simulations"` // from the priors
	Failed          int                 `json:"failed"`
	Failures        []calibrate.Failure `json:"failures"`
	Tolerance       float64             `json:"tolerance"`
	Accepted        int                 `json:"accepted"`
	Acceptance      report.Number       `json:"acceptance"` // share of the simulations that have figures
	ESS             report.Number       `json:"ess"`        // effective sample size
	// Radius is how far the furthest accepted simulation is from the published
	// figures, in standard deviations under the priors.
	Radius           report.Number `json:"radius"`
	Predictive       int           `json:"predictive"` // simulations from the posterior
	PredictiveFailed int           `json:"predictive_failed"`
	Partial          bool          `json:"partial"`

	Parameters []Parameter `json:"parameters"`
	Figures    []Figure    `json:"figures"`

	Wanted int `json:"-"` // simulations from the priors

	theta  [][]float64 // draws of the posterior, by parameter
	weight []float64
}

// CalibrateParameter is a parameter before and after the figures are looked at.
// Low and high bound 95 %.
type Parameter struct {
	Key   string `json:"key"`
	Prior string `json:"prior"` // as the scenario spells it
	calibrate.Parameter
	Informed bool `json:"informed"` // a contraction of at least 0.2

	Before []DensityPoint `json:"-"` // the prior's density
	After  []DensityBar   `json:"-"` // the posterior's
}

// DensityPoint is a density at a value, DensityBar that of a class of values.
type (
	DensityPoint struct{ At, Density float64 }
	DensityBar   struct{ From, To, Density float64 }
)

// CalibrateFigure is a published figure beside the simulated ones.
type Figure struct {
	Name      string        `json:"name"` // what it is, in words
	Outcome   string        `json:"outcome,omitempty"`
	Arm       string        `json:"arm,omitempty"`
	Subgroup  string        `json:"subgroup,omitempty"`
	Method    string        `json:"method,omitempty"`
	Group     string        `json:"group,omitempty"`
	Statistic string        `json:"statistic"`
	Published report.Number `json:"published"`
	SE        report.Number `json:"se"` // published, or from the published interval
	Low       report.Number `json:"low"`
	High      report.Number `json:"high"`
	Source    string        `json:"source"`
	calibrate.Figure
}

// NewCalibration puts a calibration into the form in which it is shown.
func New(q *calibrate.Question, r *calibrate.Result, name string) *Calibration {
	sc := q.Scenario
	c := &Calibration{Labels: sc.Labels(), Scenario: name, Title: sc.Title, Hash: sc.Hash(), CalibrationHash: sc.CalibrationHash(), Seed: q.Options.Seed,
		ModelVersion: analysis.ModelVersion, Simulations: r.Simulations, Failed: r.Failed, Failures: append([]calibrate.Failure{}, r.Failures...),
		Tolerance: q.Options.Tolerance, Accepted: r.Accepted, Acceptance: report.Number(float64(r.Accepted) / float64(r.Simulations-r.Failed)),
		ESS: report.Number(r.ESS), Radius: report.Number(r.Radius), Predictive: r.Predictive, PredictiveFailed: r.PredictiveFailed, Partial: r.Partial,
		Wanted: q.Options.Simulations, theta: r.Theta, weight: r.Weight}
	for k := range r.Parameters {
		c.Parameters = append(c.Parameters, newParameter(&sc.Calibrate.Parameters[k], &r.Parameters[k], r.Theta[k], r.Weight))
	}
	for j := range r.Figures {
		c.Figures = append(c.Figures, newFigure(&sc.Calibrate.Figures[j], &r.Figures[j]))
	}
	return c
}

func newParameter(about *scenarios.Parameter, p *calibrate.Parameter, values, weight []float64) Parameter {
	out := Parameter{Key: about.Key, Prior: about.Prior.Text(), Parameter: *p, Informed: p.Informed()}
	out.densities(&about.Prior, values, weight)
	return out
}

// densities are those of the prior and, in classes, of the posterior, over the
// middle of both.
func (p *Parameter) densities(prior *scenarios.Prior, values, weight []float64) {
	const classes, points, tail = 30, 200, 0.005
	low, high := prior.Quantile(tail), prior.Quantile(1-tail)
	for _, x := range values {
		low, high = math.Min(low, x), math.Max(high, x)
	}
	step := (high - low) / classes
	for k := range classes {
		p.After = append(p.After, DensityBar{From: low + float64(float64(k)*step), To: low + float64(float64(k+1)*step)})
	}
	for i, x := range values {
		p.After[min(classes-1, int((x-low)/step))].Density += weight[i] / step
	}
	for k := range points + 1 {
		x := low + (high-low)*float64(k)/points
		p.Before = append(p.Before, DensityPoint{x, prior.Density(x)})
	}
}

func newFigure(about *scenarios.Figure, f *calibrate.Figure) Figure {
	out := Figure{Name: figureName(about), Outcome: about.Outcome, Arm: about.Arm, Subgroup: about.Subgroup, Method: about.Method, Group: about.Group,
		Statistic: about.Statistic, Published: report.Number(about.Value), SE: report.Missing(), Low: report.Missing(), High: report.Missing(), Source: about.Source,
		Figure: *f}
	const normal95 = 1.959963984540054
	switch {
	case about.SE != nil:
		out.SE = report.Number(*about.SE)
	case about.Low != nil:
		out.Low, out.High = report.Number(*about.Low), report.Number(*about.High)
		out.SE = (out.High - out.Low) / (2 * normal95)
	}
	return out
}

// figureName is what a figure is of.
func figureName(f *scenarios.Figure) string {
	if f.Group != "" {
		return f.Group + ": " + map[string]string{scenarios.StatisticSMD: "pooled SMD", scenarios.StatisticI2: "I2 (%)"}[f.Statistic]
	}
	text := f.Outcome
	if f.Subgroup != "all" {
		text += fmt.Sprintf(" [%s]", f.Subgroup)
	}
	if f.Statistic == scenarios.StatisticMean {
		return text + ": mean of " + f.Arm
	}
	return text + ": " + f.Method + ", " + f.Arm
}

// JSON writes the calibration as one object.
func (c *Calibration) JSON(w io.Writer) error { return report.WriteJSON(w, c) }

// CSV writes a row for each parameter and each figure.
func (c *Calibration) CSV(w io.Writer) error {
	var rows [][]string
	for _, p := range c.Parameters {
		rows = append(rows, []string{"parameter", p.Key, "", p.PriorMean.CSV(), p.PriorLow.CSV(), p.PriorHigh.CSV(), p.Mean.CSV(), p.MeanMCSE.CSV(),
			p.Low.CSV(), p.High.CSV(), p.Contraction.CSV(), ""})
	}
	for _, f := range c.Figures {
		rows = append(rows, []string{"figure", f.Name, f.Published.CSV(), f.PriorMean.CSV(), f.PriorLow.CSV(), f.PriorHigh.CSV(), f.Predicted.CSV(), f.PredictedMCSE.CSV(),
			f.PredictedLow.CSV(), f.PredictedHigh.CSV(), "", f.P.CSV()})
	}
	return report.WriteCSV(w, []string{"kind", "name", "published", "prior_mean", "prior_low", "prior_high", "mean", "mean_mcse", "low", "high", "contraction", "p"}, rows)
}
