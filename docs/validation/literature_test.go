package validation_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/literature"
	"caseload/internal/suite"
	drawing "caseload/results/figure"
	literatureresults "caseload/results/literature"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

func settled(t *testing.T, sc *scenarios.Scenario, sets ...scenarios.Setting) *scenarios.Scenario {
	t.Helper()
	out, err := sc.With(sets...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func bodies(t *testing.T, sc *scenarios.Scenario, from *literature.Engine, n int) (*literatureresults.Literature, *literature.Engine) {
	t.Helper()
	e, err := literature.New(sc, from)
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Run(context.Background(), literature.Options{Bodies: n, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return literatureresults.New(r, "test"), e
}

func groupOf(t *testing.T, l *literatureresults.Literature, group string) *literatureresults.Row {
	t.Helper()
	for k := range l.Rows {
		if l.Rows[k].Group == group {
			return &l.Rows[k]
		}
	}
	t.Fatalf("no group %q", group)
	return nil
}

// writeSpread shows what the review of 2007 would find if programs of a kind did the same
// everywhere, and if they differ as published trials of theirs do.
func writeSpread(t *testing.T, section *strings.Builder) {
	sc, err := scenarios.Builtin("cochrane-2007")
	if err != nil {
		t.Fatal(err)
	}
	section.WriteString("\n| programs of a kind | pooled SMD of linkage (MCSE) | 95 % of bodies | I2 % (MCSE) | 95 % of bodies | p of the published 85 % |\n|---|---|---|---|---|---|\n")
	var engine *literature.Engine
	for _, differ := range []bool{false, true} {
		words := "bring the same share everywhere"
		if differ {
			words = "differ as published trials do"
		}
		var l *literatureresults.Literature
		l, engine = bodies(t, settled(t, sc, scenarios.Setting{Key: "uncertainty.use", Value: differ}), engine, 200)
		r := groupOf(t, l, "linkage")
		fmt.Fprintf(section, "| %s | %s (%s) | %s to %s | %s (%s) | %s to %s | %s |\n", words, r.SMD.Mean.Fixed(3), r.SMD.MCSE.Fixed(3), r.SMD.Low.Fixed(2), r.SMD.High.Fixed(2),
			r.I2.Mean.Fixed(0), r.I2.MCSE.Fixed(0), r.I2.Low.Fixed(0), r.I2.High.Fixed(0), r.I2P.Fixed(2))
		if !(*r.I2Inside && *r.Inside) {
			t.Errorf("%s: the published figures are not inside", words)
		}
	}
}

// writeSelection shows what the review of 2007 would find if what it could see had
// been selected.
func writeSelection(t *testing.T, section *strings.Builder) {
	sc, err := scenarios.Builtin("cochrane-2007")
	if err != nil {
		t.Fatal(err)
	}
	section.WriteString("\n| selection | trials with linkage | pooled SMD of linkage (MCSE) | I2 % (MCSE) |\n|---|---|---|---|\n")
	var engine *literature.Engine
	var smd, i2 []report.Number
	for _, c := range []struct {
		words string
		sets  []scenarios.Setting
	}{
		{"none", nil},
		{"one in five trials is published that comes out against case management", []scenarios.Setting{{Key: "literature.publication.other", Value: 0.2}}},
		{"and one in two of those in its favour that are not significant", []scenarios.Setting{{Key: "literature.publication.other", Value: 0.2}, {Key: "literature.publication.favourable", Value: 0.5}}},
		{"the best of several measures is reported by four trials of five", []scenarios.Setting{{Key: "literature.reporting", Value: 0.8}}},
	} {
		var l *literatureresults.Literature
		l, engine = bodies(t, settled(t, sc, c.sets...), engine, 80)
		r := groupOf(t, l, "linkage")
		fmt.Fprintf(section, "| %s | %s | %s (%s) | %s (%s) |\n", c.words, r.Studies.Fixed(1), r.SMD.Mean.Fixed(3), r.SMD.MCSE.Fixed(3), r.I2.Mean.Fixed(0), r.I2.MCSE.Fixed(0))
		smd, i2 = append(smd, r.SMD.Mean), append(i2, r.I2.Mean)
	}
	if !(smd[2] > smd[1] && smd[1] > smd[0] && i2[1] < i2[0] && i2[2] < i2[0]) {
		t.Errorf("selection by result does not raise effects (%v) and lower I2 (%v)", smd, i2)
	}
}

// writeThird shows what reviews conclude of a benefit in a third of clients, and
// compares the figure in docs/literature.md.
func writeThird(t *testing.T, section *strings.Builder) {
	sc, err := scenarios.Load(os.DirFS("../examples"), "third.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	section.WriteString("\n| hazard ratio of quitting in the third | true SMD, the third | true SMD, everyone | power of one trial % | trials | pooled SMD (MCSE) | \"not significant\" % (MCSE) |\n|---|---|---|---|---|---|---|\n")
	var drawn []byte
	for _, ratio := range []float64{1, 1.35, 1.8} {
		with := settled(t, sc, scenarios.Setting{Key: "program.intensive.effect[2].hazard_ratio", Value: ratio})
		third, everyone, power := trueEffects(t, with)
		for _, trials := range []int{7, 15} {
			var sets []scenarios.Setting
			for k := trials + 1; k <= 15; k++ {
				sets = append(sets, scenarios.Setting{Key: fmt.Sprintf("study.trial-%d.remove", k), Value: true})
			}
			l, _ := bodies(t, settled(t, with, sets...), nil, 300)
			r := groupOf(t, l, "substance_use")
			not := 1 - r.Significant - r.Adverse
			mcse := math.Sqrt(float64(not*(1-not)) / 300)
			fmt.Fprintf(section, "| %.2f | %.2f | %.2f | %.0f | %d | %s (%s) | %.0f (%.0f) |\n", ratio, third, everyone, 100*power, trials, r.SMD.Mean.Fixed(3), r.SMD.MCSE.Fixed(3), 100*not, 100*mcse)
			if ratio == 1.35 && trials == 15 {
				drawn = svgOf(t, l)
				if third < 0.2 || not < 0.15 || not > 0.5 {
					t.Errorf("a benefit of %.2f in a third is not significant in %.0f %% of reviews", third, 100*not)
				}
			}
		}
	}
	suite.Page(t, "../figures/third.svg", string(drawn))
}

// trueEffects are those on abstinence after half a year, and the power of a trial.
func trueEffects(t *testing.T, sc *scenarios.Scenario) (third, everyone, power float64) {
	t.Helper()
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 512, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		switch {
		case row.OutcomeSpec.Name != "abstinent_180":
		case row.SubgroupName == "all":
			everyone, power = float64(row.SMDTruth), float64(row.Performance.Power)
		default:
			third = float64(row.SMDTruth)
		}
	}
	return third, everyone, power
}

func svgOf(t *testing.T, l *literatureresults.Literature) []byte {
	t.Helper()
	l.Scenario = "third"
	var b bytes.Buffer
	if err := drawing.Pooled(l).Draw(&b, "svg"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What the pages say of the review of 2019: the published effects of all outcomes and of
// recovery are inside, that of engagement is above, with an interval that holds what is
// simulated; engagement is above recovery, effects are smaller against probation, and
// recovery is mostly not significant. Of a direction, the whole Monte Carlo 95 %
// interval must be on its side, as in published.md.
func TestTheReviewOf2019(t *testing.T) {
	suite.Long(t)
	sc, err := scenarios.Builtin("review-2019")
	if err != nil {
		t.Fatal(err)
	}
	l, _ := bodies(t, sc, nil, 300)
	if r := groupOf(t, l, "engagement"); r.SMD.Low < 0.18 || r.SMD.High > 0.48 || r.SMD.High > 0.33 {
		t.Errorf("engagement: %s to %s", r.SMD.Low.Fixed(3), r.SMD.High.Fixed(3))
	}
	for _, g := range []string{"all", "recovery"} {
		if r := groupOf(t, l, g); r.Inside == nil || !*r.Inside {
			t.Errorf("%s: the published effect is not within %s to %s", g, r.SMD.Low.Fixed(3), r.SMD.High.Fixed(3))
		}
	}
	if r := groupOf(t, l, "recovery"); r.Significant > 0.5 || r.SMD.Mean > groupOf(t, l, "engagement").SMD.Mean/2 {
		t.Errorf("recovery: %s, significant in %s", r.SMD.Mean.Fixed(3), r.Significant.Fixed(2))
	}
	for _, m := range l.Moderators {
		if m.Moderator == literature.Kind && m.AsPublished < 0.9 {
			t.Errorf("engagement is above recovery in %s of bodies", m.AsPublished.Fixed(2))
		}
	}
	below(t, l, "usual_care", "probation", "referral", "engagement")
	below(t, l, "usual_care", "probation", "referral", "recovery")
	below(t, l, "usual_care", "probation", "referral", "all")
	below(t, l, "usual_care", "residential", "referral", "all")
}

// And of the review of 2007: manuals go with larger effects on linkage, probation
// and residential care with smaller ones than a referral at intake.
func TestTheReviewOf2007(t *testing.T) {
	suite.Long(t)
	sc, err := scenarios.Builtin("cochrane-2007")
	if err != nil {
		t.Fatal(err)
	}
	l, _ := bodies(t, sc, nil, 300)
	for _, g := range []string{"linkage", "substance_use"} {
		if r := groupOf(t, l, g); !*r.Inside || !*r.I2Inside {
			t.Errorf("%s: a published figure is not inside: SMD %v, I2 %v", g, *r.Inside, *r.I2Inside)
		}
	}
	below(t, l, "manual", "none", "manual", "linkage")
	below(t, l, "usual_care", "probation", "referral_intake", "linkage")
	below(t, l, "usual_care", "residential", "referral_intake", "linkage")
}

// below tells that trials at one level have smaller effects than at another.
func below(t *testing.T, l *literatureresults.Literature, moderator, smaller, larger, group string) {
	t.Helper()
	var a, b *literatureresults.Level
	for k := range l.Levels {
		x := &l.Levels[k]
		if x.Moderator != moderator || x.Group != group {
			continue
		}
		switch x.Level {
		case smaller:
			a = x
		case larger:
			b = x
		}
	}
	if a == nil || b == nil {
		t.Fatalf("no level %s or %s of %s in %s", smaller, larger, moderator, group)
	}
	if z := float64(b.Mean-a.Mean) / math.Hypot(float64(a.MCSE), float64(b.MCSE)); !(z > 1.96) {
		t.Errorf("%s: %s %s (%s) is not below %s %s (%s), the whole Monte Carlo interval", group, smaller, a.Mean.Fixed(3), a.MCSE.Fixed(3), larger, b.Mean.Fixed(3), b.MCSE.Fixed(3))
	}
}
