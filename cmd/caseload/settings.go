package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseload/results/run"
	"caseload/scenarios"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A flag that says what a key of the scenario says is a setting of that key: it
// gives what --set gives, after all of those, and what is made of the scenario
// later (a cell, a design, a study, a world) has it too.

// keyAnnotation is the annotation of a flag with the key that it sets.
const keyAnnotation = "key"

// sets makes a flag a setting of a key.
func sets(c *cobra.Command, flag, key string) {
	if err := c.Flags().SetAnnotation(flag, keyAnnotation, []string{key}); err != nil {
		panic(err) // the command has no such flag
	}
}

// keyOf is the key that a flag sets, "" if it sets none.
func keyOf(flag *pflag.Flag) string {
	if keys := flag.Annotations[keyAnnotation]; len(keys) == 1 {
		return keys[0]
	}
	return ""
}

// settings are those of the flags that the command line has, after some that the
// command has read itself. A table that the scenario lacks is not begun by a flag:
// the command says that it is not there.
func settings(c *cobra.Command, sc *scenarios.Scenario, list []scenarios.Setting) []scenarios.Setting {
	read := len(list)
	absent := map[string]bool{"cost": sc.Cost == nil, "literature": sc.Literature == nil, "calibrate": sc.Calibrate == nil}
	c.Flags().Visit(func(f *pflag.Flag) {
		key := keyOf(f)
		table, _, _ := strings.Cut(key, ".")
		if key == "" || absent[table] || slices.ContainsFunc(list[:read], func(s scenarios.Setting) bool { return s.Key == key }) {
			return
		}
		list = append(list, scenarios.Setting{Key: key, Value: valueOf(f.Value), From: "--" + f.Name})
		if key == "replicates" { // so many, whatever their precision
			list = append(list, scenarios.Setting{Key: "precision", Value: 0, From: "--" + f.Name})
		}
	})
	return list
}

// numbers is a flag that may be given several times, with a number each.
type numbers []float64

func (n *numbers) Set(text string) error {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return errors.New("want a number")
	}
	*n = append(*n, x)
	return nil
}

func (n *numbers) String() string {
	texts := make([]string, len(*n))
	for k, x := range *n {
		texts[k] = spelled(x)
	}
	return strings.Join(texts, ", ")
}

func (*numbers) Type() string { return "float" }

// valueOf is the value of a flag as a setting has it.
func valueOf(v pflag.Value) any {
	if list, ok := v.(*numbers); ok {
		return []float64(*list)
	}
	if list, ok := v.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	text := v.String()
	switch v.Type() {
	case "int", "int64":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case "float64":
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return x
		}
	case "bool":
		return text == "true"
	}
	return text
}

// with lays what the flags say over the scenario; read are the settings of those
// that the command has read itself.
func with(c *cobra.Command, sc *scenarios.Scenario, read ...scenarios.Setting) (*scenarios.Scenario, error) {
	list := settings(c, sc, read)
	if len(list) == 0 {
		return sc, nil
	}
	sc, err := sc.With(list...)
	return sc, flagProblems(c, err)
}

// flagProblems leaves out of the problems' keys what their flags say.
func flagProblems(c *cobra.Command, err error) error {
	problems, ok := errors.AsType[scenarios.Problems](err)
	if !ok {
		return err
	}
	for i := range problems {
		p := &problems[i]
		flag := c.Flags().Lookup(strings.TrimPrefix(p.File, "--"))
		if flag == nil || !strings.HasPrefix(p.File, "--") || keyOf(flag) == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(p.Key, keyOf(flag)); ok {
			p.Key = strings.TrimPrefix(rest, ".")
		}
	}
	return problems
}

// askedRows refuses a scenario that asks about subgroups in which no outcome is
// analysed, and gives the rows that it asks about.
func askedRows(sc *scenarios.Scenario) (run.Filter, error) {
	groups := analysedGroups(sc)
	if err := oneOf("ask.subgroup", sc.Ask.Subgroups, groups); err != nil {
		return run.Filter{}, err
	}
	return run.Filter{Outcomes: sc.Ask.Outcomes, Subgroups: sc.Ask.Subgroups}, nil
}

// atMostOne is the one name that is asked about, "" for none.
func atMostOne(key string, names []string) (string, error) {
	switch len(names) {
	case 0:
		return "", nil
	case 1:
		return names[0], nil
	}
	return "", fmt.Errorf("%s: got %d names, want one at a time", key, len(names))
}
