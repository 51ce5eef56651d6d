// Caseload simulates randomized trials of case management many times over
// and shows what they could and could not find. See caseload --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitBadInput    = 2
	exitInterrupted = 130
)

func main() {
	os.Exit(execute(untilStopped(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, osFS{}))
}

// execute runs one command line and returns the exit code.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, files fs.FS) int {
	e := &env{args: args, stdin: stdin, stdout: stdout, stderr: stderr, files: files}
	root := newRoot(e)
	root.SetArgs(args)
	root.SetIn(stdin)
	out := &checkedWriter{Writer: stdout} // help ignores what cannot be written
	root.SetOut(out)
	root.SetErr(stderr)
	err := e.try(ctx, root)
	if out.err != nil {
		err = failed(out.err)
	}
	if err == nil {
		return exitDone
	}
	code := exitCode(err)
	if text := strings.TrimRight(err.Error(), "\n"); text != "" {
		if _, listed := errors.AsType[scenarios.Problems](err); !listed {
			text = "caseload: " + text
		}
		_, _ = fmt.Fprintln(stderr, report.Printable(text)) // nowhere is left to complain to
	}
	return code
}

// env is the world as a command sees it.
type env struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	files          fs.FS
	plan           *plan  // what a command would do is wanted, and not done; nil: it is done
	replay         string // how to see a trial of the scenario in work; "" before it is loaded
}

// checkedWriter keeps the first error of a writer.
type checkedWriter struct {
	io.Writer
	err error
}

func (c *checkedWriter) Write(text []byte) (int, error) {
	n, err := c.Writer.Write(text)
	if c.err == nil {
		c.err = err
	}
	return n, err
}

// try runs a command line. A broken invariant is an error, too.
func (e *env) try(ctx context.Context, root *cobra.Command) (err error) {
	defer e.rescue(&err)
	return root.ExecuteContext(ctx)
}

// failure is an error that is not the user's.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// exitCode tells bad input, which is what cobra and the loading of scenarios
// complain about, from what went wrong later.
func exitCode(err error) int {
	if _, ok := errors.AsType[interrupted](err); ok {
		return exitInterrupted
	}
	if _, ok := errors.AsType[failure](err); ok {
		return exitFailed
	}
	return exitBadInput
}

// failed marks an error as not the user's; nil stays nil.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

const about = `caseload simulates randomized trials of case management for people with
substance use disorders, many times over, and shows what such a trial could
and could not find: its power, bias and coverage, each with its Monte Carlo
standard error.

A SCENARIO is a file (its name has a / or ends in .toml), "-" for standard
input, or the name of a built-in one.`

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "caseload",
		Short: "Simulate randomized trials of case management",
		Long:  about,
		Example: `  caseload run needle-exchange          what the needle-exchange trial detects
  caseload explain needle-exchange      where its effect goes
  caseload size needle-exchange         how many clients it would have taken
  caseload sweep needle-exchange --over trial.clients=150,245,400
  caseload literature review-2019       what reviews of such trials conclude
  caseload calibrate mine.toml          parameters that fit published figures
  caseload meta studies.csv             pool the effects of your studies
  caseload list                         the other built-in scenarios
  caseload new mine.toml                a template of your own, then:
  caseload check mine.toml
  caseload diff needle-exchange mine.toml
  caseload run mine.toml --out results  keep the results, or go on in them
  caseload report results --alpha 0.01  score them again without simulating`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(flagError)
	// Flags are explained within the width of the narrowest usual terminal.
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", listWidth)))
	root.AddCommand(
		e.runCommand(),
		e.explainCommand(),
		e.sizeCommand(),
		e.sweepCommand(),
		e.compareCommand(),
		e.literatureCommand(),
		e.calibrateCommand(),
		e.metaCommand(),
		e.reportCommand(),
		e.mergeCommand(),
		e.slurmCommand(),
		e.statusCommand(),
		e.trialCommand(),
		e.dataCommand(),
		e.scoreCommand(),
		e.unsealCommand(),
		e.exploreCommand(),
		e.checkCommand(),
		e.diffCommand(),
		e.listCommand(),
		e.showCommand(),
		e.newCommand(),
		e.schemaCommand(),
		e.versionCommand(),
		e.selftestCommand(),
	)
	for _, c := range root.Commands() {
		e.offer(c)
	}
	return root
}
