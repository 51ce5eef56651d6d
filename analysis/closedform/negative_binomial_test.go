package closedform

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// R's normal quantiles (testdata/make-negative-binomial.R).
func TestNegativeBinomialSizesAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/make-negative-binomial.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Sizes []struct{ Mean, Ratio, K, Power, Alpha, Own, Pooled float64 }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Sizes {
		for pooled, want := range map[bool]float64{false: r.Own, true: r.Pooled} {
			if got := NegativeBinomialSize(r.Mean, r.Ratio, r.K, r.Power, r.Alpha, pooled); !(math.Abs(got/want-1) < 1e-9) {
				t.Errorf("%+v: got %v, want %v", r, got, want)
			}
		}
	}
	if len(file.Sizes) == 0 {
		t.Error("no sizes")
	}
}
