package review

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"caseload/scenarios"
)

// read reads a file of these lines.
func read(o Options, lines ...string) (*Data, error) {
	return Read("s.csv", []byte(strings.Join(lines, "\n")+"\n"), o)
}

func must(t *testing.T, o Options, lines ...string) *Data {
	t.Helper()
	d, err := read(o, lines...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func alike(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(b)) }

// The same trial by every way to give it: 12 of 40 and 20 of 40 is a log odds ratio of
// log(12*20/(28*20)), of variance 1/12 + 1/28 + 1/20 + 1/20.
func TestEveryLayoutIsFound(t *testing.T) {
	logOR, v := math.Log(12.0/28), 1.0/12+1.0/28+2.0/20
	for name, c := range map[string]struct {
		header, line string
		measure      Measure
		y, v, n      float64
	}{
		"variance":          {"study,yi,vi", "A,0.5,0.04", Unnamed, 0.5, 0.04, math.NaN()},
		"standard error":    {"yi,se,n", "0.5,0.2,100", Unnamed, 0.5, 0.04, 100},
		"smd":               {"smd,se", "0.5,0.2", SMD, 0.5, 0.04, math.NaN()},
		"capitals":          {"SMD,SE", "0.5,0.2", SMD, 0.5, 0.04, math.NaN()},
		"log hazard ratio":  {"log_hr,sei", "0.5,0.2", LogHR, 0.5, 0.04, math.NaN()},
		"cells":             {"a,b,c,d", "12,28,20,20", LogOR, logOR, v, 80},
		"cells of metafor":  {"ai,bi,ci,di", "12,28,20,20", LogOR, logOR, v, 80},
		"events":            {"events1,n1,events0,n0", "12,40,20,40", LogOR, logOR, v, 80},
		"events of metafor": {"ai,n1i,ci,n2i", "12,40,20,40", LogOR, logOR, v, 80},
		"semicolons":        {"yi;vi", "0,5;0,04", Unnamed, 0.5, 0.04, math.NaN()},
		"tabs":              {"yi\tvi", "0.5\t0.04", Unnamed, 0.5, 0.04, math.NaN()},
		"a true minus":      {"yi,vi", "\u22120.5,0.04", Unnamed, -0.5, 0.04, math.NaN()},
	} {
		d, err := read(Options{}, c.header, c.line)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Measure != c.measure || !alike(d.Y[0], c.y) || !alike(d.V[0], c.v) || !(d.N[0] == c.n || math.IsNaN(c.n) && math.IsNaN(d.N[0])) {
			t.Errorf("%s: %s %g (%g), %g clients", name, d.Measure, d.Y[0], d.V[0], d.N[0])
		}
	}
	d := must(t, Options{Measure: MD}, "mean1,sd1,n1,mean0,sd0,n0", "5,2,20,4,3,30")
	if d.Measure != MD || d.Y[0] != 1 || !alike(d.V[0], 4.0/20+9.0/30) || d.N[0] != 50 {
		t.Errorf("%+v", d)
	}
}

func TestMeasureChoosesWhereAFileHasTwo(t *testing.T) {
	header, line := "a,b,c,d,yi,vi", "12,28,20,20,0.5,0.04"
	if d := must(t, Options{Measure: Given}, header, line); d.Y[0] != 0.5 || d.Tables != nil {
		t.Errorf("given: %+v", d)
	}
	if d := must(t, Options{Measure: RD}, header, line); !alike(d.Y[0], -0.2) || len(d.Tables) != 1 {
		t.Errorf("risk difference: %+v", d)
	}
	_, err := read(Options{}, header, line)
	want := "s.csv:1: got both effects with variances and the four cells of a two-by-two table, want a choice: --measure given, or --measure log_or"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCommentsMarksAndBlankLinesAreNoStudies(t *testing.T) {
	d := must(t, Options{}, "\uFEFF# a source, with a comma", "study,yi,vi", "", "A,1,2", ",,", "# more", `"B, the second",3,4`)
	if len(d.Y) != 2 || d.Study[1] != "B, the second" || d.Line[0] != 4 || d.Line[1] != 7 {
		t.Errorf("%+v", d)
	}
}

func TestRowsThatLackAValueAreSkippedAndNamed(t *testing.T) {
	o := Options{Moderators: []string{"year"}, Cluster: "trial"}
	d := must(t, o, "study,yi,vi,year,trial,other", "A,1,2,1990,x,", "B,NA,2,1991,y,1", "C,1,,1992,y,1", "D,1,2,.,z,1", "E,2,2,1995,n/a,1", "F,2,2,1996,z,1")
	if strings.Join(d.Study, "") != "AF" || len(d.Skipped) != 4 {
		t.Fatalf("%+v", d)
	}
	for k, want := range []Skipped{{3, "B", "yi"}, {4, "C", "vi"}, {5, "D", "year"}, {6, "E", "trial"}} {
		if d.Skipped[k] != want {
			t.Errorf("skipped %+v, want %+v", d.Skipped[k], want)
		}
	}
}

func TestModeratorsAreNumbersOrCategories(t *testing.T) {
	d := must(t, Options{Moderators: []string{"year", "setting"}, Factors: []string{"year"}}, "yi,vi,year,setting", "1,2,1990,prison", "2,2,1991,street", "2,3,1990,street")
	if m := d.Moderators; m[0].Numbers == nil || m[1].Texts == nil || m[2].Texts == nil || m[2].Texts[0] != "1990" {
		t.Errorf("%+v", m)
	}
	group, names := Groups([]string{"10", "9", "10", "-1"})
	if strings.Join(names, " ") != "-1 9 10" || group[0] != 2 || group[3] != 0 {
		t.Errorf("groups %v of %v", group, names)
	}
}

// Everything that is wrong is said at once, in the order of the file.
func TestEveryProblemNamesItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		o     Options
		lines []string
		want  []string
	}{
		"values": {Options{}, []string{"study,yi,vi", "A,0.1,-0.2", "B,high,0.1", "C,0.3,0", "D,1e999,inf"}, []string{
			`s.csv:2: vi: got -0.2, want a number above 0`, `s.csv:3: yi: got "high", want a number`, `s.csv:4: vi: got 0, want a number above 0`,
			`s.csv:5: vi: got "inf", want a number above 0`, `s.csv:5: yi: got "1e999", want a number`}},
		"misspelt": {Options{}, []string{"study,yi,var_i", "A,1,2"}, []string{
			`s.csv:1: vi or se: got no such column, want a number above 0 (effects with variances: yi, vi)`}},
		"near": {Options{}, []string{"study,events1,n1,event0,n0", "A,1,2,3,4"}, []string{
			`s.csv:1: events0: got no such column, want a whole number of at least 0 (events and clients of two arms: events1, n1, events0, n0); did you mean "event0"?`}},
		"nothing known": {Options{}, []string{"x,y", "1,2"}, []string{
			`s.csv:1: got columns x, y, want columns yi, vi; or yi, se; or yi, low, high; or odds_ratio, low, high; or smd, n1, n0; or events1, n1, events0, n0; or mean1, sd1, n1, mean0, sd0, n0`}},
		"a measure without its columns": {Options{Measure: MD}, []string{"yi,vi", "1,2"}, []string{
			`s.csv:1: got columns yi, vi, want those of --measure md: mean1, sd1, n1, mean0, sd0, n0`}},
		"flags": {Options{Moderators: []string{"yaer"}, Cluster: "trail"}, []string{"# from", "trial,yi,vi,year", "A,1,2,1990"}, []string{
			`s.csv:2: trail: got no column of that name, want one of trial, yi, vi, year; did you mean "trial"?`,
			`s.csv:2: yaer: got no column of that name, want one of trial, yi, vi, year; did you mean "year"?`}},
		"ragged": {Options{}, []string{"yi,vi", "1,2,3", "1"}, []string{`s.csv:2: got 3 fields, want 2, as in the header`, `s.csv:3: got 1 fields, want 2, as in the header`}},
		"counts": {Options{}, []string{"events1,n1,events0,n0", "5,4,1,4", "1.5,4,1,4", "1,0,1,4", "-1,4,1,4"}, []string{
			`s.csv:2: events1: got 5, want at most n1, which is 4`, `s.csv:3: events1: got 1.5, want a whole number of at least 0`,
			`s.csv:4: n1: got 0, want a whole number of at least 1`, `s.csv:5: events1: got -1, want a whole number of at least 0`}},
		"an arm of nobody": {Options{}, []string{"a,b,c,d", "0,0,1,4"}, []string{`s.csv:2: got an arm without clients, want at least 1 in each`}},
		"one client":       {Options{}, []string{"mean1,sd1,n1,mean0,sd0,n0", "1,1,1,1,1,5"}, []string{`s.csv:2: n1, n0: got 1 and 5 clients, want at least 2 in each arm, as one has no standard deviation`}},
		"empty":            {Options{}, []string{""}, []string{`s.csv: got an empty file, want a line of column names, then a line for each study`}},
		"no studies":       {Options{}, []string{"yi,vi"}, []string{`s.csv: got no studies, want a line for each study below the column names`}},
		"all missing":      {Options{}, []string{"yi,vi", "NA,1"}, []string{`s.csv: got no study with all values that are used, want at least one`}},
		"twice":            {Options{}, []string{"yi,vi,YI", "1,1,1"}, []string{`s.csv:1: YI: got two columns of that name, want one`}},
		"quotes":           {Options{}, []string{"study,yi,vi", `A "the first",1,1`}, []string{`s.csv:2: got bare " in non-quoted-field at character 3, want fields in whole quotes or in none, and quotes within a field doubled`}},
		"tiny":             {Options{}, []string{"yi,se", "1,1e-200"}, []string{`s.csv:2: se: got 1e-200, want a number from 1e-30 to 1e30`}},
	} {
		_, err := read(c.o, c.lines...)
		if _, ok := err.(scenarios.Problems); !ok {
			t.Errorf("%s: got %T %v", name, err, err)
			continue
		}
		if got := err.Error(); got != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, strings.Join(c.want, "\n"))
		}
	}
	if _, err := read(Options{}, append([]string{"yi,vi"}, strings.Split(strings.Repeat("1,1\n", MaxRows+1), "\n")...)...); err == nil || !strings.Contains(err.Error(), "got 10001 studies, want at most 10000") {
		t.Errorf("too many: %v", err)
	}
}

// FuzzRead: whatever a file holds, it is refused or read whole, and can be analysed.
func FuzzRead(f *testing.F) {
	bcg, err := os.ReadFile("../../docs/examples/bcg.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{string(bcg), "yi,vi\n1,2\n", "yi;se\n0,1;0,2\n", "a,b,c,d\n1,2,3,4\n0,5,0,5\n", "mean1,sd1,n1,mean0,sd0,n0\n1,1,5,2,1,5\n", "study,yi,vi,n\nA,1,1e-300,4\n", "\"", "#\n", "yi,vi\n1e300,1e-300\n-1e300,1e300\n2,1\n", "yi,vi\n1e30,1e-30\n-1e30,1e30\n2,1\n", "or;low;high\n1,5;1,1;2,2\n", "d\tn1\tn2\n0,5\t20\t22\n", "sep=;\nyi;vi\n1;2\n", "\xff\xfey\x00i\x00"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read("f.csv", text, Options{})
		if err != nil {
			if _, ok := err.(scenarios.Problems); !ok || err.Error() == "" {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		k := len(d.Y)
		if k == 0 || len(d.V) != k || len(d.Study) != k || len(d.Line) != k || len(d.N) != k {
			t.Fatalf("%+v", d)
		}
		for i := range d.Y {
			if !(d.V[i] > 0) || math.IsInf(d.V[i], 0) || math.IsNaN(d.Y[i]) || math.IsInf(d.Y[i], 0) {
				t.Fatalf("line %d: %g (%g)", d.Line[i], d.Y[i], d.V[i])
			}
		}
		if k > 30 {
			return
		}
		if _, err := Analyse(context.Background(), d, Question{Method: "reml", Alpha: 0.05}); err != nil {
			t.Fatal(err)
		}
	})
}
