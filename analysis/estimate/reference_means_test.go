package estimate

import (
	"math"
	"strconv"
	"testing"

	"caseload/analysis/numeric"
)

// twoSample reads an outcome and its arm.
func (c *reference) twoSample(t *testing.T) *Data {
	d := &Data{}
	for _, row := range c.rows(t, c.Inputs.Y, c.Inputs.Group) {
		d.Y = append(d.Y, row[0])
		d.Treated = append(d.Treated, row[1] == 1)
	}
	return d
}

func nearTTest(t *testing.T, got Estimate, want tTest) {
	t.Helper()
	if got.Status != OK {
		t.Fatalf("status %v", got.Status)
	}
	near(t, "estimate", got.Value, want.Estimate, closedForm)
	near(t, "SE", got.SE, want.SE, closedForm)
	near(t, "t", got.Stat, want.T, closedForm)
	near(t, "df", got.DF, want.DF, closedForm)
	nearP(t, "p", got.P, want.P, closedForm)
	near(t, "low", got.Low, want.CI95.Lower, closedForm)
	near(t, "high", got.High, want.CI95.Upper, closedForm)
}

// R: stats::t.test(var.equal = FALSE and TRUE), metafor::escalc(measure =
// "SMD", correct = TRUE, vtype = "LS").
func TestMeansAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "two_sample") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := c.twoSample(t), c.Expected
			if len(d.Y) != want.N1+want.N0 {
				t.Fatalf("%d rows, want %d", len(d.Y), want.N1+want.N0)
			}
			m, _ := summarize(d)
			near(t, "J", numeric.GammaRatio((m.pooledDF()-1)/2)/math.Sqrt(m.pooledDF()/2), want.HedgesG.J, closedForm)
			welchFit, studentFit := welch{}.Fit(d, 0.05, &w), student{}.Fit(d, 0.05, &w)
			nearTTest(t, welchFit, want.Welch)
			nearTTest(t, studentFit, want.Student)
			near(t, "SMD of welch", welchFit.SMD, want.HedgesG.G, closedForm)
			near(t, "SMD of student", studentFit.SMD, want.HedgesG.G, closedForm)
			g := hedgesG{}.Fit(d, 0.05, &w)
			near(t, "g", g.Value, want.HedgesG.G, closedForm)
			near(t, "variance of g", g.SE*g.SE, want.HedgesG.Vi, closedForm)
			near(t, "low of g", g.Low, want.HedgesG.CI.Lower, closedForm)
			near(t, "high of g", g.High, want.HedgesG.CI.Upper, closedForm)
		})
	}
}

// withMoments appends n rows of exactly the given mean and standard deviation:
// half of them either side of the mean, one on it if n is odd.
func withMoments(d *Data, treated bool, mean, sd float64, n int) {
	away := sd * math.Sqrt(float64(n-1)/float64(n-n%2))
	for i := range n {
		y := mean
		if i < n-n%2 {
			y += away * float64(1-2*(i%2))
		}
		d.Y = append(d.Y, y)
		d.Treated = append(d.Treated, treated)
	}
}

// R: metafor::escalc(measure = "MD") and ("SMD", vtype = "LS") on published
// means and standard deviations.
func TestMeansOfSummariesAgainstR(t *testing.T) {
	var w Work
	for _, c := range references(t, "escalc_continuous") {
		for i, r := range c.rows(t, "m1", "sd1", "n1", "m0", "sd0", "n0") {
			t.Run(c.ID+"/"+strconv.Itoa(i+1), func(t *testing.T) {
				d := &Data{}
				withMoments(d, true, r[0], r[1], int(r[2]))
				withMoments(d, false, r[3], r[4], int(r[5]))
				md, g := welch{}.Fit(d, 0.05, &w), hedgesG{}.Fit(d, 0.05, &w)
				near(t, "MD", md.Value, c.Expected.MD.Yi[i], closedForm)
				near(t, "variance of MD", md.SE*md.SE, c.Expected.MD.Vi[i], closedForm)
				near(t, "SMD", g.Value, c.Expected.SMD.Yi[i], closedForm)
				near(t, "variance of SMD", g.SE*g.SE, c.Expected.SMD.Vi[i], closedForm)
			})
		}
	}
}
