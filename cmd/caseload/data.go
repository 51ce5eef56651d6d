package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/trial"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// dataFlags are the flags of the data command alone.
type dataFlags struct {
	flags
	out    string
	form   string
	events bool
	shard  string
	sealFlags
}

func (e *env) dataCommand() *cobra.Command {
	var f dataFlags
	c := &cobra.Command{
		Use:   "data SCENARIO",
		Short: "Write the data of many trials, for analyses of your own",
		Long: `Data simulates the scenario's trial many times and writes into a folder what
the study has of each: clients (a row a client: arm, site, case manager, traits
and outcomes as measured) and visits, with --events also every event, as Parquet
or CSV. A file holds 256 trials; its column replicate tells them apart, and
dictionary.csv explains all columns. The trials are those of "caseload run" with
the same seed. The true effects are in a file of their own, truth, which can be
left unread. "caseload score" compares your estimates with them.

The same command goes on where it was stopped or killed, and with a larger
--replicates it adds trials. The files are the same, whatever the number of
workers. --shard I/N writes one of N parts, each into a folder of its own;
"caseload merge" joins them.

--seal writes one trial of a random seed, with a protocol and without anything
that tells what is true, and into --truth what is. A commitment stands with the
data, by which "caseload unseal" checks the truth. --students 40 writes 40
different trials with one answer sheet.`,
		Example: `  caseload data needle-exchange --replicates 1000 --out data
  caseload data mine.toml --data-format csv --out data
  caseload data mine.toml --events --out data
  caseload data mine.toml --replicates 100000 --out data-2 --shard 2/4
  caseload data mine.toml --seal --out data --truth truth
  caseload data mine.toml --seal --students 40 --out data --truth truth`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.data(c, &f, args[0]) },
	}
	f.countFlag(c, "replicates", "how many trials (default the scenario's)", 1, "")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	f.uncertainFlag(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "the folder to write into, or to go on in (required)")
	c.Flags().StringVar(&f.form, "data-format", string(folder.Parquet), "what files are written: parquet or csv")
	c.Flags().BoolVar(&f.events, "events", false, "write every event, too")
	c.Flags().StringVar(&f.shard, "shard", "", "write part I of N of the trials, as 2/4")
	f.sealFlagsOf(c)
	before(c, func() error { return oneOf("--data-format", []string{f.form}, folder.TableFormats()) })
	return c
}

func (e *env) data(c *cobra.Command, f *dataFlags, name string) error {
	if f.out == "" {
		return errors.New("--out: got nothing, want a folder for the data")
	}
	sc, err := e.scenario(c, &f.flags, name)
	if err != nil {
		return err
	}
	e.sayLooksAreLeftOut(&f.flags, sc, "the data are those")
	if f.seal {
		return e.sealed(c, f, sc)
	}
	about := folder.AboutData(baseName(name), sc, sc.Replicates, folder.TableFormat(f.form), f.events, f.shard, createdBy())
	shard, err := about.Range()
	if err != nil {
		return fmt.Errorf("--shard: %w", err)
	}
	if e.planned(sc, about.Scenario, "data of "+report.Counted(sc.Replicates, "trial"), shard.To-shard.From) {
		return nil
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	e.remember(name, f.replay(), sc.Seed, 0)
	return e.dataInto(c.Context(), &f.flags, f.out, m, about)
}

// dataInto writes into a folder the data that it lacks.
func (e *env) dataInto(ctx context.Context, f *flags, out string, m *sim.Model, about *folder.DataAbout) (err error) {
	to, err := folder.OpenData(out, about, m.Scenario)
	if err != nil {
		return outError("--out: ", err)
	}
	defer func() { err = errors.Join(err, failed(to.Close())) }()
	if err := e.writeBlocks(ctx, f, to, m, about, replayName(about.Scenario, f.replay())); err != nil {
		return err
	}
	files := []folder.File{dataDictionary(m, about)}
	if about.Shard == "" {
		truth, err := e.truth(ctx, f, m, about.Replicates, about.Scenario)
		if err != nil {
			return err
		}
		files = append(files, about.TableFile(truth))
	}
	if err := to.Complete(files...); err != nil {
		return failed(err)
	}
	whole, _ := about.Range()
	e.infof(f, "Wrote the data of %s (%s) to %s.", report.Counted(whole.To-whole.From, "trial"), strings.Join(about.Kinds(), ", "), out)
	return nil
}

// writeBlocks writes the blocks that are not there yet, each by one worker.
func (e *env) writeBlocks(ctx context.Context, f *flags, to *folder.Data, m *sim.Model, about *folder.DataAbout, name string) error {
	blocks, err := about.Blocks()
	if err != nil {
		return err
	}
	var lacking []replicate.Range
	found, want := 0, 0
	for _, b := range blocks {
		want += b.To - b.From
		if to.Has(b) {
			found += b.To - b.From
			continue
		}
		lacking = append(lacking, b)
	}
	if found > 0 {
		e.infof(f, "Found %d of %d replicates.", found, want)
	}
	done, err := withProgress(e, f, "replicates", found, func(update func(done, want int)) (int, error) {
		var written atomic.Int64
		return replicate.Each(ctx, len(lacking), replicate.Options{Workers: f.workers,
			Replay: func(k int) string {
				return fmt.Sprintf("It is one of the replicates %v of: caseload trial %s --seed %d", lacking[k], name, m.Scenario.Seed)
			}},
			func() *trial.Recorder { return trial.NewRecorder(m, about.Events) },
			func(w *trial.Recorder, k int) error {
				return to.Write(lacking[k], w.Tables, func(r int) error {
					w.Show(r)
					update(found+int(written.Add(1)), want)
					return ctx.Err()
				})
			})
	})
	switch {
	case ctx.Err() != nil && done < len(lacking) || errors.Is(err, context.Canceled):
		return keepsReplicates
	case err != nil:
		return failed(err)
	}
	return nil
}

// dataDictionary explains the columns of the tables.
func dataDictionary(m *sim.Model, about *folder.DataAbout) folder.File {
	d := trial.Dictionary(append(trial.NewRecorder(m, about.Events).Tables, trial.Truth(&analysis.Result{}))...)
	return folder.File{Name: folder.DictionaryName, Write: d.CSV}
}

// truth computes what is true of the analyses of a scenario.
func (e *env) truth(ctx context.Context, f *flags, m *sim.Model, replicates int, name string) (*trial.Dataset, error) {
	opt := analysis.Options{Replicates: replicates, Seed: m.Scenario.Seed, Workers: f.workers, Name: replayName(name, f.replay())}
	r, err := withProgress(e, f, "replicates for the true effects", 0, func(update func(done, want int)) (*analysis.Result, error) {
		opt.Progress = update
		return analysis.Run(ctx, m, opt)
	})
	switch {
	case err != nil:
		return nil, failed(err)
	case r.Partial:
		return nil, keepsReplicates
	}
	return trial.Truth(r), nil
}
