package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// reviewed is how the files of meta-analyses begin, bodies those of simulated ones,
// fitted those of calibrations.
const (
	reviewed = "meta-"
	bodies   = "literature-"
	fitted   = "calibrate-"
)

// PosteriorName is the file of draws that a calibration leaves.
const PosteriorName = "posterior.csv"

// CalibrateStem is the name of a file of a calibration, without its ending.
func CalibrateStem(what string) string { return fitted + what }

// LiteratureStem is the name of a file of simulated bodies of trials, without its ending.
func LiteratureStem(what string) string { return bodies + what }

// isReview tells of a name that WriteReview writes.
func isReview(name string) bool {
	return strings.HasPrefix(name, reviewed) || strings.HasPrefix(name, bodies) || strings.HasPrefix(name, fitted) || name == PosteriorName
}

// MetaStem is the name of a file of a meta-analysis, without its ending.
func MetaStem(what string) string { return reviewed + what }

// WriteReview puts the files of a meta-analysis, whose names begin as MetaStem,
// LiteratureStem or CalibrateStem says, and then its figures into dir and below it, in
// place of those of the same names: all of them or, where that fails before the first
// gets its name, none. It refuses a folder that holds anything but meta-analyses: a run
// would not be found to be whole beside them.
func WriteReview(dir string, files ...File) error {
	if err := CheckReviews(dir); err != nil {
		return err
	}
	return writeBelow(dir, files)
}

// CheckReviews refuses the folders that WriteReview does, before there is anything
// to put into them.
func CheckReviews(dir string) error {
	entries, err := os.ReadDir(dir)
	switch info, problem := os.Stat(dir); {
	case problem == nil && !info.IsDir():
		return refuse("%s is a file, want a folder: give another name", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("reading %s: %w", dir, unreadable(err))
	}
	found := false
	for _, e := range entries {
		found = found || isReview(e.Name())
	}
	for _, e := range entries {
		name := e.Name()
		if name == lockName || isReview(name) || isUnfinished(name) || found && name == PageName || name == FiguresName && (found || unused(filepath.Join(dir, name))) {
			continue
		}
		return refuse("%s holds %s, want a folder of meta-analyses and calibrations alone: give a new name, or an empty folder", dir, name)
	}
	return nil
}
