package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// betaBinomial is the difference of the mean numbers of days, of at most Data.Most,
// everybody treated less nobody, by standardization over the covariates from a
// beta-binomial regression: each client has a share of days of his own, from a beta
// distribution whose mean has a logit linear in the arm and the covariates, with
// one dispersion (Williams 1982, Appl Stat 31:144). With little more than a share of 0
// or 1 for most clients, days pile up at both ends. Outcomes are rounded to whole
// days. The coefficients are those of glmmTMB(family = betabinomial).
//
// SE is by the sum of the squared influences of the rows on the difference (Huber 1967;
// Newey & McFadden 1994, Handbook of Econometrics 4, section 6), times n/(n - p), and
// allows for another distribution of days and for the covariates being a sample. Test and
// interval are t with n - p degrees of freedom. The mean itself is not robust: where
// days have another distribution the estimate is off. SMD is Hedges g of the raw
// outcomes.
//
// Separated: nobody in an arm has a day, or all have all. NotConverged, also where days
// vary no more than binomial ones; EmptyArm, TooFew, ZeroVariance as in ancova.
type betaBinomial struct{}

func (betaBinomial) Method() Method {
	return Method{Name: "beta_binomial", Kinds: Continuous, Measure: measure.MD, Needs: Bounded, Linear: true, Covariates: true}
}

func (b betaBinomial) Fit(d *Data, alpha float64, w *Work) Estimate {
	n, f := len(d.Y), &w.days
	columns, status := w.linear.withArm(d, w)
	if status == OK {
		status = w.linear.ols.fit(d.Y, columns)
	}
	if status == OK && !(d.Most >= 1) {
		status = BadData
	}
	if status == OK {
		status = f.fit(d, &w.linear.ols)
	}
	if status != OK {
		return failed(n, status)
	}
	value, variance := f.standardize()
	df := float64(n - w.linear.ols.rank)
	e := waldT(value, math.Sqrt(variance*float64(n)/df), df, n, alpha, w)
	if !e.Status.Failed() {
		e.SMD = rawSMD(d)
	}
	return e
}

// betaBinomialWork fits the regression. The coefficients are those of the intercept, the arm and
// the centred covariates, and last the logarithm of the sum s of the parameters of the
// beta distribution: they are s times the mean share and s times its complement.
// Rows that are alike are one cell.
type betaBinomialWork struct {
	newton
	p           int     // columns
	most        float64 // days
	x           []float64
	days, times []float64
	cells       []float64 // how many rows there are of an arm and a number of days

	outer, bread       []float64
	scores             []float64 // of each cell
	gradient, solution []float64
	concave            bool
}

func (b *betaBinomialWork) fit(d *Data, l *leastSquares) Status {
	b.p, b.most = 2+len(d.X), math.Ceil(d.Most)
	p := b.p + 1
	b.reset(p)
	for _, v := range []*[]float64{&b.outer, &b.bread} {
		*v = resize(*v, p*p)
	}
	b.gradient, b.solution = resize(b.gradient, p), resize(b.solution, p)
	b.load(d, l.mean)
	b.scores = resize(b.scores, len(b.days)*p)
	for j, aliased := range l.cross.Aliased {
		b.info.Aliased[1+j] = aliased
	}
	if aliased := b.info.Aliased[1]; aliased || !b.start(d) {
		return ZeroVariance
	}
	b.of = b
	loglik := b.evaluate(b.beta)
	if loglik-loglik != 0 {
		return NotConverged
	}
	if status := ascend(&b.newton, loglik, &halving); status != OK {
		return status
	}
	b.evaluate(b.beta)
	if !b.concave {
		return NotConverged
	}
	b.info.Invert(b.bread)
	return OK
}

// load makes the cells: of each arm and number of days, or with covariates of each row.
func (b *betaBinomialWork) load(d *Data, mean []float64) {
	b.x, b.days, b.times = b.x[:0], b.days[:0], b.times[:0]
	whole := func(y float64) float64 { return max(0, min(b.most, math.Round(y))) }
	if len(d.X) > 0 {
		for i, y := range d.Y {
			b.cell(float64(bit(d.Treated[i])), whole(y), 1)
			for j, x := range d.X {
				b.x = append(b.x, x[i]-mean[1+j])
			}
		}
		return
	}
	width := int(b.most) + 1
	b.cells = resize(b.cells, 2*width)
	clear(b.cells)
	for i, y := range d.Y {
		b.cells[bit(d.Treated[i])*width+int(whole(y))]++
	}
	for k, n := range b.cells {
		if n > 0 {
			b.cell(float64(k/width), float64(k%width), n)
		}
	}
}

func (b *betaBinomialWork) cell(arm, days, times float64) {
	b.x, b.days, b.times = append(b.x, 1, arm), append(b.days, days), append(b.times, times)
}

// start sets the coefficients to the logits of the mean shares of the arms, and the dispersion to
// that of moments, if there is any variance.
func (b *betaBinomialWork) start(d *Data) bool {
	var n, sum, squares [2]float64
	for c, days := range b.days {
		arm := int(b.x[c*b.p+1])
		n[arm] += b.times[c]
		sum[arm] += float64(b.times[c] * days)
		squares[arm] += float64(b.times[c] * days * days)
	}
	var logit [2]float64
	over, binomial := 0.0, 0.0
	for arm := range n {
		share := max(0.005, min(0.995, sum[arm]/n[arm]/b.most))
		logit[arm] = portable.Log(share / (1 - share))
		over += squares[arm] - sum[arm]*sum[arm]/n[arm]
		binomial += float64(n[arm] * b.most * share * (1 - share))
	}
	if !(over > 0) {
		return false
	}
	clear(b.beta)
	b.beta[0], b.beta[1] = logit[0], logit[1]-logit[0]
	correlation := max(0.002, min(0.95, (over/binomial-1)/max(1, b.most-1)))
	b.beta[b.p] = portable.Log(1/correlation - 1)
	return true
}

// evaluate returns the log likelihood at the coefficients, but for what does not depend on
// them, and sets the score and the information, from the scores' products where the observed one
// is not positive definite.
func (b *betaBinomialWork) evaluate(beta []float64) (loglik float64) {
	p := b.p + 1
	clear(b.score)
	clear(b.info.A)
	clear(b.outer)
	s := portable.Exp(beta[b.p])
	if !(s < 1e9) || !(s > 1e-9) {
		return math.NaN()
	}
	common := b.commonTerms(s)
	for c, times := range b.times {
		x := b.x[c*b.p : (c+1)*b.p]
		t := common
		b.terms(&t, b.days[c], dot(x, beta), s)
		loglik += float64(times * t.loglik)
		score := b.scores[c*p : (c+1)*p]
		for j, v := range x {
			score[j] = v * t.slope
			for k := range j + 1 {
				b.info.A[j*p+k] -= float64(times * v * x[k] * t.curve)
			}
			b.info.A[b.p*p+j] -= float64(times * v * t.cross)
		}
		score[b.p] = t.slopeS
		b.info.A[b.p*p+b.p] -= float64(times * t.curveS)
		addScaled(b.score, score, times)
		addProduct(b.outer, score, times)
	}
	if b.concave = b.info.Factor(); !b.concave {
		copy(b.info.A, b.outer)
	}
	return loglik
}

// moved returns the largest change that a step makes to the logit of a mean.
func (b *betaBinomialWork) moved(step []float64) float64 { return mostMoved(b.x, step[:b.p]) }

// betaTerms are the log likelihood of a cell, and its derivatives by the logit of the mean and by log s.
type betaTerms struct{ loglik, slope, slopeS, curve, curveS, cross float64 }

// commonTerms returns, as terms, what all cells have: lgamma(s) - lgamma(n + s) and
// its derivatives by s.
func (b *betaBinomialWork) commonTerms(s float64) betaTerms {
	return betaTerms{loglik: portable.LogGamma(s) - portable.LogGamma(s+b.most),
		slopeS: portable.Digamma(s) - portable.Digamma(s+b.most), curveS: portable.Trigamma(s) - portable.Trigamma(s+b.most)}
}

// terms adds what a cell has of its own, lgamma(y + a) - lgamma(a) + lgamma(n - y + b) -
// lgamma(b), with a and b of the mean share m and s, and turns derivatives by m and s into
// those by the logit and log s.
func (b *betaBinomialWork) terms(t *betaTerms, y, eta, s float64) {
	m, q := chances(eta)
	up, down := ratioTerms(m*s, y), ratioTerms(q*s, b.most-y)
	t.loglik += up.loglik + down.loglik
	slope := s * (up.slope - down.slope)
	slopeS := t.slopeS + float64(m*up.slope) + float64(q*down.slope)
	curve := s * s * (up.curve + down.curve)
	cross := up.slope - down.slope + float64(s*(float64(m*up.curve)-float64(q*down.curve)))
	curveS := t.curveS + float64(m*m*up.curve) + float64(q*q*down.curve)
	v := m * q
	t.slope, t.slopeS = v*slope, s*slopeS
	t.curve = float64(v*v*curve) + float64(v*(q-m)*slope)
	t.curveS = float64(s*s*curveS) + float64(s*slopeS)
	t.cross = v * s * cross
}

// ratioTerms returns lgamma(a + y) - lgamma(a) and its derivatives by a.
func ratioTerms(a, y float64) (t betaTerms) {
	if y == 0 {
		return t
	}
	return betaTerms{loglik: portable.LogGamma(a+y) - portable.LogGamma(a), slope: portable.Digamma(a+y) - portable.Digamma(a),
		curve: portable.Trigamma(a+y) - portable.Trigamma(a)}
}

// standardize returns the mean difference in days over all rows and the sum of the
// squares of the rows' influences on it.
func (b *betaBinomialWork) standardize() (value, variance float64) {
	p, rows := b.p+1, 0.0
	clear(b.gradient)
	for c, times := range b.times {
		rows += times
		difference, with, without := b.difference(c)
		value += float64(times * difference)
		for j, v := range b.x[c*b.p : (c+1)*b.p] {
			if j == 1 {
				v = 0
			}
			b.gradient[j] += float64(times * v * (with - without))
		}
		b.gradient[1] += float64(times * with)
	}
	value /= rows
	for j := range b.gradient {
		b.gradient[j] /= rows
	}
	for j := range b.solution {
		b.solution[j] = dot(b.gradient, b.bread[j*p:(j+1)*p])
	}
	for c, times := range b.times {
		difference, _, _ := b.difference(c)
		influence := dot(b.solution, b.scores[c*p:(c+1)*p]) + (difference-value)/rows
		variance += float64(times * influence * influence)
	}
	return value, variance
}

// difference returns the difference in days of a cell treated and not, and the derivatives of
// both means by the logit.
func (b *betaBinomialWork) difference(c int) (difference, with, without float64) {
	x := b.x[c*b.p : (c+1)*b.p]
	eta := dot(x, b.beta) - float64(x[1]*b.beta[1])
	p1, q1 := chances(eta + b.beta[1])
	p0, q0 := chances(eta)
	return float64(b.most * (p1 - p0)), float64(b.most * p1 * q1), float64(b.most * p0 * q0)
}
