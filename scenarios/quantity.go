package scenarios

// Quantity is how soon something happens, as people say it. It has exactly one of
// these forms:
//
//	{ probability = 0.26, by_days = 7 }
//	{ points = [{ probability = 0.26, by_days = 7 }, ...] }   piecewise-constant hazard
//	{ median_days = 240, shape = 1.3 }                        Weibull
//	{ per_day = 0.004 }, { per_month = ... }, { per_year = ... }   constant hazard
//	{ never = true }
//	{ prevalence = { share = 0.25, at_days = 180, while = "in_treatment" } }   constant hazard, of states that come and go
//
// A probability and a median hold for all clients together, with their traits and
// frailties. A rate is the mean hazard of all clients at the start.
type Quantity struct {
	Probability float64 `toml:"probability,omitempty"` // probability that it has happened by by_days
	ByDays      float64 `toml:"by_days,omitempty"`     // the day for probability
	Points      []Point `toml:"points,omitempty"`
	MedianDays  float64 `toml:"median_days,omitempty"` // the day by which it has happened to half of the clients
	Shape       float64 `toml:"shape,omitempty"`       // shape of a Weibull hazard, with median_days or with probability and by_days; by default 1
	PerDay      float64 `toml:"per_day,omitempty"`     // constant hazard a day
	PerMonth    float64 `toml:"per_month,omitempty"`   // constant hazard a month
	PerYear     float64 `toml:"per_year,omitempty"`    // constant hazard a year
	Never       bool    `toml:"never,omitempty"`       // whether it never happens
	Under       string  `toml:"under,omitempty"`       // arm in which it holds; by default the control arm
	Among       string  `toml:"among,omitempty"`       // "entered" for stays: it holds for those who entered

	Prevalence *Prevalence `toml:"prevalence,omitempty"`
}

// Point is one point of a cumulative distribution. Between points the hazard is
// constant.
type Point struct {
	Probability float64 `toml:"probability"` // probability that it has happened by by_days, above that of the point before
	ByDays      float64 `toml:"by_days"`     // the day, later than that of the point before
}

// DaysPerMonth and DaysPerYear turn rates into days.
const (
	DaysPerYear  = 365.25
	DaysPerMonth = DaysPerYear / 12
)
