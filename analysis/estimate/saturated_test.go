package estimate

import (
	"math"
	"testing"
)

// R: clubSandwich::vcovCR(type = "CR2") and coef_test, where a cluster has an
// indicator of its own, a row has, or a cluster is a third of all rows. See
// testdata/make-saturated.R.
func TestSaturatedClustersAgainstR(t *testing.T) {
	for _, c := range casesOf[linearCase](t, "make-saturated.json", "saturated") {
		t.Run(c.ID, func(t *testing.T) {
			columns := make([][]float64, 3)
			var y []float64
			var cluster []int32
			for i, row := range c.rows(t, "weight", "treated", "female", "litter") {
				made := map[string]float64{"treated": row[1], "female": row[2],
					"own": float64(bit(row[3] == 1)), "one": float64(bit(i == 4))}
				y = append(y, row[0])
				for j, term := range c.Inputs.Terms {
					columns[j] = append(columns[j], made[term])
				}
				if c.Inputs.Cluster == "large" && row[3] <= 9 {
					row[3] = 1
				}
				cluster = append(cluster, int32(row[3]))
			}
			var w linearWork
			if status := w.ols.fit(y, columns[:len(c.Inputs.Terms)]); status != OK || len(y) != c.Expected.N {
				t.Fatal(status)
			}
			w.clusters.number(cluster, make([]bool, len(y)), false)
			w.robust.load(&w.ols, &w.clusters)
			for name, want := range c.Expected.Coef {
				near(t, name, w.ols.contrast(c.weights(map[string]float64{name: 1})), want, closedForm)
				near(t, "SE of "+name, math.Sqrt(w.ols.classical()), c.Expected.Classical[name], closedForm)
				near(t, "CR0 SE of "+name, math.Sqrt(w.robust.cr0(&w.ols)), c.Expected.CR0[name], closedForm)
				variance, df := w.robust.cr2(&w.ols)
				near(t, "CR2 SE of "+name, math.Sqrt(variance), c.Expected.CR2[name], closedForm)
				near(t, "CR2 df of "+name, df, c.Expected.CR2DF[name], 1e-7)
			}
		})
	}
}
