package meta

import (
	"io"
	"math"
	"path"

	"caseload/analysis/meta"
	"caseload/analysis/review"
	"caseload/results/report"
)

// Meta is the meta-analysis of a body of studies. A missing number is null; what
// does not apply is null as well.
type Meta struct {
	File    string        `json:"file"`
	Measure string        `json:"measure"` // log_or, log_rr, log_hr: logarithms
	Method  string        `json:"method"`
	Test    string        `json:"test"` // z, knapp_hartung or cr2
	Alpha   report.Number `json:"alpha"`

	View View `json:"-"`

	Effect
	Tau2SE   report.Number `json:"tau2_se"`
	Tau2Low  report.Number `json:"tau2_low"`
	Tau2High report.Number `json:"tau2_high"`
	I2Low    report.Number `json:"i2_low"`
	I2High   report.Number `json:"i2_high"`
	H2Low    report.Number `json:"h2_low"`
	H2High   report.Number `json:"h2_high"`

	Fits     int            `json:"fits"`
	Failed   int            `json:"failed"`
	Failures map[string]int `json:"failures"`
	Warnings []string       `json:"warnings"`

	Studies    []Study     `json:"studies"`
	Skipped    []Skipped   `json:"skipped"`
	Clusters   *Clusters   `json:"clusters"`
	Subgroups  *Subgroups  `json:"subgroups"`
	Moderators *Moderators `json:"moderators"`
	Bias       *Bias       `json:"bias"`
	LeaveOut   []Part      `json:"leave_one_out"`
	Cumulative []Part      `json:"cumulative"`
	CumulateBy string      `json:"cumulative_by"` // a column, or "file"
	Influence  []Influence `json:"influence"`
}

// MetaEffect is a pooled effect and how much true effects vary about it. Of z and t one
// is null.
type Effect struct {
	K        int           `json:"k"`
	Status   string        `json:"status"` // ok, or why there is no estimate
	Estimate report.Number `json:"estimate"`
	SE       report.Number `json:"se"`
	Low      report.Number `json:"low"`
	High     report.Number `json:"high"`
	Z        report.Number `json:"z"`
	T        report.Number `json:"t"`
	DF       report.Number `json:"df"`
	P        report.Number `json:"p"`
	Tau2     report.Number `json:"tau2"`
	I2       report.Number `json:"i2"` // percent
	H2       report.Number `json:"h2"`
	Q        report.Number `json:"q"`
	QDF      report.Number `json:"q_df"`
	QP       report.Number `json:"q_p"`
	PILow    report.Number `json:"pi_low"`
	PIHigh   report.Number `json:"pi_high"`
}

// MetaStudy is one effect that went in.
type Study struct {
	Study  string        `json:"study"`
	Group  string        `json:"subgroup"` // "" unless asked
	Line   int           `json:"line"`
	YI     report.Number `json:"yi"`
	VI     report.Number `json:"vi"`
	SE     report.Number `json:"se"`
	Low    report.Number `json:"low"`
	High   report.Number `json:"high"`
	N      report.Number `json:"n"` // clients
	Weight report.Number `json:"weight"`
}

// MetaSkipped is a row left out because a value is missing.
type Skipped struct {
	Study  string `json:"study"`
	Line   int    `json:"line"`
	Column string `json:"column"`
}

// MetaClusters is what several effects of a trial add.
type Clusters struct {
	Clusters int           `json:"clusters"`
	Between  report.Number `json:"tau2_between"` // of trials
	Within   report.Number `json:"tau2_within"`  // of the effects of a trial
	ModelSE  report.Number `json:"model_se"`     // if the model were right
}

// MetaSubgroups are the pooled effects of groups of studies.
type Subgroups struct {
	Groups   []Part  `json:"groups"`
	Between  Between `json:"between"`        // each group with its own tau2
	CommonT2 Between `json:"between_common"` // one tau2 for all
}

// MetaPart is the pooled effect of some of the studies.
type Part struct {
	Name string `json:"name"`
	Effect
}

// MetaBetween is a test of whether groups differ.
type Between struct {
	Status string        `json:"status"`
	Q      report.Number `json:"q"`
	DF     report.Number `json:"df"`
	P      report.Number `json:"p"`
	Tau2   report.Number `json:"tau2"`
}

// MetaModerators is a regression on moderators.
type Moderators struct {
	Status       string        `json:"status"`
	Coefficients []Coefficient `json:"coefficients"`
	QM           report.Number `json:"qm"`
	QMDF1        report.Number `json:"qm_df1"`
	QMDF2        report.Number `json:"qm_df2"`
	QMP          report.Number `json:"qm_p"`
	QE           report.Number `json:"qe"`
	QEDF         report.Number `json:"qe_df"`
	QEP          report.Number `json:"qe_p"`
	Tau2         report.Number `json:"tau2"`
	I2           report.Number `json:"i2"`
	H2           report.Number `json:"h2"`
	R2           report.Number `json:"r2"` // percent
}

// MetaCoefficient is one of a regression.
type Coefficient struct {
	Term     string        `json:"term"`
	Estimate report.Number `json:"estimate"`
	SE       report.Number `json:"se"`
	Low      report.Number `json:"low"`
	High     report.Number `json:"high"`
	Z        report.Number `json:"z"`
	T        report.Number `json:"t"`
	DF       report.Number `json:"df"`
	P        report.Number `json:"p"`
}

// MetaBias is whether small studies find other effects than large ones.
type Bias struct {
	Egger    *Asymmetry    `json:"egger"`       // multiplicative dispersion
	Mixed    *Asymmetry    `json:"egger_mixed"` // by the method of the pooled effect
	RankTau  report.Number `json:"rank_tau"`
	RankP    report.Number `json:"rank_p"`
	FailSafe report.Number `json:"fail_safe_n"`
	TrimFill *TrimFill     `json:"trim_fill"`
}

// MetaAsymmetry is a regression of effects on their standard errors.
type Asymmetry struct {
	Status string        `json:"status"`
	Slope  report.Number `json:"slope"`
	SE     report.Number `json:"se"`
	Z      report.Number `json:"z"`
	T      report.Number `json:"t"`
	DF     report.Number `json:"df"`
	P      report.Number `json:"p"`
	Limit  report.Number `json:"limit"` // the effect at no standard error
	Low    report.Number `json:"limit_low"`
	High   report.Number `json:"limit_high"`
}

// MetaTrimFill is what trim and fill gives.
type TrimFill struct {
	Missing int       `json:"missing"`
	Side    string    `json:"side"`
	Filled  []Outline `json:"filled"`
	Effect
}

// MetaOutline is a study that trim and fill adds.
type Outline struct {
	YI report.Number `json:"yi"`
	SE report.Number `json:"se"`
}

// MetaInfluence is what a study does to the result.
type Influence struct {
	Study    string        `json:"study"`
	RStudent report.Number `json:"rstudent"`
	DFFits   report.Number `json:"dffits"`
	CookD    report.Number `json:"cook_d"`
	CovRatio report.Number `json:"cov_ratio"`
	Hat      report.Number `json:"hat"`
}

// NewMeta is an analysis as people see it. by is the column that studies are cumulated
// by; "" is the file's order.
func New(a *review.Analysis, by string) *Meta {
	d, q := a.Data, a.Question
	m := &Meta{File: path.Base(d.File), Measure: string(d.Measure), Method: q.Method, Test: "z", Alpha: report.Number(q.Alpha),
		Effect: newEffect(&a.Fit), Tau2SE: report.Number(a.Fit.Tau2SE),
		Tau2Low: report.Number(a.Limits.Tau2Low), Tau2High: report.Number(a.Limits.Tau2High), I2Low: report.Number(a.Limits.I2Low), I2High: report.Number(a.Limits.I2High),
		H2Low: report.Number(a.Limits.H2Low), H2High: report.Number(a.Limits.H2High), Fits: a.Fits, Failures: map[string]int{}, Warnings: []string{},
		Skipped: []Skipped{}, CumulateBy: "file"}
	switch {
	case d.Cluster != nil:
		m.Test = "cr2"
	case q.KnappHartung:
		m.Test = "knapp_hartung"
	}
	for s, n := range a.Failures {
		m.Failures[s.String()] += n
		m.Failed += n
	}
	if !m.random() {
		m.Tau2 = report.Missing() // not estimated, which is not 0
	}
	if by != "" {
		m.CumulateBy = by
	}
	m.addStudies(a)
	m.addParts(a)
	m.addBias(a)
	m.Warnings = append(m.Warnings, warningsOf(a, m)...)
	return m
}

// JSON writes one object.
func (m *Meta) JSON(w io.Writer) error { return report.WriteJSON(w, m) }

func newEffect(f *meta.Fit) Effect {
	e := Effect{K: f.K, Status: f.Status.String(), Estimate: report.Number(f.Estimate), SE: report.Number(f.SE), Low: report.Number(f.Low), High: report.Number(f.High),
		Z: report.Missing(), T: report.Missing(), DF: report.Number(f.DF), P: report.Number(f.P), Tau2: report.Number(f.Tau2), I2: report.Number(f.I2), H2: report.Number(f.H2),
		Q: report.Number(f.Q), QDF: report.Number(f.QDF), QP: report.Number(f.QP), PILow: report.Number(f.PILow), PIHigh: report.Number(f.PIHigh)}
	e.Z, e.T = zOrT(f.Stat, f.DF)
	return e
}

// zOrT is a statistic as z, or as t if it has degrees of freedom.
func zOrT(stat, df float64) (z, t report.Number) {
	if math.IsNaN(df) {
		return report.Number(stat), report.Missing()
	}
	return report.Missing(), report.Number(stat)
}
