package sim

import (
	"context"
	"fmt"
	"math"

	"caseload/sim/calendar"
)

// A world ends: the hazards of a scenario are bounded where they are solved, and what
// that cannot foresee (a client in a thousand whose traits multiply a hazard by
// millions) is stopped here. Events are counted a batch at a time, since looking at
// more than a counter after each of them would show.

// maxEvents is how many events a client may have in a day, on average over clients.
const maxEvents = 1000

// maxAttempts is how many attempts at services are remembered in one world.
const maxAttempts = 1 << 25

// eventBatch is the number of events after which the allowance is looked at.
const eventBatch = 1 << 18

// allowance is how much may still happen in a world.
type allowance struct {
	batch   int             // events until the rest is looked at
	batches int64           // left after that
	ctx     context.Context // ends the sample's lives, on which hazards are solved; nil: none does
}

// overrun says that more happened than is allowed.
type overrun struct{ what string }

// Error says what was too much.
func (o overrun) Error() string { return o.what }

// canceled ends the lives of the sample.
type canceled struct{ error }

// allow sets the allowance of a world, for those who come to it.
func (w *Workspace) allow() {
	days := math.Ceil(calendar.Days(w.m.horizon))
	w.allowed.batch = eventBatch
	w.allowed.batches = int64(float64(w.nPresent)*days*maxEvents/eventBatch) + 16
}

// spend counts events that were executed.
func (w *Workspace) spend(events int) {
	if w.allowed.batch -= events; w.allowed.batch <= 0 {
		w.nextBatch()
	}
}

// nextBatch panics if the allowance is used up, or nobody waits for the world any more.
func (w *Workspace) nextBatch() {
	a := &w.allowed
	if a.ctx != nil && a.ctx.Err() != nil {
		panic(canceled{context.Cause(a.ctx)})
	}
	a.batch = eventBatch
	if a.batches--; a.batches < 0 {
		panic(overrun{fmt.Sprintf("more than %d events a client and day, on average: hazards, or hazard ratios that act together, are too large", maxEvents)})
	}
}
