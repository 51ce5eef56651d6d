package scenarios

import (
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

const overFlag = "--over"

// ParseVaried reads a key and its values from a command line: key=v1,v2,... or
// key={ from = 1, to = 9 }. A value is TOML; a word that is not TOML stands for
// itself as a string. The error is a Problems.
func ParseVaried(text string) (Varied, error) {
	fail := func(key, got, want string) (Varied, error) {
		return Varied{}, Problems{{File: overFlag, Key: key, Got: got, Want: want}}
	}
	text = strings.TrimSpace(text)
	_, rest, ok := layer.SplitPath(text)
	key := strings.TrimSpace(strings.TrimSuffix(text, rest))
	words, found := strings.CutPrefix(rest, "=")
	if words = strings.TrimSpace(words); !ok || !found || words == "" {
		return fail("", strconv.Quote(layer.Shorten(text)), "key=value,value, as in program.strengths_based.caseload=10,20,40")
	}
	set, bad := parseValues(words)
	if bad != nil {
		return fail(key, strconv.Quote(layer.Shorten(words)), "values with commas between, each TOML or a word; or a range { from = 1, to = 9 }")
	}
	table := layer.NewTable(layer.Place{File: overFlag})
	table.Keys[key] = set.Value
	d := decoder{places: map[string]layer.Place{}, bad: map[string]bool{}, around: map[string]bool{}}
	over := d.over(table, "")
	if len(d.problems) > 0 {
		for i := range d.problems {
			d.problems[i].File = overFlag
		}
		return Varied{}, d.problems.Err()
	}
	return over[0], nil
}

// parseValues reads a range, or values with commas between, as a setting.
func parseValues(words string) (layer.Setting, *Problem) {
	// A table is a range if it says so, else a value.
	set, bad := parseSet("x=" + words)
	if bad != nil || !set.Value.IsTable() || set.Value.Keys["from"] == nil && set.Value.Keys["to"] == nil {
		set, bad = parseSet("x=[" + words + "]")
	}
	if bad != nil && !strings.ContainsAny(words, `[]{}"'`) {
		set, bad = layer.Setting{Value: &layer.Node{List: true, At: layer.Place{File: overFlag}}}, nil
		for word := range strings.SplitSeq(words, ",") {
			var item layer.Setting
			if item, bad = parseSet("x=" + word); bad != nil {
				break
			}
			set.Value.Items = append(set.Value.Items, item.Value)
		}
	}
	return set, bad
}
