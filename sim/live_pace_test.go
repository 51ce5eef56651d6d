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
		w := &Workspace{m: &Model{}, arrivals: make([]int64, n), plain: rapid.Bool().Draw(t, "plain")}
		w.managers = []manager{{agenda: agenda{pace: 1}}}
		w.cal = calendar.New(n + 1)
		a, clocks, now := &w.managers[0].agenda, map[int]clock{}, int64(0)
		put := func(i int, wait float64) {
			a.cancel(&client{id: i})
			w.schedule(a, due{a.workedBy(now) + wait, int32(i)})
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
				a.turn(now, pace)
				if rapid.Bool().Draw(t, "another goes") {
					i := slices.Sorted(maps.Keys(clocks))[rapid.IntRange(0, len(clocks)-1).Draw(t, "who")]
					a.cancel(&client{id: i})
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
			if rapid.Bool().Draw(t, "another contact") {
				put(i, float64(rapid.Int64Range(1, 60*calendar.Day).Draw(t, "interval")))
			} else {
				a.cancel(&client{id: i})
				delete(clocks, i)
			}
			w.callNext(0, now)
			checkQueue(t, w, clocks)
		}
	})
}

// time is when the clock goes off.
func (c clock) time() float64 { return float64(c.since) + c.left/c.mult }

// checkQueue checks that the queue has each client who waits once, in order but in the plain engine.
func checkQueue(t *rapid.T, w *Workspace, clocks map[int]clock) {
	q := w.managers[0].agenda.queue
	if len(q) != len(clocks) {
		t.Fatalf("%d contacts in the queue of %d", len(q), len(clocks))
	}
	seen := map[int32]bool{}
	for k, d := range q {
		if _, has := clocks[int(d.client)]; !has || seen[d.client] || k > 0 && !w.plain && !q[k-1].before(d) {
			t.Fatalf("contact %d is out of place in %v", k, q)
		}
		seen[d.client] = true
	}
}

// A manager with hours for ten clients and forty to see meets each of them every 28 days
// instead of every 7, the first time after 4 days instead of 1: on days 4, 32, 60, 88 and 116
// of 120, since the hours suffice for a quarter of the contacts. All come within an hour.
func TestABusyManagerMeetsEachClientLessOften(t *testing.T) {
	text := plainTOML + `
[program.help]
preset = ""
staff = 1
caseload = "unlimited"
minutes_per_contact = 60
contacts = { every_days = 7 }
first_contact = { day = 1 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 3
[service.clinic]
preset = ""
linkage = { per_day = 0.01 }
stay = { median_days = 30 }
` + asked("linked_su", 120)
	for hours, want := range map[string]int32{"10": 5, "0": 17} {
		m := compile(t, text, "trial.clients=80", `arm.managed.programs=["help"]`, `trial.randomization={method="blocks",sizes=[80]}`, "program.help.hours_per_week="+hours)
		w := m.NewWorkspace()
		w.Begin(1, 0)
		o := w.Trial()
		managed := 0
		for i := range o.Arm {
			if o.Arm[i] != 0 {
				continue
			}
			managed++
			if got := w.careOf(w.client(i), 0).done; got != want {
				t.Errorf("%s hours: client %d has %d contacts, want %d", hours, i, got, want)
			}
		}
		if managed != 40 {
			t.Errorf("%d clients have the manager, want 40", managed)
		}
	}
}
