package results

import (
	"io"
	"math"
	"path"

	"caseload/analysis/meta"
	"caseload/analysis/review"
)

// Meta is the meta-analysis of a body of studies. A missing number is null; what
// does not apply is null as well.
type Meta struct {
	File    string `json:"file"`
	Measure string `json:"measure"` // log_or, log_rr, log_hr: logarithms
	Method  string `json:"method"`
	Test    string `json:"test"` // z, knapp_hartung or cr2
	Alpha   Number `json:"alpha"`

	View MetaView `json:"-"`

	MetaEffect
	Tau2SE   Number `json:"tau2_se"`
	Tau2Low  Number `json:"tau2_low"`
	Tau2High Number `json:"tau2_high"`
	I2Low    Number `json:"i2_low"`
	I2High   Number `json:"i2_high"`
	H2Low    Number `json:"h2_low"`
	H2High   Number `json:"h2_high"`

	Fits     int            `json:"fits"`
	Failed   int            `json:"failed"`
	Failures map[string]int `json:"failures"`
	Warnings []string       `json:"warnings"`

	Studies    []MetaStudy     `json:"studies"`
	Skipped    []MetaSkipped   `json:"skipped"`
	Clusters   *MetaClusters   `json:"clusters"`
	Subgroups  *MetaSubgroups  `json:"subgroups"`
	Moderators *MetaModerators `json:"moderators"`
	Bias       *MetaBias       `json:"bias"`
	LeaveOut   []MetaPart      `json:"leave_one_out"`
	Cumulative []MetaPart      `json:"cumulative"`
	CumulateBy string          `json:"cumulative_by"` // a column, or "file"
	Influence  []MetaInfluence `json:"influence"`
}

// MetaEffect is a pooled effect and how much true effects vary about it. Of z and t one
// is null.
type MetaEffect struct {
	K        int    `json:"k"`
	Status   string `json:"status"` // ok, or why there is no estimate
	Estimate Number `json:"estimate"`
	SE       Number `json:"se"`
	Low      Number `json:"low"`
	High     Number `json:"high"`
	Z        Number `json:"z"`
	T        Number `json:"t"`
	DF       Number `json:"df"`
	P        Number `json:"p"`
	Tau2     Number `json:"tau2"`
	I2       Number `json:"i2"` // percent
	H2       Number `json:"h2"`
	Q        Number `json:"q"`
	QDF      Number `json:"q_df"`
	QP       Number `json:"q_p"`
	PILow    Number `json:"pi_low"`
	PIHigh   Number `json:"pi_high"`
}

// MetaStudy is one effect that went in.
type MetaStudy struct {
	Study  string `json:"study"`
	Group  string `json:"subgroup"` // "" unless asked
	Line   int    `json:"line"`
	YI     Number `json:"yi"`
	VI     Number `json:"vi"`
	SE     Number `json:"se"`
	Low    Number `json:"low"`
	High   Number `json:"high"`
	N      Number `json:"n"` // clients
	Weight Number `json:"weight"`
}

// MetaSkipped is a row left out because a value is missing.
type MetaSkipped struct {
	Study  string `json:"study"`
	Line   int    `json:"line"`
	Column string `json:"column"`
}

// MetaClusters is what several effects of a trial add.
type MetaClusters struct {
	Clusters int    `json:"clusters"`
	Between  Number `json:"tau2_between"` // of trials
	Within   Number `json:"tau2_within"`  // of the effects of a trial
	ModelSE  Number `json:"model_se"`     // if the model were right
}

// MetaSubgroups are the pooled effects of groups of studies.
type MetaSubgroups struct {
	Groups   []MetaPart  `json:"groups"`
	Between  MetaBetween `json:"between"`        // each group with its own tau2
	CommonT2 MetaBetween `json:"between_common"` // one tau2 for all
}

// MetaPart is the pooled effect of some of the studies.
type MetaPart struct {
	Name string `json:"name"`
	MetaEffect
}

// MetaBetween is a test of whether groups differ.
type MetaBetween struct {
	Status string `json:"status"`
	Q      Number `json:"q"`
	DF     Number `json:"df"`
	P      Number `json:"p"`
	Tau2   Number `json:"tau2"`
}

// MetaModerators is a regression on moderators.
type MetaModerators struct {
	Status       string            `json:"status"`
	Coefficients []MetaCoefficient `json:"coefficients"`
	QM           Number            `json:"qm"`
	QMDF1        Number            `json:"qm_df1"`
	QMDF2        Number            `json:"qm_df2"`
	QMP          Number            `json:"qm_p"`
	QE           Number            `json:"qe"`
	QEDF         Number            `json:"qe_df"`
	QEP          Number            `json:"qe_p"`
	Tau2         Number            `json:"tau2"`
	I2           Number            `json:"i2"`
	H2           Number            `json:"h2"`
	R2           Number            `json:"r2"` // percent
}

// MetaCoefficient is one of a regression.
type MetaCoefficient struct {
	Term     string `json:"term"`
	Estimate Number `json:"estimate"`
	SE       Number `json:"se"`
	Low      Number `json:"low"`
	High     Number `json:"high"`
	Z        Number `json:"z"`
	T        Number `json:"t"`
	DF       Number `json:"df"`
	P        Number `json:"p"`
}

// MetaBias is whether small studies find other effects than large ones.
type MetaBias struct {
	Egger    *MetaAsymmetry `json:"egger"`       // multiplicative dispersion
	Mixed    *MetaAsymmetry `json:"egger_mixed"` // by the method of the pooled effect
	RankTau  Number         `json:"rank_tau"`
	RankP    Number         `json:"rank_p"`
	FailSafe Number         `json:"fail_safe_n"`
	TrimFill *MetaTrimFill  `json:"trim_fill"`
}

// MetaAsymmetry is a regression of effects on their standard errors.
type MetaAsymmetry struct {
	Status string `json:"status"`
	Slope  Number `json:"slope"`
	SE     Number `json:"se"`
	Z      Number `json:"z"`
	T      Number `json:"t"`
	DF     Number `json:"df"`
	P      Number `json:"p"`
	Limit  Number `json:"limit"` // the effect at no standard error
	Low    Number `json:"limit_low"`
	High   Number `json:"limit_high"`
}

// MetaTrimFill is what trim and fill gives.
type MetaTrimFill struct {
	Missing int           `json:"missing"`
	Side    string        `json:"side"`
	Filled  []MetaOutline `json:"filled"`
	MetaEffect
}

// MetaOutline is a study that trim and fill adds.
type MetaOutline struct {
	YI Number `json:"yi"`
	SE Number `json:"se"`
}

// MetaInfluence is what a study does to the result.
type MetaInfluence struct {
	Study    string `json:"study"`
	RStudent Number `json:"rstudent"`
	DFFits   Number `json:"dffits"`
	CookD    Number `json:"cook_d"`
	CovRatio Number `json:"cov_ratio"`
	Hat      Number `json:"hat"`
}

// NewMeta is an analysis as people see it. by is the column that studies are cumulated
// by; "" is the file's order.
func NewMeta(a *review.Analysis, by string) *Meta {
	d, q := a.Data, a.Question
	m := &Meta{File: path.Base(d.File), Measure: string(d.Measure), Method: q.Method, Test: "z", Alpha: Number(q.Alpha),
		MetaEffect: newMetaEffect(&a.Fit), Tau2SE: Number(a.Fit.Tau2SE),
		Tau2Low: Number(a.Limits.Tau2Low), Tau2High: Number(a.Limits.Tau2High), I2Low: Number(a.Limits.I2Low), I2High: Number(a.Limits.I2High),
		H2Low: Number(a.Limits.H2Low), H2High: Number(a.Limits.H2High), Fits: a.Fits, Failures: map[string]int{}, Warnings: []string{},
		Skipped: []MetaSkipped{}, CumulateBy: "file"}
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
		m.Tau2 = Missing() // not estimated, which is not 0
	}
	if by != "" {
		m.CumulateBy = by
	}
	m.addStudies(a)
	m.addParts(a)
	m.addBias(a)
	m.Warnings = append(m.Warnings, metaWarnings(a, m)...)
	return m
}

// JSON writes one object.
func (m *Meta) JSON(w io.Writer) error { return writeJSON(w, m) }

func newMetaEffect(f *meta.Fit) MetaEffect {
	e := MetaEffect{K: f.K, Status: f.Status.String(), Estimate: Number(f.Estimate), SE: Number(f.SE), Low: Number(f.Low), High: Number(f.High),
		Z: Missing(), T: Missing(), DF: Number(f.DF), P: Number(f.P), Tau2: Number(f.Tau2), I2: Number(f.I2), H2: Number(f.H2),
		Q: Number(f.Q), QDF: Number(f.QDF), QP: Number(f.QP), PILow: Number(f.PILow), PIHigh: Number(f.PIHigh)}
	e.Z, e.T = zOrT(f.Stat, f.DF)
	return e
}

// zOrT is a statistic as z, or as t if it has degrees of freedom.
func zOrT(stat, df float64) (z, t Number) {
	if math.IsNaN(df) {
		return Number(stat), Missing()
	}
	return Missing(), Number(stat)
}
