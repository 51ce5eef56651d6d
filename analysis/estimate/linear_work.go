package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// linearWork is the scratch of the linear models.
type linearWork struct {
	ols        leastSquares
	clusters   clusterIndex
	robust     clusterRobust
	components components
	repeated   repeated
	columns    [][]float64
	arm        []float64
	made       [2][]float64 // columns made of others
	sites      clusterIndex // of a model with three levels
	siteOf     []int32      // of each cluster, which is a case manager
	names      []int32      // of managers within sites
	exposures  []int32      // lengths of exposure
	indicators [][]float64  // of each
}

// withArm returns the arm beside the covariates, as columns of a model, and whether
// there are both arms.
func (l *linearWork) withArm(d *Data, w *Work) (columns [][]float64, status Status) {
	l.arm = resize(l.arm, len(d.Y))
	treated := 0
	for i, t := range d.Treated {
		l.arm[i] = float64(bit(t))
		treated += bit(t)
	}
	if treated == 0 || treated == len(d.Y) {
		return nil, EmptyArm
	}
	l.columns = append(append(l.columns[:0], l.arm), d.X...)
	return l.columns, OK
}

// waldT returns the estimate with a t interval and test; SMD is left NaN.
func waldT(value, se, df float64, n int, alpha float64, w *Work) Estimate {
	stat, half := value/se, float64(w.critical.Student(alpha, df)*se)
	return Estimate{Value: value, SE: se, Low: value - half, High: value + half,
		Stat: stat, DF: df, P: numeric.StudentTwoSided(stat, df), SMD: math.NaN(), N: n}.orBad()
}

// rawSMD returns the standardized difference of the outcomes as they are: Hedges g,
// or by the table's log odds ratio where all of them are 0 or 1.
func rawSMD(d *Data) float64 {
	binary := true
	for _, y := range d.Y {
		if y != 0 && y != 1 {
			binary = false
			break
		}
	}
	if binary {
		t, status := count(d)
		if status != OK {
			return math.NaN()
		}
		return t.smd()
	}
	m, status := summarize(d)
	if status != OK || m.constant() {
		return math.NaN()
	}
	return m.hedges()
}
