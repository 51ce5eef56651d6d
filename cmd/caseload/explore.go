package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"caseload/analysis"
	"caseload/explorer/build"
	"caseload/explorer/page"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// exploreFlags are the flags of the explore command alone.
type exploreFlags struct {
	flags
	out   string
	state string
}

func (e *env) exploreCommand() *cobra.Command {
	var f exploreFlags
	c := &cobra.Command{
		Use:   "explore [SCENARIO]",
		Short: "Make a page in which a scenario can be explored, with sliders",
		Long: `Explore writes a page: one file that opens in any browser, without a network,
and simulates in it what this program simulates, with the same numbers. It shows
one client's life, one trial, a thousand trials, and where the effect goes,
while one moves the sliders of the scenario's [explore]. Every built-in scenario
is on the page, and scenario files can be dropped on it.

--state is what stands after the # in the link of such a page: the page then
begins there.

A caseload that was built with the page's program in it writes the page at once.
Any other needs Go and its own source, and compiles that program, which takes
half a minute the first time.`,
		Example: `  caseload explore --out page.html
  caseload explore dilution --out dilution.html
  caseload explore mine.toml --out mine.html
  caseload explore crowded --state 'trial.clients=600' --out page.html`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("explore: got %d arguments, want at most one: %s", len(args), scenarioArg)
			}
			return nil
		},
		ValidArgsFunction: scenarioWords,
		RunE: func(c *cobra.Command, args []string) error {
			name := "needle-exchange"
			if len(args) == 1 {
				name = args[0]
			}
			return e.explore(c, &f, name)
		},
	}
	c.Flags().StringVar(&f.out, "out", "", "write the page into this file, which is replaced if it is there (required)")
	c.Flags().StringVar(&f.state, "state", "", "where the page begins, as in a link of it after the #")
	f.quietFlag(c, "no progress on standard error")
	return c
}

func (e *env) explore(c *cobra.Command, f *exploreFlags, name string) error {
	if f.out == "" {
		return errors.New("--out: got nothing, want the file to write the page into, such as page.html")
	}
	sc, err := e.load(c, &f.flags, name)
	if err != nil {
		return err
	}
	if err := errors.Join(sc.TrySliders(), stateError(page.CheckState(f.state, sc))); err != nil {
		return err
	}
	first, err := firstState(f.state, name, sc)
	if err != nil {
		return failed(err)
	}
	e.sayLooksAreLeftOut(&f.flags, sc, "the page has the numbers")
	engine, there := page.Embedded()
	if !there {
		if engine, err = e.compileEngine(c.Context(), &f.flags); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	if err := page.Write(&text, engine, first, version(), analysis.ModelVersion); err != nil {
		return failed(err)
	}
	if err := os.WriteFile(f.out, text.Bytes(), 0o644); err != nil {
		return failed(fmt.Errorf("--out: %w", err))
	}
	e.infof(&f.flags, "Wrote %s (%.1f MB). Open it in a browser.", f.out, float64(text.Len())/1e6)
	return nil
}

func stateError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--state: %w", err)
}

// firstState is what the page shows first. A built-in scenario is on the page; of any other
// the page has the text, whole, since it can't open what that extends.
func firstState(state, name string, sc *scenarios.Scenario) (page.Start, error) {
	values, err := url.ParseQuery(state)
	if err != nil {
		return page.Start{}, err
	}
	values.Set("scenario", baseName(name))
	values.Del("file") // of the link: the page has the scenario's text
	first := page.Start{Fragment: values.Encode()}
	if name != "-" && !isFile(name) {
		return first, nil
	}
	text, err := sc.Encode()
	first.Name, first.Text = baseName(name), string(text)
	return first, err
}

// compileEngine compiles the page's program, and says that it does.
func (e *env) compileEngine(ctx context.Context, f *flags) (page.Engine, error) {
	e.infof(f, "Compiling the simulator for browsers: half a minute the first time.")
	began := time.Now()
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Second):
				e.infof(f, "Compiling, %.0f s.", time.Since(began).Seconds())
			}
		}
	}()
	engine, err := build.Engine(ctx)
	close(done)
	switch {
	case err == nil:
		return engine, nil
	case ctx.Err() != nil:
		return engine, interrupted(" before the page was written")
	}
	return engine, failed(fmt.Errorf("explore: %w\nThis caseload has no program for pages in it: %s", err, build.BothWays))
}
