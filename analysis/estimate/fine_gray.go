package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// fineGray is the log subdistribution hazard ratio of the arm: the effect on the
// hazard of the event among all who have not had it, those included whom a
// competing event rules it out for, so that it orders the cumulative incidences
// (Fine & Gray 1999, J Am Stat Assoc 94:496). After a competing event a row
// stays at risk with the weight G(t-)/G(T-), G being the Kaplan-Meier curve of
// censoring. Ties are Breslow's, covariates in Data.X are adjusted for, and SE
// is that of the paper, which allows for G being estimated, as in R's
// cmprsk::crr. The interval is Wald's and the test a z test. SMD is
// Value x sqrt(6)/pi.
//
// Separated: the likelihood rises for ever. ZeroVariance: covariates determine
// the arm.
type fineGray struct{}

func (fineGray) Method() Method {
	return Method{Name: "fine_gray", Kinds: Time, Measure: measure.LogSHR, Needs: Events | Competing, Covariates: true}
}

func (f fineGray) Fit(d *Data, alpha float64, w *Work) Estimate {
	beta, _, status := f.Coefficients(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	c := &w.subhazard
	c.makeRobust()
	e := waldOf(beta[0], c.cov[0][0], len(d.Y), alpha, w)
	e.SMD = e.Value / gumbelSD
	return e
}

// Coefficients are log subdistribution hazard ratios, of the arm and of the
// covariates. One that those before it determine is NaN. It implements Model.
func (f fineGray) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if status = f.load(d, w); status != OK {
		return nil, 0, status
	}
	c := &w.subhazard
	if status = c.maximize(c); status != OK {
		return nil, 0, status
	}
	c.info.Invert(c.covRows)
	if c.info.Aliased[0] {
		return nil, 0, ZeroVariance
	}
	for j, aliased := range c.info.Aliased {
		if aliased {
			c.beta[j] = math.NaN()
		}
	}
	return c.beta, 0, OK
}

// Score adds the score and the information of the weighted log partial
// likelihood at beta, with the weights of these data. A coefficient that is NaN
// counts as 0. Data without an event or an arm add nothing. It implements Model.
func (f fineGray) Score(d *Data, beta, score, information []float64, w *Work) {
	if f.load(d, w) == OK {
		w.subhazard.addScore(&w.subhazard, beta, score, information)
	}
}

func (fineGray) load(d *Data, w *Work) Status {
	d.check(Events | Competing)
	treated := 0
	for _, t := range d.Treated {
		treated += bit(t)
	}
	if !w.times.sort(d.Y) && len(d.Y) > 0 {
		return BadData
	}
	if treated == 0 || treated == len(d.Y) {
		return EmptyArm
	}
	status := w.subhazard.load(d, cox{}.design(d, w), &w.times)
	w.subhazard.asked = 0
	return status
}
