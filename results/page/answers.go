package page

import (
	"fmt"
	"strings"

	"caseload/analysis/measure"
	"caseload/results/calibrate"
	"caseload/results/compare"
	"caseload/results/explain"
	"caseload/results/literature"
	"caseload/results/meta"
	"caseload/results/report"
	"caseload/results/size"
	"caseload/results/sweep"
	"caseload/scenarios"
)

// Answers are what stands in a folder without a run: answers about one scenario, or
// reviews and calibrations.
type Answers struct {
	Scenario *scenarios.Scenario // that all are about; nil for reviews
	Version  int                 // of the model

	Explanations []*explain.Explanation
	Plans        []*size.Plan
	Comparisons  []*compare.Comparison
	Sweep        *sweep.Sweep
	Literatures  []Body
	Metas        []*meta.Meta
	Calibrations []*calibrate.Calibration
	Checks       []*calibrate.Check
}

// Body is the answer about bodies of trials, with its scenario; nil where that is not kept.
type Body struct {
	*literature.Literature
	Scenario *scenarios.Scenario
}

// Page is the page of all answers in their order.
func (a *Answers) Page() *Page {
	p := &Page{Title: a.title()}
	add := func(q *Question) { p.Questions = append(p.Questions, q) }
	for _, q := range Asked(a.Explanations, a.Plans, a.Comparisons) {
		add(q)
	}
	if a.Sweep != nil {
		add(OfSweep("sweep", a.Sweep))
	}
	for k, l := range a.Literatures {
		q := OfLiterature(fmt.Sprintf("literature-%d", k+1), l.Literature)
		if l.Scenario != nil {
			rests := Assumptions(l.Scenario)
			rests.ID = q.ID + "-" + rests.ID
			q.Sections = append(q.Sections, rests)
		}
		add(q)
	}
	for k, m := range a.Metas {
		add(OfMeta(fmt.Sprintf("meta-%d", k+1), m))
	}
	for k, c := range a.Calibrations {
		add(OfCalibration(fmt.Sprintf("calibrate-%d", k+1), c))
	}
	for k, c := range a.Checks {
		add(OfCheck(fmt.Sprintf("check-%d", k+1), c))
	}
	if a.Scenario != nil {
		p.Sections = append(p.Sections, Design(a.Scenario), Assumptions(a.Scenario))
	}
	p.Sections = append(p.Sections, a.reproduce())
	return p
}

// title is that of the scenario, or of the only review.
func (a *Answers) title() string {
	var titles []string
	if a.Scenario != nil {
		titles = append(titles, a.Scenario.Title)
	}
	for _, l := range a.Literatures {
		titles = append(titles, l.Title)
	}
	for _, m := range a.Metas {
		titles = append(titles, "Meta-analysis of "+m.File)
	}
	for _, c := range a.Calibrations {
		titles = append(titles, c.Title)
	}
	for _, c := range a.Checks {
		titles = append(titles, "Check of "+c.Scenario)
	}
	for _, t := range titles {
		if t != "" {
			return t
		}
	}
	return "Answers"
}

// reproduce has the commands of all answers.
func (a *Answers) reproduce() Section {
	again := Again{Facts: [][]string{{"model version", fmt.Sprint(a.Version)}}}
	if a.Scenario != nil {
		again.Facts = append(again.Facts, []string{"hash of the scenario", a.Scenario.Hash()})
		again.Notes = []string{"The hash is that of the scenario as it is simulated. Same hash, seed and model version give the same numbers, whatever the machine."}
	}
	again.Command = strings.Join(a.commands(), "\n")
	return again.Section()
}

func (a *Answers) commands() (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf("caseload "+format, args...)) }
	for _, e := range a.Explanations {
		add("explain ./scenario.toml --outcome %s --subgroup %s --arm %s --seed %d --replicates %d", e.Outcome, e.Subgroup, e.Arm, e.Seed, e.Replicates)
	}
	for _, p := range a.Plans {
		if p.Cost != nil {
			add("size ./scenario.toml --solve %s --seed %d", p.Cost.Solve, p.Cost.Seed)
			continue
		}
		add("%s", sizeCommand(p.Size))
	}
	for _, c := range a.Comparisons {
		add("%s", c.Command())
	}
	if s := a.Sweep; s != nil {
		add("sweep ./scenario.toml --seed %d --replicates %d", s.Seed, s.Replicates)
	}
	for _, l := range a.Literatures {
		add("literature %s --seed %d --replicates %d", l.Literature.Scenario, l.Seed, l.Bodies)
	}
	for _, m := range a.Metas {
		add("meta %s --measure %s --method %s", m.File, m.Measure, m.Method)
	}
	for _, c := range a.Calibrations {
		add("calibrate %s --seed %d --simulations %d", c.Scenario, c.Seed, c.Simulations)
	}
	for _, c := range a.Checks {
		add("calibrate %s --seed %d --check %d", c.Scenario, c.Seed, c.DataSets)
	}
	return out
}

// sizeCommand is the command of a plan. What its flags lay over the scenario stands in the
// scenario that is kept.
func sizeCommand(s *size.Search) string {
	var b strings.Builder
	fmt.Fprintf(&b, "size ./scenario.toml --solve %s", s.Solve)
	said := map[string]bool{}
	for _, a := range s.Answers() {
		for _, o := range a.Outcomes {
			if !said[o] {
				b.WriteString(" --outcome " + o)
			}
			said[o] = true
		}
	}
	if len(said) > 1 {
		b.WriteString(" --require " + s.Require)
	}
	if s.Family != "" {
		b.WriteString(" --family " + s.Family)
	}
	if s.Subgroup != report.Everyone {
		b.WriteString(" --subgroup " + s.Subgroup)
	}
	target := "power"
	if s.Assurance {
		target = "assurance"
	}
	if s.Solve != "power" {
		fmt.Fprintf(&b, " --%s %s", target, measure.Number(s.TargetPower).Fixed(3))
	}
	fmt.Fprintf(&b, " --arm %s --seed %d", s.Arm, s.Seed)
	return b.String()
}
