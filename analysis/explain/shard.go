package explain

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"caseload/analysis/measure"
	"caseload/sim"
)

// saveEvery is how much work a machine that fails can cost.
const saveEvery = 30 * time.Second

// A Piece is what one of several machines finds of an explanation: of some of its
// worlds what all their trials sum to, and some of what stands beside the worlds.
type Piece struct {
	Replicates int   // done, of each of its worlds
	Worlds     []int // by their numbers in the explanation
	// Sums and Counts are of each world: its records by batch, and of times the events
	// and exits by day.
	Sums   [][][12]float64
	Counts [][]int64
	Steps  []int // those that are done, by their numbers

	Truth, Rollout Number
	Measure        measure.Measure
	Path           *Path
	Dilution       *Dilution
}

// Shard says which of several machines this one is: number Index, from 1, of Of.
type Shard struct{ Index, Of int }

// has tells whether the k-th thing to do, of whatever kind, is this machine's.
func (s Shard) has(k int) bool { return k%s.Of == s.Index-1 }

// Find finds a piece of the explanation that Run gives, or goes on with what was found
// of it before. It saves what is found now and then, and in the end. Where ctx is done
// before all is found, the piece is not whole.
func (p *Piece) Find(ctx context.Context, m *sim.Model, question Question, opt Options, shard Shard, save func(*Piece) error) (whole bool, err error) {
	c, err := newComparison(m, question, opt)
	if err != nil {
		return false, err
	}
	var lives []lived
	for k, l := range c.w.lives() {
		if shard.has(k) {
			lives = append(lives, l)
		}
	}
	s, own := newSimulation(c.w, lives, opt), worldsOf(lives)
	if err := p.onto(s, own); err != nil {
		return false, err
	}
	s.finished = s.done * len(own)
	s.save = func() error {
		p.of(s, own)
		return save(p)
	}
	if err := s.run(ctx); err != nil {
		return false, err
	}
	if err := s.save(); err != nil || s.done < opt.Replicates {
		return false, err
	}
	return p.finish(ctx, c, opt, shard, save)
}

// finish does the steps beside the worlds that are this machine's. They are given out
// from the last machine on, which has the fewest worlds.
func (p *Piece) finish(ctx context.Context, c *comparison, opt Options, shard Shard, save func(*Piece) error) (whole bool, err error) {
	opt.Progress = nil
	back := Shard{shard.Of - shard.Index + 1, shard.Of}
	for k, step := range c.steps() {
		if !back.has(k) || slices.Contains(p.Steps, k) {
			continue
		}
		e := &Explanation{Shared: c.w.base.Shared(), Truth: Missing(), Rollout: Missing()}
		err := step(ctx, e, opt)
		if ctx.Err() != nil {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		p.take(k, e)
		if err := save(p); err != nil {
			return false, err
		}
	}
	return true, nil
}

// take takes what a step has found.
func (p *Piece) take(step int, e *Explanation) {
	p.Steps = append(p.Steps, step)
	switch step {
	case 0:
		p.Truth, p.Rollout, p.Measure = e.Truth, e.Rollout, e.Measure
	case 1:
		p.Path = e.Path
	case 2:
		p.Dilution = e.Dilution
	}
}

// give gives an explanation what the steps have found.
func (p *Piece) give(e *Explanation) {
	for _, step := range p.Steps {
		switch step {
		case 0:
			e.Truth, e.Rollout, e.Measure = p.Truth, p.Rollout, p.Measure
		case 1:
			e.Path = p.Path
		case 2:
			e.Dilution = p.Dilution
		}
	}
}

// of makes the piece what a simulation of its worlds has found.
func (p *Piece) of(s *simulation, own []int) {
	p.Replicates, p.Worlds, p.Sums, p.Counts = s.done, own, nil, nil
	for k := range s.tallies {
		sums := make([][12]float64, len(s.tallies[k].by))
		for b := range sums {
			sums[b] = s.tallies[k].by[b]
		}
		p.Sums, p.Counts = append(p.Sums, sums), append(p.Counts, s.tallies[k].counts)
	}
}

// onto puts what was found into a simulation of the same worlds, whose places are own.
func (p *Piece) onto(s *simulation, own []int) error {
	if p.Replicates == 0 {
		return nil
	}
	at := map[int]int{}
	for k, world := range own {
		at[world] = k
	}
	if len(p.Sums) != len(p.Worlds) || len(p.Counts) != len(p.Worlds) {
		return errors.New("explain: a piece without all of its worlds")
	}
	for k, world := range p.Worlds {
		place, ok := at[world]
		if !ok || len(p.Sums[k]) != len(s.tallies[place].by) || len(p.Counts[k]) != len(s.tallies[place].counts) {
			return errors.New("explain: a piece of another explanation")
		}
		for b := range p.Sums[k] {
			s.tallies[place].by[b] = p.Sums[k][b]
		}
		copy(s.tallies[place].counts, p.Counts[k])
	}
	s.done = p.Replicates
	return nil
}

// Join is the explanation that the pieces of all machines make: that of Run.
func Join(m *sim.Model, question Question, opt Options, pieces []*Piece) (*Explanation, error) {
	c, err := newComparison(m, question, opt)
	if err != nil {
		return nil, err
	}
	lives := c.w.lives()
	s, own, seen, steps := newSimulation(c.w, lives, opt), worldsOf(lives), map[int]bool{}, map[int]bool{}
	for _, p := range pieces {
		if p.Replicates != opt.Replicates {
			return nil, fmt.Errorf("explain: a piece of %d replicates, want %d", p.Replicates, opt.Replicates)
		}
		if err := p.onto(s, own); err != nil {
			return nil, err
		}
		for _, world := range p.Worlds {
			seen[world] = true
		}
		for _, k := range p.Steps {
			steps[k] = true
		}
	}
	if len(seen) < len(c.w.models) || len(steps) < len(c.steps()) {
		return nil, fmt.Errorf("explain: the pieces have %d of %d worlds, and %d of %d further steps", len(seen), len(c.w.models), len(steps), len(c.steps()))
	}
	s.done = opt.Replicates
	e := c.explanation(s)
	for _, p := range pieces {
		p.give(e)
	}
	return e, nil
}

// Parts returns how many parts an explanation has that several machines can share: its worlds, of
// which two whose clients live the same lives go together.
func Parts(m *sim.Model, question Question, opt Options) (int, error) {
	c, err := newComparison(m, question, opt)
	if err != nil {
		return 0, err
	}
	return len(c.w.lives()), nil
}

// MarshalBinary keeps every bit, that of a negative zero too.
func (n Number) MarshalBinary() ([]byte, error) {
	out := binary.LittleEndian.AppendUint64(nil, math.Float64bits(n.Value))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(n.MCSE)), nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (n *Number) UnmarshalBinary(text []byte) error {
	if len(text) != 16 {
		return errors.New("explain: not a number")
	}
	n.Value = math.Float64frombits(binary.LittleEndian.Uint64(text))
	n.MCSE = math.Float64frombits(binary.LittleEndian.Uint64(text[8:]))
	return nil
}
