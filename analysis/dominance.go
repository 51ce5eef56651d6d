package analysis

import "slices"

// dominance returns the number of pairs of a top and a bottom in which the top is
// larger, less those in which it is smaller. It sorts both.
func dominance(tops, bottoms []float64) float64 {
	slices.Sort(tops)
	slices.Sort(bottoms)
	sum, below, upTo := 0.0, 0, 0
	for _, t := range tops {
		for below < len(bottoms) && bottoms[below] < t {
			below++
		}
		for upTo < len(bottoms) && bottoms[upTo] <= t {
			upTo++
		}
		sum += float64(below - (len(bottoms) - upTo))
	}
	return sum
}
