package explorer

import (
	"fmt"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/trial"
)

// One is one trial: the flow of its clients, and what it reports of an outcome.
type One struct {
	Replicate int           `json:"replicate"`
	Arms      []Flow        `json:"arms"` // the arm compared, then control
	Estimate  report.Number `json:"estimate"`
	Low       report.Number `json:"low"` // of the interval, in the unit shown
	High      report.Number `json:"high"`
	P         report.Number `json:"p"`
	Rejects   bool          `json:"rejects"`
	Sentence  string        `json:"sentence"`
}

// Flow is what became of an arm's clients, as boxes in a row. Each counts clients, each of
// them once.
type Flow struct {
	Arm   string `json:"arm"`
	Boxes []Box  `json:"boxes"`
}

// Box is so many clients.
type Box struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// One runs one trial, the one of "caseload trial --replicate", and says what it reports of
// an outcome.
func (s *Session) One(replicate int, outcome string) (*One, error) {
	i, err := s.outcome(outcome)
	if err != nil {
		return nil, err
	}
	if replicate < 0 {
		return nil, fmt.Errorf("trial %d: want at least 0", replicate)
	}
	shown := s.m.Show(s.sc.Seed, replicate)
	findings, err := analysis.Once(s.m, shown.Observed, s.sc.Seed, replicate)
	if err != nil {
		return nil, err
	}
	t := trial.New(s.req.Scenario, s.m, s.sc.Seed, replicate, shown, findings, run.Filter{})
	out := &One{Replicate: replicate, Estimate: report.Missing(), Low: report.Missing(), High: report.Missing(), P: report.Missing(), Arms: s.flows(t, i)}
	a, row := s.spoken(i)
	for k := range t.Estimates {
		e := &t.Estimates[k]
		if e.Outcome != row.Outcome || e.Subgroup != report.Everyone || e.Method != row.Method || findings[k].Arm != a.Arm || findings[k].Control != a.Control {
			continue
		}
		x := row.Scale()
		out.Estimate, out.Low, out.High, out.P, out.Rejects = e.Estimate*x, e.Low*x, e.High*x, e.P, e.Rejects
		out.Sentence = sentence(e, unitOf(&row), x)
	}
	return out, nil
}

// sentence says what a trial reports, by its numbers alone.
func sentence(e *trial.Estimate, unit string, x report.Number) string {
	switch {
	case !e.Estimate.Known() && !e.P.Known():
		return "This trial has no estimate: " + e.Status + "."
	case !e.P.Known():
		return fmt.Sprintf("This trial reports %s %s, without a test.", (e.Estimate * x).Rounded(e.SE*x), unit)
	case e.Rejects:
		return fmt.Sprintf("This trial reports %s %s, %s: significant.", (e.Estimate * x).Rounded(e.SE*x), unit, report.PText(e.P))
	}
	return fmt.Sprintf("This trial reports %s %s, %s: not significant.", (e.Estimate * x).Rounded(e.SE*x), unit, report.PText(e.P))
}

// flows are the boxes of the two arms.
func (s *Session) flows(t *trial.Trial, outcome int) (all []Flow) {
	a, _ := s.spoken(outcome)
	for _, arm := range []int{a.Arm, a.Control} {
		f := &t.Flow.Arms[arm]
		flow := Flow{Arm: s.sc.Labels().Arm(f.Arm), Boxes: []Box{{"randomized", f.Allocated}}}
		add := func(what string, n int) { flow.Boxes = append(flow.Boxes, Box{what, n}) }
		for _, p := range f.Programs {
			if !p.Foreign {
				add("met by "+s.sc.Labels().Program(p.Program), p.Contacted)
			}
		}
		for _, v := range f.Services {
			name := s.sc.Labels().Service(v.Service)
			if s.sc.Services[v.Service].Slots.Finite() {
				add("sought "+name, v.Sought)
			}
			add("entered "+name, v.Admitted)
		}
		add("analysed", f.Outcomes[outcome].Analysed)
		all = append(all, flow)
	}
	return all
}
