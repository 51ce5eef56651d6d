package main

import (
	"errors"
	"fmt"
	"strings"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/trial"

	"github.com/spf13/cobra"
)

// trialFlags are the flags of the trial command alone.
type trialFlags struct {
	flags
	replicate int
	out       string
	trace     int
}

func (e *env) trialCommand() *cobra.Command {
	var f trialFlags
	c := &cobra.Command{
		Use:   "trial SCENARIO",
		Short: "Show one trial: flow, estimates, data, one client's life",
		Long: `Trial runs one replicate of the scenario's trial and shows what its analyses
say. --full also shows the flow of its clients from screening to analysis (a
CONSORT diagram in which refusals, losses and deaths are counted) and all
analyses. Every count is of clients, each counted once in it. The replicate with
the same seed and number is the one of "caseload run".

--out DIR writes clients.csv, visits.csv and events.csv, and dictionary.csv,
which explains their columns.`,
		Example: `  caseload trial needle-exchange
  caseload trial needle-exchange --seed 7 --replicate 412
  caseload trial needle-exchange --trace 17     the life of client 17
  caseload trial needle-exchange --out data`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.trial(c, &f, args[0]) },
	}
	f.seedFlag(c)
	c.Flags().IntVar(&f.replicate, "replicate", 0, "which replicate, from 0")
	f.setFlag(c)
	f.filterFlags(c)
	f.alphaFlag(c)
	f.uncertainFlag(c)
	f.jsonFlag(c)
	f.levelFlags(c)
	c.Flags().StringVar(&f.out, "out", "", "write the trial's data as CSV files into this folder")
	c.Flags().IntVar(&f.trace, "trace", 0, "show the life of this client, from 0, instead of the flow")
	f.quietFlag(c, "don't say which files are written")
	c.MarkFlagsMutuallyExclusive("trace", "json")
	return c
}

func (e *env) trial(c *cobra.Command, f *trialFlags, name string) error {
	if f.replicate < 0 {
		return fmt.Errorf("--replicate: got %d, want at least 0", f.replicate)
	}
	sc, err := e.scenario(c, &f.flags, name)
	if err != nil {
		return err
	}
	rows, err := askedRows(sc)
	if err != nil {
		return err
	}
	trace := c.Flags().Changed("trace")
	if trace && (f.trace < 0 || f.trace >= sc.Trial.Clients) {
		return fmt.Errorf("--trace: got client %d, want 0 to %d", f.trace, sc.Trial.Clients-1)
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	e.remember(name, f.replay(), sc.Seed, f.replicate)
	e.sayLooksAreLeftOut(&f.flags, sc, "this is one")
	shown := m.Show(sc.Seed, f.replicate)
	findings, err := analysis.Once(m, shown.Observed, sc.Seed, f.replicate)
	if err != nil {
		return failed(err)
	}
	t := trial.New(baseName(name), m, sc.Seed, f.replicate, shown, findings, rows)
	if f.out != "" {
		if err := e.writeData(f, t); err != nil {
			return err
		}
	}
	switch {
	case f.json:
		return failed(t.JSON(e.stdout))
	case !trace:
		return failed(t.Document(f.level()).Write(e.stdout, report.Text, tableWidth(e.stdout)))
	}
	life, err := t.Trace(f.trace)
	if err == nil {
		err = life.Write(e.stdout, report.Text, tableWidth(e.stdout))
	}
	return failed(err)
}

// writeData writes the trial's files.
func (e *env) writeData(f *trialFlags, t *trial.Trial) error {
	var files []folder.File
	var names []string
	for _, d := range t.Datasets() {
		files = append(files, folder.File{Name: d.Name, Write: d.CSV})
		names = append(names, d.Name)
	}
	err := folder.Create(f.out, files...)
	if _, refused := errors.AsType[folder.Refused](err); refused {
		return fmt.Errorf("--out: %w", err)
	}
	if err != nil {
		return failed(err)
	}
	if !f.quiet {
		_, err = fmt.Fprintf(e.stderr, "Wrote %s to %s.\n", strings.Join(names, ", "), f.out)
	}
	return failed(err)
}
