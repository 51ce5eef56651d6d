package evidence

import (
	"math"

	"caseload/sim/portable"
)

// A Form is what is the same in trials whose control arms differ.
type Form string

// The forms of an effect on who comes.
const (
	Share Form = "share" // the cumulative hazard that help adds, -log(1 - share): a share of those who would not have come
	Ratio Form = "ratio" // the ratio of cumulative hazards
)

// A Profile is how much of a share is brought in by a window, against 90 days.
type Profile string

// The profiles. A ratio has none.
const (
	Steady Profile = "steady" // in proportion to the days, as contacts with the same chance bring it
	Early  Profile = "early"  // 60 % by day 7, the rest by the logarithm of the day until day 90
	AtOnce Profile = "once"   // all of it at the beginning
	None   Profile = ""
)

// window is where profiles meet.
const window = 90.0

// by returns the part of the added cumulative hazard by a day.
func (p Profile) by(day float64) float64 {
	switch {
	case day >= window:
		return 1
	case p == Steady:
		return day / window
	case p == Early:
		return 0.6 + 0.4*max(0, portable.Log(day/7)/portable.Log(window/7))
	}
	return 1
}

// A Model is a form with a profile.
type Model struct {
	Form    Form
	Profile Profile
}

// Models are those that prediction chooses from.
var Models = []Model{{Share, Steady}, {Share, Early}, {Share, AtOnce}, {Ratio, None}}

// The grids on which effects and their distribution between trials are laid. An effect is the
// logarithm of the added cumulative hazard by day 90, or of the ratio of hazards.
// Between trials it is normal, with a part of the trials without any effect.
const (
	nEffects = 81
	nMeans   = 36
	nControl = 49 // values of the control arm's proportion
)

var (
	spreads = []float64{0.05, 0.15, 0.3, 0.5, 0.75, 1.05, 1.4}
	nones   = []float64{0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6}
)

// effect returns the k-th effect of the grid.
func (f Form) effect(k int) float64 {
	low, high := -5.0, 1.8 // 0.7 % to all of those who would not have come
	if f == Ratio {
		low, high = -1.5, 3.5
	}
	return low + float64((high-low)*float64(k)/(nEffects-1))
}

// mean returns the k-th mean of the grid.
func (f Form) mean(k int) float64 {
	low, high := -3.5, 0.8
	if f == Ratio {
		low, high = -0.5, 2.5
	}
	return low + float64((high-low)*float64(k)/(nMeans-1))
}

// Experimental returns the proportion of the experimental arm by a day, from that of the
// control arm and the effect; without one they are equal.
func (m Model) Experimental(control, effect, day float64, some bool) float64 {
	switch {
	case !some:
		return control
	case m.Form == Ratio:
		return -portable.Expm1(portable.Exp(effect) * portable.Log1p(-control))
	}
	return 1 - (1-control)*portable.Exp(-portable.Exp(effect)*m.Profile.by(day))
}

// A Fit is what a set of trials of a kind says under one model: the posterior over the
// distribution of effects between trials.
type Fit struct {
	Model
	trials []Contrast
	// likelihood of each trial at each point of the grid of distributions, divided by its largest at any effect
	marginal [][]float64
	scale    []float64 // the logarithm of that
}

// prior returns the weights of the grid of distributions: means are uniform, spreads half
// normal with scale 0.5, and the part without effect is Beta(1, 3).
func prior() (weights []float64) {
	for range nMeans {
		for _, tau := range spreads {
			for _, none := range nones {
				weights = append(weights, portable.Exp(-tau*tau/(2*0.25))*(1-none)*(1-none)*widthOf(spreads, tau)*widthOf(nones, none))
			}
		}
	}
	return normalized(weights)
}

// widthOf returns the width of the cell of a grid around one of its points.
func widthOf(grid []float64, x float64) float64 {
	for k := range grid {
		if grid[k] == x {
			low, high := grid[max(0, k-1)], grid[min(len(grid)-1, k+1)]
			return (high - low) / 2
		}
	}
	return 0
}

func normalized(x []float64) []float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	for k := range x {
		x[k] /= sum
	}
	return x
}

// NewFit lays the trials on the grid.
func NewFit(m Model, trials []Contrast) *Fit {
	f := &Fit{Model: m, trials: trials}
	for i := range trials {
		marginal, scale := m.marginals(&trials[i])
		f.marginal, f.scale = append(f.marginal, marginal), append(f.scale, scale)
	}
	return f
}

// marginals returns the likelihood of a trial's experimental arm, given its control arm, for
// each distribution of effects.
func (m Model) marginals(c *Contrast) (list []float64, scale float64) {
	given, without := m.likelihood(c)
	scale = without
	for _, x := range given {
		scale = max(scale, x)
	}
	for k := range given {
		given[k] = portable.Exp(given[k] - scale)
	}
	null := portable.Exp(without - scale)
	weights := make([]float64, nEffects)
	for k := range nMeans {
		for _, tau := range spreads {
			m.Form.between(weights, m.Form.mean(k), tau)
			some := 0.0
			for e, w := range weights {
				some += float64(w * given[e])
			}
			for _, none := range nones {
				list = append(list, float64((1-none)*some)+float64(none*null))
			}
		}
	}
	return list, scale
}

// between fills in the normal weights of the grid of effects.
func (f Form) between(weights []float64, mean, tau float64) {
	for e := range weights {
		z := (f.effect(e) - mean) / tau
		weights[e] = portable.Exp(-z * z / 2)
	}
	normalized(weights)
}

// likelihood returns the log likelihood of the experimental arm at each effect, and without
// one: binomial, with the control arm's proportion integrated over its posterior under
// Jeffreys' prior, Beta(x + 1/2, n - x + 1/2).
func (m Model) likelihood(c *Contrast) (given []float64, without float64) {
	controls, ways := c.controls(), logWays(c.Came(1), c.N[1])
	of := func(effect float64, some bool) float64 {
		sum := 0.0
		for k, pc := range controls {
			sum += float64(controlWeights[k] * portable.Exp(ways+binomial(c.Came(1), c.N[1], m.Experimental(pc, effect, c.WindowDays, some))))
		}
		return portable.Log(max(sum, 1e-300))
	}
	for e := range nEffects {
		given = append(given, of(m.Form.effect(e), true))
	}
	return given, of(0, false)
}

// controls returns values of the control arm's proportion at even normal scores from -6 to
// 6, where the trapezoidal rule is exact to many digits.
func (c *Contrast) controls() (list []float64) {
	x := float64(c.Came(0))
	for k := range nControl {
		q := portable.Erfc(-controlScore(k)/math.Sqrt2) / 2
		list = append(list, portable.BetaQuantile(x+0.5, float64(c.N[0])-x+0.5, q))
	}
	return list
}

func controlScore(k int) float64 { return 12*float64(k)/(nControl-1) - 6 }

// controlWeights go with the values of controls.
var controlWeights = func() (list []float64) {
	for k := range nControl {
		z := controlScore(k)
		list = append(list, portable.Exp(-z*z/2))
	}
	return normalized(list)
}()

// binomial returns the logarithm of a binomial probability, without that of the ways.
func binomial(x, n int, p float64) float64 {
	p = min(max(p, 1e-12), 1-1e-12)
	return float64(float64(x)*portable.Log(p)) + float64(float64(n-x)*portable.Log1p(-p))
}

// logWays returns the logarithm of the number of ways to choose x of n.
func logWays(x, n int) float64 {
	return portable.LogGamma(float64(n)+1) - portable.LogGamma(float64(x)+1) - portable.LogGamma(float64(n-x)+1)
}

// posterior returns the weights of the grid of distributions given all trials but one, -1 for
// all of them.
func (f *Fit) posterior(but int) []float64 {
	weights := prior()
	for i := range f.marginal {
		if i == but {
			continue
		}
		for g := range weights {
			weights[g] *= f.marginal[i][g]
		}
		normalized(weights)
	}
	return weights
}

// Score returns the log probability with which each trial is predicted from the others, in
// sum.
func (f *Fit) Score() (score float64) {
	for i := range f.marginal {
		p := 0.0
		for g, w := range f.posterior(i) {
			p += float64(w * f.marginal[i][g])
		}
		score += f.scale[i] + portable.Log(p)
	}
	return score
}

// Choose returns the fit of the model that predicts each of the trials best from the
// others, with the scores of all models.
func Choose(trials []Contrast) (best *Fit, scores []float64) {
	for _, m := range Models {
		f := NewFit(m, trials)
		if scores = append(scores, f.Score()); best == nil || scores[len(scores)-1] > maxOf(scores[:len(scores)-1]) {
			best = f
		}
	}
	return best, scores
}

func maxOf(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// Predictive is the distribution of the effect in a further trial of the kind.
type Predictive struct {
	Model
	None    float64   // probability that there is no effect
	Weights []float64 // of the grid of effects, given that there is one
}

// Predict returns the distribution of the effect in a further trial.
func (f *Fit) Predict() Predictive { return f.PredictWithout(-1) }

// PredictWithout returns it as all trials but one give it.
func (f *Fit) PredictWithout(trial int) Predictive {
	p := Predictive{Model: f.Model, Weights: make([]float64, nEffects)}
	posterior, g := f.posterior(trial), 0
	weights := make([]float64, nEffects)
	for k := range nMeans {
		for _, tau := range spreads {
			f.Form.between(weights, f.Form.mean(k), tau)
			for _, none := range nones {
				w := posterior[g]
				g++
				p.None += float64(w * none)
				for e := range weights {
					p.Weights[e] += float64(w * (1 - none) * weights[e])
				}
			}
		}
	}
	normalized(p.Weights)
	return p
}

// Moments returns the mean and the standard deviation, given an effect, of a function of it.
func (p *Predictive) Moments(of func(effect float64) float64) (mean, sd float64) {
	square := 0.0
	for e, w := range p.Weights {
		x := of(p.Form.effect(e))
		mean += float64(w * x)
		square += float64(w * x * x)
	}
	return mean, math.Sqrt(max(0, square-mean*mean))
}

// Tails returns the probabilities that at most, and at least, as many clients of a trial's
// experimental arm come as did, given its control arm.
func (p *Predictive) Tails(c *Contrast) (below, above float64) {
	x, n := float64(c.Came(1)), float64(c.N[1])
	add := func(weight, pe float64) {
		pe = min(max(pe, 1e-12), 1-1e-12)
		atMost, atLeast := 1.0, 1.0
		if x < n {
			_, atMost = portable.BetaTails(x+1, n-x, pe)
		}
		if x > 0 {
			atLeast, _ = portable.BetaTails(x, n-x+1, pe)
		}
		below += float64(weight * atMost)
		above += float64(weight * atLeast)
	}
	for k, pc := range c.controls() {
		if controlWeights[k] < 1e-7 {
			continue
		}
		add(p.None*controlWeights[k], pc)
		for e, w := range p.Weights {
			if w > 1e-5 {
				add((1-p.None)*w*controlWeights[k], p.Experimental(pc, p.Form.effect(e), c.WindowDays, true))
			}
		}
	}
	return below, above
}
