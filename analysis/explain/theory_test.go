package explain

import (
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// What factors do where theory knows it, on the scale of the outcome's units and
// without queues. Tolerances are 4 standard errors: of the paired step, and of
// the ideal effect where theory multiplies it.

// A benefit in a share of the clients is that share of the benefit.
func TestMixIsTheShareOfResponders(t *testing.T) {
	suite.Long(t)
	m := load(t, plainTOML, func(sc *scenarios.Scenario) { sc.Programs["manager"].Effects[0].In = "in_need" })
	e := run(t, m, Question{Outcome: "linked"}, 300)
	if e.Target != "in_need" {
		t.Errorf("target %q", e.Target)
	}
	const share = 0.4
	within(t, "step of mix", e.factor(t, "mix").Step.Units, -(1-share)*e.Ideal.Units.Value, (1-share)*e.Ideal.Units.MCSE)
}

// The effect of what is offered is the share who take it up times the effect of
// what is taken (Angrist, Imbens & Rubin 1996, equation 9): the ideal world, in
// which everyone does, shows the second.
func TestUptakeIsTheShareOfCompliers(t *testing.T) {
	suite.Long(t)
	const uptake = 0.6
	m := load(t, plainTOML, setProgram(func(p *scenarios.Program) { p.Uptake = uptake }))
	e := run(t, m, Question{Outcome: "linked"}, 300)
	within(t, "step of uptake", e.factor(t, "uptake").Step.Units, -(1-uptake)*e.Ideal.Units.Value, (1-uptake)*e.Ideal.Units.MCSE)
}

func setProgram(edit func(*scenarios.Program)) func(*scenarios.Scenario) {
	return func(sc *scenarios.Scenario) {
		p := sc.Programs["manager"]
		edit(&p)
		sc.Programs["manager"] = p
	}
}

// Of control clients a share gets case management: that share of the effect is
// lost.
func TestContaminationIsTheShareContaminated(t *testing.T) {
	suite.Long(t)
	const share = 0.25
	m := load(t, plainTOML, func(sc *scenarios.Scenario) {
		sc.Arms[1].Contamination = &scenarios.Contamination{Arm: "managed", Probability: share}
	})
	e := run(t, m, Question{Outcome: "linked"}, 300)
	within(t, "step of contamination", e.factor(t, "contamination").Step.Units, -share*e.Ideal.Units.Value, share*e.Ideal.Units.MCSE)
}

// Error of a score leaves the difference as it is and takes from the SMD all but
// the root of the reliability. The error's variance is set by that of the control
// arm; the other arm's differs by a few percent, which the SMD feels by up to three
// percent of what is lost.
func TestReliabilityShrinksTheSMD(t *testing.T) {
	suite.Long(t)
	const r = 0.5
	m := load(t, plainTOML, func(sc *scenarios.Scenario) { sc.Outcomes[2].Reliability = r })
	e := run(t, m, Question{Outcome: "health"}, 600)
	f := e.factor(t, "measurement")
	within(t, "loss in points", f.FromIdeal.Units, 0, 0)
	lost := (math.Sqrt(r) - 1) * e.Ideal.SMD.Value
	within(t, "loss in SD", f.FromIdeal.SMD, lost, 0.03*math.Abs(lost)/4)
	if !(-lost > 10*f.FromIdeal.SMD.MCSE) {
		t.Errorf("a loss of %v with an MCSE of %v shows nothing", lost, f.FromIdeal.SMD.MCSE)
	}
}

// A test with errors finds sensitivity + specificity - 1 of a difference of
// proportions (Rogan & Gladen 1978, equation 1, in both arms).
func TestMisclassificationShrinksTheDifference(t *testing.T) {
	suite.Long(t)
	const sensitivity, specificity = 0.8, 0.9
	m := load(t, plainTOML, func(sc *scenarios.Scenario) {
		sc.Measures = map[string]scenarios.Measure{"urine": {Sensitivity: sensitivity, Specificity: specificity}}
		sc.Outcomes[1].MeasuredBy = "urine"
	})
	e := run(t, m, Question{Outcome: "abstinent"}, 400)
	const lost = 1 - (sensitivity + specificity - 1)
	within(t, "loss by measurement", e.factor(t, "measurement").FromIdeal.Units, -lost*e.Ideal.Units.Value, lost*e.Ideal.Units.MCSE)
}

// Visits missed completely at random leave the effect as it is and make the trial
// 1 / (1 - a) times as large.
func TestMissingAtRandomCostsClientsAlone(t *testing.T) {
	suite.Long(t)
	const missed = 0.3
	m := load(t, plainTOML, func(sc *scenarios.Scenario) { sc.Attrition.Missed = missed })
	e := run(t, m, Question{Outcome: "health"}, 600)
	f := e.factor(t, "attrition")
	within(t, "loss in points", f.FromIdeal.Units, 0, 0)
	within(t, "loss in SD", f.FromIdeal.SMD, 0, 0)
	within(t, "times as large", f.Multiplies, 1/(1-missed), 0)
	if !(f.Multiplies.MCSE < 0.15) {
		t.Errorf("a ratio known to %v shows nothing", f.Multiplies.MCSE)
	}
}

// Clients for 80 % power of a difference of proportions, from theory: with p and
// q in the arms of n/2 each, the standard error is the root of
// (p(1-p) + q(1-q)) / (n/2).
func TestClientsNeeded(t *testing.T) {
	suite.Long(t)
	e := run(t, load(t, plainTOML), Question{Outcome: "linked"}, 600)
	const q = 0.3 // asked for
	p := q + e.Ideal.Units.Value
	want := 2 * (p*(1-p) + q*(1-q)) * math.Pow(2.8016/(p-q), 2)
	within(t, "clients", e.Ideal.Clients, want, 0)
	if len(e.Factors) > 0 || e.Ideal != e.Observed {
		t.Errorf("where nothing stands in the way: %+v", e.Factors)
	}
}

// Of a time, the SMD is the log hazard ratio by its sqrt(6)/pi and the units are
// days sooner: with constant hazards of h and 3h, the restricted mean of 90 days
// is (1 - exp(-90h)) / h.
func TestTimesInDays(t *testing.T) {
	suite.Long(t)
	e := run(t, load(t, plainTOML), Question{Outcome: "time"}, 400)
	h := -math.Log(0.7) / 90
	mean := func(h float64) float64 { return (1 - math.Exp(-90*h)) / h }
	within(t, "days sooner", e.Ideal.Units, mean(h)-mean(3*h), 0)
	within(t, "SMD", e.Ideal.SMD, math.Log(3)*math.Sqrt(6)/math.Pi, 0)
}

// Whether more is better or worse, a gain for the client is positive.
func TestAGainIsPositive(t *testing.T) {
	suite.Long(t)
	m := load(t, plainTOML)
	for _, o := range m.Scenario.Outcomes {
		e := run(t, m, Question{Outcome: o.Name}, 60)
		if !(e.Ideal.SMD.Value > 4*e.Ideal.SMD.MCSE && e.Ideal.Units.Value > 4*e.Ideal.Units.MCSE && e.PerTrial.Value > 4*e.PerTrial.MCSE) {
			t.Errorf("%s: SMD %v, %v units, %v a trial", o.Name, e.Ideal.SMD, e.Ideal.Units, e.PerTrial)
		}
	}
}

// Reneging, slots and caseloads that never bind are no obstacle: with room for
// everyone capacity takes exactly nothing.
func TestAmpleCapacityTakesNothing(t *testing.T) {
	suite.Long(t)
	m := load(t, plainTOML, func(sc *scenarios.Scenario) {
		v := sc.Services["clinic"]
		v.Slots = scenarios.Limit{N: 300}
		sc.Services["clinic"] = v
	})
	e := run(t, m, Question{Outcome: "linked"}, 40)
	if f := e.factor(t, "capacity"); f.Step.SMD != (Number{}) || f.Shapley.Units != (Number{}) {
		t.Errorf("capacity takes %+v", f.Step)
	}
}
