package outside

import (
	"bytes"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/replicate"
)

func read(text string) (*Estimates, error) {
	of := replicate.Range{From: 10, To: 20}
	e := New(of)
	return e, e.Add("mine.csv", strings.NewReader(text), of)
}

// What R's write.csv writes is read: names in quotes, rows with names, NA.
func TestReadsWhatRWrites(t *testing.T) {
	e, err := read("\"\",\"Replicate\",\"outcome\",\"method\",\"measure\",\"estimate\",\"se\",\"lower\",\"upper\",\"p\",\"n\"\n" +
		"\"1\",10,\"linked\",\"mine\",\"log_or\",0.5,0.1,0.3,0.7,0.001,40\n\"2\",19,\"linked\",\"mine\",\"log OR\",NA,NaN,,-Inf,NA,40\n\"3\",12,\"linked\",NA,NA,1e-3,1,NA,NA,1,40\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []analysis.Outside{{Outcome: "linked", Subgroup: "all", Method: "mine", Measure: "log OR"}, {Outcome: "linked", Subgroup: "all", Method: "elsewhere"}}
	if len(e.Analyses) != 2 || e.Analyses[0] != want[0] || e.Analyses[1] != want[1] {
		t.Fatalf("%+v", e.Analyses)
	}
	if x, made := e.Answer(10, 0); !made || x != (analysis.OutsideFit{Value: 0.5, SE: 0.1, Low: 0.3, High: 0.7, P: 0.001}) {
		t.Errorf("%+v, %v", x, made)
	}
	if x, made := e.Answer(19, 0); !made || x.Value == x.Value || x.High == x.High {
		t.Errorf("%+v, %v", x, made)
	}
	for _, r := range []int{9, 12, 20} {
		if x, made := e.Answer(r, 0); made {
			t.Errorf("replicate %d: %+v", r, x)
		}
	}
	if e.Missing(0) != 8 || e.Missing(1) != 9 || e.Infinite() != 1 || strings.Join(e.Unread(), " ") != "n" {
		t.Errorf("missing %d and %d, infinite %d, unread %v", e.Missing(0), e.Missing(1), e.Infinite(), e.Unread())
	}
	var b bytes.Buffer
	if err := e.CSV(&b); err != nil {
		t.Fatal(err)
	}
	again, err := read(b.String())
	if err != nil {
		t.Fatal(err)
	}
	var c bytes.Buffer
	if err := again.CSV(&c); err != nil || b.String() != c.String() || !strings.Contains(b.String(), "12,linked,all,,elsewhere,,0.001,1,,,1\n") {
		t.Errorf("written again:\n%swas\n%s%v", c.String(), b.String(), err)
	}
}

// Every mistake is named with file, line and column, all at once.
func TestMistakesInEstimates(t *testing.T) {
	for text, wants := range map[string][]string{
		"":                                      {"mine.csv: got an empty file"},
		"outcome,estimate\n":                    {"mine.csv:1: got no column replicate"},
		"replicate,outcome\n":                   {"mine.csv:1: got neither a column estimate nor p"},
		"replicate,outcome,estimate,estimate\n": {"mine.csv:1: got the column estimate twice"},
		"replicate,outcome,estimate,se,lower,upper,p\n20,y,1,1,,,\nx,y,1,1,,,\n11,y,one,1,,,\n12,y,1,-1,,,\n13,y,1,1,3,2,\n14,y,1,1,,,2\n15,y,1\n16,y,1,1,,,\n16,y,2,1,,,\n": {
			`mine.csv:2: replicate: got "20", want a whole number from 10 to 19`, `mine.csv:3: replicate: got "x"`, `mine.csv:4: estimate: got "one", want a number, or nothing`,
			`mine.csv:5: se: got "-1", want at least 0`, `mine.csv:6: lower: got "3", want at most upper, which is 2`, `mine.csv:7: p: got "2", want 0 to 1`,
			"mine.csv:8: got 3 cells, want 7 as in the header", "mine.csv:10: replicate 16 has an estimate of outcome y by elsewhere on line 9 already"},
		"replicate,outcome,estimate\n" + strings.Repeat("1,y,2\n", 15): {"and 5 more"},
		"replicate,outcome,estimate\n10,\"y,1\n":                       {"mine.csv: ", `extraneous or missing "`},
	} {
		_, err := read(text)
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.40q: %v\nlacks %s", text, err, want)
			}
		}
	}
}
