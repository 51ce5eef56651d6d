package trial

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// A Dataset is one CSV file of a trial: rows, and columns that say what they
// are. The data dictionary is made of the same columns as the file, so that
// neither can say what the other doesn't.
type Dataset struct {
	Name    string // of the file
	Columns []DatasetColumn
	rows    int
}

// DatasetColumn is a column of a Dataset. A cell that is empty is missing.
type DatasetColumn struct {
	Name    string
	Type    string // integer, number, boolean (0 or 1), logical (true or false) or text
	Unit    string
	Meaning string

	cell func(row int) string
}

// CSV writes the file.
func (d *Dataset) CSV(w io.Writer) error {
	var head []string
	for _, c := range d.Columns {
		head = append(head, c.Name)
	}
	rows := make([][]string, d.rows)
	for r := range rows {
		for _, c := range d.Columns {
			rows[r] = append(rows[r], c.cell(r))
		}
	}
	return report.WriteCSV(w, head, rows)
}

// Datasets are the trial's files: clients, visits, events, and the dictionary
// that explains their columns.
func (t *Trial) Datasets() []*Dataset {
	data := []*Dataset{t.clients(), t.visits(), t.events()}
	return append(data, dictionary(data))
}

// dictionary explains all columns of the files, its own included.
func dictionary(data []*Dataset) *Dataset {
	d := &Dataset{Name: "dictionary.csv"}
	type entry struct {
		file   string
		column *DatasetColumn
	}
	var all []entry
	add := func(name, meaning string, cell func(e *entry) string) {
		d.Columns = append(d.Columns, DatasetColumn{name, "text", "", meaning, func(r int) string { return cell(&all[r]) }})
	}
	add("file", "file that the column is in", func(e *entry) string { return e.file })
	add("column", "its name", func(e *entry) string { return e.column.Name })
	add("type", "integer, number, boolean (0 or 1), logical (true or false) or text; an empty cell is missing", func(e *entry) string { return e.column.Type })
	add("unit", "unit of a number", func(e *entry) string { return e.column.Unit })
	add("meaning", "what it says", func(e *entry) string { return e.column.Meaning })
	for _, file := range append(slices.Clone(data), d) {
		for c := range file.Columns {
			all = append(all, entry{file.Name, &file.Columns[c]})
		}
	}
	d.rows = len(all)
	return d
}

// number is rounded to a millionth: a day's tick is not much shorter.
func number(x float64) string { return report.Number(math.Round(x*1e6) / 1e6).CSV() }

func boolean(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// clients has a row per client.
func (t *Trial) clients() *Dataset {
	s, m := t.shown, t.model
	sc := m.Scenario
	d := &Dataset{Name: "clients.csv", rows: len(s.Clients)}
	add := func(name, kind, unit, meaning string, cell func(i int) string) {
		d.Columns = append(d.Columns, DatasetColumn{name, kind, unit, meaning, cell})
	}
	const since = "days since enrolment"
	add("client", "integer", "", "number in order of enrolment, from 0", strconv.Itoa)
	add("site", "integer", "", "number of the site, from 0", func(i int) string { return strconv.Itoa(s.Clients[i].Site) })
	add("arm", "text", "", "arm as randomized", func(i int) string { return sc.Arms[s.Clients[i].Arm].Name })
	t.designColumns(add)
	add("enrolled_day", "number", "days of the trial's calendar", "enrolment", func(i int) string { return number(s.Clients[i].Enrolled) })
	add("exit_day", "number", since, "end of follow-up", func(i int) string { return number(s.Clients[i].Exit) })
	add("lost_day", "number", since, "loss to the study; missing: not lost", func(i int) string { return number(s.Clients[i].Lost) })
	if sc.Death != nil {
		add("died_day", "number", since, "death, whether or not lost before; missing: alive at exit_day", func(i int) string { return number(s.Clients[i].Died) })
	}
	add("manager", "integer", "", "number of the case manager, from 0; missing: none", func(i int) string {
		if g := s.Clients[i].Manager; g >= 0 {
			return strconv.Itoa(g)
		}
		return ""
	})
	add("contacts", "integer", "", "contacts of all programs", func(i int) string { return strconv.Itoa(s.Clients[i].Contacts) })
	add("received", "boolean", "", "at least one contact of a program that the control arm lacks", func(i int) string { return boolean(s.Observed.Contacts[i] > 0) })
	add("admitted_day", "number", since, "first admission to a substance-use service; missing: none", func(i int) string { return number(s.Clients[i].Admitted) })
	add("left_day", "number", since, "end, of whatever kind, of the stay that began at admitted_day; missing: none, or not over by exit_day", func(i int) string { return number(s.Clients[i].Left) })
	add("treatment", "text", "", "how far the client got in substance-use services by exit_day, by the last stay, else the last attempt: "+joined(sim.Treatments()),
		func(i int) string { return s.Clients[i].Treatment.String() })
	t.stateColumns(add)
	t.traitColumns(add)
	t.outcomeColumns(add)
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
func (t *Trial) designColumns(add adder) {
	o, sc := t.shown.Observed, t.model.Scenario
	if t.model.Clustered() {
		add("cluster", "integer", "", "number of the "+sc.Trial.Randomization.By.Words()+" with which the client was randomized, from 0; as a number of its own, not that of another column",
			func(i int) string { return strconv.Itoa(int(o.Cluster[i])) })
	}
	if contaminates(sc) {
		add("contaminated", "boolean", "", "got the programs of another arm than the one randomized to", func(i int) string { return boolean(o.Contaminated[i]) })
	}
}

// stateColumns are the days in each state that the scenario has.
func (t *Trial) stateColumns(add adder) {
	sc, clients := t.model.Scenario, t.shown.Clients
	days := func(has bool, name, what string, of func(l *sim.Life) float64) {
		if has {
			add(name, "number", "days", what+" from enrolment to exit_day", func(i int) string { return number(of(&clients[i])) })
		}
	}
	days(sc.Jail != nil, "days_in_jail", "days in jail", func(l *sim.Life) float64 { return l.DaysJailed })
	days(sc.Housing != nil, "days_housed", "days in a stable home", func(l *sim.Life) float64 { return l.DaysHoused })
	days(sc.Employment != nil, "days_employed", "days in a job", func(l *sim.Life) float64 { return l.DaysEmployed })
}

// adder adds a column of clients.csv.
type adder func(name, kind, unit, meaning string, cell func(i int) string)

func (t *Trial) traitColumns(add adder) {
	s, sc := t.shown, t.model.Scenario
	for k := range sc.Traits {
		tr := &sc.Traits[k]
		values := s.Observed.Traits[k]
		switch tr.Kind {
		case scenarios.Bernoulli:
			add("trait."+tr.Name, "boolean", "", "trait", func(i int) string { return boolean(values[i] == 1) })
		case scenarios.Categorical:
			add("trait."+tr.Name, "text", "", "trait, one of its levels", func(i int) string { return tr.Levels[int(values[i])] })
		default:
			add("trait."+tr.Name, "number", "", "trait", func(i int) string { return number(values[i]) })
		}
	}
	for g := range sc.Subgroups {
		sub, member := &sc.Subgroups[g], s.Observed.Member[g]
		add("subgroup."+sub.Name, "boolean", "", "belongs to the subgroup: "+sub.When, func(i int) string { return boolean(member[i]) })
	}
}

func (t *Trial) outcomeColumns(add adder) {
	sc := t.model.Scenario
	for k := range sc.Outcomes {
		o, c := &sc.Outcomes[k], &t.shown.Observed.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		meaning := fmt.Sprintf("outcome at %g days: %s; missing: not known, or not in the analysis set", o.AtDays, v.Description)
		add("in."+o.Name, "boolean", "", "belongs to the outcome's analysis set, "+string(o.Set), func(i int) string { return boolean(c.In[i]) })
		kind := "number"
		if v.Kind == scenarios.Binary {
			kind = "boolean"
		}
		value := func(i int) string {
			if !c.In[i] {
				return ""
			}
			return number(c.Value[i])
		}
		if c.Baseline != nil {
			add("baseline."+o.Name, kind, report.UnitOf(v.Name), "the variable of outcome."+o.Name+" as measured on day 0", func(i int) string { return number(c.Baseline[i]) })
		}
		if o.Change {
			meaning = "change from day 0 in the " + meaning
		}
		add("outcome."+o.Name, kind, report.UnitOf(v.Name), meaning, value)
		if v.Kind == scenarios.Time {
			add("event."+o.Name, "boolean", "", "the time outcome."+o.Name+" ended in the event; 0: censored", func(i int) string {
				if value(i) == "" {
					return ""
				}
				return boolean(c.Event[i])
			})
		}
	}
}
