package scenarios

import (
	"errors"
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// Interim is that a committee looks at one outcome while the trial goes on, and may end it.
// At a look it has the clients whose outcome is known by then. Enrolment goes on until the
// trial is ended; who is enrolled by then is followed to the end.
type Interim struct {
	// Outcome is what is looked at, by the first of its methods that holds its level, and
	// what the trial is about; by default the primary one, or the first.
	Outcome string `toml:"outcome"`
	Arm     string `toml:"arm"` // the arm that is compared with control; the whole trial ends by what is found of it
	// Looks are the shares of the planned information at which looks are made before the
	// final analysis, in rising order, each above 0 and below 1.
	Looks []float64 `toml:"looks,omitempty"`
	// Days are the days of the trial's calendar of the looks, instead of shares.
	Days       []float64 `toml:"days,omitempty"`
	ReviewDays float64   `toml:"review_days,omitempty"` // time from the data of a look to the decision, while enrolment goes on
	// Information is what shares are of: "clients" (clients with an outcome), "events" (of a
	// time to an event) or "precision" (1 / SE^2 by the method; looks are made by the number
	// of clients, or of events of a time); by default "events" for times, and "clients" for others.
	Information InformationUnit `toml:"information"`
	// Planned is the information planned for the final analysis: the number of clients with an outcome
	// (by default all), of events, or 1 / SE^2.
	Planned float64 `toml:"planned,omitempty"`
	Alpha   float64 `toml:"alpha"` // level of all looks together; by default that of the outcome
	// Spending is how much of alpha is spent by a share of the planned information:
	// "obrien_fleming", "pocock", { power = ... }, { hsd = ... } (Hwang, Shih and De Cani) or "none"
	// (nothing before the final analysis, where looks are for futility or harm).
	Spending   Spending    `toml:"spending"`
	Futility   *Futility   `toml:"futility,omitempty"`
	Harm       *Harm       `toml:"harm,omitempty"`
	Reestimate *Reestimate `toml:"reestimate,omitempty"`
}

// Futility is when a trial ends since it will hardly find anything: where the test statistic,
// as a standard normal variate that is large where the arm is good, is below a bound.
type Futility struct {
	Bound    Numbers   `toml:"bound,omitempty"`    // the bound, or one for each look
	Spending *Spending `toml:"spending,omitempty"` // how much of beta is spent by a share of the information, instead of a bound
	Beta     float64   `toml:"beta,omitempty"`     // 1 less the power for which the trial is planned, all of which is spent
	// Binding is whether the trial always ends there, so that the bounds for efficacy are
	// lower. Otherwise the level is kept whatever is decided.
	Binding bool `toml:"binding"`
}

// Harm is when a trial ends since the arm does harm.
type Harm struct {
	Bound float64 `toml:"bound"` // of the test statistic, below 0: the trial ends below it
}

// Reestimate is that the number of clients is planned anew at a look, by how much the
// outcome varies among all clients, whose arms remain hidden (Wittes and Brittain 1990). The
// trial gets more clients in proportion to the variance, and never fewer than planned.
// trial.clients is the most that it can get.
type Reestimate struct {
	Look    int     `toml:"look"`           // number of the look, from 1
	Clients int     `toml:"clients"`        // number of clients planned at first
	SD      float64 `toml:"sd,omitempty"`   // standard deviation of the outcome, in both arms together, for which they were planned
	Rate    float64 `toml:"rate,omitempty"` // share of clients with the outcome in both arms together, instead of the standard deviation, where it is yes or no
}

// PlannedVariance is the variance of the outcome for which the clients were planned.
func (r *Reestimate) PlannedVariance() float64 {
	if r.SD > 0 {
		return r.SD * r.SD
	}
	return r.Rate * (1 - r.Rate)
}

// InformationUnit is what information is counted in.
type InformationUnit string

// What information can be counted in.
const (
	InformationClients   InformationUnit = "clients"
	InformationEvents    InformationUnit = "events"
	InformationPrecision InformationUnit = "precision"
)

var informationUnits = []string{string(InformationClients), string(InformationEvents), string(InformationPrecision)}

// Spending is a spending function: a name, or that of a family with its parameter.
type Spending struct {
	Kind      string
	Parameter float64 // of SpendingPower and SpendingHSD
}

// Spending functions.
const (
	SpendingOBrienFleming = "obrien_fleming"
	SpendingPocock        = "pocock"
	SpendingPower         = "power"
	SpendingHSD           = "hsd"
	SpendingNone          = "none" // nothing before the final analysis: looks are for futility or harm
)

// simpleSpendings are those without a parameter.
var simpleSpendings = []string{SpendingOBrienFleming, SpendingPocock, SpendingNone}

const wantSpending = `"none", "obrien_fleming", "pocock", { power = a number } or { hsd = a number }`

func spendingOf(value any) (s Spending, ok bool) {
	switch v := value.(type) {
	case string:
		return Spending{Kind: v}, true
	case map[string]any:
		if len(v) != 1 {
			return s, false
		}
		for s.Kind = range v {
		}
		switch x := v[s.Kind].(type) {
		case int64:
			s.Parameter = float64(x)
		case float64:
			s.Parameter = x + 0 // -0.0 is printed as -0, which is read as the whole number 0
		default:
			return s, false
		}
		return s, (s.Kind == SpendingPower || s.Kind == SpendingHSD) && s.Parameter-s.Parameter == 0
	}
	return s, false
}

// UnmarshalTOML reads a text, or a table with a parameter.
func (s *Spending) UnmarshalTOML(value any) error {
	v, ok := spendingOf(value)
	if !ok {
		return errors.New("want " + wantSpending)
	}
	*s = v
	return nil
}

// MarshalTOML prints what UnmarshalTOML reads.
func (s Spending) MarshalTOML() ([]byte, error) {
	if s.Kind == SpendingPower || s.Kind == SpendingHSD {
		return []byte("{ " + s.Kind + " = " + layer.FormatFloat(s.Parameter) + " }"), nil
	}
	return []byte(layer.Quote(s.Kind)), nil
}

// Words says the function to people.
func (s Spending) Words() string {
	switch s.Kind {
	case SpendingOBrienFleming:
		return "spending like O'Brien and Fleming's"
	case SpendingPocock:
		return "spending like Pocock's"
	case SpendingNone:
		return "nothing spent before the final analysis"
	case SpendingPower:
		return "spending by power " + layer.FormatFloat(s.Parameter) + " of the information"
	}
	return "spending by Hwang, Shih and De Cani with " + layer.FormatFloat(s.Parameter)
}

// InterimContrast returns the arms that are compared at looks.
func (s *Scenario) InterimContrast() Contrast {
	return Contrast{s.groupNamed(s.Interim.Arm), s.Control()}
}

// InterimOutcome returns the outcome that is looked at, by index; -1 if there is none.
func (s *Scenario) InterimOutcome() int {
	if s.Interim == nil {
		return -1
	}
	return slices.Index(s.outcomeNames(), s.Interim.Outcome)
}

// PlannedClients returns how many clients the trial is to enrol, unless it is planned anew.
func (s *Scenario) PlannedClients() int {
	if s.Interim != nil && s.Interim.Reestimate != nil {
		return s.Interim.Reestimate.Clients
	}
	return s.Trial.Clients
}

func (s *Scenario) completeInterim() {
	n := s.Interim
	if n == nil || len(s.Outcomes) == 0 {
		return
	}
	has := func(key string) bool { return s.origin.has("interim." + key) }
	if !has("outcome") {
		primary := slices.IndexFunc(s.Outcomes, func(o Outcome) bool { return o.Primary })
		n.Outcome = s.Outcomes[max(0, primary)].Name
	}
	if treated := s.treated(); !has("arm") && len(treated) == 1 {
		n.Arm = s.Arms[treated[0]].Name
	}
	k := s.InterimOutcome()
	if k < 0 {
		return // checks say so
	}
	o := &s.Outcomes[k]
	v, _ := LookupVariable(o.Variable)
	if !has("information") {
		n.Information = InformationClients
		if v.Kind == Time {
			n.Information = InformationEvents
		}
	}
	if !has("planned") && n.Information == InformationClients {
		n.Planned = float64(s.PlannedClients())
	}
	if !has("alpha") {
		n.Alpha = o.Alpha
	}
}

// interim checks what is looked at, and when.
func (c *checker) interim() {
	n := c.s.Interim
	if n == nil {
		return
	}
	if k := c.s.InterimOutcome(); k >= 0 || c.known("interim.outcome", n.Outcome, c.s.outcomeNames()) {
		c.interimOutcome(&c.s.Outcomes[k])
	}
	c.interimArm(n)
	c.interimTimes(n)
	c.atLeast("interim.review_days", n.ReviewDays, 0)
	c.known("interim.information", string(n.Information), informationUnits)
	c.must(n.Planned > 0 || !slices.Contains(informationUnits, string(n.Information)) || n.Information == InformationPrecision && n.Planned == 0, "interim.planned", n.Planned, "more than 0: the information planned for the final analysis")
	c.level("interim.alpha", n.Alpha)
	c.spending("interim.spending", n.Spending)
	c.futility(n)
	if n.Harm != nil {
		c.must(n.Harm.Bound < 0, "interim.harm.bound", n.Harm.Bound, "below 0, where the arm does worse than control")
	}
	c.reestimate(n)
}

// interimOutcome checks that an outcome can be looked at.
func (c *checker) interimOutcome(o *Outcome) {
	refuse := func(got, want string) { c.problem("interim.outcome", got, want, "") }
	v, _ := LookupVariable(o.Variable)
	n := c.s.Interim
	switch {
	case o.Set != SetITT:
		refuse(o.Name+" with set = "+quoted(string(o.Set)), `an outcome with set = "itt": who else is analysed is not known at a look`)
	case o.Test == Equivalence:
		refuse(o.Name+" with test = "+quoted(o.Test), "a test of superiority or of non-inferiority")
	case o.Tipping:
		refuse(o.Name+" with tipping = true", "an outcome without")
	}
	if n.Information == InformationEvents && v.Kind != Time {
		c.problem("interim.information", quoted(string(n.Information)), `"clients" or "precision": `+v.Name+" is no time to an event", "")
	}
}

// interimArm checks that the arm that is looked at is one that is compared with control.
func (c *checker) interimArm(n *Interim) {
	if c.s.Factorial() {
		c.problem("interim", "looks with trial.factors", "none: a look is at an arm and control, and there the main effects of factors are compared", "")
		return
	}
	var names []string
	for _, k := range c.s.treated() {
		names = append(names, c.s.Arms[k].Name)
	}
	c.known("interim.arm", n.Arm, names)
}

// interimTimes checks when looks are made.
func (c *checker) interimTimes(n *Interim) {
	const most = 20
	path, list, high, want := "interim.looks", n.Looks, 1.0, "above 0 and below 1, in rising order"
	if len(n.Days) > 0 {
		path, list, high, want = "interim.days", n.Days, math.Inf(1), "above 0, in rising order"
		c.must(len(n.Looks) == 0, path, n.Days, "none beside interim.looks: looks are made at shares of the information, or on days")
	}
	if c.must(len(list) > 0 && len(list) <= most, path, list, "1 to 20 looks before the final analysis"); len(list) > most {
		return
	}
	last := 0.0
	for k, x := range list {
		c.must(x > last && x < high, layer.At(path, k), x, want)
		last = x
	}
}

// spending checks a spending function.
func (c *checker) spending(path string, s Spending) {
	switch s.Kind {
	case SpendingPower:
		c.must(s.Parameter > 0 && s.Parameter <= 100, path, s.Parameter, "a power above 0 and at most 100")
	case SpendingHSD:
		c.must(math.Abs(s.Parameter) <= 50, path, s.Parameter, "-50 to 50")
	default:
		c.known(path, s.Kind, simpleSpendings)
	}
}

func (c *checker) futility(n *Interim) {
	f, path := n.Futility, "interim.futility"
	if f == nil {
		return
	}
	looks := len(n.Looks) + len(n.Days)
	switch {
	case f.Spending == nil && len(f.Bound) == 0:
		c.problem(path, "neither", "a bound, or spending with beta", "")
	case f.Spending == nil:
		c.must(len(f.Bound) == 1 || len(f.Bound) == looks, path+".bound", []float64(f.Bound), "a number, or one for each look before the final analysis")
		c.must(f.Beta == 0, path+".beta", f.Beta, "none without spending")
	default:
		c.must(len(f.Bound) == 0, path+".bound", []float64(f.Bound), "none beside spending")
		c.spending(path+".spending", *f.Spending)
		c.must(f.Beta > 0 && f.Beta < 0.9, path+".beta", f.Beta, "more than 0 and less than 0.9: 1 less the planned power")
		c.must(f.Beta < 1-n.Alpha, path+".beta", f.Beta, "less than 1 - alpha")
	}
	if k := c.s.InterimOutcome(); k >= 0 && f.Binding {
		c.must(c.s.Outcomes[k].Sides == 1, path+".binding", f.Binding, "false, or an outcome with sides = 1: with two sides a bound for futility does not bind")
	}
}

func (c *checker) reestimate(n *Interim) {
	r, path := n.Reestimate, "interim.reestimate"
	if r == nil {
		return
	}
	looks := len(n.Looks) + len(n.Days)
	c.must(r.Look >= 1 && r.Look <= looks, path+".look", r.Look, "the number of a look, from 1")
	c.must(r.Clients >= 1 && r.Clients < c.s.Trial.Clients, path+".clients", r.Clients, "fewer than trial.clients, the most that the trial can get")
	if (r.SD > 0) == (r.Rate > 0) {
		c.problem(path, map[bool]string{true: "sd and rate", false: "neither"}[r.SD > 0], "sd or rate, for which the clients were planned", "")
	}
	k := c.s.InterimOutcome()
	if k < 0 {
		return
	}
	v, _ := LookupVariable(c.s.Outcomes[k].Variable)
	switch {
	case v.Kind == Time:
		c.problem(path, "a time to an event", "none: the number of events, of which the variance does not depend, is planned", "")
	case r.Rate != 0:
		c.must(v.Kind == Binary && r.Rate > 0 && r.Rate < 1, path+".rate", r.Rate, "a share above 0 and below 1, of an outcome that is yes or no")
	}
}
