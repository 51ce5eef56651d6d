package explorer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// A View is what a page shows of a scenario before anything is simulated.
type View struct {
	Scenario   string   `json:"scenario"`
	Title      string   `json:"title"`
	Question   string   `json:"question"`
	Teaches    string   `json:"teaches"`
	Source     string   `json:"source"`
	LeftOut    string   `json:"left_out"` // what of the scenario the page does not have; "": nothing
	Hash       string   `json:"hash"`
	Seed       int64    `json:"seed"`
	Replicates int      `json:"replicates"`
	Clients    int      `json:"clients"`
	Arm        string   `json:"arm"`     // the label of the arm that is compared with control
	Control    string   `json:"control"` // the label of control
	Shared     bool     `json:"shared"`  // clients meet in queues
	Visits     bool     `json:"visits"`
	Days       float64  `json:"days"` // of follow-up
	Primary    string   `json:"primary"`
	Sliders    []Slider `json:"sliders"`
	Outcomes   []Shown  `json:"outcomes"`
}

// Slider is a number that can be changed.
type Slider struct {
	Key   string        `json:"key"`
	Label string        `json:"label"`
	Low   float64       `json:"low"`
	High  float64       `json:"high"`
	Log   bool          `json:"log"`
	Whole bool          `json:"whole"`
	Share bool          `json:"share"` // of clients and the like: shown in percent
	Value report.Number `json:"value"` // null: the scenario has no such number
	// None says what there is instead of a number: "unlimited", "none", "no error" or, of the
	// share of a subgroup that is not written, "as the traits say".
	None   string `json:"none"`
	Source string `json:"source"` // of the number as written; "": none of its own
}

// Shown is an outcome, and the analysis of it that is shown.
type Shown struct {
	Name    string  `json:"name"`
	Label   string  `json:"label"`
	Method  string  `json:"method"`
	Measure string  `json:"measure"` // what an estimate is, with its unit
	Unit    string  `json:"unit"`
	Scale   float64 `json:"scale"` // from the measure's unit to that shown: 100 for percentage points
	Good    int     `json:"good"`  // 1 if a larger estimate is better for clients, -1 if a smaller one is
	Alpha   float64 `json:"alpha"`
	Tested  bool    `json:"tested"` // the method has a test that holds its level here
	WhyNot  string  `json:"why_not"`
}

// View describes the scenario as changed.
func (s *Session) View() (*View, error) {
	sc, l := s.sc, s.sc.Labels()
	arm, _ := sc.Treated("")
	v := &View{Scenario: s.req.Scenario, Title: sc.Title, Question: sc.Explore.Question, Teaches: strings.TrimSpace(sc.Teaches), Source: sc.Source,
		Hash: sc.Hash(), Seed: sc.Seed, Replicates: s.replicates(), Clients: sc.Trial.Clients, Arm: l.Arm(sc.Arms[arm].Name),
		Control: l.Arm(sc.Arms[sc.Control()].Name), Shared: s.m.Shared(), Days: sc.LastVisit(), Primary: sc.Outcomes[sc.Primary()].Name}
	if sc.Interim != nil {
		v.LeftOut = report.LooksLeftOut("the page has the numbers")
	}
	if err := s.findSources(); err != nil {
		return nil, err
	}
	var keys []string
	for i := range sc.Explore.Sliders {
		keys = append(keys, sc.Explore.Sliders[i].Key)
	}
	values := sc.Values(keys...)
	for i := range sc.Explore.Sliders {
		x := newSlider(&sc.Explore.Sliders[i], values[i])
		x.Source = s.sources[x.Key]
		v.Sliders = append(v.Sliders, x)
	}
	for i := range sc.Outcomes {
		if s.rows[i] >= 0 {
			v.Outcomes = append(v.Outcomes, s.shown(i, arm))
		}
	}
	return v, nil
}

// newSlider describes a slider at a value; nil: the scenario has none.
func newSlider(of *scenarios.Slider, value any) Slider {
	x := Slider{Key: of.Key, Label: of.Label, Low: of.Low, High: of.High, Log: of.Scale == scenarios.LogScale, Whole: of.Whole(),
		Share: !of.Whole() && of.Low >= 0 && of.High <= 1 && !strings.HasSuffix(of.Key, ".spread"), Value: report.Missing()}
	switch value := value.(type) {
	case int64:
		x.Value = report.Number(value)
	case float64:
		x.Value = report.Number(value)
	case string:
		x.None = value
	default:
		x.None = absent(of.Key)
	}
	return x
}

// absent says what a scenario without the number of a key is like: a test without error
// has no sensitivity, and membership in a subgroup follows from the traits.
func absent(key string) string {
	for _, end := range []string{"sensitivity", "specificity", "reliability"} {
		if strings.HasSuffix(key, "."+end) {
			return "no error"
		}
	}
	if strings.HasPrefix(key, "subgroup_share.") {
		return "as the traits say"
	}
	return "none"
}

func (s *Session) shown(i, arm int) Shown {
	a, row := s.spoken(i)
	o := &s.sc.Outcomes[i]
	v, _ := scenarios.LookupVariable(o.Variable)
	measure, unit, found := strings.Cut(row.MeasureName(), ", ")
	if !found {
		unit = measure
	}
	x := Shown{Name: o.Name, Label: report.SentenceCase(s.sc.Labels().Outcome(o.Name)), Method: scenarios.Plain(row.Method), Measure: row.MeasureName(), Unit: unit,
		Scale: float64(row.Scale()), Good: row.Effect.Good(v.Good), Alpha: a.Test.Alpha}
	valid := s.sc.Validity(o, arm, row.Method)
	x.Tested, x.WhyNot = valid.Holds, valid.Why
	return x
}

// findSources finds those of the numbers of sliders, by key, once for a scenario.
func (s *Session) findSources() error {
	if len(s.sources) > 0 {
		return nil
	}
	all, err := s.base.Assumptions()
	if err != nil {
		return err
	}
	for _, a := range all {
		s.sources[a.Block+"."+a.Key] = a.Source
		for i := range s.sc.Explore.Sliders {
			key := s.sc.Explore.Sliders[i].Key // of a number within an inline table
			if strings.HasPrefix(key, a.Block+"."+a.Key+".") {
				s.sources[key] = a.Source
			}
		}
	}
	return nil
}

// Assumption is one number that the scenario rests on.
type Assumption struct {
	Where  string `json:"where"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// Assumptions lists what the scenario as changed assumes, with the sources.
func (s *Session) Assumptions() ([]Assumption, error) {
	all, err := s.sc.Assumptions()
	if err != nil {
		return nil, err
	}
	out := []Assumption{}
	for _, a := range all {
		out = append(out, Assumption{a.Block + "." + a.Key, a.Value, cmp.Or(a.Source, "none of its own")})
	}
	return out, nil
}

// Story is a built-in scenario that has a question.
type Story struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Question string `json:"question"`
}

// Stories lists the built-in trials, those with a question first.
func Stories() (all []Story) {
	for _, e := range scenarios.List() {
		sc, err := scenarios.Builtin(e.Name)
		if err != nil || sc.Literature != nil || len(sc.Studies) > 0 {
			continue // what others extend, and bodies of trials
		}
		all = append(all, Story{e.Name, sc.Title, sc.Explore.Question})
	}
	slices.SortStableFunc(all, func(a, b Story) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

func rank(s Story) string { return fmt.Sprint(s.Question == "") }
