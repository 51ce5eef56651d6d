package review

import (
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"caseload/analysis/meta"
)

// wide writes a text in UTF-16, as Excel's "Unicode text".
func wide(text string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		if big {
			u = u>>8 | u<<8
		}
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// The same two studies, as programs write them.
func TestFilesAreReadAsProgramsWriteThem(t *testing.T) {
	for name, text := range map[string]string{
		"Excel, German":                 "study;yi;vi\r\nMüller 2001;0,5;0,04\r\n\"Øster; 2\";-0,25;0,1\r\n",
		"Excel, German, sep=":           "sep=;\r\nstudy;yi;vi\r\nMüller 2001;0,5;0,04\r\n\"Øster; 2\";-0,25;0,1\r\n",
		"sep= against the header":       "sep=;\nstudy;yi;vi;a,b,c,d,e\nMüller 2001;0,5;0,04;x\n\"Øster; 2\";-0,25;0,1;x\n",
		"with a byte order mark":        "\uFEFFstudy,yi,vi\r\nMüller 2001,0.5,0.04\r\n\"Øster; 2\",-0.25,0.1\r\n",
		"Windows-1252":                  "study;yi;vi\r\nM\xfcller 2001;0,5;0,04\r\n\"\xd8ster; 2\";-0,25;0,1\r\n",
		"UTF-16":                        wide("study\tyi\tvi\r\nMüller 2001\t0,5\t0,04\r\nØster; 2\t-0,25\t0,1\r\n", false),
		"UTF-16, big end first":         wide("study\tyi\tvi\r\nMüller 2001\t0.5\t0.04\r\nØster; 2\t-0.25\t0.1\r\n", true),
		"UTF-16 without a mark":         wide("study\tyi\tvi\r\nMüller 2001\t0.5\t0.04\r\nØster; 2\t-0.25\t0.1\r\n", false)[2:],
		"old Macintosh":                 "study,yi,vi\rMüller 2001,0.5,0.04\rØster; 2,-0.25,0.1\r",
		"R's write.csv":                 "\"\",\"study\",\"yi\",\"vi\"\n\"1\",\"Müller 2001\",0.5,0.04\n\"2\",\"Øster; 2\",-0.25,0.1\n\"3\",NA,NA,0.2\n",
		"R's write.csv2":                "\"\";\"study\";\"yi\";\"vi\"\n\"1\";\"Müller 2001\";0,5;0,04\n\"2\";\"Øster; 2\";-0,25;0,1\n",
		"blank lines and separators":    "study;yi;vi;;\nMüller 2001;0,5;0,04;;\n\"Øster; 2\";-0,25;0,1;;\n;;;;\n\n\n",
		"more separators than columns":  "study;yi;vi\nMüller 2001;0,5;0,04;;\n\"Øster; 2\";-0,25;0,1;\n",
		"a comma in a quoted header":    "study;\"yi\";vi;\"note (a, b, c, d)\"\nMüller 2001;0,5;0,04;\n\"Øster; 2\";-0,25;0,1;\n",
		"a dash from a word processor":  "study,yi,vi\nMüller 2001,0.5,0.04\nØster; 2,\u20130.25,0.1\n",
		"the same dash in Windows-1252": "study;yi;vi\nM\xfcller 2001;0,5;0,04\n\"\xd8ster; 2\";\x960,25;0,1\n",
	} {
		d, err := Read("s.csv", []byte(text), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(d.Y) != 2 || d.Study[0] != "Müller 2001" || d.Study[1] != "Øster; 2" || d.Y[0] != 0.5 || d.Y[1] != -0.25 || d.V[0] != 0.04 || d.V[1] != 0.1 {
			t.Errorf("%s: %q %v (%v)", name, d.Study, d.Y, d.V)
		}
	}
}

// Bytes from 0x80 to 0x9f are the letters that Windows has there.
func TestWindowsLettersAreTheRealOnes(t *testing.T) {
	d, err := Read("s.csv", []byte("study,yi,vi\n\x8aime\x9a \x96 \x93A\x94 \x80,1,1\n"), Options{})
	if err != nil || d.Study[0] != "Šimeš – “A” €" {
		t.Errorf("%v, %v", d, err)
	}
}

// What can't be read, or be read in two ways, is refused where it stands.
func TestAmbiguousFilesAreRefusedWithLineAndColumn(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"thousands and decimals":        {"study;yi;vi\nA;1.234,5;0,04\n", `s.csv:2: yi: got "1.234,5", want a number without marks between thousands`},
		"English thousands":             {"study\tyi\tvi\nA\t1,234.5\t0.04\n", `s.csv:2: yi: got "1,234.5", want a number without marks between thousands`},
		"points and commas in one file": {"study;yi;vi\nA;0,5;0,04\nB;0.5;0,1\nC;0.7;0.1\n", `s.csv:3: yi: got "0.5", want one decimal mark in all of the file: line 2 has "0,5"`},
		"clients by thousands":          {"yi;se;n\n1;0,2;1.200\n", `s.csv:2: n: got "1.200", want a whole number of at least 1 without marks between thousands`},
		"a comma between commas":        {"yi,se\n\"0,5\",0.2\n", `s.csv:2: yi: got "0,5", want a number; where commas are between fields, decimals have a point`},
		"thousands between commas":      {"yi,se\n\"1,234\",0.2\n", `s.csv:2: yi: got "1,234", want a number without marks between thousands`},
		"percentages":                   {"events1,n1,events0,n0\n12%,50,20%,50\n", "s.csv:2: events0: got \"20%\", want a whole number of at least 0; percentages are not read\ns.csv:2: events1: got \"12%\", want a whole number of at least 0; percentages are not read"},
		"an error of a spreadsheet":     {"study;yi;se\nA;#WERT!;0,2\n", `s.csv:2: yi: got "#WERT!", want a number`},
		"a byte that is no letter":      {"study,yi,vi\nA\x81,1,1\n", `s.csv:2: got the byte 0x81 at character 2, want text in UTF-8, UTF-16 or Windows-1252`},
		"a workbook":                    {"PK\x03\x04...", `s.csv: got an Excel workbook, or another zip file, want a CSV file: save or export it as CSV`},
		"RevMan's own file":             {"<?xml version=\"1.0\"?>", `s.csv: got an XML file, want a CSV file: save or export it as CSV`},
		"half a letter":                 {"\xff\xfey\x00i", `s.csv: got an odd number of bytes, want two for each letter, as the file begins in UTF-16`},
		"huge":                          {"yi,vi\n1e308,1\n-1e308,1\n", "s.csv:2: yi: got 1e308, want a number between -1e30 and 1e30\ns.csv:3: yi: got -1e308, want a number between -1e30 and 1e30"},
		"a huge logarithm":              {"log_or,se\n1e10,1\n", "s.csv:2: got a logarithm of a ratio of 1e+10 with a standard error of 1, want both at most 100"},
		"crossed limits":                {"or,low,high\n1.5,2.2,1.1\n", "s.csv:2: low, high: got limits 2.2 and 1.1 of 1.5, want a lower limit, and an upper one above it, with the effect between them"},
		"a ratio of 0":                  {"or,low,high\n1.5,0,2.2\n", "s.csv:2: low: got 0, want a number above 0"},
		"a trial of two":                {"d,n1,n2\n0.5,1,1\n", "s.csv:2: n1, n2: got 1 and 1 clients, want at least 2 in each arm"},
	} {
		_, err := Read("s.csv", []byte(c.text), Options{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, c.want)
		}
	}
}

// An odds ratio of 1.5 with 95 % limits 1.1 and 2.2 has a standard error of
// (log 2.2 - log 1.1) / (2 x 1.96), which is log 2 / 3.92.
func TestEffectsWithConfidenceLimitsAreRead(t *testing.T) {
	se := math.Ln2 / (2 * 1.959963984540054)
	for name, c := range map[string]struct {
		header, line string
		measure      Measure
		y, se        float64
	}{
		"odds ratio":         {"study,OR,low,high", "A,1.5,1.1,2.2", LogOR, math.Log(1.5), se},
		"risk ratio":         {"RR,95% CI low,95% CI high", "1.5,1.1,2.2", LogRR, math.Log(1.5), se},
		"hazard ratio":       {"study;Hazard ratio;CI lower;CI upper", "A;1,5;1,1;2,2", LogHR, math.Log(1.5), se},
		"RevMan's names":     {"HR,CI start,CI end", "1.5,1.1,2.2", LogHR, math.Log(1.5), se},
		"log odds ratio":     {"log_or,lower,upper", "0.4,0.1,0.7", LogOR, 0.4, 0.6 / (2 * 1.959963984540054)},
		"d":                  {"d,ci.lb,ci.ub", "0.4,0.1,0.7", SMD, 0.4, 0.6 / (2 * 1.959963984540054)},
		"any effect":         {"effect,LL,UL", "0.4,0.1,0.7", Unnamed, 0.4, 0.6 / (2 * 1.959963984540054)},
		"d and clients":      {"Cohen's d,n1,n2", "0.5,20,30", SMD, 0.4921397131, 0.2928401412},
		"g and clients":      {"g,n1,n2", "0.5,20,30", SMD, 0.5, math.Sqrt(1.0/20 + 1.0/30 + 0.25/100)},
		"events of R's meta": {"event.e,n.e,event.c,n.c", "12,40,20,40", LogOR, math.Log(12.0 / 28), math.Sqrt(1.0/12 + 1.0/28 + 2.0/20)},
		"events of RevMan":   {"Experimental cases,Experimental N,Control cases,Control N", "12,40,20,40", LogOR, math.Log(12.0 / 28), math.Sqrt(1.0/12 + 1.0/28 + 2.0/20)},
	} {
		d, err := read(Options{}, c.header, c.line)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		tolerance := 1e-12
		if name == "d and clients" { // metafor::escalc("SMD", di = 0.5, n1i = 20, n2i = 30), to 10 digits
			tolerance = 5e-11
		}
		if d.Measure != c.measure || math.Abs(d.Y[0]-c.y) > tolerance || math.Abs(math.Sqrt(d.V[0])-c.se) > tolerance || len(d.Warnings) > 0 {
			t.Errorf("%s: %s %.9g (%.9g), want %s %.9g (%.9g); %q", name, d.Measure, d.Y[0], math.Sqrt(d.V[0]), c.measure, c.y, c.se, d.Warnings)
		}
	}
	// The cells of a table are not an effect called d.
	if d := must(t, Options{}, "a,b,c,d,n1,n0", "12,28,20,20,40,40"); d.Tables == nil {
		t.Errorf("%+v", d)
	}
}

func TestNumbersOfARowThatDisagreeAreAWarning(t *testing.T) {
	d := must(t, Options{}, "study,yi,vi,se", "A,1,0.04,0.2", "B,1,0.04,0.04", "C,1,0.05,0.22", "D,1,0.2,0.2")
	if len(d.Warnings) != 1 || d.Warnings[0] != "B, line 3: the standard error is 0.04, but the root of the variance 0.2; so it is in 1 more rows" {
		t.Errorf("%q", d.Warnings)
	}
	// Rounding is no disagreement: 1.05 (1.01 to 1.09) and 0.5 (0.3 to 0.8).
	d = must(t, Options{}, "study,or,low,high", "A,1.05,1.01,1.09", "B,0.5,0.3,0.8", "C,2.00,1.1,3.0")
	if len(d.Warnings) != 1 || !strings.HasPrefix(d.Warnings[0], "C, line 4: the effect is not amid its limits on the log scale, but off by ") {
		t.Errorf("%q", d.Warnings)
	}
}

// What is at the bounds of what is read can be analysed by every method.
func TestTheLargestNumbersAreAnalysed(t *testing.T) {
	for _, m := range Methods() {
		if m == MantelHaenszel || m == Peto {
			continue
		}
		for _, alpha := range []float64{1e-9, 0.05, 0.999} {
			a := analyse(t, Question{Method: m, Alpha: alpha}, Options{Moderators: []string{"x"}}, "yi,se,x", "1e30,1,1e30", "-1e30,1e-30,-1e30", "0,1e30,1e-30", "1e-30,1,2", "2,3,4")
			for _, f := range append(a.Without, a.Fit) {
				if f.Status == meta.OK && math.IsInf(float64(f.Estimate), 0) {
					t.Errorf("%s: %+v", m, f)
				}
			}
		}
	}
}
