package calibrate

import (
	"fmt"
	"strings"

	"caseload/analysis/calibrate"
	"caseload/results/report"
)

// Document returns the calibration: what failed first, then how much the
// simulations are worth, a paragraph, and the tables.
func (c *Calibration) Document(l report.Level) *report.Document {
	d := &report.Document{}
	for _, text := range c.headline() {
		d.Paragraph(text)
	}
	for _, text := range c.warnings() {
		d.Item("Warning: " + text + ".")
	}
	d.Gap()
	d.Paragraph(c.story())
	if l == report.Brief {
		return d
	}
	d.Table("Parameters", c.parameterTable(), []string{"Before: 95 % of the prior. Mean, interval and contraction of the posterior, with MCSEs in parentheses. " +
		"Contraction: 1 less the ratio of the SD of the posterior to that of the prior. Below 20 % the figures say little about a parameter."})
	if l == report.Screen {
		d.More()
		return d
	}
	d.Table("Published figures", c.figureTable(), []string{"From the priors and from the posterior: 95 % of simulated figures, each with the sampling error of its design. p: two-sided " +
		"predictive probability of a figure as extreme as the published one (MCSE). It is small where no value of the parameters gives such figures."})
	d.Table("Precision, published and simulated", c.precisionTable(), []string{"Standard errors, of the published figure (from its interval where that is published) and as the simulated studies report " +
		"them: mean and 95 %. A published one far outside belongs to another design."})
	d.Line("Priors and figures: " + c.CalibrationHash)
	return d
}

// headline says what failed, if anything did, and how much there is.
func (c *Calibration) headline() (lines []string) {
	if c.Partial {
		lines = append(lines, fmt.Sprintf("Partial: interrupted; %s from the priors were wanted.", report.Counted(c.Wanted, "simulation")))
	}
	if c.Failed > 0 {
		lines = append(lines, failedText(c.Failed, c.Simulations, c.Failures)+".")
	}
	if c.PredictiveFailed > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s from the posterior failed.", report.Grouped(c.PredictiveFailed), report.Counted(c.Predictive, "simulation")))
	}
	title := report.Titled(c.Title, c.Scenario)
	return append(lines, fmt.Sprintf("%s: %s of %s simulations accepted (%s), effective sample size %s, seed %d.", title, report.Grouped(c.Accepted),
		report.Grouped(c.Simulations-c.Failed), (100*c.Acceptance).Fixed(1)+" %", c.ESS.Fixed(0), c.Seed))
}

func failedText(failed, of int, reasons []calibrate.Failure) string {
	text := fmt.Sprintf("%s of %s from the priors failed", report.Grouped(failed), report.Counted(of, "simulation"))
	for k, f := range reasons {
		sep := ", "
		if k == 0 {
			sep = ": "
		}
		text += fmt.Sprintf("%s%s %s", sep, f.Reason, report.Grouped(f.Count))
	}
	return text
}

// warnings are what makes a calibration doubtful.
func (c *Calibration) warnings() (list []string) {
	const fewESS, unlikely, apart = 100, 0.05, 1.1
	if c.ESS < fewESS {
		list = append(list, fmt.Sprintf("the effective sample size is %s: give more simulations", c.ESS.Fixed(0)))
	}
	for k := range c.Figures {
		f := &c.Figures[k]
		switch {
		case f.Beyond:
			list = append(list, fmt.Sprintf("no simulation from the priors reached %s, %s, so that this is an extrapolation", f.Name, f.text(f.Published)))
		case f.P.Known() && f.P < unlikely:
			list = append(list, fmt.Sprintf("%s, %s, is extreme among the predictions of the posterior (%s), so that these parameters do not explain it", f.Name, f.text(f.Published), report.PText(f.P)))
		}
		// Published standard errors are rounded: a small difference is none.
		if r := f.SimulatedSE / f.SE; r.Known() && (r > apart || r < 1/apart) && (f.SE < f.SimulatedSELow || f.SE > f.SimulatedSEHigh) {
			list = append(list, fmt.Sprintf("the published standard error of %s is %s, those simulated are between %s and %s, so that the design differs", f.Name, f.SE.Rounded(report.Missing()),
				f.SimulatedSELow.Rounded(report.Missing()), f.SimulatedSEHigh.Rounded(report.Missing())))
		}
	}
	return list
}

// text is a value of the figure as tables have it: to the third digit of what is
// predicted.
func (f *Figure) text(n report.Number) string {
	return n.Fixed((f.PriorHigh - f.PriorLow).Decimals((f.PriorHigh - f.PriorLow) / 10))
}

// story is the paragraph.
func (c *Calibration) story() string {
	var said, silent []string
	for k := range c.Parameters {
		p := &c.Parameters[k]
		if !p.Informed {
			silent = append(silent, c.Labels.Key(p.Key))
			continue
		}
		said = append(said, fmt.Sprintf("%s is %s (95 %% between %s and %s; before, between %s and %s)", c.Labels.Key(p.Key), p.text(p.Mean), p.Low.Rounded(p.LowMCSE), p.High.Rounded(p.HighMCSE), p.text(p.PriorLow), p.text(p.PriorHigh)))
	}
	var b strings.Builder
	if len(said) == 0 {
		b.WriteString("The published figures say little about any parameter.")
	} else {
		b.WriteString("With the published figures " + strings.Join(said, "; ") + ".")
		if len(silent) > 0 {
			b.WriteString(" The figures say little about " + strings.Join(silent, ", ") + " that the prior does not.")
		}
	}
	fits, known := 0, 0
	for k := range c.Figures {
		if f := &c.Figures[k]; f.PredictedLow.Known() {
			if known++; f.PredictedLow <= f.Published && f.Published <= f.PredictedHigh {
				fits++
			}
		}
	}
	if known > 0 {
		fmt.Fprintf(&b, " The 95 %% intervals of figures simulated from the posterior contain the published one in %d of %d cases.", fits, known)
	}
	return b.String()
}

// text is a value of the parameter to two digits of its Monte Carlo error.
func (p *Parameter) text(n report.Number) string { return n.Fixed(p.Mean.Decimals(p.MeanMCSE)) }

func (c *Calibration) parameterTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("parameter"), report.Right("before"), report.Right("mean"), report.Right("95 % interval"), report.Left("contraction")}}
	for k := range c.Parameters {
		p := &c.Parameters[k]
		note := ""
		if !p.Informed {
			note = ", says little"
		}
		t.Rows = append(t.Rows, []string{c.label(k), p.text(p.PriorLow) + " to " + p.text(p.PriorHigh), p.Mean.WithMCSE(p.MeanMCSE), p.Low.WithMCSE(p.LowMCSE) + " to " + p.High.WithMCSE(p.HighMCSE),
			(100 * p.Contraction).Fixed(0) + " % (" + (100 * p.ContractionMCSE).Fixed(0) + ")" + note})
	}
	return t
}

// label is the end of a parameter's key, its last two parts, if that tells it from
// the others.
func (c *Calibration) label(k int) string {
	end := lastTwo(c.Parameters[k].Key)
	for j := range c.Parameters {
		if j != k && lastTwo(c.Parameters[j].Key) == end {
			return c.Parameters[k].Key
		}
	}
	return end
}

func lastTwo(key string) string {
	parts := strings.Split(key, ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
}

func (c *Calibration) figureTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("figure"), report.Right("published"), report.Right("from the priors"), report.Right("from the posterior"), report.Right("mean"), report.Right("p")}}
	for k := range c.Figures {
		f := &c.Figures[k]
		t.Rows = append(t.Rows, []string{f.Name, f.text(f.Published), f.text(f.PriorLow) + " to " + f.text(f.PriorHigh), f.interval(), f.Predicted.WithMCSE(f.PredictedMCSE), f.P.WithMCSE(f.PMCSE)})
	}
	return t
}

func (f *Figure) interval() string {
	if !f.PredictedLow.Known() {
		return report.Absent
	}
	return f.text(f.PredictedLow) + " to " + f.text(f.PredictedHigh)
}

func (c *Calibration) precisionTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("figure"), report.Right("published SE"), report.Right("simulated SE"), report.Right("95 %")}}
	for k := range c.Figures {
		if f := &c.Figures[k]; f.SE.Known() && f.SimulatedSE.Known() {
			t.Rows = append(t.Rows, []string{f.Name, f.SE.Rounded(report.Missing()), f.SimulatedSE.Rounded(report.Missing()), f.SimulatedSELow.Rounded(report.Missing()) + " to " + f.SimulatedSEHigh.Rounded(report.Missing())})
		}
	}
	return t
}
