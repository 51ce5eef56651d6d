package docs_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
)

// docLink is how a Go comment names a list: [Corrections], [Scenario.States].
var docLink = regexp.MustCompile(`\[([A-Z]\w*(?:\.[A-Z]\w*)?)\]`)

// expand puts the list itself, or the way to it, where a comment names it.
func expand(t *testing.T, text string) string {
	t.Helper()
	lists := map[string]string{
		"ServiceKinds":       anyOf(scenarios.ServiceKinds),
		"Corrections":        anyOf(scenarios.Corrections()),
		"Scalable":           anyOf(scenarios.Scalable),
		"BuiltinDesigns":     anyOf(scenarios.BuiltinDesigns()),
		"SweepMethods":       anyOf(scenarios.SweepMethods),
		"PoolingMethods":     anyOf(scenarios.PoolingMethods),
		"TrialStatistics":    anyOf(scenarios.TrialStatistics),
		"BodyStatistics":     anyOf(scenarios.BodyStatistics),
		"Set":                anyOf([]scenarios.Set{scenarios.SetITT, scenarios.SetPerProtocol, scenarios.SetAsTreated, scenarios.SetEntered}),
		"Factors":            "factors, " + anyOf(scenarios.Factors()),
		"GroupNames":         "[groups of outcomes](#groups-of-outcomes)",
		"Scenario.Processes": "[process](#processes)",
		"Scenario.States":    "[state](#states)",
		"Variables":          "[variables](methods.md#outcomes)",
		"Strategies":         "[strategies](methods.md#deaths-and-other-intercurrent-events)",
		"VarKind.Methods":    "[methods](#variables-and-their-methods)",
	}
	text = strings.ReplaceAll(text, "[[study]]", "`[[study]]`")
	return docLink.ReplaceAllStringFunc(text, func(link string) string {
		list, known := lists[strings.Trim(link, "[]")]
		if !known {
			t.Errorf("%s: no such list for a reader of the reference", link)
		}
		return list
	})
}

// anyOf lists values as they are written: "a", "b" or "c".
func anyOf[T ~string](values []T) string {
	quoted := make([]string, len(values))
	for k, v := range values {
		quoted[k] = `"` + string(v) + `"`
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// presetLists names the presets by kind.
func presetLists(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| presets | |\n|---|---|\n")
	for _, kind := range []string{"program", "service", "measure"} {
		var names []string
		for _, p := range scenarios.Presets() {
			if name, ok := strings.CutPrefix(p, kind+"."); ok {
				names = append(names, "`"+name+"`")
			}
		}
		if len(names) < 2 {
			t.Errorf("%d presets of a %s", len(names), kind)
		}
		fmt.Fprintf(&b, "| `%s.NAME` | %s |\n", kind, strings.Join(names, ", "))
	}
	return b.String()
}

// processes are those of a scenario that has everything, with what happens in each.
var processes = [][2]string{
	{"linkage", "clients seek a treatment service"},
	{"leaving", "clients leave a treatment service"},
	{"return", "clients seek a treatment service again after leaving it"},
	{"renege", "clients give up on the waiting list of a treatment service"},
	{"quit", "clients stop using"},
	{"relapse", "clients use again"},
	{"arrest", "clients are arrested"},
	{"risk", "risk events happen"},
	{"lose_housing", "clients lose their homes"},
	{"gain_housing", "clients find a home"},
	{"lose_job", "clients lose their jobs"},
	{"gain_job", "clients find a job"},
	{"death", "clients die"},
	{"loss", "clients are lost to the study"},
}

// states are those of a scenario that has everything, in words.
var states = [][2]string{
	{"using", "using drugs"},
	{"jailed", "in jail"},
	{"housed", "in a stable home"},
	{"employed", "in a job"},
	{"in_treatment", "in any treatment service"},
}

// writeLists writes what keys may name that is too long for a cell.
func writeLists(t *testing.T, page *strings.Builder) {
	t.Helper()
	happens, are := everything(t)
	page.WriteString("\n## Processes\n\nWhat happens at a hazard, and what hazard ratios can act on. A name followed by that of a service, as in\n" +
		"`linkage.opioid_agonist`, is about this service alone. `linkage_other`, `leaving_other`, `return_other` and `renege_other` are those of ancillary services.\n\n| process | what happens |\n|---|---|\n")
	writeList(t, page, processes, happens)
	page.WriteString("\n## States\n\nThe states of clients that scores, missed visits and effects can depend on. The name of a service is the state of being in it.\n" +
		"\n| state | the client is |\n|---|---|\n")
	writeList(t, page, states, are)
	page.WriteString("\n## Groups of outcomes\n\nThe clusters of outcomes, and groups of clusters.\n\n| group | what is in it |\n|---|---|\n")
	for _, c := range scenarios.Clusters() {
		fmt.Fprintf(page, "| `%s` | %s |\n", c, c.Title())
	}
	page.WriteString("| `linkage` | linkage with services of either kind |\n| `engagement` | clusters of engagement with services |\n" +
		"| `recovery` | clusters of recovery |\n| `all` | all outcomes |\n")
	page.WriteString("\n## Variables and their methods\n\nThe variables of outcomes by kind, and the methods that can analyse them. The first method is the default where clients are independent.\n" +
		"[Methods of analysis and outcomes](methods.md) says what each is.\n\n| kind | variables | methods |\n|---|---|---|\n")
	for _, kind := range []scenarios.VarKind{scenarios.Binary, scenarios.Continuous, scenarios.Count, scenarios.Time} {
		var names []string
		for _, v := range scenarios.Variables() {
			if v.Kind == kind {
				names = append(names, v.Name)
			}
		}
		fmt.Fprintf(page, "| %s | `%s` | `%s` |\n", kind, strings.Join(names, "`, `"), strings.Join(kind.Methods(), "`, `"))
	}
}

// everything returns the processes and the states of all built-in scenarios, those of
// single services and of ancillary ones left out.
func everything(t *testing.T) (happens, are []string) {
	t.Helper()
	for _, entry := range scenarios.List() {
		sc, err := scenarios.Builtin(entry.Name)
		if err != nil {
			continue // some are made to be extended
		}
		for _, p := range sc.Processes() {
			if !strings.Contains(p, ".") {
				happens = append(happens, strings.TrimSuffix(p, "_other"))
			}
		}
		for _, s := range sc.States() {
			if _, service := sc.Services[s]; !service {
				are = append(are, s)
			}
		}
	}
	slices.Sort(happens)
	slices.Sort(are)
	return slices.Compact(happens), slices.Compact(are)
}

// writeList writes names with their meanings, which must be all that there are.
func writeList(t *testing.T, page *strings.Builder, meanings [][2]string, all []string) {
	t.Helper()
	var said []string
	for _, m := range meanings {
		said = append(said, m[0])
		fmt.Fprintf(page, "| `%s` | %s |\n", m[0], m[1])
	}
	slices.Sort(said)
	if !slices.Equal(said, all) {
		t.Errorf("the page lists %v, the built-in scenarios have %v", said, all)
	}
}

var goName = regexp.MustCompile(`\b[A-Za-z]+[a-z]+[A-Z]\w*|\bsee [A-Z]\w+|\bnil\b`)

// A reader of the reference needs no Go: no name of a type, a field or a function
// stands in it.
func TestReferenceHasNoGoNames(t *testing.T) {
	for line := range strings.Lines(suite.Read(t, referenceFile)) {
		for _, name := range goName.FindAllString(line, -1) {
			t.Errorf("%s: %q in %s", referenceFile, name, line)
		}
	}
	comments := fieldComments(t)
	for _, table := range scenarios.Schema() {
		for field := range comments[table.Type] {
			for place, text := range comments[table.Type] {
				if fieldWithin(field, text) {
					t.Errorf("scenarios.%s.%s: %q names the field %s, not the key", table.Type, place, text, field)
				}
			}
		}
	}
}

// fieldWithin tells whether a text names a field within a sentence.
func fieldWithin(field, text string) bool {
	return field != "" && field != strings.ToUpper(field) && regexp.MustCompile(`[a-z,;:] `+field+`\b`).MatchString(text)
}
