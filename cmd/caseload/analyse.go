package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/trial"
	"caseload/sim"

	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/shell"
)

// analyseBlock is how many trials an analysis is asked about at a time.
const analyseBlock = 64

// analyseFlags say which program analyses the trials besides.
type analyseFlags struct {
	command string
	form    string
	timeout time.Duration
}

func (f *analyseFlags) add(c *cobra.Command) {
	const limit = 10 * time.Minute
	c.Flags().StringVar(&f.command, "analyse", "", "have the trials analysed by this program, too, and score its estimates")
	c.Flags().StringVar(&f.form, "data-format", string(folder.CSV), "what data the program gets: csv or parquet")
	c.Flags().DurationVar(&f.timeout, "analyse-timeout", limit, "how long it may take for 64 trials")
	before(c, func() error {
		wrong := oneOf("--data-format", []string{f.form}, folder.TableFormats())
		if f.timeout <= 0 {
			wrong = errors.Join(wrong, fmt.Errorf("--analyse-timeout: got %v, want a time above 0, such as 10m", f.timeout))
		}
		return wrong
	})
}

// words splits the command as a shell does.
func (f *analyseFlags) words() ([]string, error) {
	args, err := shell.Fields(f.command, nil)
	if err == nil && len(args) == 0 {
		err = errors.New("got nothing")
	}
	if err == nil {
		_, err = exec.LookPath(args[0])
	}
	if err != nil {
		return nil, fmt.Errorf("--analyse: %q: %w; want a program and its arguments, such as 'Rscript mine.R'", f.command, err)
	}
	return args, nil
}

// analyser has blocks of trials analysed by programs, one for each worker.
type analyser struct {
	e       *env
	m       *sim.Model
	args    []string
	timeout time.Duration
	answers *folder.Answers
	ctx     context.Context

	mu       sync.Mutex
	children []*child
	logs     int
	answered int
	failed   []failedBlock
}

// failedBlock is a block without an answer.
type failedBlock struct {
	replicate.Range
	err error
}

// analyse has the replicates analysed that have no answers yet, and reads all answers.
func (e *env) analyse(ctx context.Context, f *runFlags, m *sim.Model, replicates int, dir, name string) (x *outside.Estimates, err error) {
	args, err := f.analyse.words()
	if err != nil {
		return nil, err
	}
	about := &folder.AnswersAbout{Args: args, BlockSize: analyseBlock, Format: folder.TableFormat(f.analyse.form)}
	if about.Files, err = folder.Hashes(args); err != nil {
		return nil, failed(err)
	}
	answers, err := folder.OpenAnswers(dir, about, folder.AboutData(name, m.Scenario, replicates, about.Format, false, "", createdBy()))
	if err != nil {
		return nil, outError("--out: ", err)
	}
	defer func() { err = errors.Join(err, failed(answers.Close())) }()
	a := &analyser{e: e, m: m, args: args, timeout: f.analyse.timeout, answers: answers, ctx: ctx}
	defer a.close()
	blocks := answers.Blocks(replicates)
	lacking := slices.DeleteFunc(slices.Clone(blocks), answers.Has)
	if n := len(blocks) - len(lacking); n > 0 {
		e.infof(&f.flags, "Found the answers to %d of %d blocks of %d trials.", n, len(blocks), analyseBlock)
	}
	if err := a.run(&f.flags, lacking, replicates); err != nil {
		return nil, err
	}
	timedOut, err := a.again(&f.flags)
	if err != nil {
		return nil, err
	}
	if err := answers.Complete(blocks, timedOut); err != nil {
		return nil, failed(err)
	}
	return a.read(blocks, replicates)
}

// run has those blocks analysed that lack answers, of so many replicates.
func (a *analyser) run(f *flags, lacking []replicate.Range, of int) error {
	left := 0
	for _, b := range lacking {
		left += b.To - b.From
	}
	found := of - left
	done, err := withProgress(a.e, f, "replicates analysed", found, func(update func(done, want int)) (int, error) {
		var analysed atomic.Int64
		return replicate.Each(a.ctx, len(lacking), replicate.Options{Workers: f.workers},
			func() *analyst { return &analyst{analyser: a} },
			func(w *analyst, k int) error {
				err := w.block(lacking[k])
				update(found+int(analysed.Add(int64(lacking[k].To-lacking[k].From))), of)
				if _, lost := errors.AsType[lostBlock](err); lost {
					return a.lost(lacking[k], err)
				}
				return err
			})
	})
	switch {
	case a.ctx.Err() != nil && (err != nil || done < len(lacking)):
		return keepsAnswers
	case err != nil:
		return err
	}
	return nil
}

// lost notes a block that has failed. A program that fails from the first on is not
// started for all of them.
func (a *analyser) lost(block replicate.Range, err error) error {
	const hopeless = 4
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed = append(a.failed, failedBlock{block, err}); a.answered == 0 && len(a.failed) >= hopeless {
		return failed(fmt.Errorf("--analyse: the first %d blocks have failed; the last: %w", hopeless, err))
	}
	return nil
}

// again tries the blocks that have failed once more, each alone, and returns which have
// timed out.
func (a *analyser) again(f *flags) (timedOut []int, err error) {
	slices.SortFunc(a.failed, func(x, y failedBlock) int { return x.From - y.From })
	for _, b := range a.failed {
		w := &analyst{analyser: a}
		err := w.block(b.Range)
		_, lost := errors.AsType[lostBlock](err)
		switch {
		case a.ctx.Err() != nil:
			return nil, keepsAnswers
		case lost && errors.Is(err, errTimeout):
			timedOut = append(timedOut, b.From)
			a.e.infof(f, "Not reproducible: the analysis of replicates %v timed out. The same command with --out tries it again.", b.Range)
		case lost:
			a.e.infof(f, "Replicates %v have no estimates, and count as fits that failed: %v", b.Range, err)
		case err != nil:
			return nil, err
		}
	}
	if a.answered == 0 && len(a.failed) > 0 {
		return nil, failed(fmt.Errorf("--analyse: no block was answered; the last: %w", a.failed[len(a.failed)-1].err))
	}
	return timedOut, nil
}

// read reads the answers to all blocks.
func (a *analyser) read(blocks []replicate.Range, replicates int) (*outside.Estimates, error) {
	x := outside.New(replicate.Range{To: replicates})
	for _, b := range blocks {
		if !a.answers.Has(b) {
			continue
		}
		name, text, err := a.answers.Read(b)
		if err != nil {
			return nil, failed(err)
		}
		if err := x.Add(name, bytes.NewReader(text), b); err != nil {
			return nil, err
		}
	}
	if len(x.Analyses) == 0 {
		return nil, errors.New("--analyse: got answers without rows, want a row an estimate")
	}
	return x, nil
}

func (a *analyser) close() {
	for _, c := range a.children {
		c.close()
	}
}

// analyst has blocks analysed one after the other by its own program.
type analyst struct {
	*analyser
	recorder *trial.Recorder
	child    *child
}

// lostBlock is an error of a block that the others can do without.
type lostBlock struct{ error }

func (l lostBlock) Unwrap() error { return l.error }

// block has one analysed, and keeps the answer.
func (w *analyst) block(b replicate.Range) error {
	if w.recorder == nil {
		w.recorder = trial.NewRecorder(w.m, false)
	}
	data, answer, err := w.answers.Prepare(b, w.recorder.Tables, func(r int) error {
		w.recorder.Show(r)
		return w.ctx.Err()
	})
	if err != nil {
		return failed(err)
	}
	if err := w.start(); err != nil {
		return err
	}
	q := &request{Block: b.From / analyseBlock, First: b.From, Count: b.To - b.From, Seed: w.m.Scenario.Seed, Data: data, Answer: answer}
	err = w.child.ask(q, w.timeout, w.ctx.Done())
	var text []byte
	if err == nil {
		text, err = w.answers.Answered(data, answer)
	}
	if err != nil {
		w.child.kill()
		err = lostBlock{fmt.Errorf("block %d: %w%s", q.Block, err, w.child.log.lines())}
		w.child = nil
		return errors.Join(w.ctx.Err(), err)
	}
	x := outside.New(b)
	if err := x.Add(fmt.Sprintf("the answer to block %d", q.Block), bytes.NewReader(text), b); err != nil {
		return err
	}
	if _, err := analysis.Rows(w.m, x.Analyses); err != nil {
		return fmt.Errorf("the answer to block %d: %w", q.Block, err)
	}
	if err := w.answers.Keep(b, text); err != nil {
		return failed(err)
	}
	w.mu.Lock()
	w.answered++
	w.mu.Unlock()
	return nil
}

// start starts the program unless it runs.
func (w *analyst) start() error {
	if w.child != nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs++
	name := filepath.Join(w.answers.Dir(), fmt.Sprintf("analyse-%d.log", w.logs))
	log, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return failed(err)
	}
	if w.child, err = startChild(w.args, &tail{to: log}); err != nil {
		_ = log.Close()
		return fmt.Errorf("--analyse: %w", err)
	}
	w.child.closes = log
	w.children = append(w.children, w.child)
	return nil
}

// analysed adds to a run the estimates of a program, if there is one.
func (e *env) analysed(ctx context.Context, f *runFlags, m *sim.Model, opt *analysis.Options, dir, name string) error {
	if f.analyse.command != "" {
		var err error
		if f.elsewhere, err = e.analyse(ctx, f, m, opt.Replicates, dir, name); err != nil {
			return err
		}
		if err := e.checkElsewhere(&f.flags, m, f.elsewhere, "--analyse"); err != nil {
			return err
		}
	}
	if f.elsewhere != nil {
		opt.Outside, opt.Answer = f.elsewhere.Analyses, f.elsewhere.Answer
	}
	return nil
}

// analyseAside is analysed for a run that is not kept: answers go to a folder that is then
// removed.
func (e *env) analyseAside(ctx context.Context, f *runFlags, m *sim.Model, opt *analysis.Options, name string) (err error) {
	if f.analyse.command == "" {
		return nil
	}
	dir, err := os.MkdirTemp("", "caseload-")
	if err != nil {
		return failed(err)
	}
	defer func() { err = errors.Join(err, failed(os.RemoveAll(dir))) }()
	return e.analysed(ctx, f, m, opt, dir, name)
}

// checkAnalyse refuses what a run with an analysis of one's own can't be.
func (f *runFlags) checkAnalyse(opt *analysis.Options, c *cobra.Command) error {
	if f.analyse.command == "" {
		for _, name := range []string{"data-format", "analyse-timeout"} {
			if c.Flags().Changed(name) {
				return fmt.Errorf("--%s: got no --analyse, which it is about", name)
			}
		}
		return nil
	}
	if opt.Precision > 0 {
		return errors.New("--analyse: the scenario has a precision, which decides on the number of replicates while they are run: want a number that is known, --replicates")
	}
	_, err := f.analyse.words()
	return err
}

// keepsAnswers ends a run that was stopped while its trials were analysed.
const keepsAnswers interrupted = " while trials were analysed: with --out the same command goes on with the rest"
