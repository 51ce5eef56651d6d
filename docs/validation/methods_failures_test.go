package validation_test

import (
	"fmt"
	"strings"
	"testing"

	"caseload/analysis"
)

// A failure is one way in which an analysis fails, and what repairs it: a trial
// under a few settings, and what some rows of it are to show.
type failure struct {
	title, file string
	trials      int
	intro       string
	settings    []setting
	teaches     string
}

type setting struct {
	says string
	sets []string
	rows []shown
}

// shown is a row of the table with what is claimed of it.
type shown struct {
	outcome, method, says string
	claims                []judgement
}

// A judgement tells whether a row shows what is said of it.
type judgement struct {
	says string
	of   func(*analysis.Performance) bool
}

var (
	unbiased  = judgement{"unbiased", func(p *analysis.Performance) bool { return p.Bias.Abs() < 4*p.BiasMCSE }}
	level     = judgement{"at its level", func(p *analysis.Performance) bool { return (p.Power - 0.05).Abs() < 4*p.PowerMCSE+grain }}
	covering  = judgement{"covers", func(p *analysis.Performance) bool { return (p.Coverage - 0.95).Abs() < 4*p.CoverageMCSE+grain }}
	careful   = judgement{"at or below its level", func(p *analysis.Performance) bool { return p.Power < 0.05+4*p.PowerMCSE+grain }}
	upwards   = judgement{"biased upwards", func(p *analysis.Performance) bool { return p.Bias > 4*p.BiasMCSE }}
	downwards = judgement{"biased downwards", func(p *analysis.Performance) bool { return p.Bias < -4*p.BiasMCSE }}
	often     = judgement{"rejects too often", func(p *analysis.Performance) bool { return p.Power > 0.05+4*p.PowerMCSE }}
	missing   = judgement{"covers too seldom", func(p *analysis.Performance) bool { return p.Coverage < 0.95-4*p.CoverageMCSE }}
	untested  = judgement{"no test", func(p *analysis.Performance) bool { return !p.Power.Known() && !p.Coverage.Known() }}
)

// nearly is a level that is missed by less than the slack, for a reason given in
// the text.
func nearly(slack float64) judgement {
	return judgement{"near its level", func(p *analysis.Performance) bool { return float64((p.Power-0.05).Abs()-4*p.PowerMCSE) < grain+slack }}
}

// small is a bias of less than so much, of the first order that is neglected.
func small(most float64) judgement {
	return judgement{"all but unbiased", func(p *analysis.Performance) bool { return float64(p.Bias.Abs()-4*p.BiasMCSE) < most }}
}

// smaller is a bias of less than so much, where that of complete cases is more.
func smaller(most float64) judgement {
	return judgement{"less than complete cases", func(p *analysis.Performance) bool { return float64(p.Bias.Abs()+4*p.BiasMCSE) < most }}
}

// write shows the known failure.
func (f *failure) write(t *testing.T, section *strings.Builder) {
	fmt.Fprintf(section, "### %s\n\n%s `%s.toml`, %d trials (seed 1).\n\n", f.title, f.intro, f.file, f.trials)
	section.WriteString("| setting | outcome, method | truth | bias (MCSE) | rejected, % [Wilson 95 %] | covered, % (MCSE) | shows |\n|---|---|---|---|---|---|---|\n")
	for j := range f.settings {
		f.show(t, section, &f.settings[j])
	}
	fmt.Fprintf(section, "\n%s\n\n", f.teaches)
}

// show writes one setting.
func (f *failure) show(t *testing.T, page *strings.Builder, g *setting) {
	t.Helper()
	res := methodsRun(t, f.file, f.trials, false, g.sets...)
	for _, r := range g.rows {
		p := &rowOf(t, res, r.outcome, r.method).Performance
		var says []string
		for _, c := range r.claims {
			if says = append(says, c.says); !c.of(p) {
				t.Errorf("%s, %s: %s by %s: not %s: bias %.4f (MCSE %.4f), rejects %.4f (%.4f), covers %.4f (%.4f)", f.title, g.says, r.outcome,
					r.method, c.says, p.Bias, p.BiasMCSE, p.Power, p.PowerMCSE, p.Coverage, p.CoverageMCSE)
			}
		}
		name := r.method
		if r.says != "" {
			name += " (" + r.says + ")"
		}
		fmt.Fprintf(page, "| %s | %s, %s | %.3f | %.3f (%.3f) | %s | %s | %s |\n", g.says, strings.ReplaceAll(r.outcome, "_", " "), name,
			positive(p.Truth), positive(p.Bias), p.BiasMCSE, showRejected(p), showCovered(p), strings.Join(says, ", "))
	}
}
