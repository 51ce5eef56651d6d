package validation_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// A figure is one published number or direction and what it is compared with.
type figure struct {
	what, source, published string
	kind                    kind
	holds                   claim
	show                    func(float64) string
	measure                 measure
	miss                    string // why the claim fails; empty: it must hold
}

// kind says how a figure comes to agree.
type kind string

const (
	asked  kind = "input"
	chosen kind = "set"
	check  kind = "check"
)

// trialGroup is the figures of one scenario.
type trialGroup struct {
	scenario string
	sets     []string
	extra    []scenarios.Outcome // beside the scenario's own
	title    string
	trials   int
	figures  []figure
	note     string
}

// A claim tells whether many trials bear a published figure out.
type claim func(*spread) bool

// value: what was published lies in the central 95 % of trials.
func value(x float64) claim {
	return func(s *spread) bool { low, high := s.central(); return low <= x && x <= high }
}

// between: the mean of the trials lies in the range.
func between(low, high float64) claim {
	return func(s *spread) bool { mean, _ := s.mean(); return low <= mean && mean <= high }
}

// nothing: as many trials lie on either side, but for so small a mean.
func nothing(within float64) claim {
	return func(s *spread) bool { mean, _ := s.mean(); return value(0)(s) && math.Abs(mean) < within }
}

// more: the mean is above zero beyond Monte Carlo error; less: below.
func more(s *spread) bool { mean, mcse := s.mean(); return mean-1.96*mcse > 0 }
func less(s *spread) bool { mean, mcse := s.mean(); return mean+1.96*mcse < 0 }

// How figures are printed.
func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }
func points(x float64) string  { return noMinusZero(fmt.Sprintf("%+.1f pp", 100*x)) }
func number(x float64) string  { return noMinusZero(fmt.Sprintf("%.2f", x)) }
func days(x float64) string    { return noMinusZero(fmt.Sprintf("%.1f", x)) }
func ratio(x float64) string   { return fmt.Sprintf("%.2f", math.Exp(x)) } // of a logarithm

// noMinusZero takes the sign off what prints as zero.
func noMinusZero(s string) string {
	if !strings.ContainsAny(s, "123456789") {
		return strings.TrimLeft(s, "+-")
	}
	return s
}

const figureHead = "| figure | source | published | how | simulated mean [Monte Carlo 95 %] | central 95 % of trials | holds |\n|---|---|---|---|---|---|---|\n"

// checkGroup simulates a scenario's trials and writes their figures.
func checkGroup(t *testing.T, page *strings.Builder, g *trialGroup) {
	m := compileGroup(t, g)
	got := g.simulate(m)
	fmt.Fprintf(page, "## %s\n\n%d simulated trials of %d clients (%s, seed 1).\n\n%s", g.title, g.trials, m.Scenario.Trial.Clients,
		g.command(), figureHead)
	var missed strings.Builder
	for k := range g.figures {
		f, s := &g.figures[k], &got[k]
		mean, mcse := s.mean()
		low, high := s.central()
		holds := "yes"
		if !f.holds(s) {
			holds = "no"
			fmt.Fprintf(&missed, "\nMissed: %s. %s\n", lowerFirst(f.what), f.miss)
		}
		if (holds == "no") != (f.miss != "") {
			t.Errorf("%s: %s: published %s (%s); simulated %s, in 95 %% of trials %s to %s; holds: %s", g.scenario, f.what, f.published,
				f.source, f.show(mean), f.show(low), f.show(high), holds)
		}
		central := f.show(low) + " to " + f.show(high)
		if s.coarse() {
			central = ""
		}
		fmt.Fprintf(page, "| %s | %s | %s | %s | %s [%s, %s] | %s | %s |\n", f.what, f.source, f.published, f.kind,
			f.show(mean), f.show(mean-1.96*mcse), f.show(mean+1.96*mcse), central, holds)
	}
	page.WriteString(missed.String())
	if g.note != "" {
		page.WriteString("\n" + g.note + "\n")
	}
	page.WriteString("\n")
}

func (g *trialGroup) command() string {
	s := "`" + g.scenario
	for _, set := range g.sets {
		s += " --set " + set
	}
	return s + "`"
}

// coarse tells whether all trials have zero or one, or the same value.
func (s *spread) coarse() bool {
	return !slices.ContainsFunc(s.values, func(x float64) bool { return x != 0 && x != 1 && x != s.values[0] })
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func compileGroup(t *testing.T, g *trialGroup) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(nil, g.scenario, g.sets)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range g.extra {
		v, _ := scenarios.LookupVariable(o.Variable)
		o.Methods, o.Alpha = v.Methods()[:1], 0.05
		if o.Set == "" {
			o.Set = v.Sets[0]
		}
		sc.Outcomes = append(sc.Outcomes, o)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// simulate measures all figures in each of the trials.
func (g *trialGroup) simulate(m *sim.Model) []spread {
	values := make([][]float64, g.trials)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			w := m.NewWorkspace()
			r := reading{m: m}
			for k := int(next.Add(1)) - 1; k < g.trials; k = int(next.Add(1)) - 1 {
				w.Begin(1, k)
				r.o = w.Trial()
				for f := range g.figures {
					values[k] = append(values[k], g.figures[f].measure(&r))
				}
			}
		})
	}
	wg.Wait()
	got := make([]spread, len(g.figures))
	for _, v := range values {
		for f := range got {
			got[f].add(v[f])
		}
	}
	return got
}
