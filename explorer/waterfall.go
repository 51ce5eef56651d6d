package explorer

import (
	"context"
	"strings"

	"caseload/analysis/explain"
	explainresults "caseload/results/explain"
	"caseload/results/report"
)

// Waterfall is where the effect on an outcome goes, in standard deviations: what
// "caseload explain" says of so many trials of each world.
type Waterfall struct {
	Replicates int           `json:"replicates"` // of each world
	Worlds     int           `json:"worlds"`
	Ideal      report.Number `json:"ideal"`
	IdealMCSE  report.Number `json:"ideal_mcse"`
	Observed   report.Number `json:"observed"`
	ObservedMC report.Number `json:"observed_mcse"`
	// Clients is how many a trial needs for 80 % power; "" where the effect can't be told
	// from none.
	Clients string `json:"clients"`
	Steps   []Step `json:"steps"` // the largest first
	Story   string `json:"story"`
}

// Step is what one obstacle takes (negative) or adds: its Shapley value.
type Step struct {
	Factor string        `json:"factor"`
	Label  string        `json:"label"` // what people read for the factor
	About  string        `json:"about"`
	Step   report.Number `json:"step"`
	MCSE   report.Number `json:"mcse"`
}

// Waterfall compares the worlds of an outcome. Progress is told how many trials are done
// of those wanted. It ends with an error if ctx is done before there is anything to show.
func (s *Session) Waterfall(ctx context.Context, outcome string, replicates int, progress func(done, want int)) (*Waterfall, error) {
	i, err := s.outcome(outcome)
	if err != nil {
		return nil, err
	}
	x, err := explain.Run(ctx, s.m, explain.Question{Outcome: s.sc.Outcomes[i].Name},
		explain.Options{Replicates: replicates, Seed: s.sc.Seed, Workers: 1, Name: s.req.Scenario, WorldsOnly: true, Progress: progress})
	if err != nil {
		return nil, err
	}
	return newWaterfall(explainresults.New(x, s.req.Scenario))
}

func newWaterfall(e *explainresults.Explanation) (*Waterfall, error) {
	w := &Waterfall{Replicates: e.Replicates, Worlds: e.Worlds, Ideal: e.Ideal.SMD, IdealMCSE: e.Ideal.MCSE,
		Observed: e.Observed.SMD, ObservedMC: e.Observed.MCSE, Steps: []Step{}}
	if n := e.Observed.Clients; n.Known() && e.NoMethod == "" {
		w.Clients = report.Grouped(int(n+0.5)) + " (MCSE " + report.Grouped(int(e.Observed.ClientsMCSE+0.5)) + ")"
	}
	for _, f := range e.BySize() {
		w.Steps = append(w.Steps, Step{Factor: f.Factor, Label: f.Label(), About: f.About, Step: f.Shapley, MCSE: f.ShapleyMCSE})
	}
	var text strings.Builder
	if err := e.Document(report.Brief).Write(&text, report.Markdown, 1000); err != nil {
		return nil, err
	}
	w.Story = strings.TrimSpace(text.String())
	return w, nil
}
