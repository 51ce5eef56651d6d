package sim

import (
	"fmt"

	"caseload/sim/calendar"
	"caseload/sim/stream"
	"caseload/sim/trial"
)

// A Workspace holds one trial in progress. Each worker has its own and runs
// replicate after replicate in it; once warm it allocates nothing.
type Workspace struct {
	m    *Model // with unknowns, a copy of the whole one for this worker alone
	n    int    // clients of this replicate
	most int    // clients that there is room for
	cal  *calendar.Calendar
	// plain sends every event through the calendar. It gives the same trial to
	// the last bit and is the reference for the engine that lets a client's own
	// life run ahead.
	plain      bool
	skips      bool     // moments that nothing reads are made up for
	postpones  bool     // contacts that change nothing are left for later
	records    bool     // all moments are recorded on the day: a study's data have them
	lazyUse    bool     // the course of use is lived between the events that concern it
	manyClocks bool     // more than eight have to be looked at
	prefetches bool     // lives are many, and wait for each other: see prefetch
	lossOff    bool     // a world in which nobody is lost
	off        eventSet // events that come to nobody in the world in progress
	inTrial    bool     // the lives are those of the trial, complete
	rollout    bool     // a world with everyone in one arm from day 0

	replicate stream.Key
	sampler   *stream.Sampler

	// the cohort, drawn once a replicate and shared by all its worlds
	arrivals []int64 // ticks of the trial's calendar, of clients rising; then of background clients
	order    []int32 // all in the order in which they come; nil: clients alone
	merging  []int32 // scratch of merging those
	comesTo  []uint8 // service that each background client comes to
	nPresent int     // clients and background clients of this replicate
	assigned []uint8 // arm as randomized
	site     []uint8
	traits   [][]float64 // [trait][client]
	frailty  [][]float64 // [frailty][client]
	member   [][]bool    // [subgroup][client]
	alloc    allocator
	design   designState
	screened Screening
	scores   []float64 // scratch: normal scores of one client

	// the world
	arm           []uint8
	roles         [][]role // [arm][client] in the world of that arm
	role          []role   // in the world in progress; nil: all are lived
	unread        uint64   // moments that are not recorded in it
	now           uint64   // the event being executed, as a calendar key
	lives         lives
	base          []float64 // [client*procs+process] client's own multiplier
	stayLinks     [][]link  // [service][client]
	careLinks     [][]link  // [program][client]
	queues        []queue
	managers      []manager
	pools         []pool
	posts         []post
	terms         []term // by post, in order
	spells        []Spell
	times         []eventTime
	lastTimes     []int32 // [client*timed+course] the last one of the client's; -1: none
	counts        Counts
	log           *eventLog
	sample        bool // the fixed sample on which hazards are solved, without queues
	probe         *probe
	skilled       bool      // the sample's case managers have the skills that stay
	sampleSkills  []float64 // of the sample's case managers, as far as they have been asked for
	skill         *float64  // of all case managers; nil: each has an own
	fixed         []int32   // [client*programs+program] managers given beforehand; nil: assigned
	withdrawn     int       // client who never enrols; -1: none
	imposed       imposition
	allowed       allowance
	follow        []int8    // by decision, the option that all follow in the world in progress, -1: as drawn; nil: all as drawn
	idle          uint64    // bits of what holds after stays that changes nothing as drawn
	until         outcome   // scratch: an outcome as it is up to an event
	whole         *Model    // as compiled, without what a replicate draws
	drawn         []float64 // by unknown
	conditionOver []float64 // scratch: what a condition is over

	observed trial.Observed
}

// clock is one running process of a client: left of its threshold at since,
// at the multiplier in force from then on. A rate that holds in place of the baseline is
// kept as a multiplier below 0: less the whole hazard a tick.
type clock struct {
	since int64
	left  float64
	mult  float64
}

// A client is the state of one client's life.
type client struct {
	id         int
	enrol      int64
	since      int64 // use is accounted for up to here; in the end, the end of the life in the trial
	abst       int64 // ticks abstinent so far
	lost       int64 // when the study lost the client; NeverTick: it did not
	bits       uint64
	useInv     [2]float64 // ticks per unit of threshold while abstinent, while using
	recorded   uint64     // moments recorded
	attended   uint64     // visits made
	useKey     uint64     // clock of the course of use, apart from the others: see syncUse
	current    uint64     // clock key of the present event: what comes before it has been lived
	first      int32      // first spell, -1
	last       int32      // last spell, -1
	sharedDeps uint8      // queues and managers through which others can change this life
	heldSlots  uint8      // slots, list places and managers held, which others may want
	ended      bool
	dead       bool
	gone       bool // never enrolled
}

// exit returns when observation of the life ended: the horizon, death, or loss that
// ends everything. It is known of lives that are over.
func (c *client) exit() int64 { return c.since }

// stay is a client's dealings with one service.
type stay struct {
	since    int64 // of the state
	state    serviceState
	referred bool  // brought by a contact
	spell    int32 // the present or last one, -1
}

type serviceState uint8

const (
	seeking serviceState = iota
	waiting
	staying
	left
)

// care is a client's dealings with one program.
type care struct {
	state   careState
	offers  uint8  // how often the program has been offered
	before  uint16 // contacts in earlier times in the program
	later   int32  // contacts that are left to be made all at once: see postpone
	next    int64  // tick of the first of those
	start   int64
	manager int32
	done    int32   // contacts, since the program began the last time
	staff   float64 // multiplier of the manager's skill while an effect is active
}

type careState uint8

const (
	notOffered careState = iota
	refused
	awaiting // a manager
	active
	over
	paused // between two managers
)

// queue is a service in progress.
type queue struct {
	free  int
	lines [2]line // waiting: those with priority, the others
}

// manager is a case manager in progress.
type manager struct {
	load   int32
	agenda agenda // where load matters to the clients
	z      float64
}

// pool is the staff of a program at a site.
type pool struct {
	program    int
	first, len int32 // managers
	post       int32 // the first post of managers who come and go
	turn       int32 // whose turn it is where nobody's load counts
	line       line  // waiting
}

// NewWorkspace makes a workspace for the model.
func (m *Model) NewWorkspace() *Workspace { return m.newWorkspace(m.clients) }

func (m *Model) newWorkspace(n int) *Workspace {
	w := &Workspace{m: m.varied(), whole: m, drawn: make([]float64, len(m.unknowns)), n: n, most: n, nPresent: n, sampler: stream.NewSampler(), withdrawn: -1}
	if m.drawsAfter {
		w.idle = m.idleAfter()
	}
	all := n + m.nBackground
	w.arrivals = make([]int64, all)
	w.assigned, w.site, w.arm = make([]uint8, n), make([]uint8, all), make([]uint8, n)
	w.traits, w.frailty = columns(len(m.cohort.traits), all), columns(len(m.cohort.frailties), all)
	w.member = make([][]bool, len(m.cohort.subgroups))
	for g := range w.member {
		w.member[g] = make([]bool, all)
	}
	if m.nBackground > 0 {
		w.order, w.merging, w.comesTo = make([]int32, 0, all), make([]int32, 0, all), make([]uint8, m.nBackground)
	}
	for range m.arms {
		w.roles = append(w.roles, make([]role, n))
	}
	w.scores = make([]float64, 2*m.cohort.dims())
	w.alloc = m.alloc.allocator()
	w.design = w.newDesignState()
	w.lives = newLives(m, all)
	w.prefetches = m.finite && len(m.paced) == 0 && all*w.lives.size > cacheBytes
	w.base = make([]float64, all*len(m.procs))
	w.stayLinks, w.careLinks = linksFor(len(m.services), all), linksFor(len(m.programs), n)
	w.queues = make([]queue, len(m.services))
	w.spells = make([]Spell, 0, n)
	w.lastTimes = make([]int32, n*m.timed)
	w.makePools()
	leaves := all
	if len(m.paced) > 0 {
		leaves += len(w.managers)
	}
	w.cal = calendar.New(leaves)
	w.observed = m.newObserved(n)
	return w
}

func linksFor(k, n int) [][]link {
	l := make([][]link, k)
	for i := range l {
		l[i] = make([]link, n)
	}
	return l
}

func columns(k, n int) [][]float64 {
	c := make([][]float64, k)
	for i := range c {
		c[i] = make([]float64, n)
	}
	return c
}

// makePools lays out the managers of all programs, site by site.
func (w *Workspace) makePools() {
	managers, posts := int32(0), int32(0)
	for k := range w.m.programs {
		p := &w.m.programs[k]
		for range p.pools {
			w.pools = append(w.pools, pool{program: k, first: managers, len: int32(p.staff), post: posts})
			managers += int32(p.staff)
			if p.changes() {
				posts += int32(p.staff * p.staffing.members)
			}
		}
	}
	w.posts = make([]post, posts)
	w.managers = make([]manager, managers)
}

// Begin draws the cohort of a replicate: who comes, when, and to which arm.
func (w *Workspace) Begin(seed int64, replicate int) {
	w.inTrial = false
	w.replicate = stream.NewKey(uint64(seed), uint64(replicate))
	if len(w.drawn) > 0 {
		w.drawUnknowns()
	}
	w.drawArrivals()
	w.drawStaffing()
	w.drawSites()
	w.drawShares()
	w.drawBackground()
	w.drawPeriods()
	w.drawCohort()
	w.measureTraits()
	w.drawContamination()
	w.allocate()
}

// Trial runs the replicate as randomized, with loss to follow-up, and returns
// what the trialist has. The record is overwritten by the next run.
func (w *Workspace) Trial() *trial.Observed {
	copy(w.arm, w.assigned)
	w.lossOff, w.role, w.unread, w.rollout = false, nil, 0, false
	w.live()
	w.inTrial = true
	w.observe(&w.observed)
	return &w.observed
}

// live runs the world that has been set up.
func (w *Workspace) live() {
	w.inTrial = false
	w.reset()
	defer w.explain()
	w.run()
}

// explain adds to the panic of a broken invariant the place where it broke.
func (w *Workspace) explain() {
	r := recover()
	if r == nil {
		return
	}
	if _, ok := r.(canceled); ok {
		panic(r)
	}
	where := fmt.Sprintf("while executing client %d at day %.6f", calendar.Client(w.now), calendar.Days(calendar.Tick(w.now)))
	if err, ok := r.(error); ok {
		panic(fmt.Errorf("sim: %w, %s", err, where))
	}
	panic(fmt.Sprintf("sim: %v, %s", r, where))
}
