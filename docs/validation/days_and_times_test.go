package validation_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/internal/suite"
)

// A shapeDesign is a trial of independent clients, as many in each arm, whose outcomes are drawn
// without a method's model in mind, or with it.
type shapeDesign struct {
	name    string
	clients int // in an arm
	null    bool
	truth   float64
	draw    func(d *estimate.Data, treated bool, r *rand.Rand)
}

// survival appends a time until day 1 with a hazard before a day and one after it.
func survival(d *estimate.Data, early, late, change float64, r *rand.Rand) {
	t := r.ExpFloat64() / early
	if t > change {
		t = change + (t-change)*early/late
	}
	end := 0.5 + 0.5*r.Float64()
	d.Y, d.Event = append(d.Y, min(t, end)), append(d.Event, t <= end)
}

// hazards draws times with the same hazard in both arms but for the factors if treated.
func hazards(base, early, late float64) func(d *estimate.Data, treated bool, r *rand.Rand) {
	return func(d *estimate.Data, treated bool, r *rand.Rand) {
		if !treated {
			survival(d, base, base, 0.3, r)
			return
		}
		survival(d, base*early, base*late, 0.3, r)
	}
}

// month draws days of 30: beta-binomial ones with the parameters given, and so many clients
// with 0 days and with 30 beside them.
func month(a, b, none, all float64) func(d *estimate.Data, r *rand.Rand) {
	return func(d *estimate.Data, r *rand.Rand) {
		days := 0.0
		switch u := r.Float64(); {
		case u < none:
		case u < none+all:
			days = 30
		default:
			x, y := gammaOf(a, r), gammaOf(b, r)
			for range 30 {
				if r.Float64() < x/(x+y) {
					days++
				}
			}
		}
		d.Y, d.Most = append(d.Y, days), 30
	}
}

func both(of func(d *estimate.Data, r *rand.Rand)) func(d *estimate.Data, treated bool, r *rand.Rand) {
	return func(d *estimate.Data, _ bool, r *rand.Rand) { of(d, r) }
}

func each(one, zero func(d *estimate.Data, r *rand.Rand)) func(d *estimate.Data, treated bool, r *rand.Rand) {
	return func(d *estimate.Data, treated bool, r *rand.Rand) {
		if treated {
			one(d, r)
			return
		}
		zero(d, r)
	}
}

var timeShapes = []shapeDesign{
	{"none, 60 % with the event", 30, true, 0, hazards(1.2, 1, 1)},
	{"none, 60 %", 150, true, 0, hazards(1.2, 1, 1)},
	{"none, 8 %", 150, true, 0, hazards(0.11, 1, 1)},
	{"proportional", 150, false, 0, hazards(1.2, 1.45, 1.45)},
	{"late", 150, false, 0, hazards(1.2, 1, 2.2)},
	{"early", 150, false, 0, hazards(1.2, 1.8, 1)},
	{"crossing", 150, false, 0, hazards(1.2, 0.6, 2)},
}

var timeShapeMethods = []string{"log_rank", "early", "late", "max_combo"}

var dayShapes = []shapeDesign{
	{"beta-binomial, none", 20, true, 0, both(month(0.3, 0.5, 0, 0))},
	{"none", 100, true, 0, both(month(0.3, 0.5, 0, 0))},
	{"piles of 40 % and 30 %, none", 20, true, 0, both(month(3, 3, 0.4, 0.3))},
	{"piles, none", 100, true, 0, both(month(3, 3, 0.4, 0.3))},
	{"few with any days, none", 100, true, 0, both(month(2, 4, 0.85, 0.01))},
	{"beta-binomial, 4 days", 100, false, 30 * (0.5/0.98 - 0.3/0.8), each(month(0.5, 0.48, 0, 0), month(0.3, 0.5, 0, 0))},
	{"piles, 4.5 days", 100, false, 30 * (0.4*0.5 + 0.4 - (0.3*0.5 + 0.3)), each(month(3, 3, 0.2, 0.4), month(3, 3, 0.4, 0.3))},
}

var dayShapeMethods = []string{"beta_binomial", "welch", "wilcoxon"}

// shapeResult is what a method did in the trials of a design.
type shapeResult struct{ rejected, covered, value, failed float64 }

// run analyses trials by the methods. "early" and "late" are weighted log-rank tests.
func (s *shapeDesign) run(methods []string, trials int) []shapeResult {
	results := make([]shapeResult, len(methods))
	r := rand.New(rand.NewPCG(uint64(s.clients), uint64(len(s.name))))
	var w estimate.Work
	var d estimate.Data
	for range trials {
		d.Reset(0, 0)
		for i := range 2 * s.clients {
			d.Treated = append(d.Treated, i%2 == 1)
			s.draw(&d, i%2 == 1, r)
		}
		for j, name := range methods {
			d.Weighting = map[string]estimate.Weighting{"early": {Rho: 1}, "late": {Gamma: 1}}[name]
			if d.Weighting != (estimate.Weighting{}) {
				name = "fleming_harrington"
			}
			e, _ := estimate.Lookup(name)
			got, share := e.Fit(&d, 0.05, &w), 1/float64(trials)
			if !got.Status.Tested() {
				results[j].failed += share
				continue
			}
			if got.P < 0.05 {
				results[j].rejected += share
			}
			if got.Low <= s.truth && s.truth <= got.High {
				results[j].covered += share
			}
			results[j].value += got.Value * share
		}
	}
	return results
}

const shapeTrials = 4000

// checkDaysAndTimes shows weighted log-rank tests and beta-binomial regression where their
// assumptions hold and where they don't.
func checkDaysAndTimes(t *testing.T, page *strings.Builder) {
	fmt.Fprintf(page, daysAndTimesIntro, shapeTrials)
	writeShapes(t, page, "times: rejected, % of trials", timeShapes, timeShapeMethods)
	page.WriteString(timesNote)
	days := writeShapes(t, page, "days of 30: rejected, % of trials (bias of the estimate, days)", dayShapes, dayShapeMethods)
	page.WriteString(daysNote)
	right, wrong := days[len(days)-2], days[len(days)-1]
	// 4 MCSE of a mean of estimates with a standard error of some 1.6 days are 0.1 days.
	off := func(r shapeResult, s *shapeDesign) float64 { return math.Abs(r.value - s.truth) }
	if !(right[0].rejected > right[1].rejected) || off(right[0], &dayShapes[len(days)-2]) > 0.12 || off(wrong[0], &dayShapes[len(days)-1]) < 0.2 || off(wrong[1], &dayShapes[len(days)-1]) > 0.1 {
		t.Errorf("what is said of days does not hold: %+v, %+v", right, wrong)
	}
}

func writeShapes(t *testing.T, page *strings.Builder, title string, designs []shapeDesign, methods []string) (results [][]shapeResult) {
	fmt.Fprintf(page, "\n| %s |", title)
	results = make([][]shapeResult, len(designs))
	inParallel(len(designs), func(k int) { results[k] = designs[k].run(methods, shapeTrials) })
	for _, s := range designs {
		fmt.Fprintf(page, " %s; %d an arm |", s.name, s.clients)
	}
	page.WriteString("\n|---|" + strings.Repeat("---|", len(designs)) + "\n")
	for j, method := range methods {
		fmt.Fprintf(page, "| %s |", method)
		for k := range designs {
			r := &results[k][j]
			designs[k].hold(t, method, r, shapeTrials)
			fmt.Fprintf(page, " %.1f", 100*r.rejected)
			if method == "beta_binomial" || method == "welch" {
				fmt.Fprintf(page, " (%.2f)", r.value-designs[k].truth)
			}
			page.WriteString(" |")
		}
		page.WriteString("\n")
	}
	return results
}

// hold fails where a test rejects more often than in 6 % of trials without an effect, and four MCSE.
func (s *shapeDesign) hold(t *testing.T, method string, r *shapeResult, trials int) {
	t.Helper()
	if most := 0.06 + 4*math.Sqrt(0.06*0.94/float64(trials)); s.null && r.rejected > most {
		t.Errorf("%s, %s: rejects in %.4f without an effect", s.name, method, r.rejected)
	}
}

const daysAndTimesIntro = `
## Days and times of other shapes

%d trials of each design, of independent clients (MCSE 0.34 at 5 %%, 0.8 at most). *Times*: with or without an effect, which changes the hazard from day 0.3 of 1 on
(late), until then (early), by one factor (proportional), or is harm at first and good later (crossing); each client is followed for 0.5 to 1 day. "early"
and "late" are ` + "`fleming_harrington`" + ` with rho = 1, gamma = 0 and with rho = 0, gamma = 1.
`

const timesNote = `
Each weight is best for its own kind of effect and poor for another. ` + "`max_combo`" + ` is near the best of them whatever the effect is, and below each at its own.

*Days*: beta-binomial, or with some clients who use on no day and some who use on all of 30.
`

const daysNote = `
Where days are beta-binomial the regression finds a little more than Welch's test does, and its estimate is right. Where they pile up otherwise it keeps its level, and its
estimate is off, since one dispersion for both arms has to make up for the piles; Welch's is not. Both have the difference of means as their truth.
`

// Some of the designs with fewer trials.
func TestLevelsOfDaysAndTimes(t *testing.T) {
	trials := 150
	if suite.IsLong() {
		trials = 2000
	}
	for designs, methods := range map[*[]shapeDesign][]string{&timeShapes: timeShapeMethods, &dayShapes: dayShapeMethods} {
		for k := range *designs {
			s := &(*designs)[k]
			if !s.null {
				continue
			}
			for j, r := range s.run(methods, trials) {
				s.hold(t, methods[j], &r, trials)
			}
		}
	}
}
