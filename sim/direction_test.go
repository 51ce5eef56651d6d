package sim

import (
	"testing"

	"caseload/internal/suite"
	"caseload/sim/trial"
)

// A direction is one parameter, set low and high, and what a ward would expect
// to see of it.
type direction struct {
	name      string
	also      []string // set in both
	low, high string
	of        measure
	sign      float64 // +1: higher with high
	// solved lets each of the two solve its own hazards, where the parameter is a
	// natural quantity or is meant to leave one as asked. Otherwise the one with
	// high gets the hazards of the one with low, so that nothing else varies:
	// natural quantities hold with all else at work, and would be kept up against
	// the change.
	solved bool
}

// A measure is a number of one replicate that has been begun.
type measure func(w *Workspace, t *trial.Truth) float64

// Each parameter of each mechanism moves what it should, the way it should, by
// more than 4 standard errors of the paired difference between replicates.
func TestEachParameterMovesWhatItShould(t *testing.T) {
	rows := directions()
	for k, d := range rows {
		if !suite.IsLong() && k%30 > 0 {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			d.check(t)
		})
	}
}

func (d *direction) check(t *testing.T) {
	low := compileRoughly(t, directionTOML(), append(append([]string(nil), d.also...), d.low)...)
	high := compileRoughly(t, directionTOML(), append(append([]string(nil), d.also...), d.high)...)
	if !d.solved {
		high.takeHazards(low)
	}
	const replicates = 40
	diff, se := paired(d.of.run(high, replicates), d.of.run(low, replicates))
	if !(d.sign*diff > 4*se) {
		t.Errorf("%s, not %s: %+.4g (SE %.4g), want the sign of %+g", d.high, d.low, diff, se, d.sign)
	}
}

// takeHazards takes over the baselines of another model's processes.
func (m *Model) takeHazards(from *Model) {
	for p := range m.procs {
		if q := from.find(m.procs[p].name); q >= 0 {
			m.procs[p].base = from.procs[q].base
		}
	}
	m.finish()
}

func (of measure) run(m *Model, replicates int) (x []float64) {
	w, truth := m.NewWorkspace(), m.NewTruth()
	for r := range replicates {
		w.Begin(1, r)
		x = append(x, of(w, truth))
	}
	return x
}

// column is the values of an outcome, by name.
func (w *Workspace) column(list []trial.Column, name string) []float64 {
	for k := range w.m.outcomes {
		if w.m.outcomes[k].name == name {
			return list[k].Value
		}
	}
	panic("no outcome " + name)
}

// among are the values of those clients who are in.
func among(values []float64, in func(i int) bool) (list []float64) {
	for i, y := range values {
		if in(i) {
			list = append(list, y)
		}
	}
	return list
}

// all is the mean of an outcome in the truth as randomized.
func all(outcome string) measure {
	return func(w *Workspace, t *trial.Truth) float64 {
		w.World(AsRandomized, t)
		return meanOf(w.column(t.Outcomes, outcome))
	}
}

// arm is the mean in an arm.
func arm(a uint8, outcome string) measure {
	return func(w *Workspace, t *trial.Truth) float64 {
		w.World(AsRandomized, t)
		return meanOf(among(w.column(t.Outcomes, outcome), func(i int) bool { return t.Arm[i] == a }))
	}
}

// apart is the difference of the arms.
func apart(outcome string) measure {
	return func(w *Workspace, t *trial.Truth) float64 {
		return arm(0, outcome)(w, t) - arm(1, outcome)(w, t)
	}
}

// poor is the mean among those who are poor, less that of the others.
func poor(outcome string) measure {
	return func(w *Workspace, t *trial.Truth) float64 {
		w.World(AsRandomized, t)
		y := w.column(t.Outcomes, outcome)
		return meanOf(among(y, func(i int) bool { return w.traits[0][i] == 1 })) -
			meanOf(among(y, func(i int) bool { return w.traits[0][i] == 0 }))
	}
}

// varies is the standard deviation of an outcome in the trial's record.
func varies(outcome string) measure {
	return func(w *Workspace, _ *trial.Truth) float64 {
		return spread(w.column(w.Trial().Outcomes, outcome))
	}
}

// seen is the mean of what the trial finds.
func seen(outcome string) measure {
	return func(w *Workspace, _ *trial.Truth) float64 { return meanOf(w.column(w.Trial().Outcomes, outcome)) }
}

// absent is the share of an outcome that the trial does not have, in an arm.
func absent(a uint8, outcome string) measure {
	return func(w *Workspace, _ *trial.Truth) float64 {
		o := w.Trial()
		y := among(w.column(o.Outcomes, outcome), func(i int) bool { return o.Arm[i] == a })
		n := 0.0
		for _, x := range y {
			n += yes(x != x)
		}
		return n / float64(len(y))
	}
}

// tally is a count of events in the trial.
func tally(count func(Counts) int) measure {
	return func(w *Workspace, _ *trial.Truth) float64 {
		w.Trial()
		return float64(count(w.Counts()))
	}
}

func contactsMade(c Counts) int  { return c.Contacts }
func programsBegun(c Counts) int { return c.Started }
func givenUp(c Counts) int       { return c.Reneged }
func comingBack(c Counts) int    { return c.Returns }
func lostToStudy(c Counts) int   { return c.Lost }

// screened is how many were screened.
func screened(w *Workspace, _ *trial.Truth) float64 { return float64(w.Screening().Screened) }

// skills is how much managers' effects differ among the clients of one site.
func skills(w *Workspace, _ *trial.Truth) float64 {
	w.Trial()
	var x []float64
	for i := range w.n {
		if w.managerOf(w.client(i)) >= 0 {
			x = append(x, w.careOf(w.client(i), w.m.byArm[0][0]).staff)
		}
	}
	return spread(x)
}

// sites is the standard deviation between sites of an outcome's mean.
func sites(outcome string) measure {
	return func(w *Workspace, t *trial.Truth) float64 {
		w.World(AsRandomized, t)
		var means []float64
		for s := range w.m.sites {
			means = append(means, meanOf(among(w.column(t.Outcomes, outcome), func(i int) bool { return int(w.site[i]) == s })))
		}
		return spread(means)
	}
}

// poorShare is the share of the clients who are poor.
func poorShare(w *Workspace, _ *trial.Truth) float64 { return meanOf(w.traits[0]) }
