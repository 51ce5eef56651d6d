package explain

import (
	"math"
	"testing"

	"caseload/internal/suite"
)

// rates are those of an arm by the day: of entering the two services, leaving
// the first, and risk events.
type rates struct{ enter, leave, advice, risk float64 }

// events is the expected number of risk events in 120 days: their rate is cut
// to a quarter in the clinic and to half by advice. With constant rates a and b
// of entering and leaving once, the chance of being there at t is
// a (exp(-bt) - exp(-at)) / (a - b); the two services are independent. The
// integral is by Simpson's rule.
func (r rates) events() float64 {
	there := func(a, b, t float64) float64 { return a * (math.Exp(-b*t) - math.Exp(-a*t)) / (a - b) }
	const steps, days = 1200, 120.0
	sum := 0.0
	for k := range steps + 1 {
		t := days * float64(k) / steps
		weight := 2.0 + 2*float64(k%2)
		if k == 0 || k == steps {
			weight = 1
		}
		sum += weight * (1 - 0.75*there(r.enter, r.leave, t)) * (1 - 0.5*there(r.advice, math.Ln2/30, t))
	}
	return r.risk * sum * days / steps / 3
}

// Where the number of events depends on nothing but being in services and on
// the program, each part is a difference of two integrals.
func TestPathAgreesWithTheory(t *testing.T) {
	suite.Long(t)
	text := pathTOML + "[service.clinic.acts_on]\nrisk = 0.25\n[service.advice.acts_on]\nrisk = 0.5\n" + riskCount +
		effectOn + "on = \"linkage\"\nhazard_ratio = 3\n" +
		effectOn + "on = \"leaving.clinic\"\nhazard_ratio = 0.5\n" +
		effectOn + "on = \"linkage_other\"\nhazard_ratio = 2\n" +
		effectOn + "on = \"risk\"\nhazard_ratio = 0.8\ndirect = true\n"
	p := pathFound(t, pathModel(t, text), -1, -1, 600)
	control, treated := rates{0.02, math.Ln2 / 40, 0.01, 0.1}, rates{0.06, math.Ln2 / 80, 0.02, 0.08}
	agreesWith(t, "forward", &p.Forward, control, treated, 1)
	agreesWith(t, "backward", &p.Backward, treated, control, -1)
}

// agreesWith compares parts with theory on the way from one arm's rates to the
// other's, fewer events being better.
func agreesWith(t *testing.T, direction string, got *[PathParts]Number, from, to rates, sign float64) {
	t.Helper()
	at := from
	for k, change := range [PathParts]func(){
		ThroughEntering: func() { at.enter = to.enter },
		ThroughStaying:  func() { at.leave = to.leave },
		ThroughOther:    func() { at.advice = to.advice },
		Direct:          func() { at.risk = to.risk },
	} {
		before := at.events()
		change()
		if want := sign * (before - at.events()); !(math.Abs(got[k].Value-want) <= 4*got[k].MCSE) {
			t.Errorf("%s, part %d: %v, want %v", direction, k, got[k], want)
		}
		if !(got[k].MCSE < 0.05*math.Abs(got[k].Value)) {
			t.Errorf("%s, part %d: %v says little", direction, k, got[k])
		}
	}
}

// With one client a world, the jackknife gives the standard error of a mean,
// SD / sqrt(n), of replicates or, above 256, of their batches' means (Efron &
// Tibshirani 1993, An Introduction to the Bootstrap, eq. 11.5).
func TestPathErrorsAreThoseOfMeans(t *testing.T) {
	suite.Long(t)
	for _, replicates := range []int{2, 100, 256, 512} {
		sums := make([]pathSums, replicates)
		mean := make([]float64, min(replicates, 256))
		for r := range sums {
			y := math.Sin(float64(r)) // any numbers do
			for k := range sums[r] {
				for step := range sums[r][k] {
					sums[r][k][step] = pathSum{1, 3}
				}
			}
			sums[r][1][0].sum += y
			mean[r%len(mean)] += y / float64(replicates/len(mean))
		}
		n, sum, squares := float64(len(mean)), 0.0, 0.0
		for _, x := range mean {
			sum += x
		}
		for _, x := range mean {
			squares += (x - sum/n) * (x - sum/n)
		}
		want := math.Sqrt(squares / (n - 1) / n)
		if got := pathOf(sums, 1).Total.MCSE; !(math.Abs(got-want) <= 1e-9*want) {
			t.Errorf("%d replicates: %v, want %v", replicates, got, want)
		}
	}
	if got := pathOf(make([]pathSums, 1), 1).Total.MCSE; got == got {
		t.Errorf("one replicate: %v, want none", got)
	}
}
