package scenarios

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// A span is what a number may be if it is not 0: at least low and at most high, or as
// much below 0 if it is signed. What else a key asks of its number is
// checked where the key is; spans are so wide that every scenario of people fits in,
// and so narrow that no product of them is too large for a computer.
type span struct {
	low, high float64
	signed    bool
}

// Spans that several keys have.
var (
	daysSpan   = span{0, maxDays, false}    // 164 years
	soonSpan   = span{1e-3, maxDays, false} // from a minute and a half on
	shareSpan  = span{0, 1, false}          // of clients
	ratioSpan  = span{1e-4, 1e4, false}     // of hazards or odds
	scoreSpan  = span{0, 1e6, true}         // points, and values of traits
	spreadSpan = span{0, 10, false}         // of a log hazard
	weightSpan = span{0, 10, false}         // powers of a share
	moneySpan  = span{0, 1e12, false}       // in any currency
	countSpan  = span{1, 1e9, false}        // of what is counted
	mostADay   = span{0, maxADay, false}    // events
	mostAMonth = span{0, maxADay * DaysPerMonth, false}
	mostAYear  = span{0, maxADay * DaysPerYear, false}
)

// maxADay is how many events of a kind a client may have in a day.
const maxADay = 1000

// spans are the spans of the keys of tables, and of the values of those by name. A
// whole number that other checks bound has none.
var spans = map[reflect.Type]map[string]span{
	reflect.TypeFor[Scenario](): {"precision": {0, 1, false}, "alpha": {0, 1, false}, "subgroup_share": shareSpan},
	reflect.TypeFor[Trial](): {"follow_up_days": daysSpan, "site_spread": spreadSpan, "refusal": shareSpan, "refusing": ratioSpan, "visit_window_days": daysSpan,
		"period_correlation": shareSpan, "trend": ratioSpan, "size_cv": {1e-3, 15, false}, "recruit_by_days": soonSpan, "ends_day": soonSpan},
	reflect.TypeFor[SiteICC]():      {"value": {0, 1, false}},
	reflect.TypeFor[Site]():         {"share": shareSpan, "opens_day": daysSpan, "closes_day": daysSpan},
	reflect.TypeFor[AccrualPoint](): {"per_month": {0, 1e8, false}, "until_day": soonSpan},
	reflect.TypeFor[Accrual]():      {"per_day": {0, 1e6, false}, "per_month": {0, 1e8, false}, "per_year": {0, 1e9, false}, "over_days": daysSpan},
	reflect.TypeFor[Randomization](): {"probability": shareSpan, "step_days": soonSpan, "baseline_days": daysSpan, "period_days": soonSpan,
		"transition_days": daysSpan},
	reflect.TypeFor[Contamination](): {"probability": shareSpan},
	reflect.TypeFor[Trait](): {"prevalence": shareSpan, "mean": scoreSpan, "sd": {0, 1e6, false}, "median": {0, 1e6, false},
		"log_sd": {0, 5, false}, "shares": shareSpan, "acts_on": ratioSpan},
	reflect.TypeFor[ObservedTrait](): {"sensitivity": shareSpan, "specificity": shareSpan, "reliability": {0.001, 1, false}},
	reflect.TypeFor[Correlation]():   {"rho": {0, 1, true}},
	reflect.TypeFor[Service](): {"occupied": shareSpan, "frailty_sd": spreadSpan, "linking": ratioSpan, "leaving": ratioSpan,
		"planned_days": daysSpan, "acts_on": ratioSpan},
	reflect.TypeFor[After]():      {"days": daysSpan, "acts_on": ratioSpan},
	reflect.TypeFor[AfterEnd]():   {"days": daysSpan, "acts_on": ratioSpan},
	reflect.TypeFor[Background](): {"per_month": {0, 1e6, false}},
	reflect.TypeFor[Decision]():   {"at_days": daysSpan, "every_days": soonSpan, "until_day": daysSpan},
	reflect.TypeFor[Program](): {"uptake": shareSpan, "duration_days": daysSpan, "minutes_per_contact": {0.01, 1e4, false},
		"hours_per_week": {0.01, 168, false}, "spread": {0, 1e6, false},
		"max_contacts": {0, 1e6, false}},
	reflect.TypeFor[Start]():        {"using": shareSpan, "share": shareSpan},
	reflect.TypeFor[ICC]():          {"value": {0, 1, false}},
	reflect.TypeFor[FirstContact](): {"day": daysSpan},
	reflect.TypeFor[Contacts]():     {"per_month": {1e-3, 24 * DaysPerMonth, false}, "every_days": daysSpan},
	reflect.TypeFor[Manual]():       {"effect": {0, 10, false}, "spread": {0, 10, false}},
	reflect.TypeFor[Turnover]():     {"per_year": {1e-6, 52, false}}, // each week a new one
	reflect.TypeFor[Vacancy]():      {"median_days": soonSpan},
	reflect.TypeFor[Learning]():     {"start": shareSpan, "median_days": soonSpan},
	reflect.TypeFor[Handover]():     {"probability": shareSpan, "pause_days": daysSpan},
	reflect.TypeFor[Effect](): {"hazard_ratio": ratioSpan, "probability": shareSpan, "points": scoreSpan,
		"lasts_days": soonSpan, "half_life_days": soonSpan, "starts_day": daysSpan, "max_contacts": {0, 1e6, false}},
	reflect.TypeFor[WindowRatio]():  {"hazard_ratio": ratioSpan, "by_days": soonSpan},
	reflect.TypeFor[Brings]():       {"share": shareSpan, "by_days": soonSpan, "reachable": shareSpan},
	reflect.TypeFor[BroughtPoint](): {"share": shareSpan, "by_days": soonSpan},
	reflect.TypeFor[Reference]():    {"uptake": shareSpan, "duration_days": daysSpan, "max_contacts": {0, 1e6, false}},
	reflect.TypeFor[Attrition]():    {"traits": ratioSpan, "arms": ratioSpan, "missed": shareSpan, "missed_odds": ratioSpan},
	reflect.TypeFor[Outcome](): {"at_days": daysSpan, "alpha": {0, 1, false}, "margin": scoreSpan, "keep_above": scoreSpan, "reliability": {0.001, 1, false},
		"min_contacts": countSpan},
	reflect.TypeFor[Missing]():          {"delta": scoreSpan},
	reflect.TypeFor[Weighting]():        {"rho": weightSpan, "gamma": weightSpan},
	reflect.TypeFor[Intercurrent]():     {"value": scoreSpan},
	reflect.TypeFor[Family]():           {"alpha": {0, 1, false}, "weights": shareSpan, "transitions": shareSpan},
	reflect.TypeFor[Interim]():          {"looks": shareSpan, "days": soonSpan, "review_days": daysSpan, "planned": {0, 1e12, false}, "alpha": {0, 1, false}},
	reflect.TypeFor[Futility]():         {"bound": {0, 20, true}, "beta": shareSpan},
	reflect.TypeFor[Harm]():             {"bound": {0, 20, true}},
	reflect.TypeFor[Reestimate]():       {"look": countSpan, "clients": countSpan, "sd": {0, 1e6, false}, "rate": shareSpan},
	reflect.TypeFor[Quantity]():         quantitySpans,
	reflect.TypeFor[Prevalence]():       {"share": shareSpan, "at_days": daysSpan, "time_constant_days": soonSpan},
	reflect.TypeFor[Point]():            {"probability": shareSpan, "by_days": soonSpan},
	reflect.TypeFor[Use]():              {"using": shareSpan, "days_per_month": {0, 31, false}, "acts_on": ratioSpan},
	reflect.TypeFor[Jail]():             {"after_arrest": shareSpan, "jailed": shareSpan, "acts_on": ratioSpan},
	reflect.TypeFor[Event]():            {"dispersion": {1e-3, 100, false}, "fatal": shareSpan, "acts_on": ratioSpan, "acts_days": soonSpan},
	reflect.TypeFor[Housing]():          {"housed": shareSpan, "acts_on": ratioSpan},
	reflect.TypeFor[Employment]():       {"employed": shareSpan, "acts_on": ratioSpan},
	reflect.TypeFor[Score]():            {"mean": scoreSpan, "sd": {0, 1e6, false}, "traits": scoreSpan, "now": scoreSpan, "per_month": scoreSpan},
	reflect.TypeFor[ScoreCorrelation](): {"value": {0, 1, false}, "days_apart": soonSpan, "lasting": shareSpan},
	reflect.TypeFor[Measure]():          {"sensitivity": shareSpan, "specificity": shareSpan},
	reflect.TypeFor[Size]():             {"power": shareSpan, "half_width": {1e-6, 1e6, false}, "assurance": shareSpan, "precision": {0, 1, false}},
	reflect.TypeFor[Design]():           {"fixed": moneySpan, "per_site": moneySpan},
	reflect.TypeFor[Cost](): {"per_client": moneySpan, "per_contact_hour": moneySpan, "per_manager_month": moneySpan,
		"per_visit": moneySpan, "budget": moneySpan},
	reflect.TypeFor[Slider]():      {"low": {0, 1e6, true}, "high": {0, 1e6, true}},
	reflect.TypeFor[Literature]():  {"effect": {0, 10, true}, "effect_sd": {0, 5, false}, "clients_log_sd": {0, 2, false}, "reporting": shareSpan},
	reflect.TypeFor[Publication](): {"significant": shareSpan, "favourable": shareSpan, "other": shareSpan},
	reflect.TypeFor[Published]():   {"studies": countSpan, "smd": scoreSpan, "low": scoreSpan, "high": scoreSpan, "i2": {0, 100, false}, "rank": countSpan},
	reflect.TypeFor[Study]():       {"year": countSpan, "follow_up_days": daysSpan},
	reflect.TypeFor[Level]():       {"count": {1, 1e6, false}, "score": scoreSpan, "follow_up_days": daysSpan},
	reflect.TypeFor[Calibrate]():   {"tolerance": {0, 1, false}},
	reflect.TypeFor[Prior](): {"uniform": scoreSpan, "normal": scoreSpan, "lognormal": scoreSpan, "beta": {1e-3, 1e6, false},
		"sample": scoreSpan, "none": shareSpan},
	reflect.TypeFor[Figure](): {"value": {0, 1e9, true}, "se": {0, 1e9, false}, "low": {0, 1e9, true}, "high": {0, 1e9, true}},
}

var quantitySpans = map[string]span{
	"probability": shareSpan, "by_days": soonSpan, "median_days": {1e-3, 1e9, false}, "shape": {0.1, 10, false},
	"per_day": mostADay, "per_month": mostAMonth, "per_year": mostAYear,
}

// ranges reports numbers that are written and outside the span of their key, unless
// another check has found fault with them.
func (c *checker) ranges() {
	ranger{c, maps.Clone(c.faulty)}.table(reflect.ValueOf(c.s).Elem(), "")
}

// ranger walks a scenario.
type ranger struct {
	*checker
	wrong map[string]bool // paths of what another check has found
}

func (r ranger) table(v reflect.Value, path string) {
	of := spans[v.Type()]
	for _, f := range layer.Fields(v.Type()) {
		key := layer.FieldKey(f)
		s, bounded := of[key]
		if inside := layer.Join(path, key); bounded {
			r.numbers(v.FieldByIndex(f.Index), inside, s)
		} else {
			r.below(v.FieldByIndex(f.Index), inside)
		}
	}
}

// numbers checks a number, or those of a list or by name.
func (r ranger) numbers(v reflect.Value, path string, s span) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.numbers(v.Elem(), path, s)
		}
	case reflect.Float64:
		r.number(v.Float(), path, s)
	case reflect.Int, reflect.Int64:
		r.number(float64(v.Int()), path, s)
	case reflect.Slice:
		for i := range v.Len() {
			r.numbers(v.Index(i), layer.At(path, i), s)
		}
	case reflect.Map:
		for _, key := range keysOf(v) {
			r.numbers(v.MapIndex(key), layer.Join(path, key.String()), s)
		}
	}
}

func (r ranger) number(x float64, path string, s span) {
	size := x
	if s.signed {
		size = math.Abs(x)
	}
	if x == 0 || size >= s.low && size <= s.high || r.wrong[path] || !r.s.origin.has(path) {
		return
	}
	least := layer.FormatFloat(s.low)
	if s.signed {
		least = "-" + layer.FormatFloat(s.high)
	}
	r.must(false, path, x, fmt.Sprintf("%s to %s", least, layer.FormatFloat(s.high)))
}

// below walks the tables within a value that is no number.
func (r ranger) below(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.below(v.Elem(), path)
		}
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[Limit]() {
			r.table(v, path)
		}
	case reflect.Map:
		for _, key := range keysOf(v) {
			r.below(v.MapIndex(key), layer.Join(path, key.String()))
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.below(v.Index(i), r.element(v, path, i))
		}
	}
}

// element returns the path of an element of a list.
func (r ranger) element(v reflect.Value, path string, i int) string {
	if !layering.IsNamed(v.Type()) {
		return layer.At(path, i)
	}
	switch e := v.Index(i).Interface().(type) {
	case Correlation:
		return r.s.correlationPath(i)
	default:
		return elementPath(path, reflect.ValueOf(e).FieldByName("Name").String(), i)
	}
}

// keysOf returns the keys of a map by name, in order.
func keysOf(v reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}
