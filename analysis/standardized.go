package analysis

import (
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/verdict"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// Standardized is a true effect in standard deviations, which is the same whatever
// the method, and what the replicates say about it.
type Standardized struct {
	TruthSD     measure.Number  `json:"truth_sd"`      // the truth in standard deviations of the outcome; above 0 is better for the client
	TruthSDMCSE measure.Number  `json:"truth_sd_mcse"` // its Monte Carlo standard error
	Verdict     verdict.Verdict `json:"verdict"`       // benefit, harm, negligible or cannot_tell
}

// Standardize puts an effect under the names that it has in JSON.
func Standardize(e verdict.Effect) Standardized {
	return Standardized{measure.Number(e.D), measure.Number(e.MCSE), e.Verdict()}
}

// VerySmall reports whether an effect that there is, is very small.
func (s *Standardized) VerySmall() bool {
	d := float64(s.TruthSD)
	return s.Verdict.Effect() && -verdict.Small < d && d < verdict.Small
}

// standardized returns the true effect of an analysis in standard deviations: the
// difference of means, of risks (as a log odds ratio) or of times restricted to the
// outcome's day, turned so that above 0 is better for the client.
func (f *accumulator) standardized(a *Analysis, v scenarios.Variable) verdict.Effect {
	out := verdict.Effect{D: nan, MCSE: nan, Replicates: f.n}
	if f.opt.NoTruth {
		return out
	}
	out.Zero = f.p.sameCare(a.Arm, a.Control)
	good := float64(v.Good)
	out.D, out.MCSE = f.effectSD(a.effect, v)
	if a.rest >= 0 {
		rest, mcse := f.effectSD(a.rest, v)
		out.D, out.MCSE = out.D-rest, portable.Hypot(out.MCSE, mcse)
	}
	out.D *= good
	return out
}

func (f *accumulator) effectSD(k int, v scenarios.Variable) (d, mcse float64) {
	x := &f.truth[k]
	of := smd
	if v.Kind == scenarios.Binary {
		of = logOddsSMD(x.n)
	}
	if d, mcse = x.value(of); d != d && x.n > 0 && difference(&x.mean) == 0 {
		return 0, 0 // everybody is the same, so that there is no standard deviation
	}
	return d, mcse
}

// sameCare reports whether clients of an arm get what those of the arm compared with get,
// so that there is no effect by construction.
func (p *plan) sameCare(arm, control int) bool {
	if len(p.sc.Decisions) > 0 || len(p.groups[arm].arms) > 1 || len(p.groups[control].arms) > 1 {
		return false
	}
	a, c := &p.sc.Arms[p.groups[arm].arms[0]], &p.sc.Arms[p.groups[control].arms[0]]
	if a.Contamination != nil || c.Contamination != nil || len(a.Programs) != len(c.Programs) {
		return false
	}
	for _, name := range a.Programs {
		if !slices.Contains(c.Programs, name) || p.sc.Programs[name].PerArm {
			return false
		}
	}
	return true
}
