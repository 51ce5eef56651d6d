package scenarios

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// Encode prints the scenario as TOML, complete with every default. Loaded
// again, the text gives the same scenario, and encoded again the same text.
func (s *Scenario) Encode() ([]byte, error) {
	e := encoder{}
	e.table("", reflect.ValueOf(*s))
	if e.err != nil {
		return nil, e.err
	}
	return []byte(e.String()), nil
}

// Hash identifies the World, which is what the scenario simulates: it is the
// SHA-256, in hex, of its TOML without the notes on where numbers come from and
// without levels of tests. Levels change no trial, nor any estimate.
func (s *Scenario) Hash() string {
	w := s.World
	w.Outcomes, w.Families = slices.Clone(w.Outcomes), slices.Clone(w.Families)
	for i := range w.Outcomes {
		w.Outcomes[i].Alpha = 0
	}
	for i := range w.Families {
		w.Families[i].Alpha = 0
	}
	if w.Interim != nil {
		n := *w.Interim
		n.Alpha = 0
		w.Interim = &n
	}
	return sha256Hex(w.simulatedPart())
}

// Same reports whether two scenarios simulate the same and test it at the same
// levels, whatever else is asked of them.
func (s *Scenario) Same(other *Scenario) bool { return s.simulatedPart() == other.simulatedPart() }

// Levels returns the levels of the tests, by the paths of their keys.
func (w *World) Levels() map[string]float64 {
	levels := map[string]float64{}
	for i := range w.Outcomes {
		levels[elementPath("outcome", w.Outcomes[i].Name, i)+".alpha"] = w.Outcomes[i].Alpha
	}
	for i := range w.Families {
		levels[elementPath("family", w.Families[i].Name, i)+".alpha"] = w.Families[i].Alpha
	}
	if w.Interim != nil {
		levels["interim.alpha"] = w.Interim.Alpha
	}
	return levels
}

// Simulated reports whether the key at a path, as Encode prints it, is one of those
// that Hash is of.
func Simulated(key string) bool {
	if isNote(key) || Asked(key) != "" {
		return false
	}
	if strings.HasSuffix(key, ".label") {
		return false
	}
	for _, note := range []string{".source", ".confidence"} {
		if strings.HasSuffix(key, note) || strings.Contains(key, note+"s.") {
			return false
		}
	}
	first := firstKey(key)
	return !strings.HasSuffix(key, ".alpha") || first != "outcome" && first != "family" && first != "interim"
}

// simulatedPart returns the text of the world without notes.
func (w *World) simulatedPart() string {
	bare := w.drawnPart()
	bare.Traits = slices.Clone(w.Traits)
	for i := range bare.Traits {
		bare.Traits[i].Source, bare.Traits[i].Label = "", ""
	}
	bare.Arms, bare.Subgroups, bare.Outcomes = slices.Clone(w.Arms), slices.Clone(w.Subgroups), slices.Clone(w.Outcomes)
	for i := range bare.Arms {
		bare.Arms[i].Label = ""
	}
	for i := range bare.Subgroups {
		bare.Subgroups[i].Label = ""
	}
	for i := range bare.Outcomes {
		bare.Outcomes[i].Label, bare.Outcomes[i].Question = "", ""
	}
	bare.Decisions, bare.Regimes = withoutLabels(w.Decisions), slices.Clone(w.Regimes)
	for i := range bare.Regimes {
		bare.Regimes[i].Label = ""
	}
	for name, v := range bare.Services {
		v.Label, v.Source, v.Sources, v.Confidence, v.Confidences = "", "", nil, "", nil
		bare.Services[name] = v
	}
	for name, p := range bare.Programs {
		p.Label, p.Source, p.Sources, p.Confidence, p.Confidences = "", "", nil, "", nil
		bare.Programs[name] = p
	}
	bare.Events = maps.Clone(w.Events)
	for name, e := range bare.Events {
		bare.Events[name] = e.withoutNotes()
	}
	bare.Measures = maps.Clone(w.Measures)
	for name, m := range bare.Measures {
		m.Source, m.Confidence = "", ""
		bare.Measures[name] = m
	}
	e := encoder{}
	e.table("", reflect.ValueOf(bare))
	return e.String()
}

// drawnPart returns the world without what is not known of it, unless that is drawn:
// else replicates have the numbers as written.
func (w *World) drawnPart() World {
	bare := *w
	drawn := func(rows []Uncertain) []Uncertain {
		if !w.Uncertainty.Use {
			return nil
		}
		rows = slices.Clone(rows)
		for i := range rows {
			rows[i].Source = ""
		}
		return rows
	}
	bare.Programs, bare.Services, bare.Uncertain = maps.Clone(w.Programs), maps.Clone(w.Services), drawn(w.Uncertain)
	for name, p := range bare.Programs {
		p.Uncertain = drawn(p.Uncertain)
		bare.Programs[name] = p
	}
	for name, v := range bare.Services {
		if v.Uncertain = drawn(v.Uncertain); v.Uncertain == nil {
			v = v.withoutIdle()
		}
		bare.Services[name] = v
	}
	return bare
}

// encoder writes TOML: of a table first the keys that fit on a line, then
// the tables within. Quantities and other small tables stand on one line,
// as a person would write them.
type encoder struct {
	strings.Builder
	err error
}

// ownHeader reports whether a value gets a [header] of its own.
func ownHeader(v reflect.Value) bool {
	t := layer.Indirect(v.Type())
	if t == overType {
		return true
	}
	switch t.Kind() {
	case reflect.Map:
		return true
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Struct && t.Elem() != reflect.TypeFor[Point]() && v.Len() > 0
	case reflect.Struct:
		return !layering.IsAtomic(t) && t != reflect.TypeFor[Limit]() && t != reflect.TypeFor[Manual]()
	}
	return false
}

func (e *encoder) table(path string, v reflect.Value) {
	for _, f := range written(v) {
		if !ownHeader(f.value) {
			e.WriteString(f.key + " = " + e.inline(f.value) + "\n")
		}
	}
	for _, f := range written(v) {
		if ownHeader(f.value) {
			e.below(headerKey(path, f.key), f.value)
		}
	}
}

// below writes what stands under headers of its own.
func (e *encoder) below(path string, v reflect.Value) {
	v = reflect.Indirect(v)
	if over, ok := v.Interface().(Over); ok {
		e.over(path, over)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			e.WriteString("\n[[" + path + "]]\n")
			e.table(path, v.Index(i))
		}
	case reflect.Map:
		e.entries(path, v)
	default:
		e.WriteString("\n[" + path + "]\n")
		e.table(path, v)
	}
}

func (e *encoder) entries(path string, v reflect.Value) {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	tables := v.Type().Elem().Kind() == reflect.Struct
	if !tables {
		e.WriteString("\n[" + path + "]\n")
	}
	for _, k := range keys {
		entry := v.MapIndex(reflect.ValueOf(k))
		if tables {
			e.below(headerKey(path, k), entry)
		} else {
			e.WriteString(layer.QuoteKey(k) + " = " + e.inline(entry) + "\n")
		}
	}
}

// inline prints a value on one line.
func (e *encoder) inline(v reflect.Value) string {
	if m, ok := v.Interface().(interface{ MarshalTOML() ([]byte, error) }); ok {
		text, err := m.MarshalTOML()
		if err != nil {
			e.err = err
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return e.inline(v.Elem())
	case reflect.Interface:
		return e.anything(v.Interface())
	case reflect.String:
		return layer.Quote(v.String())
	case reflect.Float64:
		return layer.FormatFloat(v.Float())
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	}
	var parts []string
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			parts = append(parts, e.inline(v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	for _, f := range written(v) {
		parts = append(parts, f.key+" = "+e.inline(f.value))
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// field is a key of a table and its value.
type field struct {
	key   string
	value reflect.Value
}

// written lists the keys of a struct that are printed: all but those that
// are empty and may be left out.
func written(v reflect.Value) []field {
	var out []field
	for _, f := range layer.Fields(v.Type()) {
		key, value := layer.FieldKey(f), v.FieldByIndex(f.Index)
		if strings.HasSuffix(f.Tag.Get("toml"), ",omitempty") && isEmpty(value) && !keepEmpty(v, key) {
			continue
		}
		out = append(out, field{key, value})
	}
	return out
}

func isEmpty(v reflect.Value) bool {
	if v.Kind() == reflect.Map || v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// keepEmpty names the empty keys that mean something. A trait's zero mean
// makes it a normal trait, and an effect of nothing is still of a form. A block
// must say even what it has none of, or loading it would take that from the
// preset of its name.
func keepEmpty(v reflect.Value, key string) bool {
	switch block := v.Interface().(type) {
	case Trait:
		return slices.Contains(traitForms[block.Kind], key)
	case Effect:
		zero := block.HazardRatio == 0 && block.Reaches == nil && !block.Travels() && block.Probability == 0 && block.Points == 0
		return zero && (key == "points" && isScore(block.On) || key == "probability" && !isScore(block.On))
	case Program:
		return key == "preset" || block.Preset != "" && slices.Contains([]string{"source", "confidence", "team", "effect", "max_contacts"}, key)
	case Event:
		return key == "preset" || block.Preset != "" && slices.Contains([]string{"source", "confidence", "while", "dispersion", "fatal", "acts_days"}, key)
	case Reference:
		return key == "max_contacts"
	case Service:
		return key == "preset" || block.Preset != "" &&
			slices.Contains([]string{"source", "confidence", "priority", "occupied", "planned_days"}, key)
	}
	return false
}

// traitForms are the keys that spell each kind of trait.
var traitForms = map[TraitKind][]string{
	Bernoulli:   {"prevalence"},
	Normal:      {"mean", "sd"},
	Lognormal:   {"median", "log_sd"},
	Categorical: {"levels", "shares"},
}

// headerKey extends a header by a key.
func headerKey(path, key string) string {
	if path == "" {
		return layer.QuoteKey(key)
	}
	return path + "." + layer.QuoteKey(key)
}

func quoteList(words []string) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = layer.Quote(w)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
