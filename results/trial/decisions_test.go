package trial_test

import (
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"
	simulated "caseload/sim/trial"
)

// decidingTOML randomizes again, in an unequal ratio, and has a decision that is a rule.
const decidingTOML = `
title = "decisions"
source = "a test"
extends = "engage"
[[decision]]
name = "week_8"
randomize = [{ name = "choice", add = ["second_calls"], ratio = 3 }, { name = "none" }]
[[decision]]
name = "checkup"
every_days = 40
until_day = 120
when = "using"
stop = ["second_calls"]
`

// The file of clients has what each was given at each decision: whether its condition was met,
// and to what the client was randomized, which is empty where nobody was. The dictionary says
// with which probabilities. A rule has no option.
func TestDecisionsAreColumnsOfTheData(t *testing.T) {
	sc, err := scenarios.Parse("test.toml", []byte(decidingTOML))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	shown := m.Show(1, 0)
	findings, err := analysis.Once(m, shown.Observed, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	tr := trial.New("test", m, 1, 0, shown, findings, run.Filter{})
	files := readBack(t, tr)
	rows := files["clients.csv"]
	column := func(name string) (cells []string) {
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("no column %s among %v", name, rows[0])
		}
		for _, row := range rows[1:] {
			cells = append(cells, row[at])
		}
		return cells
	}
	met, option, rule := column("met.week_8"), column("option.week_8"), column("met.checkup")
	counts := map[string]int{}
	for i := range met {
		given, checked := shown.Observed.Options[0][i], shown.Observed.Options[1][i]
		want := [3]string{"0", "", "0"}
		if given != simulated.NotMet {
			want[0], want[1] = "1", []string{"choice", "none"}[given]
		}
		if checked != simulated.NotMet {
			want[2] = "1"
		}
		if got := [3]string{met[i], option[i], rule[i]}; got != want {
			t.Errorf("client %d: %q, want %q", i, got, want)
		}
		counts["option "+option[i]]++
		counts["rule "+rule[i]]++
	}
	if len(counts) != 5 || len(met) != 189 || slices.Contains(rows[0], "option.checkup") {
		t.Errorf("%v of %d clients, columns %v", counts, len(met), rows[0])
	}
	meanings := map[string]string{}
	for _, row := range files["dictionary.csv"][1:] {
		meanings[row[0]+" "+row[1]] = strings.Join(row[2:], "|")
	}
	for name, want := range map[string]string{
		"clients.csv met.week_8":    "met what the decision asks on day 42: not in_treatment",
		"clients.csv option.week_8": "empty for who was not: choice with probability 3/4, none with probability 1/4",
		"clients.csv met.checkup":   "at least once, every 40 days from day 40 to day 120: using",
	} {
		if !strings.Contains(meanings[name], want) {
			t.Errorf("%s means %q, want %q", name, meanings[name], want)
		}
	}
}
