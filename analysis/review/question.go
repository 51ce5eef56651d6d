package review

import (
	"errors"
	"fmt"
	"slices"

	"caseload/analysis/meta"
)

// The methods that need counts, beside those of meta.Methods.
const (
	MantelHaenszel = "mh"
	Peto           = "peto"
)

// Methods lists the names of all methods.
func Methods() []string { return append(slices.Clone(meta.Methods()), MantelHaenszel, Peto) }

// Question is how a body of studies is analysed.
type Question struct {
	Method       string // one of Methods
	KnappHartung bool
	Alpha        float64
}

// mostNested is how many effects are analysed by clusters, each of which is left out in turn:
// the work grows with the square of their number.
const mostNested = 2000

// mostOfTrial is how many effects one trial has: the root of a matrix of that size is taken
// for each.
const mostOfTrial = 200

// mostGroups is how many groups or categories a column has: the work of a regression grows
// with their square.
const mostGroups = 100

// The levels for which quantiles are known to all their digits.
const (
	leastAlpha = 1e-9
	mostAlpha  = 0.999
)

// check refuses what can't be asked of the data, all at once.
func (q *Question) check(d *Data) error {
	var errs []error
	no := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if q.Alpha != 0 && !(q.Alpha >= leastAlpha && q.Alpha <= mostAlpha) {
		no("--alpha: got %v, want a number from 1e-9 to 0.999, such as 0.05", q.Alpha)
	}
	if q.byCounts() {
		if d.Tables == nil {
			no("--method %s: got a file of %s, want counts: events1, n1, events0, n0", q.Method, d.Layout)
		}
		if q.Method == Peto && d.Tables != nil && d.Measure != LogOR {
			no("--method peto: got --measure %s, want log_or: Peto's method is for odds ratios", d.Measure)
		}
		if d.Cluster != nil {
			no("--cluster: got --method %s, want one that has effects of trials, such as reml", q.Method)
		}
		if len(d.Moderators) > 0 {
			no("--moderator: got --method %s, want one that has effects of trials, such as reml", q.Method)
		}
		if q.KnappHartung {
			no("--knapp-hartung: got --method %s, want one that has effects of trials, such as reml", q.Method)
		}
	}
	for _, m := range d.Moderators {
		switch _, names := Groups(m.Texts); {
		case len(names) == 1:
			no("--factor: got %s with one category alone, %q, want two or more", m.Name, names[0])
		case len(names) > mostGroups:
			no("--factor: got %s with %d categories, want at most %d", m.Name, len(names), mostGroups)
		}
	}
	if _, names := Groups(d.Subgroup); len(names) > mostGroups {
		no("--subgroup: got %d groups, want at most %d", len(names), mostGroups)
	}
	if d.Cluster != nil {
		q.checkClusters(d, no)
	}
	return errors.Join(errs...)
}

// checkClusters refuses what can't be asked of clusters.
func (q *Question) checkClusters(d *Data, no func(format string, args ...any)) {
	if q.KnappHartung {
		no("--knapp-hartung: got --cluster as well, want one of them: with clusters tests are t already")
	}
	if d.Order != nil {
		no("--cumulative: got --cluster as well, want one of them: the first trials are too few for a robust variance")
	}
	if len(d.Y) > mostNested {
		no("--cluster: got %d effects, want at most %d", len(d.Y), mostNested)
	}
	if name, n := largestTrial(d.Cluster); n > mostOfTrial {
		no("--cluster: got %d effects of trial %s, want at most %d", n, name, mostOfTrial)
	}
	if d.Subgroup != nil {
		no("--subgroup: got --cluster as well, want one of them: a trial can have effects in several groups, which --factor allows for")
	}
}

// largestTrial returns the trial with most effects, and their number.
func largestTrial(cluster []string) (name string, most int) {
	effects := map[string]int{}
	for _, c := range cluster {
		if effects[c]++; effects[c] > most {
			name, most = c, effects[c]
		}
	}
	return name, most
}

func (q *Question) byCounts() bool { return q.Method == MantelHaenszel || q.Method == Peto }

// options returns those of analysis/meta.
func (q *Question) options() meta.Options {
	m, _ := meta.LookupMethod(q.Method)
	return meta.Options{Method: m, KnappHartung: q.KnappHartung, Alpha: q.Alpha}
}
