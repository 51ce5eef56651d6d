package main

import (
	"path/filepath"
	"strings"

	"caseload/analysis/review"
	"caseload/analysis/size"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// completer is a function that offers words to a shell.
type completer = cobra.CompletionFunc

// scenarioWords offers the built-in scenarios, with their titles, beside files.
func scenarioWords(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []cobra.Completion
	for _, s := range scenarios.List() {
		words = append(words, cobra.CompletionWithDesc(s.Name, s.Title))
	}
	return words, cobra.ShellCompDirectiveDefault
}

// nameWords offers what "caseload show" takes.
func nameWords(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	words, _ := scenarioWords(c, args, typed)
	if len(args) == 0 {
		words = append(words, scenarios.Presets()...)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// folderWords offers folders.
func folderWords(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// of offers words of the scenario that the command line names, or that the folder
// it names is of; nothing while it names none.
func (e *env) of(words func(sc *scenarios.Scenario) []string) completer {
	return func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 || args[0] == "-" {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var sc *scenarios.Scenario
		var err error
		switch {
		case c.Name() == "report":
			sc, err = loadKept(args[0])
		case isFile(args[0]):
			sc, err = scenarios.Load(e.files, filepath.ToSlash(args[0]), nil)
		default:
			sc, err = scenarios.Load(e.files, args[0], nil)
		}
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp // the command itself will say
		}
		return words(sc), cobra.ShellCompDirectiveNoFileComp
	}
}

// offer completes those flags of a command that it has.
func (e *env) offer(c *cobra.Command) {
	var formats []string
	for _, f := range report.Formats() {
		formats = append(formats, string(f))
	}
	fixed := func(words []string) completer {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	for name, complete := range map[string]completer{
		"format":   fixed(formats),
		"measure":  fixed(measureWords(c)),
		"out":      folderWords,
		"outcome":  e.of(outcomeNames),
		"method":   e.methodWords(c),
		"solve":    fixed(solutions()),
		"require":  fixed([]string{size.Each, size.Any, size.All}),
		"hold":     fixed([]string{scenarios.HoldAccrualRate, scenarios.HoldDuration}),
		"scale":    fixed(scenarios.Scalable),
		"family":   e.of(familyNames),
		"subgroup": e.of(func(sc *scenarios.Scenario) []string { return append([]string{"all"}, subgroupNames(sc)...) }),
		"target":   e.of(subgroupNames),
		"arm":      e.of(armNames),
		"set":      e.setWords,
		"design":   e.of((*scenarios.Scenario).DesignNames),
	} {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, complete) // fails where the flag is not there, or done before
		}
	}
	for _, name := range []string{"seed", "alpha", "replicates", "workers", "replicate", "trace", "shard",
		"power", "max-clients", "max-replicates", "precision", "budget", "samples", "over", "simulations", "check"} {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
		}
	}
}

// methodWords offers what --method takes: of analysis, but of a sweep how its cells
// are laid out, and of a meta-analysis how effects are pooled.
func (e *env) methodWords(c *cobra.Command) completer {
	switch c.Name() {
	case "sweep":
		return cobra.FixedCompletions(scenarios.SweepMethods, cobra.ShellCompDirectiveNoFileComp)
	case "meta":
		return cobra.FixedCompletions(review.Methods(), cobra.ShellCompDirectiveNoFileComp)
	}
	return e.of(methodNames)
}

// measureWords are what --measure takes: of performance, or of a study's effect.
func measureWords(c *cobra.Command) []string {
	if c.Name() != "meta" {
		return run.MeasureNames()
	}
	var names []string
	for _, m := range review.Measures() {
		names = append(names, string(m))
	}
	return names
}

// setWords offers the keys of the scenario that have numbers, each with its value
// there.
func (e *env) setWords(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	words, _ := e.of(func(sc *scenarios.Scenario) (keys []string) {
		all, err := sc.Assumptions()
		if err != nil {
			return nil
		}
		for _, a := range all {
			if strings.Contains(a.Block, " ") {
				continue // an entry of a list without names is not set by itself
			}
			keys = append(keys, cobra.CompletionWithDesc(a.Block+"."+a.Key+"=", "now "+a.Value))
		}
		return keys
	})(c, args, typed)
	return words, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

func outcomeNames(sc *scenarios.Scenario) (names []string) {
	for _, o := range sc.Outcomes {
		names = append(names, o.Name)
	}
	return names
}

func methodNames(sc *scenarios.Scenario) (names []string) {
	for _, o := range sc.Outcomes {
		names = append(names, o.Methods...)
	}
	return unique(names)
}

func subgroupNames(sc *scenarios.Scenario) (names []string) {
	for _, g := range sc.Subgroups {
		names = append(names, g.Name)
	}
	return names
}

func familyNames(sc *scenarios.Scenario) (names []string) {
	for _, f := range sc.Families {
		names = append(names, f.Name)
	}
	return names
}

func armNames(sc *scenarios.Scenario) (names []string) {
	if sc.Factorial() {
		_, names = sc.Asked("")
		return names
	}
	for _, a := range sc.Arms {
		names = append(names, a.Name)
	}
	return names
}
