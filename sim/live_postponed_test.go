package sim

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// postponedTOML has contacts of all kinds that may change nothing, and what ends that: places in a
// clinic that run out, jail, case managers who leave, contacts that are counted at visits.
const postponedTOML = `
title = "postponed"
source = "a test"
[trial]
clients = 40
accrual = { per_day = 1 }
follow_up_days = [30, 60, 200]
[[arm]]
name = "guided"
programs = ["guide", "outreach"]
[[arm]]
name = "usual"
programs = ["outreach"]
control = true
[[trait]]
name = "poor"
prevalence = 0.5
[[subgroup]]
name = "needy"
when = "poor"
[service.clinic]
preset = ""
slots = 6
linkage = { per_day = 0.004 }
stay = { median_days = 20 }
renege = { median_days = 15 }
return = { per_day = 0.006 }
[service.ward]
preset = ""
kind = "substance_use"
linkage = { per_day = 0.0025 }
stay = { median_days = 10 }
[use]
using = 0.7
quit = { per_month = 0.5 }
relapse = { per_month = 0.9 }
[arrest]
rate = { per_day = 0.004 }
[jail]
after_arrest = 0.7
stay = { median_days = 12 }
[program.guide]
preset = ""
staff = 6
contacts = { every_days = 7 }
duration_days = 150
reference = { contacts = { every_days = 7 } }
[program.outreach]
preset = ""
first_contact = { day = 3 }
contacts = { every_days = 5 }
duration_days = 100
reference = { contacts = { every_days = 5 } }
[[outcome]]
name = "met"
variable = "contacts"
at_days = 60
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 200
[[outcome]]
name = "clean"
variable = "days_abstinent"
at_days = 200
`

// drawEffects draws what contacts of a program do.
func drawEffects(t *rapid.T, program string) string {
	const quit = `{on="quit",hazard_ratio=2,lasts_days=30,direct=true},`
	text := rapid.SampledFrom([]string{"",
		`{on="linkage",probability=0.04},`,
		`{on="linkage.clinic",probability=0.1},`,
		`{on="linkage.clinic",probability=0.1,in="needy"},`,
		`{on="linkage",probability=0.1,while="using"},`,
		`{on="linkage",probability=0.1,starts_day=23},`,
		`{on="linkage",probability=0.1,max_contacts=3},`,
		`{on="linkage",brings={share=0.4,by_days=90}},`,
		`{on="linkage.clinic",brings={points=[{share=0.1,by_days=20},{share=0.3,by_days=70}],reachable=0.7}},`,
		`{on="linkage.clinic",brings={share=0.4,by_days=60},max_contacts=4},`,
		`{on="linkage.clinic",brings={share=0.4,by_days=60},in="needy"},`,
	}).Draw(t, program+" brings")
	for _, other := range []string{`{on="return.clinic",brings={share=0.2,by_days=60}},`, quit,
		`{on="relapse",hazard_ratio=0.5,lasts_days=30,max_contacts=4,direct=true},`,
		`{on="leaving.clinic",hazard_ratio=0.6,lasts_days=20,in="needy"},`,
		`{on="jail",probability=0.02,direct=true},`} {
		if rapid.Bool().Draw(t, program+" "+other) {
			text += other
		}
	}
	if text == "" {
		text = quit
	}
	return "program." + program + ".effect=[" + text + "]"
}

// Contacts that are left to be made later, all at once, are those made one by one: everything
// that a world leaves is the same to the last bit.
func TestPostponedContactsAreThoseMadeOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := []string{drawEffects(t, "guide"), drawEffects(t, "outreach")}
		if strings.Contains(sets[0], "hazard_ratio") || strings.Contains(sets[0], "brings") { // else newcomers do not differ
			sets = append(sets, drawStaffing(t, "guide", false)...)
		}
		for _, set := range []string{`service.clinic.slots="unlimited"`, "service.ward.linkage={ never = true }", `program.outreach.staff="unlimited"`, "jail.after_arrest=0", `attrition={ loss = { per_day = 0.003 }, ends = "all" }`} {
			if rapid.Bool().Draw(t, set) {
				sets = append(sets, set)
			}
		}
		m, err := compileFrom(load(t, postponedTOML, sets...), 128, nil)
		if err != nil {
			t.Fatalf("%v", err)
		}
		replicate, arm := rapid.IntRange(0, 1000).Draw(t, "replicate"), rapid.IntRange(AsRandomized, 1).Draw(t, "arm")
		run := func(plain bool) allState {
			w := m.NewWorkspace()
			w.plain = plain
			w.Begin(3, replicate)
			if arm == AsRandomized {
				w.Trial()
			} else {
				w.worldOf(arm)
			}
			return w.allState()
		}
		if d := diff(run(true), run(false)); d != "" {
			t.Fatalf("plain and ahead: %s", d)
		}
	})
}
