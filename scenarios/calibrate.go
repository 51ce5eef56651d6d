package scenarios

import (
	"reflect"

	"caseload/scenarios/layer"
)

// Calibrate is the question which values of some parameters are compatible with
// published figures. It changes nothing that is simulated. The figures are all of
// one trial like the scenario, or all of a review of the body of trials in
// [[study]].
type Calibrate struct {
	Simulations int `toml:"simulations"` // number of simulations with parameters drawn from their priors
	// Tolerance is the share of simulations that are accepted: those nearest to the
	// published figures.
	Tolerance  float64     `toml:"tolerance"`
	Predictive int         `toml:"predictive"` // number of simulations with parameters drawn from the posterior
	Parameters []Parameter `toml:"parameter,omitempty"`
	Figures    []Figure    `toml:"figure,omitempty"`
}

// Parameter is a number of the scenario that is to be found.
type Parameter struct {
	Key    string `toml:"key"` // path of its key, as for --set
	Prior  Prior  `toml:"prior"`
	Source string `toml:"source,omitempty"` // where the prior comes from
}

// Prior is what is known of a parameter before the figures are looked at: exactly
// one of these distributions, with two numbers, or a sample of more.
type Prior struct {
	Uniform   []float64 `toml:"uniform,omitempty"`   // smallest and largest value
	Normal    []float64 `toml:"normal,omitempty"`    // mean and standard deviation
	Lognormal []float64 `toml:"lognormal,omitempty"` // median and standard deviation of the logarithm
	Beta      []float64 `toml:"beta,omitempty"`      // the two shape parameters
	Sample    []float64 `toml:"sample,omitempty"`    // values that are equally likely; only in [[uncertain]]
	None      float64   `toml:"none,omitempty"`      // beside one of them: the chance that there is no effect at all; only in [[uncertain]]
}

// Figure is a published number: of a trial, with an outcome, or of a review, with a
// group of outcomes.
type Figure struct {
	Outcome   string `toml:"outcome,omitempty"`  // name of an outcome of the scenario
	Arm       string `toml:"arm,omitempty"`      // arm of a mean; for an effect, the arm that is compared with control
	Subgroup  string `toml:"subgroup,omitempty"` // name of a subgroup; "all" for everyone
	Method    string `toml:"method,omitempty"`   // for an effect, one of the methods of the outcome
	Group     string `toml:"group,omitempty"`    // a group of outcomes: one of [GroupNames]
	Statistic string `toml:"statistic"`          // of a trial [TrialStatistics], of a review [BodyStatistics]

	// Value is the published number, on the scale of the method: for ratios, the
	// logarithm.
	Value float64 `toml:"value"`
	// SE is the published standard error, instead of low and high. It is only compared
	// with that of the simulated design, since a simulated figure has the sampling
	// error of its own design.
	SE     *float64 `toml:"se,omitempty"`
	Low    *float64 `toml:"low,omitempty"`    // lower limit of the published 95 % interval
	High   *float64 `toml:"high,omitempty"`   // upper limit of the published 95 % interval
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
		if c, _ := s.Asked(""); f.Arm == "" && c.Arm >= 0 {
			f.Arm = s.GroupName(c.Arm)
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
	return sha256Hex(s.simulatedPart() + e.String())
}

// Text returns the prior as a scenario spells it.
func (p *Prior) Text() string {
	e := encoder{}
	return e.inline(reflect.ValueOf(*p))
}
