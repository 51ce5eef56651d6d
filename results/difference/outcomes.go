package difference

import (
	"io"
	"math"
	"strings"

	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/results/run"
)

// Runs are the runs of both scenarios.
type Runs struct {
	ReplicatesA int   `json:"replicates_a"`
	ReplicatesB int   `json:"replicates_b"`
	SeedA       int64 `json:"seed_a"`
	SeedB       int64 `json:"seed_b"`
}

// An Outcome is an analysis that both scenarios have, among everyone.
type Outcome struct {
	Outcome  string          `json:"outcome"`
	Contrast string          `json:"contrast"`
	Method   string          `json:"method"`
	Effect   measure.Measure `json:"effect"` // what is estimated
	Truth    Pair            `json:"truth"`
	Mean     Pair            `json:"mean"` // of the estimates
	Power    Pair            `json:"power"`

	row *run.Row // of the first scenario
}

// A Pair is a number of both runs, with their Monte Carlo standard errors. That of
// the difference takes the runs as independent. Runs that share a seed often vary
// together, and the error of their difference is then smaller.
type Pair struct {
	A              report.Number `json:"a"`
	AMCSE          report.Number `json:"a_mcse"`
	B              report.Number `json:"b"`
	BMCSE          report.Number `json:"b_mcse"`
	Difference     report.Number `json:"difference"` // B less A
	DifferenceMCSE report.Number `json:"difference_mcse"`
	Clear          bool          `json:"clear"` // more than 3 MCSE from zero
}

func newPair(a, aMCSE, b, bMCSE report.Number) Pair {
	p := Pair{A: a, AMCSE: aMCSE, B: b, BMCSE: bMCSE, Difference: b - a}
	p.DifferenceMCSE = report.Number(math.Sqrt(float64(aMCSE*aMCSE) + float64(bMCSE*bMCSE)))
	size := math.Abs(float64(p.Difference))
	p.Clear = size > report.Negligible && size > report.ClearMCSEs*float64(p.DifferenceMCSE)
	return p
}

// Compare adds what two runs of the scenarios find: for each outcome and contrast of
// both, among everyone, the first method of the first scenario that the second has.
func (d *Difference) Compare(a, b *run.Run) {
	d.Runs, d.Outcomes = &Runs{a.Replicates, b.Replicates, a.Seed, b.Seed}, []Outcome{}
	for _, first := range a.Main() {
		for k := range a.Rows {
			x := &a.Rows[k]
			if x.Outcome != first.Outcome || x.Contrast != first.Contrast || x.Subgroup != first.Subgroup || x.Interaction {
				continue
			}
			if y := counterpart(x, b); y != nil {
				d.Outcomes = append(d.Outcomes, newOutcome(x, y))
				break
			}
		}
	}
}

// counterpart is the row of a run that is about the same as a row of another, nil if
// there is none.
func counterpart(x *run.Row, b *run.Run) *run.Row {
	for k := range b.Rows {
		y := &b.Rows[k]
		if y.Outcome == x.Outcome && y.Variable == x.Variable && y.Subgroup == x.Subgroup && y.Contrast == x.Contrast && y.Method == x.Method &&
			y.Effect == x.Effect && !y.Interaction {
			return y
		}
	}
	return nil
}

func newOutcome(x, y *run.Row) Outcome {
	return Outcome{Outcome: x.Outcome, Contrast: x.Contrast, Method: x.Method, Effect: x.Effect, row: x,
		Truth: newPair(x.Truth, x.TruthMCSE, y.Truth, y.TruthMCSE), Mean: newPair(x.Mean, x.MeanMCSE, y.Mean, y.MeanMCSE),
		Power: newPair(x.Power, x.PowerMCSE, y.Power, y.PowerMCSE)}
}

// number is one of the numbers of an outcome and how it is shown.
type number struct {
	key, name, unit string
	scale           report.Number
	pair            *Pair
}

func (o *Outcome) numbers() []number {
	_, unit, has := strings.Cut(o.row.MeasureName(), ", ")
	if !has {
		unit = o.row.MeasureName()
	}
	return []number{{"truth", "true effect", unit, o.row.Scale(), &o.Truth}, {"mean", "mean estimate", unit, o.row.Scale(), &o.Mean}, {"power", "power", "%", 100, &o.Power}}
}

func (d *Difference) outcomesCSV(w io.Writer) error {
	var rows [][]string
	for k := range d.Outcomes {
		o := &d.Outcomes[k]
		for _, n := range o.numbers() {
			cells, err := report.CellsOf(n.pair)
			if err != nil {
				return err
			}
			row := []string{o.Outcome, o.Contrast, o.Method, string(o.Effect), n.key}
			for _, c := range cells {
				row = append(row, c.Value)
			}
			rows = append(rows, row)
		}
	}
	return report.WriteCSV(w, []string{"outcome", "contrast", "method", "effect", "number", "a", "a_mcse", "b", "b_mcse", "difference", "difference_mcse", "clear"}, rows)
}
