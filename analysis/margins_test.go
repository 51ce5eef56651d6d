package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/estimate"
	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// marginData simulates what any method needs, of few rows and of rare events as
// often as not.
func marginData(rng *rand.Rand, m estimate.Method) *estimate.Data {
	d := &estimate.Data{}
	d.Reset(0, 1)
	d.Source = rand.NewPCG(1, 2)
	n := 8 + rng.IntN(60)
	chance, effect := math.Pow(rng.Float64(), 3), 0.5*rng.Float64()
	for i := range n {
		treated := i%2 == 0
		d.Treated = append(d.Treated, treated)
		event := rng.Float64() < chance+effect*indicator(treated)
		y := rng.NormFloat64() + indicator(treated)
		switch {
		case m.Kinds&estimate.Continuous != 0:
		case m.Kinds&estimate.Binary != 0:
			y = indicator(event)
		case m.Kinds&estimate.Time != 0:
			y = 1 + math.Floor(10*rng.ExpFloat64())
		default:
			y = math.Floor(3 * rng.Float64())
		}
		if m.Needs&estimate.Bounded != 0 {
			y, d.Most = math.Floor(11*math.Pow(rng.Float64(), 2-indicator(treated))), 10
		}
		d.Y = append(d.Y, y)
		d.Site, d.Manager = append(d.Site, int32(i/8)), append(d.Manager, int32(i/2%2))
		d.When, d.Exposed = append(d.When, int32(i/2%2)), append(d.Exposed, int32(indicator(treated)))
		d.Weight, d.Person = append(d.Weight, float64(1+rng.IntN(2))), append(d.Person, int32(i))
		d.Event, d.Competing = append(d.Event, event), append(d.Competing, !event && rng.IntN(4) == 0)
		d.Exposure = append(d.Exposure, 1+rng.Float64())
		d.Cluster, d.Stratum = append(d.Cluster, int32(i/4)), append(d.Stratum, int32(rng.IntN(2)))
		d.Member, d.Received = append(d.Member, rng.IntN(2) == 0), append(d.Received, treated && rng.IntN(5) > 0)
		r := &d.Recurring
		r.First, r.Count = append(r.First, int32(len(r.Times))), append(r.Count, int32(math.Abs(y)))
		for k := range int(math.Abs(y)) {
			r.Times = append(r.Times, (float64(k)+rng.Float64())/20)
		}
		r.Until, r.Ended = append(r.Until, 1+rng.Float64()), append(r.Ended, rng.IntN(5) == 0)
		d.Earlier[0] = append(d.Earlier[0], rng.NormFloat64())
	}
	return d
}

// A test against a margin rejects if, and only if, the interval that is printed
// excludes the margin, by every method that has such a test, and its p value is
// below the level if, and only if, it rejects. Non-inferiority by risk_difference
// rejected 67 % of trials without an event, whose Newcombe interval is wide.
func TestDecisionsAgainstAMarginAgreeWithTheInterval(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 12))
	w := new(estimate.Work)
	for _, m := range scenarios.AnalysisMethods() {
		if !m.OneSided || m.TestOnly {
			continue
		}
		e, _ := estimate.Lookup(m.Name)
		decided := [2]int{}
		for range 150 {
			test := Test{Kind: scenarios.NonInferiority, Alpha: []float64{0.01, 0.05, 0.2}[rng.IntN(3)], Sides: 1 + rng.IntN(2),
				Margin: math.Exp(rng.NormFloat64() - 1), Good: float64(2*rng.IntN(2) - 1), Limits: e.Method().Limits}
			if rng.IntN(2) == 0 {
				test.Kind = scenarios.Equivalence
			}
			d := marginData(rng, e.Method())
			got := e.Fit(d, test.IntervalAlpha(), w)
			f := fitOf(&got, d)
			if got.Status.Failed() {
				if test.Rejects(&f) {
					t.Fatalf("%s: rejects though %v", m.Name, got.Status)
				}
				continue
			}
			low, high := got.Low, got.High
			if test.Good < 0 {
				low, high = -high, -low
			}
			want := low > -test.Margin && (test.Kind == scenarios.NonInferiority || high < test.Margin)
			if rejects := test.Rejects(&f); rejects != want {
				t.Fatalf("%s: %+v rejects %v, but the interval is %v to %v", m.Name, test, rejects, got.Low, got.High)
			}
			if p := test.P(&f); p < test.Alpha != want || !(p >= 0 && p <= 1) {
				t.Fatalf("%s: %+v, p = %v, but the interval is %v to %v", m.Name, test, p, got.Low, got.High)
			}
			decided[whether(want)]++
		}
		if decided[0] == 0 || decided[1] == 0 {
			t.Errorf("%s: %d rejected, %d not, which tests little", m.Name, decided[1], decided[0])
		}
	}
}

// whether is 1 for true.
func whether(b bool) int { return int(indicator(b)) }

// fitOf is an estimate with what an analysis records beside it.
func fitOf(e *estimate.Estimate, d *estimate.Data) Fit {
	f := Fit{Status: e.Status, Value: e.Value, SE: e.SE, DF: e.DF, Low: e.Low, High: e.High, Stat: e.Stat, P: e.P}
	var n, sum [2]float64
	for i, treated := range d.Treated {
		n[whether(treated)]++
		sum[whether(treated)] += d.Y[i]
	}
	f.N1, f.N0, f.Mean1, f.Mean0 = n[1], n[0], sum[1]/n[1], sum[0]/n[0]
	return f
}

// Without an event the Newcombe interval of 2 x 30 clients is -11.4 to 11.4 points
// (R 4.2.2: qnorm(0.975)^2 / (30 + qnorm(0.975)^2), Wilson's upper limit of 0 of 30).
// The p value of non-inferiority is that of the interval with its end at the margin:
// with z^2/(30 + z^2) = 0.10, z^2 = 10/3 and p = 2 pnorm(-sqrt(10/3)) = 0.06788915.
func TestNoEventsAreNotInferiorByThePrintedIntervalAlone(t *testing.T) {
	f := Fit{N1: 30, N0: 30, DF: nan, P: 1}
	var c numeric.Criticals
	for _, x := range []struct {
		margin  float64
		rejects bool
		p       float64
	}{{0.10, false, 0.06788915}, {0.12, true, 0.04311445}} {
		a := Analysis{Method: estimate.Method{Limits: estimate.Newcombe},
			Test: Test{Kind: scenarios.NonInferiority, Alpha: 0.05, Sides: 2, Margin: x.margin, Good: 1, Limits: estimate.Newcombe}}
		a.relevel(&f, &c)
		if !(math.Abs(f.High-0.1135) < 1e-4 && f.Low == -f.High) {
			t.Errorf("%v to %v", f.Low, f.High)
		}
		if got := a.Test.Rejects(&f); got != x.rejects {
			t.Errorf("margin %v: rejects %v", x.margin, got)
		}
		if p := a.Test.P(&f); !(math.Abs(p-x.p) < 1e-7) {
			t.Errorf("margin %v: p = %v, want %v", x.margin, p, x.p)
		}
	}
}
