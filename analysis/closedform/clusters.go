package closedform

import (
	"math"

	"caseload/analysis/numeric"
)

// DesignEffect returns how many times the variance of a mean is that of as many
// independent clients, if clusters have the given mean size and the clients of
// one are correlated by icc: 1 + ((1 + cv^2) size - 1) icc, with cv the
// coefficient of variation of the sizes (Kish 1965; Eldridge, Ashby & Kerry
// 2006, Int J Epidemiol 35:1292).
func DesignEffect(size, icc, cv float64) float64 {
	return 1 + float64((float64((1+float64(cv*cv))*size)-1)*icc)
}

// PartiallyNestedSize returns the rows in each of two equal arms of which only the
// treated one is clustered, with the same variance in both, of a z test of
// means: (z + z)^2 (design effect + 1)/d^2 (Moerbeek & Wong 2008, Stat Med
// 27:2850).
func PartiallyNestedSize(d, power, alpha, effect float64) float64 {
	return MeansSize(d, power, alpha) * (effect + 1) / 2
}

// ClusteredTPower returns the power of the t test of the means of clusters, each of
// the size given and so many in either arm, at a standardized mean difference of
// clients d: on 2 clusters - 2 degrees of freedom (Donner & Klar 2000, section
// 6.2).
func ClusteredTPower(d, clusters, size, icc, alpha float64) float64 {
	return TTestPower(d*math.Sqrt(size/DesignEffect(size, icc, 0)), clusters, clusters, alpha)
}

// ClusteredProportionsPower returns the power of the z test of two proportions in so
// many clusters of the given size in either arm, whose clients' outcomes are correlated
// by icc in both: that of the difference by the root of design effect (p1 q1 + p0
// q0)/clients of an arm (Donner & Klar 2000, section 6.3). With few clusters a t test is
// due: ClusteredTPower at the difference by the root of (p1 q1 + p0 q0)/2.
func ClusteredProportionsPower(p1, p0, clusters, size, icc, alpha float64) float64 {
	variance := (float64(p1*(1-p1)) + float64(p0*(1-p0))) * DesignEffect(size, icc, 0) / (clusters * size)
	return numeric.NormalCDF(math.Abs(p1-p0)/math.Sqrt(variance) - critical(alpha))
}
