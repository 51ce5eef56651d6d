package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/sim/stream"
)

// iccLives is how often the sample is run at each of iccPoints, with other luck each time.
const iccLives = 4

// iccPoints are the points of Gauss-Hermite quadrature at which the sample is run, and
// their weights, where that at x is exp(-x^2): Abramowitz and Stegun 1964, table 25.10. The digits are
// those of gonum/integrate/quad, whose tables for other numbers of points would be a twelfth of the program in a page.
var iccPoints = [5]struct{ x, weight float64 }{
	{-2.0201828704560856, 0.01995324205904588},
	{-0.9585724646138187, 0.3936193231522411},
	{0, 0.945308720482942},
	{0.9585724646138187, 0.3936193231522411},
	{2.0201828704560856, 0.01995324205904588},
}

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
			fmt.Sprintf("one that the program's effects can bring about; a spread of %.3g gives %s", p.spread, correlationText(got)))
		return
	}
	s.m.Reached = append(s.m.Reached, Reached{Key: key, What: fmt.Sprintf("ICC of %s; spread %.4g", want.Outcome, p.spread),
		Asked: want.Value, Got: got, service: -1, course: -1})
}

// correlationText writes an intraclass correlation, which an outcome that is the same for all
// clients has not: it has no variance to share.
func correlationText(icc float64) string {
	if icc != icc {
		return "none, as all clients have the same"
	}
	return fmt.Sprintf("%.3g", icc)
}

func (s *solver) setSpread(k int, spread float64) {
	s.m.programs[k].spread, s.u.programs[k].spread = spread, spread
}

// icc returns the intraclass correlation of outcome o among clients in program k.
func (s *solver) icc(k, arm, o int) float64 {
	s.refresh()
	w, t := s.w, s.u.NewTruth()
	w.probe = nil
	defer func() { w.skill = nil }()
	w.skilled = false
	var mean, second, between float64
	for _, at := range iccPoints {
		z := math.Sqrt2 * at.x
		w.skill = &z
		n, sum, squares := 0.0, 0.0, 0.0
		for life := range iccLives {
			w.replicate = stream.NewKey(0, uint64(life))
			w.World(arm, t)
			for i, y := range t.Outcomes[o].Value {
				if y == y && w.careOf(w.client(i), k).manager >= 0 {
					n, sum, squares = n+1, sum+y, squares+float64(y*y)
				}
			}
		}
		share := at.weight / math.SqrtPi
		mean += share * sum / n
		second += share * squares / n
		between += float64(share * (sum / n) * (sum / n))
	}
	return (between - float64(mean*mean)) / (second - float64(mean*mean))
}
