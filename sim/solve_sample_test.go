package sim

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// wholeLives is what a probe sees of lives with all that goes on in them, to their end and
// one after another.
func wholeLives(w *Workspace, b probe, n, arm int) *probe {
	for i := range w.arm {
		w.arm[i] = uint8(arm)
	}
	w.lossOff = b.target != w.m.loss.proc
	w.reset()
	w.probe = &b
	b.paths = make([][]step, n)
	for i := range n {
		b.steps, b.closed = nil, false
		w.now = calendar.Key(0, rankArrival, i)
		w.enrol(w.client(i), 0)
		w.advance(w.client(i))
		b.paths[i] = b.steps
	}
	w.probe = nil
	return &b
}

// drawProbe draws what a probe asks about.
func drawProbe(t *rapid.T, m *Model, n int) (b probe, arm int) {
	var targets []processID
	for p := range m.procs {
		if p := processID(p); m.slotOf(p) != 0 && !m.fromState(p) {
			targets = append(targets, p)
		}
	}
	b.target, b.seek = rapid.SampledFrom(targets).Draw(t, "target"), -1
	b.sight = max(1, int64(ticks(rapid.SampledFrom([]float64{0, 0.5, 20, 60, 200}).Draw(t, "sight"))))
	for k := range m.services {
		if v := &m.services[k]; v.leave == b.target {
			b.seek = v.seek
			for i := range n {
				b.entry = append(b.entry, int64(ticks(180*frac(i, math.Pi))))
			}
		}
	}
	if b.slots = math.MaxUint64; b.sight > 1 {
		b.slots = m.influences(b.target)
	}
	return b, rapid.IntRange(0, m.arms-1).Draw(t, "arm")
}

// fromState reports whether the process begins with a state that no probe forces.
func (m *Model) fromState(p processID) bool {
	for k := range m.services {
		if v := &m.services[k]; p == v.seek || p == v.leave {
			return false
		}
	}
	return !m.fromEnrolment(p)
}

// A probe leaves out what has no influence, makes many contacts at once, stops where it
// need not look any further, and has its clients live side by side. What it sees is to
// the bit what it would see of whole lives.
func TestAProbeSeesWhatWholeLivesShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 64
		m := compileRoughly(t, sparse(t, wholeTOML)+wholeOutcomes(), append(drawWhole(t), drawPrograms(t)...)...)
		u := m.unqueued(n)
		u.horizon *= 2
		b, arm := drawProbe(t, u, n)
		if base := &u.procs[b.target].base; base.kind == never {
			*base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
		}
		w := u.newWorkspace(n)
		w.sample = true
		w.drawSample()
		want := wholeLives(w, b, n, arm)
		w.probed(&b, n, arm)
		for i := range n {
			comparePaths(t, u, &b, want, i)
		}
	})
}

// comparePaths compares what quantities read of two probes.
func comparePaths(t *rapid.T, m *Model, b, want *probe, i int) {
	asked := []func(*step) bool{everyStep}
	for k := range m.programs {
		for e := range m.programs[k].effects {
			if f := &m.programs[k].effects[e]; f.process == b.target && f.stages > 0 {
				asked = append(asked, func(st *step) bool { return f.stage(st.bits) >= 0 })
			}
		}
	}
	for k, keep := range asked {
		for _, to := range []int64{b.sight / 3, b.sight} {
			x, jumps := b.integral(i, 0, to, identity, keep)
			y, wanted := want.integral(i, 0, to, identity, keep)
			if x != y || jumps != wanted {
				t.Fatalf("%s of client %d, to tick %d, question %d: %v and %v, want %v and %v", m.procs[b.target].name, i, to, k, x, jumps, y, wanted)
			}
		}
	}
	if b.sight > 1 || len(want.paths[i]) == 0 {
		return
	}
	mult, rate := m.atStart(b.paths[i])
	if wantMult, wantRate := m.atStart(want.paths[i]); mult != wantMult || rate != wantRate {
		t.Fatalf("%s of client %d: another hazard at the start", m.procs[b.target].name, i)
	}
}

// sparse drops most of what states act on, and some effects, so that not everything has an
// influence on everything.
func sparse(t *rapid.T, text string) string {
	drop := func(n int) bool { return rapid.IntRange(0, n).Draw(t, "drop") > 0 }
	kept := ""
	for _, table := range strings.Split(text, "\n[") {
		if strings.HasPrefix(table, "[program") && drop(2) {
			continue
		}
		kept += "\n["
		dropped := false
		for line := range strings.Lines(table) {
			if strings.HasPrefix(line, "acts_on") {
				dropped = drop(3)
			}
			if !dropped || !strings.HasPrefix(line, "acts_") {
				kept += line
			}
		}
	}
	return strings.TrimPrefix(kept, "\n[")
}

// drawPrograms draws changes to what programs do.
func drawPrograms(t *rapid.T) (sets []string) {
	choose := func(name string, options ...string) {
		if s := rapid.SampledFrom(append(options, "")).Draw(t, name); s != "" {
			sets = append(sets, s)
		}
	}
	choose("rhythm", `program.supervision.contacts={every_days=30}`, `program.supervision.contacts={every_days=40}`)
	choose("uptake", `program.supervision.uptake=0.4`)
	choose("duration", `program.supervision.duration_days=45`)
	choose("chances", `program.supervision.effect=[{on="linkage",hazard_ratio=1.5,lasts_days=30},{on="arrest",hazard_ratio=0.3,lasts_days=9,half_life_days=4,direct=true}]`,
		`program.supervision.effect=[{on="leaving",hazard_ratio=0.5,lasts_days=15,in="needy"},{on="quit",hazard_ratio=2,lasts_days=60,direct=true}]`)
	return sets
}

// Parts of the sample may have as many events together as the sample in one piece, and
// one that fails is the failure of all: the first one's.
func TestPartsFailAsTheWhole(t *testing.T) {
	got := func() (r any) {
		defer func() { r = recover() }()
		inParts(100, func(from, to int) {
			if from > 30 {
				panic(fmt.Sprint(from))
			}
		})
		return nil
	}()
	if got != "31" {
		t.Errorf("got %v, want that of the part from 31", got)
	}
	seen := make([]int, 37)
	inParts(len(seen), func(from, to int) {
		for i := from; i < to; i++ {
			seen[i]++
		}
	})
	for i, k := range seen {
		if k != 1 {
			t.Errorf("client %d lives %d times", i, k)
		}
	}
}
