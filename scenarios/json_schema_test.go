package scenarios

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios/layer"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiledSchema is what a validator that shares no code with ours makes of the schema.
func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := SchemaJSON()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scenario.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON is a TOML text as the validator reads it.
func asJSON(t *testing.T, name, text string) any {
	t.Helper()
	tree, problems := layer.Parse(name, []byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	data, err := json.Marshal(tree.Plain())
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestSchemaTakesWhatWeTake validates all scenarios and presets that there are.
func TestSchemaTakesWhatWeTake(t *testing.T) {
	schema := compiledSchema(t)
	var names []string
	for _, pattern := range []string{"library/*.toml", "preset/*/*.toml", "testdata/everything.toml", "../docs/examples/*.toml"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		names = append(names, found...)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, name, string(text))); (err != nil) != (filepath.Base(name) == "mistaken.toml") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compiledSchema(t)
	for _, text := range []string{
		"title = 3", "trial.client = 3", `trial.clients = "many"`, "trial.clients = 2.5", `trial.accrual.pattern = "monthly"`,
		"[[arm]]\nname = 3", "[[arm]]\nprogram = []", "[program.x]\nuptake = 1.2", "[program.x]\nconfidences = { staff = \"sure\" }",
		`[service.x]` + "\n" + `slots = "many"`, "[service.x]\nlinkage = { probability = 1.2, by_days = 7 }", "[service.x]\nlinkage = 0.3",
		"[service.x]\nkind = \"substance\"", "[[outcome]]\nvariable = \"link\"", "[[outcome]]\nmethod = \"coxx\"", "[[outcome]]\nmethod = [\"cox\", \"coxx\"]",
		"[[outcome]]\nsubgroups = \"a\"", "[[study]]\nremove = 1", "outcome = 1", "[trial.randomization]\nmethod = \"dice\"",
	} {
		if schema.Validate(asJSON(t, "bad.toml", text)) == nil {
			t.Errorf("the schema takes %q", text)
		}
	}
}

// TestEveryKeyIsExplained holds the schema to say something of each key of the
// reference whose value is not a table of its own.
func TestEveryKeyIsExplained(t *testing.T) {
	for _, table := range Schema() {
		for _, key := range table.Keys {
			tables := strings.HasPrefix(key.Kind, "table") || strings.HasPrefix(key.Kind, "quantity")
			if text := meanings()[table.Type][key.Name]; text == "" && !tables {
				t.Errorf("nothing is said of %s in %s; see TestReference in docs", key.Name, table.Type)
			} else if regexp.MustCompile(markdownLink).MatchString(text) {
				t.Errorf("%s in %s: a link in %q", key.Name, table.Type, text)
			}
		}
	}
}

// partly are keys with words that go with other keys: a check asks for some of them.
var partly = []string{"Outcome.method", "Outcome.set", "Quantity.among", "Figure.statistic", "Outcome.variable", "Intercurrent.death"}

// TestChoicesAreThoseOfTheChecks writes another word at each key that has choices, and
// compares what the check wants instead.
func TestChoicesAreThoseOfTheChecks(t *testing.T) {
	tried := map[string]bool{}
	for _, from := range [][]string{
		{"testdata", "everything.toml"},
		{"testdata", "everything.toml", `trial.randomization={ method = "cluster", by = "site" }`, `measure.urine.confidence="low"`},
		{".", "needle-exchange"}, {".", "cochrane-2007"}, {"../docs/examples", "cochrane-calibrate.toml"},
	} {
		s, err := Load(os.DirFS(from[0]), from[1], from[2:])
		if err != nil {
			t.Fatal(err)
		}
		eachTable(reflect.ValueOf(s).Elem(), "", func(v reflect.Value, path string) {
			for _, f := range layer.Fields(v.Type()) {
				key := layer.FieldKey(f)
				words := choices[v.Type()][key]
				id := v.Type().Name() + "." + key
				if words == nil || tried[id] || !s.origin.has(layer.Join(path, key)) {
					continue
				}
				var value any = "nonsense"
				if k := f.Type.Kind(); k == reflect.Slice && f.Type != reflect.TypeFor[Strings]() {
					value = []string{"nonsense"}
				} else if k == reflect.Map {
					value = map[string]string{map[reflect.Type]string{reflect.TypeFor[Program](): "staff", reflect.TypeFor[Service](): "slots", reflect.TypeFor[Event](): "rate"}[v.Type()]: "nonsense"}
				}
				_, err := s.With(Setting{Key: layer.Join(path, key), Value: value}) // faster than Load, which tries designs, too
				tried[id] = checkedWords(t, id, words(), err)
			}
		})
	}
	for table, keys := range choices {
		for key := range keys {
			if id := table.Name() + "." + key; !tried[id] {
				t.Errorf("no scenario here has %s", id)
			}
		}
	}
}

// checkedWords compares the choices of a key with those that the refusal names.
func checkedWords(t *testing.T, id string, words []string, err error) bool {
	t.Helper()
	problems, _ := errors.AsType[Problems](err)
	for _, p := range problems {
		if !strings.Contains(p.Got, "nonsense") {
			continue
		}
		if slices.Contains(partly, id) {
			for _, w := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(p.Want, "one of "), ", ..."), ", ") {
				if w = strings.Trim(w, `"`); !slices.Contains(words, w) {
					t.Errorf("%s: the check takes %q, the schema does not", id, w)
				}
			}
		} else if diff := cmp.Diff(layer.OneOf(words), p.Want); diff != "" {
			t.Errorf("%s (-schema +check)\n%s", id, diff)
		}
		return true
	}
	t.Errorf("%s: \"nonsense\" is not refused: %v", id, err)
	return false
}

// eachTable visits the tables of a scenario with their paths.
func eachTable(v reflect.Value, path string, visit func(reflect.Value, string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachTable(v.Elem(), path, visit)
		}
	case reflect.Struct:
		visit(v, path)
		for _, f := range layer.Fields(v.Type()) {
			eachTable(v.FieldByIndex(f.Index), layer.Join(path, layer.FieldKey(f)), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			inside := layer.At(path, i)
			if name := v.Index(i); name.Kind() == reflect.Struct && layering.IsNamed(v.Type()) && name.FieldByName("Name").IsValid() {
				inside = layer.Join(path, name.FieldByName("Name").String())
			}
			eachTable(v.Index(i), inside, visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachTable(v.MapIndex(key), layer.Join(path, key.String()), visit)
		}
	}
}
