package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// mostStudents is how many sealed trials are made at most.
const mostStudents = 999

// sealFlags are those of sealed trials.
type sealFlags struct {
	seal     bool
	truth    string
	students int
}

func (f *dataFlags) sealFlagsOf(c *cobra.Command) {
	c.Flags().BoolVar(&f.seal, "seal", false, "write one trial, and its truth sealed into --truth")
	c.Flags().StringVar(&f.truth, "truth", "", "the folder for the truth of a sealed trial")
	c.Flags().IntVar(&f.students, "students", 1, "with --seal: how many different trials, with one answer sheet")
	for _, other := range []string{"replicates", "seed", "shard"} {
		c.MarkFlagsMutuallyExclusive("seal", other)
	}
	before(c, func() error {
		switch {
		case !f.seal && (f.truth != "" || c.Flags().Changed("students")):
			return errors.New("--truth, --students: got no --seal, which they are about")
		case f.seal && f.truth == "":
			return errors.New("--truth: got nothing, want a folder for the truth of a sealed trial")
		case f.students < 1 || f.students > mostStudents:
			return fmt.Errorf("--students: got %d, want 1 to %d", f.students, mostStudents)
		}
		return nil
	})
}

// sealed writes sealed trials and their truth.
func (e *env) sealed(c *cobra.Command, f *dataFlags, sc *scenarios.Scenario) error {
	if !c.Flags().Changed("data-format") {
		f.form = string(folder.CSV)
	}
	sc, err := withRandomSeed(sc)
	if err != nil {
		return err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	var findings [][]analysis.Finding
	for k := range f.students {
		found, err := analysis.Once(m, m.Show(sc.Seed, k).Observed, sc.Seed, k)
		if err != nil {
			return failed(err)
		}
		findings = append(findings, found)
	}
	r, err := e.simulate(c, &f.flags, m, analysis.Options{Replicates: sc.Replicates, Seed: sc.Seed, Workers: f.workers, Name: "sealed"}, 0)
	if err != nil {
		return err
	}
	if r.Partial {
		return nothingSealed
	}
	text, err := sc.Encode()
	if err != nil {
		return failed(err)
	}
	commitment, err := folder.Seal(f.truth, trial.Sheet(r, findings), folder.File{Name: folder.ScenarioName, Write: func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}})
	if err != nil {
		return outError("--truth: ", err)
	}
	if err := folder.Create(f.out, append(sealedFiles(f, m), commitment)...); err != nil {
		return outError("--out: ", err)
	}
	e.infof(&f.flags, "Wrote %s to %s, and the truth to %s. To check that it is the one sealed: caseload unseal %s %s", report.Counted(f.students, "sealed trial"), f.out, f.truth, f.out, f.truth)
	return nil
}

// nothingSealed ends the sealing of trials that was cut off.
const nothingSealed interrupted = ": nothing was written"

// sealedFiles are the data of the trials, their dictionary and the protocol.
func sealedFiles(f *dataFlags, m *sim.Model) []folder.File {
	w := trial.NewSingle(m, f.events)
	dictionary := trial.Dictionary(w.Tables...)
	files := []folder.File{{Name: folder.DictionaryName, Write: dictionary.CSV},
		{Name: folder.ProtocolName, Write: func(to io.Writer) error { return trial.Protocol(to, m.Scenario) }}}
	for k := range f.students {
		below := ""
		if f.students > 1 {
			below = fmt.Sprintf("student-%03d", k+1)
		}
		for _, table := range folder.SealedTables(below, w.Tables, folder.TableFormat(f.form)) {
			write := table.Write
			table.Write = func(to io.Writer) error {
				w.Show(k)
				return write(to)
			}
			files = append(files, table)
		}
	}
	return files
}

// withRandomSeed gives a scenario a seed that nobody knows.
func withRandomSeed(sc *scenarios.Scenario) (*scenarios.Scenario, error) {
	var bytes [8]byte
	if _, err := rand.Read(bytes[:]); err != nil {
		return nil, failed(err)
	}
	const positive = 1<<63 - 1
	return sc.With(scenarios.Setting{Key: "seed", Value: int64(binary.LittleEndian.Uint64(bytes[:]) & positive)})
}

func (e *env) unsealCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "unseal DATA TRUTH",
		Short: "Check the truth of a sealed trial, and print it",
		Long: `Unseal checks that the truth in the folder TRUTH is the one that was sealed with
the data in DATA: that SHA-256 of the 32 random bytes in key.txt and of truth.csv
is what commitment.txt says. It prints truth.csv: for each trial what the
planned analyses say, and what is true.`,
		Example: `  caseload data needle-exchange --seal --out data --truth truth
  caseload unseal data truth`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("unseal: got %s, want two: the folder of the data, and that of the truth\nSee %s --help", report.Counted(len(args), "argument"), c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: folderWords,
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := folder.Unseal(args[0], args[1])
			if err != nil {
				return outError("", err)
			}
			if _, err := fmt.Fprintln(e.stderr, "The truth is the one that was sealed with the data."); err != nil {
				return failed(err)
			}
			_, err = e.stdout.Write(text)
			return failed(err)
		},
	}
}
