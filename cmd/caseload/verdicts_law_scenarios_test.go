package main

import (
	"fmt"
	"math/rand/v2"
)

// lawScenario is a small trial of which everything that verdicts turn on is drawn:
// size, effect and its direction, room, clusters, deaths, what is measured.
func lawScenario(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	days := pick("60", "120", "240")
	linked, drugs := "true", "false"
	if r.IntN(3) == 0 {
		linked, drugs = drugs, linked
	}
	spread, death := "", ""
	if r.IntN(3) == 0 {
		spread = "spread = 0.4\n"
	}
	if r.IntN(3) == 0 {
		death = "[death]\nrate = { probability = 0.1, by_days = 240 }\n"
	}
	direct := ""
	if r.IntN(2) == 0 {
		direct = fmt.Sprintf("[[program.help.effect]]\non = %q\nhazard_ratio = %s\nlasts_days = 30\ndirect = true\n", pick("quit", "relapse"), pick("0.5", "1.5", "3.0"))
	}
	return fmt.Sprintf(`title = "A random trial"
source = "A test"
[trial]
clients = %d
accrual = { per_month = %s }
follow_up_days = [%s]
sites = %s
[[arm]]
name = "help"
programs = ["help"]
[[arm]]
name = "usual"
control = true
[service.clinic]
kind = "substance_use"
slots = %s
linkage = { probability = %s, by_days = %s, under = "usual" }
stay = { median_days = %s }
acts_on = { quit = 2.0 }
[program.help]
contacts = { every_days = %s }
staff = %s
caseload = %s
%s[[program.help.effect]]
on = "linkage"
hazard_ratio = %s
lasts_days = %s
%s[use]
using = 0.9
quit = { per_year = 1.0 }
relapse = { per_year = 1.5 }
%s[attrition]
loss = { probability = %s, by_days = %s }
[[outcome]]
name = "linked"
variable = %q
at_days = %s
primary = %s
[[outcome]]
name = "drugs"
variable = %q
at_days = %s
primary = %s
`, 60+r.IntN(400), pick("10", "60"), days, pick("1", "3"), pick(`"unlimited"`, `"unlimited"`, "15", "40"), pick("0.1", "0.3", "0.6"), days, pick("30", "120"),
		pick("7", "14", "30"), pick("1", "5", "12"), pick("10", "40", "200"), spread, pick("0.5", "0.9", "1.0", "1.05", "1.5", "2.5", "4.0"), pick("7", "30"),
		direct, death, pick("0.05", "0.3"), days, pick("linked_su", "days_in_su", "time_to_linkage"), days, linked, pick("abstinent", "days_using"), days, drugs)
}
