package compare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// trial is small and quick: eight sites, of whose clients some get the other arm's help where they are
// randomized one by one.
const trial = `
title = "Small"
[trial]
clients = 160
accrual = { over_days = 60 }
follow_up_days = [90]
randomization = { method = "simple" }
sites = 8
[[arm]]
name = "helped"
programs = ["help"]
[[arm]]
name = "usual"
control = true
contamination = { arm = "helped", probability = 0.4 }
[[trait]]
name = "distress"
prevalence = 0.4
[[subgroup]]
name = "distressed"
when = "distress"
[service.clinic]
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 200 }
[program.help]
staff = 2
caseload = 40
first_contact = { day = 1 }
contacts = { per_month = 2 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 2.5
lasts_days = 30
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
subgroups = ["distressed"]
[[outcome]]
name = "days"
variable = "days_in_su"
at_days = 90
`

func load(t *testing.T, text string) *scenarios.Scenario {
	t.Helper()
	sc, err := scenarios.Parse("small.toml", []byte(trial+text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func run(t *testing.T, text string, replicates int) *Result {
	t.Helper()
	p, err := New(load(t, text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), p, Options{Replicates: replicates})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const two = "[compare]\ndesigns = [\"individual\", \"sites\"]\n"

// The design of individual clients of a scenario that randomizes them is the scenario: its rows are those
// of a run, to the bit.
func TestIndividualClientsAreTheRun(t *testing.T) {
	r := run(t, two, 64)
	m, err := sim.Compile(r.Base)
	if err != nil {
		t.Fatal(err)
	}
	want, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 64, Seed: r.Base.Seed, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Found[0].Scenario.Hash() != r.Base.Hash() {
		t.Error("the design has another hash")
	}
	if len(r.Found[0].Rows) != len(want.Rows) {
		t.Fatalf("%d rows, want the %d of the run", len(r.Found[0].Rows), len(want.Rows))
	}
	for k := range want.Rows {
		if got := r.Found[0].Rows[k].Performance; fmt.Sprint(got) != fmt.Sprint(want.Rows[k].Performance) {
			t.Errorf("row %d: got %+v, want %+v", k, got, want.Rows[k].Performance)
		}
	}
}

const five = "[compare]\ndesigns = [\"individual\", \"sites\", \"baseline\", \"stepped_wedge\", \"crossover\"]\n"

// All designs have the same clients: they come on the same days, to the same sites, with the same traits.
func TestDesignsShareClients(t *testing.T) {
	sc := load(t, five)
	p, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	base, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	for replicate := range 5 {
		var first *sim.Shown
		for _, d := range p.Designs {
			m, err := base.Variant(d.Scenario)
			if err != nil {
				t.Fatal(err)
			}
			s := m.Show(sc.Seed, replicate)
			if first == nil {
				first = s
				continue
			}
			for i := range first.Clients {
				if a, b := first.Clients[i], s.Clients[i]; a.Enrolled != b.Enrolled || a.Site != b.Site || a.Used != b.Used {
					t.Fatalf("replicate %d, client %d: %+v and %+v", replicate, i, a, b)
				}
			}
			if !slices.EqualFunc(first.Observed.Traits, s.Observed.Traits, func(a, b []float64) bool { return slices.Equal(a, b) }) {
				t.Fatalf("replicate %d: other traits", replicate)
			}
			if slices.Equal(first.Observed.Arm, s.Observed.Arm) {
				t.Errorf("replicate %d: the same arms", replicate)
			}
		}
	}
}

// With sites randomized nobody is contaminated, so that the trial estimates the effect of a rollout;
// with clients randomized it estimates less.
func TestContaminationIsThatOfIndividualRandomization(t *testing.T) {
	r := run(t, two, 400)
	one, sites := &r.Found[0].Rows[0], &r.Found[1].Rows[0]
	if one.Target != sites.Target || !(one.Target.Value > 0.1) {
		t.Errorf("targets %v and %v, want one, above 0.1", one.Target, sites.Target)
	}
	if !(one.Bias.Value < -4*one.Bias.MCSE) {
		t.Errorf("individual: bias %v, want less than 0", one.Bias)
	}
	if math.Abs(sites.Bias.Value) > 4*sites.Bias.MCSE {
		t.Errorf("sites: bias %v, want none", sites.Bias)
	}
	// Four control clients in ten get the help, so that the effect is five tenths of that of a rollout, but
	// for a risk that does not add up in the mixture: it does, as each client gets one or the other whole.
	if got, want := float64(one.Truth), 0.6*one.Target.Value; math.Abs(got-want) > 4*math.Hypot(float64(one.TruthMCSE), 0.6*one.Target.MCSE) {
		t.Errorf("truth %v, want %v", got, want)
	}
}

// The Monte Carlo error of a difference of powers over the same trials is that of correlated binomial
// counts: with b and c trials of n in which one design alone rejects, ((b + c) - (b - c)^2/n)/n^2
// (McNemar; Agresti 2013, Categorical Data Analysis, section 11.1.1).
func TestPairedErrorsAreThoseOfCorrelatedBinomials(t *testing.T) {
	const n = 200
	r := run(t, two, n)
	if len(r.Pairs) != len(r.Found[0].Rows) {
		t.Fatalf("%d pairs, want %d", len(r.Pairs), len(r.Found[0].Rows))
	}
	d := decisions(t, r, n)
	for _, p := range r.Pairs {
		a, b := slices.Index(d[0].Keys, keyOf(&r.Found[0].Rows[p.Row].Row)), slices.Index(d[1].Keys, keyOf(&r.Found[1].Rows[p.Row].Row))
		var more, fewer float64
		for k := range n {
			switch x, y := d[0].Rejected(a, k), d[1].Rejected(b, k); {
			case y && !x:
				more++
			case x && !y:
				fewer++
			}
		}
		mean := (more - fewer) / n
		want := math.Sqrt((more+fewer-(more-fewer)*(more-fewer)/n)/n) / math.Sqrt(n)
		if math.Abs(float64(p.Difference.Power)-mean) > 1e-12 || math.Abs(float64(p.Difference.PowerMCSE)-want) > 1e-12 {
			t.Errorf("%v: %v (%v), want %v (%v)", p.Difference.Key, p.Difference.Power, p.Difference.PowerMCSE, mean, want)
		}
	}
}

// decisions are those of the designs, run again by themselves.
func decisions(t *testing.T, r *Result, n int) (list []*analysis.Decisions) {
	base, err := sim.Compile(r.Base)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Designs {
		m, err := base.Variant(d.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		x, err := analysis.NewDecisions(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: n, Seed: r.Base.Seed, Store: x, NoTruth: true}); err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

// A method that does not hold where sites are randomized gives way to one that does.
func TestEachDesignHasAMethodThatHolds(t *testing.T) {
	r := run(t, two, 8)
	if one, sites := r.Found[0].Rows[0].Method.Name, r.Found[1].Rows[0].Method.Name; one != "risk_difference" || sites != "cluster_robust" {
		t.Errorf("%s and %s, want risk_difference and cluster_robust", one, sites)
	}
	for i := range r.Found {
		for k := range r.Found[i].Rows {
			if x := &r.Found[i].Rows[k]; !x.Validity.Holds {
				t.Errorf("%s, %s by %s: %s", r.Found[i].Name, x.OutcomeSpec.Name, x.Method.Name, x.Validity.Why)
			}
		}
	}
}

// Without names, what the scenario does not allow is left out with its reason.
func TestDesignsThatAreNotAllowedAreLeftOut(t *testing.T) {
	p, err := New(load(t, "[[design]]\nname = \"small\"\nlabel = \"Half as many\"\n[design.set]\n\"trial.clients\" = 80\n"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range p.Designs {
		names = append(names, d.Name+": "+d.Label)
	}
	if got := strings.Join(names, ", "); got != "individual: Individual clients, sites: Sites, stepped_wedge: Stepped wedge, crossover: Sites that cross over, baseline: Sites with a baseline, small: Half as many" {
		t.Error(got)
	}
	if p.LeftOut[0].Name != "managers" || !strings.Contains(p.LeftOut[0].Reason, "case manager") && !strings.Contains(p.LeftOut[0].Reason, "manager") {
		t.Errorf("%+v", p.LeftOut)
	}
}

func TestTheCostOfADesign(t *testing.T) {
	r := run(t, two+"[cost]\nper_client = 100\n[[design]]\nname = \"sites\"\nfixed = 1000\nper_site = 50\n", 8)
	if one, sites := r.Found[0].Cost.Value, r.Found[1].Cost.Value; one != 16000 || sites != 16000+1000+8*50 {
		t.Errorf("%v and %v, want 16000 and 17400", one, sites)
	}
}

func TestWorkersMakeNoDifference(t *testing.T) {
	p, err := New(load(t, two))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, workers := range []int{1, 5} {
		r, err := Run(context.Background(), p, Options{Replicates: 40, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, fmt.Sprint(r.Pairs, r.Found[1].Rows[0].Performance, r.Found[0].Cost, r.Found[1].Rows[0].Formula))
	}
	if texts[0] != texts[1] {
		t.Error("another number of workers gives other numbers")
	}
}

func TestAnInterruptedComparisonHasTheDesignsFinished(t *testing.T) {
	p, err := New(load(t, two))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r, err := Run(ctx, p, Options{Replicates: 60, Workers: 1, Progress: func(done, want int) {
		if done == 90 {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || len(r.Found) != 1 || len(r.Pairs) != 0 {
		t.Errorf("partial %v, %d designs, %d pairs; want one design", r.Partial, len(r.Found), len(r.Pairs))
	}
}
