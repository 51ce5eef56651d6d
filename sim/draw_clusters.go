package sim

import (
	"slices"

	"caseload/scenarios"
	"caseload/sim/stream"
)

// clusters are the units randomized as a whole: sites, or case managers with the
// clients who come to them.
//
// A site's case managers are numbered through its arms: each arm has as many as
// the staff of its first program whose clients come to case managers of their
// own.
type clusters struct {
	by      clusterKind
	program []int // by arm: the program whose case managers they are
	staff   []int // by arm: its case managers at a site
	first   []int // by arm: the number of the first of them
	total   int   // case managers at a site
}

type clusterKind uint8

const (
	notClustered clusterKind = iota
	bySite
	byManager
)

// Clustered reports whether arms are allocated by clusters, which Observed.Cluster
// then numbers.
func (m *Model) Clustered() bool { return m.design.clusters.by != notClustered }

func (m *Model) compileClusters(sc *scenarios.Scenario) {
	c := &m.design.clusters
	if c.by = bySite; sc.Trial.Randomization.By != scenarios.RandomizedManagers {
		m.compileSchedule(sc)
		return
	}
	c.by = byManager
	for a := range sc.Arms {
		program := slices.IndexFunc(m.byArm[a], func(k int) bool { return sc.Programs[m.programs[k].name].OwnManagers() })
		if program < 0 { // clients may have to wait for theirs
			program = slices.IndexFunc(m.byArm[a], func(k int) bool { return m.programs[k].staff > 0 })
		}
		program = m.byArm[a][program]
		staff := m.programs[program].staff
		c.program = append(c.program, program)
		c.staff = append(c.staff, staff)
		c.first = append(c.first, c.total)
		c.total += staff
	}
}

// round is the order in which a site's next clients go to its case managers.
type round struct {
	stream stream.Stream
	order  []int32
	next   int
}

func newRounds(sites, managers int) []round {
	r := make([]round, sites)
	for s := range r {
		r[s].order = make([]int32, managers)
	}
	return r
}

// allocateClusters gives each cluster an arm, and its clients with it.
func (w *Workspace) allocateClusters() {
	if w.m.design.clusters.by == bySite {
		w.allocateSites()
		return
	}
	w.allocateManagers()
}

// allocateSites gives each site a sequence of the schedule, which in a parallel trial is an arm: as
// many sites to a sequence as the shares say, rounded down or up by a draw so that the mean is
// exact (systematic sampling of the sequences), and which ones at random. Clients are in the
// arm that is in force when they enrol.
func (w *Workspace) allocateSites() {
	s := &w.m.design.schedule
	sites, cum := w.m.sites, 0
	r := w.replicate.Entity(entityStratum, 0).Stream(purposeAllocate)
	start := r.Intn(s.total)
	sequence := w.design.sequence[:0]
	for k, q := range s.shares {
		n := ((cum+q)*sites+start)/s.total - (cum*sites+start)/s.total
		for range n {
			sequence = append(sequence, uint8(k))
		}
		cum += q
	}
	w.alloc.order = sequence
	w.sampler.Use(r)
	w.sampler.Shuffle(sites, w.alloc.swap)
	for i := range w.n {
		w.design.cluster[i] = int32(w.site[i])
		w.assigned[i] = s.arms[sequence[w.site[i]]][w.periodOf(i)]
	}
}

// allocateManagers sends a site's clients to its case managers in turn, each
// round in an order of its own, and gives each client the manager's arm.
func (w *Workspace) allocateManagers() {
	c := &w.m.design.clusters
	for s := range w.design.rounds {
		w.design.rounds[s].stream = w.replicate.Entity(entityStratum, s).Stream(purposeAllocate)
		w.design.rounds[s].next = c.total
	}
	for i := range w.n {
		site := int(w.site[i])
		r := &w.design.rounds[site]
		if r.next == c.total {
			w.beginRound(r)
		}
		manager := int(r.order[r.next])
		r.next++
		w.design.cluster[i] = int32(site*c.total + manager)
		w.assigned[i] = c.armOf(manager)
	}
}

// beginRound shuffles a site's case managers.
func (w *Workspace) beginRound(r *round) {
	for g := range r.order {
		r.order[g] = int32(g)
	}
	if w.design.swap == nil {
		w.design.swap = func(i, j int) {
			o := w.design.order
			o[i], o[j] = o[j], o[i]
		}
	}
	w.design.order = r.order
	w.sampler.Use(r.stream)
	w.sampler.Shuffle(len(r.order), w.design.swap)
	r.stream = w.sampler.Stream()
	r.next = 0
}

// armOf returns the arm of a site's case manager.
func (c *clusters) armOf(manager int) uint8 {
	arm := 0
	for manager >= c.first[arm]+c.staff[arm] {
		arm++
	}
	return uint8(arm)
}

// givenManager returns the case manager to whom client i of program k comes by
// allocation, -1 for whoever is free: in the staff of the program, the one at
// the place of the cluster's number at the site, modulo the staff. An arm's
// managers are numbered on end, so that each has a place of its own; a client
// who gets the programs of another arm (in a world with everyone in one arm, or
// by contamination) comes to somebody there too. The sample on which hazards are
// solved has a manager for each client.
func (w *Workspace) givenManager(i, k int) int32 {
	c := &w.m.design.clusters
	if c.by != byManager || w.probe != nil {
		return -1
	}
	if c.program[w.careArm(i)] != k {
		return -1
	}
	q := w.poolOf(w.client(i), k)
	return q.first + w.design.cluster[i]%int32(c.total)%q.len
}

// nextInLine returns the first client of the pool's list whom manager g can take, -1
// for none: a client who was given another manager goes on waiting.
func (w *Workspace) nextInLine(q *pool, k int, g int32) int32 {
	if w.m.design.clusters.by != byManager {
		return q.line.head
	}
	for j := q.line.head; j >= 0; j = w.careLinks[k][j].next {
		if given := w.givenManager(int(j), k); given < 0 || given == g {
			return j
		}
	}
	return -1
}
