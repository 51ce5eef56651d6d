package literature

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"caseload/scenarios"
	"caseload/sim"
)

// compileBases compiles each base that some study has, a goroutine each.
func (e *Engine) compileBases(ctx context.Context, from *Engine) error {
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
	models, errs, broken := make([]*sim.Model, len(names)), make([]error, len(names)), make([]any, len(names))
	var wg sync.WaitGroup
	for k, name := range names {
		if from != nil && from.bases[name] != nil && name != "" {
			models[k] = from.bases[name]
			continue
		}
		wg.Go(func() {
			defer func() { broken[k] = recover() }()
			models[k], errs[k] = e.compileBase(ctx, name, from)
		})
	}
	wg.Wait()
	for k, name := range names {
		if broken[k] != nil {
			panic(broken[k]) // where it is caught
		}
		e.bases[name] = models[k]
	}
	return errors.Join(errs...)
}

func (e *Engine) compileBase(ctx context.Context, name string, from *Engine) (*sim.Model, error) {
	sc := e.Scenario
	if name != "" {
		var err error
		if sc, err = scenarios.Builtin(name); err != nil {
			return nil, err
		}
	}
	if from != nil && from.bases[name] != nil {
		return from.bases[name].VariantContext(ctx, sc)
	}
	return sim.CompileContext(ctx, sc)
}

// compileDesigns compiles each distinct design once.
func (e *Engine) compileDesigns(ctx context.Context) error {
	c := compiler{e: e, done: map[string]*design{}, seen: map[scenarios.Problem]bool{}}
	for s := range e.Scenario.Studies {
		row, sizes := make([]*design, e.combinations()), make([]int, e.combinations())
		for k := range row {
			if !e.possible(s, k) {
				continue
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
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
		if d, err = newDesign(label, v, c.e.bases[v.Base], c.e.Scenario.Uncertainty.Use); err != nil {
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
