package estimate

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// Tolerances, relative; absolute 1e-10 near zero. R prints 15 digits.
const (
	closedForm = 1e-8
	iterative  = 1e-6
)

// near fails the test unless got agrees with want to tol relative, or 1e-10
// absolute.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= max(tol*math.Abs(want), 1e-10)) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// nearP is near for p values, relative however small.
func nearP(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*want) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// limits is an R confidence interval.
type limits struct{ Lower, Upper float64 }

type tTest struct {
	Estimate, SE, T, DF, P float64
	CI95                   limits
}

type effects struct{ Yi, Vi []float64 }

type coxFit struct {
	N                          int
	Coef, SE, HRLower, HRUpper map[string]float64
	WaldP                      float64
}

func (c *coxFit) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &struct {
		N       *int
		Coef    *map[string]float64
		SE      *map[string]float64
		HRLower *map[string]float64 `json:"hr_lower"`
		HRUpper *map[string]float64 `json:"hr_upper"`
		WaldP   *float64            `json:"wald_p"`
	}{&c.N, &c.Coef, &c.SE, &c.HRLower, &c.HRUpper, &c.WaldP})
}

type reference struct {
	ID, Kind, Data string
	Inputs         struct {
		Filter                                  map[string]any
		Y, Group, Time, Status, Strata, Cluster string
		Terms                                   []string
	}
	Expected struct {
		N1, N0         int
		Welch, Student tTest
		HedgesG        struct {
			J  float64 `json:"J_exact"`
			G  float64
			Vi float64 `json:"vi_LS"`
			CI limits  `json:"ci95_LS"`
		} `json:"hedges_g"`
		MD       effects
		SMD      effects `json:"SMD_LS"`
		RD       json.RawMessage
		OR       json.RawMessage
		ChiSq    struct{ ChiSq, P float64 } `json:"chisq_no_correction"`
		Newcombe limits                     `json:"rd_ci95_newcombe"`
		LogRank  struct{ Observed1, Expected1, Variance, ChiSq, P float64 }
		CoxEfron coxFit `json:"cox_efron"`
		Efron    coxFit
	}
}

// references of one kind.
func references(t *testing.T, kind string) []reference {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []reference }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	cases := slices.DeleteFunc(file.Cases, func(c reference) bool { return c.Kind != kind })
	if len(cases) == 0 {
		t.Fatalf("no case of kind %s", kind)
	}
	return cases
}

// rows are the complete rows of a case's data file, filtered, by column.
func (c *reference) rows(t *testing.T, columns ...string) [][]float64 {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", c.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]float64
	for _, line := range lines[1:] {
		if row, ok := c.row(t, lines[0], line, columns); ok {
			kept = append(kept, row)
		}
	}
	return kept
}

func (c *reference) row(t *testing.T, header, line, columns []string) (row []float64, ok bool) {
	t.Helper()
	for name, want := range c.Inputs.Filter {
		got := line[slices.Index(header, name)]
		if number, isNumber := want.(float64); isNumber {
			value, err := strconv.ParseFloat(got, 64)
			if err != nil || value != number {
				return nil, false
			}
		} else if got != want {
			return nil, false
		}
	}
	for _, name := range columns {
		at := slices.Index(header, name)
		if at < 0 {
			t.Fatalf("%s: no column %q", c.Data, name)
		}
		if line[at] == "" {
			return nil, false
		}
		value, err := strconv.ParseFloat(line[at], 64)
		if err != nil {
			t.Fatal(err)
		}
		row = append(row, value)
	}
	return row, true
}
