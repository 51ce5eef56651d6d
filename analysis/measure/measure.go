// Package measure lists the measures of effect that analyses estimate, each with
// the rules that go with it: what it is, on which scale, what its truth is taken
// from, and what an effect above zero means. It also has the Number that results
// are given in.
package measure

// A Measure is what an analysis estimates, by the letters under which it is
// reported. Ratios are logarithms, so that 0 is no effect for every measure.
type Measure string

// The measures.
const (
	RD          Measure = "RD"
	LogRR       Measure = "log RR"
	LogOR       Measure = "log OR"
	MD          Measure = "MD"
	SMD         Measure = "SMD"
	CliffsDelta Measure = "Cliff's delta"
	LogIRR      Measure = "log IRR"
	LogHR       Measure = "log HR"
	LogSHR      Measure = "log SHR"
	RMSTD       Measure = "RMSTD"
	Median      Measure = "median"
	CIFD        Measure = "CIFD"
)

// Scale is the scale of a measure's numbers.
type Scale uint8

const (
	Pure      Scale = iota // a number without a unit
	Share                  // a difference of shares, shown in percentage points
	Logarithm              // the natural logarithm of a ratio
	Days                   // a number of days
	Own                    // the outcome's own unit
)

// Truth is what the true value of a measure is computed from, where nothing is
// adjusted for.
type Truth uint8

const (
	Moments    Truth = iota // means and variances of the arms, over all replicates
	LifeTables              // daily counts of events in the arms, over all replicates
	Pairs                   // pairs of a treated and a control client
	Model                   // the same model, fitted to the complete data of all replicates
)

// rules are those of one measure.
type rules struct {
	measure Measure
	scale   Scale
	truth   Truth
	sooner  bool   // an effect above 0 means earlier events
	about   string // what it is
	legend  string // what a table that shows the letters says below; "": the letters and about
}

var all = []rules{
	{RD, Share, Moments, false, "risk difference", "RD: risk difference, in percentage points (pp)"},
	{LogRR, Logarithm, Moments, false, "natural logarithm of the risk ratio", ""},
	{LogOR, Logarithm, Moments, false, "natural logarithm of the odds ratio", ""},
	{MD, Own, Moments, false, "mean difference", ""},
	{SMD, Pure, Moments, false, "standardized mean difference, Hedges g", "SMD (as a measure): Hedges g"},
	{CliffsDelta, Pure, Pairs, false, "probability that a treated client has more than a control client, less the probability of the reverse",
		"Cliff's delta: probability that a treated client has more than a control client, less the reverse"},
	{LogIRR, Logarithm, Model, false, "natural logarithm of the incidence rate ratio", ""},
	{LogHR, Logarithm, LifeTables, true, "natural logarithm of the hazard ratio", ""},
	{LogSHR, Logarithm, Model, true, "natural logarithm of the subdistribution hazard ratio", ""},
	{RMSTD, Days, LifeTables, false, "difference of restricted mean times", ""},
	{Median, Days, LifeTables, false, "difference of median times", ""},
	{CIFD, Share, LifeTables, true, "difference of cumulative incidences", "CIFD: difference of cumulative incidences on the last day, in percentage points"},
}

// All lists the measures.
func All() []Measure {
	list := make([]Measure, len(all))
	for k := range all {
		list[k] = all[k].measure
	}
	return list
}

// rules returns those of m; of a measure that is not listed, the zero value.
func (m Measure) rules() rules {
	for k := range all {
		if all[k].measure == m {
			return all[k]
		}
	}
	return rules{}
}

// About describes the measure in words.
func (m Measure) About() string { return m.rules().about }

// Legend explains the letters, for readers of a table; "" if m is not listed.
func (m Measure) Legend() string {
	r := m.rules()
	if r.legend == "" && r.about != "" {
		return string(m) + ": " + r.about
	}
	return r.legend
}

// Scale returns the scale of the measure's numbers.
func (m Measure) Scale() Scale { return m.rules().scale }

// Truth returns what the measure's true value is computed from.
func (m Measure) Truth() Truth { return m.rules().truth }

// Sooner reports whether an effect above 0 means that events come sooner under
// treatment: a larger hazard, or more clients with the event by a day.
func (m Measure) Sooner() bool { return m.rules().sooner }

// Good returns +1 where an effect above 0 is better for clients, and -1 where it is
// worse. The argument says the same of the outcome itself: +1 where more of it,
// or a later event, is better, and -1 where less, or a sooner one, is.
func (m Measure) Good(outcome int) int {
	if m.Sooner() {
		return -outcome
	}
	return outcome
}

// OfShares returns what m is called where the outcome is 0 or 1: there a mean is a
// share, and a difference of means a risk difference.
func (m Measure) OfShares() Measure {
	if m == MD {
		return RD
	}
	return m
}
