package closedform

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// R's noncentral t distribution, and matrices (testdata/make-baseline.R).
func TestBaselineAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/make-baseline.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Ancova, Sizes []struct {
			D, R, N1, N0, Alpha, Power float64
			PerGroup                   float64 `json:"n_per_group"`
		}
		Last []struct {
			Covariance, Retention []float64
			Variance              float64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got/want-1) < tolerance) {
			t.Errorf("%s: got %.12g, want %.12g", what, got, want)
		}
	}
	for _, r := range file.Ancova {
		near("power", AncovaPower(r.D, r.R, r.N1, r.N0, r.Alpha), r.Power, 1e-9)
	}
	for _, r := range file.Sizes {
		near("size", AncovaSize(r.D, r.R, r.Power, r.Alpha), r.PerGroup, 1e-7) // of uniroot
	}
	for _, r := range file.Last {
		near("variance", LastVisitVariance(r.Covariance, r.Retention), r.Variance, 1e-12)
	}
	if len(file.Ancova)*len(file.Sizes)*len(file.Last) == 0 {
		t.Error("no values")
	}
}

// Without correlation a visit is alone, with all of it nothing is lost, and a covariance that is none has no variance.
func TestLastVisitAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		rho, want float64
	}{{0, 2}, {1 - 1e-12, 1}} {
		if got := LastVisitVariance([]float64{1, c.rho, c.rho, 1}, []float64{1, 0.5}); !(math.Abs(got-c.want) < 1e-6) {
			t.Errorf("correlation %v: %v, want %v", c.rho, got, c.want)
		}
	}
	if got := LastVisitVariance([]float64{1, 2, 2, 1}, []float64{1, 0.5}); got == got {
		t.Errorf("no covariance: %v", got)
	}
}
