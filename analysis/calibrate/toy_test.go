package calibrate

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"

	"caseload/analysis/measure"
	"caseload/internal/suite"
	"caseload/sim/stream"
	"gonum.org/v1/gonum/stat/distuv"
)

// noise is what a toy simulation draws.
var noise = stream.NewPurpose("toy")

func sampler(replicate int) *stream.Sampler {
	s := stream.NewSampler()
	s.Use(stream.NewKey(77, uint64(replicate)).Entity(1, 0).Stream(noise))
	return s
}

// toy has two parameters, normal with mean 1 and SD 2, and uniform on 0 to 1.
// Its figure is the first with an error of SD 1: nothing is said of the second.
// The posterior is known: for a figure y, normal with precision 1/4 + 1 and mean
// (1/4 + y) / (1/4 + 1) (Gelman et al. 2013, Bayesian Data Analysis, section 2.5).
func toy(y float64) *Problem {
	return &Problem{
		Priors:    []Prior{normal{distuv.Normal{Mu: 1, Sigma: 2}}, uniform{distuv.Uniform{Min: 0, Max: 1}}},
		Published: []float64{y},
		Simulator: func() Simulate {
			return func(theta []float64, replicate int, out *Draw) error {
				out.Values[0], out.SE[0] = theta[0]+sampler(replicate).Normal(), 1
				return nil
			}
		},
	}
}

type uniform struct{ distuv.Uniform }

func (u uniform) SD() float64 { return u.StdDev() }

// bentToy has a figure whose spread and slope depend on the parameter, which a
// straight line fits only near by.
func bentToy() *Problem {
	return &Problem{
		Priors:    []Prior{normal{distuv.Normal{Mu: 0, Sigma: 1}}},
		Published: []float64{1},
		Simulator: func() Simulate {
			return func(theta []float64, replicate int, out *Draw) error {
				x := theta[0]
				out.Values[0], out.SE[0] = math.Exp(x)+0.3*math.Exp(x/2)*sampler(replicate).Normal(), math.NaN()
				return nil
			}
		},
	}
}

type normal struct{ distuv.Normal }

func (n normal) SD() float64 { return n.StdDev() }

func run(t *testing.T, p *Problem, opt Options) *Result {
	t.Helper()
	r, err := p.Run(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// near4 wants a value within four of its Monte Carlo standard errors.
func hypot(a, b measure.Number) measure.Number {
	return measure.Number(math.Hypot(float64(a), float64(b)))
}

func near4[T ~float64](t *testing.T, what string, value T, want float64, error T) {
	t.Helper()
	got, mcse := float64(value), float64(error)
	if !(math.Abs(got-want) <= 4*mcse) || !(mcse > 0) {
		t.Errorf("%s: got %.4f (MCSE %.4f), want %.4f", what, got, mcse, want)
	}
}

func TestTheKnownPosteriorOfANormalMean(t *testing.T) {
	for _, tolerance := range []float64{0.1, 0.3, 1} {
		for _, y := range []float64{3, -2} {
			r := run(t, toy(y), Options{Simulations: 4000, Predictive: 1000, Tolerance: tolerance, Seed: 5})
			precision := 0.25 + 1.0
			mean, sd := (0.25+y)/precision, 1/math.Sqrt(precision)
			p := &r.Parameters[0]
			near4(t, "mean", p.Mean, mean, p.MeanMCSE)
			near4(t, "SD", p.SD, sd, p.SDMCSE)
			near4(t, "low", p.Low, mean-1.959964*sd, p.LowMCSE)
			near4(t, "high", p.High, mean+1.959964*sd, p.HighMCSE)
			near4(t, "contraction", p.Contraction, 1-sd/2, p.ContractionMCSE)
			if p.MeanMCSE > 0.1 {
				t.Errorf("the mean has an MCSE of %.3f: no test of anything", p.MeanMCSE)
			}
			// A further figure is normal with the posterior's variance and the error's.
			f := &r.Figures[0]
			near4(t, "predicted", f.Predicted, mean, hypot(f.PredictedMCSE, p.MeanMCSE))
			if !p.Informed() || r.Parameters[1].Informed() {
				t.Errorf("contractions are %.2f and %.2f", p.Contraction, r.Parameters[1].Contraction)
			}
			near4(t, "contraction of a parameter that nothing is said of", r.Parameters[1].Contraction, 0, r.Parameters[1].ContractionMCSE)
		}
	}
}

func TestThePredictivePOfAFigure(t *testing.T) {
	// Under the posterior for y, a further figure is normal about its mean with
	// variance 1/1.25 + 1. One parameter cannot fit two figures that are far from
	// each other: either is out in what is predicted.
	p := toy(3)
	p.Published = []float64{1, 4}
	p.Simulator = func() Simulate {
		return func(theta []float64, replicate int, out *Draw) error {
			s := sampler(replicate)
			out.Values[0], out.Values[1] = theta[0]+s.Normal(), theta[0]+s.Normal()
			return nil
		}
	}
	r := run(t, p, Options{Simulations: 4000, Predictive: 1000, Tolerance: 0.3, Seed: 5})
	// The mean of both is 2.5, with an error of variance 1/2: posterior precision
	// 2.25, mean (1/4 + 5) / 2.25, variance of a further figure 1/2.25 + 1.
	d := distuv.Normal{Mu: 5.25 / 2.25, Sigma: math.Sqrt(1/2.25 + 1)}
	for j, want := range []float64{2 * d.CDF(1), 2 * d.Survival(4)} {
		// (x + 1) / (n + 1) is up to 1/n above the share of those beyond, and the draws
		// come from a posterior that has its own error, which moves the tail by its
		// density.
		shift := measure.Number(2*d.Prob(p.Published[j])) * r.Parameters[0].MeanMCSE
		near4(t, "p", r.Figures[j].P, want, hypot(r.Figures[j].PMCSE, shift)+2.0/4/1000)
	}
}

func TestNumbersDoNotDependOnWorkers(t *testing.T) {
	opt := Options{Simulations: 600, Predictive: 100, Tolerance: 0.3, Seed: 9, Workers: 1}
	one := run(t, toy(2), opt)
	opt.Workers = 5
	if five := run(t, toy(2), opt); !reflect.DeepEqual(one, five) {
		t.Error("five workers give other numbers than one")
	}
	opt.Seed = 10
	if other := run(t, toy(2), opt); reflect.DeepEqual(one, other) {
		t.Error("another seed gives the same numbers")
	}
}

func TestRanksOfKnownParametersAreUniform(t *testing.T) {
	for name, p := range map[string]*Problem{"normal": toy(0), "bent": bentToy()} {
		c, err := p.Check(t.Context(), Options{Simulations: 2000, Tolerance: 0.2, Seed: 3}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range c.Parameters {
			if r.P < outOf4 {
				t.Errorf("%s, parameter %d: ranks are not uniform: p = %.2g, %v", name, k, r.P, r.Counts)
			}
			near4(t, name+": coverage", r.Coverage, 0.95, r.CoverageMCSE)
		}
	}
}

// outOf4 is the two-sided tail beyond four standard errors.
const outOf4 = 6.3e-5

// What a check is for: it must see a calibration that leaves a step out.
func TestTheCheckSeesBrokenCalibrations(t *testing.T) {
	precise := toy(0)
	precise.Simulator = func() Simulate {
		return func(theta []float64, replicate int, out *Draw) error {
			out.Values[0] = theta[0] + 0.2*sampler(replicate).Normal()
			return nil
		}
	}
	for _, c := range []struct {
		name      string
		problem   *Problem
		tolerance float64
		sets      int // of data: as many as it takes to see it nearly always
		how       how
	}{
		{"no adjustment", precise, 0.3, 500, how{unadjusted: true}},
		{"no adjustment, bent", bentToy(), 0.5, 1000, how{unadjusted: true}},
		{"weights forgotten", bentToy(), 0.8, 2000, how{unweighted: true}},
	} {
		if c.name != "no adjustment" && !suite.IsLong() {
			continue
		}
		checked, err := c.problem.check(t.Context(), Options{Simulations: 2000, Tolerance: c.tolerance, Seed: 3}, c.sets, c.how)
		if err != nil {
			t.Fatal(err)
		}
		if r := checked.Parameters[0]; r.P > outOf4 {
			t.Errorf("%s: the check does not see it: p = %.2g, %v, coverage %.3f", c.name, r.P, r.Counts, r.Coverage)
		}
	}
}

func TestSimulationsWithoutFiguresAreCounted(t *testing.T) {
	p := toy(2)
	plain := p.Simulator
	p.Simulator = func() Simulate {
		simulate := plain()
		return func(theta []float64, replicate int, out *Draw) error {
			switch {
			case replicate%10 == 3:
				out.Failed = "third of ten"
			case replicate%100 == 5:
				out.Values[0] = math.NaN()
				return nil
			}
			return simulate(theta, replicate, out)
		}
	}
	r := run(t, p, Options{Simulations: 1000, Predictive: 200, Tolerance: 0.5, Seed: 1})
	want := []Failure{{"third of ten", 100}, {"a figure could not be estimated", 10}}
	if r.Failed != 110 || r.PredictiveFailed != 22 || !reflect.DeepEqual(r.Failures, want) || r.Accepted != 445 {
		t.Errorf("got %d %+v, %d of the predictive, %d accepted", r.Failed, r.Failures, r.PredictiveFailed, r.Accepted)
	}
}

func TestACalibrationThatIsCutOffHasTheFirstSimulations(t *testing.T) {
	whole := run(t, toy(2), Options{Simulations: 500, Tolerance: 0.5, Seed: 4})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, err := toy(2).Run(ctx, Options{Simulations: 2000, Predictive: 100, Tolerance: 0.5, Seed: 4, Workers: 1, Progress: func(done, _ int) {
		if done == 500 {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || r.Simulations != 500 || !slices.Equal(r.Theta[0], whole.Theta[0]) || r.Predictive != 0 || r.Figures[0].P.Known() {
		t.Errorf("got %d simulations, partial %t, %d predictive", r.Simulations, r.Partial, r.Predictive)
	}
	stop()
	if _, err = toy(2).Run(ctx, Options{Simulations: 2000, Tolerance: 0.5}); err == nil || err.Error() != (TooFew{0, 50}).Error() {
		t.Errorf("nothing simulated: %v", err)
	}
}

func TestFiguresThatNoSimulationReaches(t *testing.T) {
	r := run(t, toy(40), Options{Simulations: 1000, Predictive: 200, Tolerance: 0.2, Seed: 4})
	if !r.Figures[0].Beyond {
		t.Error("40 is beyond all simulated figures")
	}
	constant := toy(1)
	constant.Simulator = func() Simulate { return func([]float64, int, *Draw) error { return nil } }
	if _, err := constant.Run(t.Context(), Options{Simulations: 100, Tolerance: 1}); err != errConstant {
		t.Errorf("figures that never vary: %v", err)
	}
}

// Two figures that say the same are one figure.
func TestFiguresThatSayTheSame(t *testing.T) {
	p := toy(2)
	plain := p.Simulator
	p.Published = []float64{2, 2}
	p.Simulator = func() Simulate {
		simulate := plain()
		return func(theta []float64, replicate int, out *Draw) error {
			err := simulate(theta, replicate, out)
			out.Values[1] = out.Values[0]
			return err
		}
	}
	opt := Options{Simulations: 1000, Tolerance: 0.3, Seed: 4}
	once, twice := run(t, toy(2), opt), run(t, p, opt)
	if d := (once.Parameters[0].Mean - twice.Parameters[0].Mean).Abs(); d > 1e-9 {
		t.Errorf("the mean moves by %g", d)
	}
}
