package estimate

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"
)

// regimeRows reads a set of rows of testdata/regimes.csv.
func regimeRows(t *testing.T, set string) (d *Data, binary []float64) {
	t.Helper()
	f, err := os.Open("testdata/regimes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(text string) float64 {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	d = &Data{}
	for _, row := range rows[1:] {
		if row[0] != set {
			continue
		}
		d.Treated, d.Person = append(d.Treated, row[1] == "1"), append(d.Person, int32(number(row[2])))
		d.Weight, d.Y = append(d.Weight, number(row[3])), append(d.Y, number(row[4]))
		binary = append(binary, number(row[5]))
	}
	return d, binary
}

// R: testdata/make-regimes.R, geepack::geeglm with weights and clients as clusters, for two
// regimes that begin in the same arm, so that responders are in both, and in different arms.
func TestRegimesAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/make-regimes.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]float64
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for set, x := range want {
		d, binary := regimeRows(t, set)
		means := fit(regimeMeans{}, d)
		d.Y = binary
		odds, shares := fit(regimeLogistic{}, d), fit(regimeMeans{}, d)
		for k, got := range []float64{means.Value, means.SE, odds.Value, odds.SE, shares.Value, shares.SE} {
			if math.Abs(got/x[k]-1) > 1e-8 {
				t.Errorf("%s: number %d is %.12g, want %.12g", set, k, got, x[k])
			}
		}
	}
}

// With one row of weight 1 a client, it is the difference of means with the sum of squares
// over n^2 as the variance of each.
func TestRegimesOfOneRowAClient(t *testing.T) {
	d := &Data{}
	for i, y := range []float64{3, 5, 8, 1, 2, 2, 6} {
		d.Treated, d.Y = append(d.Treated, i < 3), append(d.Y, y)
		d.Weight, d.Person = append(d.Weight, 1), append(d.Person, int32(i))
	}
	got := fit(regimeMeans{}, d)
	mean1, mean0 := 16.0/3, 11.0/4
	variance := 0.0
	for i, y := range d.Y {
		if i < 3 {
			variance += (y - mean1) * (y - mean1) / 9
		} else {
			variance += (y - mean0) * (y - mean0) / 16
		}
	}
	if math.Abs(got.Value-(mean1-mean0)) > 1e-12 || math.Abs(got.SE-math.Sqrt(variance)) > 1e-12 {
		t.Errorf("%v, standard error %v; want %v and %v", got.Value, got.SE, mean1-mean0, math.Sqrt(variance))
	}
}
