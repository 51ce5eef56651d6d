package literature

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

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
// what it has solved is kept: baselines are frozen. The error is of all studies.
func New(sc *scenarios.Scenario, from *Engine) (*Engine, error) {
	if sc.Literature == nil || len(sc.Studies) == 0 {
		return nil, scenarios.Problems{sc.Problem("study", "no study", "[[study]] rows, which are the trials of a body, as in the built-in cochrane-2007")}
	}
	e := &Engine{Scenario: sc, bases: map[string]*sim.Model{}}
	if err := e.levels(); err != nil {
		return nil, err
	}
	if err := e.compileBases(from); err != nil {
		return nil, err
	}
	if err := e.compileDesigns(); err != nil {
		return nil, err
	}
	e.Groups = e.groups()
	e.tests = e.moderatorTests()
	return e, nil
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

// combinations is how many combinations of levels there are.
func (e *Engine) combinations() int {
	n := 1
	for m := range e.radix {
		n *= len(e.Scenario.Moderators[m].Levels)
	}
	return n
}

// level is that of a moderator in a combination.
func (e *Engine) level(combination, m int) int {
	return combination / e.radix[m] % len(e.Scenario.Moderators[m].Levels)
}

// possible tells whether a study may be at a combination.
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

// compileBases compiles each base that some study has, a goroutine each.
func (e *Engine) compileBases(from *Engine) error {
	var names []string
	for s := range e.Scenario.Studies {
		for c := range e.combinations() {
			if e.possible(s, c) {
				if name := e.variation(s, c).Base; !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	models, errs := make([]*sim.Model, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for k, name := range names {
		if from != nil && from.bases[name] != nil && name != "" {
			models[k] = from.bases[name]
			continue
		}
		wg.Go(func() { models[k], errs[k] = e.compileBase(name, from) })
	}
	wg.Wait()
	for k, name := range names {
		e.bases[name] = models[k]
	}
	return errors.Join(errs...)
}

func (e *Engine) compileBase(name string, from *Engine) (*sim.Model, error) {
	sc := e.Scenario
	if name != "" {
		var err error
		if sc, err = scenarios.Builtin(name); err != nil {
			return nil, err
		}
	}
	if from != nil && from.bases[name] != nil {
		return from.bases[name].Variant(sc)
	}
	return sim.Compile(sc)
}

// compileDesigns compiles each distinct design once.
func (e *Engine) compileDesigns() error {
	c := compiler{e: e, done: map[string]*design{}, seen: map[scenarios.Problem]bool{}}
	for s := range e.Scenario.Studies {
		row, sizes := make([]*design, e.combinations()), make([]int, e.combinations())
		for k := range row {
			if !e.possible(s, k) {
				continue
			}
			v := e.variation(s, k)
			if row[k] = c.design(s, k, &v); row[k] == nil {
				continue
			}
			if sizes[k] = v.Clients; sizes[k] == 0 {
				sizes[k] = row[k].sc.Trial.Clients
			}
		}
		e.designs, e.clients = append(e.designs, row), append(e.clients, sizes)
	}
	if c.other != nil {
		return c.other
	}
	if len(c.problems) > 0 {
		return c.problems
	}
	return nil
}

// compiler compiles designs and collects what is wrong with them, each problem
// once: it comes again in every combination with the same level.
type compiler struct {
	e        *Engine
	done     map[string]*design // nil: failed
	seen     map[scenarios.Problem]bool
	problems scenarios.Problems
	other    error
}

func (c *compiler) design(study, combination int, v *scenarios.Variation) *design {
	label := c.e.label(study, combination)
	k := key(v)
	d, known := c.done[k]
	if !known {
		var err error
		if d, err = newDesign(label, v, c.e.bases[v.Base]); err != nil {
			c.fail(err)
			d = nil
		}
		c.done[k] = d
	}
	if d == nil {
		return nil
	}
	out, err := d.as(label, v)
	if err != nil {
		c.fail(err)
		return nil
	}
	return out
}

func (c *compiler) fail(err error) {
	problems, ok := errors.AsType[scenarios.Problems](err)
	if !ok {
		c.other = cmp.Or(c.other, err)
		return
	}
	for _, p := range problems {
		plain := scenarios.Problem{Key: p.Key, Got: p.Got, Want: p.Want}
		if !c.seen[plain] {
			c.seen[plain] = true
			c.problems = append(c.problems, p)
		}
	}
}

// label is what messages call a study at a combination of levels.
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

// groups are those that the scenario asks for, else all of which at least two
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

// measures tells whether at least two studies may have an outcome of the group.
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
	return slices.ContainsFunc(d.outcomes, func(o outcome) bool { return scenarios.InGroup(o.variable.Cluster, group) })
}
