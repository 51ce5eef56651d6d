package trial

import "caseload/sim"

// A Data is what the study has of a trial, in tables.
type Data struct {
	model     *sim.Model
	shown     *sim.Shown
	replicate int
	many      bool // the tables are of many trials, one after the other
}

// tables are those of clients and visits, and if asked for of events.
func (t *Data) tables(events bool) []*Dataset {
	all := []*Dataset{t.clients(), t.visits()}
	if events {
		all = append(all, t.events())
	}
	return all
}

// table makes a table without columns; of many trials, with the number of the trial.
func (t *Data) table(name string, rows func() int) *Dataset {
	d := &Dataset{Name: name, rows: rows}
	if t.many {
		d.addNumber("replicate", "integer", "", "number of the trial, from 0", func(int) float64 { return float64(t.replicate) })
	}
	return d
}

// A Recorder runs trials and puts them into the tables of their data, one after the
// other. It is for one goroutine at a time.
type Recorder struct {
	Tables []*Dataset // clients, visits and, if asked for, events
	of     *sim.Recorder
	data   *Data
	seed   int64
}

// NewRecorder makes a recorder of the trials of the model's scenario, whose tables tell
// them apart.
func NewRecorder(m *sim.Model, events bool) *Recorder { return newRecorder(m, events, true) }

// NewSingle makes a recorder whose tables are of one trial each.
func NewSingle(m *sim.Model, events bool) *Recorder { return newRecorder(m, events, false) }

func newRecorder(m *sim.Model, events, many bool) *Recorder {
	w := &Recorder{of: m.NewRecorder(events), data: &Data{model: m, many: many}, seed: m.Scenario.Seed}
	w.Show(0) // which columns there are is seen in the first
	w.Tables = w.data.tables(events)
	return w
}

// Show puts a replicate into the tables in place of the one before.
func (w *Recorder) Show(replicate int) {
	w.data.replicate, w.data.shown = replicate, w.of.Show(w.seed, replicate)
}
