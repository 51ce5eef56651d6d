package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"caseload/internal/suite"
)

// analystEnv makes the test binary a program that analyses blocks, and says how it behaves.
const analystEnv = "CASELOAD_TEST_ANALYST"

// analyseBlocks analyses blocks: the difference of the shares of the first outcome, and a number
// that is drawn. How is a word and what it is about, with a colon between.
func analyseBlocks(how string) {
	how, about, _ := strings.Cut(how, ":")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var q request
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("about to read", q.Data) // goes to the log
		switch how {
		case "crash": // once, of the block that the file names
			if text, err := os.ReadFile(about); err == nil && string(text) == strconv.Itoa(q.Block) {
				_ = os.Remove(about)
				fmt.Fprintln(os.Stderr, "out of memory")
				os.Exit(3)
			}
		case "hang":
			if strconv.Itoa(q.Block) == about {
				time.Sleep(time.Hour)
			}
		case "refuse":
			fmt.Printf("{\"block\":%d,\"ok\":false,\"error\":\"no convergence\"}\n", q.Block)
			continue
		case "silent":
			fmt.Printf("{\"block\":%d,\"ok\":true}\n", q.Block)
			continue
		}
		estimateBlock(&q)
		fmt.Printf("{\"block\":%d,\"ok\":true}\n", q.Block)
	}
}

func estimateBlock(q *request) {
	f, err := os.Open(filepath.Join(q.Data, "clients.csv"))
	if err != nil {
		panic(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	arm, y := slices.Index(rows[0], "arm"), slices.Index(rows[0], "outcome.linked_7d")
	var n, sum [2]float64
	var out strings.Builder
	out.WriteString("replicate,outcome,method,estimate,se\n")
	for k, row := range rows[1:] {
		treated := 0
		if row[arm] == "sbcm" {
			treated = 1
		}
		x, _ := strconv.ParseFloat(row[y], 64)
		n[treated]++
		sum[treated] += x
		if k+2 < len(rows) && rows[k+2][0] == row[0] {
			continue
		}
		r, _ := strconv.Atoi(row[0])
		draws := rand.New(rand.NewPCG(uint64(q.Seed), uint64(r)))
		d := sum[1]/n[1] - sum[0]/n[0]
		fmt.Fprintf(&out, "%d,linked_7d,mine,%v,0.2\n%d,linked_7d,drawn,%v,0.2\n", r, d, r, draws.NormFloat64())
		n, sum = [2]float64{}, [2]float64{}
	}
	if err := os.WriteFile(q.Answer, []byte(out.String()), 0o644); err != nil {
		panic(err)
	}
}

// withAnalyst runs a scenario of 300 small trials and has them analysed.
func withAnalyst(t *testing.T, how string, args ...string) called {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(analystEnv, how)
	return call(t, t.Context(), append([]string{"run", "needle-exchange", "--set", "trial.clients=20", "--outcome", "linked_7d", "--replicates", "300",
		"--analyse", "'" + self + "' a 'b c'"}, args...)...)
}

// answersOf are the files of a folder that must be the same, its logs left out.
func answersOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := contents(t, dir)
	for name := range all {
		if strings.HasSuffix(name, ".log") {
			delete(all, name)
		}
	}
	return all
}

// Answers depend on data and seed alone: not on the workers, not on the order in which
// blocks are asked about, and not on which program was asked before. A program that fails
// is started again.
func TestAnswersDependOnDataAndSeedAlone(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if got := withAnalyst(t, "ok", "--workers", "1", "--out", at("one")); got.code != exitDone {
		t.Fatalf("%d: %s%s", got.code, got.stdout, got.stderr)
	}
	want := answersOf(t, at("one"))
	if !strings.Contains(want["elsewhere.csv"], "299,linked_7d,all,,drawn,,") || len(strings.Split(want["elsewhere.csv"], "\n")) != 602 {
		t.Fatalf("elsewhere.csv: %.300s", want["elsewhere.csv"])
	}
	same := func(name string) {
		t.Helper()
		got := answersOf(t, at(name))
		for file, text := range want {
			if got[file] != text {
				t.Errorf("%s: %s is another file (%d bytes, want %d)", name, file, len(got[file]), len(text))
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d files, want %d", name, len(got), len(want))
		}
	}
	if got := withAnalyst(t, "ok", "--workers", "3", "--out", at("three")); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	same("three")
	for _, block := range []string{"000064-000127.csv", "000192-000255.csv", "000000-000063.csv"} {
		if err := os.Remove(filepath.Join(at("three"), "answers", block)); err != nil {
			t.Fatal(err)
		}
	}
	if got := withAnalyst(t, "ok", "--out", at("three")); got.code != exitDone || !strings.Contains(got.stderr, "Found the answers to 2 of 5 blocks") {
		t.Fatal(got.stderr)
	}
	same("three")
	crash := at("crash.txt")
	if err := os.WriteFile(crash, []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := withAnalyst(t, "crash:"+crash, "--workers", "2", "--out", at("crashed")); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	if _, err := os.Stat(crash); err == nil {
		t.Error("no program has crashed")
	}
	same("crashed")
	for name, text := range contents(t, at("crashed")) {
		if name == "answers/analyse-1.log" && !strings.Contains(text, "about to read") {
			t.Errorf("the log is %q", text)
		}
	}
}

// What takes too long is marked, and the run with it, and is tried again by the same
// command. Another command is refused.
func TestAnAnalysisThatTimesOutIsMarked(t *testing.T) {
	suite.Long(t)
	out := filepath.Join(t.TempDir(), "out")
	got := withAnalyst(t, "hang:1", "--analyse-timeout", "1s", "--out", out)
	if got.code != exitDone || !strings.Contains(got.stderr, "Not reproducible: the analysis of replicates 64 to 127 timed out.") ||
		!strings.Contains(got.stderr, "linked_7d by mine has no row for 64 of 300 trials; they count as fits that failed.") {
		t.Fatalf("%d: %s", got.code, got.stderr)
	}
	if text := contents(t, out)["answers/analyse.json"]; !strings.Contains(text, "\"timed_out\": [\n    64\n  ]") {
		t.Error(text)
	}
	if got := withAnalyst(t, "ok", "--out", out); got.code != exitDone || strings.Contains(got.stderr, "Not reproducible") || !strings.Contains(got.stderr, "4 of 5 blocks") {
		t.Errorf("%d: %s", got.code, got.stderr)
	}
	if text := contents(t, out)["answers/analyse.json"]; !strings.Contains(text, "\"timed_out\": []") {
		t.Error(text)
	}
	if got := call(t, t.Context(), "run", "needle-exchange", "--set", "trial.clients=20", "--replicates", "300", "--analyse", "cat", "--out", out); got.code != exitBadInput || !strings.Contains(got.stderr, "arguments: there") {
		t.Errorf("%d: %s", got.code, got.stderr)
	}
	if got := call(t, t.Context(), "report", out, "--no-files", "--json"); !strings.Contains(got.stdout, `"method": "mine"`) {
		t.Errorf("the report has no estimates made elsewhere: %.300s%s", got.stdout, got.stderr)
	}
}

// A program that can't analyse anything ends the run, with what it said.
func TestAProgramThatFailsIsNotAskedForEver(t *testing.T) {
	if got := withAnalyst(t, "refuse"); got.code != exitFailed || !strings.Contains(got.stderr, "the first 4 blocks have failed; the last: block ") || !strings.Contains(got.stderr, "no convergence") {
		t.Errorf("%d: %s", got.code, got.stderr)
	}
	if got := withAnalyst(t, "silent"); got.code != exitFailed || !strings.Contains(got.stderr, "wrote no answer") || !strings.Contains(got.stderr, "about to read") {
		t.Errorf("%d: %s", got.code, got.stderr)
	}
	for _, c := range []struct{ command, want string }{
		{"no-such-program x", `"no-such-program x": exec: "no-such-program"`},
		{"'", "reached EOF without closing quote"},
		{" ", "got nothing"},
	} {
		if got := call(t, t.Context(), "run", "needle-exchange", "--replicates", "5", "--analyse", c.command); got.code != exitBadInput || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%q: %d: %s", c.command, got.code, got.stderr)
		}
	}
}

// A run that is stopped ends its programs, however busy they are.
func TestProgramsEndWithARun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(analystEnv, "hang:0")
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	began := time.Now()
	got := call(t, ctx, "run", "needle-exchange", "--set", "trial.clients=20", "--replicates", "64", "--analyse", self)
	if got.code != exitInterrupted || !strings.Contains(got.stderr, "interrupted while trials were analysed") {
		t.Errorf("%d: %s", got.code, got.stderr)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}
