package sweep

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

func TestTheRowsOfACellAreThoseOfARun(t *testing.T) {
	d := design(t, "[sweep.over]\n\"trial.clients\" = [60, 40]\n")
	r := run(t, d, Options{Replicates: 300, Workers: 2})
	m, err := sim.Compile(d.Base)
	if err != nil {
		t.Fatal(err)
	}
	want, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 300, Seed: d.Base.Seed, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k := range want.Rows {
		if got := r.Cells[0].Rows[k].Performance; fmt.Sprint(got) != fmt.Sprint(want.Rows[k].Performance) {
			t.Errorf("row %d: got %+v, want %+v", k, got, want.Rows[k].Performance)
		}
	}
}

// What a key changes nothing in differs by nothing, for certain.
func TestAKeyThatChangesNothingDiffersByNothing(t *testing.T) {
	// With 120 places for 60 clients nobody waits.
	d := design(t, "[sweep.over]\n\"program.help.caseload\" = [40, 41, 80]\n\"program.help.uptake\" = [0.5, 0.8]\n")
	r := run(t, d, Options{Replicates: 100})
	same, other := 0, 0
	for _, p := range r.Pairs {
		for _, x := range p.Rows {
			switch {
			case p.Key == 0:
				same++
				if x.Power != 0 || x.PowerMCSE != 0 || x.Mean != 0 || x.MeanMCSE != 0 {
					t.Errorf("%v: %+v", x.Key, x)
				}
			case p.Key == 1:
				other++
				if x.Mean == 0 || x.MeanMCSE == 0 {
					t.Errorf("uptake: %+v, want a difference", x)
				}
			}
		}
	}
	if rows := len(r.Cells[0].Rows); same != 4*rows || other != 3*rows {
		t.Errorf("%d and %d rows of neighbours, want %d and %d", same, other, 4*rows, 3*rows)
	}
	for _, rank := range r.Rankings {
		for _, e := range rank.Keys {
			if e.Index == 0 && (e.Range != 0 || e.RangeMCSE != 0) {
				t.Errorf("%v: caseload moves power by %v (MCSE %v)", rank.Key, e.Range, e.RangeMCSE)
			}
		}
	}
}

// The MCSE of a difference is its standard deviation over sweeps with other
// seeds. With m sweeps the ratio's standard error is 1/sqrt(2(m-1)) for a
// normal difference; within 4 of them, and the shared chances must be seen: a
// difference of independent cells would have sqrt(2) or more times that.
func TestPairedErrorsAreThoseOverRepeatedSweeps(t *testing.T) {
	suite.Long(t)
	const sweeps, replicates = 160, 60
	type sums struct{ n, sum, squares, mcse, apart float64 }
	add := func(s *sums, x, mcse, apart float64) {
		s.n++
		s.sum += x
		s.squares += x * x
		s.mcse += mcse * mcse
		s.apart += apart
	}
	var power, mean, ranges sums
	for seed := range sweeps {
		d := design(t, "[sweep.over]\n\"program.help.uptake\" = [0.8, 0.6]\n\"attrition.missed\" = [0.0, 0.2]\n", scenarios.Setting{Key: "seed", Value: seed + 1})
		r := run(t, d, Options{Replicates: replicates})
		for _, p := range r.Pairs {
			if p.From != 0 || p.To != 2 || p.Key >= 0 {
				continue
			}
			x := p.Rows[0]
			a, b := r.Cells[0].Rows[0].Performance, r.Cells[2].Rows[0].Performance
			add(&power, float64(x.Power), float64(x.PowerMCSE), float64(a.PowerMCSE*a.PowerMCSE+b.PowerMCSE*b.PowerMCSE))
			add(&mean, float64(x.Mean), float64(x.MeanMCSE), float64(a.MeanMCSE*a.MeanMCSE+b.MeanMCSE*b.MeanMCSE))
			near(t, "power", x.Power, float64(b.Power-a.Power), 1e-12)
			near(t, "mean", x.Mean, float64(b.Mean-a.Mean), 1e-12)
		}
		for _, e := range r.Rankings[0].Keys {
			if e.Index == 0 {
				add(&ranges, float64(e.Range), float64(e.RangeMCSE), nan)
			}
		}
	}
	for name, s := range map[string]*sums{"power": &power, "mean": &mean, "range": &ranges} {
		if s.n != sweeps {
			t.Fatalf("%s: %v sweeps", name, s.n)
		}
		sd := math.Sqrt((s.squares - s.sum*s.sum/s.n) / (s.n - 1))
		ratio := math.Sqrt(s.mcse/s.n) / sd
		t.Logf("%s: MCSE over SD %.3f, SD %.4f, independent %.4f", name, ratio, sd, math.Sqrt(s.apart/s.n))
		near(t, name+": MCSE over standard deviation", ratio, 1, 4/math.Sqrt(2*(sweeps-1)))
		if !math.IsNaN(s.apart) && math.Sqrt(s.apart/s.n) < 1.15*sd {
			t.Errorf("%s: SD %v, independent cells would have %v: chances are not shared", name, sd, math.Sqrt(s.apart/s.n))
		}
	}
}

func TestWorkersMakeNoDifference(t *testing.T) {
	const text = "[sweep]\nmethod = \"latin_hypercube\"\nsamples = 8\n[sweep.over]\n\"program.help.uptake\" = { from = 0.2, to = 1 }\n\"attrition.missed\" = { from = 0, to = 0.4 }\n"
	d := design(t, text)
	one, many := run(t, d, Options{Replicates: 40, Workers: 1}), run(t, d, Options{Replicates: 40, Workers: 7})
	if fmt.Sprint(one.Pairs) != fmt.Sprint(many.Pairs) || fmt.Sprint(one.Rankings) != fmt.Sprint(many.Rankings) {
		t.Error("another number of workers gives other numbers")
	}
}

func TestBaselinesStayUnlessRecalibrated(t *testing.T) {
	const over = "[sweep.over]\n\"service.clinic.frailty_sd\" = [0.0, 1.5]\n"
	// Of 30 % by day 90 fewer seek where readiness differs more, unless that is
	// solved for.
	truths := func(text string) []float64 {
		r := run(t, design(t, text), Options{Replicates: 400})
		var out []float64
		for _, c := range r.Cells {
			out = append(out, float64(c.Rows[0].Performance.Mean))
		}
		return out
	}
	frozen, anew := truths(over), truths("[sweep]\nrecalibrate = true\n"+over)
	if frozen[0] != anew[0] || frozen[1] == anew[1] {
		t.Errorf("frozen %v, solved anew %v: want the first the same, which is the scenario as written, and the second not", frozen, anew)
	}
}

func TestAnInterruptedSweepHasTheCellsFinished(t *testing.T) {
	d := design(t, "[sweep.over]\n\"trial.clients\" = [60, 40, 50]\n")
	ctx, stop := context.WithCancel(context.Background())
	last := 0
	r, err := Run(ctx, d, Options{Replicates: 100, Workers: 1, Progress: func(done, want int) {
		if done < last || want != 300 {
			t.Errorf("%d of %d after %d", done, want, last)
		}
		if last = done; done == 250 {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Partial || !r.Cells[1].Reached() || r.Cells[2].Reached() || r.Rankings != nil {
		t.Errorf("partial %v, cells reached %v %v %v, %d rankings", r.Partial, r.Cells[0].Reached(), r.Cells[1].Reached(), r.Cells[2].Reached(), len(r.Rankings))
	}
	whole := run(t, d, Options{Replicates: 100})
	if !reflect.DeepEqual(r.Pairs[0], whole.Pairs[0]) || r.Pairs[1].Rows != nil {
		t.Error("the pair of the cells that are finished is another one, or that of others is there")
	}
}

// Analyses are compared by what they are, not by where they stand.
func TestCellsWithOtherAnalyses(t *testing.T) {
	d := design(t, "[sweep.over]\n\"outcome.linked.method\" = [[\"risk_difference\", \"logistic\"], [\"logistic\"]]\n")
	r := run(t, d, Options{Replicates: 50})
	for _, p := range r.Pairs {
		for _, x := range p.Rows {
			if x.Key.Method == "risk_difference" || x.Power != 0 || x.PowerMCSE != 0 {
				t.Errorf("%+v", x)
			}
		}
		if len(p.Rows) != len(r.Cells[1].Rows) {
			t.Errorf("%d rows of %d are compared", len(p.Rows), len(r.Cells[1].Rows))
		}
	}
}

func TestACellWhoseModelCannotBeHasAReason(t *testing.T) {
	// Of 90 % by day 90 an uptake of 20 % falls short, whatever the hazard ratio.
	d := design(t, "[sweep]\nrecalibrate = true\n[sweep.over]\n\"program.help.uptake\" = [1.0, 0.2]\n",
		scenarios.Setting{Key: "program.help.effect", Value: []any{map[string]any{"on": "linkage", "lasts_days": 30,
			"reaches": map[string]any{"probability": 0.9, "by_days": 90}}}}, scenarios.Setting{Key: "program.help.uptake", Value: 1.0})
	if d.Cells[1].Reason != "" {
		t.Fatalf("refused when it is made: %s", d.Cells[1].Reason)
	}
	r := run(t, d, Options{Replicates: 20})
	if !r.Cells[0].Reached() || r.Cells[1].Reached() || !strings.Contains(r.Design.Cells[1].Reason, "reaches") || r.Partial {
		t.Errorf("reached %v and %v, reason %q", r.Cells[0].Reached(), r.Cells[1].Reached(), r.Design.Cells[1].Reason)
	}
	if k := r.Rankings[0]; k.Cells != 1 || k.Missing != 1 || k.SD == k.SD {
		t.Errorf("%+v, want one cell, one missing, and no shares", k)
	}
}
