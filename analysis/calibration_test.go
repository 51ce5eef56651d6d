package analysis

import (
	"fmt"
	"math"
	"testing"

	"caseload/analysis/numeric"
	"caseload/internal/suite"
)

// plainTOML is a trial of independent clients: a slot for everyone, nobody
// lost, all hazards constant and the same for all. The treated have one contact
// at enrolment, which multiplies the hazard of seeking from then on.
const plainTOML = `
title = "independent clients"
source = "a test"
extends = "base"
[trial]
clients = %d
accrual = { over_days = 30 }
follow_up_days = [90]
randomization = { method = "blocks", sizes = [2] }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
control = true
[service.clinic]
kind = "substance_use"
slots = %s
linkage = { probability = 0.4, by_days = 90 }
stay = { median_days = 30 }
after_followup = "leave"
acts_on = { quit = 2.0 }
[program.manager]
staff = "unlimited"
first_contact = { day = 0 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = %g
lasts_days = 365
[use]
quit = { per_month = 0.6 }
relapse = { per_month = 0.9 }
[[outcome]]
name = "linked"
variable = "linked_su"
method = ["risk_difference", "odds_ratio"]
[[outcome]]
name = "time"
variable = "time_to_linkage"
method = ["log_rank", "cox"]
[[outcome]]
name = "clean"
variable = "days_abstinent"
method = ["welch", "student", "hedges_g"]
[[outcome]]
name = "stay"
variable = "days_in_su"
at_days = 30
set = "entered"
method = "welch"
[[outcome]]
name = "leaving"
variable = "time_in_su"
at_days = 30
`

// Without an effect there is no bias, tests reject one time in twenty, and
// intervals contain the truth nineteen times in twenty: within 4 MCSE. That the
// truth is exactly nothing, without an error, costs no coverage.
func TestNoEffect(t *testing.T) {
	replicates := 3000
	if !suite.IsLong() {
		replicates = 512
	}
	m := parse(t, fmt.Sprintf(plainTOML, 240, `"unlimited"`, 1.0))
	r := run(t, m, Options{Replicates: replicates, Seed: 8})
	nominal := math.Sqrt(0.05 * 0.95 / float64(replicates))
	for k := range r.Rows {
		row := &r.Rows[k]
		p := &row.Performance
		if p.Truth.Abs() > 1e-9 || !(p.TruthMCSE < 1e-6) || row.TruthRollout.Abs() > 1e-9 {
			t.Errorf("%s: truth %v (%v)", row.key(), p.Truth, p.TruthMCSE)
		}
		within(t, row.key()+": bias", p.Bias, 0, p.BiasMCSE)
		within(t, row.key()+": type I error", p.Power, 0.05, nominal)
		within(t, row.key()+": coverage", p.Coverage, 0.95, nominal)
		if !(float64(p.CoverageMCSE) < 2*nominal) {
			t.Errorf("%s: coverage has an MCSE of %v", row.key(), p.CoverageMCSE)
		}
		t.Logf("%s: bias %.4f (%.4f), type I %.4f, coverage %.4f (%.4f)", row.key(), p.Bias, p.BiasMCSE, p.Power, p.Coverage, p.CoverageMCSE)
	}
}

// Where clients wait for each other, too, the truth of no effect is 0: the draw
// of who is allocated is taken out. That of a hazard ratio, for which it is
// not, is 0 within its MCSE.
func TestNoEffectInAQueue(t *testing.T) {
	replicates := 1500
	if !suite.IsLong() {
		replicates = 512
	}
	r := run(t, parse(t, fmt.Sprintf(plainTOML, 120, "8", 1.0)), Options{Replicates: replicates, Seed: 8})
	for k := range r.Rows {
		p := &r.Rows[k].Performance
		key := r.Rows[k].key()
		within(t, key+": truth", p.Truth, 0, p.TruthMCSE+1e-12)
		within(t, key+": bias", p.Bias, 0, p.BiasMCSE)
		within(t, key+": coverage", p.Coverage, 0.95, p.CoverageMCSE)
		if r.Rows[k].Method.Measure != "log HR" && !(p.Truth.Abs() < 1e-9) {
			t.Errorf("%s: truth %v, want 0", key, p.Truth)
		}
	}
}

// proportionsPower is the power of the two-sided test of two proportions with
// pooled variance, n in each arm. Source: Fleiss, Levin & Paik 2003, Statistical
// Methods for Rates and Proportions, equation 4.14 solved for the power.
func proportionsPower(p1, p0, n, alpha float64) float64 {
	mean := (p1 + p0) / 2
	z := numeric.NormalQuantile(1 - alpha/2)
	shift := math.Abs(p1-p0) * math.Sqrt(n)
	return numeric.NormalCDF((shift - z*math.Sqrt(2*mean*(1-mean))) / math.Sqrt(p1*(1-p1)+p0*(1-p0)))
}

// exactPower sums the chances of all pairs of counts that the same test rejects.
func exactPower(p1, p0 float64, n int, alpha float64) (power float64) {
	z := numeric.NormalQuantile(1 - alpha/2)
	for x := range n + 1 {
		for y := range n + 1 {
			a, b, mean := float64(x)/float64(n), float64(y)/float64(n), float64(x+y)/float64(2*n)
			if math.Abs(a-b) > z*math.Sqrt(2*mean*(1-mean)/float64(n)) {
				power += binomial(x, n, p1) * binomial(y, n, p0)
			}
		}
	}
	return power
}

func binomial(x, n int, p float64) float64 {
	log := func(k int) float64 { v, _ := math.Lgamma(float64(k + 1)); return v }
	return math.Exp(log(n) - log(x) - log(n-x) + float64(x)*math.Log(p) + float64(n-x)*math.Log(1-p))
}

// A known effect on independent clients: with p the share of the controls who
// link, and hazards in the ratio h, 1 - (1-p)^h of the treated do. The power is
// that of the binomial distribution, to which the closed form, which takes
// counts for normal, comes within 0.01 here: counts are whole numbers.
func TestKnownEffect(t *testing.T) {
	replicates, clients, ratio := 2500, 600, 1.4
	if !suite.IsLong() {
		replicates = 512
	}
	r := run(t, parse(t, fmt.Sprintf(plainTOML, clients, `"unlimited"`, ratio)), Options{Replicates: replicates, Seed: 8})
	p0 := 0.4
	p1 := 1 - math.Pow(1-p0, ratio)
	n := float64(replicates)

	rd := &rowOf(t, r, "linked", "risk_difference").Performance
	within(t, "true risk difference", rd.Truth, p1-p0, rd.TruthMCSE)
	within(t, "mean risk difference", rd.Mean, p1-p0, rd.MeanMCSE)
	se := math.Sqrt((p1*(1-p1) + p0*(1-p0)) / float64(clients/2))
	within(t, "its standard error", rd.EmpiricalSE, se, rd.EmpiricalSEMCSE)
	within(t, "its coverage", rd.Coverage, 0.95, math.Hypot(math.Sqrt(0.05*0.95/n), float64(rd.CoverageMCSE)))
	power, closed := exactPower(p1, p0, clients/2, 0.05), proportionsPower(p1, p0, float64(clients/2), 0.05)
	within(t, "its power", rd.Power, power, math.Sqrt(power*(1-power)/n))
	if !(math.Abs(power-closed) <= 0.01) {
		t.Errorf("exact power %.4f, closed form %.4f", power, closed)
	}
	t.Logf("power %.4f, exact %.4f, closed form %.4f; coverage %.4f; SE %.5f, by formula %.5f", rd.Power, power, closed, rd.Coverage, rd.EmpiricalSE, se)

	or := &rowOf(t, r, "linked", "odds_ratio").Performance
	within(t, "true log odds ratio", or.Truth, math.Log(p1/(1-p1)/(p0/(1-p0))), or.TruthMCSE)
	within(t, "bias of the log odds ratio", or.Bias, 0, or.BiasMCSE)
	within(t, "its coverage", or.Coverage, 0.95, or.CoverageMCSE)

	cox := rowOf(t, r, "time", "cox")
	within(t, "true log hazard ratio", cox.Performance.Truth, math.Log(ratio), cox.Performance.TruthMCSE)
	within(t, "bias of the log hazard ratio", cox.Performance.Bias, 0, cox.Performance.BiasMCSE)
	within(t, "its coverage", cox.Performance.Coverage, 0.95, cox.Performance.CoverageMCSE)
	closeTo(t, "SMD of a time", cox.SMDTruth, float64(cox.Performance.Truth)*math.Sqrt(6)/math.Pi)

	// Hedges g of days abstinent is an unbiased estimate of the pooled SMD.
	g := rowOf(t, r, "clean", "hedges_g")
	closeTo(t, "SMD of days", g.SMDTruth, g.Performance.Truth)
	within(t, "bias of Hedges g", g.Performance.Bias, 0, g.Performance.BiasMCSE)
	within(t, "its coverage", g.Performance.Coverage, 0.95, g.Performance.CoverageMCSE)
}

// Each replicate's own truth explains part of its estimate, so that the bias
// of a difference of means is known better than its mean.
func TestOwnTruthsSharpenTheBias(t *testing.T) {
	r := run(t, compile(t, "bench-p2"), Options{Replicates: 300, Seed: 2})
	for _, method := range []string{"risk_difference", "student"} {
		outcome := map[string]string{"risk_difference": "linked", "student": "days_abstinent"}[method]
		p := &rowOf(t, r, outcome, method).Performance
		if !(p.BiasMCSE < 0.9*p.MeanMCSE) {
			t.Errorf("%s: the MCSE of the bias is %.4g, of the mean %.4g", method, p.BiasMCSE, p.MeanMCSE)
		}
	}
}

// Without shared queues what is true of the trial is true of a rollout, to the
// last bit, and as-randomized worlds say the same within their MCSE. With a
// queue for few slots a rollout serves fewer of the treated, who compete with
// each other; the estimate is of the trial's truth. Who is lost to the study
// stays in treatment, where records see them, or loss would be a bias.
func TestRolloutAndTrial(t *testing.T) {
	replicates := 1024
	if !suite.IsLong() {
		replicates = 300
	}
	truths := func(slots string) *Result {
		return run(t, compile(t, "bench-p2", "trial.clients=100", "attrition.ends=study", "service.treatment.slots="+slots), Options{Replicates: replicates, Seed: 6})
	}
	free, ample, scarce := truths(`"unlimited"`), truths("100"), truths("6")
	for k := range free.Rows {
		key := free.Rows[k].key()
		a, b := &free.Rows[k], &ample.Rows[k]
		if a.Performance.Truth != a.TruthRollout {
			t.Errorf("%s: truth %v, rollout %v without queues", key, a.Performance.Truth, a.TruthRollout)
		}
		if a.TruthRollout != b.TruthRollout {
			t.Errorf("%s: rollout %v without a limit, %v with a slot for everyone", key, a.TruthRollout, b.TruthRollout)
		}
		// A slot for everyone is no queue: without the noise of who is allocated
		// the truths are the same. Hazard ratios keep that noise.
		if a.Method.Measure != "log HR" {
			closeTo(t, key+": as randomized", b.Performance.Truth, a.Performance.Truth)
		} else if a.Performance.Truth == b.Performance.Truth {
			t.Errorf("%s: the world as randomized was not asked", key)
		}
		within(t, key+": as randomized", b.Performance.Truth, a.Performance.Truth, math.Hypot(float64(a.Performance.TruthMCSE), float64(b.Performance.TruthMCSE)))
	}
	rd := rowOf(t, scarce, "linked", "risk_difference")
	t.Logf("6 slots: truth %.4f (%.4f), rollout %.4f", rd.Performance.Truth, rd.Performance.TruthMCSE, rd.TruthRollout)
	if !(rd.Performance.Truth-rd.TruthRollout > 6*rd.Performance.TruthMCSE) {
		t.Errorf("with a queue: truth %.4f (%.4f), rollout %.4f", rd.Performance.Truth, rd.Performance.TruthMCSE, rd.TruthRollout)
	}
	within(t, "bias of the risk difference", rd.Performance.Bias, 0, rd.Performance.BiasMCSE)
	// The true SMD is the trial's: log odds ratio x sqrt(3)/pi (Hasselblad & Hedges 1995).
	p1, p0 := scarce.Arms[0].Mean, scarce.Arms[1].Mean
	closeTo(t, "the arms' difference", rd.Performance.Truth, p1-p0)
	if want := math.Log(float64(p1/(1-p1)/(p0/(1-p0)))) * math.Sqrt(3) / math.Pi; !(math.Abs(float64(rd.SMDTruth)-want) < 1e-3) {
		t.Errorf("SMD %.5f, want %.5f", rd.SMDTruth, want)
	}
}
