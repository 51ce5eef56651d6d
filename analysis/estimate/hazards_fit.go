package estimate

import "math"

// rounded is the share of the model's variance below which a robust one is
// rounding: all scores are zero.
const rounded = 1e-20

// hazardsFit is the fit of a model of hazards by its log partial likelihood.
type hazardsFit struct {
	newton
	cov     [][]float64 // rows of covRows
	covRows []float64
}

// reset makes room for p coefficients.
func (c *hazardsFit) reset(p int) {
	c.newton.reset(p)
	c.covRows = resize(c.covRows, p*p)
	c.cov = resize(c.cov, p)
	for j := range c.cov {
		c.cov[j] = c.covRows[j*p : (j+1)*p]
	}
}

// maximize goes from zero to the maximum.
func (c *hazardsFit) maximize(of likelihood) Status {
	clear(c.beta)
	loglik := c.begin(of)
	if c.info.Rank == 0 {
		return ZeroVariance
	}
	return ascend(c, loglik, &partialHalving)
}

// dropAliased sets what belongs to aliased covariates to NaN.
func (c *hazardsFit) dropAliased() {
	for j, aliased := range c.info.Aliased {
		if !aliased {
			continue
		}
		c.beta[j] = math.NaN()
		for k := range c.cov {
			c.cov[j][k], c.cov[k][j] = math.NaN(), math.NaN()
		}
	}
}

// sandwich turns the inverse of the information, in covRows, into the robust
// variance about the given sum of squared scores; half and bread are scratch.
func (c *hazardsFit) sandwich(meat, half, bread []float64) {
	p := len(c.cov)
	copy(bread, c.covRows)
	multiply(half, bread, meat, p)
	multiply(c.covRows, half, bread, p)
	for j, row := range c.cov {
		if row[j] < rounded*bread[j*p+j] {
			row[j] = 0
		}
	}
}

// evaluateAt evaluates the model at beta, in which NaN counts as 0.
func (c *hazardsFit) evaluateAt(of likelihood, beta []float64) {
	for j, b := range beta {
		c.trial[j] = b
		if math.IsNaN(b) {
			c.trial[j] = 0
		}
	}
	of.evaluate(c.trial)
}

// addScore adds the score and the information at beta, in which NaN counts as 0.
func (c *hazardsFit) addScore(of likelihood, beta, score, information []float64) {
	c.evaluateAt(of, beta)
	p := len(beta)
	for j := range p {
		score[j] += c.score[j]
		for i := range p {
			information[j*p+i] += c.info.A[max(i, j)*p+min(i, j)]
		}
	}
}
