package sweep

import (
	"caseload/scenarios"
	"caseload/sim/stream"
)

// The chances of the layout are apart from those of trials.
const entityLayout = 202

var (
	purposeOrder = stream.NewPurpose("latin hypercube order")
	purposePlace = stream.NewPurpose("latin hypercube place")
)

// latinHypercube is n cells of which, for each key, one lies in each n-th of its
// range, or of its list of levels. Source: McKay, Beckman & Conover 1979
// (Technometrics 21:239-245).
func (d *Design) latinHypercube(n int) {
	for range n {
		d.add(Cell{Values: make([]any, len(d.Keys)), Levels: make([]int, len(d.Keys))})
	}
	sampler := stream.NewSampler()
	for k := range d.Keys {
		key := stream.NewKey(uint64(d.Base.Seed), 0).Entity(entityLayout, k)
		stratum := make([]int, n)
		for i := range stratum {
			stratum[i] = i
		}
		sampler.Use(key.Stream(purposeOrder))
		sampler.Shuffle(n, func(i, j int) { stratum[i], stratum[j] = stratum[j], stratum[i] })
		place := key.Stream(purposePlace)
		for i := range n {
			within := place.Uniform()
			if d.Keys[k].Range == nil {
				within = 0.5 // so that levels are in as many cells, or one more
			}
			d.Cells[i].draw(d, k, (float64(stratum[i])+within)/float64(n))
		}
	}
}

// draw puts into a cell the value of a key at a share of its range or list.
func (c *Cell) draw(d *Design, k int, share float64) {
	key := &d.Keys[k]
	if key.Range == nil {
		c.Levels[k] = min(int(share*float64(len(key.Levels))), len(key.Levels)-1)
		c.Values[k] = key.Levels[c.Levels[k]]
		c.settings = append(c.settings, d.Base.Sweep.Setting(k, c.Levels[k]))
		return
	}
	c.Levels[k], c.Values[k] = -1, key.Range.At(share)
	c.settings = append(c.settings, scenarios.Setting{Key: key.Path, Value: c.Values[k]})
}
