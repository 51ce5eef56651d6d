package scenarios

import (
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

const calibrated = `
[[calibrate.parameter]]
key = "program.help.uptake"
prior = { beta = [8, 2] }
[[calibrate.parameter]]
key = "attrition.missed"
prior = { uniform = [0.1, 0.3] }
[[calibrate.figure]]
outcome = "linked"
statistic = "effect"
value = 0.2
`

func TestAFigureIsOfTheFirstMethodAmongEveryone(t *testing.T) {
	s := mustLoad(t, calibrated)
	sameAgain(t, s)
	c := s.Calibrate
	f := c.Figures[0]
	if f.Subgroup != "all" || f.Method != s.Outcomes[0].Methods[0] || f.Arm == "" || c.Simulations != 2000 || c.Tolerance != 0.2 || c.OfBody() {
		t.Errorf("got %+v of %+v", f, c)
	}
	for _, a := range s.Arms {
		if a.Name == f.Arm && a.Control {
			t.Errorf("the effect is of the control arm, %s", f.Arm)
		}
	}
}

func TestWhatIsAskedOfFiguresIsNoPartOfWhatIsSimulated(t *testing.T) {
	plain, asked := mustLoad(t, ""), mustLoad(t, calibrated)
	equal(t, "hash", plain.Hash(), asked.Hash())
	hashes := map[string]string{asked.CalibrationHash(): "as written"}
	for _, set := range []string{"calibrate.figure[0].value=0.21", "calibrate.parameter[0].prior={ beta = [8, 3] }", "trial.clients=123", "calibrate.tolerance=0.3"} {
		h := mustLoad(t, calibrated, set).CalibrationHash()
		if other, ok := hashes[h]; ok {
			t.Errorf("%s has the hash of %s", set, other)
		}
		hashes[h] = set
	}
	equal(t, "with more simulations", mustLoad(t, calibrated, "calibrate.simulations=9999").CalibrationHash(), asked.CalibrationHash())
	equal(t, "with another seed", mustLoad(t, calibrated, "seed=99").CalibrationHash(), asked.CalibrationHash())
}

func TestACalibrationBySetting(t *testing.T) {
	s := mustLoad(t, calibrated)
	world, err := s.With(s.Calibrate.Setting(0, 0.5), s.Calibrate.Setting(1, 0.25))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "uptake", world.Programs["help"].Uptake, 0.5)
	equal(t, "missed", world.Attrition.Missed, 0.25)
	_, err = s.With(s.Calibrate.Setting(0, 1.5))
	mustFail(t, err, "calibrate.parameter[0].prior: got 1.5")
	_, err = over(t, calibrated, "calibrate.parameter[1].prior={ uniform = [0.1, 1.3] }")
	mustFail(t, err, "--set: calibrate.parameter[1].prior: got ")
	_, err = s.With(Setting{Key: "calibrate.parameter[1].prior", Value: map[string]any{"uniform": []float64{0.1, 1.3}}})
	mustFail(t, err, "want a probability from 0 to 1; the prior goes there")
}

func TestPriors(t *testing.T) {
	for _, c := range []struct {
		prior    Prior
		mean, sd float64
		median   float64
		text     string
	}{
		{Prior{Uniform: []float64{1, 4}}, 2.5, 3 / math.Sqrt(12), 2.5, "{ uniform = [1, 4] }"},
		{Prior{Normal: []float64{-1, 2}}, -1, 2, -1, "{ normal = [-1, 2] }"},
		// The mean of a lognormal is its median times exp(s^2 / 2), its variance that
		// squared times exp(s^2) - 1.
		{Prior{Lognormal: []float64{2, 0.5}}, 2 * math.Exp(0.125), 2 * math.Exp(0.125) * math.Sqrt(math.Expm1(0.25)), 2, "{ lognormal = [2, 0.5] }"},
		// Mean a / (a + b), variance ab / ((a + b)^2 (a + b + 1)); symmetric.
		{Prior{Beta: []float64{3, 3}}, 0.5, math.Sqrt(9.0 / (36 * 7)), 0.5, "{ beta = [3, 3] }"},
	} {
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
				t.Errorf("%s of %s: got %v, want %v", what, c.text, got, want)
			}
		}
		near("mean", c.prior.Mean(), c.mean)
		near("SD", c.prior.SD(), c.sd)
		near("median", c.prior.Quantile(0.5), c.median)
		equal(t, "text", c.prior.Text(), c.text)
		// The density is the slope of the distribution.
		const h = 1e-5
		low, high := c.prior.Quantile(0.3-h), c.prior.Quantile(0.3+h)
		if got, want := c.prior.Density(c.prior.Quantile(0.3)), 2*h/(high-low); math.Abs(got/want-1) > 1e-3 {
			t.Errorf("density of %s: got %v, want %v", c.text, got, want)
		}
	}
	equal(t, "normal", (&Prior{Normal: []float64{0, 1}}).Quantile(0.975), distuv.UnitNormal.Quantile(0.975))
}

func TestTheExamplesOfCalibrationsLoad(t *testing.T) {
	for file, body := range map[string]bool{"needle-calibrate.toml": false, "cochrane-calibrate.toml": true} {
		s, err := Load(os.DirFS("../docs/examples"), file, nil)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, file, s.Calibrate.OfBody(), body)
		sameAgain(t, s)
	}
}
