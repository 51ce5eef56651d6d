package scenarios

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// alikeText is a trial whose case managers may differ.
const alikeText = `title = "Alike"
extends = "base"
[trial]
clients = 200
accrual = { per_month = 10 }
follow_up_days = [90]
sites = 2
[[arm]]
name = "helped"
programs = ["help"]
[[arm]]
name = "usual"
control = true
[service.clinic]
kind = "substance_use"
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 60 }
[program.help]
first_contact = { day = 1 }
contacts = { per_month = 2 }
minutes_per_contact = 30
staff = 3
caseload = 20
hours_per_week = 30
[[program.help.effect]]
on = "linkage"
hazard_ratio = 1.5
lasts_days = 30
[arrest]
rate = { per_year = 0.5 }
[[outcome]]
name = "linked"
variable = "linked_su"
[[outcome]]
name = "days"
variable = "days_in_su"
[[outcome]]
name = "time"
variable = "time_to_linkage"
[[outcome]]
name = "arrests"
variable = "arrests"
`

func methodsOf(s *Scenario) string {
	var names []string
	for i := range s.Outcomes {
		names = append(names, strings.Join(s.Outcomes[i].Methods, "+"))
	}
	return strings.Join(names, " ")
}

// Where clients share case managers who differ, or clusters are randomized, an
// outcome without a method is analysed by one that allows for it; whatever values
// of a design or a prior make it so.
func TestNoMethodTakesOneThatAllowsForCaseManagers(t *testing.T) {
	const independent, alike = "risk_difference welch log_rank welch", "cluster_robust cluster_robust cox_cluster cluster_robust"
	calibrate := "\n[[calibrate.figure]]\noutcome = \"linked\"\nstatistic = \"effect\"\nvalue = 0.1\nse = 0.05\n[[calibrate.parameter]]\n"
	for _, c := range []struct {
		name, more, set, want string
	}{
		{"nobody differs", "", "", independent},
		{"case managers differ", "", "program.help.spread=0.25", alike},
		{"an intraclass correlation", "", `program.help.icc={ outcome = "linked", value = 0.05 }`, alike},
		{"a manual that takes all differences away", "", `program.help={ spread = 0.25, manual = { spread = 0 } }`, independent},
		{"sites are randomized", "", `trial={ sites = 12, randomization = { method = "cluster", by = "site" } }`, alike},
		{"a sweep over the spread", "\n[sweep.over]\n\"program.help.spread\" = [0, 0.25]\n", "", alike},
		{"a sweep over nothing of the kind", "\n[sweep.over]\n\"program.help.spread\" = [0, 0.0]\n", "", independent},
		{"a sweep over ranges", "\n[sweep]\nmethod = \"latin_hypercube\"\n[sweep.over]\n\"program.help.spread\" = { from = 0, to = 0.3 }\n", "", alike},
		{"designs to choose among", "\n[cost]\nper_client = 1\n[cost.over]\n\"program.help.spread\" = [0.1, 0.2]\n", "", alike},
		{"a prior of the spread", calibrate + "key = \"program.help.spread\"\nprior = { uniform = [0, 0.5] }\n", "", alike},
	} {
		var sets []string
		if c.set != "" {
			sets = []string{c.set}
		}
		s := mustOver(t, alikeText+c.more, sets...)
		equal(t, c.name, methodsOf(s), c.want)
	}
}

// All designs of a sweep are analysed by one method, that of the scenario as
// written; another setting chooses anew.
func TestDesignsKeepTheMethod(t *testing.T) {
	s := mustOver(t, alikeText+"\n[sweep.over]\n\"program.help.spread\" = [0, 0.25]\n")
	for i := range 2 {
		cell, err := s.Variant(s.Sweep.Setting(0, i))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "cell", methodsOf(cell), methodsOf(s))
	}
	plain := mustOver(t, alikeText)
	spread := Setting{Key: "program.help.spread", Value: 0.25}
	held, err := plain.Variant(spread)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "held", methodsOf(held), methodsOf(plain))
	anew, err := plain.With(spread)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "anew", anew.Outcomes[0].Methods[0], "cluster_robust")
}

// mustOver loads a scenario given as text.
func mustOver(t *testing.T, text string, sets ...string) *Scenario {
	t.Helper()
	s, err := newLoader(nil).load(source{name: "alike.toml", data: []byte(text), given: true}, sets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is said of a method that does not keep its level.
func TestWhyAMethodDoesNotHold(t *testing.T) {
	for _, c := range []struct {
		outcome     int
		method, set string
		why         string // "": it holds
		instead     string
	}{
		{0, "risk_difference", "", "", ""},
		{0, "risk_difference", "spread = 0.25", "risk difference takes the clients of a case manager as independent", "cluster_robust"},
		{0, "cluster_robust", "spread = 0.25", "", ""},
		{0, "logistic_robust", "spread = 0.25", "logistic robust rejects too often with fewer than 40 case managers in an arm, and here one has 6", "gee_logistic"},
		{0, "risk_ratio", "spread = 0.25", "risk ratio takes the clients of a case manager as independent", "risk_ratio_cluster"},
		{0, "cluster_robust", "spread = 0.4", "cluster robust rejects too often with six case managers in one arm who may differ so much", ""},
		{0, "cluster_robust", "spread = 0.4, staff = 4", "", ""},
		{0, "cluster_robust", "spread = 0.25, staff = 1", "with two case managers, they and the program cannot be told apart", ""},
		{0, "cluster_robust", "spread = 0.25, team = true", "with two case managers, they and the program cannot be told apart", ""},
		{1, "welch", "spread = 0.25", "welch takes the clients of a case manager as independent", "cluster_robust"},
		{2, "log_rank", "spread = 0.25", "log rank takes the clients of a case manager as independent", "cox_cluster"},
		{2, "rmst", "spread = 0.25", "rmst takes the clients of a case manager as independent", "rmst_cluster"},
		{2, "cox_robust", "spread = 0.25", "cox robust rejects too often with fewer than 40 case managers in an arm, and here one has 6", "cox_cluster"},
		{2, "rmst_cluster", "spread = 0.25", "", ""},
		{3, "poisson", "spread = 0.25", "poisson takes the clients of a case manager as independent", "poisson_cluster"},
	} {
		s := mustOver(t, alikeText, "program.help={ "+c.set+" }")
		v := s.Validity(&s.Outcomes[c.outcome], 0, c.method)
		equal(t, c.method+", "+c.set, v.Why, c.why)
		equal(t, c.method+", "+c.set+": instead", v.Instead, c.instead)
		equal(t, c.method+", "+c.set+": holds", v.Holds, c.why == "")
	}
	one := mustOver(t, alikeText, "trial.sites=1", "program.help={ spread = 0.25, staff = 1 }")
	equal(t, "one", one.Validity(&one.Outcomes[0], 0, "welch").Why, "with one case manager, that person and the program cannot be told apart")
	sites := mustOver(t, alikeText, `trial={ sites = 6, randomization = { method = "cluster", by = "site" } }`)
	equal(t, "sites", sites.Validity(&sites.Outcomes[0], 0, "cluster_robust").Why, "with three sites an arm, they and what is done there cannot be told apart")
}

// The bound of the intraclass correlation is above that of a hazard that is
// constant: the variance between case managers of 1 - exp(-H e^b), with b normal,
// by numbers.
func TestBoundOfTheIntraclassCorrelation(t *testing.T) {
	for _, spread := range []float64{0.1, 0.25} {
		s := mustOver(t, alikeText, "program.help={ spread = "+trimmed(spread)+" }")
		p := s.Programs["help"]
		bound := s.mostAlike(&p)
		for h := 0.05; h < 4; h *= 1.3 {
			if icc := constantICC(h, spread); icc > bound {
				t.Errorf("spread %v, cumulative hazard %v: ICC %v, above the bound %v", spread, h, icc, bound)
			}
		}
	}
}

func trimmed(x float64) string { return strings.TrimRight(strconv.FormatFloat(x, 'f', 6, 64), "0") }

// constantICC is the share of the variance of an event that is between case
// managers who multiply its cumulative hazard by exp(b), b normal.
func constantICC(hazard, spread float64) float64 {
	const steps = 2000
	var weight, mean, square float64
	for k := range steps {
		z := -6 + 12*(float64(k)+0.5)/steps
		w := math.Exp(-z * z / 2)
		p := -math.Expm1(-hazard * math.Exp(spread*z))
		weight, mean, square = weight+w, mean+w*p, square+w*p*p
	}
	mean, square = mean/weight, square/weight
	return (square - mean*mean) / (mean * (1 - mean))
}

// Where no method that is written holds, one that does is added, of the same measure
// if there is one. What is loaded from the scenario's own text is the same.
func TestAMethodThatHoldsIsAdded(t *testing.T) {
	for _, c := range []struct{ outcome, method, more, want string }{
		{"linked", `"risk_difference"`, "", "risk_difference+cluster_robust"},
		{"linked", `["risk_difference", "cluster_robust"]`, "", "risk_difference+cluster_robust"},
		{"linked", `["odds_ratio", "logistic_robust"]`, "", "odds_ratio+logistic_robust+gee_logistic"},
		{"linked", `"odds_ratio"`, "\ntest = \"non_inferiority\"\nmargin = 0.5", "odds_ratio+gee_logistic"},
		{"linked", `"ancova"`, "\ntest = \"non_inferiority\"\nmargin = 0.1", "ancova+cluster_robust"},
		{"arrests", `"wilcoxon"`, "\ntest = \"non_inferiority\"\nmargin = 0.5", "wilcoxon"}, // a margin of another measure
		{"linked", `"risk_difference"`, "\ntest = \"non_inferiority\"\nmargin = 0.1", "risk_difference+cluster_robust"},
		{"time", `"rmst"`, "", "rmst+rmst_cluster"},
		{"time", `"median"`, "", "median"}, // no test
		{"arrests", `"negative_binomial"`, "", "negative_binomial+poisson_cluster"},
	} {
		text := strings.Replace(alikeText, "name = \""+c.outcome+"\"", "name = \""+c.outcome+"\"\nmethod = "+c.method+c.more, 1)
		s := mustOver(t, text, "program.help.spread=0.25")
		got := ""
		for i := range s.Outcomes {
			if s.Outcomes[i].Name == c.outcome {
				got = strings.Join(s.Outcomes[i].Methods, "+")
			}
		}
		equal(t, c.outcome+" by "+c.method, got, c.want)
		written, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("again.toml", written)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "again", methodsOf(again), methodsOf(s))
	}
}
