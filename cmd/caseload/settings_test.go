package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"caseload/internal/suite"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// notOfTheScenario are the flags that say nothing of a scenario: how results are
// shown, where they are kept, and who works on them.
var notOfTheScenario = []string{"help", "set", "json", "format", "measure", "brief", "full", "quiet", "out", "workers", "shard", "no-truth", // output, folders, work
	"replicate", "trace", // which of the trials is shown
	"check",                                                                            // another question to a calibration
	"analyse", "analyse-timeout", "data-format", "events", "seal", "truth", "students", // what is made of the trials
	"run",                                         // another question about a difference
	"solve", "require", "family", "method", "arm"} // words of the question, which no key has yet

// asking are the commands that take a scenario and settings of it.
func asking() (list []*cobra.Command) {
	for _, c := range newRoot(&env{}).Commands() {
		if c.Flags().Lookup("set") != nil {
			list = append(list, c)
		}
	}
	return list
}

// TestEveryFlagIsASettingOrExempt: a flag of a command that takes a scenario sets a
// key of it, or is none of the scenario's business.
func TestEveryFlagIsASettingOrExempt(t *testing.T) {
	for _, c := range asking() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			exempt := slices.Contains(notOfTheScenario, f.Name)
			if c.Name() == "sweep" && f.Name == "method" {
				exempt = false
			}
			if (keyOf(f) != "") == exempt {
				t.Errorf("%s --%s: sets %q, exempt: %v", c.Name(), f.Name, keyOf(f), exempt)
			}
		})
	}
}

// settingsScenario has outcomes, one of them with a level of its own, a family, a
// body of trials and figures to calibrate with.
const settingsScenario = `extends = "needle-exchange"
[trial]
clients = 60
[[outcome]]
name = "linked_7d"
primary = true
[[outcome]]
name = "again"
variable = "linked_su"
at_days = 90
alpha = 0.02
subgroups = ["high_need"]
[[family]]
name = "both"
outcomes = ["linked_7d", "again"]
[sweep.over]
"trial.clients" = [50, 60]
[cost]
per_client = 10
budget = 900
[cost.over]
"program.strengths_based.caseload" = [10]
[literature]
[[study]]
name = "one"
clients = 40
[[study]]
name = "two"
[[calibrate.parameter]]
key = "program.strengths_based.uptake"
prior = { beta = [20, 5] }
[[calibrate.figure]]
outcome = "linked_7d"
arm = "referral"
statistic = "mean"
value = 0.26
`

// answer is what a command line about settingsScenario prints, or writes into its folder.
func answer(t *testing.T, args ...string) (printed string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	files := fstest.MapFS{"mine.toml": {Data: []byte(settingsScenario)}}
	args = append([]string{args[0], "mine.toml"}, append(args[1:], "--quiet")...)
	if args[0] == "data" {
		out := t.TempDir()
		defer func() {
			for _, name := range slices.Sorted(maps.Keys(contents(t, out))) {
				if strings.HasSuffix(name, ".csv") {
					stdout.WriteString(contents(t, out)[name])
				}
			}
			printed = stdout.String()
		}()
		args = append(args, "--data-format", "csv", "--out", out)
	}
	if code := execute(t.Context(), args, strings.NewReader(""), &stdout, &stderr, files); code != exitDone {
		t.Fatalf("%s: exit %d, %s", strings.Join(args, " "), code, stderr.String())
	}
	return stdout.String()
}

// TestAFlagGivesWhatItsSettingGives runs every command with each of the flags that
// commands share, and with --set of the key that the flag sets; outside the long suite
// few of them, and run alone with each flag, since all read flags in one place.
func TestAFlagGivesWhatItsSettingGives(t *testing.T) {
	values := map[string]string{"alpha": "0.1", "seed": "7", "replicates": "10", "outcome": "again", "subgroup": "high_need"}
	few := map[string][]string{
		"check": {"--full"}, "data": {"--replicates=8"},
		"run": {"--replicates=8"}, "sweep": {"--replicates=8"}, "compare": {"--replicates=8", "--set=trial.sites=8"}, "explain": {"--replicates=8"}, "literature": {"--replicates=3"},
		"diff": {"mine.toml", "--run", "--replicates=8"},
		"size": {"--max-replicates=64", "--max-clients=100"}, "calibrate": {"--simulations=100", "--set=calibrate.predictive=0", "--set=calibrate.tolerance=1"},
	}
	for _, c := range asking() {
		if !suite.IsLong() && !slices.Contains([]string{"run", "explain", "calibrate", "data"}, c.Name()) {
			continue
		}
		lines := [][]string{append([]string{c.Name()}, few[c.Name()]...)}
		if c.Name() == "size" {
			lines = append(lines, []string{"size", "--max-replicates=150", "--max-clients=300", "--solve=cost", "--power=0.4"}, append(slices.Clone(lines[0]), "--solve=budget"))
		}
		for _, line := range lines {
			plain := answer(t, line...)
			for flag, value := range values {
				f := c.Flags().Lookup(flag)
				if f == nil || flag != "seed" && c.Name() != "run" && !suite.IsLong() {
					continue
				}
				t.Run(strings.Join(line, " ")+" --"+flag, func(t *testing.T) {
					t.Parallel()
					line := slices.DeleteFunc(slices.Clone(line), func(arg string) bool { return strings.HasPrefix(arg, "--"+flag) })
					flagged, set := answer(t, append(line, "--"+flag, value)...), answer(t, append(line, "--set", keyOf(f)+"="+value)...)
					if flagged != set {
						t.Errorf("--%s %s prints\n%.2000s\n--set %s=%[2]s prints\n%.2000s", flag, value, flagged, keyOf(f), set)
					}
					if flagged == plain {
						t.Errorf("--%s %s makes no difference", flag, value)
					}
				})
			}
		}
	}
}

// TestWhatIsAskedFitsTheCommand: a list that a command can't answer for is refused.
func TestWhatIsAskedFitsTheCommand(t *testing.T) {
	for _, s := range []struct {
		args []string
		why  string
	}{
		{[]string{"explain", "needle-exchange", "--set", `ask.outcome=["linked_7d", "linked_365"]`}, "ask.outcome: got 2 names, want one at a time"},
		{[]string{"size", "needle-exchange", "--set", `ask.subgroup=["high_need", "all"]`}, "ask.subgroup: got 2 names, want one at a time"},
		{[]string{"run", "null", "--set", "ask.outcome=nothing"}, `--set: ask.outcome: got "nothing", want `},
		{[]string{"run", "needle-exchange", "--set", "subgroup=[{ name = \"some\", when = \"distress\" }]", "--set", "ask.subgroup=some"}, `ask.subgroup: got "some", want one of all`},
		{[]string{"explain", "null", "--set", "replicates=1"}, "replicates: got 1, want at least 2, as one has no Monte Carlo error"},
		{[]string{"run", "null", "--alpha", "0.6"}, "--alpha: got 0.6, want more than 0 and at most 0.5"},
		{[]string{"run", "null", "--replicates", "2000000000"}, "--replicates: got 2000000000, want 1 to 1,000,000,000"},
	} {
		got := call(t, t.Context(), s.args...)
		if got.code != exitBadInput || !strings.Contains(got.stderr, s.why) || got.stdout != "" {
			t.Errorf("%s: exit %d, %q, want %q", strings.Join(s.args, " "), got.code, got.stderr, s.why)
		}
	}
}
