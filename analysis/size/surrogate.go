package size

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// The surrogate of a power curve is a probit line: power = Phi(a + b x), with x
// the square root of the number of clients, or the multiple of an effect. It is
// the power of any test whose statistic is normal with a standard error that
// falls as 1/sqrt(n), the tail on the wrong side left out, and a monotone curve
// close by for others. It is fitted by maximum likelihood to rejections counted
// at several designs (Finney 1971, Probit Analysis, 3rd ed., chapters 4 and 5).

// counts are the rejections at one design.
type counts struct{ x, n, hits float64 }

// line is a fitted surrogate.
type line struct {
	a, b          float64
	vaa, vab, vbb float64 // covariance of a and b, without heterogeneity
	levels        int     // designs that it was fitted to
	chi2          float64 // Pearson's, against a power of each design's own
	lackP         float64 // p value of that: of lack of fit; NaN with two designs
	heterogeneity float64 // what variances are multiplied by: 1, or chi2/df where the line does not fit
}

// prior is a normal prior of the intercept: with no clients, or no effect, a
// test rejects at its level. It steadies the first fits, on which only the next
// design depends; no interval is computed with it.
type prior struct{ mean, sd float64 }

// adaptive multiplies the variance of an answer because designs are
// placed by the results of earlier ones, which the information does not know of:
// over thousands of searches of known curves the squared errors are that much
// larger than it says (TestSearchCoversTheTruth).
const adaptive = 1.08

// lackLevel is the p value below which the line is said not to fit.
const lackLevel = 0.01

// smoothed adds half a rejection and half a trial without one to each design if
// all trials, or none, reject at every one: no line is steep enough for those.
func smoothed(data []counts) []counts {
	out := make([]counts, len(data))
	for k, d := range data {
		if d.hits > 0 && d.hits < d.n {
			return data
		}
		out[k] = counts{d.x, d.n + 1, d.hits + 0.5}
	}
	return out
}

// fitLine fits the surrogate by Fisher scoring. It tells whether that came to an
// end with a finite line.
func fitLine(data []counts, p *prior) (l line, ok bool) {
	l = start(data, p)
	for range 60 {
		ia, iab, ib, ga, gb := l.information(data, p)
		det := float64(ia*ib) - float64(iab*iab)
		if !(det > 1e-10*ia*ib) {
			return l, false
		}
		da, db := (float64(ib*ga)-float64(iab*gb))/det, (float64(ia*gb)-float64(iab*ga))/det
		if most := math.Max(math.Abs(da), math.Abs(db)*l.reach(data)); most > 1 {
			da, db = da/most, db/most // a step that goes no further than data tell
		}
		l.a, l.b = l.a+da, l.b+db
		if math.Abs(da) < 1e-10 && math.Abs(db)*l.reach(data) < 1e-10 {
			l.vaa, l.vab, l.vbb = ib/det, -iab/det, ia/det
			l.judge(data)
			return l, !math.IsNaN(l.a + l.b)
		}
	}
	return l, false
}

// start returns a line through the prior's intercept, or the level, and the mean of
// the data.
func start(data []counts, p *prior) line {
	l := line{a: -1.96, heterogeneity: 1, lackP: math.NaN()}
	if p != nil {
		l.a = p.mean
	}
	var x, n, hits float64
	for _, d := range data {
		x, n, hits = x+float64(d.n*d.x), n+d.n, hits+d.hits
	}
	if x > 0 {
		l.b = (numeric.NormalQuantile((hits+0.5)/(n+1)) - l.a) / (x / n)
	}
	return l
}

// reach returns the largest x.
func (l *line) reach(data []counts) (most float64) {
	for _, d := range data {
		most = math.Max(most, math.Abs(d.x))
	}
	return most
}

// at returns the linear predictor at x.
func (l *line) at(x float64) float64 { return l.a + float64(l.b*x) }

// spread returns the standard error of the predictor at x.
func (l *line) spread(x float64) float64 {
	return math.Sqrt(math.Max(0, l.heterogeneity*(l.vaa+float64(2*x*l.vab)+float64(x*x*l.vbb))))
}

// information returns the expected information and the score at the present line.
func (l *line) information(data []counts, p *prior) (ia, iab, ib, ga, gb float64) {
	for _, d := range data {
		eta := l.at(d.x)
		power, miss := numeric.NormalCDF(eta), numeric.NormalCDF(-eta)
		density := portable.Exp(-eta*eta/2) / math.Sqrt(2*math.Pi)
		if !(power*miss > 1e-300) {
			continue // so far out that the design says nothing
		}
		w := d.n * density * density / (power * miss)
		g := d.hits*density/power - (d.n-d.hits)*density/miss
		ia, iab, ib = ia+w, iab+float64(w*d.x), ib+float64(w*d.x*d.x)
		ga, gb = ga+g, gb+float64(g*d.x)
	}
	if p != nil {
		ia += 1 / (p.sd * p.sd)
		ga += (p.mean - l.a) / (p.sd * p.sd)
	}
	return ia, iab, ib, ga, gb
}

// judge tests the line against the data. Where it does not fit, its variances
// are enlarged by Pearson's chi-square over its degrees of freedom (Finney 1971,
// section 4.5).
func (l *line) judge(data []counts) {
	l.levels, l.chi2 = len(data), 0
	for _, d := range data {
		p, q := numeric.NormalCDF(l.at(d.x)), numeric.NormalCDF(-l.at(d.x))
		l.chi2 += (d.hits - float64(d.n*p)) * (d.hits - float64(d.n*p)) / (d.n * p * q)
	}
	l.heterogeneity, l.lackP = 1, math.NaN()
	if df := float64(l.levels - 2); df > 0 {
		l.lackP = numeric.ChiSquareTail(l.chi2, df)
		if l.lackP < lackLevel {
			l.heterogeneity = l.chi2 / df
		}
	}
}

// root returns the x at which the line reaches eta, with the interval of all x at
// which a power of that eta is not rejected at z standard errors (Fieller 1954,
// J R Stat Soc B 16:175). An interval without end on a side is infinite there.
func (l *line) root(eta, z float64) (x, low, high float64) {
	x = (eta - l.a) / l.b
	zz := z * z * l.heterogeneity * adaptive
	// (a + b x - eta)^2 <= z^2 var(a + b x): a parabola in x.
	qa := float64(l.b*l.b) - float64(zz*l.vbb)
	qb := 2 * (float64((l.a-eta)*l.b) - float64(zz*l.vab))
	qc := float64((l.a-eta)*(l.a-eta)) - float64(zz*l.vaa)
	disc := float64(qb*qb) - float64(4*qa*qc)
	if qa <= 0 || disc < 0 {
		return x, math.Inf(-1), math.Inf(1) // the slope cannot be told from none
	}
	low, high = (-qb-math.Sqrt(disc))/(2*qa), (-qb+math.Sqrt(disc))/(2*qa)
	return x, low, high
}
