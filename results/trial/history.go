package trial

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"caseload/analysis/history"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// History is what happens over time in the trials of a scenario: the file
// history.json of a result folder. It is about the first replicates alone.
type History struct {
	Scenario     string            `json:"scenario"`
	Hash         string            `json:"hash"`
	Seed         int64             `json:"seed"`
	ModelVersion int               `json:"model_version"`
	Replicates   int               `json:"replicates"`
	Flow         []HistoryCount    `json:"flow"`
	States       []HistoryState    `json:"states"`
	Survival     []HistorySurvival `json:"survival"`
	Loads        []HistoryLoad     `json:"loads"`
}

// HistoryCount is a number of clients in the flow of a trial: in the first, and on
// average. The tenth and ninetieth percentiles are of single trials. Arm is empty for what is
// about all clients.
type HistoryCount struct {
	Arm   string        `json:"arm"`
	Stage string        `json:"stage"`
	Of    string        `json:"of"` // program, service, visit day or outcome
	What  string        `json:"what"`
	First int           `json:"first"` // in the first trial
	Mean  report.Number `json:"mean"`
	MCSE  report.Number `json:"mcse"`
	Low   report.Number `json:"p10"`
	High  report.Number `json:"p90"`
}

// HistoryCurve is a number over time, as in HistoryCount.
type HistoryCurve struct {
	Mean []report.Number `json:"mean"`
	MCSE []report.Number `json:"mcse"`
	Low  []report.Number `json:"p10"`
	High []report.Number `json:"p90"`
}

// HistoryState is the share of an arm's clients in a state: using, in_treatment,
// waiting, jailed or dead.
type HistoryState struct {
	Arm   string       `json:"arm"`
	State string       `json:"state"`
	Days  []float64    `json:"days"` // since enrolment
	Share HistoryCurve `json:"share"`
}

// HistorySurvival is the Kaplan-Meier estimate of an outcome in an arm.
type HistorySurvival struct {
	Outcome  string        `json:"outcome"`
	Variable string        `json:"variable"`
	Set      scenarios.Set `json:"set"`
	Arm      string        `json:"arm"`
	Days     []float64     `json:"days"` // since enrolment; set entered: since entry
	Share    HistoryCurve  `json:"share"`
	AtRisk   HistoryCurve  `json:"at_risk"` // clients
}

// HistoryLoad is how many people a program or a service serves at once, and how
// many wait for it.
type HistoryLoad struct {
	Program  string       `json:"program"` // or
	Service  string       `json:"service"`
	Capacity int          `json:"capacity"`
	Days     []float64    `json:"days"` // of the trial's calendar
	Served   HistoryCurve `json:"served"`
	Waiting  HistoryCurve `json:"waiting"`
}

// NewHistory puts a history into the form in which it is kept.
func NewHistory(h *history.History, m *sim.Model, name string, version int) *History {
	sc := m.Scenario
	out := &History{Scenario: name, Hash: sc.Hash(), Seed: sc.Seed, ModelVersion: version, Replicates: h.Replicates,
		Flow: []HistoryCount{}, States: []HistoryState{}, Survival: []HistorySurvival{}, Loads: []HistoryLoad{}}
	for _, c := range h.Flow {
		p := newHistoryCurve(&c.Pooled)
		arm := ""
		if c.Arm >= 0 {
			arm = sc.Arms[c.Arm].Name
		}
		out.Flow = append(out.Flow, HistoryCount{arm, c.Stage, c.Of, c.What, c.First, p.Mean[0], p.MCSE[0], p.Low[0], p.High[0]})
	}
	for _, s := range h.States {
		out.States = append(out.States, HistoryState{sc.Arms[s.Arm].Name, s.State, s.Days, newHistoryCurve(&s.Share)})
	}
	for _, s := range h.Survival {
		o := &sc.Outcomes[s.Outcome]
		out.Survival = append(out.Survival, HistorySurvival{o.Name, o.Variable, o.Set, sc.Arms[s.Arm].Name, s.Days,
			newHistoryCurve(&s.Share), newHistoryCurve(&s.AtRisk)})
	}
	for _, l := range h.Loads {
		out.Loads = append(out.Loads, HistoryLoad{l.Program, l.Service, l.Capacity, l.Days, newHistoryCurve(&l.Served), newHistoryCurve(&l.Waiting)})
	}
	return out
}

// newHistoryCurve keeps six significant digits, more than any figure shows.
func newHistoryCurve(p *history.Pooled) HistoryCurve {
	short := func(list []float64) []report.Number {
		out := make([]report.Number, len(list))
		for k, x := range list {
			y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
			if err != nil {
				y = x // infinite
			}
			out[k] = report.Number(y)
		}
		return out
	}
	return HistoryCurve{short(p.Mean), short(p.MCSE), short(p.Low), short(p.High)}
}

// JSON writes the history as one object on few lines: it is long.
func (h *History) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(h)
}

// ReadHistory reads what JSON writes.
func ReadHistory(r io.Reader) (*History, error) {
	h := new(History)
	if err := json.NewDecoder(r).Decode(h); err != nil {
		return nil, fmt.Errorf("got something else than the history of a run: %w", err)
	}
	if h.Hash == "" || h.Replicates == 0 {
		return nil, fmt.Errorf("got something else than the history of a run")
	}
	if slices.ContainsFunc(h.Flow, func(c HistoryCount) bool { return c.What == "randomized" && c.First == 0 }) {
		return nil, fmt.Errorf("the flow lacks the counts of the first trial: it is of an earlier version")
	}
	for _, s := range h.States {
		if !s.Share.has(len(s.Days)) {
			return nil, fmt.Errorf("the shares in state %s of arm %s don't match the days", s.State, s.Arm)
		}
	}
	for _, s := range h.Survival {
		if !s.Share.has(len(s.Days)) || !s.AtRisk.has(len(s.Days)) {
			return nil, fmt.Errorf("the curve of %s in arm %s doesn't match the days", s.Outcome, s.Arm)
		}
	}
	for _, l := range h.Loads {
		if !l.Served.has(len(l.Days)) || !l.Waiting.has(len(l.Days)) {
			return nil, fmt.Errorf("the numbers served by %s%s don't match the days", l.Program, l.Service)
		}
	}
	return h, nil
}

// has tells whether there are so many of each number.
func (c *HistoryCurve) has(n int) bool {
	return n > 0 && len(c.Mean) == n && len(c.MCSE) == n && len(c.Low) == n && len(c.High) == n
}
