package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/sim/stream"

	"gonum.org/v1/gonum/integrate/quad"
)

// iccNodes are the skills, Gauss-Hermite points of a normal, at which the
// sample is run; iccLives how often, with other luck each time.
const (
	iccNodes = 5
	iccLives = 4
)

// solveICC finds the spreads between case managers that give programs the
// intraclass correlation asked for: the variance of an outcome's mean between
// case managers over its variance, among the clients who have one.
//
// At each point of the managers' skill the same clients live with the same
// luck, so that the variance between points has little noise. It grows about
// with the square of the spread, which makes the search short.
func (s *solver) solveICC() {
	for k := range s.m.programs {
		s.solveICCOf(k)
	}
}

// solveICCOf does so for a program.
func (s *solver) solveICCOf(k int) {
	p := &s.m.programs[k]
	want := s.m.Scenario.Programs[p.name].ICC
	arm, restore := s.armWith(k)
	defer restore()
	if want == nil || arm < 0 || s.settled["program."+p.name+".icc"] {
		return
	}
	key := "program." + p.name + ".icc"
	if want.Value == 0 { // they do not differ
		s.m.Reached = append(s.m.Reached, Reached{Key: key, What: fmt.Sprintf("ICC of %s; spread 0", want.Outcome), service: -1, course: -1})
		return
	}
	o := slices.IndexFunc(s.m.outcomes, func(o outcome) bool { return o.name == want.Outcome })
	s.solving = key
	got := 0.0
	spread := p.spread
	for range 12 {
		s.setSpread(k, spread)
		if got = s.icc(k, arm, o); !(got > 0) || math.Abs(got/want.Value-1) < 0.002 {
			break
		}
		spread = min(spread*math.Sqrt(want.Value/got), 20)
	}
	if !(math.Abs(got/want.Value-1) < 0.02) {
		s.fail(key, fmt.Sprintf("an intraclass correlation of %v of %s", want.Value, want.Outcome),
			fmt.Sprintf("one that the program's effects can bring about; a spread of %.3g gives %.3g", p.spread, got))
		return
	}
	s.m.Reached = append(s.m.Reached, Reached{Key: key, What: fmt.Sprintf("ICC of %s; spread %.4g", want.Outcome, p.spread),
		Asked: want.Value, Got: got, service: -1, course: -1})
}

func (s *solver) setSpread(k int, spread float64) {
	s.m.programs[k].spread, s.u.programs[k].spread = spread, spread
}

// icc returns the intraclass correlation of outcome o among clients in program k.
func (s *solver) icc(k, arm, o int) float64 {
	x, weight := make([]float64, iccNodes), make([]float64, iccNodes)
	quad.Hermite{}.FixedLocations(x, weight, math.Inf(-1), math.Inf(1))
	s.refresh()
	w, t := s.w, s.u.NewTruth()
	w.probe = nil
	defer func() { w.skill = nil }()
	var mean, second, between float64
	for j := range x {
		z := math.Sqrt2 * x[j]
		w.skill = &z
		n, sum, squares := 0.0, 0.0, 0.0
		for life := range iccLives {
			w.replicate = stream.NewKey(0, uint64(life))
			w.World(arm, t)
			for i, y := range t.Outcomes[o].Value {
				if y == y && w.careOf(i, k).manager >= 0 {
					n, sum, squares = n+1, sum+y, squares+float64(y*y)
				}
			}
		}
		share := weight[j] / math.SqrtPi
		mean += share * sum / n
		second += share * squares / n
		between += float64(share * (sum / n) * (sum / n))
	}
	return (between - float64(mean*mean)) / (second - float64(mean*mean))
}
