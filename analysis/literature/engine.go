package literature

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
)

// Engine is a body of trials ready to be simulated. It is read-only and shared by
// all workers.
type Engine struct {
	Scenario *scenarios.Scenario
	Groups   []string // that are pooled, in order

	bases   map[string]*sim.Model
	designs [][]*design // [study][combination of levels]
	clients [][]int     // as designs: as written
	radix   []int       // of each moderator in the number of a combination
	rest    [][]int     // [moderator] levels to deal, to studies that do not say theirs
	fixed   [][]int     // [study][moderator] level; -1: dealt
	tests   []test      // moderators that are tested
}

// maxCombinations bounds the levels of moderators that studies may be dealt.
const maxCombinations = 10_000

// New compiles the studies of a scenario, all with whatever levels they may be
// dealt. Where from is given, an engine for the same scenario at other values,
// what it has solved is kept: baselines are frozen. If only [literature] differs,
// all of it is kept, and an engine costs nothing. The error is of all studies.
func New(sc *scenarios.Scenario, from *Engine) (*Engine, error) {
	return NewContext(context.Background(), sc, from)
}

// NewContext is New that ends when ctx is done: its error is then that of
// context.Cause.
func NewContext(ctx context.Context, sc *scenarios.Scenario, from *Engine) (*Engine, error) {
	if sc.Literature == nil || len(sc.Studies) == 0 {
		return nil, scenarios.Problems{sc.Problem("study", "no study", "[[study]] rows, which are the trials of a body, as in the built-in cochrane-2007")}
	}
	if err := checkDraws(sc); err != nil {
		return nil, err
	}
	e := &Engine{Scenario: sc, bases: map[string]*sim.Model{}}
	if from != nil && from.sameTrials(sc) {
		*e = *from
		e.Scenario = sc
	} else if err := e.compile(ctx, from); err != nil {
		return nil, err
	}
	e.Groups = e.groups()
	e.tests = e.moderatorTests()
	return e, nil
}

// checkSizes refuses trials whose number of clients is not that of the study.
func checkSizes(sc *scenarios.Scenario) (problems scenarios.Problems) {
	const want = "none in a body of trials, whose numbers of clients are those of its studies"
	if by := sc.Trial.RecruitByDays; by > 0 {
		problems = append(problems, sc.Problem("trial.recruit_by_days", fmt.Sprint(by), want))
	}
	if n := sc.Trial.ClusterSize; n > 0 {
		problems = append(problems, sc.Problem("trial.cluster_size", fmt.Sprint(n), want))
	}
	if n := sc.Interim; n != nil {
		problems = append(problems, sc.Problem("interim", "looks", want+", and are reported when they have ended"))
	}
	if sc.InPeriods() {
		problems = append(problems, sc.ProblemOfPeriods("a trial whose sites stay in their arms: studies of a body are as long as their clients take to enrol"))
	}
	return problems
}

// checkDraws refuses a second reason for studies to differ beside what they draw.
func checkDraws(sc *scenarios.Scenario) error {
	problems := checkSizes(sc)
	if l := sc.Literature; sc.Uncertainty.Use {
		const why = ": studies differ by the numbers of [[uncertain]] that they draw"
		if l.EffectSD != 0 {
			problems = append(problems, sc.Problem("literature.effect_sd", fmt.Sprint(l.EffectSD), "0 with uncertainty.use"+why))
		}
		if l.Effect != 1 {
			problems = append(problems, sc.Problem("literature.effect", fmt.Sprint(l.Effect), "1 with uncertainty.use"+why))
		}
	}
	return problems.Err()
}

// sameTrials reports whether a scenario has the engine's studies.
func (e *Engine) sameTrials(sc *scenarios.Scenario) bool {
	return reflect.DeepEqual(sc.Studies, e.Scenario.Studies) && reflect.DeepEqual(sc.Moderators, e.Scenario.Moderators) && sc.Same(e.Scenario)
}

func (e *Engine) compile(ctx context.Context, from *Engine) error {
	if err := e.levels(); err != nil {
		return err
	}
	if err := e.compileBases(ctx, from); err != nil {
		return err
	}
	return e.compileDesigns(ctx)
}

// levels lays out who is dealt what.
func (e *Engine) levels() error {
	sc := e.Scenario
	n := 1
	for m := range sc.Moderators {
		e.radix = append(e.radix, n)
		n *= len(sc.Moderators[m].Levels)
		if n > maxCombinations {
			return scenarios.Problems{sc.Problem("moderator", "too many combinations of levels", "at most 10,000")}
		}
		var rest []int
		for l := range sc.Moderators[m].Levels {
			rest = append(rest, slices.Repeat([]int{l}, sc.Moderators[m].Levels[l].Count)...)
		}
		e.rest = append(e.rest, rest)
	}
	for s := range sc.Studies {
		row := make([]int, len(sc.Moderators))
		for m := range sc.Moderators {
			name, said := sc.Studies[s].Levels[sc.Moderators[m].Name]
			row[m] = -1
			if !said {
				continue
			}
			row[m] = slices.IndexFunc(sc.Moderators[m].Levels, func(l scenarios.Level) bool { return l.Name == name })
			if k := slices.Index(e.rest[m], row[m]); k >= 0 {
				e.rest[m] = slices.Delete(e.rest[m], k, k+1)
			}
		}
		e.fixed = append(e.fixed, row)
	}
	return nil
}

// combinations returns how many combinations of levels there are.
func (e *Engine) combinations() int {
	n := 1
	for m := range e.radix {
		n *= len(e.Scenario.Moderators[m].Levels)
	}
	return n
}

// level returns that of a moderator in a combination.
func (e *Engine) level(combination, m int) int {
	return combination / e.radix[m] % len(e.Scenario.Moderators[m].Levels)
}

// possible reports whether a study may be at a combination.
func (e *Engine) possible(study, combination int) bool {
	for m := range e.radix {
		l := e.level(combination, m)
		if f := e.fixed[study][m]; f >= 0 && f != l || f < 0 && !slices.Contains(e.rest[m], l) {
			return false
		}
	}
	return true
}

func (e *Engine) variation(study, combination int) scenarios.Variation {
	var list []scenarios.Variation
	for m := range e.radix {
		list = append(list, e.Scenario.Moderators[m].Levels[e.level(combination, m)].Variation())
	}
	return merged(append(list, e.Scenario.Studies[study].Variation()))
}

// label returns what messages call a study at a combination of levels.
func (e *Engine) label(study, combination int) string {
	name := e.Scenario.Studies[study].Name
	p := e.Scenario.Problem("study."+name, "", "")
	text := fmt.Sprintf("%s:%d: study.%s", p.File, p.Line, name)
	for m := range e.radix {
		mod := &e.Scenario.Moderators[m]
		text += fmt.Sprintf(", %s %s", mod.Name, mod.Levels[e.level(combination, m)].Name)
	}
	return text
}

// groups returns those that the scenario asks for, else all of which at least two
// studies may have an outcome.
func (e *Engine) groups() (list []string) {
	if asked := e.Scenario.Literature.Groups; len(asked) > 0 {
		return asked
	}
	published := e.Scenario.Literature.Published
	for _, g := range scenarios.GroupNames() {
		reported := slices.ContainsFunc(published, func(p scenarios.Published) bool { return p.Group == g })
		if e.measures(g) && (g != scenarios.Linkage || reported) {
			list = append(list, g)
		}
	}
	return list
}

// measures reports whether at least two studies may have an outcome of the group.
func (e *Engine) measures(group string) bool {
	n := 0
	for s := range e.designs {
		if slices.ContainsFunc(e.designs[s], func(d *design) bool { return d != nil && d.measures(group) }) {
			n++
		}
	}
	return n >= 2
}

func (d *design) measures(group string) bool {
	return slices.ContainsFunc(d.outcomes, func(o outcome) bool { return o.variable.Cluster.In(group) })
}
