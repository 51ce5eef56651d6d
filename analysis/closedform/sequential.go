package closedform

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// A Spending says how much of an error probability has been spent by the time that a
// share of the information is there (Lan & DeMets 1983, Biometrika 70:659).
type Spending struct {
	Kind      SpendingKind
	Parameter float64 // of PowerSpending, and of HwangShihDeCani
}

// SpendingKind is a family of spending functions.
type SpendingKind int

// The families: those whose bounds are like O'Brien and Fleming's and Pocock's (Lan &
// DeMets 1983), powers of the share (Kim & DeMets 1987, Biometrika 74:149), and that of
// Hwang, Shih & DeCani 1990 (Stat Med 9:1439).
const (
	OBrienFleming SpendingKind = iota
	Pocock
	PowerSpending
	HwangShihDeCani
	NoSpending // nothing before the end
)

// Spent returns how much of a one-sided error probability is spent at a share of the
// information; all of it at 1 and beyond.
func (s Spending) Spent(total, share float64) float64 {
	switch {
	case share <= 0:
		return 0
	case share >= 1:
		return total
	}
	switch s.Kind {
	case NoSpending:
		return 0
	case OBrienFleming:
		return 2 * numeric.NormalCDF(numeric.NormalQuantile(total/2)/math.Sqrt(share))
	case Pocock:
		return total * portable.Log1p(float64((math.E-1)*share))
	case PowerSpending:
		return total * portable.Pow(share, s.Parameter)
	}
	if s.Parameter == 0 {
		return total * share
	}
	return total * portable.Expm1(float64(-s.Parameter*share)) / portable.Expm1(-s.Parameter)
}

// A SequentialDesign is a test that is looked at several times. Its statistic is large
// where the treatment is good.
type SequentialDesign struct {
	Alpha    float64 // level, of both sides together
	Sides    int     // 1 or 2
	Spending Spending
	// FutilityBounds, if any, are the z below which the trial ends for futility, by look;
	// the last stands for those that follow, and is -Inf for none.
	FutilityBounds []float64
	// Beta is the probability of a false end for futility, and of no finding at last,
	// under the planned drift; 0: futility is by FutilityBounds.
	Beta         float64
	BetaSpending Spending
	// Binding tells that the trial always ends below the futility bound, so that what is
	// lost of the level there is given back to the upper bounds. Of one-sided tests.
	Binding bool
}

// Bounds are those of one look, as z: the trial ends above Upper for efficacy, below Futility
// for futility, and, in a two-sided test, below -Upper for harm. An infinite bound is none.
type Bounds struct {
	Upper, Futility float64
	Level           float64 // one-sided p value of Upper
}

// A SequentialMonitor gives the bounds of a design look by look, as the information comes.
type SequentialMonitor struct {
	design *SequentialDesign
	drift  float64 // under which beta is spent, at information 1
	// null has the paths without an effect that end at bounds that bind; planned those with the
	// planned effect that end at any.
	null, planned SequentialPath
	looks         int
	share         float64 // at the last look
	spent, lost   float64 // of alpha on one side, and of beta
}

// Start begins a trial of the design, with the drift under which beta is spent (see
// Drift); 0 where none is.
func (m *SequentialMonitor) Start(d *SequentialDesign, drift float64) {
	m.design, m.drift = d, drift
	m.null.Start(0)
	m.planned.Start(drift)
	m.looks, m.share, m.spent, m.lost = 0, 0, 0, 0
}

// Look returns the bounds at a look, at a share of the planned information for spending, and
// with so much information, in shares of the planned, which is more than at the look before.
// At the last look all is spent, and the trial ends.
func (m *SequentialMonitor) Look(share, information float64, last bool) Bounds {
	d := m.design
	if last {
		share = 1
	}
	share = max(share, m.share)
	alpha := d.Alpha / float64(d.Sides)
	spent := d.Spending.Spent(alpha, share)
	b := m.upper(information, spent-m.spent)
	b.Futility = m.futility(share, information, last, b.Upper)
	m.looks++
	m.share, m.spent = share, spent
	m.advance(information, b)
	return b
}

// upper returns the bound for efficacy. Where no trial has ended before, the level is that of
// a test without looks, to the bit.
func (m *SequentialMonitor) upper(information, spend float64) Bounds {
	if m.null.stages == 0 {
		return Bounds{Upper: -numeric.NormalQuantile(spend), Level: spend}
	}
	z := m.null.UpperBound(information, spend)
	return Bounds{Upper: z, Level: numeric.NormalCDF(-z)}
}

// futility returns the bound for futility at a look.
func (m *SequentialMonitor) futility(share, information float64, last bool, upper float64) float64 {
	d := m.design
	if d.Beta > 0 {
		lost := d.BetaSpending.Spent(d.Beta, share)
		b := m.planned.LowerBound(information, lost-m.lost)
		m.lost = lost
		if last {
			return upper
		}
		return min(b, upper)
	}
	if last || len(d.FutilityBounds) == 0 {
		return math.Inf(-1)
	}
	return d.FutilityBounds[min(m.looks, len(d.FutilityBounds)-1)]
}

func (m *SequentialMonitor) advance(information float64, b Bounds) {
	lower := math.Inf(-1)
	if m.design.Sides == 2 {
		lower = -b.Upper
	}
	if m.design.Binding {
		lower = max(lower, b.Futility)
	}
	if !math.IsInf(lower, -1) || !math.IsInf(b.Upper, 1) {
		m.null.Continue(information, lower, b.Upper)
	}
	if m.drift != 0 {
		m.planned.Continue(information, max(lower, b.Futility), b.Upper)
	}
}

// PValue returns the one-sided p value of a trial that would end at its next look with z,
// in the stagewise order: an earlier end is stronger evidence, and among ends at one
// look a larger z (Jennison & Turnbull 2000, section 8.4). Call it before Look.
func (m *SequentialMonitor) PValue(information, z float64) float64 {
	return min(1, m.spent+m.null.Above(information, z))
}

// Bounds returns the bounds at shares of the planned information that increase to 1.
func (d *SequentialDesign) Bounds(shares []float64) []Bounds {
	bounds, _ := d.under(shares, d.Drift(shares))
	return bounds
}

// under returns the bounds where beta is spent under a drift, and the probability that the
// trial finds nothing under it: of an end for futility, with all of beta at the last look.
func (d *SequentialDesign) under(shares []float64, drift float64) (list []Bounds, misses float64) {
	var m SequentialMonitor
	m.Start(d, drift)
	for k, share := range shares {
		last := k == len(shares)-1
		if last {
			misses = m.lost + m.planned.Below(share, m.null.UpperBound(share, d.Alpha/float64(d.Sides)-m.spent))
		}
		list = append(list, m.Look(share, share, last))
	}
	return list, misses
}

// Drift returns the mean of z, at the planned information, under which a design whose
// beta is spent has a power of 1 - Beta; 0 for other designs. Shares are those of the
// planned looks, 1 the last.
func (d *SequentialDesign) Drift(shares []float64) float64 {
	if d.Beta <= 0 {
		return 0
	}
	fixed := numeric.NormalQuantile(1-d.Alpha/float64(d.Sides)) + numeric.NormalQuantile(1-d.Beta)
	return increasingRoot(func(drift float64) float64 {
		_, misses := d.under(shares, drift)
		return d.Beta - misses
	}, fixed/2, fixed)
}

// Exits returns the probability of the trial's end at each look, under a drift (the mean of z
// at the planned information): above the upper bound; below that for futility, or at
// the last look below the upper; and, with two sides, below the lower one.
func (d *SequentialDesign) Exits(shares []float64, bounds []Bounds, drift float64) (efficacy, futility, harm []float64) {
	p := SequentialPath{Drift: drift}
	for k, share := range shares {
		b := bounds[k]
		lower := math.Inf(-1)
		if d.Sides == 2 {
			lower = -b.Upper
		}
		middle := max(lower, b.Futility)
		if k == len(shares)-1 {
			middle = b.Upper
		}
		efficacy = append(efficacy, p.Above(share, b.Upper))
		harm = append(harm, p.Below(share, lower))
		futility = append(futility, p.Below(share, middle)-harm[k])
		p.Continue(share, middle, b.Upper)
	}
	return efficacy, futility, harm
}

// Expected returns the expected share of the planned information at the end of a trial,
// given the probability of ending at each look for any reason.
func Expected(shares []float64, ends ...[]float64) (sum float64) {
	for _, list := range ends {
		for k, p := range list {
			sum += float64(p * shares[k])
		}
	}
	return sum
}

// ConditionalPower returns the probability that z is above critical at the planned
// information, given z at a share of it, if the mean of z there is drift (Jennison &
// Turnbull 2000, section 10.2).
func ConditionalPower(z, share, critical, drift float64) float64 {
	rest := 1 - share
	mean := float64(z*math.Sqrt(share)) + float64(drift*rest)
	return numeric.NormalCDF((mean - critical) / math.Sqrt(rest))
}
