package closedform

import (
	"math"
	"testing"
)

// 150 clients in a cluster, an ICC of 0.05, at 5 %, two-sided, by programs that cite
// Donner & Klar 2000, as the tests of the R package clusterPower 0.7.0 quote them: PASS
// 11 has a power of 0.860 for 0.1 against 0.2 in 13 clusters an arm by a z test, and the
// NIH calculator 5 clusters for 80 % power with a difference of 0.4804988 standard
// deviations.
func TestPublishedSizesOfClusteredTrials(t *testing.T) {
	const size, icc, alpha = 150, 0.05, 0.05
	if got := ClusteredProportionsPower(0.1, 0.2, 13, size, icc, alpha); math.Round(1000*got) != 860 {
		t.Errorf("proportions: power %.4f, want 0.860", got)
	}
	if five, four := ClusteredTPower(0.4804988, 5, size, icc, alpha), ClusteredTPower(0.4804988, 4, size, icc, alpha); five < 0.8 || four >= 0.8 {
		t.Errorf("means: power %.4f with 5 clusters and %.4f with 4, want 0.8 between them", five, four)
	}
}
