package main

import (
	"context"
	"slices"

	"caseload/analysis"
	"caseload/analysis/history"
	"caseload/results/compare"
	"caseload/results/explain"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/page"
	"caseload/results/run"
	"caseload/results/size"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"
)

// view is what figures and page of a run are made of.
type view struct {
	m         *sim.Model
	whole     *run.Run // all rows
	run       *run.Run // those shown; nil: all
	collector *run.Collector
	history   *trial.History // nil: there is none
	measures  []string
	alpha     float64
	missing   []string
	elsewhere *outside.Estimates // made elsewhere and scored; nil: none
}

// newCollector takes the intervals out of a run that a figure shows.
func newCollector(m *sim.Model, elsewhere ...analysis.Outside) (*run.Collector, error) {
	rows, err := analysis.Rows(m, elsewhere)
	if err != nil {
		return nil, err
	}
	return run.NewCollector(m.Scenario, rows), nil
}

// newHistory runs the first replicates again, with all that happens in them.
func newHistory(ctx context.Context, m *sim.Model, name string, replicates, workers int) (*trial.History, error) {
	h, err := history.Run(ctx, m, history.Options{Replicates: history.Replicates(m, replicates), Seed: m.Scenario.Seed, Workers: workers, Name: name})
	if err != nil {
		return nil, err
	}
	return trial.NewHistory(h, m, name, analysis.ModelVersion), nil
}

// annexes is what else has been asked about the scenario of a run, in its folder.
type annexes struct {
	explanations []*explain.Explanation
	plans        []*size.Plan
	comparisons  []*compare.Comparison
	figures      []folder.File // of all
}

// files are the figures and the page, which shows what else was asked.
func (v *view) files(also annexes) []folder.File {
	if v.run == nil {
		v.run = v.whole
	}
	set := figure.NewSet(v.run, v.intervals(), v.history)
	content := &page.Content{Scenario: v.m.Scenario, Run: v.run, Figures: set, Alpha: v.alpha, Measures: v.measures,
		Version: analysis.ModelVersion, Explanations: also.explanations, Plans: also.plans, Comparisons: also.comparisons, Missing: v.missing}
	if v.history != nil {
		content.Flow = v.history.Replicates
	}
	var files []folder.File
	for _, f := range set.All() {
		files = append(files, figureFiles(f, f.Name)...)
	}
	files = append(files, also.figures...)
	return append(files, folder.File{Name: folder.PageName, Write: page.New(content).Write})
}

// intervals are those of the analyses shown.
func (v *view) intervals() []run.Intervals {
	return slices.DeleteFunc(v.collector.Intervals(v.whole), func(x run.Intervals) bool {
		return !slices.ContainsFunc(v.run.Rows, func(r run.Row) bool {
			return r.Outcome == x.Row.Outcome && r.Subgroup == x.Row.Subgroup && r.Contrast == x.Row.Contrast && r.Method == x.Row.Method
		})
	})
}

// readAnnexes reads what else has been asked in a folder. Files have names, and
// people read labels.
func readAnnexes(dir string, labels scenarios.Labels) (also annexes, err error) {
	list, err := folder.Explanations(dir)
	if err != nil {
		return also, failed(err)
	}
	if also.explanations, err = folder.ReadAnnexes(dir, list, explain.Read); err != nil {
		return also, failed(err)
	}
	for k, x := range also.explanations {
		x.Labels = labels
		also.figures = append(also.figures, explainFigures(x, list[k].Stem)...)
	}
	if list, err = folder.Plans(dir); err != nil {
		return also, failed(err)
	}
	if also.plans, err = folder.ReadAnnexes(dir, list, size.ReadPlan); err != nil {
		return also, failed(err)
	}
	for k, p := range also.plans {
		if p.Cost != nil {
			p.Cost.Labels = labels
		}
		if p.Size != nil {
			p.Size.Labels = labels
			p.Size.KnownAs(list[k].Stem)
			also.figures = append(also.figures, powerFigures(p.Size)...)
		}
	}
	return also, also.readComparisons(dir, labels)
}

// readComparisons reads the comparisons of designs in a folder.
func (a *annexes) readComparisons(dir string, labels scenarios.Labels) error {
	list, err := folder.Comparisons(dir)
	if err != nil {
		return failed(err)
	}
	if a.comparisons, err = folder.ReadAnnexes(dir, list, compare.Read); err != nil {
		return failed(err)
	}
	for _, x := range a.comparisons {
		x.Labels = labels
		a.figures = append(a.figures, compareFigures(x)...)
	}
	return nil
}
