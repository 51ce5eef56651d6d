package estimate

import "caseload/analysis/measure"

// cumulativeIncidence is the difference, treated minus control, of the shares
// who had the event until tau where competing events rule it out: the
// cumulative incidences of Aalen & Johansen 1978 (Scand J Stat 5:141), with the
// variance of Gray 1988 (Ann Stat 16:1141) as in R's cmprsk::cuminc, a Wald
// interval and z test. tau is twoCurves.horizon. There is no SMD.
//
// ZeroVariance: neither incidence has a variance, as where all have the event and
// the last ones have it together.
type cumulativeIncidence struct{}

func (cumulativeIncidence) Method() Method {
	return Method{Name: "cumulative_incidence", Kinds: Time, Measure: measure.CIFD, Needs: Events | Competing}
}

func (cumulativeIncidence) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Events | Competing)
	arms, status := survivalCurves(d, true, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	for k := range arms {
		arms[k].aalenJohansen()
	}
	tau := arms.horizon()
	cif1, var1, weight1 := arms[1].incidence(tau)
	cif0, var0, weight0 := arms[0].incidence(tau)
	if rounding(var1+var0, weight1+weight0, 1, len(d.Y)) {
		return failed(len(d.Y), ZeroVariance)
	}
	return waldOf(cif1-cif0, var1+var0, len(d.Y), alpha, w)
}

// aalenJohansen fills survival with the share who had neither the event nor a
// rival one, and incidence with the share who had the event.
func (c *survivalCurve) aalenJohansen() {
	survival, incidence := 1.0, 0.0
	for i := range c.steps {
		s := &c.steps[i]
		incidence += survival * s.events / s.atRisk
		survival *= (s.atRisk - s.events - s.rivals) / s.atRisk
		s.survival, s.incidence = survival, incidence
	}
}

// incidence returns the cumulative incidence F of the event at tau and its variance.
// An event at t, of hazard d/n with the variance d (n - d)/(n^2 (n - 1)), moves
// F(tau) by S(t-) - r and a rival by -r, where
// r = S(t-) (F(tau) - F(t))/S(t) is what it takes from the incidence to come. The
// weight is what the squared rounding of shares is multiplied by.
func (c *survivalCurve) incidence(tau float64) (cif, variance, weight float64) {
	cif = c.at(tau).incidence
	before := 1.0
	for i := range c.steps {
		s := &c.steps[i]
		if s.time > tau {
			break
		}
		lost, ratio := 0.0, 1.0
		if s.survival > 0 {
			ratio = before / s.survival
			lost = before * (cif - s.incidence) / s.survival
		}
		events, rivals := hazardVariance(s.events, s.atRisk), hazardVariance(s.rivals, s.atRisk)
		variance += float64((before - lost) * (before - lost) * events)
		variance += float64(lost * lost * rivals)
		weight += float64(ratio * ratio * (events + rivals))
		before = s.survival
	}
	return cif, variance, weight
}

// hazardVariance returns that of d events among n at risk: d/n^2 for one, and less
// for ties.
func hazardVariance(d, n float64) float64 {
	if d > 1 {
		return d / (n * n) * (n - d) / (n - 1)
	}
	return d / (n * n)
}
