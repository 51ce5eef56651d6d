package figure

import (
	"fmt"
	"math"

	"caseload/analysis/measure"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
)

// runCases are the figures of runs.
func runCases() map[string]*Figure {
	all := map[string]*Figure{}
	add := func(name string, r *run.Run, x []run.Intervals, h *trial.History) {
		for k, f := range NewSet(r, x, h).All() {
			all[fmt.Sprintf("%s %d %s", name, k, f.Name)] = f
		}
	}
	r, h := aRun("linked", "days_in_treatment"), aHistory("linked", "cm", "control")
	add("run", r, intervalsOf(r, 100), h)

	long := aRun("the_share_of_clients_who_are_in_any_kind_of_treatment_after_a_year", "another_outcome_with_a_name_that_is_longer_than_it_has_to_be")
	add("long", long, intervalsOf(long, 40), aHistory("the_share_of_clients_who_are_in_any_kind_of_treatment_after_a_year", "intensive_strengths_based_case_management", "outreach_and_assertive_community_treatment", "usual_care_as_it_is", "waiting_list_for_a_year", "nothing_at_all"))

	odd := aRun("<b> & \x01", "tab\there")
	add("markup", odd, intervalsOf(odd, 40), aHistory("<b> & \x01", "<i>", "&\x02"))

	none := aRun("linked", "days")
	for k := range none.Rows {
		x := &none.Rows[k]
		x.SMD, x.SMDMCSE, x.SMDTruth, x.Bias = report.Missing(), report.Missing(), report.Missing(), report.Missing()
	}
	few := aHistory("linked", "cm", "control")
	few.Replicates = 1
	for k := range few.States {
		few.States[k].Share.MCSE = missingFrom(few.States[k].Share.MCSE, 0)
	}
	for k := range few.Survival {
		few.Survival[k].Share.Mean = missingFrom(few.Survival[k].Share.Mean, 12*k)
		few.Survival[k].Share.MCSE = missingFrom(few.Survival[k].Share.MCSE, 0)
	}
	for k := range few.Flow {
		few.Flow[k].MCSE = report.Missing()
	}
	add("missing", none, nil, few)

	big := aHistory("linked", "cm", "control")
	for k := range big.Flow {
		x := &big.Flow[k]
		x.Mean, x.Low, x.High = x.Mean*10000, x.Low*10000, x.High*10000
	}
	for k := range big.Loads {
		big.Loads[k].Capacity *= 100000
	}
	same := aRun("linked", "days")
	add("big", same, intervalsOf(same, 1), big)
	return all
}

func missingFrom(list []report.Number, from int) []report.Number {
	out := append([]report.Number(nil), list...)
	for k := from; k < len(out); k++ {
		out[k] = report.Missing()
	}
	return out
}

// aRun has two methods of the first outcome and one of the other.
func aRun(first, second string) *run.Run {
	row := func(outcome, variable string, cluster scenarios.Cluster, method string, effect measure.Measure, smd float64) run.Row {
		r := run.Row{Outcome: outcome, Variable: variable, AtDays: 90, Cluster: cluster, Subgroup: "all", Contrast: "cm - control", Arm: "cm", Control: "control", Method: method, Set: "itt",
			Effect: effect, Alpha: 0.05, Sides: 2}
		r.Truth, r.SMD, r.SMDMCSE, r.SMDTruth = 0.12, report.Number(smd), 0.005, report.Number(smd+0.01)
		r.Bias, r.BiasMCSE, r.EmpiricalSE, r.Coverage, r.CoverageMCSE = 0.008, 0.001, 0.06, 0.94, 0.005
		return r
	}
	return &run.Run{Scenario: "tiny", Title: "A tiny trial", Replicates: 2000, Clients: 245, Rows: []run.Row{
		row(first, "linked_su", "linkage_su", "risk_difference", "RD", 0.3),
		row(first, "linked_su", "linkage_su", "cluster_robust", "RD", 0.3),
		row(second, "days_using", "substance_use", "welch", "MD", -0.1)}}
}

// intervalsOf are so many intervals of the first two rows: of 100, five miss the
// truth.
func intervalsOf(r *run.Run, n int) (all []run.Intervals) {
	for k := range 2 {
		x := run.Intervals{Row: &r.Rows[k], Whole: r.Replicates}
		for i := range n {
			// Quantiles of a uniform within +- 2.0632 standard errors: 5 % beyond 1.96.
			z := (float64(i) + 0.5 - float64(n)/2) / float64(n) * 2 * 2.0632
			estimate := 0.12 + z*0.06
			x.List = append(x.List, run.Interval{Replicate: i, Estimate: estimate, SE: 0.06, Low: estimate - 1.96*0.06, High: estimate + 1.96*0.06})
		}
		all = append(all, x)
	}
	return all
}

// aHistory has something of everything in each arm; the outcome is analysed.
func aHistory(first string, arms ...string) *trial.History {
	h := &trial.History{Scenario: "tiny", Replicates: 64}
	days := []float64{}
	for d := 0.0; d <= 90; d += 5 {
		days = append(days, d)
	}
	curve := func(scale, rate float64) trial.HistoryCurve {
		var c trial.HistoryCurve
		for _, d := range days {
			x := scale * math.Exp(-rate*d)
			c.Mean, c.MCSE = append(c.Mean, report.Number(x)), append(c.MCSE, report.Number(scale*0.01))
			c.Low, c.High = append(c.Low, report.Number(x*0.9)), append(c.High, report.Number(math.Min(x*1.1, scale)))
		}
		return c
	}
	count := func(arm, stage, of, what string, n float64) {
		h.Flow = append(h.Flow, trial.HistoryCount{Arm: arm, Stage: stage, Of: of, What: what, First: int(n), Mean: report.Number(n), MCSE: 0.2, Low: report.Number(n - 1), High: report.Number(n + 1)})
	}
	count("", "screening", "", "screened", 300)
	count("", "screening", "", "not_eligible", 30)
	count("", "screening", "", "refused", 25)
	count("", "allocation", "", "randomized", float64(122*len(arms)))
	for k, a := range arms {
		rate := 0.01 * float64(k+1)
		for _, c := range []struct {
			stage, of, what string
			n               float64
		}{{"allocation", "", "allocated", 122}, {"program", "visits", "offered", 122}, {"program", "visits", "refused", 12}, {"program", "visits", "started", 107},
			{"program", "visits", "awaiting", 3}, {"program", "visits", "contacted", 104}, {"program", "visits", "uncontacted", 3}, {"service", "clinic", "sought", 80}, {"service", "clinic", "queued", 20},
			{"service", "clinic", "admitted", 70}, {"service", "clinic", "left", 50}, {"follow_up", "", "jailed", 4}, {"follow_up", "", "died", 2}, {"follow_up", "", "lost", 14},
			{"visit", "90", "made", 100}, {"analysis", first, "outside", 0}, {"analysis", first, "lost", 11}, {"analysis", first, "died", 1}, {"analysis", first, "unseen", 2}, {"analysis", first, "analysed", 108}} {
			count(a, c.stage, c.of, c.what, c.n)
		}
		for _, s := range []string{"using", "in_treatment", "waiting", "jailed", "dead"} {
			h.States = append(h.States, trial.HistoryState{Arm: a, State: s, Days: days, Share: curve(0.8, rate)})
		}
		h.Survival = append(h.Survival, trial.HistorySurvival{Outcome: "stay", Variable: "time_in_su", Set: "entered", Arm: a, Days: days, Share: curve(1, rate), AtRisk: curve(70, rate)})
	}
	for _, l := range []trial.HistoryLoad{{Program: "visits", Capacity: 40}, {Service: "clinic", Capacity: 20}} {
		l.Days, l.Served, l.Waiting = days, curve(float64(l.Capacity), 0.01), curve(15, 0.02)
		h.Loads = append(h.Loads, l)
	}
	return h
}
