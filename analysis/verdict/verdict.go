// Package verdict decides what simulated trials say about an effect: whether there
// is one, in which direction, or whether they are too few to tell. All words about
// an effect, in every command and on every page, follow from this one rule.
package verdict

import "math"

// A Verdict is what the replicates say about a true effect.
type Verdict string

const (
	Benefit    Verdict = "benefit"     // better for the client than control
	Harm       Verdict = "harm"        // worse
	Negligible Verdict = "negligible"  // nothing of a size that matters
	CannotTell Verdict = "cannot_tell" // the replicates are too few to say which
)

const (
	// Least is the largest effect, in standard deviations, that does not matter: a
	// tenth of what is by custom called a small one (Cohen 1988).
	Least = 0.02
	// Small is the effect below which one is called very small: of that size a trial
	// of 10,000 clients finds seven in ten, as its standard error is 2/sqrt(10,000).
	Small = 0.05
	// Enough is the number of replicates below which a Monte Carlo standard error is
	// itself too uncertain to judge by: with 256 it is known to 4.4 %, 1/sqrt(2 x 255).
	Enough = 256
	// Clear is how many Monte Carlo standard errors an effect is from another value
	// before it counts as different from it.
	Clear = 3
)

// An Effect is a true effect in standard deviations of the outcome, above 0 where it
// is better for the client, with its Monte Carlo standard error over so many
// replicates. The error is NaN where it is not known. Zero tells that there is no
// effect by construction: both arms get the same.
type Effect struct {
	D, MCSE    float64
	Replicates int
	Zero       bool
}

// Verdict judges the effect. In this order: within Least for certain it is
// negligible, beyond Clear standard errors from zero it is a benefit or a harm,
// else the replicates cannot tell.
func (e Effect) Verdict() Verdict {
	switch {
	case e.Zero:
		return Negligible
	case !(e.MCSE >= 0) || math.IsNaN(e.D) || e.Replicates < Enough:
		return CannotTell
	case DoesNotMatter(e.D, e.MCSE):
		return Negligible
	case e.D > float64(Clear*e.MCSE):
		return Benefit
	case e.D < -float64(Clear*e.MCSE):
		return Harm
	}
	return CannotTell
}

// DoesNotMatter reports whether an effect in standard deviations is certainly within
// Least.
func DoesNotMatter(d, mcse float64) bool { return math.Abs(d)+float64(Clear*mcse) <= Least }

// VerySmall reports whether an effect that there is, is below Small.
func (e Effect) VerySmall() bool {
	return e.Verdict().Effect() && math.Abs(e.D) < Small
}

// Effect reports whether the verdict is that there is an effect.
func (v Verdict) Effect() bool { return v == Benefit || v == Harm }

// Words names what the verdict is about, as in "would detect this ...".
func (v Verdict) Words(verySmall bool) string {
	word := map[Verdict]string{Benefit: "benefit", Harm: "harm"}[v]
	if verySmall {
		return "very small " + word
	}
	return word
}
