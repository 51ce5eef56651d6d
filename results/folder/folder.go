// Package folder writes result files and keeps the results of runs in folders.
//
// A file appears whole or not at all: it is written under a temporary name in
// the same folder first, then renamed. A Folder keeps what replicates leave, in
// part files, so that a run can go on where another was cut off.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Refused is an error about the place that the user named, not about writing.
type Refused struct{ Reason string }

// Error says what to do instead.
func (r Refused) Error() string { return r.Reason }

func refuse(format string, args ...any) error { return Refused{fmt.Sprintf(format, args...)} }

// Create writes files into dir, which is made if it doesn't exist. It refuses
// to replace a file. All files are written before the first gets its name, so
// that a full disk leaves none of them.
func Create(dir string, files ...File) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	for _, f := range files {
		if below, _ := filepath.Split(filepath.FromSlash(f.Name)); below != "" {
			if err := makeDir(filepath.Join(dir, below)); err != nil {
				return err
			}
		}
		if err := absent(filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	return writeAll(dir, files...)
}

func makeDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return refuse("%s is a file, want a folder: give another name", dir)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", dir, reason(err))
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("making the folder %s: %w", dir, reason(err))
	}
	return nil
}

func absent(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", path, reason(err))
	}
	return refuse("%s exists already and is not replaced: give another name, or remove it first", path)
}
