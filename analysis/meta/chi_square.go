package meta

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// chiSquareTail is the probability that chi-square on df degrees of freedom is at
// least x.
func chiSquareTail(x, df float64) float64 {
	if !(x > 0) {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// chiSquareQuantile is the x below which chi-square on df degrees of freedom lies
// with probability p in (0, 1): the library's value, which is good to some six
// digits, improved by Newton's method.
func chiSquareQuantile(p, df float64) float64 {
	d := distuv.ChiSquared{K: df}
	x := d.Quantile(p)
	for range 20 {
		step := (d.CDF(x) - p) / d.Prob(x)
		if !(math.Abs(step) > 1e-14*x) {
			break
		}
		x = math.Max(x/2, x-step)
	}
	return x
}

// chiQuantiles remembers the last two quantiles of each kind: bodies of as many
// studies ask for the same.
type chiQuantiles struct {
	alpha, df, low, high float64
}

// of returns the quantiles that leave alpha/2 on either side.
func (c *chiQuantiles) of(alpha, df float64) (low, high float64) {
	if c.alpha != alpha || c.df != df {
		*c = chiQuantiles{alpha, df, chiSquareQuantile(alpha/2, df), chiSquareQuantile(1-alpha/2, df)}
	}
	return c.low, c.high
}

// fTail is the probability that F on df1 and df2 degrees of freedom is at least f.
func fTail(f, df1, df2 float64) float64 {
	if !(f > 0) {
		return 1
	}
	return mathext.RegIncBeta(df2/2, df1/2, df2/(df2+df1*f))
}
