// Package folder writes result files, each whole or not at all: under a
// temporary name in the same folder first, then renamed.
package folder

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A File is a name within a folder and what writes its content.
type File struct {
	Name  string
	Write func(w io.Writer) error
}

// Refused is an error about the place that the user named, not about writing.
type Refused struct{ Reason string }

// Error says what to do instead.
func (r Refused) Error() string { return r.Reason }

// Create writes files into dir, which is made if it doesn't exist. It refuses
// to replace a file. All files are written before the first gets its name, so
// that a full disk leaves none of them.
func Create(dir string, files ...File) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	for _, f := range files {
		if err := absent(filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	var temps []string
	defer func() {
		for _, t := range temps {
			_ = os.Remove(t) // gone where it was renamed
		}
	}()
	for _, f := range files {
		temp, err := write(dir, f)
		if temp != "" {
			temps = append(temps, temp)
		}
		if err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(dir, f.Name), err)
		}
	}
	for k, f := range files {
		if err := os.Rename(temps[k], filepath.Join(dir, f.Name)); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(dir, f.Name), err)
		}
	}
	return nil
}

func makeDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return Refused{fmt.Sprintf("%s is a file, want a folder: give another name", dir)}
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return plain(err, dir)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return plain(err, dir)
	}
	return nil
}

// plain says what went wrong with a path without naming system calls.
func plain(err error, path string) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s: no permission to write there: %w", path, fs.ErrPermission)
	}
	return err
}

func absent(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return plain(err, path)
	}
	return Refused{fmt.Sprintf("%s exists already and is not replaced: give another name, or remove it first", path)}
}

// write writes a file under a temporary name in its folder and returns that.
func write(dir string, f File) (temp string, err error) {
	out, err := os.CreateTemp(dir, "."+f.Name+".*.partial")
	if err != nil {
		return "", plain(err, dir)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	b := bufio.NewWriter(out)
	if err := f.Write(b); err != nil {
		return out.Name(), err
	}
	if err := b.Flush(); err != nil {
		return out.Name(), err
	}
	if err := out.Chmod(0o644); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return out.Name(), err
	}
	return out.Name(), out.Sync()
}
