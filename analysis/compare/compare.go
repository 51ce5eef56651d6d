package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/analysis/sweep"
	"caseload/scenarios"
	"caseload/sim"
)

// Options says how designs are run. None of it but Replicates changes the numbers.
type Options struct {
	Replicates int // of each design
	Workers    int // 0: one a core
	Name       string
	// Progress is told how many trials of all designs are done. It must be quick, and
	// may be nil.
	Progress func(done, want int)
}

// Plan is the designs that are compared, each made and checked.
type Plan struct {
	Base    *scenarios.Scenario // as written
	Designs []Member
	LeftOut []LeftOut // designs that nobody named, and the scenario does not allow
}

// Member is a design of a plan.
type Member struct {
	scenarios.Design
	Scenario *scenarios.Scenario // in the design
}

// LeftOut is a design that cannot be made, and why.
type LeftOut struct {
	Name   string `json:"design"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
}

// New makes the designs that the scenario names; where it names none, all that there are and that it
// allows. Its errors are scenarios.Problems.
func New(sc *scenarios.Scenario) (*Plan, error) {
	p := &Plan{Base: sc}
	names, named := []string(sc.Compare.Designs), true
	if len(names) == 0 {
		names, named = sc.DesignNames(), false
	}
	var all scenarios.Problems
	for _, name := range names {
		d, _ := sc.LookupDesign(name)
		made, err := sc.Designed(name)
		problems, bad := err.(scenarios.Problems)
		switch {
		case err == nil:
			p.Designs = append(p.Designs, Member{d, made})
		case bad && named:
			all = append(all, problems...)
		case bad:
			p.LeftOut = append(p.LeftOut, LeftOut{d.Name, d.Label, reason(problems)})
		default:
			return nil, err
		}
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	if len(p.Designs) < 2 {
		return nil, scenarios.Problems{sc.Problem("compare.designs", p.have(), "two designs or more that the scenario allows"+p.why())}
	}
	return p, nil
}

func (p *Plan) have() string {
	if len(p.Designs) == 0 {
		return "none"
	}
	return "one design, " + p.Designs[0].Name
}

// why says why designs are left out.
func (p *Plan) why() string {
	var parts []string
	for _, x := range p.LeftOut {
		parts = append(parts, x.Name+" cannot be made: "+x.Reason)
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// reason returns the first of some problems, on one line.
func reason(problems scenarios.Problems) string {
	p := problems[0]
	return fmt.Sprintf("got %s, want %s", p.Got, p.Want)
}

// Result is what the designs of a plan find.
type Result struct {
	*Plan
	Replicates int
	Partial    bool // interrupted: Designs are those that are finished
	Found      []Found
	Pairs      []Pair
}

// Found is what one design finds and takes.
type Found struct {
	*Member
	Clients  int
	Staffing size.Staffing
	Cost     size.Number // missing without prices, or where months of case managers cannot be told
	Parts    size.CostParts
	Rows     []Row
	Failed   int // fits that came to nothing

	arms   []analysis.ArmRow
	trials []*sim.Shown // some of them
}

// Row is the analysis that answers a question in one design: that of the outcome's first method which
// holds there.
type Row struct {
	analysis.Row
	// Target is the effect of a rollout: everyone is offered what the arm offers, and nobody gets what
	// the control arm is offered, or the other way round. It is the same in all designs that differ in
	// the trial alone.
	Target       size.Number
	Bias         size.Number // the mean estimate less the target; its error takes the two as independent
	Months       measure.Number
	DesignEffect measure.Number
	Formula      Formula
}

// Same reports whether two rows answer one question, by whatever method.
func (r *Row) Same(o *Row) bool {
	return r.OutcomeSpec.Name == o.OutcomeSpec.Name && r.SubgroupName == o.SubgroupName && r.ArmName == o.ArmName && r.ControlName == o.ControlName
}

// Pair is the difference in power of two designs over the same replicates in one question: To less From.
type Pair struct {
	From, To   int // of Found
	Row        int // of the rows of To
	Difference sweep.Difference
}

// Run runs the designs one after the other, each over all workers. Interrupted, it gives those that
// are finished.
func Run(ctx context.Context, p *Plan, opt Options) (*Result, error) {
	names, list := p.cells()
	d := sweep.Of(p.Base, names, list)
	swept, err := sweep.Run(ctx, d, sweep.Options{Replicates: opt.Replicates, Workers: opt.Workers, Name: opt.Name, Progress: opt.Progress, Decisions: true})
	if err != nil {
		return nil, err
	}
	r := &Result{Plan: p, Replicates: opt.Replicates, Partial: swept.Partial}
	whole := context.WithoutCancel(ctx) // what is finished is told all the same
	base, err := sim.CompileContext(whole, p.Base)
	if err != nil {
		return nil, err
	}
	for i := range p.Designs {
		if d.Cells[i].Reason != "" {
			return nil, fmt.Errorf("%s: %s", p.Designs[i].Name, d.Cells[i].Reason)
		}
		if !swept.Cells[i].Reached() {
			break
		}
		m, err := base.VariantContext(whole, p.Designs[i].Scenario)
		if err != nil {
			return nil, err
		}
		r.Found = append(r.Found, found(ctx, &p.Designs[i], m, &swept.Cells[i]))
	}
	r.aim(swept)
	r.formulas(ctx, base)
	r.pair(swept.Decisions)
	return r, nil
}

// cells returns the scenarios to be run: those of the designs and, where in each of them clients get
// what another arm is offered or more differs than the trial, that of the rollout, to which they are
// all held.
func (p *Plan) cells() (names []string, list []*scenarios.Scenario) {
	for _, d := range p.Designs {
		names, list = append(names, d.Name), append(list, d.Scenario)
	}
	if p.target() < 0 {
		rollout := p.Base.Edit(func(sc *scenarios.Scenario) {
			for a := range sc.Arms {
				sc.Arms[a].Contamination = nil
			}
		})
		names, list = append(names, "rollout"), append(list, rollout)
	}
	return names, list
}

// target returns the first design without contamination that differs from the scenario in the trial
// alone, -1 if there is none.
func (p *Plan) target() int {
	return slices.IndexFunc(p.Designs, func(d Member) bool {
		for _, a := range d.Scenario.Arms {
			if a.Contamination != nil && a.Contamination.Probability > 0 {
				return false
			}
		}
		for key := range d.Set {
			if !strings.HasPrefix(key, "trial.randomization") && !strings.HasSuffix(key, ".contamination") && !strings.HasSuffix(key, ".contamination.probability") {
				return false
			}
		}
		return true
	})
}

// found gathers what a design finds and takes.
func found(ctx context.Context, d *Member, m *sim.Model, cell *sweep.CellResult) Found {
	sc := d.Scenario
	f := Found{Member: d, Clients: cell.Clients, Failed: cell.Failed, Cost: size.Missing(), arms: cell.Arms}
	f.describe(ctx, m)
	if c := sc.Cost; c != nil {
		f.Cost, f.Parts = size.Price(c, &f.Staffing)
		f.Cost.Value += d.Fixed + float64(d.PerSite*float64(sc.Trial.Sites))
	}
	for k := range cell.Rows {
		row := &cell.Rows[k]
		o := row.OutcomeSpec
		first := sc.FirstThatHoldsIn(o, scenarios.Contrast{Arm: row.Arm, Control: row.Control}, row.SubgroupName != "all")
		if row.Method.Name != first {
			continue
		}
		x := Row{Row: *row, DesignEffect: designEffect(row, cell.Arms)}
		days := o.AtDays/scenarios.DaysPerMonth + f.Staffing.AccrualMonths
		if ends := sc.Trial.EndsDay / scenarios.DaysPerMonth; ends > 0 {
			days = min(days, ends)
		}
		x.Months = measure.Number(days)
		f.Rows = append(f.Rows, x)
	}
	return f
}

// aim finds the effect of a rollout, and how far each design is from it.
func (r *Result) aim(swept *sweep.Result) {
	at := r.target()
	if at < 0 {
		at = len(r.Designs)
	}
	of := &swept.Cells[at]
	for i := range r.Found {
		for k := range r.Found[i].Rows {
			x := &r.Found[i].Rows[k]
			x.Target, x.Bias = size.Missing(), size.Missing()
			j := slices.IndexFunc(of.Rows, func(o analysis.Row) bool {
				y := Row{Row: o}
				return y.Same(x) && o.Method.Measure == x.Method.Measure
			})
			if j < 0 {
				continue
			}
			t := &of.Rows[j]
			x.Target = size.Number{Value: float64(t.TruthRollout), MCSE: float64(t.RolloutMCSE)}
			x.Bias = less(size.Number{Value: float64(x.Mean), MCSE: float64(x.MeanMCSE)}, x.Target)
		}
	}
}

// pair compares the power of every two designs in every question that both answer.
func (r *Result) pair(traces []*analysis.Decisions) {
	for to := range r.Found {
		for from := range to {
			for k := range r.Found[to].Rows {
				y := &r.Found[to].Rows[k]
				j := slices.IndexFunc(r.Found[from].Rows, func(x Row) bool { return x.Same(y) })
				if j < 0 {
					continue
				}
				a := slices.Index(traces[from].Keys, keyOf(&r.Found[from].Rows[j].Row))
				b := slices.Index(traces[to].Keys, keyOf(&y.Row))
				if a >= 0 && b >= 0 {
					r.Pairs = append(r.Pairs, Pair{from, to, k, sweep.Compare(traces[from], a, traces[to], b)})
				}
			}
		}
	}
}
