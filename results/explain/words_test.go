package explain

import (
	"strings"
	"testing"

	"caseload/results/report"
	"caseload/scenarios"
)

// meant is what a good and a bad effect of each variable must be called, by
// its description and direction in the catalogue of variables.
var meant = map[string][2]string{
	"linked_su":             {"bring 12.0 percentage points (MCSE 1.0) more of its clients into treatment by day 90", "fewer of its clients into treatment"},
	"time_to_linkage":       {"bring its clients into treatment 0.120 days (MCSE 0.010) sooner, on average up to day 90", "later, on average"},
	"linked_other":          {"bring 12.0 percentage points (MCSE 1.0) more of its clients into an ancillary service by day 90", "fewer of its clients into an ancillary service"},
	"services_other":        {"bring its clients 0.120 (MCSE 0.010) more ancillary services each by day 90", "fewer ancillary services"},
	"time_to_linkage_other": {"bring its clients into an ancillary service 0.120 days (MCSE 0.010) sooner, on average up to day 90", "later, on average"},
	"in_treatment_su":       {"have 12.0 percentage points (MCSE 1.0) more of its clients in treatment on day 90", "fewer of its clients in treatment"},
	"days_in_su":            {"bring its clients 0.120 (MCSE 0.010) more days in treatment by day 90", "fewer days in treatment"},
	"time_in_su":            {"keep its clients in treatment 0.120 days (MCSE 0.010) longer, on average up to day 90", "shorter, on average"},
	"completed_su":          {"have 12.0 percentage points (MCSE 1.0) more of its clients complete treatment by day 90", "fewer of its clients complete"},
	"in_service_other":      {"have 12.0 percentage points (MCSE 1.0) more of its clients in an ancillary service on day 90", "fewer of its clients in an ancillary service"},
	"days_in_other":         {"bring its clients 0.120 (MCSE 0.010) more days in ancillary services by day 90", "fewer days in ancillary"},
	"contacts":              {"bring its clients 0.120 (MCSE 0.010) more contacts with case managers each by day 90", "fewer contacts with case managers each"},
	"visits_made":           {"have its clients make 0.120 (MCSE 0.010) more visits of the study each by day 90", "fewer visits of the study each"},
	"followed_up":           {"have 12.0 percentage points (MCSE 1.0) more of its clients followed up by the study on day 90", "fewer of its clients followed up"},
	"condition":             {"have 12.0 percentage points (MCSE 1.0) more of its clients as the outcome asks on day 90", "fewer of its clients as the outcome asks"},
	"satisfaction":          {"raise the satisfaction of its clients by 0.120 points (MCSE 0.010) on day 90", "lower the satisfaction"},
	"days_abstinent":        {"bring its clients 0.120 (MCSE 0.010) more days abstinent by day 90", "fewer days abstinent"},
	"days_using":            {"bring its clients 0.120 (MCSE 0.010) fewer days using by day 90", "more days using"},
	"use_days_month":        {"bring its clients 0.120 (MCSE 0.010) fewer days of use in the 30 days before day 90", "more days of use"},
	"abstinent":             {"have 12.0 percentage points (MCSE 1.0) more of its clients abstinent on day 90", "fewer of its clients abstinent"},
	"health":                {"raise the health of its clients by 0.120 points (MCSE 0.010) on day 90", "lower the health"},
	"died":                  {"have 12.0 percentage points (MCSE 1.0) fewer of its clients die by day 90", "more of its clients die"},
	"time_to_death":         {"let its clients live 0.120 days (MCSE 0.010) longer, on average up to day 90", "shorter, on average"},
	"event_count":           {"bring its clients 0.120 (MCSE 0.010) fewer events each by day 90", "more events each"},
	"event_any":             {"have 12.0 percentage points (MCSE 1.0) fewer of its clients have an event by day 90", "more of its clients have an event"},
	"time_to_event":         {"keep its clients from the first event 0.120 days (MCSE 0.010) longer, on average up to day 90", "shorter, on average"},
	"events_reported":       {"bring its clients 0.120 (MCSE 0.010) fewer events each by day 90, as they report them", "more events each"},
	"arrested":              {"have 12.0 percentage points (MCSE 1.0) fewer of its clients arrested by day 90", "more of its clients arrested"},
	"arrests":               {"bring its clients 0.120 (MCSE 0.010) fewer arrests each by day 90", "more arrests each"},
	"time_to_arrest":        {"keep its clients from arrest 0.120 days (MCSE 0.010) longer, on average up to day 90", "shorter, on average"},
	"days_in_jail":          {"bring its clients 0.120 (MCSE 0.010) fewer days in jail by day 90", "more days in jail"},
	"risk_events":           {"bring its clients 0.120 (MCSE 0.010) fewer risk events each by day 90", "more risk events each"},
	"risk_free":             {"have 12.0 percentage points (MCSE 1.0) more of its clients free of risk events in the 30 days before day 90", "fewer of its clients free of risk events"},
	"housed":                {"have 12.0 percentage points (MCSE 1.0) more of its clients in a stable home on day 90", "fewer of its clients in a stable home"},
	"days_housed":           {"bring its clients 0.120 (MCSE 0.010) more days in a stable home by day 90", "fewer days in a stable home"},
	"employed":              {"have 12.0 percentage points (MCSE 1.0) more of its clients in a job on day 90", "fewer of its clients in a job"},
	"abstinent_employed":    {"have 12.0 percentage points (MCSE 1.0) more of its clients abstinent and in a job on day 90", "fewer of its clients abstinent"},
	"days_employed":         {"bring its clients 0.120 (MCSE 0.010) more days in a job by day 90", "fewer days in a job"},
}

// of is an explanation of a variable with an effect of 0.12 units, for better
// or worse.
func of(v *scenarios.Variable, sign report.Number) *Explanation {
	e := linked()
	e.Variable, e.AtDays, e.Cluster, e.Unit = v.Name, 90, v.Cluster, report.UnitOf(v.Name)
	if e.Unit == "" {
		e.Unit = "proportion"
	}
	e.Ideal = Effect{sign * 0.3, 0.02, sign * 0.12, 0.01, 190, 9.1}
	return e
}

func TestEveryVariableIsSaidInWords(t *testing.T) {
	for _, v := range scenarios.Variables() {
		want, ok := meant[v.Name]
		if !ok {
			t.Errorf("%s: no wording is expected", v.Name)
			continue
		}
		good, bad := of(&v, 1), of(&v, -1)
		if got := good.does(&good.Ideal); got != want[0]+", or 0.300 SD (MCSE 0.020)" {
			t.Errorf("%s, good: %q, want %q", v.Name, got, want[0])
		}
		got := bad.does(&bad.Ideal)
		if !strings.Contains(got, want[1]) || !strings.HasSuffix(got, ", or -0.300 SD (MCSE 0.020)") {
			t.Errorf("%s, bad: %q, want %q and an SMD below 0", v.Name, got, want[1])
		}
		if strings.Contains(got, "-0.1") || strings.ContainsAny(got, "{}") {
			t.Errorf("%s, bad: %q has a sign with its word, or a gap", v.Name, got)
		}
	}
	if len(meant) != len(scenarios.Variables()) || len(phrases) != len(meant) {
		t.Errorf("%d wordings, %d expected, for %d variables", len(phrases), len(meant), len(scenarios.Variables()))
	}
}

// A better word goes with the direction that the catalogue calls good.
func TestWordsGoWithTheGoodDirection(t *testing.T) {
	for _, v := range scenarios.Variables() {
		want := map[int]string{1: "more", -1: "fewer"}[v.Good]
		switch {
		case v.Kind == scenarios.Time:
			want = map[int]string{1: "longer", -1: "sooner"}[v.Good]
		case report.UnitOf(v.Name) == "points":
			want = map[int]string{1: "raise", -1: "lower"}[v.Good]
		}
		if got := phrases[v.Name].good; got != want {
			t.Errorf("%s: a good effect is %q, want %q", v.Name, got, want)
		}
	}
}

func TestWhoThePromiseIsFor(t *testing.T) {
	mix, chosen := exampleFactor("mix", "", -1, 0, -1), exampleFactor("selection", "", -1, 0, -1)
	chosen.NewEstimand = true
	for _, c := range []struct {
		subgroup, target string
		set              scenarios.Set
		factors          []Factor
		want, day        string
	}{
		{"all", "", "itt", nil, "its clients", "7"},
		{"all", "high_need", "itt", nil, "its clients", "7"}, // the program works alike in all
		{"all", "high_need", "itt", []Factor{mix}, "high-need clients", "7"},
		{"young", "high_need", "itt", []Factor{mix}, "young clients", "7"},
		{"all", "", "entered", nil, "its clients who enter treatment", "7 after entry"},
		{"all", "", "entered", []Factor{chosen}, "its clients", "7"}, // ideally, everyone randomized
		{"all", "", "per_protocol", nil, "its clients analysed per protocol", "7"},
		{"all", "", "as_treated", nil, "its clients analysed as treated", "7"},
	} {
		e := &Explanation{Subgroup: c.subgroup, Target: c.target, Set: c.set, Factors: c.factors, AtDays: 7}
		if who, day := e.who(), e.day(); who != c.want || day != c.day {
			t.Errorf("%+v: for %q by day %q", c, who, day)
		}
	}
}

// Each standard factor is said in words; a user's one goes by its name.
func TestFactorsAreSaidInWords(t *testing.T) {
	for _, name := range strings.Fields("mix comparator uptake delivery capacity contamination persistence pathway competing attrition measurement selection") {
		if got := (&Factor{Factor: name}).says(); strings.Contains(got, "factor") {
			t.Errorf("%s is said as %q", name, got)
		}
	}
	if got := (&Factor{Factor: "transport", Own: true}).says(); got != `the factor "transport"` {
		t.Errorf("a user's factor is said as %q", got)
	}
}

// Means and hazards can have different signs; then neither is taken for the
// other.
func TestSignsThatDisagreeAreSaid(t *testing.T) {
	v, _ := scenarios.LookupVariable("time_to_linkage")
	e := of(&v, 1)
	e.Ideal.Units = -0.12
	want := "bring its clients into treatment 0.120 days (MCSE 0.010) later, on average up to day 90, though by the SMD its effect is 0.300 SD (MCSE 0.020)"
	if got := e.does(&e.Ideal); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.Ideal.Units = report.Missing()
	if got, want := e.does(&e.Ideal), "do its clients good: 0.300 SD (MCSE 0.020)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
