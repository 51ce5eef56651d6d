package run

import (
	"io"
	"slices"

	"caseload/results/report"
)

// performanceMeasure is a measure of performance that can be asked for by name.
type performanceMeasure struct {
	name    string
	column  string // of performance.csv
	head    string // of its column in a table: with the unit, unless that is the effect's own
	of      func(r *Row) (value, mcse report.Number)
	as      unitOf
	says    string // below a table
	meaning string // of its column, in a data dictionary
}

// unitOf is what a measure's numbers are shown in.
type unitOf int

const (
	effectUnit unitOf = iota // that of the effect
	percent
	plainNumber
)

var catalogue = []performanceMeasure{
	{"bias", "bias", "bias", func(r *Row) (report.Number, report.Number) { return r.Bias, r.BiasMCSE }, effectUnit,
		"bias: mean of estimate less truth",
		"mean over replicates of estimate less truth: for RD and MD that of the replicate's own clients, which estimates.csv has, so that it is not mean less truth"},
	{"relative_bias", "relative_bias", "relative bias %", func(r *Row) (report.Number, report.Number) { return r.RelativeBias, r.RelativeBiasMCSE }, percent,
		"relative bias: bias as a share of the truth",
		"bias as a share of the truth; missing where the truth cannot be told from zero"},
	{"empirical_se", "empirical_se", "emp. SE", func(r *Row) (report.Number, report.Number) { return r.EmpiricalSE, r.EmpiricalSEMCSE }, effectUnit,
		"emp. SE: standard deviation of the estimates",
		"standard deviation of the estimates"},
	{"model_se", "model_se", "model SE", func(r *Row) (report.Number, report.Number) { return r.ModelSE, r.ModelSEMCSE }, effectUnit,
		"model SE: the standard error that the analysis claims",
		"standard error that the analysis claims, root mean square"},
	{"model_se_error", "model_se_error", "model SE error %", func(r *Row) (report.Number, report.Number) { return r.ModelSEError, r.ModelSEErrorMCSE }, percent,
		"model SE error: how much the model SE is above the empirical one",
		"model_se / empirical_se - 1"},
	{"rmse", "rmse", "RMSE", func(r *Row) (report.Number, report.Number) { return r.RMSE, r.RMSEMCSE }, effectUnit,
		"RMSE: root mean squared distance of the estimates to the truth",
		"root mean squared error of the estimates"},
	{"coverage", "coverage", "coverage %", func(r *Row) (report.Number, report.Number) { return r.Coverage, r.CoverageMCSE }, percent,
		"coverage: share of confidence intervals that contain the truth",
		"share of confidence intervals that contain the truth"},
	{"bias_eliminated_coverage", "bias_eliminated", "bias-elim. coverage %", func(r *Row) (report.Number, report.Number) { return r.BiasEliminated, r.BiasEliminatedMCSE }, percent,
		"bias-eliminated coverage: share of confidence intervals that contain the mean estimate",
		"share of confidence intervals that contain the mean estimate"},
	{"power", "power", "power %", func(r *Row) (report.Number, report.Number) { return r.Power, r.PowerMCSE }, percent,
		"power: share of trials that reject; a fit that failed rejects nothing",
		"share of trials that reject; a fit that failed rejects nothing"},
	{"power_fitted", "power_fitted", "power among fits %", func(r *Row) (report.Number, report.Number) { return r.PowerFitted, r.PowerFittedMCSE }, percent,
		"power among fits: share of the fits that did not fail that reject",
		"share of the fits that did not fail that reject"},
	{"assurance", "assurance", "assurance %", func(r *Row) (report.Number, report.Number) {
		return r.drawn().Assurance.Assurance, r.drawn().AssuranceMCSE
	}, percent,
		"assurance: share of trials that reject in the direction that is good for clients, with what is not known drawn anew in each",
		"share of trials that reject in the direction that is good for clients; only with --uncertain"},
	{"type_s", "type_s", "type S %", func(r *Row) (report.Number, report.Number) { return r.TypeS, r.TypeSMCSE }, percent,
		"type S: share of significant results with the wrong sign",
		"share of significant estimates with the wrong sign; missing where the truth cannot be told from zero"},
	{"type_m", "type_m", "type M", func(r *Row) (report.Number, report.Number) { return r.TypeM, r.TypeMMCSE }, plainNumber,
		"type M: mean size of the significant estimates over the true one",
		"mean absolute value of the significant estimates, divided by that of the truth; missing as type_s"},
	{"width", "width", "width", func(r *Row) (report.Number, report.Number) { return r.Width, r.WidthMCSE }, effectUnit,
		"width: of the confidence intervals, on average",
		"mean width of the confidence intervals"},
	{"mean", "mean", "mean", func(r *Row) (report.Number, report.Number) { return r.Mean, r.MeanMCSE }, effectUnit,
		"mean: of the estimates",
		"mean of the estimates"},
	{"smd", "smd", "SMD", func(r *Row) (report.Number, report.Number) { return r.SMD, r.SMDMCSE }, plainNumber,
		"SMD: mean standardized mean difference, with the sign of the effect",
		"mean standardized mean difference, with the sign of the effect"},
}

// MeasureNames lists the measures that WriteMeasures knows.
func MeasureNames() []string {
	var names []string
	for _, m := range catalogue {
		names = append(names, m.name)
	}
	return names
}

// chosen are the measures of these names, in the order of the names.
func chosen(names []string) []performanceMeasure {
	var out []performanceMeasure
	for _, name := range names {
		if k := slices.IndexFunc(catalogue, func(m performanceMeasure) bool { return m.name == name }); k >= 0 {
			out = append(out, catalogue[k])
		}
	}
	return out
}

// shown is a row's value and MCSE in the unit in which they are shown.
func (m *performanceMeasure) shown(r *Row) (value, mcse report.Number) {
	value, mcse = m.of(r)
	scale := map[unitOf]report.Number{effectUnit: r.Scale(), percent: 100, plainNumber: 1}[m.as]
	return value * scale, mcse * scale
}

// Measured is a run of which chosen measures are shown, in place of the report's.
type Measured struct {
	*Run
	Names []string
}

// Document returns one table of the measures, each with its MCSE.
func (m Measured) Document(report.Level) *report.Document {
	d := &report.Document{}
	for _, text := range m.Headline() {
		d.Paragraph(text)
	}
	m.addMeasures(d, chosen(m.Names))
	return d
}

// CSV writes the measures in full, shares as shares.
func (m Measured) CSV(w io.Writer) error { return m.measuresCSV(w, chosen(m.Names)) }

// addMeasures adds one table of measures.
func (r *Run) addMeasures(d *report.Document, picked []performanceMeasure) {
	n := r.notes()
	t := &report.Table{Columns: append(r.keyColumns(), report.Key("measure")), Pairs: true}
	legend := ""
	for _, m := range picked {
		t.Columns = append(t.Columns, report.Right(m.head), report.Right("MCSE"))
		legend += m.says + "; "
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		cells := append(r.keys(row, n.marks(row, r)), row.MeasureName())
		for _, m := range picked {
			value, mcse := m.shown(row)
			cells = append(cells, value.Rounded(mcse), precision(value, mcse))
		}
		t.Rows = append(t.Rows, cells)
	}
	d.Table("Performance"+r.ofContrast(), t, append([]string{report.SentenceCase(legend) + "MCSE: Monte Carlo standard error."}, n.lines()...))
}

// precision shows an MCSE to the digits of its value.
func precision(value, mcse report.Number) string {
	if !value.Known() || !mcse.Known() {
		return report.Absent
	}
	return mcse.Fixed(value.Decimals(mcse))
}

// measuresCSV writes what tells rows apart, and the measures.
func (r *Run) measuresCSV(w io.Writer, picked []performanceMeasure) error {
	head := []string{"outcome", "subgroup", "contrast", "method", "set", "effect"}
	for _, m := range picked {
		head = append(head, m.name, m.name+"_mcse")
	}
	var rows [][]string
	for k := range r.Rows {
		row := &r.Rows[k]
		cells := []string{row.Outcome, row.Subgroup, row.Contrast, row.Method, string(row.Set), string(row.Effect)}
		for _, m := range picked {
			value, mcse := m.of(row)
			cells = append(cells, value.CSV(), mcse.CSV())
		}
		rows = append(rows, cells)
	}
	return report.WriteCSV(w, head, rows)
}
