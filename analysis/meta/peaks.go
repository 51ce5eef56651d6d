package meta

import (
	"math"

	"caseload/sim/portable"
)

// Peak is a local maximum of a likelihood beside its highest.
type Peak struct {
	Known bool
	Tau2  float64 // where it is
	Below float64 // by how much the log likelihood is less there
}

// peaks finds all local maxima of a likelihood over tau2.
type peaks struct {
	grid          []float64
	tops, valleys []float64 // in ascending order; a valley stands before each top but the first
}

// The slope is looked at where tau2 plus the least sampling variance grows by this factor, or
// by a larger one if that were more than so many points. The slope is made of sums of powers
// of 1/(v + tau2), which change little from one to the next: between two, a rise and a fall
// could only be missed together, and the likelihood would hardly change there.
const (
	gridRatio = 1.25
	gridMost  = 300
)

// gridOf returns where the slope is looked at, from 0 to top, into space that may be reused.
func gridOf(least, top float64, grid []float64) []float64 {
	points := math.Ceil(portable.Log1p(top/least) / portable.Log(gridRatio))
	step := gridRatio
	if points > gridMost {
		points = gridMost
		step = portable.Exp(portable.Log1p(top/least) / gridMost)
	}
	grid = append(grid[:0], 0)
	for reach := least * step; len(grid) <= int(points); reach *= step {
		grid = append(grid, reach-least)
	}
	return grid
}

// find looks at a grid above whose end the likelihood falls. slope returns its
// derivative by tau2, minus the second derivative, and a typical weight.
func (p *peaks) find(grid []float64, most int, slope func(tau2 float64) (score, information, weight float64)) (iterations int, ok bool) {
	p.tops, p.valleys = p.tops[:0], p.valleys[:0]
	low := 0.0
	rise, _, _ := slope(0)
	if !(rise > 0) {
		p.tops = append(p.tops, 0)
	}
	for _, high := range grid[1:] {
		next, _, _ := slope(high)
		switch {
		case rise > 0 && !(next > 0):
			at, rounds, settled := climb(low, high, most, slope)
			if iterations += rounds; !settled {
				return iterations, false
			}
			p.tops = append(p.tops, at)
		case !(rise > 0) && next > 0:
			p.valleys = append(p.valleys, low)
		}
		low, rise = high, next
	}
	if rise > 0 { // top is above the last maximum but for rounding
		p.tops = append(p.tops, low)
	}
	return iterations, true
}

// climb finds the maximum between low, where the likelihood rises, and high, where it falls:
// by Newton's method, by halves where that leads out of what is left between them.
func climb(low, high float64, most int, slope func(tau2 float64) (score, information, weight float64)) (tau2 float64, iterations int, ok bool) {
	tau2 = low
	for n := range most {
		score, information, weight := slope(tau2)
		if score > 0 {
			low = tau2
		} else {
			high = tau2
		}
		next := tau2 + score/information
		if !(information > 0) || !(next > low) || !(next < high) {
			if score == 0 {
				return tau2, n + 1, true
			}
			next = (low + high) / 2
		}
		size := math.Abs(next-tau2) * weight
		tau2 = next
		if size < settled {
			return tau2, n + 1, true
		}
	}
	return tau2, most, false
}

// choose returns the highest maximum, the last of equal ones, and the one that comes next. A
// valley that is less deep than the rounding of the likelihood is none.
func (p *peaks) choose(likelihood func(tau2 float64) float64) (tau2 float64, second Peak) {
	if len(p.tops) == 1 {
		return p.tops[0], Peak{}
	}
	best := math.Inf(-1)
	height := likelihood(p.tops[0]) // of the hill that is looked at
	hill := p.tops[0]
	finish := func() {
		switch {
		case height >= best-peakRounding(best):
			if best > math.Inf(-1) {
				second = Peak{true, tau2, math.Max(0, height-best)}
			}
			best, tau2 = math.Max(best, height), hill
		case !second.Known || best-height < second.Below:
			second = Peak{true, hill, best - height}
		}
	}
	for k, t := range p.tops[1:] {
		l := likelihood(t)
		if floor := likelihood(p.valleys[k]); math.Min(l, height)-floor < peakRounding(l) {
			if l >= height {
				hill, height = t, l
			}
			continue
		}
		finish()
		hill, height = t, l
	}
	finish()
	return tau2, second
}

func peakRounding(l float64) float64 {
	if math.IsInf(l, 0) {
		return 0
	}
	return 1e-10 * (1 + math.Abs(l))
}
