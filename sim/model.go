package sim

import (
	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// Indices into a Model's tables, so that one cannot stand where another should.
type (
	slotID    int
	processID int
	momentID  int
	effectID  int // of a program's effects
)

// A Model is a compiled scenario: hazards solved, names turned into numbers.
// It is read-only after Compile and shared by all workers.
type Model struct {
	Scenario *scenarios.Scenario
	// Reached reports, for each natural quantity, what was asked and what the
	// solved hazards give without queues.
	Reached []Reached
	// Prevalences reports what shares in states amount to that rates are solved for.
	Prevalences []PrevalenceReport
	// Effects reports what each program's effects amount to.
	Effects []EffectReport

	clients int
	arms    int
	control int
	sites   int
	horizon int64            // ticks since enrolment; nothing at it is executed
	moments []moment         // at which the state of a client is recorded, in order
	visits  []momentID       // the moment of each visit
	window  int64            // ticks that a visit may be late
	late    []stream.Purpose // of the draw of how late, by visit
	meanGap float64          // ticks between enrolments, on average
	poisson bool

	background     []background
	nBackground    int // background clients that there is room for
	cohort         cohort
	alloc          allocation
	design         design
	services       []service
	programs       []program
	paced          []int    // programs whose case managers can be too busy
	bringing       []int    // programs whose contacts can bring clients to services
	byArm          [][]int  // programs of each arm
	available      []uint64 // those that clients of each arm can be offered, decisions included
	decisions      []decision
	occasions      []occasion // at which decisions are made, in order
	decide         slotID     // the clock of that; none without decisions
	switches       slotID     // that of a change of arms at the site; none where clients do not change with it
	beyondControl  uint64     // programs that the control arm lacks, whose contacts make a client "received"
	use            use
	courses        []course
	jail           int // course; -1: none
	death          int // course; -1: none
	loss           lossModel
	missing        missing
	scores         []score
	outcomes       []outcome
	offs           []eventSet // events that some outcome asks of what would be if they came to nobody
	countsContacts bool       // contacts are recorded at moments

	procs         []process
	purposes      []stream.Purpose // by process
	slots         []slot
	clocks        int        // that can be re-aimed
	eights        int        // keys of clocks a client, in eights
	seen          []slotID   // keys of the clocks that are not local
	touch         [64]uint64 // bit -> slots whose hazard depends on it
	shared        bool       // clients can meet: a finite service or a staff pool
	finite        bool       // some service's slots run out
	solo          []bool     // arms whose clients live as if each were alone
	acting        uint64     // programs that can change the life of any client
	actingIn      []uint64   // those that can, of the clients in a subgroup
	contested     uint64     // programs whose managers are busy, or differ and take turns
	bits          int        // of a client's state in use
	visitSlot     slotID
	allMoments    uint64
	baseline      bool     // the first visit is on day 0
	readMoments   uint64   // moments that something reads
	recordMoments uint64   // moments of records, which visits have no part in
	atJail        momentID // the moment of the first time in jail; -1: nothing is read at it
	atLeaving     momentID // that of the first time a treatment is left; -1
	treatment     uint64   // bits of the substance-use services
	together      uint64   // services that are beside another of the kind
	effectBits    uint64   // bits of programs' effects
	seesBits      bool     // all bits are recorded at moments
	anyBase       bool     // some hazard differs between clients
	asksUse       bool     // some contact asks whether the client is using
	thresholds    int      // of contacts that bring, a client
	startsUse     bool     // some program's clients begin with a share using of their own
	skilled       bool     // some program's managers differ
	unknowns      []unknown
	drawsAfter    bool        // some are hazard ratios after stays
	dispersed     []dispersed // processes whose rate differs by a gamma factor
	timed         int         // courses whose times are recorded
	tenures       int         // programs whose staff changes
	fresh         bool        // some program is new to its staff
	skillsKept    int         // those of them whose skills are recorded at moments
	local         uint64      // slots that never touch what clients share, even indirectly
	touching      uint64      // slots that do touch it themselves
	giving        uint64      // those of them that only give back what the client holds
}

// service is a compiled scenarios.Service.
type service struct {
	name         string
	treats       bool // substance use
	slots        int  // capacity
	finite       bool // slots run out
	stays        bool // the slot outlasts the client's follow-up
	bit          uint8
	slot         slotID
	seek, leave  processID
	renege, back processID // -1: none
	excludes     uint64    // services that nobody can be in at once with this one
	bars         uint64    // bits of those and of its own
	brought      bool      // contacts can bring clients to it
	decides      bool      // a stay in it decides whether contacts can bring the client somewhere
	after        afterStay // what holds after a stay
	forgets      uint64    // services of which that ends with an admission to this one
	planned      int64     // ticks after which a stay is completed
	complete     slotID    // of that; -1: none
	priority     int       // subgroup that is served first, -1: none
}

// program is a compiled scenarios.Program.
type program struct {
	name      string
	uptake    float64
	first     float64 // ticks from start to the first contact
	interval  int64   // ticks between contacts; 0: the first is the only one
	duration  int64   // ticks
	most      int32   // contacts
	contact   slotID
	finish    slotID // at which a manager is released; -1 without staff
	staff     int    // case managers in a pool; 0: no identified staff
	pool      int    // its first pool
	pools     int    // how many: sites, times arms if each has its own staff
	perArm    bool
	limited   bool    // a client can have to wait for, or slow, another
	caseload  int32   // clients a manager takes
	stretch   float64 // a manager's load above which contacts slow down, in clients; 0: they do not
	spread    float64 // SD of the manager's log hazard ratio, manual included
	staffing  staffing
	tenure    int // place among those whose staff changes
	effects   []effect
	anyLate   bool           // some window is late
	counted   bool           // some window is opened by the first contacts alone
	windows   []window       // of the effects that last
	atOnce    []effectID     // the other ones
	offer     stream.Purpose // of the draw that decides uptake
	startIn   int            // service in which clients begin, -1: none
	startPart float64        // share of them who do
	begins    stream.Purpose // of the draw that decides it
	starts    bool           // with a share using of its own
	using     float64        // that share
}

// An effect of a program acts from a contact on.
type effect struct {
	on        string       // what it acts on, as in the scenario; a single process by its full name
	process   processID    // -1 for one on jail or a score
	services  []int        // for an effect at once: the services sought; nil: jail
	chance    float64      // of an effect at once
	perHazard float64      // of one at once: what a cumulative hazard of 1 takes off its threshold
	brings    *bringing    // of one at once that works by a share; nil: by a chance
	from      serviceState // of one at once: the client's state towards a service to which it can bring
	place     int          // of one at once: of its threshold among the client's
	draws     processID    // and the one whose stream gives thresholds and chooses services
	while     uint64       // an effect at once acts only with one of these bits; 0: always
	score     int          // with points; -1: on a process
	points    float64      // manual included
	logHR     float64      // while active, manual included
	lasts     float64      // ticks
	half      float64      // ticks in which it fades by half; 0: it doesn't
	late      int64        // ticks since the client began the program before which there is none
	most      int32        // contacts of the client, the first ones, that have it
	bit       uint8        // while at full strength; the next ones for each time that it has halved
	stages    uint8        // bits in all; 0 for an effect at once
	window    int          // of the program's windows
	lapse     slotID       // its end
	next      effectID     // the next one of its window, -1 for none
	subgroup  int          // -1: everyone
	index     int          // of the program's effects as written
	path      string
	solved    *scenarios.Quantity    // what logHR is solved for, or nil
	over      *scenarios.WindowRatio // or this, under the program's reference
}

// A window is a time during which effects of a program act: contacts that open it
// open it for all of them, and they lapse one after another in the same tick, so
// that one clock does for all.
type window struct {
	key      slotID   // place of its clock's key among the client's
	late     int64    // ticks since the client began the program at which it can first be open
	most     int32    // contacts of the client, the first ones, that open it
	opens    slotID   // of a late one: the clock of that
	openKey  slotID   // and the place of its key
	first    effectID // the others follow by effect.next
	full     uint64   // bits of the effects at full strength
	all      uint64   // and those of the stages in which they fade
	subgroup int
}

// use is the two-state course of drug use.
type use struct {
	using         float64
	begin         stream.Purpose // of the draw of the first state
	slot          slotID
	bit           uint8
	quit, relapse processID
	idle          [2]float64 // ticks per unit of threshold with nothing acting: relapse, quit
	actedOn       uint64     // bits that act on either
	differs       bool       // clients have hazards of their own
	density       float64    // days of use a day while using
}

// lossModel is loss to the study.
type lossModel struct {
	active bool
	hides  bool // records of who is lost are not seen
	proc   processID
	slot   slotID
	all    bool      // ends everything, not only observation
	arms   []uint8   // bit of each arm that has a hazard ratio of its own; noBit: none
	visit  processID // the one whose stream decides missed visits, -1 if none are
}

// course is a part of a client's life beside care and the use of substances: a
// state that comes and goes, or events that happen again and again.
type course struct {
	name    string
	kind    courseKind
	slot    slotID
	bit     uint8          // of the state
	begin   float64        // share in the state at enrolment
	first   stream.Purpose // of the draw of the first state
	on, off processID      // those that begin and end the state; on is that of events; -1: none
	after   float64        // chance that an arrest ends in jail
	decide  processID      // the one whose stream decides that, -1: none
	fatal   float64        // chance that an event is
	mark    uint8          // bit of what holds after an event; noBit: nothing
	lasts   int64          // ticks that it does; 0: to the end
	lapse   slotID         // its end
	times   int            // place among the courses whose times are recorded; -1: they are not
	happens EventKind      // event, or beginning of the state
	ends    EventKind      // end of the state
}

type courseKind uint8

const (
	recurring courseKind = iota // events
	twoState                    // a state that comes and goes by itself
	inJail                      // a state that arrests and sanctions begin
	mortal                      // one event, the last
)

// noBit is no bit of a client's state.
const noBit = 64

// process is something that happens at a hazard.
type process struct {
	name        string
	base        baseline
	mods        []modifier
	acting      uint64    // bits of the modifiers
	logHR       []float64 // by trait; nil: none
	frailty     int       // index into the cohort's frailties; -1: none
	hasBase     bool      // the client's own multiplier differs from 1
	homogeneous bool      // a constant hazard, the same for everyone always
	rates       []rate    // that hold in place of the baseline in services, and after stays in them
	replaced    uint64    // bits of the rates
	only        uint64    // bits of the states of which one must hold; 0: it can always happen
	rank        int
}

// modifier multiplies a process's hazard while a bit of the client is set.
type modifier struct {
	bit     uint8
	factor  [2]float64 // 1 while the bit is clear, and while it is set
	inverse [2]float64
	program int     // whose manager's effect joins in; -1: none
	share   float64 // of that effect's logarithm
}

// slot is one clock of each client. The processes that take turns on it
// depend on the client's state.
type slot struct {
	kind  slotKind
	clock uint8    // its place among the clocks that can be re-aimed
	arg   int      // service or program
	sub   effectID // for a lapse
}

type slotKind uint8

// The kinds of clock. The order within one client's tie is the order of
// slots, which Compile lays out by rank.
const (
	slotEnd      slotKind = iota // the horizon
	slotFinish                   // a program ends, its manager is freed
	slotStaff                    // a client's case manager leaves, or another one is there
	slotVisit                    // an assessment
	slotDecide                   // care is decided anew
	slotSwitch                   // the site changes arms, and care with it
	slotContact                  // a program's contact
	slotLapse                    // an effect's window closes
	slotOpen                     // the window of an effect that starts late can open
	slotComplete                 // a planned stay is over
	slotAfter                    // what holds after a stay is over
	slotSpent                    // what holds after an event is over
	slotService                  // seek, leave, renege or come back
	slotCourse                   // a change beside care
	slotLoss                     // lost to the study
	slotUse                      // quit or relapse
)

// Ranks order what happens in the same tick, each with its reason.
const (
	rankEnd     = iota             // who leaves the trial frees what he held before others ask for it
	rankRelease                    // a slot is freed, and its queue served, before anyone new asks
	rankFinish                     // a manager is freed before a new client needs one
	rankStaff                      // who leaves today holds no contact; whose program ends today is not handed over
	rankVisit                      // an assessment sees the state in which the day began; one on the day of loss is made
	rankDecide                     // a decision is made on the state in which the day began, after the visit of the day; a program that it stops has no contact that day, and one that it adds may
	rankContact                    // a contact comes before the lapse that it renews
	rankLapse                      // an effect that ends does not act in the same tick
	rankUse                        // a change in the client alone
	rankSeek                       // after the contact that may have brought the client
	rankRenege                     // who is served in this tick has not given up
	rankArrest                     // jail ends what began today
	rankLoss                       // what is done on the day of loss is on record
	rankDeath                      // and what is done on the day of death
	rankArrival = calendar.MaxRank // a newcomer finds the day's business done
)

// Shared reports whether clients can meet: through slots that run out, or case
// managers who have only so much time.
func (m *Model) Shared() bool { return m.shared }
