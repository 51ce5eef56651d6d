package sim

import (
	"math"
	"testing"

	"caseload/sim/calendar"
)

// metTOML has a program that changes use and health for good from day 0 on.
const metTOML = `
[use]
using = 0.9
quit = { per_day = 0.01 }
relapse = { per_day = 0.02 }
[health]
mean = 50
sd = 10
now = { using = -4 }
[program.met]
preset = ""
[[program.met.effect]]
on = "quit"
hazard_ratio = 4
lasts_days = 500
direct = true
[[program.met.effect]]
on = "health"
points = 5
lasts_days = 500
direct = true
[measure.urine]
sensitivity = 0.8
specificity = 0.9
[[outcome]]
name = "clean"
variable = "abstinent"
at_days = 40
measured_by = "urine"
[[outcome]]
name = "health"
variable = "health"
at_days = 40
reliability = 0.6
`

// A pair is what an outcome is in the two arms as measured and in truth.
type pair struct{ seen, truth [2][]float64 }

// pairs runs replicates in which nobody is lost.
func pairs(m *Model, replicates, outcome int) (list []pair) {
	w, truth := m.NewWorkspace(), m.NewTruth()
	for r := range replicates {
		var p pair
		w.Begin(1, r)
		o := w.Trial()
		for i, y := range o.Outcomes[outcome].Value {
			p.seen[o.Arm[i]] = append(p.seen[o.Arm[i]], y)
		}
		w.World(AsRandomized, truth)
		for i, y := range truth.Outcomes[outcome].Value {
			p.truth[truth.Arm[i]] = append(p.truth[truth.Arm[i]], y)
		}
		list = append(list, p)
	}
	return list
}

// A test with sensitivity and specificity shrinks a difference of shares by
// Se + Sp - 1: P(found abstinent) = Sp a + (1 - Se)(1 - a).
func TestMisclassificationShrinksRiskDifferences(t *testing.T) {
	m := compile(t, plainTOML+metTOML, "trial.clients=1000", `arm.managed.programs=["met"]`)
	var off, plain []float64
	for _, p := range pairs(m, 60, 0) {
		rd := meanOf(p.truth[0]) - meanOf(p.truth[1])
		off = append(off, meanOf(p.seen[0])-meanOf(p.seen[1])-(0.8+0.9-1)*rd)
		plain = append(plain, rd)
	}
	agrees(t, "risk difference less 0.7 of the true one", off, 0)
	if rd, se := meanSE(plain); !(0.05*rd > 4*se/math.Sqrt2) {
		t.Errorf("a difference of %.3f (SE %.3f) could not tell 0.7 from 0.75", rd, se)
	}
}

// A reliability of r shrinks a standardized difference by sqrt(r): the error
// leaves the means and divides the variance within arms by r.
func TestReliabilityShrinksStandardizedDifferences(t *testing.T) {
	m, err := compileFrom(load(t, plainTOML+metTOML, "trial.clients=1000", `arm.managed.programs=["met"]`), sampleSize, nil)
	if err != nil {
		t.Fatal(err)
	}
	smd := func(arms [2][]float64) float64 {
		return (meanOf(arms[0]) - meanOf(arms[1])) / spread(arms[1])
	}
	var off, plain []float64
	for _, p := range pairs(m, 60, 1) {
		off = append(off, smd(p.seen)-math.Sqrt(0.6)*smd(p.truth))
		plain = append(plain, smd(p.truth))
	}
	agrees(t, "standardized difference less sqrt(0.6) of the true one", off, 0)
	if d, _ := meanSE(plain); !(d > 0.4) {
		t.Errorf("a standardized difference of %.3f", d)
	}
}

// What is missing not at random is as much as was asked for, under the control
// arm, and more among those using: by the odds ratio.
func TestMissingVisitsAreAsManyAsAsked(t *testing.T) {
	text := metTOML + "[attrition]\nmissed = 0.2\nmissed_odds = { using = 3.0 }\n"
	m, err := compileFrom(load(t, plainTOML+text), sampleSize, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := m.NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	var missed [2]float64 // abstinent, using
	var n [2]float64
	for i := range w.n {
		for v, k := range m.visits {
			using := 0
			if w.snapshot(w.client(i), k, -1).on() {
				using = 1
			}
			n[using]++
			missed[using] += yes(w.client(i).attended>>v&1 == 0)
		}
	}
	visits, of := n[0]+n[1], float64(sampleSize*len(m.visits))
	// The solver's sample has luck of its own in who uses at which visit.
	within(t, "missed", (missed[0]+missed[1])/visits, 0.2, se(0.2, visits)+se(n[1]/visits, of)*0.16)
	odds := func(k int) float64 { return missed[k] / (n[k] - missed[k]) }
	logSE := 0.0
	for k := range n {
		logSE += 1/missed[k] + 1/(n[k]-missed[k])
	}
	within(t, "log odds ratio of missing", math.Log(odds(1)/odds(0)), math.Log(3), math.Sqrt(logSE))
}

// A visit comes at a moment drawn evenly from its window: mean W/2, variance
// W^2/12, whose own sampling variance is W^4 (1/80 - 1/144)/n.
func TestVisitsComeEvenlyWithinTheirWindow(t *testing.T) {
	const window = 7.0
	m := compile(t, plainTOML+metTOML, "trial.visit_window_days=7")
	w := m.NewWorkspace()
	w.log = &eventLog{}
	w.Begin(1, 0)
	w.Trial()
	var late []float64
	for _, e := range w.log.events {
		if e.Kind == EventVisit && e.Arg == 1 {
			late = append(late, calendar.Days(e.Tick-w.client(int(e.Client)).enrol)-40)
		}
	}
	n := float64(len(late))
	agrees(t, "days late", late, window/2)
	sd := spread(late)
	within(t, "variance of days late", sd*sd, window*window/12, window*window*math.Sqrt((1.0/80-1.0/144)/n))
	for _, x := range late {
		if x < 0 || x > window {
			t.Fatalf("a visit %v days late", x)
		}
	}
}
