package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// Decision is a point in a client's follow-up at which care changes if the client is in a
// given state: programs are added and stopped, as in stepped care, or clients are
// randomized again, as in a sequential multiple assignment randomized trial (SMART).
type Decision struct {
	Name  string `toml:"name"`            // unique
	Label string `toml:"label,omitempty"` // how people read the name; by default the name with spaces for underscores
	// AtDays is the day since enrolment on which it is made; with every_days, for the
	// first time, by default after the first of these intervals.
	AtDays    float64 `toml:"at_days"`
	EveryDays float64 `toml:"every_days,omitempty"` // days after which it is made again; without it, it is made once
	UntilDay  float64 `toml:"until_day,omitempty"`  // day since enrolment after which it is made no more; by default that of the last visit
	// When is what is asked of a client on the day: an expression over [Scenario.States],
	// "abstinent" and traits, as "using and not in_treatment". Traits are as they truly
	// are. Without it, the decision is about everyone.
	When string `toml:"when,omitempty"`
	// MeasuredBy is the test for drug use that tells who is using. Without it, the true state
	// is known.
	MeasuredBy string `toml:"measured_by,omitempty"`
	// Missing is what is done where the test is missed, as visits are: "act", as if the
	// client had met the condition, or "wait", as if not.
	Missing string   `toml:"missing,omitempty"`
	Arms    []string `toml:"arms,omitempty"` // arms that it is for; by default all
	Add     []string `toml:"add,omitempty"`  // programs that clients who meet it are offered
	Stop    []string `toml:"stop,omitempty"` // programs that end for them
	// Randomize is the options between which clients who meet it are randomized, each
	// alone and once, the first time that they meet it; clients lost to the study are not. Without it, what is
	// to be added and stopped is, each time.
	Randomize []Option `toml:"randomize,omitempty"`

	WhenExpr Expr `toml:"-"` // When, compiled against Scenario.ConditionStates and traits
}

// Option is one of the things between which a decision randomizes.
type Option struct {
	Name  string   `toml:"name"`            // unique within the decision
	Label string   `toml:"label,omitempty"` // how people read the name; by default the name with spaces for underscores
	Add   []string `toml:"add,omitempty"`   // programs that clients are offered
	Stop  []string `toml:"stop,omitempty"`  // programs that end for them
	Ratio int      `toml:"ratio"`           // allocation ratio
}

// Regime is a strategy embedded in the trial: an arm, and an option at each
// decision that randomizes its clients.
type Regime struct {
	Name    string            `toml:"name"`              // unique, and not that of an arm
	Label   string            `toml:"label,omitempty"`   // how people read the name; by default the name with spaces for underscores
	Arm     string            `toml:"arm"`               // arm in which clients begin
	Options map[string]string `toml:"options,omitempty"` // the option at each decision, by its name
}

// What is done where a test is missed.
const (
	MissingAct  = "act"
	MissingWait = "wait"
)

// Randomizes reports whether clients are randomized at the decision.
func (d *Decision) Randomizes() bool { return len(d.Randomize) > 0 }

// For reports whether the decision is for an arm.
func (d *Decision) For(arm string) bool { return len(d.Arms) == 0 || slices.Contains(d.Arms, arm) }

// added lists the programs that the decision can add, with repetitions.
func (d *Decision) added() (all []string) {
	all = slices.Clone(d.Add)
	for _, o := range d.Randomize {
		all = append(all, o.Add...)
	}
	return all
}

// Days returns the days since enrolment on which the decision is made.
func (d *Decision) Days() []float64 {
	if d.EveryDays <= 0 {
		return []float64{d.AtDays}
	}
	var days []float64
	for k := 0; len(days) <= maxOccasions; k++ {
		day := d.AtDays + float64(float64(k)*d.EveryDays)
		if day > d.UntilDay {
			break
		}
		days = append(days, day)
	}
	return days
}

// Offered lists the programs that clients of an arm can be offered: those of the arm, and
// then those that decisions add.
func (s *Scenario) Offered(arm int) []string {
	all := slices.Clone(s.Arms[arm].Programs)
	for k := range s.Decisions {
		d := &s.Decisions[k]
		if !d.For(s.Arms[arm].Name) {
			continue
		}
		for _, name := range d.added() {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// Rerandomizes reports whether clients are randomized again at a decision.
func (s *Scenario) Rerandomizes() bool {
	return slices.ContainsFunc(s.Decisions, func(d Decision) bool { return d.Randomizes() })
}

// completeDecisions fills in the days.
func (s *Scenario) completeDecisions() {
	for k := range s.Decisions {
		d := &s.Decisions[k]
		path := elementPath("decision", d.Name, k)
		if d.EveryDays > 0 {
			if !s.origin.has(path + ".at_days") {
				d.AtDays = d.EveryDays
			}
			if !s.origin.has(path + ".until_day") {
				d.UntilDay = s.LastVisit()
			}
		}
		if d.MeasuredBy != "" && !s.origin.has(path+".missing") {
			d.Missing = MissingWait
		}
	}
}

// programsOfDecisions adds to the programs that arms name those that decisions add.
func programsOfDecisions(tree *layer.Node, named map[string]layer.Place) map[string]layer.Place {
	add := func(of *layer.Node) {
		programs := of.Child("add")
		if programs == nil {
			return
		}
		for _, p := range programs.Items {
			if name, ok := p.Value.(string); ok {
				if _, known := named[name]; !known {
					named[name] = p.At
				}
			}
		}
	}
	decisions := tree.Child("decision")
	if decisions == nil {
		return named
	}
	for _, d := range decisions.Items {
		add(d)
		if options := d.Child("randomize"); options != nil {
			for _, o := range options.Items {
				add(o)
			}
		}
	}
	return named
}

// withoutLabels returns decisions without what people call them.
func withoutLabels(list []Decision) []Decision {
	list = slices.Clone(list)
	for k := range list {
		d := &list[k]
		d.Label, d.Randomize = "", slices.Clone(d.Randomize)
		for i := range d.Randomize {
			d.Randomize[i].Label = ""
		}
	}
	return list
}
