package explain

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// few is enough to see what is there at all.
var few = Options{Replicates: 20, Seed: 1}

// Nobody's share of the work shows in the numbers.
func TestWorkersDoNotChangeTheDilution(t *testing.T) {
	sc := plainly(t, `subgroup.high_need.when="unstable_housing"`, "trait.unstable_housing.observed={sensitivity=0.8,specificity=0.9}", "trial.clients=60")
	sc.Outcomes = append(sc.Outcomes, outcomeOf("entry", "time_to_linkage", 180))
	for _, outcome := range []int{1, 3} {
		var first string
		for _, workers := range []int{1, 3, 0} {
			// Printed, since a missing number is not equal to itself; a number is
			// printed so that it is read back as the same.
			got := fmt.Sprintf("%+v", *diluted(t, sc, outcome, Options{Replicates: 40, Seed: 1, Workers: workers}))
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("outcome %d: %d workers find\n%s\nand one\n%s", outcome, workers, got, first)
			}
		}
	}
}

// A share of less than all is left out where everyone is in the subgroup.
func TestSharesThatCannotBeHad(t *testing.T) {
	suite.Long(t)
	for _, c := range []struct {
		when, eligible string
		first          float64
	}{
		{"true", "true", 1},
		{"distress", "distress", 1},
		{"distress", "distress or unstable_housing", 0.05},
	} {
		sc := plainly(t, fmt.Sprintf("subgroup.high_need.when=%q", c.when), fmt.Sprintf("trial.eligible=%q", c.eligible), "trial.clients=30")
		d := diluted(t, sc, 0, few)
		if n := len(d.Shares); n == 0 || d.Shares[0].Share != c.first || d.Shares[n-1].Share != 1 {
			t.Errorf("%q among those who are %q: shares %+v", c.when, c.eligible, d.Shares)
		}
	}
}

// Without any share there is an error.
func TestNoShareCanBeHad(t *testing.T) {
	m := compiled(t, plainly(t, "trial.clients=30"))
	m.Scenario.Subgroups[0].Expr = plainly(t, `subgroup.high_need.when="false"`).Subgroups[0].Expr
	var problems scenarios.Problems
	if d, err := dilute(context.Background(), m, 0, 0, "high_need", few); d != nil || !errors.As(err, &problems) {
		t.Errorf("got %v and the error %v", d, err)
	}
	if _, err := dilute(context.Background(), m, 0, 0, "nobody_knows", few); err == nil {
		t.Error("no error for a subgroup that there isn't")
	}
}

// A subgroup without a client in half of the trials has no effect: those of the
// other half would not do for it.
func TestWhatMostTrialsCannotEstimateIsMissing(t *testing.T) {
	d := diluted(t, plainly(t, "trial.clients=20"), 0, Options{Replicates: 100, Seed: 1})
	s := d.Shares[0]
	missing(t, "one member in twenty clients", s.Member.Effect, s.Member.Power, s.Interaction.Effect, s.Interaction.Power)
	if !s.Member.Theory.Known() || !s.Overall.Effect.Known() || !d.Shares[5].Member.Effect.Known() {
		t.Errorf("theory %v, overall %v, ten members in twenty %v: want all known", s.Member.Theory, s.Overall.Effect, d.Shares[5].Member.Effect)
	}
}

// Whom the set of those who entered is about depends on the effect: theory has
// nothing to say of it.
func TestNoTheoryOfThoseWhoEntered(t *testing.T) {
	sc := plainly(t, "trial.clients=100", "outcome.days_in_treatment.set=entered", "outcome.days_in_treatment.at_days=90")
	d := diluted(t, sc, 1, few)
	for _, s := range d.Shares {
		missing(t, "theory", s.Overall.Theory, s.Member.Theory, s.Interaction.Theory)
		if !s.Overall.Effect.Known() {
			t.Errorf("share %v: no effect", s.Share)
		}
	}
}

// The share that the scenario gives another subgroup makes way for the target's,
// and the scenario itself stays as it is. One without others has no effect of
// theirs, and so no theory of a mixture.
func TestTheScenariosOwnShare(t *testing.T) {
	suite.Long(t)
	sc := plainlyWith(t, "[[subgroup]]\nname = \"other\"\nwhen = \"distress\"\n", "trial.clients=60", "subgroup_share.other=0.3")
	before := sc.Hash()
	given, without := diluted(t, sc, 0, few), diluted(t, plainly(t, "trial.clients=60"), 0, few)
	allShares(t, given)
	for k, s := range given.Shares {
		if s.Overall.Effect != without.Shares[k].Overall.Effect {
			t.Errorf("share %v: effect %v, and %v if no share were given", s.Share, s.Overall.Effect, without.Shares[k].Overall.Effect)
		}
	}
	if sc.Hash() != before || len(sc.Outcomes) != 3 || sc.SubgroupShare["other"] != 0.3 {
		t.Error("the scenario was changed")
	}
	alone := plainly(t, "trial.clients=60", "subgroup_share.high_need=1.0")
	alone.Outcomes[1] = outcomeOf("entry", "time_to_linkage", 180)
	for outcome := range 2 {
		d := diluted(t, alone, outcome, few)
		allShares(t, d)
		if last := d.Shares[len(d.Shares)-1]; !last.Overall.Theory.Known() || d.Shares[3].Overall.Theory.Known() {
			t.Errorf("outcome %d: theory %v where all are members, %v of a mixture", outcome, last.Overall.Theory, d.Shares[3].Overall.Theory)
		}
	}
}

// Whatever the outcome's own test asks, the dilution asks whether there is an
// effect: a margin is in the unit of another method.
func TestMarginsAreLeftOut(t *testing.T) {
	plain, margin := plainly(t, "trial.clients=60"), plainly(t, "trial.clients=60")
	margin.Outcomes[0].Test, margin.Outcomes[0].Margin = scenarios.NonInferiority, 0.5
	margin.Outcomes[0].Methods = scenarios.Strings{"odds_ratio"}
	if a, b := fmt.Sprint(*diluted(t, plain, 0, few)), fmt.Sprint(*diluted(t, margin, 0, few)); a != b {
		t.Errorf("without a margin\n%s\nwith one\n%s", a, b)
	}
}

// Where clusters are randomized there is a test that allows for them of
// differences of means, none of interactions and none of times.
func TestClusteredDilution(t *testing.T) {
	suite.Long(t)
	sc := plainly(t, "trial.clients=120", "trial.sites=12", `trial.randomization={method="cluster",by="site"}`)
	sc.Outcomes = append(sc.Outcomes, outcomeOf("entry", "time_to_linkage", 180))
	for outcome, method := range map[int]string{0: "cluster_robust", 1: "cluster_robust", 3: "rmst"} {
		d := diluted(t, sc, outcome, few)
		s := d.Shares[5]
		if d.Method != method || !s.Overall.Effect.Known() || !s.Member.Effect.Known() {
			t.Errorf("outcome %d: by %s, want %s; %+v", outcome, d.Method, method, s)
		}
		missing(t, "interaction's power", s.Interaction.Power)
		if timed := method == "rmst"; s.Overall.Power.Known() == timed || s.Member.Power.Known() == timed || s.Interaction.Effect.Known() == timed {
			t.Errorf("outcome %d: powers %v and %v, interaction %v", outcome, s.Overall.Power, s.Member.Power, s.Interaction.Effect)
		}
	}
}

// An interrupted dilution has the shares that were finished.
func TestInterruptedDilution(t *testing.T) {
	m := compiled(t, plainly(t, "trial.clients=30"))
	for _, c := range []struct{ after, rows int }{{0, 0}, {1, 0}, {2*few.Replicates + 1, 2}} {
		ctx, cancel := context.WithCancel(context.Background())
		opt := few
		opt.Progress = func(done, _ int) {
			if done >= c.after {
				cancel()
			}
		}
		if c.after == 0 {
			cancel()
		}
		d, err := dilute(ctx, m, 0, 0, "high_need", opt)
		cancel()
		switch {
		case c.rows == 0 && (d != nil || !errors.Is(err, context.Canceled)):
			t.Errorf("after %d trials: %v and the error %v", c.after, d, err)
		case c.rows > 0 && (err != nil || len(d.Shares) != c.rows):
			t.Errorf("after %d trials: %+v and the error %v, want %d shares", c.after, d, err, c.rows)
		}
	}
}

// What comes before the trials can be interrupted too, and leaves nothing half
// done: the replicates finished are the first ones, and not all.
func TestInterruptedBeforeTheTrials(t *testing.T) {
	m := compiled(t, plainly(t, "trial.clients=30"))
	d, err := newDiluter(m, 0, 0, "high_need", Options{Replicates: 20, Seed: 1, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var seen [20]bool
	done, err := d.replicates(ctx, func() func(int) {
		return func(r int) {
			seen[r] = true
			if r == 7 {
				cancel()
			} else if r > 7 {
				<-ctx.Done() // or the other worker might do all before
			}
		}
	})
	if err != nil || done < 8 || done == 20 {
		t.Fatalf("%d done, and the error %v", done, err)
	}
	for r := range seen {
		if seen[r] != (r < done) {
			t.Errorf("%d done, and replicate %d: %v", done, r, seen[r])
		}
	}
	if e, err := d.trueEffects(ctx); e != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("effects %v and the error %v", e, err)
	}
	d.mismeasured = true
	if x, err := d.membership(ctx, &mixture{0.5, m}); x != nil || err != nil {
		t.Errorf("membership %v and the error %v", x, err)
	}
}

// Progress counts the trials of all shares, one by one.
func TestDilutionTellsItsProgress(t *testing.T) {
	opt, last, want := few, 0, few.Replicates*len(Shares())
	opt.Progress = func(done, of int) {
		if done != last+1 || of != want {
			t.Errorf("%d of %d after %d of %d", done, of, last, want)
		}
		last = done
	}
	diluted(t, plainly(t, "trial.clients=30"), 0, opt)
	if last != want {
		t.Errorf("%d trials told of, want %d", last, want)
	}
}

// A subgroup is mismeasured by the traits that its rule names, and no others.
func TestMismeasuredSubgroups(t *testing.T) {
	for _, c := range []struct {
		observed, when string
		want           bool
	}{
		{"", "distress", false},
		{"distress", "distress", true},
		{"distress", "unstable_housing and(not distress)", true},
		{"distress", "unstable_housing", false},
		{"distress", `dis == "tress" or hidden_distress`, false},
	} {
		sc := plainly(t)
		sc.Subgroups[0].When = c.when
		for k := range sc.Traits {
			if sc.Traits[k].Name == c.observed {
				sc.Traits[k].Observed = &scenarios.ObservedTrait{Sensitivity: 0.9, Specificity: 0.9}
			}
		}
		if got := mismeasured(sc, 0); got != c.want {
			t.Errorf("%s measured with error, %q: %v, want %v", c.observed, c.when, got, c.want)
		}
	}
}

// A broken invariant names the replicate that shows it, and ends the work.
func TestBrokenReplicatesAreNamed(t *testing.T) {
	d := &diluter{opt: Options{Replicates: 50, Seed: 7, Workers: 1, Name: "mine"}}
	_, err := d.replicates(context.Background(), func() func(int) {
		return func(r int) {
			if r >= 13 {
				panic("a clock ran backwards")
			}
		}
	})
	want := "a clock ran backwards\nTo see this replicate: caseload trial mine --seed 7 --replicate 13"
	if err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %q", err, want)
	}
}
