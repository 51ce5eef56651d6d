package closedform

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// The nodes above 0 of the rule of Gauss and Legendre with 16 points on (-1, 1), and
// their weights (Abramowitz & Stegun, table 25.4).
var (
	gaussNodes = [...]float64{0.09501250983763744, 0.28160355077925891, 0.45801677765722739, 0.61787624440264375,
		0.75540440835500303, 0.86563120238783174, 0.94457502307323258, 0.98940093499164993}
	gaussWeights = [...]float64{0.18945061045506850, 0.18260341504492359, 0.16915651939500254, 0.14959598881657673,
		0.12462897125553387, 0.09515851168249278, 0.06225352393864789, 0.02715245941175409}
)

const (
	// reach is how many standard deviations from its mean a statistic is followed: what
	// lies beyond is below 1e-16.
	reach = 8.5
	// panelWidth is the width of a panel in standard deviations of the narrowest normal
	// density of which the integrand is a product. With 16 points a panel's error is then
	// below 1e-12 of the integral.
	panelWidth = 3.0
	// maxPanels bounds the work where two looks follow each other with next to no
	// information between them.
	maxPanels = 400
)

// A SequentialPath is a test statistic that is looked at several times, and is followed as
// long as it stays between bounds. It is standard normal but for its mean, drift times the
// root of the information, and its increments are independent on the scale of the score, as
// those of all efficient estimators are (Jennison & Turnbull 2000, chapter 3, equation 3.1).
//
// Probabilities are found by recursive integration (Armitage, McPherson & Rowe 1969, J R
// Stat Soc A 132:235; Jennison & Turnbull 2000, section 19.2), within about 1e-10. The zero
// value is a path without drift that has not been looked at.
type SequentialPath struct {
	Drift float64 // mean of the statistic at information 1

	stages       int
	information  float64 // at the last stage
	increment    float64 // of information since the stage before it; all of it at the first
	lower, upper float64 // between which the path went on

	next   float64 // the information for which the nodes are
	x, f   []float64
	before path // nodes of the stage before the last, for the information at the last
}

// path is nodes of the statistic and the weighted density at each.
type path struct {
	information float64
	x, f        []float64
}

// Start begins a path with a drift anew.
func (p *SequentialPath) Start(drift float64) {
	p.Drift, p.stages, p.information, p.next = drift, 0, 0, 0
}

// Continue follows the path beyond a stage: the statistic is between lower and upper there.
// Information is larger than at the stage before.
func (p *SequentialPath) Continue(information, lower, upper float64) {
	if p.stages > 0 {
		p.prepare(information)
		p.before.information = p.information
		p.before.x, p.x = p.x, p.before.x
		p.before.f, p.f = p.f, p.before.f
	}
	p.stages++
	p.increment = information - p.information
	p.information, p.lower, p.upper, p.next = information, lower, upper, 0
}

// Above returns the probability that the path has gone on to a stage with that information,
// where the statistic is above z.
func (p *SequentialPath) Above(information, z float64) float64 { return p.tail(information, z, -1) }

// Below returns the probability that it is below z there.
func (p *SequentialPath) Below(information, z float64) float64 { return p.tail(information, z, 1) }

func (p *SequentialPath) tail(information, z, sign float64) float64 {
	mean := float64(p.Drift * math.Sqrt(information))
	if p.stages == 0 {
		return numeric.NormalCDF(float64(sign * (z - mean)))
	}
	p.prepare(information)
	sd := math.Sqrt(information - p.information)
	scale := sign / sd
	at := float64(z*math.Sqrt(information)) - float64(p.Drift*(information-p.information))
	root, sum := math.Sqrt(p.information), 0.0
	for k, x := range p.x {
		sum += float64(p.f[k] * numeric.NormalCDF(float64(scale*(at-float64(x*root)))))
	}
	return sum
}

// density returns that of the statistic at the last stage, of paths that came so far.
func (p *SequentialPath) density(z float64) float64 {
	if p.stages == 1 {
		d := z - float64(p.Drift*math.Sqrt(p.information))
		return portable.Exp(float64(-0.5*d*d)) / math.Sqrt(2*math.Pi)
	}
	b := &p.before
	scale := 1 / math.Sqrt(p.increment)
	at := float64(z*math.Sqrt(p.information)) - float64(p.Drift*p.increment)
	root, sum := math.Sqrt(b.information), 0.0
	for k, x := range b.x {
		d := float64(scale * (at - float64(x*root)))
		if d > reach || d < -reach {
			continue
		}
		sum += float64(b.f[k] * portable.Exp(float64(-0.5*d*d)))
	}
	return sum * math.Sqrt(p.information) * scale / math.Sqrt(2*math.Pi)
}

// prepare places the nodes between the bounds of the last stage so that what is integrated
// on the way to the next is smooth between them.
func (p *SequentialPath) prepare(information float64) {
	if p.next == information {
		return
	}
	p.next = information
	p.x, p.f = p.x[:0], p.f[:0]
	mean := float64(p.Drift * math.Sqrt(p.information))
	low, high := max(p.lower, mean-reach), min(p.upper, mean+reach)
	if !(low < high) {
		return
	}
	narrow := math.Sqrt(min(p.increment, information-p.information, p.information) / p.information)
	panels := int(min(maxPanels, max(1, math.Ceil((high-low)/(panelWidth*narrow)))))
	half := (high - low) / float64(2*panels)
	for k := range panels {
		centre := low + float64(half*float64(2*k+1))
		for j, node := range gaussNodes {
			d := float64(half * node)
			p.add(centre-d, half*gaussWeights[j])
			p.add(centre+d, half*gaussWeights[j])
		}
	}
}

func (p *SequentialPath) add(x, weight float64) {
	p.x = append(p.x, x)
	p.f = append(p.f, float64(weight*p.density(x)))
}

// UpperBound returns the z above which the path is, at a stage with that information, with
// that probability: +Inf if it is none, -Inf if the path does not come so far as often.
func (p *SequentialPath) UpperBound(information, probability float64) float64 {
	return p.bound(information, probability, 1)
}

// LowerBound returns the z below which the path is with that probability: -Inf if it is
// none, +Inf if the path does not come so far as often.
func (p *SequentialPath) LowerBound(information, probability float64) float64 {
	return -p.bound(information, probability, -1)
}

// bound finds a bound, times sign, by secants between points on either side of it: the
// normal quantile of the probability is nearly a line.
func (p *SequentialPath) bound(information, probability, sign float64) float64 {
	if !(probability > 0) {
		return math.Inf(1)
	}
	want := numeric.NormalQuantile(probability)
	f := func(z float64) float64 {
		return numeric.NormalQuantile(p.tail(information, float64(sign*z), -sign)) - want
	}
	centre := float64(sign * p.Drift * math.Sqrt(information))
	low, high := centre-reach, centre+40
	if math.IsNaN(f(low)) || f(low) <= 0 {
		return math.Inf(-1)
	}
	z, y := centre-want, 0.0
	for last, lastY := math.NaN(), math.NaN(); high-low > 1e-13; {
		if !(z > low && z < high) {
			z = (low + high) / 2
		}
		if y = f(z); y > 0 {
			low = z
		} else {
			high = z
		}
		next := z + y // the slope is about -1
		if last == last {
			next = z - y*(z-last)/(y-lastY)
		}
		if math.Abs(next-z) < 1e-13 {
			return next
		}
		last, lastY, z = z, y, next
	}
	return z
}
