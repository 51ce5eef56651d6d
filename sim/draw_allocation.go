package sim

import (
	"caseload/scenarios"
	"caseload/sim/stream"
)

// randomizers are the methods of randomization: what each compiles, once arms,
// strata and programs are known, and how it gives the clients their arms in order
// of enrolment.
var randomizers = map[scenarios.RandomizationMethod]struct {
	compile  func(*Model, *scenarios.Scenario) // nil: nothing
	allocate func(*Workspace)
}{
	scenarios.SimpleRandomization:  {nil, (*Workspace).allocateInStrata},
	scenarios.PermutedBlocks:       {(*Model).compileBlocks, (*Workspace).allocateInStrata},
	scenarios.Minimization:         {(*Model).compileMinimization, (*Workspace).minimize},
	scenarios.ClusterRandomization: {(*Model).compileClusters, (*Workspace).allocateClusters},
	scenarios.SteppedWedge:         {(*Model).compileClusters, (*Workspace).allocateClusters},
	scenarios.ClusterCrossover:     {(*Model).compileClusters, (*Workspace).allocateClusters},
}

// allocation says how clients are randomized. Each stratum has its own
// stream: as in a real trial, a client who does not come shifts the later
// sequence of that stratum alone.
type allocation struct {
	method  scenarios.RandomizationMethod
	ratio   []int // of the arms
	total   int   // their sum
	sizes   []int // of permuted blocks; nil: simple
	strata  []stratifier
	nstrata int
}

// stratifier is one factor of the strata.
type stratifier struct {
	levels   int
	site     bool
	trait    int // else -1
	subgroup int // else -1
}

// allocator is an allocation in progress.
type allocator struct {
	blocks []block
	swap   func(i, j int)
	order  []uint8 // the block being shuffled
}

type block struct {
	stream stream.Stream
	left   []uint8 // arms still to give out, from the end
	arms   []uint8
}

func (a *allocation) allocator() allocator {
	r := allocator{blocks: make([]block, a.nstrata)}
	longest := 1
	for _, s := range a.sizes {
		longest = max(longest, s)
	}
	for k := range r.blocks {
		r.blocks[k].arms = make([]uint8, longest)
	}
	return r
}

func (m *Model) compileBlocks(sc *scenarios.Scenario) { m.alloc.sizes = sc.Trial.Randomization.Sizes }

// allocate gives each client an arm, in order of enrolment.
func (w *Workspace) allocate() {
	if w.alloc.swap == nil {
		w.alloc.swap = func(i, j int) {
			o := w.alloc.order
			o[i], o[j] = o[j], o[i]
		}
	}
	randomizers[w.m.alloc.method].allocate(w)
}

// allocateInStrata draws arms within each stratum, simply or in permuted blocks.
func (w *Workspace) allocateInStrata() {
	a := &w.m.alloc
	for k := range w.alloc.blocks {
		b := &w.alloc.blocks[k]
		b.stream = w.replicate.Entity(entityStratum, k).Stream(purposeAllocate)
		b.left = nil
	}
	for i := range w.n {
		b := &w.alloc.blocks[w.stratum(i)]
		if a.sizes == nil {
			w.assigned[i] = a.simple(&b.stream)
			continue
		}
		if len(b.left) == 0 {
			w.fill(b)
		}
		last := len(b.left) - 1
		w.assigned[i] = b.left[last]
		b.left = b.left[:last]
	}
}

// stratum returns the client's stratum.
func (w *Workspace) stratum(i int) int {
	s := 0
	for k := range w.m.alloc.strata {
		f := &w.m.alloc.strata[k]
		s = s*f.levels + w.level(f, i)
	}
	return s
}

// level returns the client's level of a factor, as the trial measures it.
func (w *Workspace) level(f *stratifier, i int) int {
	switch {
	case f.site:
		return int(w.site[i])
	case f.trait >= 0:
		return int(w.design.traits[f.trait][i])
	case w.design.member[f.subgroup][i]:
		return 1
	}
	return 0
}

// simple draws an arm in the ratio, whatever went before.
func (a *allocation) simple(r *stream.Stream) uint8 {
	x := r.Intn(a.total)
	for arm, q := range a.ratio {
		if x < q {
			return uint8(arm)
		}
		x -= q
	}
	panic("an arm beyond the last")
}

// fill draws a block's size and shuffles its arms.
func (w *Workspace) fill(b *block) {
	a := &w.m.alloc
	size := a.sizes[0]
	if len(a.sizes) > 1 {
		size = a.sizes[b.stream.Intn(len(a.sizes))]
	}
	o := b.arms[:0]
	for arm, q := range a.ratio {
		for range q * size / a.total {
			o = append(o, uint8(arm))
		}
	}
	w.alloc.order = o
	w.sampler.Use(b.stream)
	w.sampler.Shuffle(len(o), w.alloc.swap)
	b.stream = w.sampler.Stream()
	b.left = o
}
