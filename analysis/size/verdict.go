package size

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/analysis/verdict"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// A Cause says in one word why a search has no answer, or what is the matter with it.
type Cause string

// Causes of there being no answer, or not the one that was wanted.
const (
	NoEffect        Cause = "no_effect"                 // nothing of a size that matters is there to be found
	Untellable      Cause = "cannot_tell"               // trials are too few to say whether something is
	WrongSide       Cause = "wrong_side"                // the effect is on the side that the test does not look for
	Hidden          Cause = "hidden"                    // there is an effect, and what trials measure does not show it
	ServiceCapacity Cause = "capacity_of_services"      // clients queue for slots
	ManagerCapacity Cause = "capacity_of_case_managers" // clients queue for case managers
	Capacity        Cause = "capacity"                  // for both
	Clustering      Cause = "clustering"                // clients of a cluster are alike, and clusters stay as many
	FailingFits     Cause = "failing_fits"              // analyses fail, and reject nothing
	Falling         Cause = "falling"                   // power falls again as the design grows
	StillRising     Cause = "still_rising"              // the largest design allowed is too small
	RanOut          Cause = "ran_out"                   // of replicates
	Doubt           Cause = "what_is_not_known"         // it limits an assurance
	AlwaysReached   Cause = "always_reached"            // even the smallest design is enough
	BeyondLargest   Cause = "beyond_largest"            // the answer is by the curve, beyond the largest design
)

// reason is a cause with what is said of it.
type reason struct {
	Cause
	text string
}

// clearly is how many standard errors two numbers are apart that differ by more than
// chance.
const clearly = verdict.Clear

// mostTimes is how many times the largest design an answer by the curve is worth
// naming.
const mostTimes = 1000

// whyNot says why no design reaches the target, and what would have to change. It
// tries one reason after the other, and gives the first that trials confirm.
func (r *runner) whyNot(s *search, g int, f *finding) (reason, error) {
	last := s.tried(s.max)
	best := last
	if f.peak != nil {
		best = f.peak
	}
	if last == nil { // the replicates allowed ran out before
		return reason{RanOut, fmt.Sprintf("the %s replicates allowed ran out before the largest design, %s, was tried: the greatest %s found is %s at %s",
			measure.Grouped(s.most), r.d.name(s.max), r.d.q.wanted(), shareOf(best, g), r.d.name(best.n))}, nil
	}
	text := fmt.Sprintf("no trial of up to %s reaches %s %s%s: it is %s at %s", r.d.name(s.max), percent(s.target), r.d.q.wanted(), r.d.q.ofWidth(), shareOf(last, g), r.d.name(s.max))
	if best.n != last.n {
		text += fmt.Sprintf(", and %s, the greatest of those tried, at %s", shareOf(best, g), r.d.name(best.n))
	}
	looks := []func(*search, int, *finding) (reason, error){r.failing, r.nothing, r.crowding, r.clustering, r.hidden, r.rising}
	switch {
	case r.d.q.size.HalfWidth > 0: // others are about tests
		looks = []func(*search, int, *finding) (reason, error){r.failing, r.clustering, r.rising}
	case r.d.q.drawn: // others are about one true effect
		looks = []func(*search, int, *finding) (reason, error){r.failing, r.doubtful}
	}
	for _, look := range looks {
		if r.ctx.Err() != nil {
			break
		}
		why, err := look(s, g, f)
		if err != nil {
			return reason{}, err
		}
		if why.Cause != "" {
			return reason{why.Cause, text + ". " + why.text}, nil
		}
	}
	return reason{"", text}, nil
}

func percent(p float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*p), ".0") + " %"
}

// shareOf returns a power with its error.
func shareOf(e *evaluation, g int) string {
	return powerOf(e.hits[g], e.replicates)
}

// powerOf returns the power that so many rejections in n trials show, with its error:
// where all trials agree, so that the MCSE is zero, its Wilson interval.
func powerOf(hits, n int) string {
	p := float64(hits) / float64(n)
	if hits == 0 || hits == n {
		low, high := numeric.Wilson(hits, n, z95)
		return fmt.Sprintf("%.1f %% (95 %% CI %.1f to %.1f)", 100*p, 100*low, 100*high)
	}
	return fmt.Sprintf("%.1f %% (MCSE %.1f)", 100*p, 100*math.Sqrt(p*(1-p)/float64(n)))
}

// weakest returns the test of a goal that rejects least where the design is largest.
func (r *runner) weakest(s *search, g int) int {
	tests := r.d.q.goals[g].tests
	return slices.MinFunc(tests, func(a, b int) int {
		if r.signal(s.max, a) < r.signal(s.max, b) {
			return -1
		}
		return 1
	})
}

// signal returns how many standard errors the mean estimate of a trial is from none.
func (r *runner) signal(n float64, t int) float64 {
	all := r.seen[n]
	if all == nil || all[t].n < 2 {
		return math.NaN()
	}
	x := &all[t]
	m := x.estimate()
	return math.Abs(m.Value) / (m.MCSE * math.Sqrt(x.n))
}

// failing: fits that come to nothing reject nothing.
func (r *runner) failing(s *search, g int, _ *finding) (reason, error) {
	x := &r.seen[s.max][r.weakest(s, g)]
	share := float64(x.failed) / (x.n + float64(x.failed))
	if share < 1-s.target {
		return reason{}, nil
	}
	return reason{FailingFits, fmt.Sprintf("Of the fits there %s fail and reject nothing. Another method is needed.", percent(share))}, nil
}

// nothing asks whether there is an effect, on the side that the test looks for. If
// trials show nothing of a size that matters it may be for want of room.
func (r *runner) nothing(s *search, g int, f *finding) (reason, error) {
	t := r.weakest(s, g)
	out := &r.d.q.sc.Outcomes[r.d.q.outcomes[t]]
	at := r.telling(s, g)
	list, err := r.trueEffectsOf(at, nil)
	if err != nil || list == nil {
		return reason{}, err
	}
	x := &list[t]
	switch {
	case out.Test != scenarios.Superiority:
		return r.beyondMargin(out, t, x), nil
	case x.Verdict == verdict.Harm && out.Sides == 1:
		return reason{WrongSide, fmt.Sprintf("The true effect on %s is a harm, of %s, and a one-sided test looks for a benefit alone.", out.Name, inSD(x))}, nil
	case x.Verdict == verdict.Negligible && r.d.base.Shared():
		roomy, err := r.trueEffectsOf(at, r.d.limits())
		if err != nil || roomy == nil || roomy[t].Verdict.Effect() {
			return reason{}, err
		}
		x = &roomy[t]
	}
	switch x.Verdict {
	case verdict.Negligible:
		return reason{NoEffect, fmt.Sprintf("There is nothing of a size that matters to be found: the true effect on %s is %s. More clients are no help. "+
			"The arms would have to differ in the effects of their programs on this outcome.", out.Name, inSD(x))}, nil
	case verdict.CannotTell:
		if !r.d.base.Shared() {
			return reason{Untellable, fmt.Sprintf("These trials can't tell whether there is an effect: the true one on %s is %s.", out.Name, inSD(x))}, nil
		}
	}
	return reason{}, nil
}

// inSD returns a true effect in standard deviations, with its error.
func inSD(x *trueEffect) string {
	digits := 2
	if m := float64(x.TruthSDMCSE); m > 0 {
		digits = max(2, min(6, int(math.Ceil(-portable.Log10(m)))))
	}
	return fmt.Sprintf("%.*f SD (MCSE %.*f)", digits, x.TruthSD, digits, x.TruthSDMCSE)
}

// beyondMargin asks whether the true effect is where a test against a margin never
// rejects its null hypothesis.
func (r *runner) beyondMargin(out *scenarios.Outcome, t int, x *trueEffect) reason {
	test := &r.tests[t]
	value, error := float64(test.Good*x.trial.Value), float64(clearly*x.trial.MCSE)
	below := value+error <= -test.Margin
	if above := out.Test == scenarios.Equivalence && value-error >= test.Margin; !below && !above {
		return reason{}
	}
	return reason{WrongSide, fmt.Sprintf("The true effect on %s, %.2g (MCSE %.2g), is not within the margin of %g. More clients are no help.", out.Name, x.trial.Value, x.trial.MCSE, test.Margin)}
}

// doubtful: trials draw no effect, or one that is too small, so often that none are sure
// to find one, be they as large as they may.
func (r *runner) doubtful(s *search, g int, f *finding) (reason, error) {
	if last := s.tried(s.max); f.peak != nil && last != nil && fallen(f.peak, last, g) {
		return reason{Falling, "Assurance falls again as the design grows."}, nil
	}
	return reason{Doubt, "What is not known sets it a limit: as trials grow it comes near the chance that there is a benefit large enough to be found, and no nearer to 1. " +
		"To raise it the numbers of [[uncertain]] must become better known."}, nil
}

// clustering: the estimate's variance falls less than in proportion to the
// number of clients.
func (r *runner) clustering(s *search, g int, _ *finding) (reason, error) {
	t := r.weakest(s, g)
	if r.d.q.solve == Effect || r.d.alike() == "" {
		return reason{}, nil
	}
	few := r.few(t)
	a, b := r.seen[few], r.seen[s.max]
	if a == nil || b == nil || few == s.max {
		return reason{}, nil
	}
	ratio := b[t].variance() * r.d.clients(s.max) / (a[t].variance() * r.d.clients(few))
	error := float64(ratio * math.Sqrt(2/(a[t].n-1)+2/(b[t].n-1))) // as of normal estimates
	if !(ratio > 1.5 && ratio-float64(2*error) > 1) {
		return reason{}, nil
	}
	what := "Sites stay as many as they are: [size] scale = [\"sites\"], or --solve sites, adds some."
	if r.d.ofManagers() {
		what = "Case managers stay as many as they are: [size] scale = [\"staff\"], or --solve staff, adds some."
	}
	return reason{Clustering, fmt.Sprintf("Clients are alike within clusters (%s), and more of them in the same clusters add little: from %s to %s the variance of the estimate "+
		"times the number of clients grows %.1f times. %s", r.d.alike(), r.d.name(few), r.d.name(s.max), ratio, what)}, nil
}

// hidden: there is an effect in truth, and estimates are nothing on average.
func (r *runner) hidden(s *search, g int, _ *finding) (reason, error) {
	t, at := r.weakest(s, g), r.telling(s, g)
	out := &r.d.q.sc.Outcomes[r.d.q.outcomes[t]]
	truths, seen := r.truths[at], r.seen[at]
	if out.Test != scenarios.Superiority || truths == nil || seen == nil || !truths[t].Verdict.Effect() {
		return reason{}, nil
	}
	for _, x := range []*sums{&seen[t], &r.seen[s.max][t]} {
		if m := x.estimate(); !(math.Abs(m.Value) < clearly*m.MCSE) {
			return reason{}, nil
		}
	}
	m := r.seen[s.max][t].estimate()
	return reason{Hidden, fmt.Sprintf("There is an effect on %s, of %s, but what trials measure does not show it: their estimates are %.2g on average (MCSE %.2g). "+
		"Loss, error of measurement or the choice of whom to analyse hides it: see caseload explain.", out.Name, inSD(&truths[t]), m.Value, m.MCSE)}, nil
}

// rising: the curve goes on.
func (r *runner) rising(s *search, g int, f *finding) (reason, error) {
	if last := s.tried(s.max); f.peak != nil && last != nil && fallen(f.peak, last, g) {
		return reason{Falling, strings.ToUpper(r.d.q.wanted()[:1]) + r.d.q.wanted()[1:] + " falls again as the design grows."}, nil
	}
	if f.plan > s.max && f.plan < mostTimes*s.max && f.steady.b > 0 {
		return reason{StillRising, fmt.Sprintf("It still rises. By the curve the target is reached near %s.", r.d.name(s.up(f.plan)))}, nil
	}
	return reason{}, nil
}

// fallen reports whether the power of a design is below the greatest by more than
// chance: by three standard errors, as the greatest is the luckiest of several.
func fallen(peak, last *evaluation, g int) bool {
	p, q := peak.share(g), last.share(g)
	variance := float64(p*(1-p))/float64(peak.replicates) + float64(q*(1-q))/float64(last.replicates)
	return peak.n < last.n && p-q > float64(clearly*math.Sqrt(variance))
}

// remark says what is the matter with an answer.
func (r *runner) remark(s *search, g int, f *finding, a *Answer) reason {
	switch {
	case f.outcome == always:
		reach := "reach"
		if s.min == 1 {
			reach = "reaches"
		}
		return reason{AlwaysReached, fmt.Sprintf("even %s, the smallest design tried, %s %s %s%s", r.d.name(s.min), reach, percent(s.target), r.d.q.wanted(), r.d.q.ofWidth())}
	case f.flat:
		return r.plateau(s, g, f)
	case f.outcome == wide:
		return reason{RanOut, fmt.Sprintf("the %s replicates allowed ran out before the interval was as narrow as wanted", measure.Grouped(s.most))}
	case f.outcome == unknown:
		return r.unfinished(s, g, f)
	case float64(a.Exact.Value) > s.max:
		return reason{BeyondLargest, fmt.Sprintf("the answer is beyond %s, the largest design allowed, by the curve up to there", r.d.name(s.max))}
	}
	return reason{}
}

// plateau says by which trials an answer without a line is.
func (r *runner) plateau(s *search, g int, f *finding) reason {
	text := fmt.Sprintf("the %s replicates allowed ran out before the interval was as narrow as wanted: no smooth curve fits the powers found, as on a plateau or across a jump.", measure.Grouped(s.most))
	if e := s.tried(f.high); e != nil {
		text += fmt.Sprintf(" Power is %s at %s", shareOf(e, g), r.d.name(e.n))
		if e := s.tried(f.low); e != nil && f.low < f.high {
			text += fmt.Sprintf(", and %s at %s", shareOf(e, g), r.d.name(e.n))
		}
	}
	return reason{RanOut, text + "."}
}

// unfinished says what is known when replicates ran out before an answer was.
func (r *runner) unfinished(s *search, g int, f *finding) reason {
	best := f.peak
	if best == nil {
		if _, n, _ := s.around(g); s.tried(n) != nil {
			best = s.tried(n)
		}
	}
	ran := fmt.Sprintf("the %s replicates allowed ran out before an answer was known", measure.Grouped(s.most))
	if best == nil || best.replicates < 2*pilotSize {
		return reason{RanOut, ran}
	}
	low, high := best.wilson(g, z95)
	if low <= s.target && s.target <= high {
		return reason{RanOut, fmt.Sprintf("the greatest %s found, %s at %s, cannot be told from %s with the replicates spent on it", r.d.q.wanted(), shareOf(best, g), r.d.name(best.n), percent(s.target))}
	}
	return reason{RanOut, fmt.Sprintf("%s: the greatest %s found is %s at %s", ran, r.d.q.wanted(), shareOf(best, g), r.d.name(best.n))}
}
