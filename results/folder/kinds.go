package folder

import (
	"encoding/json"
	"os"
	"strings"

	"caseload/analysis"
)

// Files that several kinds of folders have beside the page.
const (
	SheetPage  = "sheet.html" // a planner's sheet, to be printed
	SheetText  = "sheet.md"   // the same for word processors
	SheetFacts = "sheet.json" // what the sheet says beside the plan
	SweepName  = "sweep.json" // what a sweep shows
)

// Content tells what a folder keeps.
type Content int

// What folders keep.
const (
	Nothing     Content = iota
	Run                 // a run, and perhaps answers about its scenario
	Cells               // a sweep
	OnlyAnswers         // answers about a scenario without a run: explanations, plans and comparisons
	Reviews             // meta-analyses, bodies of trials and calibrations
)

// ContentOf returns what a folder keeps, Nothing if it is no folder or keeps nothing of
// ours.
func ContentOf(dir string) (Content, error) {
	if !isDir(dir) {
		return Nothing, nil
	}
	if m, err := readManifest(dir); m != nil || err != nil {
		return Run, err
	}
	if d, err := ReadDesign(dir); d != nil || err != nil {
		return Cells, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Nothing, unreadable(err)
	}
	kind := Nothing
	for _, e := range entries {
		switch name := e.Name(); {
		case isExplanation(name):
			return OnlyAnswers, nil
		case isReview(name) && strings.HasSuffix(name, ".json"):
			kind = Reviews
		}
	}
	return kind, nil
}

// besideAnswers tells of a file that stands beside answers about a scenario: the scenario,
// the page, a planner's sheet, and the table of a comparison.
func besideAnswers(name string) bool {
	switch name {
	case ScenarioName, PageName, SheetPage, SheetText, SheetFacts:
		return true
	}
	return strings.HasPrefix(name, compared) && strings.HasSuffix(name, ".csv")
}

// reviewsNamed lists the reviews in a folder whose names begin with a prefix.
func reviewsNamed(dir, prefix string) (list []Annex, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, unreadable(err)
	}
	for _, e := range entries {
		if stem, ok := strings.CutPrefix(e.Name(), prefix); ok && strings.HasSuffix(stem, ".json") {
			list = append(list, Annex{e.Name(), strings.TrimSuffix(stem, ".json")})
		}
	}
	return list, nil
}

// Metas lists the meta-analyses in a folder, in the order of their names.
func Metas(dir string) ([]Annex, error) { return reviewsNamed(dir, reviewed) }

// Literatures lists the bodies of trials in a folder, in the order of their names.
func Literatures(dir string) ([]Annex, error) { return reviewsNamed(dir, bodies) }

// Calibrations lists the calibrations in a folder, and their checks, in the order of their
// names.
func Calibrations(dir string) ([]Annex, error) { return reviewsNamed(dir, fitted) }

// InspectSweep reads what a folder says about its sweep, and how many replicates its cells
// have. One that was cut off is refused: it has no results yet.
func InspectSweep(dir string) (*Design, int, error) {
	d, err := ReadDesign(dir)
	if err != nil {
		return nil, 0, err
	}
	text, found, err := Read(dir, SweepName)
	var about struct{ Replicates int }
	switch {
	case err != nil:
		return nil, 0, err
	case !found || json.Unmarshal(text, &about) != nil || about.Replicates < 1:
		return nil, 0, refuse("%s: got a sweep that was cut off: give its command again, and it goes on", dir)
	case d.ModelVersion != analysis.ModelVersion:
		return nil, 0, refuse("%s is of model version %d, and this caseload is of %d: sweep again, into another folder", dir, d.ModelVersion, analysis.ModelVersion)
	}
	return d, about.Replicates, nil
}
