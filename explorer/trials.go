package explorer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/report"
	"caseload/results/run"
)

// Dots are what some trials report of one outcome, each at its place from the first on.
type Dots struct {
	Outcome  string          `json:"outcome"`
	Estimate []report.Number `json:"estimate"` // in the unit shown; null: none could be made
	P        []report.Number `json:"p"`
	Rejects  []bool          `json:"rejects"`
}

// Range is some trials of the run: what they report, and the block that they leave for Add.
type Range struct {
	From  int    `json:"from"`
	Dots  []Dots `json:"dots"`
	Block []byte `json:"-"`
}

// Run runs trials from to to, to excluded, all of one block of the run. It ends with an error
// once ctx is done.
func (s *Session) Run(ctx context.Context, from, to int, progress func(done, want int)) (*Range, error) {
	b, err := s.trial.Run(ctx, replicate.Range{From: from, To: to}, progress)
	if err != nil {
		return nil, err
	}
	out := &Range{From: from, Block: encode(b)}
	for i, k := range s.rows {
		if k < 0 {
			continue
		}
		_, row := s.spoken(i)
		d := Dots{Outcome: s.sc.Outcomes[i].Name}
		for _, numbers := range b.Rows {
			fit, p, rejects := s.trial.Fit(numbers, k)
			value := report.Missing()
			if !fit.Status.Failed() {
				value = report.Number(fit.Value) * row.Scale()
			}
			d.Estimate, d.P, d.Rejects = append(d.Estimate, value), append(d.P, report.Number(p)), append(d.Rejects, rejects)
		}
		out.Dots = append(out.Dots, d)
	}
	return out, nil
}

// BlockSize is how many trials a block has: no range may go beyond its end.
const BlockSize = analysis.BlockSize

// encode writes a block as numbers of eight bytes: the first replicate, how many rows,
// numbers in a row, counts and numbers of the pilot there are, and then these.
func encode(b *analysis.Block) []byte {
	head := []int64{int64(b.First), int64(len(b.Rows)), int64(len(b.Rows[0])), int64(len(b.Counts)), int64(len(b.Pilot))}
	out := make([]byte, 0, 8*(len(head)+len(b.Rows)*len(b.Rows[0])+len(b.Counts)+len(b.Pilot)))
	for _, x := range append(head, b.Counts...) {
		out = binary.LittleEndian.AppendUint64(out, uint64(x))
	}
	for _, row := range append([][]float64{b.Pilot}, b.Rows...) {
		for _, x := range row {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
		}
	}
	return out
}

// decode reads what encode has written.
func decode(data []byte) (*analysis.Block, error) {
	const head = 5
	broken := errors.New("explorer: a block that is cut off")
	if len(data) < 8*head {
		return nil, broken
	}
	next := func() uint64 {
		x := binary.LittleEndian.Uint64(data)
		data = data[8:]
		return x
	}
	var n [head]int
	for k := range n {
		if n[k] = int(next()); n[k] < 0 || k > 0 && n[k] > len(data)/8 {
			return nil, broken
		}
	}
	rows, width, counts, pilot := n[1], n[2], n[3], n[4]
	if len(data) != 8*(rows*width+counts+pilot) {
		return nil, broken
	}
	b := &analysis.Block{First: n[0]}
	for range counts {
		b.Counts = append(b.Counts, int64(next()))
	}
	numbers := func(n int) (row []float64) {
		for range n {
			row = append(row, math.Float64frombits(next()))
		}
		return row
	}
	b.Pilot = numbers(pilot)
	for range rows {
		b.Rows = append(b.Rows, numbers(width))
	}
	return b, nil
}

// Add adds a block that a session of the same request has left.
func (s *Session) Add(block []byte) error {
	b, err := decode(block)
	if err == nil {
		s.done.Add(b)
	}
	return err
}

// result is the run of the trials that are there without a gap.
func (s *Session) result(keep run.Filter) (*run.Run, error) {
	r, err := s.done.Result(s.m, s.options())
	if err != nil {
		return nil, err
	}
	return run.New(r, cmp.Or(s.req.Scenario, "scenario"), s.m.Shared(), keep), nil
}

// JSON is what "caseload run --json" prints of so many trials.
func (s *Session) JSON() ([]byte, error) {
	r, err := s.result(run.Filter{Outcomes: s.sc.Ask.Outcomes, Subgroups: s.sc.Ask.Subgroups})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = r.JSON(&out)
	return out.Bytes(), err
}

// CSV is what "caseload run --format csv" prints of so many trials.
func (s *Session) CSV() ([]byte, error) {
	r, err := s.result(run.Filter{Outcomes: s.sc.Ask.Outcomes, Subgroups: s.sc.Ask.Subgroups})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = r.CSV(&out)
	return out.Bytes(), err
}

// Found is what the trials that are there show of one outcome, in the unit shown.
type Found struct {
	Replicates int           `json:"replicates"`
	Truth      report.Number `json:"truth"`
	TruthMCSE  report.Number `json:"truth_mcse"`
	Mean       report.Number `json:"mean"` // of what trials report
	MeanMCSE   report.Number `json:"mean_mcse"`
	Power      report.Number `json:"power"` // in percent; null: the method has no test here
	PowerMCSE  report.Number `json:"power_mcse"`
	TruthText  string        `json:"truth_text"` // with unit and error
	// RolloutText is "" where clients share no queue, so that everyone in one arm or in the
	// other differ by the truth.
	RolloutText string `json:"rollout_text"`
	MeanText    string `json:"mean_text"`
	PowerText   string `json:"power_text"`
	Sentence    string `json:"sentence"`
	People      string `json:"people"` // the truth in people
}

// Found says what the trials that are there show of an outcome.
func (s *Session) Found(outcome string) (*Found, error) {
	i, err := s.outcome(outcome)
	if err != nil {
		return nil, err
	}
	r, err := s.result(run.Filter{Outcomes: []string{s.sc.Outcomes[i].Name}, Subgroups: []string{report.Everyone}})
	if err != nil {
		return nil, err
	}
	_, spoken := s.spoken(i)
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Method == spoken.Method {
			return s.found(r, row), nil
		}
	}
	return nil, fmt.Errorf("explorer: no analysis of %s", outcome)
}

func (s *Session) found(r *run.Run, row *run.Row) *Found {
	x := row.Scale()
	f := &Found{Replicates: r.Replicates, Truth: row.Truth * x, TruthMCSE: row.TruthMCSE * x, Mean: row.Mean * x, MeanMCSE: row.MeanMCSE * x,
		Power: row.Power * 100, PowerMCSE: row.PowerMCSE * 100, People: People(row, s.sc.Labels())}
	unit := " " + unitOf(row)
	if s.m.Shared() {
		f.RolloutText = withError(row.TruthRollout*x, row.RolloutMCSE*x, unit)
	}
	f.TruthText, f.MeanText, f.PowerText = withError(f.Truth, f.TruthMCSE, unit), withError(f.Mean, f.MeanMCSE, unit), withError(f.Power, f.PowerMCSE, " %")
	if lines := r.Summary(); len(lines) > 0 {
		f.Sentence = lines[0]
	}
	return f
}
