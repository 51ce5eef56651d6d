package estimate

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

// tableData makes rows of a table: events and others, treated then control.
func tableData(a, b, c, d int) *Data {
	data := &Data{}
	for k, n := range []int{a, b, c, d} {
		for range n {
			data.Y = append(data.Y, float64(1-k%2))
			data.Treated = append(data.Treated, k < 2)
		}
	}
	return data
}

// R: metafor::escalc(measure = "RD", "OR") for the effects and their
// variances, stats::chisq.test(correct = FALSE) for the pooled z test, and
// Newcombe's interval from the limits of stats::prop.test(correct = FALSE).
func TestTablesAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "two_by_two") {
		t.Run(c.ID, func(t *testing.T) {
			r := c.rows(t, "a", "b", "c", "d")[0]
			d := tableData(int(r[0]), int(r[1]), int(r[2]), int(r[3]))
			rd, or := riskDifference{}.Fit(d, 0.05, &w), oddsRatio{}.Fit(d, 0.05, &w)
			near(t, "chi-square", rd.Stat*rd.Stat, c.Expected.ChiSq.ChiSq, closedForm)
			nearP(t, "p", rd.P, c.Expected.ChiSq.P, closedForm)
			near(t, "low", rd.Low, c.Expected.Newcombe.Lower, closedForm)
			near(t, "high", rd.High, c.Expected.Newcombe.Upper, closedForm)
			if hasZero(r) {
				if or.Status != EmptyCell {
					t.Errorf("OR: status %v", or.Status)
				}
				return // escalc adds 1/2 to each cell of such a table
			}
			var wantRD struct{ Yi, SE float64 }
			var wantOR struct {
				Yi, SE, Z, P float64
				CI95         limits
			}
			decode(t, c.Expected.RD, &wantRD)
			decode(t, c.Expected.OR, &wantOR)
			near(t, "RD", rd.Value, wantRD.Yi, closedForm)
			near(t, "SE of RD", rd.SE, wantRD.SE, closedForm)
			near(t, "log OR", or.Value, wantOR.Yi, closedForm)
			near(t, "SE of log OR", or.SE, wantOR.SE, closedForm)
			near(t, "z of log OR", or.Stat, wantOR.Z, closedForm)
			nearP(t, "p of log OR", or.P, wantOR.P, closedForm)
			near(t, "low of log OR", or.Low, wantOR.CI95.Lower, closedForm)
			near(t, "high of log OR", or.High, wantOR.CI95.Upper, closedForm)
		})
	}
}

// R: metafor::escalc(measure = "RD", "OR"), tables without a zero.
func TestTrialTablesAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "escalc_binary") {
		var wantRD, wantOR effects
		decode(t, c.Expected.RD, &wantRD)
		decode(t, c.Expected.OR, &wantOR)
		for i, r := range c.rows(t, "a", "b", "c", "d") {
			t.Run(c.ID+"/"+strconv.Itoa(i+1), func(t *testing.T) {
				d := tableData(int(r[0]), int(r[1]), int(r[2]), int(r[3]))
				rd, or := riskDifference{}.Fit(d, 0.05, &w), oddsRatio{}.Fit(d, 0.05, &w)
				if hasZero(r) {
					if or.Status != EmptyCell {
						t.Errorf("OR: status %v", or.Status)
					}
					return
				}
				near(t, "RD", rd.Value, wantRD.Yi[i], closedForm)
				near(t, "variance of RD", rd.SE*rd.SE, wantRD.Vi[i], closedForm)
				near(t, "log OR", or.Value, wantOR.Yi[i], closedForm)
				near(t, "variance of log OR", or.SE*or.SE, wantOR.Vi[i], closedForm)
			})
		}
	}
}

func hasZero(cells []float64) bool {
	for _, x := range cells {
		if x == 0 {
			return true
		}
	}
	return false
}

func decode(t *testing.T, text json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// R: metafor::escalc(measure = "OR2DL", add = 1/2, to = "all") is the same
// log odds ratio of cells plus 1/2, by sqrt(3)/pi; here by hand.
func TestTableSMD(t *testing.T) {
	var w Work
	for _, r := range [][4]int{{30, 44, 29, 86}, {0, 10, 3, 7}, {5, 0, 0, 5}} {
		want := math.Sqrt(3) / math.Pi * math.Log((float64(r[0])+0.5)*(float64(r[3])+0.5)/((float64(r[1])+0.5)*(float64(r[2])+0.5)))
		d := tableData(r[0], r[1], r[2], r[3])
		near(t, "SMD", riskDifference{}.Fit(d, 0.05, &w).SMD, want, closedForm)
		if or := (oddsRatio{}).Fit(d, 0.05, &w); or.Status == OK {
			near(t, "SMD of OR", or.SMD, want, closedForm)
		}
	}
}
