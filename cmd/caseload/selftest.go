package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"caseload/results/folder"
	"caseload/results/report"

	"github.com/spf13/cobra"
)

// storedValues are what the commands of the self-test have printed: command, quantity,
// value. A test makes the file.
//
//go:embed selftest.csv
var storedValues []byte

// A Comparison is a quantity as stored and as found here.
type Comparison struct {
	Command  string `json:"command"`
	Quantity string `json:"quantity"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
	Equal    bool   `json:"equal"`
}

// SelfTest is the report of a self-test.
type SelfTest struct {
	Program  Built        `json:"program"`
	Computer string       `json:"computer"`
	Cores    int          `json:"cores"`
	Began    time.Time    `json:"began"`
	Seconds  float64      `json:"seconds"`
	Passed   bool         `json:"passed"`
	Compared []Comparison `json:"compared"`
}

// wholeOutput is the quantity that says that no byte of an output differs.
const wholeOutput = "SHA-256 of the whole output"

// quantities are the numbers of a command's JSON that are also shown one by one, by
// their paths.
var quantities = map[string][]string{
	"run":     {"rows.0.truth", "rows.0.mean", "rows.0.empirical_se", "rows.0.power", "rows.0.coverage"},
	"explain": {"ideal.smd", "observed.smd", "kept"},
	"size":    {"clients"},
}

func (e *env) selftestCommand() *cobra.Command {
	var f flags
	var out string
	c := &cobra.Command{
		Use:   "selftest",
		Short: "Check that this program computes here what it has been validated to",
		Long: `Selftest runs every built-in scenario, two explanations and a search on this
computer, and compares what they print with what is stored in the program. The
same bytes are wanted: no digit of any number may differ. It takes some seconds,
and prints a report for the records of a quality office: what was compared, what
was expected and found, the program, the computer and the date.

The exit code is 1 if anything differs.`,
		Example: `  caseload selftest
  caseload selftest --out selftest-2026-11-29.txt
  caseload selftest --json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, _ []string) error { return e.selftest(c.Context(), &f, out) },
	}
	f.jsonFlag(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&out, "out", "", "write the report into this file, too")
	return c
}

func (e *env) selftest(ctx context.Context, f *flags, out string) error {
	if out != "" {
		if _, err := os.Lstat(out); err == nil {
			return fmt.Errorf("--out: %s exists already and is not replaced: give another name", out)
		}
	}
	t, err := e.compareStored(ctx, f)
	if err != nil {
		return err
	}
	text := t.text()
	if f.json {
		encoded, err := json.MarshalIndent(t, "", "  ")
		if err != nil {
			return failed(err)
		}
		text = string(encoded) + "\n"
	}
	_, err = fmt.Fprint(e.stdout, report.Printable(text))
	if out != "" {
		err = errors.Join(err, folder.WriteText(out, text))
	}
	if err != nil {
		return failed(err)
	}
	if !t.Passed {
		return failed(errors.New("selftest: this program does not compute here what it has been validated to"))
	}
	return nil
}

// compareStored runs the commands and compares what they print with what is stored.
func (e *env) compareStored(ctx context.Context, f *flags) (*SelfTest, error) {
	rows, err := csv.NewReader(bytes.NewReader(storedValues)).ReadAll()
	if err != nil {
		return nil, failed(err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	t := &SelfTest{Program: built(), Computer: host, Cores: runtime.NumCPU(), Began: time.Now().UTC().Truncate(time.Second), Passed: true}
	began, command := time.Now(), ""
	var found map[string]string
	_, err = withProgress(e, f, "comparisons", 0, func(update func(done, want int)) (bool, error) {
		for k, row := range rows[1:] {
			if row[0] != command {
				command, found = row[0], outputOf(ctx, row[0])
			}
			if ctx.Err() != nil {
				return false, interrupted(nothingShown)
			}
			c := Comparison{Command: row[0], Quantity: row[1], Expected: row[2], Found: found[row[1]]}
			c.Equal = c.Expected == c.Found
			t.Passed = t.Passed && c.Equal
			t.Compared = append(t.Compared, c)
			update(k+1, len(rows)-1)
		}
		return true, nil
	})
	t.Seconds = float64(time.Since(began).Milliseconds()) / 1000
	return t, err
}

// outputOf is what a command prints here, by quantity.
func outputOf(ctx context.Context, command string) map[string]string {
	var out, complaint bytes.Buffer
	words := strings.Fields(command)
	code := execute(ctx, append(words[1:], "--json", "--quiet"), strings.NewReader(""), &out, &complaint, osFS{})
	if code != exitDone {
		return map[string]string{wholeOutput: "failed: " + strings.TrimSpace(complaint.String())}
	}
	sum := sha256.Sum256(out.Bytes())
	found := map[string]string{wholeOutput: hex.EncodeToString(sum[:])}
	d := json.NewDecoder(&out)
	d.UseNumber() // as printed
	var document any
	if err := d.Decode(&document); err == nil {
		for _, path := range quantities[words[1]] {
			found[path] = at(document, path)
		}
	}
	return found
}

// at is what stands at a path in a JSON document, as it is printed there.
func at(document any, path string) string {
	for _, step := range strings.Split(path, ".") {
		switch x := document.(type) {
		case map[string]any:
			document = x[step]
		case []any:
			k, err := strconv.Atoi(step)
			if err != nil || k >= len(x) {
				return ""
			}
			document = x[k]
		default:
			return ""
		}
	}
	if document == nil {
		return "null"
	}
	return fmt.Sprint(document)
}

// text is the report as people read it.
func (t *SelfTest) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	equal := 0
	for _, c := range t.Compared {
		if c.Equal {
			equal++
		}
	}
	verdict := "FAILED"
	if t.Passed {
		verdict = "PASSED"
	}
	line("Self-test of caseload: %s", verdict)
	line("")
	line("Program        caseload %s, commit %s", t.Program.Version, orUnknown(t.Program.Commit))
	line("Model version  %d", t.Program.ModelVersion)
	line("Built with     %s, for %s, with %s", t.Program.Go, t.Program.System, report.Counted(len(t.Program.Modules), "module"))
	line("Computer       %s, %s", t.Computer, report.Counted(t.Cores, "core"))
	line("Date           %s UTC, took %.0f s", t.Began.Format("2006-01-02 15:04:05"), t.Seconds)
	line("")
	line("What was done  Each command below was run here. Its whole JSON output, and some numbers of it")
	line("               one by one, were compared with those stored in the program.")
	line("Tolerance      None: all bytes must be equal.")
	line("Result         %d of %d comparisons are equal.", equal, len(t.Compared))
	for k, c := range t.Compared {
		if k == 0 || c.Command != t.Compared[k-1].Command {
			line("\n%s", c.Command)
		}
		if c.Equal {
			line("  equal    %-27s  %s", c.Quantity, c.Found)
			continue
		}
		line("  DIFFERS  %-27s  expected %s", c.Quantity, c.Expected)
		line("           %-27s  found    %s", "", c.Found)
	}
	return b.String()
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}
