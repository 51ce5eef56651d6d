package calibrate

import (
	"caseload/sim/stream"
)

// Prior is the distribution of a parameter before the figures are looked at.
type Prior interface {
	// Quantile is the value below which the parameter is with probability p.
	Quantile(p float64) float64
	Mean() float64
	SD() float64
}

// Problem is a calibration: priors, published figures, and how figures come from
// parameters.
type Problem struct {
	Priors    []Prior
	Published []float64
	// Simulator makes what simulates figures. Each worker has its own.
	Simulator func() Simulate
}

// Simulate simulates the published figures with parameters theta: replicate r of
// its own stream of chances, the same whoever does it. An error ends the
// calibration; a draw that has no figures says so in Draw.Failed.
type Simulate func(theta []float64, replicate int, out *Draw) error

// Draw is the result of one simulation.
type Draw struct {
	Values []float64 // of the figures
	SE     []float64 // standard errors as the simulated study reports them; NaN: none
	Failed string    // why there are no figures; "" if there are
}

// The entities of a calibration's own random numbers, apart from those of trials
// and bodies.
const (
	entityParameter = 220
	entityDraw      = 221
)

var (
	drawing    = stream.NewPurpose("calibrate.prior")
	predicting = stream.NewPurpose("calibrate.predictive")
	ranking    = stream.NewPurpose("calibrate.rank")
)

// prior draws the parameters of a replicate from their priors: where they are on
// the standard normal scale of the prior, and their values.
func (p *Problem) prior(seed int64, replicate int, z, theta []float64) {
	key := stream.NewKey(uint64(seed), uint64(replicate))
	for k, prior := range p.Priors {
		s := key.Entity(entityParameter, k).Stream(drawing)
		u := s.Uniform()
		z[k], theta[k] = normalQuantile(u), prior.Quantile(u)
	}
}
