package explain

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/sim/portable"
)

// story is the explanation in a paragraph, as somebody would tell it: the
// promise, the report, where the rest went, and what that means for the size of
// a trial. What cannot be told from zero is never given as a share.
func (e *Explanation) story() string {
	short, rest := e.Answer()
	return strings.TrimSuffix(short+" "+rest, " ")
}

// Answer returns the paragraph in two pieces: what is promised and what the trial reports
// of it, and the rest.
func (e *Explanation) Answer() (short, rest string) {
	return sentences(e.first(), e.promise(), e.report()), e.rest()
}

// rest says where the effect goes, and what that means for the size of a trial.
func (e *Explanation) rest() string {
	said := []string{e.beyondTrial()}
	f := e.largest()
	switch {
	case !e.Ideal.smd().clear():
		said = append(said, e.largestShift())
	case f != nil && e.lost(f).clear() && e.lost(f).value < 0 && e.lost(e.most(e.lost)).value > 0: // what is largest comes first
		said = append(said, e.gains("most changes for the better: "), e.largestLoss())
	default:
		said = append(said, e.largestLoss(), e.gains("on the other hand, "))
	}
	return sentences(append(said, e.orderMatters(), e.newQuestions(), e.sizes(), e.events())...)
}

// sentences joins those that there are.
func sentences(said ...string) string {
	var out []string
	for _, s := range said {
		if s != "" {
			out = append(out, report.SentenceCase(s))
		}
	}
	return strings.Join(out, " ")
}

// first says that the replicates are too few for a verdict, where they are.
func (e *Explanation) first() string {
	if e.Replicates >= verdict.Enough {
		return ""
	}
	return fmt.Sprintf("fewer than %d replicates of each world can't tell whether there is an effect, so that these are first numbers.", verdict.Enough)
}

// events says what the outcome is for clients to whom intercurrent events come.
func (e *Explanation) events() string {
	var text []string
	for _, note := range report.EventNotes(e.Death, e.Events, e.AtDays) {
		text = append(text, report.SentenceCase(note)+".")
	}
	return strings.Join(text, " ")
}

// comparison is what the ideal world compares with.
func (e *Explanation) comparison() string {
	if e.has("comparator") {
		return "compared with no program"
	}
	return "compared with the " + e.Labels.Arm(e.Control) + " arm"
}

// treatment names the arm that is compared with control.
func (e *Explanation) treatment() string { return "the " + e.Labels.Arm(e.Arm) + " arm" }

// promise says what would be in the ideal world.
func (e *Explanation) promise() string {
	ideal, who := e.Ideal.smd(), e.treatment()
	world := "in the ideal world, "
	if len(e.Factors) == 0 {
		world = ""
	}
	switch {
	case !ideal.known():
		return "the effect in the ideal world is not known."
	case ideal.negligible():
		return fmt.Sprintf("%s%s, %s would do nothing of a size that matters: %s.", world, e.comparison(), who, ideal.sd())
	case !ideal.clear():
		return fmt.Sprintf("%s%s, these trials can't tell whether %s would have an effect: %s cannot be told from zero.", world, e.comparison(), who, ideal.sd())
	case ideal.value < 0:
		return fmt.Sprintf("%s%s, %s would do harm. It would %s.", world, e.comparison(), who, e.does(&e.Ideal))
	}
	return fmt.Sprintf("%s%s, %s would %s.", world, e.comparison(), who, e.does(&e.Ideal))
}

// report says what the trial finds of it.
func (e *Explanation) report() string {
	ideal, observed := e.Ideal.smd(), e.Observed.smd()
	switch {
	case !observed.known():
		return "what this trial would report is not known."
	case len(e.Factors) == 0:
		return "nothing in the scenario stands in the way of the effect. This trial would report " + observed.sd() + "."
	case observed.negligible():
		return "this trial would report " + observed.sd() + ", nothing of a size that matters."
	case !observed.clear():
		return "this trial would report " + observed.sd() + ", which cannot be told from zero."
	case !ideal.clear():
		return fmt.Sprintf("yet this trial would report %s of %s. The obstacles alone make it.", benefit(observed), observed.size().sd())
	case ideal.value*observed.value < 0:
		return fmt.Sprintf("this trial would report the opposite, %s of %s.", benefit(observed), observed.size().sd())
	}
	return fmt.Sprintf("this trial would report %s, which is %s of that%s.", observed.sd(), e.kept().percent(), e.beyond())
}

// kept is the share of the ideal effect that is observed.
func (e *Explanation) kept() amount { return amount{e.Kept, e.KeptMCSE} }

// benefit says which way an effect goes.
func benefit(a amount) string {
	if a.value < 0 {
		return "a harm"
	}
	return "a benefit"
}

// beyond tells if the trial reports more than there is to find, beyond the
// error of both.
func (e *Explanation) beyond() string {
	ideal, observed := e.Ideal.smd(), e.Observed.smd()
	more := observed.size().value - ideal.size().value
	if float64(more) > report.ClearMCSEs*portable.Hypot(float64(ideal.mcse), float64(observed.mcse)) {
		return " and more than in the ideal world"
	}
	return ""
}

// lost is what a factor takes from the ideal effect, be that good or harm.
func (e *Explanation) lost(f *Factor) amount {
	if e.Ideal.SMD > 0 {
		return f.shapley().times(-1)
	}
	return f.shapley()
}

// most is the factor of which there is most by a measure, of those that don't
// change what is asked; nil if there is none.
func (e *Explanation) most(of func(f *Factor) amount) *Factor {
	var best *Factor
	for k := range e.Factors {
		f := &e.Factors[k]
		if !f.NewEstimand && of(f).known() && (best == nil || of(f).value > of(best).value) {
			best = f
		}
	}
	return best
}

// largestLoss says which factor takes most.
func (e *Explanation) largestLoss() string {
	f := e.most(e.lost)
	if f == nil {
		return ""
	}
	loss := e.lost(f)
	switch first := e.largest(); {
	case !e.lost(first).clear() && e.lost(first).value < 0:
		return fmt.Sprintf("nothing that a single factor changes can be told from zero. The largest change, %s by its Shapley value, comes from %s.", first.shapley().sd(), first.says())
	case loss.value <= 0:
		return "no obstacle reduces the " + e.noun() + "."
	case !loss.clear():
		return fmt.Sprintf("no single loss can be told from zero. The largest, %s by its Shapley value, comes from %s.", loss.sd(), f.says())
	case e.Ideal.SMD < 0:
		return fmt.Sprintf("the harm is reduced most, by %s (Shapley value), by %s%s.", loss.sd(), f.says(), f.why())
	}
	return fmt.Sprintf("the largest loss, %s by its Shapley value, comes from %s%s.", loss.sd(), f.says(), f.why())
}

// noun is what there is in the ideal world.
func (e *Explanation) noun() string {
	if e.Ideal.SMD < 0 {
		return "harm"
	}
	return "effect"
}

// gains says which factors clearly add to the effect, the largest first.
func (e *Explanation) gains(begin string) string {
	var parts []string
	for _, f := range e.BySize() {
		if gain := e.lost(f).times(-1); !f.NewEstimand && gain.clear() && gain.value > 0 {
			parts = append(parts, fmt.Sprintf("%s raises the %s by %s", f.says(), e.noun(), gain.sd()))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return begin + report.Series(parts) + "."
}

// largestShift says what makes an effect where there is none to lose.
func (e *Explanation) largestShift() string {
	observed := e.Observed.smd()
	if !observed.clear() {
		return ""
	}
	f := e.largest()
	if f == nil || !f.shapley().clear() {
		return ""
	}
	along := f.shapley().times(report.Number(math.Copysign(1, float64(observed.value))))
	if along.value < 0 {
		return fmt.Sprintf("the largest part, %s by its Shapley value, goes against it and comes from %s%s.", along.size().sd(), f.says(), f.why())
	}
	return fmt.Sprintf("the largest part, %s by its Shapley value, comes from %s%s.", along.sd(), f.says(), f.why())
}

// newQuestions names the factors that change what is asked.
func (e *Explanation) newQuestions() string {
	var said []string
	for k := range e.Factors {
		f := &e.Factors[k]
		if f.NewEstimand && f.shapley().known() {
			said = append(said, report.SentenceCase(fmt.Sprintf("%s is not a loss but a change of the estimand%s. By its Shapley value it moves the effect by %s.",
				f.says(), f.why(), f.shapley().sd())))
		}
	}
	return strings.Join(said, " ")
}

// sizes says how many clients it takes to find the effect, promised and
// reported.
func (e *Explanation) sizes() string {
	if e.NoMethod != "" {
		return "no number of clients is given: " + e.NoMethod + "."
	}
	ideal, ideally := e.Ideal.size()
	real, really := e.Observed.size()
	power, growing := "for 80 % power", ""
	if e.SharedQueues && (ideally || really) {
		power = "for 80 % power, if slots and staff grow with the trial,"
		growing = " The command caseload size keeps slots and staff as they are, unless it is given --scale slots --scale staff."
	}
	if len(e.Factors) == 0 {
		if !really {
			return real + "."
		}
		return fmt.Sprintf("%s this trial would need %s. It has %s.", power, real, report.Grouped(e.Clients)) + growing
	}
	switch {
	case ideally && really:
		return fmt.Sprintf("%s a trial in the ideal world would need %s and this one %s. It has %s.", power, ideal, real, report.Grouped(e.Clients)) + growing
	case ideally:
		return fmt.Sprintf("%s a trial in the ideal world would need %s. For this trial, %s.", power, ideal, real)
	case really:
		return fmt.Sprintf("%s this trial would need %s. It has %s. In the ideal world, %s.", power, real, report.Grouped(e.Clients), ideal) + growing
	case ideal == real:
		return real + ", in the ideal world or this one."
	}
	return "in the ideal world, " + ideal + ". For this trial, " + real + "."
}

// size says how many clients a trial needs in the effect's world, or why there
// is no such number.
func (x *Effect) size() (text string, known bool) {
	smd := x.smd()
	switch {
	case x.Clients.Known():
		count, mcse := x.need().clients()
		text = count + " clients (MCSE " + mcse + ")"
		if smd.clear() && smd.value < 0 {
			text += " to detect the harm"
		}
		return text, true
	case smd.known() && !smd.clear():
		return "it is not known how many clients would be enough, as the effect cannot be told from zero", false
	}
	return "the number of clients needed is not known", false
}
