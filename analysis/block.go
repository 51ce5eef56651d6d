package analysis

import (
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
)

// A Block is what some replicates in a row leave: all that their performance is
// computed from. Block k of a run is of replicates k x BlockSize and those after
// it, BlockSize of them or what there is.
type Block struct {
	First  int         // replicate of the first row
	Rows   [][]float64 // a replicate each: Layout.Width numbers, NaN where there is none
	Counts []int64     // Layout.Counts numbers, sums over the rows: they add up where blocks are joined
	// Pilot is Layout.Pilot numbers that are the same in all blocks of a run: what
	// the truth of adjusted models is expanded about.
	Pilot []float64
}

// A Store keeps what replicates leave, so that they need not be run again. A
// run reads first what is there and adds to it. It calls one method at a time.
type Store interface {
	// Read is block k as far as it is kept, its rows counted from its first
	// replicate on or, in a shard, from the first that is the shard's; nil if
	// nothing is. What it returns is the caller's.
	Read(k int) (*Block, error)
	// Keep takes block k, after those before it, when nothing more will be added
	// to it. The block is the caller's again afterwards.
	Keep(k int, b *Block) error
}

// A Checkpointer is a Store that can keep a block before it is complete, and puts all
// that it was given on the disk. The block is kept again when there is more of it.
type Checkpointer interface {
	Checkpoint(k int, b *Block) error
}

// Layout says how the rows of a run's blocks are laid out.
type Layout struct {
	Keys   []Key // of the analyses, in the order of their fits in a row
	Width  int   // numbers in a row
	Counts int   // counts in a block
	Pilot  int   // numbers in a pilot
	// Drawn are the keys whose numbers replicates draw.
	Drawn []string

	drawn int // where they are in a row
}

// Key tells analyses apart.
type Key struct {
	Outcome  string        `json:"outcome"`
	Subgroup string        `json:"subgroup"`
	Contrast string        `json:"contrast"`
	Method   string        `json:"method"`
	Set      scenarios.Set `json:"set"`
}

// NewLayout returns the layout of a model's runs.
func NewLayout(m *sim.Model) (*Layout, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	return p.layout(), nil
}

// Fit is the result of one analysis of one replicate.
type Fit struct {
	Status        estimate.Status
	Value, SE, DF float64 // the estimate in its measure's unit; DF is NaN for a normal one
	Low, High     float64 // at the scenario's alpha
	Stat, P       float64 // of the test of no difference, two-sided
	SMD           float64
	N1, N0        float64 // rows analysed, treated and control
	Mean1, Mean0  float64 // of the outcome in them; NaN for times
	Missing       float64 // rows of the set without outcome
	Truth         float64 // of the replicate's own clients, for differences of means
}

// fitWidth is how many numbers a fit takes in a row.
const fitWidth = 15

// Fit returns analysis k of the row of a replicate.
func (l *Layout) Fit(row []float64, k int) Fit { return record(row).fit(k) }

// DrawnIn returns what a replicate has drawn, in the order of Drawn.
func (l *Layout) DrawnIn(row []float64) []float64 { return row[l.drawn:][:len(l.Drawn)] }

// record is the row of a replicate.
type record []float64

func (r record) fit(k int) Fit {
	x := r[k*fitWidth:][:fitWidth]
	return Fit{Status: estimate.Status(x[0]), Value: x[1], SE: x[2], DF: x[3], Low: x[4], High: x[5], Stat: x[6], P: x[7],
		SMD: x[8], N1: x[9], N0: x[10], Mean1: x[11], Mean0: x[12], Missing: x[13], Truth: x[14]}
}

func (r record) setFit(k int, f *Fit) {
	copy(r[k*fitWidth:][:fitWidth], []float64{float64(f.Status), f.Value, f.SE, f.DF, f.Low, f.High, f.Stat, f.P,
		f.SMD, f.N1, f.N0, f.Mean1, f.Mean0, f.Missing, f.Truth})
}
