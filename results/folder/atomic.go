package folder

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A File is a name within a folder, or with a slash in one below it that is
// there, and what writes its content.
type File struct {
	Name  string
	Write func(w io.Writer) error
}

// unfinished ends the name of a file that is being written.
const unfinished = ".partial"

// handle is a file being written.
type handle interface {
	io.WriteCloser
	Name() string
	Chmod(mode fs.FileMode) error
	Sync() error
}

// createTemp makes a new file; tests put a disk that fails in its place.
var createTemp = func(dir, pattern string) (handle, error) { return os.CreateTemp(dir, pattern) }

// writeAll writes files into dir, in place of those of the same names. All are
// written and on the disk before the first gets its name, so that a full disk
// leaves everything as it was.
func writeAll(dir string, files ...File) error {
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
			return fmt.Errorf("writing %s: %w", filepath.Join(dir, f.Name), reason(err))
		}
	}
	for k, f := range files {
		if err := os.Rename(temps[k], filepath.Join(dir, f.Name)); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Join(dir, f.Name), reason(err))
		}
	}
	below := map[string]bool{}
	for _, f := range files {
		in, _ := filepath.Split(filepath.FromSlash(f.Name))
		if below[in] {
			continue
		}
		below[in] = true
		if err := syncDir(filepath.Join(dir, in)); err != nil {
			return err
		}
	}
	return nil
}

// write writes a file under a temporary name in its folder and returns that.
func write(dir string, f File) (temp string, err error) {
	d, err := begin(dir, f.Name)
	if err != nil {
		return "", err
	}
	return d.out.Name(), d.finish(f.Write(d))
}

// A draft is a file that is being written, under a temporary name in its folder.
type draft struct {
	name     string // within the folder
	fleeting bool   // it need not last
	out      handle
	*bufio.Writer
}

func begin(dir, file string) (*draft, error) {
	below, name := filepath.Split(filepath.FromSlash(file))
	out, err := createTemp(filepath.Join(dir, below), "."+name+".*"+unfinished)
	if err != nil {
		return nil, err
	}
	return &draft{name: file, out: out, Writer: bufio.NewWriterSize(out, 1<<16)}, nil
}

// finish closes a draft, and unless writing it has failed makes it last.
func (d *draft) finish(err error) error {
	if err == nil {
		err = d.Flush()
	}
	if err == nil {
		if err = d.out.Chmod(0o644); errors.Is(err, errors.ErrUnsupported) {
			err = nil
		}
	}
	if err == nil && !d.fleeting {
		err = d.out.Sync()
	}
	if failed := d.out.Close(); err == nil {
		err = failed
	}
	return err
}

// syncDir makes new names in a folder last through a loss of power, on systems
// that can. Some file systems can't, and say so in many ways: the files
// themselves are on the disk by then, so that is no reason to fail.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such thing
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil // a folder may be written to and not read
	}
	_ = d.Sync()
	return d.Close()
}

// removePartial removes what a run that was killed left half written.
func removePartial(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", dir, reason(err))
	}
	for _, e := range entries {
		if !isUnfinished(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing %s, which was left half written: %w", path, reason(err))
		}
	}
	return nil
}

func isUnfinished(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, unfinished)
}

// reason is what went wrong, without the names of system calls and temporary
// files.
func reason(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return noPermission{}
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

// noPermission says so in words; it is fs.ErrPermission.
type noPermission struct{}

func (noPermission) Error() string { return "no permission to write there" }
func (noPermission) Unwrap() error { return fs.ErrPermission }
