package scenarios

import (
	"math"

	"caseload/sim/portable"
)

// Quantile returns the value below which the parameter is with probability q.
func (p *Prior) Quantile(q float64) float64 {
	switch {
	case p.Uniform != nil:
		return p.Uniform[0] + float64(q*(p.Uniform[1]-p.Uniform[0]))
	case p.Normal != nil:
		return p.Normal[0] + float64(p.Normal[1]*portable.NormalQuantile(q))
	case p.Lognormal != nil:
		return p.Lognormal[0] * portable.Exp(p.Lognormal[1]*portable.NormalQuantile(q))
	}
	return portable.BetaQuantile(p.Beta[0], p.Beta[1], q)
}

// Mean returns the prior's mean.
func (p *Prior) Mean() float64 {
	switch {
	case p.Uniform != nil:
		return (p.Uniform[0] + p.Uniform[1]) / 2
	case p.Normal != nil:
		return p.Normal[0]
	case p.Lognormal != nil:
		return p.Lognormal[0] * portable.Exp(p.Lognormal[1]*p.Lognormal[1]/2)
	}
	return p.Beta[0] / (p.Beta[0] + p.Beta[1])
}

// SD returns the prior's standard deviation.
func (p *Prior) SD() float64 {
	switch {
	case p.Uniform != nil:
		return (p.Uniform[1] - p.Uniform[0]) / math.Sqrt(12)
	case p.Normal != nil:
		return p.Normal[1]
	case p.Lognormal != nil:
		return p.Mean() * math.Sqrt(portable.Expm1(p.Lognormal[1]*p.Lognormal[1]))
	}
	a, b := p.Beta[0], p.Beta[1]
	return math.Sqrt(a*b/(a+b+1)) / (a + b)
}

// Density returns the prior's density at x.
func (p *Prior) Density(x float64) float64 {
	switch {
	case p.Uniform != nil:
		if x < p.Uniform[0] || x > p.Uniform[1] {
			return 0
		}
		return 1 / (p.Uniform[1] - p.Uniform[0])
	case p.Normal != nil:
		return normalDensity((x-p.Normal[0])/p.Normal[1]) / p.Normal[1]
	case p.Lognormal != nil:
		if !(x > 0) {
			return 0
		}
		return normalDensity(portable.Log(x/p.Lognormal[0])/p.Lognormal[1]) / (p.Lognormal[1] * x)
	}
	return portable.BetaDensity(p.Beta[0], p.Beta[1], x)
}

func normalDensity(z float64) float64 {
	return portable.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
}
