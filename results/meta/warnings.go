package meta

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis/meta"
	"caseload/analysis/review"
	"caseload/results/report"
)

// metaWarnings are what a reader should know before believing the numbers.
func warningsOf(a *review.Analysis, m *Meta) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, s := range a.Suspicions {
		add("%s", suspicion(s, a.Data))
	}
	out = append(out, a.Data.Warnings...)
	if name, n := repeatedName(a.Data); n > 0 && a.Data.Cluster == nil {
		add("%s (such as %q) %s several rows, which are counted as studies of their own; if they are of the same clients, name their column by --cluster", report.Plural(n, "study", "studies"), name, map[bool]string{true: "has", false: "have"}[n == 1])
	}
	empty := 0
	for _, t := range a.Data.Tables {
		if t.Uninformative() && a.Data.Measure != review.RD {
			empty++
		}
	}
	if empty > 0 {
		add("%s no events, or nothing else, in either arm, which says nothing of a ratio; with 1/2 added to every cell the weight is small, by --method mh or peto it is none", report.Plural(empty, "study has", "studies have"))
	}
	if m.random() && m.Test == "z" && m.K > 1 && m.K < 5 {
		add("%d studies say next to nothing of tau2, so that intervals by z are too short; compare --knapp-hartung", m.K)
	}
	if m.Test == "knapp_hartung" && !m.Status.Failed() {
		if z := zError(a); float64(m.SE) < z*(1-1e-9) {
			add("the Knapp-Hartung standard error is %s, below the %s of the z test: effects agree better than their errors let expect, so that the interval may be too short", m.SE.Fixed(4), report.Number(z).Fixed(4))
		}
	}
	if m.Test == "cr2" && m.DF < 4 {
		add("%s degrees of freedom: a robust test of fewer than 4 rejects too often", m.DF.Fixed(1))
	}
	out = append(out, warningsOfPeaks(a, m)...)
	out = append(out, warningsOfLoneTrials(a)...)
	if a.Regression != nil && a.Regression.Status() != meta.OK {
		add("no regression on moderators: %s", a.Regression.Status())
	}
	if terms := len(regressionTerms(a)); terms > 0 && m.K < 10*terms {
		add("%s for %s: fewer than 10 each, so that a moderator may seem to matter by chance", report.Counted(m.K, "effect"), report.Counted(terms, "coefficient"))
	}
	if m.random() && m.Tau2High.Known() && m.Tau2High == 0 {
		add("effects agree better than chance would have it: the interval of tau2 is empty, and is given as 0 to 0")
	}
	return out
}

// warningsOfPeaks say that a likelihood has several maxima.
func warningsOfPeaks(a *review.Analysis, m *Meta) (out []string) {
	say := func(what string, second meta.Peak, tau2 report.Number) {
		if second.Known {
			out = append(out, fmt.Sprintf("the likelihood of %s has two maxima or more: the highest, at tau2 = %s, is taken; at tau2 = %s the log likelihood is %s lower",
				what, tauText(tau2), tauText(report.Number(second.Tau2)), report.Number(second.Below).Rounded(report.Missing())))
		}
	}
	say("the pooled effect", a.Fit.Second, m.Tau2)
	for _, g := range a.Groups {
		say("group "+g.Name, g.Fit.Second, g.Fit.Tau2)
	}
	if r := a.Regression; r != nil && r.Plain != nil {
		say("the regression on moderators", r.Plain.Second, r.Plain.Tau2)
	} else if r != nil {
		say("the regression on moderators", r.Robust.Second, r.Robust.Tau2)
	}
	return out
}

// warningsOfLoneTrials name the coefficients that one trial decides, in whole or in part.
func warningsOfLoneTrials(a *review.Analysis) (out []string) {
	if a.Regression == nil || a.Regression.Robust == nil || a.Regression.Status() != meta.OK {
		return nil
	}
	for j, seen := range a.Regression.Robust.Seen {
		term := a.Regression.Terms[j]
		switch {
		case seen == 0:
			out = append(out, fmt.Sprintf("the coefficient %s rests on one trial alone: its standard error is not estimable", term))
		case seen < 0.95:
			out = append(out, fmt.Sprintf("the coefficient %s rests in part on one trial alone, of which the robust standard error sees nothing: it is too small (%.0f %% of the variance by the model is seen)", term, 100*seen))
		}
	}
	return out
}

// repeatedName is the first study with several rows, and how many there are.
func repeatedName(d *review.Data) (first string, n int) {
	rows := map[string]int{}
	for _, name := range d.Study {
		if rows[name]++; rows[name] == 2 {
			if n++; n == 1 {
				first = name
			}
		}
	}
	return first, n
}

// regressionTerms are those beside the intercept.
func regressionTerms(a *review.Analysis) []string {
	if a.Regression == nil {
		return nil
	}
	return a.Regression.Terms[1:]
}

// zError is the standard error that the z test would have.
func zError(a *review.Analysis) float64 {
	sum := 0.0
	for _, v := range a.Data.V {
		sum += 1 / (v + float64(a.Fit.Tau2))
	}
	return 1 / math.Sqrt(sum)
}

// suspicion is one in words: where, what, and what it may be.
func suspicion(s meta.Suspicion, d *review.Data) string {
	where := ""
	if s.Study >= 0 {
		where = fmt.Sprintf("%s, line %d: ", d.Study[s.Study], d.Line[s.Study])
	}
	n := ""
	if s.Study >= 0 && !math.IsNaN(d.N[s.Study]) {
		n = fmt.Sprintf("%g clients", d.N[s.Study])
	}
	x := report.Number(s.Value)
	text := map[meta.SuspicionKind]string{
		meta.FewImplied: fmt.Sprintf("the standard error implies %s clients in all; is it a standard deviation?", x.Fixed(1)),
		meta.TooWide:    fmt.Sprintf("the standard error is %s times that of %s; is it a standard deviation?", x.Fixed(1), n),
		meta.TooNarrow:  fmt.Sprintf("the standard error is %s of the least that %s can give; is it a variance?", x.Fixed(2), n),
		meta.Flat:       fmt.Sprintf("standard errors go with the number of clients to the power %s, where -0.5 is expected; are they standard deviations?", x.Fixed(2)),
		meta.Steep:      fmt.Sprintf("standard deviations go with the number of clients to the power %s, where 0 is expected; are they standard errors?", x.Fixed(2)),
		meta.Apart:      fmt.Sprintf("the arms are %s standard deviations apart; is a standard error in the place of the standard deviation?", x.Fixed(1)),
		meta.Shrunken:   fmt.Sprintf("the standard deviation is %s of the median of all studies; is it a standard error?", x.Fixed(2)),
	}[s.Kind]
	if where == "" {
		return report.SentenceCase(text)
	}
	return strings.TrimSpace(where + text)
}
