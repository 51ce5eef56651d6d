package review

import (
	"fmt"
	"math"

	"caseload/analysis/meta"
	"caseload/sim/portable"
)

// effect computes the effect of a line and its variance, keeps what it comes from,
// and says how many clients it is of if the layout knows.
func (r *reader) effect(line int, x []float64, n *float64) (y, v float64) {
	d := r.data
	switch r.layout {
	case givenVar:
		y, v = x[0], x[1]
	case givenSE:
		y, v = x[0], x[1]*x[1]
	case givenLimits, ratioLimits:
		y, v = r.fromLimits(line, x)
	case givenSizes:
		if x[1] < 2 || x[2] < 2 {
			r.problem(line, r.header[r.at[1]]+", "+r.header[r.at[2]], fmt.Sprintf("%g and %g clients", x[1], x[2]), "at least 2 in each arm", "")
			return 0, 1
		}
		*n = x[1] + x[2]
		y, v = meta.StandardizedOf(x[0], x[1], x[2], uncorrected(r.header[r.at[0]]))
	case means:
		m := meta.Means{Mean1: x[0], SD1: x[1], N1: x[2], Mean0: x[3], SD0: x[4], N0: x[5]}
		if m.N1 < 2 || m.N0 < 2 {
			r.problem(line, r.header[r.at[2]]+", "+r.header[r.at[5]], fmt.Sprintf("%g and %g clients", m.N1, m.N0), "at least 2 in each arm, as one has no standard deviation", "")
			return 0, 1
		}
		d.Means, *n = append(d.Means, m), m.N1+m.N0
		if y, v = m.Standardized(); d.Measure == MD {
			y, v = m.Difference()
		}
	default:
		y, v = r.fromCounts(line, x, n)
	}
	return r.bounded(line, y, v)
}

// fromCounts computes the effect of a table.
func (r *reader) fromCounts(line int, x []float64, n *float64) (y, v float64) {
	t := meta.TwoByTwo{A: x[0], B: x[1], C: x[2], D: x[3]}
	if r.layout == events {
		t.B, t.D = x[1]-x[0], x[3]-x[2]
		if !r.atMost(line, 0, 1, x) || !r.atMost(line, 2, 3, x) {
			return 0, 1
		}
	}
	if t.A+t.B < 1 || t.C+t.D < 1 {
		r.problem(line, "", "an arm without clients", "at least 1 in each", "")
		return 0, 1
	}
	r.data.Tables, *n = append(r.data.Tables, t), t.A+t.B+t.C+t.D
	return t.Effect(tableMeasures[r.data.Measure])
}

// fromLimits computes the variance of an effect, or of the logarithm of a ratio, from its 95 %
// limits.
func (r *reader) fromLimits(line int, x []float64) (y, v float64) {
	if !(x[1] < x[2]) || x[0] < x[1] || x[0] > x[2] {
		r.problem(line, r.header[r.at[1]]+", "+r.header[r.at[2]], fmt.Sprintf("limits %g and %g of %g", x[1], x[2], x[0]), "a lower limit, and an upper one above it, with the effect between them", "")
		return 0, 1
	}
	if r.layout == ratioLimits {
		for k := range x {
			x[k] = portable.Log(x[k])
		}
	}
	return x[0], meta.VarianceOfLimits(x[1], x[2])
}

// farthest is the largest logarithm of a ratio that is read, and the largest standard error of
// one: the ratio at its limits can then be held.
const farthest = 100

// bounded refuses what can't be computed with.
func (r *reader) bounded(line int, y, v float64) (float64, float64) {
	se := math.Sqrt(v)
	ratio := r.data.Measure == LogOR || r.data.Measure == LogRR || r.data.Measure == LogHR
	switch {
	case !(se >= smallest):
		r.problem(line, "", "a standard error that is 0, or nearly", "one of at least 1e-30", "")
	case ratio && (math.Abs(y) > farthest || se > farthest):
		r.problem(line, "", fmt.Sprintf("a logarithm of a ratio of %g with a standard error of %g", y, se), "both at most 100", "")
	case !(math.Abs(y) <= largest) || !(se <= largest):
		r.problem(line, "", "an effect or a standard error that is too large", "numbers up to 1e30", "")
	default:
		return y, v
	}
	return 0, 1
}

var tableMeasures = map[Measure]meta.TableMeasure{LogOR: meta.OddsRatio, LogRR: meta.RiskRatio, RD: meta.RiskDifference}

// atMost holds events to the clients of their arm.
func (r *reader) atMost(line, events, clients int, x []float64) bool {
	if x[events] > x[clients] {
		r.problem(line, r.header[r.at[events]], fmt.Sprintf("%g", x[events]), fmt.Sprintf("at most %s, which is %g", r.header[r.at[clients]], x[clients]), "")
	}
	return x[events] <= x[clients]
}
