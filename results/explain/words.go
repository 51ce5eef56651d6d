package explain

import (
	"fmt"
	"math"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// phrase says what an effect on a variable is to clients, as it follows
// "would": {who} are the clients, {amount} is how much without its sign, {day}
// is when, and {more} is the word for a good or a bad effect.
type phrase struct{ text, good, bad string }

// phrases are by variable. Each is worded by hand, for more is not better
// everywhere and a reader should not have to turn a sign around.
var phrases = map[string]phrase{
	"linked_su":             {"bring {amount} {more} of {who} into treatment by day {day}", "more", "fewer"},
	"time_to_linkage":       {"bring {who} into treatment {amount} {more}, on average up to day {day}", "sooner", "later"},
	"linked_other":          {"bring {amount} {more} of {who} into an ancillary service by day {day}", "more", "fewer"},
	"services_other":        {"bring {who} {amount} {more} ancillary services each by day {day}", "more", "fewer"},
	"time_to_linkage_other": {"bring {who} into an ancillary service {amount} {more}, on average up to day {day}", "sooner", "later"},

	"in_treatment_su":  {"have {amount} {more} of {who} in treatment on day {day}", "more", "fewer"},
	"days_in_su":       {"bring {who} {amount} {more} days in treatment by day {day}", "more", "fewer"},
	"time_in_su":       {"keep {who} in treatment {amount} {more}, on average up to day {day}", "longer", "shorter"},
	"completed_su":     {"have {amount} {more} of {who} complete treatment by day {day}", "more", "fewer"},
	"in_service_other": {"have {amount} {more} of {who} in an ancillary service on day {day}", "more", "fewer"},
	"days_in_other":    {"bring {who} {amount} {more} days in ancillary services by day {day}", "more", "fewer"},
	"contacts":         {"bring {who} {amount} {more} contacts with case managers each by day {day}", "more", "fewer"},
	"visits_made":      {"have {who} make {amount} {more} visits of the study each by day {day}", "more", "fewer"},
	"followed_up":      {"have {amount} {more} of {who} followed up by the study on day {day}", "more", "fewer"},
	"condition":        {"have {amount} {more} of {who} as the outcome asks on day {day}", "more", "fewer"},
	"satisfaction":     {"{more} the satisfaction of {who} by {amount} on day {day}", "raise", "lower"},

	"days_abstinent": {"bring {who} {amount} {more} days abstinent by day {day}", "more", "fewer"},
	"days_using":     {"bring {who} {amount} {more} days using by day {day}", "fewer", "more"},
	"use_days_month": {"bring {who} {amount} {more} days of use in the 30 days before day {day}", "fewer", "more"},
	"abstinent":      {"have {amount} {more} of {who} abstinent on day {day}", "more", "fewer"},

	"health":          {"{more} the health of {who} by {amount} on day {day}", "raise", "lower"},
	"died":            {"have {amount} {more} of {who} die by day {day}", "fewer", "more"},
	"time_to_death":   {"let {who} live {amount} {more}, on average up to day {day}", "longer", "shorter"},
	"event_count":     {"bring {who} {amount} {more} events each by day {day}", "fewer", "more"},
	"event_any":       {"have {amount} {more} of {who} have an event by day {day}", "fewer", "more"},
	"time_to_event":   {"keep {who} from the first event {amount} {more}, on average up to day {day}", "longer", "shorter"},
	"events_reported": {"bring {who} {amount} {more} events each by day {day}, as they report them", "fewer", "more"},
	"arrested":        {"have {amount} {more} of {who} arrested by day {day}", "fewer", "more"},
	"arrests":         {"bring {who} {amount} {more} arrests each by day {day}", "fewer", "more"},
	"time_to_arrest":  {"keep {who} from arrest {amount} {more}, on average up to day {day}", "longer", "shorter"},
	"days_in_jail":    {"bring {who} {amount} {more} days in jail by day {day}", "fewer", "more"},
	"risk_events":     {"bring {who} {amount} {more} risk events each by day {day}", "fewer", "more"},
	"risk_free":       {"have {amount} {more} of {who} free of risk events in the 30 days before day {day}", "more", "fewer"},

	"housed":             {"have {amount} {more} of {who} in a stable home on day {day}", "more", "fewer"},
	"days_housed":        {"bring {who} {amount} {more} days in a stable home by day {day}", "more", "fewer"},
	"employed":           {"have {amount} {more} of {who} in a job on day {day}", "more", "fewer"},
	"abstinent_employed": {"have {amount} {more} of {who} abstinent and in a job on day {day}", "more", "fewer"},
	"days_employed":      {"bring {who} {amount} {more} days in a job by day {day}", "more", "fewer"},
}

// does says what an effect is to clients, as it follows "would": in units,
// with the SMD behind.
func (e *Explanation) does(x *Effect) string {
	p, ok := phrases[e.Variable]
	if !ok || !x.Units.Known() {
		return fmt.Sprintf("do %s %s: %s", e.who(), map[bool]string{true: "good", false: "harm"}[x.SMD > 0], x.smd().sd())
	}
	more := p.good
	if x.Units < 0 {
		more = p.bad
	}
	who := e.who()
	some := who
	if !strings.HasPrefix(who, "its ") {
		some = "the " + who
	}
	said := strings.NewReplacer("{amount}", e.inUnits(x.units().size()), "{more}", more, "of {who}", "of "+some, "{who}", who, "{day}", e.day()).Replace(p.text)
	if math.Signbit(float64(x.Units)) != math.Signbit(float64(x.SMD)) {
		// Means of times and ratios of hazards can differ in their signs.
		return said + ", though by the SMD its effect is " + x.smd().sd()
	}
	return said + ", or " + x.smd().sd()
}

// inUnits says an amount of the outcome in a sentence. The unit is left to the
// phrase where that names it.
func (e *Explanation) inUnits(a amount) string {
	switch {
	case e.Unit == "proportion":
		return a.times(100).in("percentage points")
	case e.Unit == "points":
		return a.in("points")
	case e.isTime():
		return a.in("days")
	}
	return a.in("")
}

func (e *Explanation) isTime() bool { return report.KindOf(e.Variable) == scenarios.Time }

// scale is what units are multiplied by to be shown, and head says in what
// they then are.
func (e *Explanation) scale() report.Number {
	if e.Unit == "proportion" {
		return 100
	}
	return 1
}

func (e *Explanation) unitHead() string {
	if e.Unit == "proportion" {
		return "pp"
	}
	return e.Unit
}

// who are the clients that the promise is made for.
func (e *Explanation) who() string {
	who := "its clients"
	switch {
	case e.Subgroup != report.Everyone:
		who = hyphenated(e.Labels.Subgroup(e.Subgroup)) + " clients"
	case e.Target != "" && e.has("mix"):
		who = hyphenated(e.Labels.Subgroup(e.Target)) + " clients"
	}
	if e.asksAnew() {
		return who // in the ideal world the question is about everyone
	}
	return who + map[scenarios.Set]string{scenarios.SetEntered: " who enter treatment", scenarios.SetPerProtocol: " analysed per protocol",
		scenarios.SetAsTreated: " analysed as treated"}[e.Set]
}

// hyphenated makes an adjective of a subgroup's label.
func hyphenated(label string) string { return strings.ReplaceAll(label, " ", "-") }

func (e *Explanation) day() string {
	day := report.SixDigits(e.AtDays)
	if e.Set.FromEntry() && !e.asksAnew() {
		day += " after entry"
	}
	return day
}

// has tells whether a factor is present.
func (e *Explanation) has(factor string) bool {
	for k := range e.Factors {
		if e.Factors[k].Factor == factor {
			return true
		}
	}
	return false
}

// asksAnew tells whether some factor changes what is asked.
func (e *Explanation) asksAnew() bool {
	for k := range e.Factors {
		if e.Factors[k].NewEstimand {
			return true
		}
	}
	return false
}

// obstacles are the standard factors in words.
var obstacles = map[string]string{
	"mix":           "the mix of clients",
	"comparator":    "what the control arm gets",
	"uptake":        "refusal of the offer",
	"delivery":      "the delivery of the program",
	"turnover":      "case managers who leave",
	"capacity":      "limited capacity",
	"contamination": "contamination of the arms",
	"persistence":   "the fading of effects after contacts",
	"pathway":       "the leaving of treatment",
	"competing":     "time lost to jail and death",
	"attrition":     "loss of clients to the study",
	"measurement":   "error of measurement",
	"selection":     "the choice of whom to analyse",
}

// says is a factor in words. The user's go by their names.
func (f *Factor) says() string {
	if text, ok := obstacles[f.Factor]; ok && !f.Own {
		return text
	}
	return fmt.Sprintf("the factor %q", scenarios.Plain(f.Factor))
}

// Label names the factor in a table or a figure.
func (f *Factor) Label() string {
	if text, ok := obstacles[f.Factor]; ok && !f.Own {
		return text
	}
	return scenarios.Plain(f.Factor)
}

// why is what stands in the way, to follow the factor in words.
func (f *Factor) why() string {
	if about := strings.TrimRight(f.About, ". "); about != "" {
		return ": " + about
	}
	return ""
}
