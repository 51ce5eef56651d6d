package folder_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/results/folder"
)

func text(name, content string) folder.File {
	return folder.File{Name: name, Write: func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestCreateWritesAllFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "deeper")
	if err := folder.Create(dir, text("a", "1"), text("b", "2")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "a b" {
		t.Errorf("the folder has %q, want a and b", got)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "b")); err != nil || string(got) != "2" {
		t.Errorf("b holds %q (%v), want 2", got, err)
	}
}

func TestAFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	broken := folder.File{Name: "b", Write: func(w io.Writer) error {
		_, _ = io.WriteString(w, "half of it")
		return errors.New("no more")
	}}
	if err := folder.Create(dir, text("a", "1"), broken); err == nil || !strings.Contains(err.Error(), "no more") {
		t.Errorf("error %v, want that of the file", err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("the folder has %q, want nothing", got)
	}
}

func TestNothingIsReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := folder.Create(dir, text("b", "old")); err != nil {
		t.Fatal(err)
	}
	err := folder.Create(dir, text("a", "1"), text("b", "new"))
	if _, refused := errors.AsType[folder.Refused](err); !refused {
		t.Errorf("error %v, want a refusal", err)
	}
	if got := names(t, dir); got != "b" {
		t.Errorf("the folder has %q, want b alone", got)
	}
}

func TestAFileIsNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := folder.Create(path, text("a", "1"))
	if _, refused := errors.AsType[folder.Refused](err); !refused || !strings.Contains(err.Error(), "is a file, want a folder") {
		t.Errorf("error %v, want a refusal that says so", err)
	}
}

func TestNoPermissionIsSaid(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	probe, err := os.CreateTemp(dir, "probe")
	if err == nil {
		_ = probe.Close()
		_ = os.Remove(probe.Name())
		if dir = "/sys"; runtime.GOOS != "linux" {
			suite.Lacks(t, "a place where this user may not write")
		}
		// the superuser may not create files in sysfs either
	}
	if err := folder.Create(dir, text("a", "1")); err == nil || !strings.Contains(err.Error(), "no permission") {
		t.Errorf("error %v, want it to say that there is no permission", err)
	}
}
