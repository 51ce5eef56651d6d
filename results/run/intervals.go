package run

import (
	"slices"

	"caseload/analysis"
	"caseload/scenarios"
)

// Intervals are the confidence intervals of single trials, for a zip plot.
type Intervals struct {
	Row   *Row // the analysis they are of
	Whole int  // replicates of the run; the intervals may be of the first alone
	List  []Interval
}

// Interval is what one trial says.
type Interval struct {
	Replicate               int
	Estimate, SE, Low, High float64
}

// mostIntervals is how many intervals of an analysis are kept: more can't be told
// apart in a figure.
const mostIntervals = 1000

// A Collector takes the intervals of some analyses out of a run.
type Collector struct {
	rows map[int][]Interval
}

// NewCollector is for the analyses of the primary outcome, or the first, among
// everyone, in the order of the run's rows.
func NewCollector(sc *scenarios.Scenario, rows []analysis.Key) *Collector {
	c := &Collector{map[int][]Interval{}}
	primary := sc.Outcomes[sc.Primary()].Name
	for k, key := range rows {
		if key.Outcome == primary && key.Subgroup == "all" {
			c.rows[k] = nil
		}
	}
	return c
}

// Visit is analysis.Options.Visit.
func (c *Collector) Visit(replicate, row int, fit analysis.Fit) {
	list, wanted := c.rows[row]
	if wanted && len(list) < mostIntervals && !fit.Status.Failed() {
		c.rows[row] = append(list, Interval{replicate, fit.Value, fit.SE, fit.Low, fit.High})
	}
}

// Intervals are those of analyses that have any. The run is of all rows.
func (c *Collector) Intervals(r *Run) []Intervals {
	var all []Intervals
	for k := range r.Rows {
		list := slices.DeleteFunc(slices.Clone(c.rows[k]), func(x Interval) bool {
			return !(x.Low <= x.High) || !(x.SE > 0) // NaN
		})
		if len(list) > 0 && r.Rows[k].Truth.Known() {
			all = append(all, Intervals{&r.Rows[k], r.Replicates, list})
		}
	}
	return all
}
