package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"caseload/results/folder"
)

// osFS is the file system by the names that people type: relative to the
// working directory, with .. or absolute. Messages can so name a file as its
// user did.
type osFS struct{}

// Open opens a file by the name typed, with slashes. It refuses what is neither a file
// nor a folder: to open a named pipe would wait for somebody to write to it, and a
// device may have no end. What the shell has opened already, as of <(...), is read.
func (osFS) Open(name string) (fs.File, error) {
	path := filepath.FromSlash(name)
	info, err := os.Stat(path)
	opened := strings.HasPrefix(name, "/dev/fd/") || strings.HasPrefix(name, "/proc/self/fd/") || name == "/dev/stdin"
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() && !(opened && info.Mode()&fs.ModeNamedPipe != 0) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New(folder.Kind(info.Mode()))}
	}
	return os.Open(path)
}

// isFile tells a scenario's file from a built-in's name.
func isFile(scenario string) bool {
	return strings.ContainsAny(scenario, `/\`) || strings.HasSuffix(scenario, ".toml")
}

// baseName is a scenario's name without folders and ending, for results that
// are the same wherever the file lies.
func baseName(scenario string) string {
	if scenario == "-" {
		return "stdin"
	}
	return strings.TrimSuffix(path.Base(filepath.ToSlash(scenario)), ".toml")
}

// stdinName is what messages call a scenario from standard input.
const stdinName = "stdin.toml"

// piped is a file system in which one file is given as text.
type piped struct {
	fs.FS
	text []byte
}

// Open opens the text by its name, any other file as before.
func (p piped) Open(name string) (fs.File, error) {
	if name != stdinName {
		return p.FS.Open(name)
	}
	return &pipedFile{Reader: bytes.NewReader(p.text), size: int64(len(p.text))}, nil
}

// maxPiped is more than a scenario may have, so that one too large is seen to be.
const maxPiped = 5 << 20

// readPiped reads a scenario from standard input.
func readPiped(in io.Reader, files fs.FS) (fs.FS, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxPiped))
	return piped{files, text}, err
}

// pipedFile is an open piped text and its own description.
type pipedFile struct {
	*bytes.Reader
	size int64
}

func (f *pipedFile) Close() error               { return nil }
func (f *pipedFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *pipedFile) Size() int64                { return f.size }
func (f *pipedFile) Name() string               { return stdinName }
func (f *pipedFile) Mode() fs.FileMode          { return 0o444 }
func (f *pipedFile) ModTime() time.Time         { return time.Time{} }
func (f *pipedFile) IsDir() bool                { return false }
func (f *pipedFile) Sys() any                   { return nil }
