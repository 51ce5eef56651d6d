package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// trialFor simulates a trial with two covariates, with an effect, for a method.
func trialFor(e Estimator, rows int, seed uint64) *Data {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := &Data{}
	simulate(d, e.Method(), rows, 0.5, rng)
	covariates(d, rng)
	return d
}

// generalized are the models here whose score is that of a likelihood.
var generalized = []Model{logistic{}, logisticRobust{}, logisticInteraction{}, poisson{}, poissonRobust{}, negativeBinomial{}}

func scoreAt(m Model, d *Data, beta []float64) (score, information []float64) {
	score, information = make([]float64, len(beta)), make([]float64, len(beta)*len(beta))
	m.Score(d, beta, score, information, new(Work))
	return score, information
}

// At its coefficients a model has no score, and its effect is the estimate,
// with the standard error of the information unless that is robust.
func TestScoreVanishesAtTheCoefficients(t *testing.T) {
	for _, m := range generalized {
		name := m.Method().Name
		d := trialFor(m, 300, 4)
		beta, effect, status := m.Coefficients(d, new(Work))
		if status != OK {
			t.Fatalf("%s: %v", name, status)
		}
		score, information := scoreAt(m, d, beta)
		for j, s := range score {
			if !(math.Abs(s) < 1e-7*math.Sqrt(information[j*(len(beta)+1)])) {
				t.Errorf("%s: score %d is %v", name, j, s)
			}
		}
		near(t, name, fit(m, d).Value, beta[effect], closedForm)
	}
}

// The information is minus the derivative of the score, up to what an expected
// one leaves out, in the part of the coefficients away from the maximum as well.
func TestInformationIsTheSlopeOfTheScore(t *testing.T) {
	const step = 1e-5
	for _, m := range generalized {
		name := m.Method().Name
		d := trialFor(m, 200, 5)
		beta, _, _ := m.Coefficients(d, new(Work))
		expected := name == "negative_binomial"
		if !expected {
			beta[1] += 0.3
			beta[len(beta)-1] -= 0.2
		}
		p := len(beta)
		_, information := scoreAt(m, d, beta)
		for j := range beta {
			beta[j] += step
			up, _ := scoreAt(m, d, beta)
			beta[j] -= 2 * step
			down, _ := scoreAt(m, d, beta)
			beta[j] += step
			for k := range beta {
				if expected && (j < p-1 || k < p-1) {
					continue
				}
				near(t, name, information[k*p+j], (down[k]-up[k])/(2*step), 1e-6)
			}
		}
	}
}

// Score of the negative binomial is that of its likelihood, written otherwise,
// and adds to what is there.
func TestNegativeBinomialScoreIsOfItsLikelihood(t *testing.T) {
	const step = 1e-4
	d := trialFor(negativeBinomial{}, 100, 6)
	for _, logTheta := range []float64{-1, 0.7, 3, 6} {
		beta := []float64{0.9, 0.4, 0.1, -0.1, logTheta}
		score, _ := scoreAt(negativeBinomial{}, d, beta)
		for j := range beta {
			beta[j] += step
			up := negBinLogLik(d, beta)
			beta[j] -= 2 * step
			down := negBinLogLik(d, beta)
			beta[j] += step
			if want := (up - down) / (2 * step); !(math.Abs(score[j]-want) < 1e-5*(1+math.Abs(want))) {
				t.Errorf("log theta %v: score %d is %v, want %v", logTheta, j, score[j], want)
			}
		}
		twice, information := scoreAt(negativeBinomial{}, d, beta)
		once := information[0]
		negativeBinomial{}.Score(d, beta, twice, information, new(Work))
		near(t, "sum of scores", twice[4], 2*score[4], closedForm)
		near(t, "sum of informations", information[0], 2*once, closedForm)
	}
}

// Without covariates a logistic regression is the table, and an interaction is
// the difference of two.
func TestLogisticOfTablesIsTheOddsRatio(t *testing.T) {
	var w Work
	for _, r := range [][4]int{{30, 44, 29, 86}, {1, 11, 4, 7}, {99, 1, 2, 50}, {1, 1, 1, 1}} {
		d := tableData(r[0], r[1], r[2], r[3])
		same(t, logistic{}.Fit(d, 0.05, &w), oddsRatio{}.Fit(d, 0.05, &w))
		rd, wald := standardized{}.Fit(d, 0.05, &w), chiSquare{}.Fit(d, 0.05, &w)
		near(t, "RD", rd.Value, wald.Value, closedForm)
		near(t, "SE of RD", rd.SE, wald.SE, closedForm)
	}
	members, others := tableData(30, 44, 29, 86), tableData(8, 11, 4, 17)
	both := tableData(30, 44, 29, 86)
	both.Y, both.Treated = append(both.Y, others.Y...), append(both.Treated, others.Treated...)
	for i := range both.Y {
		both.Member = append(both.Member, i < len(members.Y))
	}
	in, out := oddsRatio{}.Fit(members, 0.05, &w), oddsRatio{}.Fit(others, 0.05, &w)
	got := logisticInteraction{}.Fit(both, 0.05, &w)
	near(t, "interaction", got.Value, in.Value-out.Value, closedForm)
	near(t, "its SE", got.SE, math.Hypot(in.SE, out.SE), closedForm)
	near(t, "its SMD", got.SMD, in.SMD-out.SMD, closedForm)
}

// A covariate that others determine is left out; it has coefficient zero.
func TestDeterminedCovariatesAreLeftOut(t *testing.T) {
	for _, m := range generalized {
		d := trialFor(m, 200, 7)
		want := fit(m, d)
		constant, sum := make([]float64, 200), make([]float64, 200)
		for i := range sum {
			constant[i], sum[i] = 3, d.X[0][i]-2*d.X[1][i]
		}
		d.X = append(d.X, constant, sum)
		same(t, fit(m, d), want)
		beta, _, _ := m.Coefficients(d, new(Work))
		first := len(beta) - 2
		if m.Method().Name == "negative_binomial" {
			first--
		}
		if beta[first] != 0 || beta[first+1] != 0 {
			t.Errorf("%s: %v", m.Method().Name, beta)
		}
	}
}

func TestSeparatedOutcomes(t *testing.T) {
	for _, e := range []Estimator{logistic{}, logisticRobust{}, logisticInteraction{}, standardized{}} {
		d := trialFor(e, 200, 8)
		for i, y := range d.Y { // completely
			d.X[0][i] = math.Abs(d.X[0][i]) * (2*y - 1)
		}
		if got := fit(e, d); got.Status != Separated {
			t.Errorf("%s: %v", e.Method().Name, got.Status)
		}
		for i, y := range d.Y { // with the effect asked, which is the covariate's negative in all other rows
			asked := float64(bit(d.Treated[i] && (e.Method().Needs&Members == 0 || d.Member[i])))
			d.X[0][i] = asked * (float64(bit(i%3 == 0))*(2*y-1) - 1)
		}
		if got := fit(e, d); got.Status != Separated {
			t.Errorf("%s, with the effect: %+v", e.Method().Name, got)
		}
	}
	for _, e := range []Estimator{poisson{}, poissonRobust{}, negativeBinomial{}} {
		d := trialFor(e, 200, 8)
		for i, y := range d.Y { // the same: no event where they differ
			d.X[0][i] = -float64(bit(d.Treated[i])) * float64(1+bit(y == 0))
		}
		if got := fit(e, d); got.Status != Separated {
			t.Errorf("%s, with the effect: %+v", e.Method().Name, got)
		}
		for i, treated := range d.Treated {
			if treated {
				d.Y[i] = 0
			}
		}
		if got := fit(e, d); got.Status != Separated {
			t.Errorf("%s, an arm without events: %v", e.Method().Name, got.Status)
		}
	}
}

func TestInteractionNeedsAllFourGroups(t *testing.T) {
	d := trialFor(logisticInteraction{}, 200, 9)
	for i, treated := range d.Treated {
		d.Member[i] = d.Member[i] && treated
	}
	if got := fit(logisticInteraction{}, d); got.Status != ZeroVariance {
		t.Errorf("no member in control: %v", got.Status)
	}
	d = trialFor(logisticInteraction{}, 200, 9)
	for i, treated := range d.Treated {
		if treated && d.Member[i] {
			d.Y[i] = 1
		}
	}
	if got := fit(logisticInteraction{}, d); got.Status != EmptyCell {
		t.Errorf("all treated members have the event: %v", got.Status)
	}
}

func TestFewClusters(t *testing.T) {
	d := trialFor(logisticRobust{}, 200, 10)
	for i, treated := range d.Treated {
		if d.Cluster[i] = -1; treated {
			d.Cluster[i] = 0
		}
	}
	if got := fit(logisticRobust{}, d); got.Status != TooFewClusters {
		t.Errorf("one cluster: %v", got.Status)
	}
	for i, treated := range d.Treated {
		if treated {
			d.Cluster[i] = int32(i % 4)
		}
	}
	if got := fit(logisticRobust{}, d); got.Status != OK || !(got.DF > 2 && got.DF < 60) {
		t.Errorf("four clusters in one arm: %+v", got)
	}
}

// The search for a true value calls these for thousands of trials.
func TestModelsDoNotAllocate(t *testing.T) {
	for _, m := range generalized {
		d := trialFor(m, 300, 11)
		var w Work
		score, information := make([]float64, 8), make([]float64, 64)
		run := func() {
			beta, _, _ := m.Coefficients(d, &w)
			m.Score(d, beta, score[:len(beta)], information[:len(beta)*len(beta)], &w)
		}
		run()
		if n := testing.AllocsPerRun(50, run); n != 0 {
			t.Errorf("%s: %v allocations", m.Method().Name, n)
		}
	}
}

// Clients of twelve case managers against clients without: alike within a
// manager, so that the plain test rejects too often and the robust one doesn't.
func TestClustersOfOneArm(t *testing.T) {
	const replicates, managers, clients = 4000, 12, 10
	var w Work
	rng := rand.New(rand.NewPCG(16, 16))
	plain, robust := 0, 0
	for range replicates {
		d := &Data{}
		for k := range int32(2 * managers) {
			manager := 0.0
			if k < managers {
				manager = 0.7 * rng.NormFloat64()
			}
			for range clients {
				d.Treated, d.Cluster = append(d.Treated, k < managers), append(d.Cluster, k)
				if k >= managers {
					d.Cluster[len(d.Cluster)-1] = -1
				}
				d.Y = append(d.Y, float64(bit(rng.Float64() < 1/(1+math.Exp(-manager)))))
			}
		}
		plain += bit(logistic{}.Fit(d, 0.05, &w).P < 0.05)
		robust += bit(logisticRobust{}.Fit(d, 0.05, &w).P < 0.05)
	}
	mcse := math.Sqrt(0.05 * 0.95 / replicates)
	if got := float64(robust) / replicates; !(math.Abs(got-0.05) < 4*mcse) {
		t.Errorf("robust: %v", got)
	}
	if got := float64(plain) / replicates; !(got > 0.05+8*mcse) {
		t.Errorf("plain: %v", got)
	}
}

// A covariate far from zero, such as a date, costs no digits.
func TestCovariatesFarFromZero(t *testing.T) {
	for _, m := range generalized {
		d := trialFor(m, 200, 17)
		for i, x := range d.X[0] {
			d.X[0][i] = math.Round(x * 100)
		}
		want := fit(m, d)
		for i := range d.X[0] {
			d.X[0][i] += 1e9
		}
		got := fit(m, d)
		near(t, m.Method().Name, got.Value, want.Value, closedForm)
		near(t, m.Method().Name, got.SE, want.SE, closedForm)
	}
}
