package analysis

import (
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/performance"
	"caseload/analysis/verdict"
	"caseload/scenarios"
)

// screening counts which factors of a factorial trial would be kept for an outcome
// (the screening of the multiphase optimization strategy, Collins 2018, Optimization of
// Behavioral, Biobehavioral, and Biomedical Interventions, chapter 5).
type screening struct {
	outcome  int
	above    float64
	analyses []int // by factor: of its main effect, by the first method that holds
	kept     []int // replicates, by set of factors that are kept
}

// A ScreeningRow says which factors trials keep for an outcome.
type ScreeningRow struct {
	Outcome string `json:"outcome"`
	// Above is what an estimate, turned so that more is better, has to exceed; missing where
	// a factor is kept if its effect is significant and good.
	Above   measure.Number   `json:"above"`
	Factors []ScreenedFactor `json:"factors"`
	Right   performance.Rate `json:"right"` // share of trials that keep those that are to be kept, and no other
	Sets    []ScreenedSet    `json:"sets"`  // sets kept, the most frequent first
}

// ScreenedFactor is a factor, and how often it is kept.
type ScreenedFactor struct {
	Factor string           `json:"factor"`
	Method string           `json:"method"`
	Kept   performance.Rate `json:"kept"`
	Keep   string           `json:"keep"` // whether it is to be kept: "yes", "no", or "unknown" where replicates are too few to tell
}

// ScreenedSet is a set of factors that trials keep together.
type ScreenedSet struct {
	Factors []string         `json:"factors"`
	Kept    performance.Rate `json:"kept"`
}

// addScreenings lays out that of each outcome of a factorial trial.
func (p *plan) addScreenings() {
	for o := range p.sc.Outcomes {
		out := &p.sc.Outcomes[o]
		var list []int
		for _, c := range p.sc.MainEffects() {
			method := p.sc.FirstThatHoldsIn(out, c, false)
			list = append(list, slices.IndexFunc(p.analyses, func(a Analysis) bool {
				return a.Outcome == o && a.Subgroup < 0 && a.Arm == c.Arm && a.Control == c.Control && a.Method.Name == method
			}))
		}
		if len(list) > 0 && !slices.Contains(list, -1) {
			p.screenings = append(p.screenings, screening{outcome: o, above: out.KeepAbove, analyses: list, kept: make([]int, 1<<len(list))})
		}
	}
}

// add adds a replicate. A fit that failed keeps nothing.
func (s *screening) add(p *plan, row record) {
	set := 0
	for f, k := range s.analyses {
		fit, test := row.fit(k), &p.analyses[k].Test
		keep := test.Favours(&fit)
		if s.above > 0 {
			keep = !fit.Status.Failed() && test.Good*fit.Value > s.above
		}
		set |= one(keep) << f
	}
	s.kept[set]++
}

// screeningRow concludes about a screening.
func (f *accumulator) screeningRow(s *screening) ScreeningRow {
	factors := f.p.sc.Trial.Factors
	row := ScreeningRow{Outcome: f.p.sc.Outcomes[s.outcome].Name, Above: measure.Missing(), Sets: []ScreenedSet{}}
	if s.above > 0 {
		row.Above = measure.Number(s.above)
	}
	right, known := 0, true
	for j, k := range s.analyses {
		n := 0
		for set, count := range s.kept {
			n += count * (set >> j & 1)
		}
		keep := f.toKeep(s, k)
		right |= one(keep == "yes") << j
		known = known && keep != "unknown"
		row.Factors = append(row.Factors, ScreenedFactor{factors[j], f.p.analyses[k].Method.Name, performance.NewRate(n, f.n), keep})
	}
	row.Right = performance.NewRate(0, 0)
	if known {
		row.Right = performance.NewRate(s.kept[right], f.n)
	}
	for set, count := range s.kept {
		if count == 0 {
			continue
		}
		x := ScreenedSet{Factors: []string{}, Kept: performance.NewRate(count, f.n)}
		for j, name := range factors {
			if set>>j&1 == 1 {
				x.Factors = append(x.Factors, name)
			}
		}
		row.Sets = append(row.Sets, x)
	}
	slices.SortStableFunc(row.Sets, func(a, b ScreenedSet) int { return int(1e9 * float64(b.Kept.Share-a.Kept.Share)) })
	return row
}

// toKeep reports whether a factor is to be kept: its true effect is good and of a size that
// matters or, with a threshold, above that by more than chance.
func (f *accumulator) toKeep(s *screening, k int) string {
	a := &f.p.analyses[k]
	if s.above > 0 {
		truth, mcse := f.truthOf(k, false)
		switch d := float64(a.Test.Good*truth) - s.above; {
		case d > float64(verdict.Clear*mcse):
			return "yes"
		case d < -float64(verdict.Clear*mcse):
			return "no"
		}
		return "unknown"
	}
	v, _ := scenarios.LookupVariable(f.p.sc.Outcomes[s.outcome].Variable)
	e := f.standardized(a, v)
	switch e.Verdict() {
	case verdict.Benefit:
		return "yes"
	case verdict.CannotTell:
		return "unknown"
	}
	return "no"
}
