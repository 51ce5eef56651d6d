package explorer

import (
	"cmp"
	"errors"
	"slices"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

// A Request is the scenario that is looked at, and how it has been changed.
type Request struct {
	Scenario string `json:"scenario"` // a built-in's name or, with Text, what the file is called
	Text     string `json:"text"`     // of a file; "": a built-in
	// Sliders are the values of those that were moved, by key.
	Sliders    map[string]float64 `json:"sliders"`
	Seed       int64              `json:"seed"`       // 0: the scenario's
	Replicates int                `json:"replicates"` // 0: the scenario's
}

// maxReplicates is as many trials as a page can draw.
const maxReplicates = 10_000

// A Session is a scenario, as changed, that is ready to be simulated.
type Session struct {
	req   Request
	base  *scenarios.Scenario // before sliders
	sc    *scenarios.Scenario
	m     *sim.Model
	rows  []int // by outcome: the analysis that is shown, by its place in a layout
	trial *analysis.Ranges
	// sources are those of the base's numbers, by key, once they are asked for.
	sources map[string]string
	done    analysis.Together
}

// Open loads a scenario, changes it and solves its hazards. The error is about the
// scenario, most often a scenarios.Problems.
func Open(req Request) (*Session, error) {
	base, err := load(req)
	if err != nil {
		return nil, err
	}
	return open(base, map[string]string{}, req)
}

// open is Open for a scenario that is loaded, with what sources of it are known.
func open(base *scenarios.Scenario, sources map[string]string, req Request) (*Session, error) {
	if base.Factorial() {
		return nil, errors.New("trial.factors: got a factorial trial, want one that compares arms with control: the page shows what becomes of two arms; caseload run gives the effects of factors")
	}
	sc, err := change(base, req)
	if err != nil {
		return nil, err
	}
	s := &Session{req: req, base: base, sc: sc, sources: sources}
	if s.m, err = sim.Compile(sc); err != nil {
		return nil, err
	}
	if s.trial, err = analysis.NewRanges(s.m, s.options()); err != nil {
		return nil, err
	}
	s.choose()
	return s, nil
}

func load(req Request) (sc *scenarios.Scenario, err error) {
	if req.Text == "" {
		sc, err = scenarios.Builtin(req.Scenario)
	} else {
		sc, err = scenarios.Parse(cmp.Or(req.Scenario, "scenario")+".toml", []byte(req.Text))
	}
	if err != nil {
		return nil, err
	}
	return withSliders(sc)
}

// change lays sliders, seed and number of trials over a scenario, as --set, --seed and
// --replicates do.
func change(base *scenarios.Scenario, req Request) (*scenarios.Scenario, error) {
	if req.Replicates < 0 || req.Replicates > maxReplicates {
		return nil, scenarios.Problems{{File: "page", Key: "replicates", Got: report.Grouped(req.Replicates), Want: "1 to " + report.Grouped(maxReplicates)}}
	}
	var sets []scenarios.Setting
	if req.Seed != 0 {
		sets = append(sets, scenarios.Setting{Key: "seed", Value: req.Seed, From: "--seed"})
	}
	if req.Replicates != 0 {
		sets = append(sets, scenarios.Setting{Key: "replicates", Value: req.Replicates, From: "--replicates"},
			scenarios.Setting{Key: "precision", Value: 0, From: "--replicates"})
	}
	return base.Slide(req.Sliders, sets...)
}

// options are those of the run that the command line would make.
func (s *Session) options() analysis.Options {
	return analysis.Options{Replicates: s.replicates(), Seed: s.sc.Seed, Workers: 1, Name: s.req.Scenario}
}

func (s *Session) replicates() int { return min(s.sc.Replicates, maxReplicates) }

// choose finds for each outcome the analysis that commands speak of: the first method that
// holds, in the first contrast, among everyone.
func (s *Session) choose() {
	keys := s.trial.Layout().Keys
	arm, _ := s.sc.Treated("")
	for i := range s.sc.Outcomes {
		o := &s.sc.Outcomes[i]
		method := s.sc.FirstThatHolds(o, arm, false)
		s.rows = append(s.rows, slices.IndexFunc(keys, func(k analysis.Key) bool {
			return k.Outcome == o.Name && k.Subgroup == "all" && k.Method == method
		}))
	}
}

// outcome finds an outcome by its name; the primary one has none.
func (s *Session) outcome(name string) (int, error) {
	if name == "" {
		return s.sc.Primary(), nil
	}
	i := slices.IndexFunc(s.sc.Outcomes, func(o scenarios.Outcome) bool { return o.Name == name })
	if i < 0 {
		return 0, errors.New("there is no outcome " + name)
	}
	return i, nil
}

// spoken is the analysis that is shown of an outcome, and its effect in the form in which
// results have it: without numbers, but with its scale and unit.
func (s *Session) spoken(outcome int) (a *analysis.Analysis, row run.Row) {
	a = s.trial.Analysis(s.rows[outcome])
	o := &s.sc.Outcomes[outcome]
	return a, run.Row{Outcome: o.Name, Variable: o.Variable, AtDays: o.AtDays, Effect: a.Method.Measure, Method: a.Method.Name}
}

// withSliders gives a scenario that has none the two sliders that every trial can have.
func withSliders(sc *scenarios.Scenario) (*scenarios.Scenario, error) {
	if len(sc.Explore.Sliders) > 0 {
		return sc, nil
	}
	n := sc.Trial.Clients
	slider := func(key, label string, low, high any, scale string) map[string]any {
		return map[string]any{"key": key, "label": label, "low": low, "high": high, "scale": scale}
	}
	return sc.With(scenarios.Setting{Key: "explore.slider", Value: []any{
		slider("trial.clients", "Clients in the trial", max(2, n/4), 4*n, scenarios.LogScale),
		slider("attrition.missed", "Visits missed", 0.0, 0.5, scenarios.LinearScale)}})
}
