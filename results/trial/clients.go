package trial

import (
	"fmt"
	"math"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
	simtrial "caseload/sim/trial"
)

// clients has a row per client.
func (t *Data) clients() *Dataset {
	sc := t.model.Scenario
	d := t.table("clients", func() int { return len(t.shown.Clients) })
	life := func(i int) *sim.Life { return &t.shown.Clients[i] }
	const since = "days since enrolment"
	d.addNumber("client", "integer", "", "number in order of enrolment, from 0", func(i int) float64 { return float64(i) })
	d.addNumber("site", "integer", "", "number of the site, from 0", func(i int) float64 { return float64(life(i).Site) })
	d.addText("arm", "arm as randomized", func(i int) string { return sc.Arms[life(i).Arm].Name })
	t.designColumns(d)
	d.addNumber("enrolled_day", "number", "days of the trial's calendar", "enrolment", func(i int) float64 { return life(i).Enrolled })
	d.addNumber("exit_day", "number", since, "end of follow-up", func(i int) float64 { return life(i).Exit })
	d.addNumber("lost_day", "number", since, "loss to the study; missing: not lost", func(i int) float64 { return life(i).Lost })
	if sc.Death != nil {
		d.addNumber("died_day", "number", since, "death, whether or not lost before; missing: alive at exit_day", func(i int) float64 { return life(i).Died })
	}
	d.addNumber("manager", "integer", "", "number of the case manager, from 0; missing: none", func(i int) float64 {
		if g := life(i).Manager; g >= 0 {
			return float64(g)
		}
		return math.NaN()
	})
	d.addNumber("contacts", "integer", "", "contacts of all programs", func(i int) float64 { return float64(life(i).Contacts) })
	d.addNumber("received", "boolean", "", "at least one contact of a program that the control arm lacks", func(i int) float64 { return indicator(t.shown.Observed.Contacts[i] > 0) })
	d.addNumber("admitted_day", "number", since, "first admission to a substance-use service; missing: none", func(i int) float64 { return life(i).Admitted })
	d.addNumber("left_day", "number", since, "end, of whatever kind, of the stay that began at admitted_day; missing: none, or not over by exit_day", func(i int) float64 { return life(i).Left })
	d.addText("treatment", "how far the client got in substance-use services by exit_day, by the last stay, else the last attempt: "+joined(sim.Treatments()),
		func(i int) string { return life(i).Treatment.String() })
	t.stateColumns(d)
	t.traitColumns(d)
	t.outcomeColumns(d)
	return d
}

// joined lists the names of things.
func joined[T fmt.Stringer](all []T) string {
	var names []string
	for _, x := range all {
		names = append(names, x.String())
	}
	return strings.Join(names, ", ")
}

// designColumns are what the design does to a client, where it does.
func (t *Data) designColumns(d *Dataset) {
	sc := t.model.Scenario
	if t.model.Clustered() {
		d.addNumber("cluster", "integer", "", "number of the "+sc.Trial.Randomization.By.Words()+" with which the client was randomized, from 0; as a number of its own, not that of another column",
			func(i int) float64 { return float64(t.shown.Observed.Cluster[i]) })
	}
	if t.model.InPeriods() {
		d.addNumber("period", "integer", "", "period of the trial in which the client enrolled, from 0", func(i int) float64 { return float64(t.shown.Observed.Period[i]) })
		d.addNumber("exposure", "integer", "", "number of periods, with that one, for which the site had been in the client's arm; 0 in the control arm",
			func(i int) float64 { return float64(t.shown.Observed.Exposed[i]) })
	}
	t.decisionColumns(d)
	if contaminates(sc) {
		d.addNumber("contaminated", "boolean", "", "got the programs of another arm than the one randomized to", func(i int) float64 { return indicator(t.shown.Observed.Contaminated[i]) })
	}
}

// stateColumns are the days in each state that the scenario has.
func (t *Data) stateColumns(d *Dataset) {
	sc := t.model.Scenario
	days := func(has bool, name, what string, of func(l *sim.Life) float64) {
		if has {
			d.addNumber(name, "number", "days", what+" from enrolment to exit_day", func(i int) float64 { return of(&t.shown.Clients[i]) })
		}
	}
	days(sc.Jail != nil, "days_in_jail", "days in jail", func(l *sim.Life) float64 { return l.DaysJailed })
	days(sc.Housing != nil, "days_housed", "days in a stable home", func(l *sim.Life) float64 { return l.DaysHoused })
	days(sc.Employment != nil, "days_employed", "days in a job", func(l *sim.Life) float64 { return l.DaysEmployed })
}

func (t *Data) traitColumns(d *Dataset) {
	sc := t.model.Scenario
	for k := range sc.Traits {
		tr := &sc.Traits[k]
		value := func(i int) float64 { return t.shown.Observed.Traits[k][i] }
		switch tr.Kind {
		case scenarios.Bernoulli:
			d.addNumber("trait."+tr.Name, "boolean", "", "trait", func(i int) float64 { return indicator(value(i) == 1) })
		case scenarios.Categorical:
			d.addText("trait."+tr.Name, "trait, one of its levels", func(i int) string { return tr.Levels[int(value(i))] })
		default:
			d.addNumber("trait."+tr.Name, "number", "", "trait", value)
		}
	}
	for g := range sc.Subgroups {
		sub := &sc.Subgroups[g]
		d.addNumber("subgroup."+sub.Name, "boolean", "", "belongs to the subgroup: "+sub.When, func(i int) float64 { return indicator(t.shown.Observed.Member[g][i]) })
	}
}

func (t *Data) outcomeColumns(d *Dataset) {
	sc := t.model.Scenario
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		column := func() *simtrial.Column { return &t.shown.Observed.Outcomes[k] }
		d.addNumber("in."+o.Name, "boolean", "", "belongs to the outcome's analysis set, "+string(o.Set), func(i int) float64 { return indicator(column().In[i]) })
		kind := "number"
		if v.Kind == scenarios.Binary {
			kind = "boolean"
		}
		value := func(i int) float64 {
			if c := column(); c.In[i] {
				return c.Value[i]
			}
			return math.NaN()
		}
		if column().Baseline != nil {
			d.addNumber("baseline."+o.Name, kind, report.UnitOf(v.Name), "the variable of outcome."+o.Name+" as measured on day 0", func(i int) float64 { return column().Baseline[i] })
		}
		meaning := fmt.Sprintf("outcome at %g days: %s; missing: not known, or not in the analysis set", o.AtDays, v.Description)
		if o.Change {
			meaning = "change from day 0 in the " + meaning
		}
		d.addNumber("outcome."+o.Name, kind, report.UnitOf(v.Name), meaning, value)
		if v.Kind == scenarios.Time {
			d.addNumber("event."+o.Name, "boolean", "", "the time outcome."+o.Name+" ended in the event; 0: censored", func(i int) float64 {
				if x := value(i); math.IsNaN(x) {
					return x
				}
				return indicator(column().Event[i])
			})
		}
	}
}
