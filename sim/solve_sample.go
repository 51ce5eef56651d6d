package sim

import (
	"runtime"
	"sync"
	"sync/atomic"

	"caseload/sim/calendar"
)

// How the sample of a probe is lived: each client's life without the others, on all
// cores, no further than the probe looks.

// parts is how many parts the sample is lived in. The events that a part may have don't
// depend on the number of cores, and so nothing does.
const parts = 16

// stepBlock is how many steps are made room for at a time.
const stepBlock = 1 << 10

// inParts calls f for each part of 0..n, on all cores, and panics as the first part
// that does.
func inParts(n int, f func(from, to int)) {
	var next atomic.Int32
	var failed [parts]any
	run := func(k int) {
		defer func() { failed[k] = recover() }()
		f(k*n/parts, (k+1)*n/parts)
	}
	var all sync.WaitGroup
	for range min(parts, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for k := next.Add(1); k <= parts; k = next.Add(1) {
				run(int(k - 1))
			}
		})
	}
	all.Wait()
	for _, r := range failed {
		if r != nil {
			panic(r)
		}
	}
}

// probed lives the first n of the sample for the probe.
func (w *Workspace) probed(b *probe, n, arm int) {
	w.lossOff = b.target != w.m.loss.proc
	b.paths = make([][]step, n)
	var steps atomic.Int64
	w.sampled(b.slots, n, arm, func(v *Workspace, from, to int) {
		part := *b
		v.probe = &part
		for i := from; i < to; i++ {
			v.liveProbed(i)
			if steps.Add(int64(len(b.paths[i]))) > maxSteps {
				panic(tooManySteps)
			}
		}
	})
}

// sampled calls live for each part of the first n of the sample, all in the arm and with
// nothing happening but on the slots.
func (w *Workspace) sampled(slots uint64, n, arm int, live func(v *Workspace, from, to int)) {
	for i := range w.arm {
		w.arm[i] = uint8(arm)
	}
	w.reset()
	m, given := w.m.limited(slots), w.deal(n)
	var events atomic.Int64
	inParts(n, func(from, to int) {
		v := *w
		v.m, v.fixed, v.spells = m, given, nil
		live(&v, from, to)
		events.Add((w.allowed.batches-v.allowed.batches)*eventBatch + eventBatch - int64(v.allowed.batch))
	})
	for left := events.Load(); left > 0; left -= eventBatch {
		w.spend(int(min(left, eventBatch)))
	}
}

// deal gives each client of the sample the case managers whose turn it is.
func (w *Workspace) deal(n int) (managers []int32) {
	managers = make([]int32, n*len(w.m.programs))
	for i := range n {
		for _, k := range w.m.byArm[w.arm[i]] {
			if w.m.programs[k].staff > 0 && w.takesUp(i, k) {
				q := w.poolOf(w.client(i), k)
				managers[i*len(w.m.programs)+k] = q.first + q.turn
				q.turn = (q.turn + 1) % q.len
			}
		}
	}
	return managers
}

// liveProbed lives client i until the path is over, or as long as the probe looks.
func (w *Workspace) liveProbed(i int) {
	b := w.probe
	if cap(b.steps)-len(b.steps) < stepBlock/8 {
		b.steps = make([]step, 0, stepBlock)
	}
	b.began, b.closed = len(b.steps), false
	w.spells = w.spells[:0]
	end := b.sight
	if b.entry != nil {
		end += b.entry[i]
	}
	if b.stay != nil {
		end += b.stay[i]
	}
	w.now = calendar.Key(0, rankArrival, i)
	w.enrol(w.client(i), 0)
	until := keyAt(end, rankEnd, 0)
	for k := w.earliest(w.client(i)); k < until && !b.closed; k = w.earliest(w.client(i)) {
		w.fire(w.client(i), k, until)
	}
	b.paths[i] = b.steps[b.began:len(b.steps):len(b.steps)]
}
