package meta

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/analysis/review"
	"caseload/internal/suite"
	"caseload/results/report"
)

// bcg is the example of the docs: dat.bcg.
func bcg(t *testing.T, q review.Question, o review.Options) *Meta {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/bcg.csv")
	if err != nil {
		t.Fatal(err)
	}
	if o.Measure == "" {
		o.Measure = review.LogRR
	}
	return metaOf(t, q, o, string(text))
}

func metaOf(t *testing.T, q review.Question, o review.Options, text string) *Meta {
	t.Helper()
	d, err := review.Read("dir/bcg.csv", []byte(text), o)
	if err != nil {
		t.Fatal(err)
	}
	if q.Alpha == 0 {
		q.Alpha = 0.05
	}
	if q.Method == "" {
		q.Method = "reml"
	}
	a, err := review.Analyse(context.Background(), d, q)
	if err != nil {
		t.Fatal(err)
	}
	return New(a, o.Order)
}

// metaView is what is shown, and how much of it.
type metaView struct {
	View
	Brief bool
}

func metaText(t *testing.T, m *Meta, f report.Format, width int, v metaView) string {
	t.Helper()
	var b strings.Builder
	m.View = v.View
	level := report.Full
	if v.Brief {
		level = report.Brief
	}
	if err := report.Write(&b, m, f, width, level); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func metaJSON(t *testing.T, m *Meta) map[string]any {
	t.Helper()
	var b strings.Builder
	if err := m.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "NaN") {
		t.Error("NaN in the JSON")
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(b.String()), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The names that programs read, with the values of metafor 3.8-1 for dat.bcg
// (analysis/meta/testdata/meta.json, case bcg, REML).
func TestMetaJSONHasItsNames(t *testing.T) {
	got := metaJSON(t, bcg(t, review.Question{}, review.Options{Subgroup: "allocation", Moderators: []string{"latitude"}}))
	for name, want := range map[string]float64{"k": 13, "estimate": -0.71453234215814, "se": 0.179781516105207, "low": -1.06689763881035, "high": -0.362167045505926,
		"z": -3.97444830613176, "p": 7.05425810164234e-05, "tau2": 0.313243258136486, "i2": 92.2213845212691, "h2": 12.8557582353093, "q": 152.233008082373,
		"q_df": 12, "q_p": 1.99676459084579e-26, "pi_low": -1.8666922179029, "pi_high": 0.437627533586617,
		"tau2_low": 0.119718361141152, "tau2_high": 1.11147908406093, "i2_low": 81.9205745585831, "h2_high": 43.0677124309816} {
		if x, ok := got[name].(float64); !ok || math.Abs(x-want) > 1e-6*math.Abs(want) {
			t.Errorf("%s: got %v, want %g", name, got[name], want)
		}
	}
	for _, name := range []string{"t", "df", "clusters"} {
		if x, there := got[name]; !there || x != nil {
			t.Errorf("%s: got %v, want null", name, x)
		}
	}
	if got["method"] != "reml" || got["measure"] != "log_rr" || got["file"] != "bcg.csv" || got["status"] != "ok" || got["test"] != "z" {
		t.Errorf("%v", got)
	}
	for name, n := range map[string]int{"studies": 13, "leave_one_out": 13, "cumulative": 13, "influence": 13, "skipped": 0, "warnings": 0} {
		if list, ok := got[name].([]any); !ok || len(list) != n {
			t.Errorf("%s: got %v, want a list of %d", name, got[name], n)
		}
	}
}

// What is not estimated is null, never 0.
func TestMetaHasNoNumberThatIsNotThere(t *testing.T) {
	got := metaJSON(t, bcg(t, review.Question{Method: "fe"}, review.Options{}))
	for _, name := range []string{"tau2", "tau2_se", "tau2_low", "i2_low", "pi_low", "pi_high", "t"} {
		if got[name] != nil {
			t.Errorf("common effect: %s is %v", name, got[name])
		}
	}
	got = metaJSON(t, bcg(t, review.Question{KnappHartung: true}, review.Options{}))
	if got["z"] != nil || got["t"] == nil || got["df"] != 12.0 {
		t.Errorf("Knapp-Hartung: z %v, t %v, df %v", got["z"], got["t"], got["df"])
	}
	got = metaJSON(t, metaOf(t, review.Question{}, review.Options{}, "yi,vi\n0.5,0.04\n"))
	for _, name := range []string{"tau2", "i2", "h2", "q_p", "pi_low", "leave_one_out"} {
		if got[name] != nil {
			t.Errorf("one study: %s is %v", name, got[name])
		}
	}
	m := metaOf(t, review.Question{KnappHartung: true}, review.Options{}, "yi,vi\n1,0.1\n1,0.2\n1,0.3\n")
	got = metaJSON(t, m)
	if got["status"] != "zero variance" || got["estimate"] != nil || got["failed"].(float64) < 1 {
		t.Errorf("equal effects: %v", got)
	}
	if text := metaText(t, m, report.Text, 100, metaView{}); !strings.Contains(text, "There is no pooled effect: zero variance.") || strings.Contains(text, "NaN") || strings.Contains(text, "The pooled effect") || !strings.HasPrefix(text, "8 of 9 fits failed: 8 zero variance.\n") {
		t.Errorf("got %s", text)
	}
}

func TestMetaReadsInOrder(t *testing.T) {
	m := bcg(t, review.Question{}, review.Options{Subgroup: "allocation", Moderators: []string{"latitude"}, Order: "year"})
	suite.InOrder(t, metaText(t, m, report.Text, 120, metaView{View: View{LeaveOut: true, UpTo: true}}), "0 of 35 fits failed.\nbcg.csv: 13 studies, 357,347 clients.\n\nThe 13 studies together put the risk ratio at 0.49",
		"51 % lower risk", "92 % of the variance", "between 0.15 and 1.55", "not certain to\ngo in the same direction", "\nForest plot", "Aronson 1948", "◆", "prediction", "\nThe pooled effect", "-0.71  0.18  [-1.07, -0.36]",
		"\nHow much effects vary", "152.23 (12)", "\nBy subgroup", " random ", "Q = 1.86 on 2 df", "\nModerators", " latitude ", "QM = 16.36 on 1 df", "75.6 % of tau2",
		"\nDo small studies", " Egger ", "trim and fill", "\nFunnel plot", "●", "\nWithout each study", "\nWhat each study does", "\nCumulated by year", " Aronson 1948 ", " TPT Madras 1980 ")
	suite.InOrder(t, metaText(t, m, report.Markdown, 120, metaView{}), "\n### Forest plot", "```text\n", "\n```\n", "\n### The pooled effect", "| measure ", "\n### Moderators", "| latitude ")
	brief := metaText(t, m, report.Text, 120, metaView{Brief: true})
	if !strings.Contains(brief, "Forest plot") || strings.Contains(brief, "The pooled effect") {
		t.Errorf("brief is %s", brief)
	}
}

func TestMetaKeepsWithinTheWidth(t *testing.T) {
	m := bcg(t, review.Question{}, review.Options{Subgroup: "allocation", Moderators: []string{"latitude"}, Order: "year"})
	for _, width := range []int{60, 80, 120, 200} {
		for line := range strings.Lines(metaText(t, m, report.Text, width, metaView{View: View{LeaveOut: true, UpTo: true}})) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d characters in a line of at most %d: %s", n, width, line)
			}
		}
	}
}

// Where there is hardly room, the weights make way for the drawing, which goes last.
func TestForestMakesRoom(t *testing.T) {
	m := bcg(t, review.Question{}, review.Options{})
	wide, narrow := strings.Join(m.forest(120), "\n"), strings.Join(m.forest(60), "\n")
	if !strings.Contains(wide, "10.2 %") || strings.Contains(narrow, "%") || !strings.Contains(narrow, "◆") || !strings.Contains(narrow, "0.1") {
		t.Errorf("got\n%s\n%s", wide, narrow)
	}
	if lines := m.forest(40); len(lines) > 0 {
		t.Errorf("got %q", lines)
	}
}

// In the forest plot, marks are where the axis says.
func TestForestMarksAreInTheirPlaces(t *testing.T) {
	m := bcg(t, review.Question{}, review.Options{})
	lines := m.forest(120)
	labels, ticks := []rune(lines[len(lines)-1]), []rune(lines[len(lines)-2])
	at := func(line []rune, r rune) int {
		for k, c := range line {
			if c == r {
				return k
			}
		}
		return -1
	}
	var one, tenth int
	var places []int
	for k, c := range ticks {
		if c == '┴' {
			places = append(places, k)
		}
	}
	found := regexp.MustCompile(`\S+`).FindAllString(string(labels), -1)
	if len(found) != len(places) {
		t.Fatalf("%d labels for %d ticks", len(found), len(places))
	}
	for k, label := range found {
		switch label {
		case "1":
			one = places[k]
		case "0.1":
			tenth = places[k]
		}
	}
	if one == 0 || tenth == 0 {
		t.Fatalf("labels %q", found)
	}
	for k, s := range m.Studies {
		line := []rune(lines[k])
		mark := max(at(line, '■'), at(line, '▪'))
		if want := float64(one) + float64(s.YI)/math.Ln10*float64(one-tenth); math.Abs(float64(mark)-want) > 1.1 {
			t.Errorf("%s: mark at %d, want %.1f", s.Study, mark, want)
		}
	}
	if line := []rune(lines[13]); at(line, '◆') < 0 || math.Abs(float64(at(line, '◆'))-(float64(one)+float64(m.Estimate)/math.Ln10*float64(one-tenth))) > 1.1 {
		t.Errorf("pooled: %s", string(line))
	}
}

func TestMetaCSVHasEveryEffectInFull(t *testing.T) {
	m := bcg(t, review.Question{}, review.Options{Subgroup: "allocation", Moderators: []string{"latitude"}})
	rows, err := csv.NewReader(strings.NewReader(metaText(t, m, report.CSV, 0, metaView{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, row := range rows[1:] {
		kinds[row[0]]++
	}
	for kind, n := range map[string]int{"pooled": 1, "subgroup": 3, "coefficient": 2, "study": 13, "without": 13, "up_to": 13, "trim_fill": 1} {
		if kinds[kind] != n {
			t.Errorf("%d rows of kind %s, want %d", kinds[kind], kind, n)
		}
	}
	if rows[1][4] != m.Estimate.CSV() || len(rows[1][4]) < 15 {
		t.Errorf("%v", rows[1])
	}
}

func TestMetaWarns(t *testing.T) {
	for name, c := range map[string]struct {
		q    review.Question
		o    review.Options
		text string
		want string
	}{
		"deviations": {review.Question{}, review.Options{}, "study,smd,se\nA,0.3,1\nB,0.2,0.2\nC,0.1,0.3\n", `^A, line 2: the standard error implies 4\.0 clients in all; is it a standard deviation\?$`},
		"variances":  {review.Question{}, review.Options{}, "study,smd,se,n\nA,0.3,0.04,100\nB,0.2,0.2,100\n", `^A, line 2: the standard error is 0\.20 of the least that 100 clients can give; is it a variance\?$`},
		"flat":       {review.Question{}, review.Options{}, "yi,se,n\n0.1,1,20\n0.2,1,40\n0.2,1,80\n0,1,200\n1,1,300\n", `^Standard errors go with the number of clients to the power -?0\.00, where -0\.5 is expected; are they standard deviations\?$`},
		"apart":      {review.Question{}, review.Options{}, "study,mean1,sd1,n1,mean0,sd0,n0\nA,5,1,20,1,1,20\n", `^A, line 2: the arms are 4\.0 standard deviations apart`},
		"no events":  {review.Question{}, review.Options{}, "a,b,c,d\n0,9,0,9\n1,9,3,9\n2,9,3,9\n4,6,5,5\n5,5,7,7\n", `^1 study has no events, or nothing else, in either arm`},
		"repeated":   {review.Question{}, review.Options{}, "study,yi,vi\nA,1,0.1\nA,2,0.2\nB,1,0.1\nB,1,0.2\nC,1,0.3\n", `^2 studies \(such as "A"\) have several rows, which are counted as studies of their own; if they are of the same clients, name their column by --cluster$`},
		"few":        {review.Question{}, review.Options{}, "yi,vi\n1,0.1\n2,0.2\n", `^2 studies say next to nothing of tau2`},
		"short":      {review.Question{KnappHartung: true}, review.Options{}, "yi,vi\n1,0.1\n1.01,0.2\n1.02,0.3\n", `^the Knapp-Hartung standard error is `},
		"few trials": {review.Question{}, review.Options{Cluster: "trial"}, "yi,vi,trial\n1,0.1,a\n1.2,0.2,a\n0.3,0.1,b\n0.5,0.1,c\n", `degrees of freedom: a robust test of fewer than 4 rejects too often$`},
		"moderators": {review.Question{}, review.Options{Moderators: []string{"x"}}, "yi,vi,x\n1,0.1,1\n1.2,0.2,2\n0.3,0.1,3\n0.5,0.1,2\n0.5,0.3,1\n", `^5 effects for 1 coefficient: fewer than 10 each`},
		"collinear":  {review.Question{}, review.Options{Moderators: []string{"x"}}, "yi,vi,x\n1,0.1,1\n1.2,0.2,1\n0.3,0.1,1\n0.5,0.1,1\n0.5,0.3,1\n", `^no regression on moderators: collinear moderators$`},
		"agreement":  {review.Question{}, review.Options{}, "yi,vi\n1,0.1\n1,0.2\n1,0.3\n1,1\n1.1,0.5\n", `the interval of tau2 is empty, and is given as 0 to 0$`},
	} {
		m := metaOf(t, c.q, c.o, c.text)
		found := false
		for _, w := range m.Warnings {
			found = found || regexp.MustCompile(c.want).MatchString(w)
		}
		if !found {
			t.Errorf("%s: %q, want %s", name, m.Warnings, c.want)
		}
		if text := strings.Join(strings.Fields(metaText(t, m, report.Text, 100, metaView{})), " "); !strings.Contains(text, "Warning: ") || strings.Contains(text, "?.") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestTicksOfRatiosAreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		most      int
		want      string
	}{{math.Log(0.08), math.Log(6), 8, "0.1 0.2 0.5 1 2 5"}, {math.Log(0.001), math.Log(900), 4, "0.01 1 100"}, {math.Log(0.9), math.Log(1.1), 6, "0.90 0.95 1.00 1.05 1.10"},
		{math.Log(0.07), math.Log(7), 2, "0.1 1"}, {math.Log(0.6), math.Log(1.9), 7, "0.6 0.8 1 1.25 1.5"}} {
		var got []string
		for _, x := range Ticks(c.low, c.high, c.most, true) {
			got = append(got, x.Label)
			if x.At < c.low-1e-9 || x.At > c.high+1e-9 {
				t.Errorf("tick %s is outside", x.Label)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
