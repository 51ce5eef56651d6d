package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// poisson is the log incidence rate ratio of the arm given the covariates in
// Data.X, by maximum likelihood in a Poisson regression with the log exposure
// as offset (McCullagh & Nelder 1989, chapter 6), with the standard error of the
// information, a Wald interval and z test. Without covariates it is the log of
// the ratio of two rates, events by exposure, with variance 1/x1 + 1/x0. The
// error is too small if counts vary by more than their mean, as they mostly do:
// see poissonRobust and negativeBinomial. SMD is NaN: counts have no standard
// deviation that the rate ratio could be measured by.
//
// NoEvents; Separated: an arm has no event, or covariates foretell where there
// are none and the effect goes with them, as in logistic. NotConverged, BadData (see countRates).
type poisson struct{}

func (poisson) model() regression { return regression{family: poissonLog} }

func (poisson) Method() Method {
	return Method{Name: "poisson", Kinds: Count, Measure: measure.LogIRR, Needs: Exposures, Covariates: true}
}

func (p poisson) Fit(d *Data, alpha float64, w *Work) Estimate {
	value, variance, status := p.fit(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	return waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
}

// fit starts at the rates of the two arms.
func (p poisson) fit(d *Data, w *Work) (value, variance float64, status Status) {
	control, ratio, status := p.load(d, w)
	if status == OK {
		status = w.glm.maximizeFrom(control, ratio)
	}
	if status != OK {
		return 0, 0, status
	}
	return p.model().effectOf(&w.glm)
}

// load the data, and return the logarithms of the rate of control and of the rate ratio.
func (p poisson) load(d *Data, w *Work) (control, ratio float64, status Status) {
	r, status := countRates(d)
	if status != OK {
		return 0, 0, status
	}
	control, ratio = r.logs()
	return control, ratio, p.model().load(d, &w.glm)
}

// Coefficients of Model: intercept, arm, covariates.
func (p poisson) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if _, _, status = p.fit(d, w); status != OK {
		return nil, 0, status
	}
	return w.glm.uncentred(), p.model().effect(), OK
}

// Score of Model.
func (p poisson) Score(d *Data, beta, score, information []float64, w *Work) {
	p.model().score(d, beta, score, information, len(beta), 0, w)
}

// poissonRobust is poisson with a standard error that holds whatever the
// variance of the counts: the sandwich HC0 (Huber 1967; White 1982; Zou 2004), a
// Wald interval and z test. In small samples it falls short.
//
// TooFew: an arm of fewer than two rows, or no more rows than coefficients.
// ZeroVariance: the model fits every count. Others as in poisson.
type poissonRobust struct{ poisson }

func (poissonRobust) Method() Method {
	return Method{Name: "poisson_robust", Kinds: Count, Measure: measure.LogIRR, Needs: Exposures, Covariates: true, Dispersed: true}
}

func (p poissonRobust) Fit(d *Data, alpha float64, w *Work) Estimate {
	value, model, status := p.fit(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	treated := 0
	for _, t := range d.Treated {
		treated += bit(t)
	}
	if n := len(d.Y); treated < 2 || n-treated < 2 || n <= w.glm.info.Rank {
		return failed(n, TooFew)
	}
	variance := w.glm.sandwich(p.model().effect())
	if !(variance > settledScore*model) {
		return failed(len(d.Y), ZeroVariance)
	}
	return waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
}
