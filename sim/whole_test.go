package sim

import (
	"fmt"
	"testing"

	"caseload/scenarios"

	"pgregory.net/rapid"
)

// wholeTOML has what crowdedTOML lacks: homes, jobs, arrests, jail, risk and
// death, several services of both kinds, planned stays, priority, others who
// use the services, a team, sanctions, starts in a bed, scores, measurement
// with error.
const wholeTOML = `
title = "all of life"
source = "a test"
[trial]
clients = 120
accrual = { per_month = 30 }
follow_up_days = [30, 90, 180]
visit_window_days = 10
[[arm]]
name = "managed"
programs = ["team", "ward"]
[[arm]]
name = "usual"
programs = ["supervision", "ward"]
control = true
[[trait]]
name = "poor"
prevalence = 0.4
acts_on = { quit = 0.8, arrest = 1.5, lose_housing = 2.0, death = 1.5 }
[[subgroup]]
name = "needy"
when = "poor"
[service.clinic]
preset = ""
kind = "substance_use"
slots = 20
priority = "needy"
occupied = 0.8
background = { per_month = 8 }
linkage = { probability = 0.6, by_days = 180 }
stay = { median_days = 60, shape = 1.4 }
renege = { median_days = 40 }
return = { probability = 0.5, by_days = 60 }
acts_on = { quit = 3.0, relapse = 0.4, arrest = 0.5, death = 0.4, loss = 0.5 }
[service.ward]
preset = ""
kind = "substance_use"
slots = 9
linkage = { probability = 0.1, by_days = 90 }
stay = { median_days = 80 }
planned_days = 28
renege = { median_days = 30 }
acts_on = { quit = 10.0, relapse = 0.1, risk = 0.1 }
[service.shelter]
preset = ""
kind = "housing"
slots = 30
linkage = { per_month = 0.2 }
stay = { median_days = 90 }
return = { per_month = 0.1 }
acts_on = { gain_housing = 2.5, lose_housing = 0.5 }
[service.advice]
preset = ""
kind = "legal"
linkage = { per_month = 0.1 }
stay = { median_days = 20 }
acts_on = { gain_job = 1.5 }
[program.team]
preset = ""
staff = 3
team = true
caseload = 12
hours_per_week = 5
minutes_per_contact = 60
contacts = { per_month = 4 }
first_contact = { day = 1 }
duration_days = 120
spread = 0.4
[[program.team.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 12
[[program.team.effect]]
on = "leaving"
hazard_ratio = 0.7
lasts_days = 20
in = "needy"
[[program.team.effect]]
on = "linkage_other"
hazard_ratio = 3
lasts_days = 20
[[program.team.effect]]
on = "lose_housing"
hazard_ratio = 0.5
lasts_days = 20
half_life_days = 6
direct = true
[[program.team.effect]]
on = "satisfaction"
points = 5
lasts_days = 30
half_life_days = 15
[[program.team.effect]]
on = "linkage.advice"
probability = 0.05
[program.supervision]
preset = ""
contacts = { per_month = 2 }
[[program.supervision.effect]]
on = "jail"
probability = 0.1
while = "using"
[[program.supervision.effect]]
on = "linkage"
hazard_ratio = 1.5
lasts_days = 30
[program.ward]
preset = ""
uptake = 0.3
start = { in = "ward", using = 0.1 }
[use]
using = 0.8
quit = { per_month = 0.5 }
relapse = { per_month = 0.9 }
acts_on = { arrest = 2.0, lose_housing = 1.5, lose_job = 2.0, risk = 5.0, death = 2.0 }
days_per_month = 20
[arrest]
rate = { probability = 0.4, by_days = 180 }
[jail]
after_arrest = 0.6
stay = { median_days = 15, shape = 0.8 }
jailed = 0.05
acts_on = { relapse = 0.2, quit = 3.0, risk = 0.1, gain_job = 0, death = 0.5 }
[event.overdose]
preset = ""
rate = { probability = 0.5, by_days = 180 }
while = ["using", "ward"]
dispersion = 0.7
fatal = 0.02
acts_on = { quit = 2.0, death = 3.0, "event.overdose" = 1.5, linkage = 1.2 }
acts_days = 25
[event.fall]
rate = { per_month = 0.3 }
acts_on = { "event.overdose" = 1.3, lose_job = 2.0 }
acts_days = 2
[risk]
rate = { per_month = 2 }
[housing]
housed = 0.5
lose = { per_month = 0.1 }
gain = { median_days = 100, shape = 1.5 }
acts_on = { relapse = 0.8, gain_job = 1.5 }
[employment]
employed = 0.3
lose = { per_month = 0.1 }
gain = { per_month = 0.05 }
acts_on = { quit = 1.2 }
[death]
rate = { probability = 0.08, by_days = 180 }
[health]
mean = 50
sd = 10
traits = { poor = -3 }
now = { using = -4, jailed = -2, in_treatment = 1 }
per_month = { using = -1, housed = 0.5, clinic = 1 }
[satisfaction]
mean = 20
sd = 4
now = { clinic = 2 }
[measure.urine]
sensitivity = 0.85
specificity = 0.95
[attrition]
loss = { probability = 0.2, by_days = 180 }
missed = 0.15
arms = { managed = 0.6 }
missed_odds = { using = 2.0, usual = 1.5, poor = 1.3, in_treatment = 0.5 }
`

// wholeOutcomes asks for every variable but those of studyOutcomes, with which no world is
// read off another.
func wholeOutcomes() string {
	text := ""
	for _, v := range scenarios.Variables() {
		if v.OfStudy() || v.Name == scenarios.VariableContacts {
			continue
		}
		text += fmt.Sprintf("[[outcome]]\nname = %q\nvariable = %q\n", v.Name, v.Name) + aboutEvent(v)
		switch v.Name {
		case "condition":
			text += fmt.Sprintf("at_days = 90\nwhen = %q\n", wholeCondition)
		case "time_in_su":
			text += "at_days = 60\n"
		case "abstinent":
			text += "at_days = 90\nmeasured_by = \"urine\"\n"
		case "health":
			text += "at_days = 90\nreliability = 0.8\n"
		case "arrests", "days_in_jail":
			text += "at_days = 100\n"
		case "use_days_month", "risk_free":
			text += "at_days = 90\n"
		}
	}
	return text + "[[outcome]]\nname = \"times\"\nvariable = \"event_count\"\nevent = \"overdose\"\nat_days = 90\nmethod = \"andersen_gill\"\n" +
		"[[outcome]]\nname = \"arrest_times\"\nvariable = \"arrests\"\nmethod = [\"mean_cumulative\", \"welch\"]\n"
}

// aboutEvent names the event that a variable is about.
func aboutEvent(v scenarios.Variable) string {
	if !v.OfEvent() {
		return ""
	}
	return "event = \"overdose\"\n"
}

// Everything that goes on in a life lets the engine run ahead as it does in the
// simple scenario.
func TestWholeLivesThatRunAheadChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, more := drawRecruitment(t)
		m := compileRoughly(t, wholeTOML+unknownTOML+text+wholeOutcomes()+studyOutcomes,
			append(append(drawStaffed(t), more...), "uncertainty.use="+rapid.SampledFrom([]string{"true", "false"}).Draw(t, "uncertain"))...)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		world := rapid.IntRange(-2, 1).Draw(t, "world")
		run := func(plain, logged bool) allState {
			w := m.NewWorkspace()
			w.plain, w.prefetches = plain, !plain
			if logged {
				w.log = &eventLog{}
			}
			w.Begin(3, replicate)
			if world < AsRandomized {
				w.Trial()
			} else {
				truth := m.NewTruth()
				w.World(world, truth)
				w.observed.Outcomes = truth.Outcomes
			}
			return w.allState()
		}
		ahead := run(false, false)
		if d := diff(run(true, false), ahead); d != "" {
			t.Fatalf("plain and ahead: %s", d)
		}
		if d := diff(run(true, true), ahead); d != "" {
			t.Fatalf("logged and ahead: %s", d)
		}
	})
}

// drawStaffed draws changes to the whole scenario, and whether its staff comes and goes.
func drawStaffed(t *rapid.T) []string {
	sets := drawWhole(t)
	team := !rapid.Bool().Draw(t, "no team")
	if !team {
		sets = append(sets, "program.team.team=false")
	}
	return append(sets, drawStaffing(t, "team", team)...)
}

// drawWhole draws changes to the whole scenario.
func drawWhole(t *rapid.T) (sets []string) {
	choose := func(name string, options ...string) {
		if s := rapid.SampledFrom(append(options, "")).Draw(t, name); s != "" {
			sets = append(sets, s)
		}
	}
	choose("clinic", `service.clinic.slots=4`, `service.clinic.slots=80`)
	choose("ward", `service.ward.slots="unlimited"`, `service.ward.slots=3`)
	choose("shelter", `service.shelter.slots="unlimited"`, `service.shelter.slots=5`)
	choose("staff", `program.team.staff=1`, `program.team.caseload=3`)
	choose("ends", `attrition.ends="all"`)
	choose("after", `service.clinic.after_followup="leave"`)
	choose("window", `trial.visit_window_days=0`)
	choose("death", `death.rate={never=true}`, `death.rate={per_month=0.3}`)
	choose("jail", `jail.after_arrest=0`, `jail.after_arrest=1`)
	choose("rates in the ward", `service.ward.while_in={ gain_job = { never = true }, lose_housing = { median_days = 50 } }`)
	choose("starts", `program.ward.start={ in = "ward", using = 0.1, share = 0.5 }`, `program.ward.start={ in = "clinic", share = 0 }`)
	choose("beside", `service.clinic.beside=["ward"]`)
	choose("rates in the shelter", `service.shelter.while_in={ quit = { per_day = 0.2 }, relapse = { probability = 0.5, by_days = 30 }, arrest = { never = true } }`)
	choose("rates after the clinic", `service.clinic.after={ days = 20, death = { per_year = 0.05 }, left = { days = 35, relapse = { per_month = 3 }, risk = { per_month = 4 } } }`,
		`service.clinic.after={ days = 400, arrest = { per_month = 0.05 } }`)
	choose("rates after the ward", `service.ward.after={ completed = { days = 15, relapse = { per_month = 0.2 }, gain_housing = { per_month = 0.5 } } }`)
	choose("fatal", `event.overdose.fatal=0`, `event.overdose.fatal=0.6`)
	choose("while", `event.fall.while="in_treatment"`, `event.fall.while=["jailed","ward"]`)
	choose("clients", `trial.clients=20`, `trial.clients=300`)
	return sets
}
