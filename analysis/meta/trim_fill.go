package meta

import "math"

// TrimFill is the result of the trim-and-fill method.
type TrimFill struct {
	Missing int  // studies that would make the funnel symmetric
	Right   bool // they are missing on the right, where effects are large
	// FilledY and FilledV are those studies: mirror images of the outermost.
	FilledY, FilledV []float64
	Fit              Fit // of all studies with them
	Status           Status
}

// TrimAndFill estimates how many studies are missing on one side of the funnel
// (Duval & Tweedie 2000, J Am Stat Assoc 95:89, estimator L0; R0 if run is set,
// which counts the rightmost run of ranks), and pools them with the others. The
// side is that on which the regression of effects on standard errors says small
// studies are lacking. It describes asymmetry and does not correct for it: there
// are other reasons for that than studies unseen.
func TrimAndFill(y, v []float64, run bool, o Options, w *Work) TrimFill {
	var out TrimFill
	k := len(y)
	if k < 3 {
		out.Status = TooFew
		return out
	}
	slope := EggerMixed(y, v, Options{Method: o.Method, MostIterations: o.MostIterations}, w)
	if slope.Status != OK {
		out.Status = slope.Status
		return out
	}
	out.Right = slope.Slope.Estimate < 0
	turn := 1.0
	if out.Right {
		turn = -1
	}
	// The outermost studies are those with the largest turned effects.
	order := make([]int, k)
	for i := range order {
		order[i] = i
	}
	byValue(order, func(i int) float64 { return turn * y[i] })
	centre, missing, status := trim(y, v, order, turn, run, o, w)
	if status != OK {
		out.Status = status
		return out
	}
	out.Missing = missing
	for _, i := range order[k-missing:] {
		out.FilledY = append(out.FilledY, turn*(float64(2*centre)-float64(turn*y[i])))
		out.FilledV = append(out.FilledV, v[i])
	}
	out.Fit = Pool(append(append([]float64(nil), y...), out.FilledY...), append(append([]float64(nil), v...), out.FilledV...), o, w)
	out.Status = out.Fit.Status
	return out
}

// trim takes off the outermost studies until as many are missing as were taken off;
// centre is then the pooled (turned) effect of the rest.
func trim(y, v []float64, order []int, turn float64, run bool, o Options, w *Work) (centre float64, missing int, status Status) {
	k := len(y)
	ranks := make([]int, k)
	o.KnappHartung = false
	for before, rounds := -1, 0; before != missing; rounds++ {
		if rounds == 100 {
			return 0, 0, NotConverged
		}
		before = missing
		w.y, w.v = w.y[:0], w.v[:0]
		for _, i := range order[:k-missing] {
			w.y, w.v = append(w.y, turn*y[i]), append(w.v, v[i])
		}
		f := Pool(w.y, w.v, o, w)
		if f.Status != OK {
			return 0, 0, f.Status
		}
		centre = float64(f.Estimate)
		for n := range ranks {
			ranks[n] = n
		}
		away := func(n int) float64 { return float64(turn*y[order[n]]) - centre }
		byValue(ranks, func(n int) float64 { return math.Abs(away(n)) })
		missing = min(countMissing(ranks, away, run), k-1)
	}
	return centre, missing, OK
}

// countMissing returns the estimator R0 or L0 from studies in order of their distance
// from the centre.
func countMissing(byDistance []int, away func(int) float64, run bool) int {
	k, sum, last := len(byDistance), 0, 0
	for r, n := range byDistance {
		switch {
		case away(n) > 0:
			sum += r + 1
		case away(n) < 0:
			last = r + 1
		}
	}
	estimate := float64(4*sum-k*(k+1)) / float64(2*k-1)
	if run {
		estimate = float64(k - last - 1)
	}
	return int(math.RoundToEven(math.Max(0, estimate)))
}
