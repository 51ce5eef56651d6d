package sim

import (
	"fmt"
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

var purposeRefusal = stream.NewPurpose("refusal")

// Screening counts those who came before all clients of a trial were enrolled.
// Those neither ineligible nor refusing are the clients.
type Screening struct{ Screened, Ineligible, Refused int }

// Screening returns how the present replicate's clients were found. In a trial that
// takes everyone, the screened are the clients.
func (w *Workspace) Screening() Screening {
	if !w.m.design.screening.active() {
		return Screening{Screened: w.n}
	}
	return w.screened
}

// screening says who of those screened is enrolled.
type screening struct {
	eligible  *scenarios.Expr // nil: everyone
	refuses   bool            // some do
	intercept float64         // of the logit of refusing
	logOdds   []float64       // by trait; nil: all traits alike
}

func (s *screening) active() bool { return s.eligible != nil || s.refuses }

// maxScreened is how many may be screened on average for one client: drawing
// until somebody fits must end.
const maxScreened = 1000

func (m *Model) compileScreening(sc *scenarios.Scenario, sample int, from *Model) scenarios.Problems {
	t := &sc.Trial
	s := &m.design.screening
	if t.Eligible != "" {
		s.eligible = &t.EligibleExpr
	}
	if s.refuses = t.Refusal > 0; s.refuses && len(t.Refusing) > 0 {
		s.logOdds = make([]float64, len(m.cohort.traits))
		for name, or := range t.Refusing {
			s.logOdds[m.trait(name)] = portable.Log(or)
		}
	}
	if !s.active() {
		return nil
	}
	adopted := from != nil && m.adoptRefusal(from)
	if adopted && sameCohort(from.Scenario, sc) {
		return nil
	}
	logits, screened := m.eligibleLogits(sample)
	if len(logits) < sample || float64(screened) > maxScreened*float64(sample)*(1-t.Refusal) {
		return scenarios.Problems{sc.Problem("trial.eligible", fmt.Sprintf("%q, true of %d among %d people of whom a share of %v refuses", t.Eligible, len(logits), screened, t.Refusal),
			fmt.Sprintf("at least one client among %d people", maxScreened))}
	}
	if s.refuses && !adopted {
		s.intercept = solveIntercept(t.Refusal, logits)
	}
	return nil
}

// eligibleLogits returns the logits of refusing, but for the intercept, of the
// first clients of the quasi-random sequence who are eligible, and how many
// points that took. Like natural quantities, the share who refuse holds in the
// population before a subgroup's share is changed, so that what is varied is
// that share alone.
func (m *Model) eligibleLogits(sample int) (logits []float64, screened int) {
	c, s := &m.cohort, &m.design.screening
	seq := m.newSequence()
	z, x := make([]float64, c.dims()), make([]float64, len(c.traits))
	for screened = 0; len(logits) < sample && screened < maxScreened*sample; screened++ {
		seq.advance()
		for k := range z {
			z[k] = portable.NormalQuantile(seq.coordinate())
		}
		c.correlate(z)
		for t := range x {
			x[t] = c.value(t, z[t])
		}
		if s.eligible == nil || s.eligible.Eval(x) {
			logits = append(logits, s.logit(x))
		}
	}
	return logits, screened
}

// logit returns that of refusing at the traits, from the intercept on.
func (s *screening) logit(traits []float64) float64 {
	sum := s.intercept
	for t, b := range s.logOdds {
		sum += float64(b * traits[t])
	}
	return sum
}

// solveIntercept finds the intercept with which the mean chance is p: between
// those that would give p to whoever refuses least, and most.
func solveIntercept(p float64, logits []float64) float64 {
	want := portable.Log(p) - portable.Log1p(-p)
	lo, hi := want-slices.Max(logits), want-slices.Min(logits)
	for range 60 {
		mid := lo + float64((hi-lo)/2)
		sum := 0.0
		for _, x := range logits {
			sum += expit(mid + x)
		}
		if sum < p*float64(len(logits)) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + float64((hi-lo)/2)
}

func expit(x float64) float64 { return 1 / (1 + portable.Exp(-x)) }

// enrols reports whether the person whose traits are in w.scores is enrolled, and
// counts. Eligibility is by the true traits: the assessment at screening is
// taken as right. Whoever is not enrolled leaves no other trace, and somebody
// else comes instead.
func (w *Workspace) enrols(refusal *stream.Stream) bool {
	s := &w.m.design.screening
	if !s.active() {
		return true
	}
	traits := w.scores[:len(w.m.cohort.traits)]
	w.screened.Screened++
	switch {
	case s.eligible != nil && !s.eligible.Eval(traits):
		w.screened.Ineligible++
		return false
	case s.refuses && refusal.Bernoulli(expit(s.logit(traits))):
		w.screened.Refused++
		return false
	}
	return true
}

// newSequence returns the sequence of the model's quasi-random sample: beside
// clients' scores, a dimension for consent and one for each process that
// differs between sites, where there are any.
func (m *Model) newSequence() sequence {
	d := m.cohort.dims() + len(m.design.sites)
	if m.design.screening.refuses {
		d++
	}
	return newSequence(d)
}

// sampleClient gives client i of the sample the traits and frailties of the next
// point of the sequence at which a client is enrolled, and a site effect of the
// client's own: natural quantities hold marginally over sites too.
func (w *Workspace) sampleClient(i int, seq *sequence) {
	s := &w.m.design.screening
	z := w.scores[w.m.cohort.dims():]
	traits := w.scores[:len(w.m.cohort.traits)]
	for {
		seq.advance()
		for k := range z {
			z[k] = portable.NormalQuantile(seq.coordinate())
		}
		w.setClient(i, z)
		if s.eligible != nil && !s.eligible.Eval(traits) {
			continue
		}
		if s.refuses && seq.coordinate() < expit(s.logit(traits)) {
			continue
		}
		break
	}
	scores := w.siteScores(i)
	for k := range scores {
		scores[k] = portable.NormalQuantile(seq.coordinate())
	}
}

// sequence is the additive recurrence of the generalized golden ratio, a
// low-discrepancy sequence in d dimensions.
type sequence struct {
	phi   float64
	k     int     // the point
	alpha float64 // of the last coordinate
}

func newSequence(d int) sequence {
	phi := 2.0
	for range 64 {
		phi = portable.Pow(1+phi, 1/float64(d+1)) // the root of x^(d+1) = x + 1
	}
	return sequence{phi: phi, k: -1}
}

// advance goes on to the next point.
func (s *sequence) advance() {
	s.k++
	s.alpha = 1
}

// coordinate returns the point's next coordinate.
func (s *sequence) coordinate() float64 {
	s.alpha /= s.phi
	return frac(s.k, s.alpha)
}
