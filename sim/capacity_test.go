package sim

import (
	"cmp"
	"slices"
	"testing"

	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// Slots are never exceeded, nobody waits while one is free, those with priority
// come before others and whoever asked first before who asked later: for
// clients, for those who filled slots at day 0 and those who keep coming, in
// several services at once.
func TestQueuesServeAsTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := append(drawWhole(t), drawEnds(t)...)
		sets = append(sets, drawOthers(t)...)
		m := compileRoughly(t, wholeTOML+"[[outcome]]\nname = \"linked\"\nvariable = \"linked_su\"\n", sets...)
		fast, _ := histories(m, rapid.IntRange(0, 1000).Draw(t, "replicate"), rapid.IntRange(AsRandomized-1, 1).Draw(t, "world"))
		for s := range m.services {
			if m.services[s].finite {
				served := fast.spellsAt(s)
				holds(t, fast, s, served)
				inTurn(t, fast, s, served)
			}
		}
	})
}

func drawOthers(t *rapid.T) []string {
	return []string{
		"service.shelter.slots=7",
		rapid.SampledFrom([]string{"service.shelter.priority=needy", "service.shelter.occupied=0.5"}).Draw(t, "shelter's"),
		rapid.SampledFrom([]string{"service.clinic.background={per_month=0}", "service.clinic.background={per_month=30}"}).Draw(t, "clinic's"),
		rapid.SampledFrom([]string{"service.clinic.occupied=0", "service.clinic.occupied=1"}).Draw(t, "filled"),
		rapid.SampledFrom([]string{"service.clinic.stay={median_days=20}", "service.clinic.stay={median_days=150}"}).Draw(t, "stay"),
	}
}

// spellsAt are the spells at a service, of clients and others.
func (w *Workspace) spellsAt(s int) (list []Spell) {
	for _, sp := range w.spells {
		if int(sp.Service) == s {
			list = append(list, sp)
		}
	}
	return list
}

// change is one more or less of something at a tick.
type change struct {
	tick int64
	by   int
}

// levels are the numbers of a thing after each tick at which it changes.
func levels(changes []change) (ticks []int64, level []int) {
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.tick, b.tick) })
	n := 0
	for k, c := range changes {
		n += c.by
		if k+1 == len(changes) || changes[k+1].tick != c.tick {
			ticks, level = append(ticks, c.tick), append(level, n)
		}
	}
	return ticks, level
}

// holds checks the number of slots in use between any two events, and that it
// is full whenever somebody waits.
func holds(t *rapid.T, w *Workspace, s int, spells []Spell) {
	var all []change
	const waits = 1 << 20 // a place on the list, counted above the slots
	for k := range spells {
		sp := &spells[k]
		gone := w.freed(sp)
		if sp.Admitted >= 0 {
			all = append(all, change{sp.Sought, waits}, change{sp.Admitted, 1 - waits}, change{gone, -1})
		} else {
			all = append(all, change{sp.Sought, waits}, change{gone, -waits})
		}
	}
	slots := w.m.services[s].slots
	at, n := levels(all)
	for k := range at {
		if used, waiting := n[k]%waits, n[k]/waits; at[k] < calendar.MaxTick && (used > slots || waiting > 0 && used < slots) {
			t.Fatalf("service %d on day %v: %d wait, %d of %d slots are used", s, calendar.Days(at[k]), waiting, used, slots)
		}
	}
}

// inTurn checks that whoever is admitted from the list was next in line.
func inTurn(t *rapid.T, w *Workspace, s int, spells []Spell) {
	first := func(sp *Spell) bool {
		p := w.m.services[s].priority
		return p >= 0 && w.member[p][sp.Client]
	}
	for k := range spells {
		x := &spells[k]
		if x.Admitted <= x.Sought {
			continue // did not wait
		}
		for j := range spells {
			y := &spells[j]
			waits := y.Sought < x.Admitted && (y.Admitted > x.Admitted || y.Admitted < 0 && w.freed(y) > x.Admitted)
			if waits && (first(y) && !first(x) || first(y) == first(x) && y.Sought < x.Sought) {
				t.Fatalf("service %d serves %+v before %+v", s, *x, *y)
			}
		}
	}
}
