package meta

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	Tau2SE report.Number `json:"tau2_se"`
	meta.HeterogeneityLimits

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

	digits int // of columns of effects, -1 if not yet known
}

// What an analysis consists of.
type (
	Effect  = meta.Fit // a pooled effect and how much true effects vary about it
	Between = meta.Between
)

// MetaStudy is one effect that went in.
type Study struct {
	Study  string        `json:"study"`
	Group  string        `json:"subgroup"`          // "" unless asked
	Trial  string        `json:"cluster,omitempty"` // that the effect is of, if trials have several
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

// MetaModerators is a regression on moderators.
type Moderators struct {
	Status       meta.Status   `json:"status"`
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
	Term string `json:"term"`
	meta.Coefficient
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
	Status meta.Status   `json:"status"`
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
	Study string `json:"study"`
	meta.Influence
}

// NewMeta is an analysis as people see it. by is the column that studies are cumulated
// by; "" is the file's order.
func New(a *review.Analysis, by string) *Meta {
	d, q := a.Data, a.Question
	m := &Meta{File: path.Base(d.File), Measure: string(d.Measure), Method: q.Method, Test: "z", Alpha: report.Number(q.Alpha),
		Effect: a.Fit, Tau2SE: a.Fit.Tau2SE, HeterogeneityLimits: a.Limits, Fits: a.Fits, Failures: map[string]int{}, Warnings: []string{},
		Skipped: []Skipped{}, CumulateBy: "file", digits: -1}
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

// Read reads what JSON writes.
func Read(r io.Reader) (*Meta, error) {
	m := &Meta{digits: -1}
	if err := json.NewDecoder(r).Decode(m); err != nil {
		return nil, fmt.Errorf("got something else than a meta-analysis: %w", err)
	}
	if m.Measure == "" || m.Studies == nil {
		return nil, errors.New("got something else than a meta-analysis")
	}
	return m, nil
}

// JSON writes one object.
func (m *Meta) JSON(w io.Writer) error { return report.WriteJSON(w, m) }
