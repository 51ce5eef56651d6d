package estimate

import (
	"math"
	"testing"
)

// R: stats::wilcox.test(exact = FALSE, correct = FALSE).
func TestRankSumAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[struct {
		N1, N0 int
		W      float64
		P      float64 `json:"p_normal"`
	}](t, "ranks.json", "two_sample") {
		t.Run(c.ID, func(t *testing.T) {
			d := twoArms(c.rows(t, c.Inputs.Y, c.Inputs.Group))
			got := wilcoxon{}.Fit(d, 0.05, &w)
			if got.N != c.Expected.N1+c.Expected.N0 || got.Status != OK {
				t.Fatalf("%d rows, %v", got.N, got.Status)
			}
			near(t, "W", (got.Value+1)/2*float64(c.Expected.N1*c.Expected.N0), c.Expected.W, closedForm)
			nearP(t, "p", got.P, c.Expected.P, closedForm)
		})
	}
}

// R: var of the means over rows and columns of all pairs; make-wilcoxon.R.
func TestCliffsDeltaAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[struct {
		W, P, Delta, SE, SMD float64
		CI95                 limits
	}](t, "make-wilcoxon.json", "cliff") {
		t.Run(c.ID, func(t *testing.T) {
			got := wilcoxon{}.Fit(twoArms(c.rows(t, c.Inputs.Y, c.Inputs.Group)), 0.05, &w)
			near(t, "delta", got.Value, c.Expected.Delta, closedForm)
			near(t, "SE", got.SE, c.Expected.SE, closedForm)
			near(t, "low", got.Low, c.Expected.CI95.Lower, closedForm)
			near(t, "high", got.High, c.Expected.CI95.Upper, closedForm)
			near(t, "SMD", got.SMD, c.Expected.SMD, closedForm)
			nearP(t, "p", got.P, c.Expected.P, closedForm)
		})
	}
}

// twoArms are rows of an outcome and its arm.
func twoArms(rows [][]float64) *Data {
	d := &Data{}
	for _, row := range rows {
		d.Y, d.Treated = append(d.Y, row[0]), append(d.Treated, row[1] == 1)
	}
	return d
}

// Ranks know no distances: any increasing change of the outcome leaves all.
func TestRanksKnowNoDistances(t *testing.T) {
	d := twoArms([][]float64{{1, 0}, {2, 1}, {2, 0}, {5, 1}, {5, 1}, {4, 0}, {9, 0}, {11, 1}})
	moved := clone(d)
	for i, y := range d.Y {
		moved.Y[i] = math.Exp(3 * y)
	}
	same(t, fit(wilcoxon{}, moved), fit(wilcoxon{}, d))
}

// Where every treated client has more, the test stands and the interval is a point.
func TestArmsThatDontOverlap(t *testing.T) {
	d := twoArms([][]float64{{1, 0}, {2, 0}, {3, 1}, {4, 1}, {5, 1}})
	got := fit(wilcoxon{}, d)
	if got.Status != Boundary || got.Value != 1 || got.SE != 0 || got.Low != 1 || !math.IsNaN(got.SMD) {
		t.Errorf("%+v", got)
	}
	near(t, "z", got.Stat, 3/math.Sqrt(3), closedForm) // W = 6 of mean 3 and variance 3 x 2 x 6/12
}
