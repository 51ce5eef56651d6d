package explain

import (
	"strings"
	"testing"

	"caseload/results/report"
)

// changed is a binary outcome's explanation with some numbers changed.
func changed(how func(e *Explanation)) *Explanation {
	e := linked()
	how(e)
	return e
}

const (
	promised = "In the ideal world, compared with the referral arm, the sbcm arm would bring 14.00 percentage points (MCSE 0.30) more of its clients " +
		"into treatment by day 7, or 0.350 SD (MCSE 0.010)."
	harmed = "In the ideal world, compared with the referral arm, the sbcm arm would do harm. It would bring 14.00 percentage points (MCSE 0.30) fewer of its clients " +
		"into treatment by day 7, or -0.350 SD (MCSE 0.010)."
	noEffect   = "In the ideal world, compared with the referral arm, these trials can't tell whether the sbcm arm would have an effect: 0.020 SD (MCSE 0.010) cannot be told from zero."
	uptakeLoss = " The largest loss, 0.100 SD (MCSE 0.012) by its Shapley value, comes from refusal of the offer: 15 % don't start."
	bothSizes  = " For 80 % power a trial in the ideal world would need 190 clients (MCSE 9) and this one 400 clients (MCSE 31). It has 245."
)

// Ratios: 0.25/0.35 is 71.4 %; its MCSE, by the delta method with the two as
// independent, is 0.01 x sqrt(1 + 0.714^2)/0.35, which is 3.5 %.
var stories = []struct {
	name string
	of   *Explanation
	want string
}{
	{"a loss", linked(), promised + " This trial would report 0.250 SD (MCSE 0.010), which is 71 % (MCSE 4) of that." + uptakeLoss + bothSizes},
	{"against no program", changed(func(e *Explanation) { e.Factors[0] = exampleFactor("comparator", "", -0.1, 0.25, -0.1) }),
		strings.Replace(promised, "the referral arm", "no program", 1) + " This trial would report 0.250 SD (MCSE 0.010), which is 71 % (MCSE 4) of that." +
			" The largest loss, 0.100 SD (MCSE 0.012) by its Shapley value, comes from what the control arm gets." + bothSizes},
	{"the user's factor", changed(func(e *Explanation) { e.Factors[0].Factor, e.Factors[0].Own = "transport", true }),
		promised + " This trial would report 0.250 SD (MCSE 0.010), which is 71 % (MCSE 4) of that." +
			` The largest loss, 0.100 SD (MCSE 0.012) by its Shapley value, comes from the factor "transport": 15 % don't start.` + bothSizes},
	{"nothing to lose", changed(func(e *Explanation) {
		e.Ideal, e.Observed = Effect{0.02, 0.01, 0.008, 0.004, report.Missing(), report.Missing()}, Effect{0.01, 0.01, 0.004, 0.004, report.Missing(), report.Missing()}
	}), noEffect + " This trial would report 0.010 SD (MCSE 0.010), which cannot be told from zero. " +
		"It is not known how many clients would be enough, as the effect cannot be told from zero, in the ideal world or this one."},
	{"an effect out of nothing", changed(func(e *Explanation) {
		e.Ideal = Effect{0.02, 0.01, 0.008, 0.004, report.Missing(), report.Missing()}
		e.Factors[0].Shapley = 0.23
	}), noEffect + " Yet this trial would report a benefit of 0.250 SD (MCSE 0.010). The obstacles alone make it. " +
		"The largest part, 0.230 SD (MCSE 0.012) by its Shapley value, comes from refusal of the offer: 15 % don't start. " +
		"For 80 % power this trial would need 400 clients (MCSE 31). It has 245. In the ideal world, it is not known how many clients would be enough, as the effect cannot be told from zero."},
	{"nothing left", changed(func(e *Explanation) {
		e.Observed = Effect{0.01, 0.01, 0.004, 0.004, report.Missing(), report.Missing()}
	}), promised + " This trial would report 0.010 SD (MCSE 0.010), which cannot be told from zero." + uptakeLoss +
		" For 80 % power a trial in the ideal world would need 190 clients (MCSE 9). For this trial, it is not known how many clients would be enough, as the effect cannot be told from zero."},
	{"harm in the end", changed(func(e *Explanation) { e.Observed.SMD = -0.12 }),
		promised + " This trial would report the opposite, a harm of 0.120 SD (MCSE 0.010)." + uptakeLoss +
			" For 80 % power a trial in the ideal world would need 190 clients (MCSE 9) and this one 400 clients (MCSE 31) to detect the harm. It has 245."},
	{"harm from the start", changed(func(e *Explanation) {
		e.Ideal.SMD, e.Ideal.Units, e.Observed.SMD, e.Factors[0].Shapley = -0.35, -0.14, -0.25, 0.1
	}), harmed + " This trial would report -0.250 SD (MCSE 0.010), which is 71 % (MCSE 4) of that. " +
		"The harm is reduced most, by 0.100 SD (MCSE 0.012) (Shapley value), by refusal of the offer: 15 % don't start. " +
		"For 80 % power a trial in the ideal world would need 190 clients (MCSE 9) to detect the harm and this one 400 clients (MCSE 31) to detect the harm. It has 245."},
	{"more harm than there is", changed(func(e *Explanation) {
		e.Ideal.SMD, e.Ideal.Units, e.Observed.SMD, e.Factors[0].Shapley = -0.35, -0.14, -0.45, -0.1
	}), harmed + " This trial would report -0.450 SD (MCSE 0.010), which is 129 % (MCSE 5) of that and more than in the ideal world. " +
		"No obstacle reduces the harm. On the other hand, refusal of the offer raises the harm by 0.100 SD (MCSE 0.012). " +
		"For 80 % power a trial in the ideal world would need 190 clients (MCSE 9) to detect the harm and this one 400 clients (MCSE 31) to detect the harm. It has 245."},
	{"more than there is", changed(func(e *Explanation) { e.Observed.SMD, e.Factors[0].Shapley = 0.45, 0.1 }),
		promised + " This trial would report 0.450 SD (MCSE 0.010), which is 129 % (MCSE 5) of that and more than in the ideal world. " +
			"No obstacle reduces the effect. On the other hand, refusal of the offer raises the effect by 0.100 SD (MCSE 0.012)." + bothSizes},
	{"a little more, by chance", changed(func(e *Explanation) { e.Observed.SMD, e.Factors[0].Shapley = 0.38, -0.01 }),
		promised + " This trial would report 0.380 SD (MCSE 0.010), which is 109 % (MCSE 4) of that. " +
			"No single loss can be told from zero. The largest, 0.010 SD (MCSE 0.012) by its Shapley value, comes from refusal of the offer." + bothSizes},
	{"no factors", changed(func(e *Explanation) { e.Factors, e.Observed = nil, e.Ideal }),
		strings.Replace(promised, "In the ideal world, compared", "Compared", 1) +
			" Nothing in the scenario stands in the way of the effect. This trial would report 0.350 SD (MCSE 0.010). For 80 % power this trial would need 190 clients (MCSE 9). It has 245."},
	{"no factors and no effect", changed(func(e *Explanation) {
		e.Factors, e.Ideal = nil, Effect{0.02, 0.01, 0.008, 0.004, report.Missing(), report.Missing()}
		e.Observed = e.Ideal
	}), strings.Replace(noEffect, "In the ideal world, compared", "Compared", 1) +
		" Nothing in the scenario stands in the way of the effect. This trial would report 0.020 SD (MCSE 0.010). It is not known how many clients would be enough, as the effect cannot be told from zero."},
	{"nothing known", changed(func(e *Explanation) {
		none := Effect{report.Missing(), report.Missing(), report.Missing(), report.Missing(), report.Missing(), report.Missing()}
		e.Ideal, e.Observed, e.Factors[0].Shapley = none, none, report.Missing()
	}), "The effect in the ideal world is not known. What this trial would report is not known. The number of clients needed is not known, in the ideal world or this one."},
}

func TestStories(t *testing.T) {
	for _, c := range stories {
		kept := c.of.Observed.smd().over(c.of.Ideal.smd())
		c.of.Kept, c.of.KeptMCSE = kept.value, kept.mcse
		if got := c.of.story(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestStoryOfMany: the largest loss is that of all factors but those that
// change the question, and every clear gain is named.
func TestStoryOfMany(t *testing.T) {
	e := example()
	e.Factors[4].Shapley = -0.3 // selection, larger than any loss
	e.Factors[1].Shapley = 0.05
	e.Factors[2].Shapley = 0.02 // less than 3 MCSE
	story := e.story()
	if strings.Contains(story, "transport") {
		t.Errorf("a gain that cannot be told from zero is named:\n%s", story)
	}
	for _, want := range []string{
		"high-need clients 67.1 (MCSE 1.3) more days in treatment",
		"The largest loss, 0.170 SD (MCSE 0.012) by its Shapley value, comes from the mix of clients: only 30 % of clients are in high_need.",
		"On the other hand, refusal of the offer raises the effect by 0.050 SD (MCSE 0.012) and contamination of the arms raises the effect by 0.040 SD (MCSE 0.012).",
		"The choice of whom to analyse is not a loss but a change of the estimand: only those who entered are analysed. By its Shapley value it moves the effect by -0.300 SD (MCSE 0.012).",
		"and this one 1,370 clients (MCSE 88). It has 245.", // 1369.2 are not enough
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story lacks %q:\n%s", want, story)
		}
	}
}

// A subgroup that is asked for is the one that the promise is for.
func TestStoryOfASubgroup(t *testing.T) {
	story := changed(func(e *Explanation) { e.Subgroup = "high_need" }).story()
	if want := "more of the high-need clients into treatment by day 7"; !strings.Contains(story, want) {
		t.Errorf("the story lacks %q:\n%s", want, story)
	}
}

// No share is given of an effect that cannot be told from zero, however large
// the share.
func TestNoShareOfNothing(t *testing.T) {
	for _, ideal := range []Effect{{0, 0, 0, 0, report.Missing(), report.Missing()}, {0.029, 0.01, 0.01, 0.004, report.Missing(), report.Missing()},
		{1e-12, 0, 1e-12, 0, report.Missing(), report.Missing()}, {0.3, report.Missing(), 0.1, report.Missing(), report.Missing(), report.Missing()}} {
		e := changed(func(e *Explanation) { e.Ideal = ideal })
		if report := e.report(); strings.Contains(report, "%") {
			t.Errorf("ideal %v: %s", ideal, report)
		}
	}
}

// TestStoriesFollowTheVerdict: an effect that is certainly too small to matter is said
// to be, also where it is clear of zero, and few replicates decide nothing.
func TestStoriesFollowTheVerdict(t *testing.T) {
	e := &Explanation{Replicates: 400, Arm: "cm", Control: "usual", Contrast: "cm - usual", Factors: []Factor{{}}}
	for _, c := range []struct {
		d, mcse    report.Number
		replicates int
		want       string
	}{
		{0.01, 0.003, 400, "would do nothing of a size that matters: 0.0100 SD (MCSE 0.0030)."},
		{0.01, 0.002, 400, "would do nothing of a size that matters"},
		{0.01, 0.0035, 400, "these trials can't tell whether the cm arm would have an effect"},
		{-0.3, 0.01, 400, "the cm arm would do harm"},
		{0.3, 0.01, 255, "Fewer than 256 replicates of each world can't tell whether there is an effect, so that these are first numbers. "},
	} {
		e.Replicates, e.Ideal.SMD, e.Ideal.MCSE, e.Observed = c.replicates, c.d, c.mcse, e.Ideal
		if got := e.story(); !strings.Contains(got, c.want) {
			t.Errorf("%v (%v): %q, want %q", c.d, c.mcse, got, c.want)
		}
	}
}
