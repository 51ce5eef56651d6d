package closedform

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// quantiles returns z at 1 - alpha/2 plus z at power; NaN where power is not between
// alpha/2 and 1.
func quantiles(power, alpha float64) float64 {
	if !(alpha > 0 && alpha < 1) || !(power > alpha/2 && power < 1) {
		return math.NaN()
	}
	return critical(alpha) + numeric.NormalQuantile(power)
}

func critical(alpha float64) float64 { return -numeric.NormalQuantile(alpha / 2) }

// MeansSize returns the rows in each of two equal arms of a z test of means at a
// standardized mean difference d: 2 (z + z)^2/d^2.
func MeansSize(d, power, alpha float64) float64 {
	z := quantiles(power, alpha)
	return 2 * z * z / (d * d)
}

// TwoProportionsPower returns the power of the z test of two proportions with pooled
// variance, the tail on the wrong side left out, as power.prop.test in R does
// for equal arms (Fleiss, Levin & Paik 2003, equation 4.14).
func TwoProportionsPower(p1, p0, n1, n0, alpha float64) float64 {
	pooled := (float64(n1*p1) + float64(n0*p0)) / (n1 + n0)
	null := math.Sqrt(pooled * (1 - pooled) * (1/n1 + 1/n0))
	alternative := math.Sqrt(p1*(1-p1)/n1 + p0*(1-p0)/n0)
	return numeric.NormalCDF((math.Abs(p1-p0) - float64(critical(alpha)*null)) / alternative)
}

// TwoProportionsSize returns the rows in each of two equal arms that give that power
// (Fleiss, Levin & Paik 2003, equation 4.14).
func TwoProportionsSize(p1, p0, power, alpha float64) float64 {
	if math.IsNaN(quantiles(power, alpha)) {
		return math.NaN()
	}
	pooled := float64((p1 + p0) / 2)
	root := float64(critical(alpha)*math.Sqrt(float64(2*pooled)*(1-pooled))) +
		float64(numeric.NormalQuantile(power)*math.Sqrt(float64(p1*(1-p1))+float64(p0*(1-p0))))
	return root * root / ((p1 - p0) * (p1 - p0))
}

// TwoProportionsUnpooledSize returns that of a test with unpooled variance.
func TwoProportionsUnpooledSize(p1, p0, power, alpha float64) float64 {
	z := quantiles(power, alpha)
	return z * z * (float64(p1*(1-p1)) + float64(p0*(1-p0))) / ((p1 - p0) * (p1 - p0))
}

// TwoProportionsCorrectedSize returns that of the pooled test with continuity
// correction (Fleiss, Tytun & Ury 1980, Biometrics 36:343).
func TwoProportionsCorrectedSize(p1, p0, power, alpha float64) float64 {
	n := TwoProportionsSize(p1, p0, power, alpha)
	root := 1 + math.Sqrt(1+4/(n*math.Abs(p1-p0)))
	return n / 4 * root * root
}

// ArcsineEffect returns Cohen's h, the difference of proportions after the
// transformation that makes their variance constant (Cohen 1988, chapter 6).
func ArcsineEffect(p1, p0 float64) float64 {
	return float64(2*portable.Asin(math.Sqrt(p1))) - float64(2*portable.Asin(math.Sqrt(p0)))
}

// ArcsineSize returns the rows in each of two equal arms of a z test of that effect,
// both tails counted, as pwr.2p.test in R does.
func ArcsineSize(p1, p0, power, alpha float64) float64 {
	h, c := math.Abs(ArcsineEffect(p1, p0)), critical(alpha)
	return bothTails(func(n float64) float64 {
		shift := float64(h * math.Sqrt(n/2))
		return numeric.NormalCDF(shift-c) + numeric.NormalCDF(-shift-c)
	}, 0, h, power, alpha)
}

// LogRankPower returns the power of the log-rank test with so many events, at a
// hazard ratio, with that share of clients treated; the tail on the wrong side
// is left out (Schoenfeld 1981, Biometrika 68:316).
func LogRankPower(hr, events, treated, alpha float64) float64 {
	return numeric.NormalCDF(float64(math.Sqrt(events*treated*(1-treated))*math.Abs(portable.Log(hr))) - critical(alpha))
}

// LogRankEvents returns the events that give a power (Schoenfeld 1983, Biometrics
// 39:499): (z + z)^2 / (q (1 - q) log(hr)^2).
func LogRankEvents(hr, power, treated, alpha float64) float64 {
	z, log := quantiles(power, alpha), portable.Log(hr)
	return z * z / (treated * (1 - treated) * log * log)
}

// FreedmanEvents returns that by Freedman 1982 (Stat Med 1:121), with an allocation
// of r treated to one control: (z + z)^2 (1 + r hr)^2 / (r (1 - hr)^2).
func FreedmanEvents(hr, power, treated, alpha float64) float64 {
	z, r := quantiles(power, alpha), treated/(1-treated)
	return z * z * (1 + float64(r*hr)) * (1 + float64(r*hr)) / (r * (1 - hr) * (1 - hr))
}
