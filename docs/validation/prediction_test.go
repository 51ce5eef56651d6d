package validation_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios"
	"caseload/scenarios/evidence"
	"caseload/sim"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// Each published trial of linkage is predicted from the others: all its contrasts leave, the form
// of the effect, its size and its spread are chosen anew, and a scenario with the preset of
// its kind of help is simulated, of which a planner knows the sizes, the window and the
// control arm.

// predicted is how many trials are simulated for a prediction.
const predicted = 2000

// carrier is the preset that carries a kind of help.
var carrier = map[evidence.Kind]string{
	evidence.Talk: "motivational_interview", evidence.GoesAlong: "strengths_based", evidence.Barrier: "voucher",
}

// An approach is a way to carry effects from trial to trial.
type approach struct {
	name string
	form evidence.Form
	// the effect is of those who start, as if everyone had, rather than of everyone randomized
	ofStarters bool
	spread     bool
}

// The approaches, each with what changes from the one before.
var approaches = []approach{
	{"a ratio of hazards of those who start, one for all trials", evidence.Ratio, true, false},
	{"... that differs between trials", evidence.Ratio, true, true},
	{"a share of those who would not have come, of those who start", evidence.Share, true, true},
	{"... of everyone randomized, under the reference of its source: the presets", evidence.Share, false, true},
}

const withoutSpread = "presets without spread"

const predictionTOML = `
title = "prediction"
source = "a test"
[trial]
clients = %d
accrual = { over_days = 30 }
follow_up_days = [%v]
randomization = { method = "blocks", sizes = [%d] }
[[arm]]
name = "helped"
programs = ["help"]
ratio = %d
[[arm]]
name = "control"
programs = []
control = true
ratio = %d
[service.clinic]
preset = ""
linkage = { probability = %v, by_days = %v }
stay = { median_days = 1000 }
[program.help]
preset = "%s"
[[program.help.effect]]
%s
[[outcome]]
name = "came"
variable = "linked_su"
at_days = %v
method = "risk_difference"
[[uncertain]]
key = "service.clinic.linkage.probability"
prior = { beta = [%v, %v] }
[uncertainty]
use = true
`

// predict simulates a contrast's trial with the effect that the other trials give, and
// returns the proportions of the experimental arm.
func predict(t *testing.T, c *evidence.Contrast, others []evidence.Contrast, a approach) (proportions []float64) {
	t.Helper()
	x, n := float64(c.Came(0)), float64(c.N[0])
	effect, prior := effectFrom(evidence.Fitted(others, c.Kind), a, c.Kind)
	const block = 20 // the arms' sizes to a twentieth
	helped := int(math.Round(block * float64(c.N[1]) / float64(c.N[0]+c.N[1])))
	text := fmt.Sprintf(predictionTOML, c.N[0]+c.N[1], c.WindowDays, block, helped, block-helped,
		(x+0.5)/(n+1), c.WindowDays, carrier[c.Kind], effect, c.WindowDays, x+0.5, n-x+0.5)
	if a.ofStarters {
		text += "[program.help.reference]\nuptake = 1\n"
	}
	if a.spread {
		text += prior
	}
	sc, err := scenarios.Parse("prediction.toml", []byte(text))
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.Trial, err, text)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.Trial, err, text)
	}
	w := m.NewWorkspace()
	for r := range predicted {
		w.Begin(1, r)
		o := w.Trial()
		came, of := 0.0, 0.0
		for i, y := range outcomeOf(t, m, o, "came").Value {
			if o.Arm[i] == 0 {
				of++
				came += y
			}
		}
		proportions = append(proportions, came/of)
	}
	return proportions
}

// effectFrom writes the effect that the trials of a kind give, and its prior.
func effectFrom(trials []evidence.Contrast, a approach, kind evidence.Kind) (effect, prior string) {
	const row = "[[program.help.uncertain]]\nkey = \"effect[0].%s\"\nprior = { %s = [%.4g, %.4g], none = %.3g }\n"
	if a.form == evidence.Ratio {
		p := evidence.NewFit(evidence.Model{Form: evidence.Ratio}, trials).Predict()
		mean, sd := p.Moments(func(effect float64) float64 { return effect })
		lasts := 30
		if kind == evidence.Talk {
			lasts = 90
		}
		return fmt.Sprintf("on = \"linkage\"\nhazard_ratio = %.4g\nlasts_days = %d", math.Exp(mean), lasts),
			fmt.Sprintf(row, "hazard_ratio", "lognormal", math.Exp(mean), sd, p.None)
	}
	if kind == evidence.Talk { // one contact
		n := evidence.Derive(trials, kind, 90)
		return fmt.Sprintf("on = \"linkage\"\nbrings = { share = %.4g, by_days = 90 }", n.Shares[0]), fmt.Sprintf(row, "brings.share", "beta", n.Beta[0], n.Beta[1], n.None)
	}
	n := evidence.Derive(trials, kind, 7, 90)
	return fmt.Sprintf("on = \"linkage\"\nbrings = { points = [{ share = %.4g, by_days = 7 }, { share = %.4g, by_days = 90 }] }", n.Shares[0], n.Shares[1]),
		fmt.Sprintf(row, "brings.points[1].share", "beta", n.Beta[0], n.Beta[1], n.None)
}

// A forecast is the central 95 % of the simulated trials, beside what was published.
type forecast struct {
	c                    *evidence.Contrast
	low, high, published float64
}

func newForecast(c *evidence.Contrast, proportions []float64) forecast {
	s := spread{proportions}
	low, high := s.central()
	return forecast{c, low, high, float64(c.Came(1)) / float64(c.N[1])}
}

func (f *forecast) inside() bool { return f.published >= f.low && f.published <= f.high }

// score is the interval score at 95 % (Gneiting & Raftery 2007, JASA 102:370, eq. 43): the width,
// and forty times the distance of a value outside.
func (f *forecast) score() float64 { return intervalScore(f.low, f.high, f.published) }

func intervalScore(low, high, x float64) float64 {
	return high - low + 2/0.05*(max(0, low-x)+max(0, x-high))
}

// A record is how well trials were predicted.
type record struct {
	name      string
	forecasts []forecast
}

func (r *record) inside() (n int) {
	for k := range r.forecasts {
		if r.forecasts[k].inside() {
			n++
		}
	}
	return n
}

func (r *record) width() float64 {
	return r.mean(func(f *forecast) float64 { return f.high - f.low })
}
func (r *record) score() float64 { return r.mean((*forecast).score) }

func (r *record) mean(of func(*forecast) float64) (mean float64) {
	for k := range r.forecasts {
		mean += of(&r.forecasts[k]) / float64(len(r.forecasts))
	}
	return mean
}

// row is the record's line of a table: coverage with its exact interval (Clopper & Pearson
// 1934), width, score.
func (r *record) row() string {
	x, n := float64(r.inside()), float64(len(r.forecasts))
	low, high := 0.0, 1.0
	if x > 0 {
		low = portable.BetaQuantile(x, n-x+1, 0.025)
	}
	if x < n {
		high = portable.BetaQuantile(x+1, n-x, 0.975)
	}
	return fmt.Sprintf("| %s | %d of %d | %.0f %% [%.0f, %.0f] | %.2f | %.2f |\n", r.name, r.inside(), len(r.forecasts), 100*x/n, 100*low, 100*high, r.width(), r.score())
}

const recordHead = "| | inside | coverage [95 %] | mean width | mean interval score |\n|---|---|---|---|---|\n"

// named returns the contrasts that count.
func named(all []evidence.Contrast) (list []evidence.Contrast) {
	for _, c := range all {
		if c.Named {
			list = append(list, c)
		}
	}
	return list
}

// recordOf predicts all trials that count, each from the others.
func recordOf(t *testing.T, name string, all []evidence.Contrast, a approach) *record {
	r := &record{name: name}
	for _, c := range named(all) {
		r.forecasts = append(r.forecasts, newForecast(&c, predict(t, &c, evidence.Without(all, c.Trial), a)))
	}
	return r
}

// checkPrediction predicts each trial without itself.
func checkPrediction(t *testing.T, section *strings.Builder) {
	all := evidence.Trials()
	records := make([]*record, 0, len(approaches))
	for _, a := range approaches {
		records = append(records, recordOf(t, a.name, all, a))
	}
	final := records[len(records)-1]
	bare := approaches[len(approaches)-1]
	bare.spread = false
	rivals := []*record{{name: "pooled odds ratio, no simulation"}, recordOf(t, withoutSpread, all, bare)}
	for _, c := range named(all) {
		rivals[0].forecasts = append(rivals[0].forecasts, newForecast(&c, pooled(&c, evidence.Without(all, c.Trial))))
	}
	writeForms(t, section, all)
	section.WriteString("### What each change brought\n\n" + recordHead)
	for _, r := range records {
		section.WriteString(r.row())
	}
	section.WriteString("\nAgainst two rivals in the same folds:\n\n" + recordHead + final.row())
	for _, r := range rivals {
		section.WriteString(r.row())
	}
	if final.score() > rivals[0].score() {
		t.Errorf("the presets' score %.3f is worse than that of the pooled rival, %.3f", final.score(), rivals[0].score())
	}
	writeForecasts(section, final)
	writePermuted(t, section, final)
	section.WriteString("### With parts of the evidence left out\n\n" + recordHead)
	for _, out := range leftOut {
		var kept []evidence.Contrast
		for _, c := range all {
			if !out.drop(&c) {
				kept = append(kept, c)
			}
		}
		section.WriteString(recordOf(t, out.name, kept, approaches[len(approaches)-1]).row())
	}
}

var leftOut = []struct {
	name string
	drop func(*evidence.Contrast) bool
}{
	{"without trials that found nothing", (*evidence.Contrast).Null},
	{"without recalled figures", func(c *evidence.Contrast) bool { return c.Recalled }},
	{"without those not randomized", func(c *evidence.Contrast) bool { return !c.Randomized }},
}

// writeForms shows which model predicts which kind of help best, and how often folds choose
// another one.
func writeForms(t *testing.T, section *strings.Builder, all []evidence.Contrast) {
	best, scores := evidence.ChooseForAll(all)
	section.WriteString("### Which form predicts best\n\nSum of log probabilities with which each trial is predicted from the others of its kind, less that of the best.\n\n" +
		"| kind of help | trials | share, steady | share, early | share, at once | ratio |\n|---|---|---|---|---|---|\n")
	for _, kind := range evidence.Kinds {
		fmt.Fprintf(section, "| %s | %d |", kindName[kind], len(evidence.Fitted(all, kind)))
		for _, s := range scores[kind] {
			fmt.Fprintf(section, " %.1f |", s-slices.Max(scores[kind]))
		}
		section.WriteString("\n")
	}
	other := 0
	trials := named(all)
	for _, c := range trials {
		if fold, _ := evidence.ChooseForAll(evidence.Without(all, c.Trial)); fold != best {
			other++
		}
	}
	if best != evidence.Carried {
		t.Errorf("the presets carry %v, and %v predicts best", evidence.Carried, best)
	}
	fmt.Fprintf(section, "\nOver all kinds the share brought in early predicts best; of %d folds without one trial %d choose another form.\n\n", len(trials), other)
}

var kindName = map[evidence.Kind]string{
	evidence.Talk: "advice, interview, groups", evidence.GoesAlong: "a person goes along and arranges", evidence.Barrier: "a barrier is removed",
}

func writeForecasts(section *strings.Builder, r *record) {
	section.WriteString("\n### Trial by trial\n\n| trial | kind of help | control % | window, days | predicted % | published % | inside |\n|---|---|---|---|---|---|---|\n")
	for k := range r.forecasts {
		f := &r.forecasts[k]
		inside, mark := "yes", ""
		if !f.inside() {
			inside = "no"
		}
		if f.c.Recalled {
			mark = " (recalled)"
		}
		fmt.Fprintf(section, "| %s%s: %s | %s | %.0f | %v | %.0f to %.0f | %.0f | %s |\n", f.c.Trial, mark, f.c.About, kindName[f.c.Kind],
			100*f.c.Proportion[0], f.c.WindowDays, 100*f.low, 100*f.high, 100*f.published, inside)
	}
	section.WriteString("\n")
}

// writePermuted scores results that are dealt to other trials: what is predicted must be
// of the trial.
func writePermuted(t *testing.T, section *strings.Builder, r *record) {
	const deals = 1000
	var dealer stream.Stream
	dealer.Seed(11)
	order, better, mean := make([]int, len(r.forecasts)), 0, 0.0
	for k := range order {
		order[k] = k
	}
	for range deals {
		for k := len(order) - 1; k > 0; k-- {
			j := dealer.Intn(k + 1)
			order[k], order[j] = order[j], order[k]
		}
		score := 0.0
		for k := range r.forecasts {
			f := &r.forecasts[k]
			score += intervalScore(f.low, f.high, r.forecasts[order[k]].published) / float64(len(order))
		}
		mean += score / deals
		if score <= r.score() {
			better++
		}
	}
	fmt.Fprintf(section, "Negative control: with the published results dealt to other trials at random the mean score is %.2f, against %.2f; of %d deals %d score as well.\n\n", mean, r.score(), deals, better)
	if better > deals/100 {
		t.Errorf("%d of %d deals of the results score as well", better, deals)
	}
}
