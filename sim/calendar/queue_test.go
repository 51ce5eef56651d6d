package calendar_test

import (
	"math"
	"math/bits"
	"runtime"
	"sync"

	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// A station is the M/M/c/K queue: Poisson arrivals, exponential services,
// first come first served, room for so many in all (0: no limit). Each server
// is a client of the calendar and the arrival process is one more.
type station struct {
	arrivals, services float64 // rates
	servers, room      int
}

// Ranks: a server is freed before the next customer arrives.
const (
	rankDeparture = iota
	rankArrival
)

const (
	unit   = 1 << 18      // ticks in a unit of time: rounding down is a bias below 1e-5
	warmUp = 4000 * unit  // discarded
	length = 20000 * unit // of a batch
	spells = 200          // batches of one run, which ends within the calendar
	_      = uint(calendar.MaxTick - warmUp - spells*length)
)

// A batch is what one stretch of time adds up to. The areas are integrals over
// time of numbers present; waits and sojourns are added customer by customer.
type batch struct {
	offered, turnedAway, begun, done float64 // customers
	waiting, busy                    float64 // areas, in units of time
	waits, sojourns                  float64 // units of time
}

// A run is one station at work.
type run struct {
	station
	cal     *calendar.Calendar
	gaps    stream.Stream
	stays   stream.Stream
	queue   []int64 // ticks of arrival, a ring
	head    int
	waiting int
	idle    uint64  // bit s is set while server s has nobody
	since   []int64 // tick of arrival of each server's customer
	last    int64   // tick up to which the areas reach
	batch   batch
}

func newRun(q station, seed, replicate uint64) *run {
	key := stream.NewKey(seed, replicate)
	r := &run{station: q, cal: calendar.New(q.servers + 1), since: make([]int64, q.servers), queue: make([]int64, 1<<14)}
	r.gaps = key.Entity(0, 0).Stream(stream.NewPurpose("gaps"))
	r.stays = key.Entity(0, 0).Stream(stream.NewPurpose("stays"))
	r.idle = 1<<q.servers - 1
	r.aim(q.servers, rankArrival, 0, r.gaps.Exp()/q.arrivals)
	return r
}

func (r *run) aim(client, rank int, now int64, after float64) {
	r.cal.Set(client, calendar.Key(now+int64(after*unit), rank, client))
}

// pass moves time on, with the numbers present as they were.
func (r *run) pass(now int64) {
	gone := float64(now-r.last) / unit
	r.batch.waiting += gone * float64(r.waiting)
	r.batch.busy += gone * float64(r.servers-bits.OnesCount64(r.idle))
	r.last = now
}

func (r *run) serve(server int, arrived, now int64) {
	r.batch.begun++
	r.batch.waits += float64(now-arrived) / unit
	r.since[server] = arrived
	r.aim(server, rankDeparture, now, r.stays.Exp()/r.services)
}

func (r *run) arrive(now int64) {
	r.batch.offered++
	switch present := r.servers - bits.OnesCount64(r.idle) + r.waiting; {
	case r.idle != 0:
		server := bits.TrailingZeros64(r.idle)
		r.idle &^= 1 << server
		r.serve(server, now, now)
	case r.room > 0 && present >= r.room:
		r.batch.turnedAway++
	case r.waiting == len(r.queue):
		panic("queue_test: the waiting line is full")
	default:
		r.queue[(r.head+r.waiting)%len(r.queue)] = now
		r.waiting++
	}
	r.aim(r.servers, rankArrival, now, r.gaps.Exp()/r.arrivals)
}

func (r *run) depart(server int, now int64) {
	r.batch.done++
	r.batch.sojourns += float64(now-r.since[server]) / unit
	if r.waiting == 0 {
		r.idle |= 1 << server
		r.cal.Set(server, calendar.Never)
		return
	}
	arrived := r.queue[r.head]
	r.head = (r.head + 1) % len(r.queue)
	r.waiting--
	r.serve(server, arrived, now)
}

// until executes all events before the tick and returns what they add up to.
func (r *run) until(end int64) batch {
	r.batch = batch{}
	for calendar.Tick(r.cal.Peek()) < end {
		k := r.cal.Next()
		now := calendar.Tick(k)
		r.pass(now)
		if client := calendar.Client(k); client == r.servers {
			r.arrive(now)
		} else {
			r.depart(client, now)
		}
	}
	r.pass(end)
	return r.batch
}

// simulate returns the batches of several independent runs, in order.
func simulate(q station, seed uint64, runs int) []batch {
	all := make([]batch, runs*spells)
	var wg sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range runs {
		wg.Go(func() {
			room <- struct{}{}
			r := newRun(q, seed, uint64(i))
			r.until(warmUp)
			for j := range spells {
				all[i*spells+j] = r.until(warmUp + int64(j+1)*length)
			}
			<-room
		})
	}
	wg.Wait()
	return all
}

// ratio is the ratio of two totals over batches, with its standard error by
// the delta method (Cochran 1977, Sampling Techniques, eq. 6.13).
func ratio(batches []batch, above, below func(batch) float64) (value, se float64) {
	var a, b, squares float64
	for _, x := range batches {
		a += above(x)
		b += below(x)
	}
	value = a / b
	for _, x := range batches {
		e := above(x) - value*below(x)
		squares += e * e
	}
	n := float64(len(batches))
	return value, math.Sqrt(squares/(n-1)/n) / (b / n)
}
