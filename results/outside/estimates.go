package outside

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/report"
)

// Name is the file of a result folder that keeps estimates made elsewhere.
const Name = "elsewhere.csv"

// Estimates are estimates made elsewhere of the replicates of a run, by analysis.
type Estimates struct {
	// Analyses are those met, in order.
	Analyses []analysis.Outside

	of       replicate.Range
	index    map[analysis.Outside]int
	fits     [][]cell // by analysis, then replicate
	infinite int      // numbers that were not finite, and are taken as missing
	unread   []string // columns that are none of those known
}

// cell is one estimate, and the line of the file that it is on, 0 if there is none.
type cell struct {
	analysis.OutsideFit
	line int32
}

// New makes a place for the estimates of a range of replicates.
func New(of replicate.Range) *Estimates {
	return &Estimates{of: of, index: map[analysis.Outside]int{}}
}

// Answer returns what analysis k says of a replicate, false if nothing.
func (e *Estimates) Answer(r, k int) (analysis.OutsideFit, bool) {
	if r < e.of.From || r >= e.of.To {
		return analysis.OutsideFit{}, false
	}
	c := &e.fits[k][r-e.of.From]
	return c.OutsideFit, c.line > 0
}

// Missing returns of how many replicates analysis k says nothing.
func (e *Estimates) Missing(k int) (missing int) {
	for r := range e.fits[k] {
		if e.fits[k][r].line == 0 {
			missing++
		}
	}
	return missing
}

// place returns the index of an analysis, new or not.
func (e *Estimates) place(a analysis.Outside) int {
	k, known := e.index[a]
	if !known {
		k = len(e.Analyses)
		e.index[a] = k
		e.Analyses = append(e.Analyses, a)
		e.fits = append(e.fits, make([]cell, e.of.To-e.of.From))
	}
	return k
}

// columns are those of the files, in the order in which they are written.
var columns = []string{"replicate", "outcome", "subgroup", "contrast", "method", "measure", "estimate", "se", "lower", "upper", "p"}

// CSV writes the estimates, by replicate.
func (e *Estimates) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for r := e.of.From; r < e.of.To; r++ {
		for k, a := range e.Analyses {
			c := &e.fits[k][r-e.of.From]
			if c.line == 0 {
				continue
			}
			row := []string{strconv.Itoa(r), a.Outcome, a.Subgroup, a.Contrast, a.Method, string(a.Measure)}
			for _, x := range []float64{c.Value, c.SE, c.Low, c.High, c.P} {
				row = append(row, report.Number(x).CSV())
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// Replicates returns how many replicates there may be estimates of.
func (e *Estimates) Replicates() int { return e.of.To - e.of.From }

// Infinite returns how many numbers were not finite.
func (e *Estimates) Infinite() int { return e.infinite }

// Unread returns the columns that were not read.
func (e *Estimates) Unread() []string { return e.unread }

var nan = math.NaN()
