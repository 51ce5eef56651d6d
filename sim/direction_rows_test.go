package sim

import "strings"

// directionTOML is the whole of life with outcomes that parameters move.
func directionTOML() string {
	text := exactOutcomes()
	for _, o := range []struct{ name, more string }{
		{"linked_30", "variable = \"linked_su\"\nat_days = 30\n"},
		{"linked_60", "variable = \"linked_su\"\nat_days = 60\n"},
		{"clean_by_urine", "variable = \"abstinent\"\nat_days = 30\nmeasured_by = \"urine\"\n"},
		{"measured_health", "variable = \"health\"\nat_days = 30\n"},
	} {
		text += "[[outcome]]\nname = \"" + o.name + "\"\n" + o.more
	}
	return strings.Replace(wholeTOML, "arms = { managed = 0.6 }", "arms = { managed = 0.6, usual = 1.0 }", 1) + text
}

var (
	// roomy leaves no queue for services.
	roomy = []string{`service.clinic={slots="unlimited",priority="",occupied=0,background={per_month=0}}`, `service.ward.slots="unlimited"`, `service.shelter.slots="unlimited"`}
	// idle staff have time for everyone.
	idle = []string{"program.team.caseload=400", "program.team.hours_per_week=160", "program.team.spread=0"}
	free = append(append([]string(nil), roomy...), idle...)
)

func with(sets []string, more ...string) []string {
	return append(append([]string(nil), sets...), more...)
}

func onLinkage(effect string) string { return `program.team.effect=[{on="linkage",` + effect + `}]` }

func onLeaving(effect string) string { return `program.team.effect=[{on="leaving",` + effect + `}]` }

const strong = "hazard_ratio=5,lasts_days=12"

// directions are all of them.
func directions() []direction {
	var rows []direction
	for _, some := range [][]direction{programRows, serviceRows, stateRows(), courseRows, scoreRows, designRows} {
		rows = append(rows, some...)
	}
	return rows
}

var programRows = []direction{
	{name: "a hazard ratio on linkage", also: free, low: onLinkage("hazard_ratio=1.2,lasts_days=12"), high: onLinkage(strong), of: apart("linked_60"), sign: +1},
	{name: "a hazard ratio on leaving", also: free, low: onLeaving("hazard_ratio=0.2,lasts_days=30"), high: onLeaving("hazard_ratio=1,lasts_days=30"), of: arm(0, "days_in_su"), sign: -1},
	{name: "a chance on linkage", also: free, low: onLinkage("probability=0.02"), high: onLinkage("probability=0.3"), of: arm(0, "linked_60"), sign: +1},
	{name: "days that an effect lasts", also: with(free, "program.team.contacts={every_days=20}"), low: onLinkage("hazard_ratio=5,lasts_days=2"), high: onLinkage("hazard_ratio=5,lasts_days=20"), of: arm(0, "linked_60"), sign: +1},
	{name: "an effect in some alone", also: free, low: onLinkage(strong + `,in="needy"`), high: onLinkage(strong), of: arm(0, "linked_60"), sign: +1},
	{name: "a manual's effect", also: with(free, onLinkage(strong)), low: "program.team.manual={effect=0.2,spread=1}", high: "program.team.manual={effect=1.5,spread=1}", of: arm(0, "linked_60"), sign: +1},
	{name: "a manual's spread", also: with(roomy, "program.team.team=false", onLinkage(strong), "program.team.staff=9"), low: "program.team.manual={effect=1,spread=0.2}", high: "program.team.manual={effect=1,spread=2}", of: skills, sign: +1},
	{name: "spread", also: with(roomy, "program.team.team=false", onLinkage(strong), "program.team.staff=9"), low: "program.team.spread=0.1", high: "program.team.spread=1", of: skills, sign: +1},
	{name: "a team", also: with(roomy, onLinkage(strong)), low: "program.team.team=false", high: "program.team.team=true", of: skills, sign: -1},
	{name: "uptake", also: free, low: "program.team.uptake=0.3", high: "program.team.uptake=0.9", of: tally(contactsMade), sign: +1},
	{name: "contacts", also: with(free, onLinkage(strong)), low: "program.team.contacts={per_month=1}", high: "program.team.contacts={per_month=6}", of: arm(0, "linked_60"), sign: +1},
	{name: "the first contact", also: with(free, onLinkage(strong)), low: "program.team.first_contact={day=1}", high: "program.team.first_contact={day=50}", of: arm(0, "linked_60"), sign: -1},
	{name: "duration", also: free, low: "program.team.duration_days=20", high: "program.team.duration_days=100", of: tally(contactsMade), sign: +1},
	{name: "caseload", also: roomy, low: "program.team.caseload=2", high: "program.team.caseload=12", of: tally(programsBegun), sign: +1},
	{name: "staff", also: roomy, low: "program.team.staff=1", high: "program.team.staff=4", of: tally(programsBegun), sign: +1},
	{name: "hours", also: with(roomy, "program.team.caseload=400"), low: "program.team.hours_per_week=2", high: "program.team.hours_per_week=20", of: tally(contactsMade), sign: +1},
	{name: "minutes a contact", also: with(roomy, "program.team.caseload=400"), low: "program.team.minutes_per_contact=15", high: "program.team.minutes_per_contact=120", of: tally(contactsMade), sign: -1},
	{name: "a sanction", also: free, low: `program.supervision.effect=[{on="jail",probability=0.02,while="using"}]`, high: `program.supervision.effect=[{on="jail",probability=0.4,while="using"}]`, of: arm(1, "days_in_jail"), sign: +1},
	{name: "a sanction for those using", also: with(free, "use.using=0.2"), low: `program.supervision.effect=[{on="jail",probability=0.4,while="using"}]`, high: `program.supervision.effect=[{on="jail",probability=0.4}]`, of: arm(1, "days_in_jail"), sign: +1},
	{name: "a start in a bed", also: free, low: "program.ward.uptake=0.1", high: "program.ward.uptake=0.8", of: all("ward_days_in_su"), sign: +1},
	{name: "a start using", also: with(free, "program.ward.uptake=0.8"), low: "program.ward.start.using=0.0", high: "program.ward.start.using=1.0", of: all("early_days_abstinent"), sign: -1},
	{name: "points", also: free, low: `program.team.effect=[{on="satisfaction",points=1,lasts_days=30}]`, high: `program.team.effect=[{on="satisfaction",points=6,lasts_days=30}]`, of: arm(0, "early_satisfaction"), sign: +1},
}

var serviceRows = []direction{
	{name: "linkage", also: free, low: "service.clinic.linkage={probability=0.2,by_days=180}", high: "service.clinic.linkage={probability=0.8,by_days=180}", of: all("linked_su"), sign: +1, solved: true},
	{name: "frailty", also: free, low: "service.clinic.frailty_sd=0.0", high: "service.clinic.frailty_sd=3.0", of: all("linked_30"), sign: +1, solved: true}, // as many by day 180: the ready come early
	{name: "stay", also: free, low: "service.clinic.stay={median_days=15}", high: "service.clinic.stay={median_days=90}", of: all("days_in_su"), sign: +1, solved: true},
	{name: "shape of stays", also: free, low: "service.ward.stay={median_days=20,shape=0.5}", high: "service.ward.stay={median_days=20,shape=3.0}", of: all("time_in_su"), sign: +1, solved: true},
	{name: "return", also: free, low: "service.clinic.return={per_month=0.05}", high: "service.clinic.return={per_month=1}", of: all("days_in_su"), sign: +1, solved: true},
	{name: "those who come back", also: free, low: "service.clinic.return={per_month=0.05}", high: "service.clinic.return={per_month=1}", of: tally(comingBack), sign: +1, solved: true},
	{name: "patience", also: with(idle, "service.clinic.slots=5"), low: "service.clinic.renege={median_days=5}", high: "service.clinic.renege={median_days=100}", of: tally(givenUp), sign: -1, solved: true},
	{name: "traits that link", also: with(free, "trait.poor.acts_on={}"), low: "service.clinic.linking={poor=0.5}", high: "service.clinic.linking={poor=2}", of: poor("linked_su"), sign: +1},
	{name: "traits that leave", also: free, low: "service.clinic.leaving={poor=0.3}", high: "service.clinic.leaving={poor=3}", of: poor("days_in_su"), sign: -1},
	{name: "slots", low: "service.clinic.slots=4", high: "service.clinic.slots=40", of: all("linked_su"), sign: +1},
	{name: "occupied", low: "service.clinic.occupied=0", high: "service.clinic.occupied=1", of: all("linked_30"), sign: -1},
	{name: "background", low: "service.clinic.background={per_month=0}", high: "service.clinic.background={per_month=60}", of: all("linked_su"), sign: -1},
	{name: "priority", also: with(nil, "service.clinic.slots=8"), low: `service.clinic.priority=""`, high: `service.clinic.priority="needy"`, of: poor("linked_su"), sign: +1},
	{name: "planned days", also: free, low: "service.ward.planned_days=5", high: "service.ward.planned_days=60", of: all("days_in_su"), sign: +1},
	{name: "completion", also: free, low: "service.ward.planned_days=5", high: "service.ward.planned_days=60", of: all("completed_su"), sign: -1},
	{name: "slots kept after follow-up", also: with(idle, "service.clinic.slots=12", "service.clinic.occupied=0", "service.clinic.background={per_month=0}", "service.clinic.stay={median_days=300}", "trial.accrual={per_month=8}"), low: "service.clinic.after_followup=leave", high: "service.clinic.after_followup=stay", of: all("linked_su"), sign: -1},
}
