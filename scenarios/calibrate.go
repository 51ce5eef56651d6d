package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"

	"caseload/scenarios/layer"
)

// Calibrate is a question to published figures: which values of some parameters
// are compatible with them? It changes nothing that is simulated. The figures are
// of a trial like the scenario's own, or all of a body of such trials, that of
// Studies.
type Calibrate struct {
	Simulations int `toml:"simulations"` // with parameters from their priors
	// Tolerance is the share of the simulations that are accepted: those nearest to
	// the published figures.
	Tolerance  float64     `toml:"tolerance"`
	Predictive int         `toml:"predictive"` // simulations with parameters from the posterior
	Parameters []Parameter `toml:"parameter,omitempty"`
	Figures    []Figure    `toml:"figure,omitempty"`
}

// Parameter is a number of the scenario that is asked about.
type Parameter struct {
	Key    string `toml:"key"` // its path, as of --set
	Prior  Prior  `toml:"prior"`
	Source string `toml:"source,omitempty"` // of the prior
}

// Prior is a distribution: what is known of a parameter before the figures are
// looked at. Exactly one of the forms is not nil, with two numbers.
type Prior struct {
	Uniform   []float64 `toml:"uniform,omitempty"`   // least, largest
	Normal    []float64 `toml:"normal,omitempty"`    // mean, standard deviation
	Lognormal []float64 `toml:"lognormal,omitempty"` // median, standard deviation of the logarithm
	Beta      []float64 `toml:"beta,omitempty"`      // the two shapes
}

// Figure is a published number. Exactly one of Outcome, with what else says which
// of a trial's numbers it is, and Group, of a review of a body of trials.
type Figure struct {
	Outcome   string `toml:"outcome,omitempty"`  // one of the scenario, by name
	Arm       string `toml:"arm,omitempty"`      // of a mean; of an effect, the arm that is not control
	Subgroup  string `toml:"subgroup,omitempty"` // "all" for everyone
	Method    string `toml:"method,omitempty"`   // of an effect: one of the outcome's
	Group     string `toml:"group,omitempty"`    // of GroupNames
	Statistic string `toml:"statistic"`          // of TrialStatistics or BodyStatistics

	// Value is on the scale on which the outcome's method gives it: ratios are
	// logarithms.
	Value float64 `toml:"value"`
	// SE is the published standard error; or else Low and High a 95 % interval. The
	// simulated design is to have the same: they are compared, no more, since a
	// simulated figure has the sampling error of its design.
	SE     *float64 `toml:"se,omitempty"`
	Low    *float64 `toml:"low,omitempty"`    // of the published 95 % interval
	High   *float64 `toml:"high,omitempty"`   // of the published 95 % interval
	Source string   `toml:"source,omitempty"` // where it is published
}

// What figures may be.
const (
	StatisticMean   = "mean"   // of an outcome in an arm; of a yes or no, the share
	StatisticEffect = "effect" // of an arm against control
	StatisticSMD    = "smd"    // pooled standardized mean difference
	StatisticI2     = "i2"     // percent of the variation that is between trials
)

// TrialStatistics and BodyStatistics are those of a trial and of a body of trials.
var (
	TrialStatistics = []string{StatisticMean, StatisticEffect}
	BodyStatistics  = []string{StatisticSMD, StatisticI2}
)

// defaultCalibrate gives intervals whose Monte Carlo error is a twentieth of their
// length or so.
var defaultCalibrate = Calibrate{Simulations: 2000, Tolerance: 0.2, Predictive: 500}

// OfBody reports whether the figures are of a body of trials.
func (c *Calibrate) OfBody() bool { return len(c.Figures) > 0 && c.Figures[0].Group != "" }

// completeCalibrate fills in what a figure of a trial leaves out.
func (s *Scenario) completeCalibrate() {
	if s.Calibrate == nil {
		return
	}
	for i := range s.Calibrate.Figures {
		f := &s.Calibrate.Figures[i]
		if f.Outcome == "" || f.Group != "" {
			continue
		}
		if f.Subgroup == "" {
			f.Subgroup = "all"
		}
		o := s.outcomeNamed(f.Outcome)
		if o == nil || f.Statistic != StatisticEffect {
			continue
		}
		if f.Method == "" && len(o.Methods) > 0 {
			f.Method = o.Methods[0]
		}
		for k := range s.Arms {
			if f.Arm == "" && !s.Arms[k].Control {
				f.Arm = s.Arms[k].Name
			}
		}
	}
}

// outcomeNamed returns the outcome of that name, nil for none.
func (s *Scenario) outcomeNamed(name string) *Outcome {
	for k := range s.Outcomes {
		if s.Outcomes[k].Name == name {
			return &s.Outcomes[k]
		}
	}
	return nil
}

// Setting puts a value of parameter k there, for Scenario.With.
func (c *Calibrate) Setting(k int, value float64) Setting {
	return Setting{Key: c.Parameters[k].Key, Value: value, written: layer.At("calibrate.parameter", k) + ".prior"}
}

// CalibrationHash identifies a calibration: it is the SHA-256, in hex, of what the
// scenario simulates, of its body of trials, and of the parameters, priors,
// figures and tolerance, but not the numbers of simulations. Whoever notes it down before looking at results can show later that
// none of them was changed.
func (s *Scenario) CalibrationHash() string {
	asked := Questions{Literature: s.Literature, Moderators: s.Moderators, Studies: s.Studies}
	if s.Calibrate != nil {
		c := *s.Calibrate
		c.Simulations, c.Predictive = 0, 0
		asked.Calibrate = &c
	}
	e := encoder{}
	e.table("", reflect.ValueOf(asked))
	sum := sha256.Sum256([]byte(s.simulatedPart() + e.String()))
	return hex.EncodeToString(sum[:])
}

// Text returns the prior as a scenario spells it.
func (p *Prior) Text() string {
	e := encoder{}
	return e.inline(reflect.ValueOf(*p))
}
