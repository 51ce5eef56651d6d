package explain

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"caseload/analysis"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// asInTheory fails the test where trials and theory differ at some share.
func asInTheory(t *testing.T, d *Dilution) {
	t.Helper()
	allShares(t, d)
	for _, s := range d.Shares {
		agree(t, fmt.Sprintf("share %v, overall", s.Share), s.Overall.Effect, s.Overall.Theory)
		agree(t, fmt.Sprintf("share %v, members", s.Share), s.Member.Effect, s.Member.Theory)
		if d.Interacts != "" && (s.Share < 1 || d.Sensitive) {
			agree(t, fmt.Sprintf("share %v, interaction", s.Share), s.Interaction.Effect, s.Interaction.Theory)
		}
	}
}

// A mean among a mixture of clients is the mixture of means, whatever the kind of
// outcome. Clients gain in all of these, so that every effect is positive, of
// fewer days using and of a sooner entry too.
func TestTheEffectIsDilutedInProportion(t *testing.T) {
	suite.Long(t)
	sc := plainly(t)
	sc.Outcomes = append(sc.Outcomes, outcomeOf("using", "days_using", 365), outcomeOf("entry", "time_to_linkage", 180))
	for k, c := range []struct{ name, method, interaction string }{
		{"linked_90", "risk_difference", "interaction"},
		{"days_in_treatment", "welch", "interaction"},
		{"abstinent_180", "risk_difference", "interaction"},
		{"using", "welch", "interaction"},
		{"entry", "rmst", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if k > 0 {
				suite.Long(t)
			}
			if sc.Outcomes[k].Name != c.name {
				t.Fatalf("outcome %d is %s", k, sc.Outcomes[k].Name)
			}
			d := diluted(t, sc, k, Options{Replicates: trials, Seed: 1})
			if d.Method != c.method || d.Interacts != c.interaction || d.Subgroup != "high_need" || d.Sensitive || d.Replicates != trials {
				t.Errorf("method %q, interaction %q, subgroup %q, measured with error %v, %d replicates", d.Method, d.Interacts, d.Subgroup, d.Sensitive, d.Replicates)
			}
			asInTheory(t, d)
			rises(t, d)
			everyone(t, &d.Shares[len(d.Shares)-1])
			if e := d.Shares[len(d.Shares)-1].Overall.Effect; !(e.Value > 4*e.MCSE) {
				t.Errorf("clients gain, and the effect is %v", e)
			}
		})
	}
}

// rises fails the test unless the overall effect and its test's power rise with
// the share of those who have all of it.
func rises(t *testing.T, d *Dilution) {
	t.Helper()
	first, last := d.Shares[0].Overall, d.Shares[len(d.Shares)-1].Overall
	if !(last.Power.Value > first.Power.Value+4*math.Hypot(last.Power.MCSE, first.Power.MCSE)) {
		t.Errorf("power is %v with few members, %v with members alone", first.Power, last.Power)
	}
	for k := range d.Shares[1:] {
		before, now := &d.Shares[k], &d.Shares[k+1]
		if !(now.Overall.Effect.Value > before.Overall.Effect.Value) || !(now.Overall.Theory.Value > before.Overall.Theory.Value) {
			t.Errorf("from share %v to %v the overall effect goes from %v to %v, in theory from %v to %v", before.Share, now.Share,
				before.Overall.Effect, now.Overall.Effect, before.Overall.Theory, now.Overall.Theory)
		}
		if fall := before.Overall.Power.Value - now.Overall.Power.Value; fall > 4*math.Hypot(before.Overall.Power.MCSE, now.Overall.Power.MCSE) {
			t.Errorf("from share %v to %v the power falls by %v", before.Share, now.Share, fall)
		}
	}
}

// everyone fails the test unless, with members alone, they are all there is.
func everyone(t *testing.T, s *Share) {
	t.Helper()
	if s.Share != 1 || s.Overall != s.Member {
		t.Errorf("at share %v the effect is %+v overall and %+v among members", s.Share, s.Overall, s.Member)
	}
	missing(t, "interaction without others", s.Interaction.Effect, s.Interaction.Theory, s.Interaction.Power)
	if s.Observed != (Number{1, 0}) || s.Correct != (Number{1, 0}) {
		t.Errorf("measured without error: %v are members, and right %v", s.Observed, s.Correct)
	}
}

// Where membership is mismeasured, those measured as members are members and
// others in the proportion of Bayes' theorem, and the effect is diluted in it.
func TestMismeasuredMembersAreOthersToo(t *testing.T) {
	suite.Long(t)
	const sensitivity, specificity = 0.8, 0.9
	sc := plainly(t, `subgroup.high_need.when="unstable_housing"`, fmt.Sprintf("trait.unstable_housing.observed={sensitivity=%v,specificity=%v}", sensitivity, specificity))
	d := diluted(t, sc, 0, Options{Replicates: trials, Seed: 1})
	if !d.Sensitive {
		t.Error("measured with error, and it doesn't say so")
	}
	asInTheory(t, d)
	for _, s := range d.Shares {
		measured := sensitivity*s.Share + (1-specificity)*(1-s.Share)
		agree(t, fmt.Sprintf("share %v, measured as members", s.Share), s.Observed, Number{measured, 0})
		agree(t, fmt.Sprintf("share %v, right", s.Share), s.Correct, Number{sensitivity * s.Share / measured, 0})
		clients := float64(trials * sc.Trial.Clients)
		ofIndependentClients(t, s.Observed, clients)
		ofIndependentClients(t, s.Correct, clients*s.Observed.Value)
		if right := d.Shares[len(d.Shares)-1].Member.Theory.Value; s.Share < 1 && !(s.Member.Theory.Value < right) {
			t.Errorf("share %v: nothing is lost of %v among members", s.Share, right)
		}
	}
}

// ofIndependentClients fails the test unless the standard error of a share is
// that of n independent clients, sqrt(p(1-p)/n). As a standard deviation of as
// many trials it has itself an error of 1 in sqrt(2 (trials - 1)).
func ofIndependentClients(t *testing.T, share Number, n float64) {
	t.Helper()
	want := math.Sqrt(share.Value * (1 - share.Value) / n)
	if !(math.Abs(share.MCSE-want) <= 4*want/math.Sqrt(2*(trials-1))) {
		t.Errorf("a share of %v has the standard error %.3g, want %.3g", share.Value, share.MCSE, want)
	}
}

// Of an effect that is the same for everyone no interaction is found but by
// chance, in one test of twenty.
func TestNoInteractionWhereAllGainAlike(t *testing.T) {
	suite.Long(t)
	sc := plainly(t, "service.outpatient.linking={unstable_housing=1,distress=1}")
	for k := range sc.Programs["intensive"].Effects {
		sc.Programs["intensive"].Effects[k].In = ""
	}
	d := diluted(t, sc, 0, Options{Replicates: trials, Seed: 1})
	allShares(t, d)
	for _, s := range d.Shares[:len(d.Shares)-1] {
		agree(t, fmt.Sprintf("share %v, interaction", s.Share), s.Interaction.Effect, Number{})
		agree(t, fmt.Sprintf("share %v, interaction in theory", s.Share), s.Interaction.Theory, Number{})
		// with a share of 5 %, ten members to an arm, t is no more than near its distribution
		level := Number{0.05, math.Sqrt(0.05 * 0.95 / trials)}
		if got := s.Interaction.Power.Value; s.Share >= 0.1 && !(math.Abs(got-level.Value) <= 4*level.MCSE) {
			t.Errorf("share %v: the interaction is found in %v of trials, want %v", s.Share, got, level)
		}
	}
}

// A test that errs leaves sensitivity + specificity - 1 of a difference (Rogan &
// Gladen 1978), in theory and in trials.
func TestErrorsOfTheOutcomeShrinkTheory(t *testing.T) {
	suite.Long(t)
	const abstinent = 2
	opt := Options{Replicates: trials, Seed: 1}
	right := diluted(t, plainly(t), abstinent, opt)
	d := diluted(t, plainly(t, "outcome.abstinent_180.measured_by=self_report"), abstinent, opt)
	asInTheory(t, d)
	const left = 0.86 + 0.90 - 1 // the preset's
	for k, s := range d.Shares {
		if want := left * right.Shares[k].Overall.Theory.Value; !(math.Abs(s.Overall.Theory.Value-want) < 1e-12) {
			t.Errorf("share %v: theory %v, want %v", s.Share, s.Overall.Theory.Value, want)
		}
	}
}

// A row is what a run of the scenario with that share finds, at the outcome's own
// level and sides.
func TestARowIsARun(t *testing.T) {
	sets := []string{"outcome.linked_90.alpha=0.2", "outcome.linked_90.sides=1", `outcome.linked_90.method=["cluster_robust","interaction"]`, "trial.clients=100"}
	const share = 3
	sc := plainly(t, append(sets, fmt.Sprintf("subgroup_share.high_need=%v", Shares()[share]))...)
	res, err := analysis.Run(context.Background(), compiled(t, sc), analysis.Options{Replicates: few.Replicates, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	opt := few
	opt.Seed = 9
	row := diluted(t, plainly(t, sets...), 0, opt).Shares[share]
	for k, got := range []Diluted{row.Overall, row.Member, row.Interaction} {
		p := &res.Rows[k].Performance
		same := func(x, want float64) bool { return math.Abs(x-want) <= 1e-12*math.Abs(want) } // summed in another order
		if !same(got.Effect.Value, float64(p.Mean)) || !same(got.Effect.MCSE, float64(p.MeanMCSE)) || got.Power != (Number{float64(p.Power), float64(p.PowerMCSE)}) {
			t.Errorf("%s in %s: %+v, want %v (%v), power %v", res.Rows[k].Method.Name, res.Rows[k].SubgroupName, got, p.Mean, p.MeanMCSE, p.Power)
		}
	}
}

// The errors of theory are those of the delta method: each number's own times
// the derivative by it.
func TestTheoryKnowsItsError(t *testing.T) {
	suite.Long(t)
	e := groupEffects{members: Number{3, 0.1}, others: Number{1, 0.2}}
	for what, c := range map[string]struct{ got, want Number }{
		"a mixture": {e.mixed(Number{0.3, 0.05}), Number{1.6, math.Sqrt(0.03*0.03 + 0.14*0.14 + 0.1*0.1)}},
		"members":   {e.mixed(Number{1, 0}), Number{3, 0.1}},
		"an interaction": {e.interaction(&membership{members: Number{0.9, 0.02}, others: Number{0.6, 0.03}}),
			Number{1, math.Sqrt(0.05*0.05 + 0.1*0.1 + 0.04*0.04 + 0.06*0.06)}},
	} {
		if math.Abs(c.got.Value-c.want.Value) > 1e-12 || math.Abs(c.got.MCSE-c.want.MCSE) > 1e-12 {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
}

// The effects that theory starts from are those that a run of many trials has as
// its truth, found by other code.
func TestTheoryStartsFromTheTruth(t *testing.T) {
	suite.Long(t)
	sc := plainly(t)
	sc.Outcomes = append(sc.Outcomes, outcomeOf("entry", "time_to_linkage", 180))
	sc.Outcomes[1].Subgroup, sc.Outcomes[3].Subgroup = []string{"high_need"}, []string{"high_need"}
	sc.Outcomes[3].Methods = scenarios.Strings{"rmst"}
	m := compiled(t, sc)
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: trials, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range res.Rows {
		if row.Subgroup < 0 || row.Method.Name == "odds_ratio" {
			continue
		}
		d, err := newDiluter(m, row.Outcome, 0, "high_need", Options{Replicates: trials, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.trueEffects(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p := &row.Performance
		if want := float64(p.Truth) * d.good(); !(math.Abs(e.members.Value-want) <= 1e-9*math.Abs(want)) || !(math.Abs(e.members.MCSE/float64(p.TruthMCSE)-1) < 0.01) {
			t.Errorf("%s: %v among members, want %v (%v)", row.OutcomeSpec.Name, e.members, want, p.TruthMCSE)
		}
	}
}

// Where clients share queues theory starts from the trial as randomized: at the
// share as written it is what trials find, which everyone in one arm against
// everyone in the other would not be.
func TestTheoryUnderQueues(t *testing.T) {
	suite.Long(t)
	m := load(t, plainTOML, func(sc *scenarios.Scenario) {
		sc.Programs["manager"].Effects[0].In = "in_need"
		v := sc.Services["clinic"]
		v.Slots = scenarios.Limit{N: 12}
		sc.Services["clinic"] = v
	})
	d, err := dilute(context.Background(), m, 0, 0, "in_need", Options{Replicates: 400, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	k := slices.Index(Shares(), 0.4) // the trait's prevalence
	for what, x := range map[string]Diluted{"all": d.Shares[k].Overall, "members": d.Shares[k].Member, "interaction": d.Shares[k].Interaction} {
		within(t, what, x.Effect, x.Theory.Value, x.Theory.MCSE)
	}
	w, x := m.NewWorkspace(), [2]*trial.Truth{m.NewTruth(), m.NewTruth()}
	rolled := 0.0
	for r := range 200 {
		w.Begin(1, r)
		for arm := range x {
			w.World(arm, x[arm])
		}
		for i, in := range x[0].Member[0] {
			if in {
				rolled += (x[0].Outcomes[0].Value[i] - x[1].Outcomes[0].Value[i]) / (200 * 0.4 * float64(len(x[0].Arm)))
			}
		}
	}
	if member := d.Shares[k].Member.Effect; math.Abs(rolled-member.Value) < 8*member.MCSE {
		t.Errorf("rolled out %v, in the trial %v: the test shows nothing", rolled, member)
	}
}
