package layer_test

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios/layer"
)

// A menu is a small format with each kind of table that Rules tell apart.
type menu struct {
	Title  string           `toml:"title"`
	Dishes []dish           `toml:"dish"`
	Cooks  map[string]cook  `toml:"cook"`
	Prices map[string]int   `toml:"prices"`
	Hours  hours            `toml:"hours"`
	Guests []string         `toml:"guests"`
	Again  overrides        `toml:"again"`
	Absent map[string]hours `toml:"-"`
}

type dish struct {
	Name   string `toml:"name"`
	Grams  int    `toml:"grams"`
	Source string `toml:"source"`
}

type cook struct {
	Years int   `toml:"years"`
	Shift hours `toml:"shift"`
}

type hours struct {
	From int `toml:"from"`
	To   int `toml:"to"`
}

type overrides map[string]any

var rules = &layer.Rules{
	Root:        reflect.TypeFor[menu](),
	What:        "the menu",
	Atomic:      []reflect.Type{reflect.TypeFor[hours]()},
	Named:       []reflect.Type{reflect.TypeFor[dish]()},
	Removable:   []reflect.Type{reflect.TypeFor[cook]()},
	ByPath:      []reflect.Type{reflect.TypeFor[overrides]()},
	ExamplePath: "hours.from",
	Name: func(n *layer.Node) string {
		name, _ := n.Text("name")
		return name
	},
	Replace: func(t reflect.Type, table *layer.Node, key string) {
		if t == reflect.TypeFor[dish]() && key == "grams" {
			delete(table.Keys, "source")
		}
	},
}

const base = `title = "Lunch"
guests = ["Ann", "Bo"]
hours = { from = 12, to = 14 }
[[dish]]
name = "soup"
grams = 300
source = "the cook"
[[dish]]
name = "bread"
[cook.kim]
years = 3
shift = { from = 8, to = 15 }
[prices]
soup = 5
bread = 1
`

func parse(t *testing.T, file, text string) *layer.Node {
	t.Helper()
	tree, problems := layer.Parse(file, []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return tree
}

// over lays a text over base and returns both the result and what is wrong.
func over(t *testing.T, text string) (*layer.Node, layer.Problems) {
	t.Helper()
	m := layer.Merger{Rules: rules}
	tree := m.Merge(rules.Root, parse(t, "base.toml", base), parse(t, "over.toml", text))
	m.DeleteRemoved(tree, false)
	return tree, m.Problems
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

func TestParseKeepsLinesAndOrder(t *testing.T) {
	tree := parse(t, "base.toml", base)
	for line, path := range map[int]string{1: "title", 5: "dish.soup.name", 8: "dish.bread", 11: "cook.kim.years", 12: "cook.kim.shift.to", 15: "prices.bread"} {
		keys, _ := layer.ParsePath(path)
		n := rules.Find(tree, keys)
		if n == nil || n.At != (layer.Place{File: "base.toml", Line: line}) {
			t.Errorf("%s: got %+v, want line %d", path, n, line)
		}
	}
	equal(t, "order", strings.Join(tree.OrderedKeys(), " "), "title guests hours dish cook prices")
	equal(t, "sorted", strings.Join(tree.SortedKeys(), " "), "cook dish guests hours prices title")
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb = ":             "f.toml:2:4: got a text that is not TOML (",
		"a = \"\xe9\"":            "f.toml:1:6: got byte 0xe9, which is not UTF-8, want a text file in UTF-8",
		strings.Repeat("[", 1000): "want valid TOML",
		"a = " + strings.Repeat("[", 40) + strings.Repeat("]", 40): "f.toml:1:1: got a text that is not TOML (nested more than 32 levels deep), want valid TOML",
	} {
		_, problems := layer.Parse("f.toml", []byte(text))
		if err := problems.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got %v, want %s", text, err, want)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, c := range []struct{ what, text, path, want string }{
		{"a single value replaces", `title = "Dinner"`, "title", `"Dinner"`},
		{"a table merges key by key", "[prices]\nsoup = 6", "prices", "{ bread = 1, soup = 6 }"},
		{"an atomic table replaces as a whole", "[hours]\nfrom = 11", "hours", "{ from = 11 }"},
		{"so does one further down", "[cook.kim]\nshift = { to = 9 }", "cook.kim", "{ shift = { to = 9 }, years = 3 }"},
		{"so does a list without names", `guests = ["Cy"]`, "guests", `["Cy"]`},
		{"a named list appends", "[[dish]]\nname = \"cake\"", "dish", `[{ grams = 300, name = "soup", source = "the cook" }, { name = "bread" }, { name = "cake" }]`},
		{"and merges by name", "[[dish]]\nname = \"bread\"\ngrams = 50", "dish[1]", `{ grams = 50, name = "bread" }`},
		{"what is no longer true is dropped", "[[dish]]\nname = \"soup\"\ngrams = 250", "dish.soup", `{ grams = 250, name = "soup" }`},
		{"remove deletes from a list", "[[dish]]\nname = \"soup\"\nremove = true", "dish", `[{ name = "bread" }]`},
		{"remove deletes from a table", "[cook.kim]\nremove = true", "cook", "{}"},
	} {
		tree, problems := over(t, c.text)
		if err := problems.Err(); err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		path, _ := layer.ParsePath(c.path)
		equal(t, c.what, rules.Find(tree, path).TOML(), c.want)
	}
}

func TestMergeLeavesItsLayersAlone(t *testing.T) {
	under, top := parse(t, "base.toml", base), parse(t, "over.toml", "title = \"Dinner\"\n[[dish]]\nname = \"soup\"\ngrams = 1\n[prices]\nsoup = 2")
	before := under.TOML() + top.TOML()
	m := layer.Merger{Rules: rules}
	m.Merge(rules.Root, under, top)
	equal(t, "layers", under.TOML()+top.TOML(), before)
}

func TestRemoveAndDuplicatesAreReported(t *testing.T) {
	_, problems := over(t, "[[dish]]\nname = \"soup\"\nremove = \"yes\"")
	equal(t, "no truth value", problems.Error(), `over.toml:3: dish.soup.remove: got "yes", want true or false`)
	m := layer.Merger{Rules: rules}
	m.DeleteRemoved(parse(t, "f.toml", "[[dish]]\nname = \"stew\"\nremove = true"), true)
	equal(t, "nothing below", m.Problems.Error(), "f.toml:3: dish.stew.remove: got true, want something below to remove, and there is none of this name")
	m = layer.Merger{Rules: rules}
	tree := parse(t, "f.toml", "[[dish]]\nname = \"soup\"\n[[dish]]\nname = \"soup\"\ngrams = 2")
	m.DropDuplicates(tree)
	equal(t, "twice", m.Problems.Error(), "f.toml:4: dish.soup: got a second dish of this name, want each name once (the first is on line 1)")
	equal(t, "the first is kept", tree.TOML(), `{ dish = [{ name = "soup" }] }`)
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ set, path, want string }{
		{"title=Two words", "title", `"Two words"`},
		{"title=2.0", "title", "2.0"},
		{" hours.from = 9 ", "hours", "{ from = 9, to = 14 }"},
		{"hours={from=9}", "hours", "{ from = 9 }"},
		{"dish.soup.grams=9", "dish.soup", `{ grams = 9, name = "soup" }`},
		{"dish[1].grams=9", "dish.bread", `{ grams = 9, name = "bread" }`},
		{"dish.bread={grams=9}", "dish.bread", `{ grams = 9, name = "bread" }`},
		{"cook.kim.shift.to=9", "cook.kim.shift", "{ from = 8, to = 9 }"},
		{"guests[1]=Cy", "guests", `["Ann", "Cy"]`},
		{`again."hours.from"=3`, "again", `{ "hours.from" = 3 }`},
		{"prices.cake=4", "prices.cake", "4"},
	} {
		m, tree := layer.Merger{Rules: rules}, parse(t, "base.toml", base)
		s, bad := layer.ParseSetting("--set", c.set, "title=Brunch")
		if bad != nil {
			t.Errorf("%s: %v", c.set, bad)
			continue
		}
		if m.Set(tree, s); len(m.Problems) > 0 {
			t.Errorf("%s: %v", c.set, m.Problems)
			continue
		}
		path, _ := layer.ParsePath(c.path)
		equal(t, c.set, rules.Find(tree, path).TOML(), c.want)
	}
}

func TestSetRefuses(t *testing.T) {
	for set, want := range map[string]string{
		"title":            `--set: got "title", want key=value, as in title=Brunch`,
		"title=":           `--set: title: got no value, want a value; "" is the empty text`,
		"title=[1":         `--set: title: got "[1", want a TOML value or a word`,
		"titel=x":          `--set: titel: got "titel", want one of title, dish, cook, prices, hours, guests, again; did you mean "title"?`,
		"title.x=1":        "--set: title.x: got a key within title, want title itself, which is a single value",
		"dish.sop.grams=1": `--set: dish.sop.grams: got "sop", want one of bread, soup; did you mean "soup"?`,
		"dish[2].grams=1":  "--set: dish[2].grams: got [2], want a position below 2",
		"guests.Ann=1":     `--set: guests.Ann: got "Ann", want a position, as in guests[0]`,
		"cook.lee.years=1": `--set: cook.lee.years: got "lee", want kim`,
		"again.hours=1":    "",
		"again.hours.to=1": `--set: again.hours.to: got "hours", want the path of a key in quotes, as in again."hours.from"`,
	} {
		m, tree := layer.Merger{Rules: rules}, parse(t, "base.toml", base)
		s, bad := layer.ParseSetting("--set", set, "title=Brunch")
		if bad != nil {
			m.Problems = layer.Problems{*bad}
		} else {
			m.Set(tree, s)
		}
		equal(t, set, m.Problems.Error(), want)
	}
}

func TestSetMissesATable(t *testing.T) {
	m := layer.Merger{Rules: rules}
	s, _ := layer.ParseSetting("--set", "dish.soup.grams=1", "")
	m.Set(parse(t, "f.toml", "title = \"Lunch\""), s)
	equal(t, "no list", m.Problems.Error(), "--set: dish.soup.grams: got no dish in the menu, want a key that is there")
}

func TestTypeAt(t *testing.T) {
	for path, want := range map[string]reflect.Type{
		"title": reflect.TypeFor[string](), "dish.soup.grams": reflect.TypeFor[int](), "dish[0].name": reflect.TypeFor[string](),
		"cook.kim.shift": reflect.TypeFor[hours](), "guests[0]": reflect.TypeFor[string](), "nothing.here": nil,
	} {
		if got := rules.TypeAt(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

// ordered is a table in an order of its own.
type ordered []string

func (o ordered) Entries() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, key := range o {
			if !yield(key, i) {
				return
			}
		}
	}
}

func TestFromValue(t *testing.T) {
	where := layer.Place{File: "go"}
	n, ok := layer.FromValue(map[string]any{"a": []any{1, 2.0, "x", true}, "b c": map[string]int{}, "d": uint8(3)}, where)
	if !ok {
		t.Fatal("refused")
	}
	equal(t, "as TOML", n.TOML(), `{ a = [1, 2.0, "x", true], "b c" = {}, d = 3 }`)
	again := parse(t, "again.toml", "x = "+n.TOML()).Child("x")
	if !reflect.DeepEqual(again.Plain(), n.Plain()) {
		t.Errorf("read again: got %v, want %v", again.Plain(), n.Plain())
	}
	n, ok = layer.FromValue(ordered{"z", "a"}, where)
	if !ok || !slices.Equal(n.OrderedKeys(), []string{"z", "a"}) {
		t.Errorf("an ordered table: got %v, %v", n, ok)
	}
	for _, value := range []any{nil, struct{}{}, "\xe9", uint64(1) << 63, map[int]int{1: 1}, []any{func() {}}} {
		if _, ok := layer.FromValue(value, where); ok {
			t.Errorf("%#v: accepted", value)
		}
	}
}

func TestPlaceOfAValueWrittenElsewhere(t *testing.T) {
	p := layer.Place{File: "f.toml", Line: 3, Within: "factor.a.ideal.x", Sets: "x"}
	equal(t, "the value itself", p.Problem("x", "1", "2").Error(), "f.toml:3: factor.a.ideal.x: got 1, want 2")
	equal(t, "another", p.Problem("y", "1", "2").Error(), "f.toml:3: factor.a.ideal.x: got 1 at y, want 2")
}

func TestPaths(t *testing.T) {
	for path, want := range map[string]string{
		"a": "", "a.b": "a", "a[1].b": "a[1]", "a[1]": "a", `a."b.c"`: "a", `a."b.c".d`: `a."b.c"`, `"a.b"`: "",
	} {
		equal(t, path, layer.ParentPath(path), want)
	}
	equal(t, "join", layer.Join(layer.At(layer.Join("", "a"), 2), "b c"), `a[2]."b c"`)
	keys, ok := layer.ParsePath(`a[2]."b c".d~e`)
	if !ok || !slices.Equal(keys, []string{"a", "[2]", "b c", "d~e"}) {
		t.Errorf("got %q, %v", keys, ok)
	}
	for _, bad := range []string{"", "a.", ".a", "a[x]", "a[1", `"a`, "a b", "a=1"} {
		if keys, ok := layer.ParsePath(bad); ok {
			t.Errorf("%q: got %q", bad, keys)
		}
	}
}

func TestWords(t *testing.T) {
	equal(t, "misspelt", layer.DidYouMean("clints", []string{"arms", "clients"}), `did you mean "clients"?`)
	equal(t, "begins", layer.Nearest("out", []string{"outcomes_of_all", "outcomes_of"}), "outcomes_of")
	equal(t, "nothing like it", layer.DidYouMean("zzz", []string{"arms"}), "")
	equal(t, "none", layer.OneOf(nil), "nothing here: none is defined")
	equal(t, "long", layer.Shorten(strings.Repeat("é", 80)), strings.Repeat("é", 69)+"...")
}
