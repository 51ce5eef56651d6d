package sim

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/sim/trial"

	"pgregory.net/rapid"
)

// drawWorlds draws a scenario in which some arms share all, some or nothing.
func drawWorlds(t *rapid.T) *Model {
	choose := func(name string, options ...string) []string {
		return strings.Fields(rapid.SampledFrom(append(options, "")).Draw(t, name))
	}
	repeated := "[[outcome]]\nname = \"repeated\"\nvariable = \"days_using\"\nat_days = 90\nmethod = \"mmrm\"\n"
	if rapid.Bool().Draw(t, "whole") {
		text, sets := wholeTOML, drawStaffed(t)
		if rapid.Bool().Draw(t, "no others") {
			text = strings.Replace(text, "priority = \"needy\"\noccupied = 0.8\nbackground = { per_month = 8 }\n", "", 1)
			sets = append(sets, choose("slots", `service.clinic.slots="unlimited" service.ward.slots="unlimited" service.shelter.slots="unlimited"`)...)
			sets = append(sets, choose("team", `program.team.caseload="unlimited" program.team.hours_per_week=0`)...)
			sets = append(sets, choose("skill", `program.team.spread=0`)...)
			sets = append(sets, choose("programs", `arm.usual.programs=["supervision"]`, `arm.managed.programs=["ward"] arm.usual.programs=["supervision"]`,
				`arm.managed.programs=["ward","supervision"] arm.usual.programs=["supervision"]`)...)
		}
		sets = append(sets, choose("contaminated", `arm.usual.contamination={arm="managed",probability=0.3}`,
			`arm.managed.contamination={arm="usual",probability=0.3}`)...)
		sites, more := drawRecruitment(t)
		return compileRoughly(t, text+sites+wholeOutcomes()+repeated, append(sets, more...)...)
	}
	sets := append(append(drawSets(t), drawStaffing(t, "manager", false)...), choose("skill", `program.manager.spread=0`, `program.manager.spread=0 program.manager.caseload="unlimited" program.manager.hours_per_week=0`)...)
	sets = append(sets, choose("contaminated", `arm.usual.contamination={arm="managed",probability=0.3}`)...)
	sets = append(sets, choose("slots for all", `service.clinic.slots="unlimited"`, `service.clinic.slots=3`)...)
	text := crowdedTOML
	if rapid.Bool().Draw(t, "for the needy") {
		text = strings.NewReplacer("lasts_days = 12\n", "lasts_days = 12\nin = \"needy\"\n", "lasts_days = 15\n", "lasts_days = 15\nin = \"needy\"\n").Replace(text)
	}
	if rapid.Bool().Draw(t, "jail") {
		text += "[arrest]\nrate = { per_month = 0.3 }\n[jail]\nafter_arrest = 0.6\nstay = { median_days = 15 }\n"
	}
	if rapid.Bool().Draw(t, "death") {
		text += "[death]\nrate = { per_month = 0.05 }\n"
	}
	if rapid.Bool().Draw(t, "ward") {
		text += twoClinicsTOML
	}
	sites, more := drawRecruitment(t)
	return compileRoughly(t, text+sites+repeated, append(sets, more...)...)
}

// truths are those of all worlds of a model, the one as randomized last.
func truths(m *Model) (list []*trial.Truth) {
	for range m.arms + 1 {
		list = append(list, m.NewTruth())
	}
	return list
}

// differs says where two truths part, NaNs of the same bits being alike; "" if nowhere.
func differs(a, b *trial.Truth) string {
	if !reflect.DeepEqual(a.Arm, b.Arm) || !reflect.DeepEqual(a.Contacts, b.Contacts) || !reflect.DeepEqual(a.Contaminated, b.Contaminated) {
		return "arms or contacts"
	}
	if !reflect.DeepEqual(a.Site, b.Site) || !reflect.DeepEqual(a.Member, b.Member) || !reflect.DeepEqual(a.Traits, b.Traits) {
		return "cohorts"
	}
	for k := range a.Outcomes {
		x, y := &a.Outcomes[k], &b.Outcomes[k]
		same := sameBits(x.Value, y.Value) && sameBits(x.Exposure, y.Exposure) && reflect.DeepEqual(x.Event, y.Event) &&
			reflect.DeepEqual(x.Competing, y.Competing) && reflect.DeepEqual(x.Died, y.Died) && reflect.DeepEqual(x.In, y.In)
		for v := range x.Earlier {
			same = same && sameBits(x.Earlier[v], y.Earlier[v])
		}
		if !same {
			return fmt.Sprintf("outcome %d", k)
		}
	}
	return ""
}

func sameBits(a, b []float64) bool {
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// Truths that are read off lives which have been lived, or taken over from there, are
// those of worlds in which everyone lives event by event.
func TestWorldsAreThoseLivedInFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawWorlds(t)
		got, want := truths(m), truths(m)
		w, full := m.NewWorkspace(), m.NewWorkspace()
		full.plain = true
		first := rapid.IntRange(0, 1000).Draw(t, "replicate")
		for r := first; r < first+3; r++ {
			full.Begin(3, r)
			full.Worlds(want[:m.arms], want[m.arms])
			w.Begin(3, r)
			if rapid.Bool().Draw(t, "trial") {
				w.Trial()
			}
			worlds, own := m.arms, (*trial.Truth)(nil)
			if rapid.Bool().Draw(t, "as randomized") {
				worlds, own = m.arms+1, got[m.arms]
			}
			w.Worlds(got[:m.arms], own)
			for k := range worlds {
				if d := differs(got[k], want[k]); d != "" {
					t.Fatalf("replicate %d, world %d (solo arms %v): %s", r, k, m.solo, d)
				}
			}
		}
	})
}
