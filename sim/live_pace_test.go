package sim

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"

	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// A manager's contacts come when they would if each client's clock were aimed anew at every
// change of pace, to a tick, and in the order of the times before these are rounded down.
func TestAgendaAgainstClocksAimedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "clients")
		w := &Workspace{m: &Model{}, places: [][]int32{make([]int32, n)}, arrivals: make([]int64, n), plain: rapid.Bool().Draw(t, "plain")}
		w.managers = []manager{{agenda: agenda{pace: 1}}}
		w.cal = calendar.New(n + 1)
		a, clocks, now := &w.managers[0].agenda, map[int]clock{}, int64(0)
		put := func(i int, wait float64) {
			at := a.workedBy(now) + wait
			a.queue = append(a.queue, due{at, int32(i)})
			w.lift(w.places[0], a.queue, len(a.queue)-1)
			clocks[i] = clock{since: now, left: wait, mult: a.pace}
			w.callNext(0, now)
		}
		for i := range n {
			put(i, float64(rapid.Int64Range(0, 60*calendar.Day).Draw(t, "wait")))
		}
		for len(clocks) > 0 {
			key := w.cal.Get(w.leafOf(0))
			if change := now + rapid.Int64Range(1, 20*calendar.Day).Draw(t, "until"); change < calendar.Tick(key) {
				now = change
				pace := 1 / rapid.Float64Range(1, 9).Draw(t, "stretch")
				for i, ck := range clocks {
					clocks[i] = clock{since: now, left: ck.left - ck.mult*float64(now-ck.since), mult: pace}
				}
				a.worked, a.since, a.pace = a.workedBy(now), now, pace
				if rapid.Bool().Draw(t, "another goes") {
					i := slices.Sorted(maps.Keys(clocks))[rapid.IntRange(0, len(clocks)-1).Draw(t, "who")]
					w.take(0, a, int(w.places[0][i]))
					delete(clocks, i)
				}
				w.callNext(0, now)
				continue
			}
			now = calendar.Tick(key)
			i := calendar.Client(key)
			first := slices.MinFunc(slices.Sorted(maps.Keys(clocks)), func(x, y int) int { return cmp.Compare(clocks[x].time(), clocks[y].time()) })
			if got, want := clocks[i].time(), clocks[first].time(); got-want > 1e-3 || math.Abs(float64(now)-math.Floor(got)) > 1 {
				t.Fatalf("client %d is met at tick %d, which is due at %.3f; client %d is due at %.3f", i, now, got, first, want)
			}
			w.take(0, a, int(w.places[0][i]))
			delete(clocks, i)
			if rapid.Bool().Draw(t, "another contact") {
				put(i, float64(rapid.Int64Range(1, 60*calendar.Day).Draw(t, "interval")))
			}
			w.callNext(0, now)
			checkPlaces(t, w, clocks)
		}
	})
}

// time is when the clock goes off.
func (c clock) time() float64 { return float64(c.since) + c.left/c.mult }

// checkPlaces checks that every client's place in the queue is where the client stands.
func checkPlaces(t *rapid.T, w *Workspace, clocks map[int]clock) {
	q := w.managers[0].agenda.queue
	if len(q) != len(clocks) {
		t.Fatalf("%d contacts in the queue of %d", len(q), len(clocks))
	}
	for i, place := range w.places[0] {
		if _, has := clocks[i]; has != (place >= 0) || has && int(q[place].client) != i {
			t.Fatalf("client %d has place %d in %v", i, place, q)
		}
	}
}
