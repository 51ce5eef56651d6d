package meta

import (
	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// chiQuantiles remembers the last two quantiles of each kind: bodies of as many
// studies ask for the same.
type chiQuantiles struct {
	alpha, df, low, high float64
}

// of returns the quantiles that leave alpha/2 on either side.
func (c *chiQuantiles) of(alpha, df float64) (low, high float64) {
	if c.alpha != alpha || c.df != df {
		*c = chiQuantiles{alpha, df, numeric.ChiSquareQuantile(alpha/2, df), numeric.ChiSquareQuantile(1-float64(alpha/2), df)}
	}
	return c.low, c.high
}

// fTail returns the probability that F on df1 and df2 degrees of freedom is at
// least f.
func fTail(f, df1, df2 float64) float64 {
	if !(f > 0) {
		return 1
	}
	above, _ := portable.BetaTails(df2/2, df1/2, df2/(df2+float64(df1*f)))
	return above
}
