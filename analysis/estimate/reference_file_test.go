package estimate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// A refCase is one case of a file of values computed with R, as testdata/README.md
// describes it: what was computed from which data (In), and what came out (E).
type refCase[E any] struct {
	ID, Kind, Data string
	Inputs         struct {
		Filter                                map[string]any
		Y, Group, Time, Start, Status, Strata string
		Cluster, Exposure, Trt, Subject       string
		Visit                                 string
		Terms, Endogenous, Exogenous          []string
		Instruments, Columns                  []string
		Times                                 []float64
		Tau                                   float64
		Above                                 *float64 // the outcome is 1 above it, else 0
		Q, U                                  []float64
		DF                                    float64
		Contrasts                             map[string]map[string]float64
		Lin                                   struct {
			Trt string
			Cov []string
		}
	}
	Tol      float64 `json:"tol_rel"`
	Expected E
}

// casesOf reads the cases of a kind from a file of testdata.
func casesOf[E any](t *testing.T, file, kind string) []refCase[E] {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []json.RawMessage }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	var cases []refCase[E]
	for _, raw := range all.Cases {
		var is struct{ ID, Kind string }
		if err := json.Unmarshal(raw, &is); err != nil {
			t.Fatal(err)
		}
		if is.Kind != kind {
			continue
		}
		var c refCase[E]
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v", is.ID, err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Fatalf("%s: no case of kind %s", file, kind)
	}
	return cases
}

// rows are the complete rows of the case's data file, filtered, by column.
func (c *refCase[E]) rows(t *testing.T, columns ...string) [][]float64 {
	t.Helper()
	r := reference{Data: c.Data}
	r.Inputs.Filter = c.Inputs.Filter
	return r.rows(t, columns...)
}
