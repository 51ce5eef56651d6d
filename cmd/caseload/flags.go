package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"caseload/analysis"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// flags are the values of the flags that commands share. A command has those
// that it asks for by the methods below.
type flags struct {
	sets      []string
	outcomes  []string
	subgroups []string
	methods   []string
	measures  []string
	alpha     float64
	seed      int64
	workers   int
	count     int // --replicates
	json      bool
	quiet     bool
	brief     bool
	full      bool
	format    string
	uncertain bool
}

// before adds a check of flags to those that a command makes before it begins. What
// is wrong with any of them is said at once.
func before(c *cobra.Command, check func() error) {
	earlier := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		var wrong error
		if earlier != nil {
			wrong = earlier(c, args)
		}
		return errors.Join(wrong, check())
	}
}

func (f *flags) setFlag(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.sets, "set", nil,
		"change a key of the scenario, as trial.clients=500; the value is TOML, a bare word a string; repeatable")
}

func (f *flags) seedFlag(c *cobra.Command) {
	c.Flags().Int64Var(&f.seed, "seed", 0, "random seed (default the scenario's)")
	sets(c, "seed", "seed")
}

func (f *flags) filterFlags(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.outcomes, "outcome", nil, "show this outcome only; repeatable (default all)")
	c.Flags().StringArrayVar(&f.subgroups, "subgroup", nil, `show this subgroup only, "all" for everyone; repeatable`)
	setsAsked(c)
}

// setsAsked makes --outcome and --subgroup settings of what is asked about.
func setsAsked(c *cobra.Command) {
	sets(c, "outcome", "ask.outcome")
	sets(c, "subgroup", "ask.subgroup")
}

func (f *flags) alphaFlag(c *cobra.Command) {
	c.Flags().Float64Var(&f.alpha, "alpha", 0, "significance level of all tests (default each outcome's, and family's, own)")
	sets(c, "alpha", "alpha")
}

// uncertainFlag lets trials draw what is not known.
func (f *flags) uncertainFlag(c *cobra.Command) {
	c.Flags().BoolVar(&f.uncertain, "uncertain", false, "draw the numbers of [[uncertain]] anew in each trial (default as the scenario's\nuncertainty.use says)")
	sets(c, "uncertain", "uncertainty.use")
}

// replay are the --set with which a trial is seen again.
func (f *flags) replay() []string {
	if f.uncertain {
		return append(slices.Clone(f.sets), "uncertainty.use=true")
	}
	return f.sets
}

// asWritten returns a scenario whose numbers are as written, for questions that are not
// asked of draws.
func asWritten(sc *scenarios.Scenario) (*scenarios.Scenario, error) {
	if !sc.Uncertainty.Use {
		return sc, nil
	}
	return sc.With(scenarios.Setting{Key: "uncertainty.use", Value: false})
}

func (f *flags) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON object")
}

// formatFlags are JSON, or how tables are written.
func (f *flags) formatFlags(c *cobra.Command) {
	f.jsonFlag(c)
	c.Flags().StringVar(&f.format, "format", string(report.Text), "how tables are written: text, markdown or csv")
	c.MarkFlagsMutuallyExclusive("json", "format")
	f.levelFlags(c)
	before(c, f.checkShown)
}

func (f *flags) workersFlag(c *cobra.Command) {
	c.Flags().IntVar(&f.workers, "workers", 0, "how many cores to use (default all)")
	before(c, f.checkWorkers)
}

func (f *flags) checkWorkers() error {
	const most = 4096 // each has a trial of its own in memory
	if f.workers < 0 || f.workers > most {
		return fmt.Errorf("--workers: got %d, want 1 to %d, or 0 for all cores", f.workers, most)
	}
	return nil
}

// showFlags are how results are shown.
func (f *flags) showFlags(c *cobra.Command) {
	f.formatFlags(c)
	c.Flags().StringArrayVar(&f.measures, "measure", nil,
		"show this measure of performance, with its MCSE, instead of the report; repeatable: "+strings.Join(run.MeasureNames(), ", "))
	c.MarkFlagsMutuallyExclusive("json", "measure")
}

// wrapped lists words in lines of a flag's help.
func wrapped(words []string) string {
	const width = 62
	text, line := "", 0
	for k, w := range words {
		if k > 0 {
			text += ", "
			if line += len(w) + 2; line > width {
				text, line = strings.TrimSuffix(text, " ")+"\n", len(w)
			}
		}
		text += w
	}
	return text
}

// checkShown refuses formats and measures that there are not.
func (f *flags) checkShown() error {
	var formats []string
	for _, format := range report.Formats() {
		formats = append(formats, string(format))
	}
	return errors.Join(oneOf("--format", []string{f.format}, formats), oneOf("--measure", f.measures, run.MeasureNames()))
}

func (f *flags) quietFlag(c *cobra.Command, what string) {
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, what)
}

// scenario loads what a command is about and lays the flags over it.
func (e *env) scenario(c *cobra.Command, f *flags, name string) (*scenarios.Scenario, error) {
	sc, err := e.load(c, f, name)
	if err != nil {
		return nil, err
	}
	return with(c, sc)
}

// load loads what a command is about, without what its flags set, and checks
// the flags that commands share.
func (e *env) load(c *cobra.Command, f *flags, name string) (*scenarios.Scenario, error) {
	files := e.files
	switch {
	case name == "-":
		var err error
		if files, err = readPiped(e.stdin, files); err != nil {
			return nil, failed(fmt.Errorf("reading the scenario from standard input: %w", err))
		}
		name = stdinName
	case isFile(name):
		name = filepath.ToSlash(name)
	}
	sc, err := scenarios.Load(files, name, f.sets)
	if err != nil {
		return nil, err
	}
	seed := sc.Seed
	if c.Flags().Changed("seed") {
		seed = f.seed
	}
	e.remember(name, f.sets, seed, 0)
	if c.Flags().Changed("alpha") {
		if err := f.checkAlpha(); err != nil {
			return nil, err
		}
	}
	return sc, f.checkNames(sc)
}

// checkAlpha refuses a level that is none.
func (f *flags) checkAlpha() error {
	if !(f.alpha > 0 && f.alpha < 1) {
		return fmt.Errorf("--alpha: got %s, want a number between 0 and 1, such as 0.05", spelled(f.alpha))
	}
	return nil
}

// checkNames refuses outcomes, subgroups and methods that the scenario doesn't have.
func (f *flags) checkNames(sc *scenarios.Scenario) error {
	var outcomes, methods []string
	for _, o := range sc.Outcomes {
		outcomes, methods = append(outcomes, o.Name), append(methods, o.Methods...)
	}
	return errors.Join(oneOf("--outcome", f.outcomes, outcomes), oneOf("--subgroup", f.subgroups, analysedGroups(sc)),
		oneOf("--method", f.methods, unique(methods)))
}

// analysedGroups are the subgroups in which some outcome is analysed, "all" first.
func analysedGroups(sc *scenarios.Scenario) []string {
	groups := []string{"all"}
	for _, o := range sc.Outcomes {
		groups = append(groups, o.Subgroup...)
	}
	return unique(groups)
}

// choices are the names that questions about a scenario use.
type choices struct{ outcomes, arms, groups []string }

// choicesOf are those of a scenario: its outcomes, arms other than control, and
// subgroups.
func choicesOf(sc *scenarios.Scenario) (w choices) {
	for _, o := range sc.Outcomes {
		w.outcomes = append(w.outcomes, o.Name)
	}
	_, w.arms = sc.Asked("")
	for _, c := range sc.MainEffects() {
		w.arms = append(w.arms, sc.GroupName(c.Arm))
	}
	for _, g := range sc.Subgroups {
		w.groups = append(w.groups, g.Name)
	}
	return w
}

// optionalOneOf refuses a word that is not among those that exist; none is asked for by "".
func optionalOneOf(flag, word string, exist []string) error {
	if word == "" {
		return nil
	}
	return oneOf(flag, []string{word}, exist)
}

// unique keeps the first of each word.
func unique(words []string) []string {
	var out []string
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// oneOf refuses words that are not among those that exist.
func oneOf(flag string, words, exist []string) error {
	var errs []error
	for _, w := range words {
		switch {
		case len(exist) == 0:
			errs = append(errs, fmt.Errorf("%s: got %q, but the scenario has none", flag, w))
		case !slices.Contains(exist, w):
			errs = append(errs, fmt.Errorf("%s: got %q, want one of %s%s", flag, w, strings.Join(exist, ", "), didYouMean(w, exist)))
		}
	}
	return errors.Join(errs...)
}

// oneArg asks for exactly one argument and says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s: got %s, want one: %s\nSee %s --help", c.Name(), report.Counted(len(args), "argument"), what, c.CommandPath())
		}
		return nil
	}
}

const scenarioArg = `a scenario file, or a built-in name from "caseload list"`

// flagError adds to an unknown flag's error the nearest that exists.
func flagError(c *cobra.Command, err error) error {
	hint := ""
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		hint = didYouMean("--"+unknown.GetSpecifiedName(), names)
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := invalid.GetFlag()
		if want, ok := numberWanted[f.Value.Type()]; ok { // else the reason is a program's
			return fmt.Errorf("--%s: got %q, want %s\nSee %s --help", f.Name, invalid.GetValue(), want, c.CommandPath())
		}
	}
	return fmt.Errorf("%w%s\nSee %s --help", err, hint, c.CommandPath())
}

// numberWanted says what flags of numbers want, by their type.
var numberWanted = map[string]string{"float64": "a number", "int": "a whole number", "uint64": "a whole number of at least 0", "int64": "a whole number"}

// spelled is a number as TOML and the command line spell it.
func spelled(x float64) string {
	return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'g', -1, 64)), "+")
}

// didYouMean is a hint at the nearest of the words that exist, or nothing.
func didYouMean(word string, exist []string) string {
	const likeEnough = 0.6
	best, score := "", likeEnough
	for _, w := range exist {
		if s := levenshtein.Similarity(word, w, nil); s > score {
			best, score = w, s
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// tableWidth is how wide text may be: the terminal's width; elsewhere what the
// environment's COLUMNS says, or what most terminals can be made to show.
func tableWidth(stdout any) int {
	const narrowest, widest = 60, 120
	width := widest
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		width = n
	}
	if file, ok := stdout.(*os.File); ok {
		if w, _, err := term.GetSize(int(file.Fd())); err == nil && w > 0 {
			width = w
		}
	}
	return max(narrowest, min(width, widest))
}

// hasPowers tells whether some analysis has a test: where clusters are
// randomized, only those that allow for clusters have.
func hasPowers(sc *scenarios.Scenario) bool {
	for _, o := range sc.Outcomes {
		for _, name := range o.Methods {
			if m, ok := scenarios.LookupMethod(name); ok && (m.Clusters || !sc.Trial.Randomization.Clustered()) {
				return true
			}
		}
	}
	return false
}

// countFlag is --replicates, which sets a key. It refuses too few of them, and says
// why.
func (f *flags) countFlag(c *cobra.Command, key, usage string, least int, why string) {
	c.Flags().IntVar(&f.count, "replicates", 0, usage)
	sets(c, "replicates", key)
	before(c, func() error {
		if c.Flags().Changed("replicates") && f.count < least {
			return fmt.Errorf("--replicates: got %d, want at least %d%s", f.count, least, why)
		}
		return nil
	})
}

// wantedReplicates is how many replicates are run at most, and the precision
// that may end the run sooner. A precision wins over the number of replicates, but
// where no analysis has a test there are no powers to be precise about.
func wantedReplicates(sc *scenarios.Scenario) (replicates int, precision float64) {
	const block = analysis.BlockSize
	if sc.Precision > 0 && hasPowers(sc) {
		// At a power of 1/2, where the MCSE is largest.
		blocks := math.Ceil(0.25 / (sc.Precision * sc.Precision) / block)
		return max(analysis.MinPrecise, int(min(blocks, 1<<22))*block), sc.Precision
	}
	return sc.Replicates, 0
}
