package size

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/performance"
	"caseload/scenarios"
)

// Every wrong word is named, with those that exist, all at once.
func TestWrongWordsAreNamedAtOnce(t *testing.T) {
	m := plain(t)
	_, err := Run(context.Background(), m, Question{Outcomes: []string{"scor", "linked", "wen"}, Family: "bath", Require: "most", Subgroup: "quarter", Arm: "usual",
		Method: "guess", Solve: "money"}, Options{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`solve: got "money", want one of clients, sites, staff, effect, power`, `require: got "most", want one of each, any, all`,
		`arm: got "usual", want one of managed`, `subgroup: got "quarter", want one of all, half`, `outcome: got "scor", want one of score, linked, when`,
		`outcome: got "wen", want`, `family: got "bath", want one of both`, `method of linked: got "guess", want one of risk_difference, `} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("%q is not there once in\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 8 {
		t.Errorf("%d lines, want 8:\n%v", n, err)
	}
}

// What cannot be asked is refused, and says what is wanted.
func TestQuestionsThatMakeNoSense(t *testing.T) {
	for _, c := range []struct {
		want  string
		q     Question
		edits []string
	}{
		{"method of score: got interaction, which compares a subgroup with the rest, want a subgroup with it", Question{Method: "interaction"}, nil},
		{`require: got "any" with one outcome, want several`, Question{Require: Any}, nil},
		{`family: got "both" without a requirement, want any or all of its tests to reject`, Question{Family: "both"}, nil},
		{`family: "both" has the outcomes score, linked, want all of them and no other`, Question{Family: "both", Require: All, Outcomes: []string{"score", "when"}}, nil},
		{`family: "both" has the outcomes score, linked, want all of them and no other`, Question{Family: "both", Require: All, Outcomes: []string{"score"}}, nil},
		{`family: got "one", but the scenario has no [[family]]`, Question{Family: "one", Require: All},
			[]string{plainTOML[strings.Index(plainTOML, "[[family]]"):], ""}},
		{"method of score: got student, which takes clients as independent and has no test where clusters are randomized, want one that allows for clusters, as cluster_robust",
			Question{Method: "student"}, []string{`method = "blocks", sizes = [4]`, `method = "cluster", by = "site"`, "sites = 1", "sites = 8"}},
		{`solve: got "effect", but no program that arm managed has and control lacks has an effect to multiply`, Question{Solve: Effect},
			[]string{"points = 8", "points = 0", "hazard_ratio = 2", "hazard_ratio = 1"}},
		{`solve: got "staff", but no program that arm managed has and control lacks has a limited staff`, Question{Solve: Staff}, []string{"staff = 2\ncaseload = 30", `staff = "unlimited"`}},
		{"max clients: got 8, want more than the 8 of the smallest trial tried", Question{Size: scenarios.Size{MaxClients: 8}}, nil},
		{"max clients: got 20, want more than the 20 of one case manager", Question{Solve: Staff, Size: scenarios.Size{MaxClients: 20}}, nil},
		{`solve: got "sites", but sites that are listed in [[site]] cannot be added; want trial.sites, and trial.size_cv if they differ in size`, Question{Solve: Sites},
			[]string{"[[arm]]\nname = \"managed\"", "[[site]]\nname = \"a\"\n[[site]]\nname = \"b\"\n[[arm]]\nname = \"managed\""}},
		{`solve: got "clients", but trial.cluster_size gives each site 20 clients; want sites`, Question{}, []string{"sites = 1", "sites = 2\ncluster_size = 20"}},
		{`solve: got "clients", but enrolment closes on day 300, and at the same rate no more clients come by then; want hold = "duration", with which more come a month`,
			Question{}, []string{"sites = 1", "sites = 1\nrecruit_by_days = 300"}},
		{"max clients: got 40, want more than the 40 of 1 site", Question{Solve: Sites, Size: scenarios.Size{MaxClients: 40}}, nil},
	} {
		if _, err := Run(context.Background(), plain(t, c.edits...), c.q, Options{}); err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// What is not said is the scenario's: its primary outcome, else the first, each
// outcome's first method that can be asked about, the power and precision wanted.
func TestWhatIsNotSaid(t *testing.T) {
	m := plain(t, `name = "when"`, "name = \"when\"\nprimary = true")
	q, err := newQuery(m, Question{})
	if err != nil {
		t.Fatal(err)
	}
	if q.sc.Outcomes[q.outcomes[0]].Name != "when" || q.solve != Clients || q.size.Power[0] != 0.8 || q.size.Precision != 0.05 || q.subgroup != -1 || len(q.goals) != 1 {
		t.Errorf("got %+v", q)
	}
	m = plain(t, `["risk_difference", "odds_ratio", "interaction"]`, `["interaction", "odds_ratio"]`)
	for group, want := range map[string]string{"": "odds_ratio", "all": "odds_ratio", "half": "interaction"} {
		if q, err := newQuery(m, Question{Outcomes: []string{"linked"}, Subgroup: group}); err != nil || q.methods[0] != want {
			t.Errorf("subgroup %q: got %+v, %v, want %s", group, q, err, want)
		}
	}
	q, err = newQuery(m, Question{Family: "both", Require: Any})
	if err != nil || len(q.outcomes) != 2 || len(q.goals) != 1 || q.goals[0].family == nil || q.goals[0].all {
		t.Errorf("a family: got %+v, %v", q, err)
	}
	if q, err = newQuery(m, Question{Outcomes: []string{"score", "linked", "score"}}); err != nil || len(q.goals) != 2 {
		t.Errorf("each of two: got %+v, %v", q, err)
	}
}

// A goal is met when the tests of analysis and the corrections of performance say
// so: replicate by replicate, any is met where one is, all where each is.
func TestGoalsAreMetAsTestsDecide(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	tests := []analysis.Test{{Alpha: 0.05}, {Alpha: 0.01}, {Alpha: 0.2}}
	three := []int{0, 1, 2}
	for _, method := range performance.Adjustments[1:] {
		family := &scenarios.Family{Method: method, Alpha: 0.05}
		differ := 0
		for range 2000 {
			p := []float64{r.Float64() * 0.1, r.Float64() * 0.05, r.Float64() * 0.3}
			single := []bool{p[0] < 0.05, p[1] < 0.01, p[2] < 0.2}
			adjusted := performance.Adjust(method, p, nil)
			below := func(q float64) bool { return q < 0.05 }
			for _, c := range []struct {
				what string
				g    goal
				want bool
			}{
				{"each", goal{tests: []int{1}}, single[1]},
				{"any", goal{tests: three}, single[0] || single[1] || single[2]},
				{"all", goal{tests: three, all: true}, single[0] && single[1] && single[2]},
				{"any of a family", goal{tests: three, family: family}, slices.ContainsFunc(adjusted, below)},
				{"all of a family", goal{tests: three, all: true, family: family}, below(slices.Max(adjusted))},
			} {
				if got := c.g.met(p, tests); got != c.want {
					t.Fatalf("%s, %s: p %v, adjusted %v: got %v", method, c.what, p, adjusted, got)
				}
			}
			if slices.ContainsFunc(adjusted, below) != slices.ContainsFunc(p, below) {
				differ++
			}
		}
		if differ == 0 && method != "benjamini_hochberg" {
			t.Errorf("%s never decides otherwise than no correction does", method)
		}
	}
}

// On the same replicates any of two is met at least as often as each, and all at
// most as often; a correction costs power.
func TestAnyIsEasierThanEachThanAll(t *testing.T) {
	m := plain(t)
	power := func(q Question) (list []float64) {
		q.Solve, q.Size = Power, sized(m, func(s *scenarios.Size) { s.MaxReplicates = 100 }) // of all the first 100 replicates
		res := asked(t, m, q)
		if res.Replicates != 100 {
			t.Fatalf("%d replicates", res.Replicates)
		}
		for _, a := range res.Answers {
			list = append(list, float64(a.Exact.Value))
		}
		return list
	}
	both := []string{"score", "linked"}
	each := power(Question{Outcomes: both})
	anyOf, allOf := power(Question{Outcomes: both, Require: Any})[0], power(Question{Outcomes: both, Require: All})[0]
	if lo, hi := min(each[0], each[1]), max(each[0], each[1]); !(anyOf > hi && lo > allOf && anyOf+allOf-lo-hi < 1e-12 && anyOf+allOf-lo-hi > -1e-12) {
		t.Errorf("any %v, each %v, all %v", anyOf, each, allOf)
	}
	// Holm rejects any where the smaller p is below a half of alpha, all where the
	// smaller is and the larger is below alpha.
	if holm := power(Question{Family: "both", Require: Any})[0]; holm >= anyOf || holm < anyOf-0.2 {
		t.Errorf("any by Holm: %v, without %v", holm, anyOf)
	}
	if holm := power(Question{Family: "both", Require: All})[0]; holm > allOf {
		t.Errorf("all by Holm: %v, without %v", holm, allOf)
	}
}
