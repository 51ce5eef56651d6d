package meta

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"caseload/analysis/measure"
)

// The tolerance of everything that is compared with R: that of the values in
// testdata/meta.json, whose tau2 R found by iterations; absolute 1e-10 near zero.
const tolerance = 1e-6

// near fails the test unless got agrees with want, which may be missing: so is got
// then.
func near[T ~float64](t *testing.T, what string, value T, want float64) {
	t.Helper()
	got := float64(value)
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > max(tolerance*math.Abs(want), 1e-10) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// nearP is near for p values, relative however small.
func nearP[T ~float64](t *testing.T, what string, value T, want float64) {
	t.Helper()
	got := float64(value)
	if !(math.Abs(got-want) <= tolerance*want) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: got %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		near(t, what+" "+strconv.Itoa(i+1), got[i], want[i])
	}
}

// A reference is one case of a file of values computed with R, as
// testdata/README.md describes it.
type reference struct {
	ID, Kind, Data string
	Inputs         struct {
		Yi, Vi, By, Outer string
		Mods, Columns     []string
	}
	Expected json.RawMessage
}

// references of one kind. Each is a test named by its data.
func references[E any](t *testing.T, file, kind string, check func(t *testing.T, c *reference, want *E)) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []reference }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range all.Cases {
		if c.Kind != kind {
			continue
		}
		n++
		t.Run(c.ID, func(t *testing.T) {
			var want E
			// A value that no field takes would be a comparison not made.
			d := json.NewDecoder(bytes.NewReader(c.Expected))
			d.DisallowUnknownFields()
			if err := d.Decode(&want); err != nil {
				t.Fatal(err)
			}
			check(t, &c, &want)
		})
	}
	if n == 0 {
		t.Fatalf("%s: no case of kind %s", file, kind)
	}
}

// column is one of the case's data file.
func (c *reference) column(t *testing.T, name string) []float64 { return column(t, c.Data, name) }

func column(t *testing.T, file, name string) []float64 {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(lines[0], name)
	if at < 0 {
		t.Fatalf("%s: no column %q", file, name)
	}
	var out []float64
	for _, line := range lines[1:] {
		x, err := strconv.ParseFloat(line[at], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

// groups numbers the values of a column in ascending order.
func groups(x []float64) (group []int, values []float64) {
	values = slices.Compact(slices.Sorted(slices.Values(x)))
	for _, v := range x {
		group = append(group, slices.Index(values, v))
	}
	return group, values
}

// limits is an interval as R gives it.
type limits struct{ Lower, Upper float64 }

func (l limits) near(t *testing.T, what string, low, high measure.Number) {
	t.Helper()
	near(t, what+" lower", low, l.Lower)
	near(t, what+" upper", high, l.Upper)
}

// stat is z or t, whichever there is.
func stat(c *Coefficient) measure.Number {
	if c.T.Known() {
		return c.T
	}
	return c.Z
}
