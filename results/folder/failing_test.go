package folder

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"caseload/internal/suite"
)

// full is a disk on which so many bytes have room.
type full struct {
	handle
	room *int
}

func (f full) Write(p []byte) (int, error) {
	n := min(len(p), *f.room)
	*f.room -= n
	written, err := f.handle.Write(p[:n])
	if err == nil && n < len(p) {
		err = &fs.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return written, err
}

// limit makes the disk full after so many bytes, until the test ends.
func limit(t *testing.T, room int) {
	t.Helper()
	was := createTemp
	t.Cleanup(func() { createTemp = was })
	createTemp = func(dir, pattern string) (handle, error) {
		h, err := was(dir, pattern)
		return full{h, &room}, err
	}
}

// Wherever the disk is full, the error names the file and the reason, no half
// file is left, what was kept stays, and once there is room the run goes on.
func TestAFullDiskLeavesWhatWasKept(t *testing.T) {
	id := madeUp(t, 1, 60)
	const before, replicates = 1500, 4000
	one := t.TempDir()
	whole(t, one, id, replicates)
	need := 0
	for _, text := range files(t, one) {
		need += len(text)
	}
	for _, room := range []int{0, 10, 100_000, need / 4, need / 2, 3 * need / 4} {
		dir := t.TempDir()
		whole(t, dir, id, before)
		kept := files(t, dir)
		t.Run("", func(t *testing.T) {
			limit(t, room)
			f := opened(t, dir, id)
			defer f.Close()
			var err error
			for k := 0; k < 16 && err == nil; k++ {
				err = f.Keep(k, block(id.Layout, k, 0, replicates))
			}
			if err == nil {
				err = f.Finish(replicates)
			}
			if err == nil || !strings.Contains(err.Error(), "writing "+dir) || !strings.HasSuffix(err.Error(), ": no space left on device") {
				t.Errorf("room for %d bytes: error %v, want the file and the reason", room, err)
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("error %v is not ENOSPC", err)
			}
		})
		now := files(t, dir)
		for name, text := range kept {
			if now[name] != text && !strings.HasPrefix(name, partsDir) {
				t.Errorf("room for %d bytes: %s is no more what it was", room, name)
			}
		}
		for name := range now {
			if isUnfinished(filepath.Base(name)) {
				t.Errorf("room for %d bytes: %s is left", room, name)
			}
		}
		f := opened(t, dir, id)
		if f.Replicates() < before {
			t.Errorf("room for %d bytes: %d replicates are left of %d", room, f.Replicates(), before)
		}
		run(t, f, id.Layout, 0, replicates)
		if err := f.Finish(replicates); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		sameFiles(t, dir, one)
	}
}

// The manifest counts no replicates whose files did not get their names.
func TestTheManifestIsLast(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	whole(t, dir, id, 300)
	if err := os.Remove(filepath.Join(dir, "estimates.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "estimates.csv", "in the way"), 0o777); err != nil {
		t.Fatal(err)
	}
	f := opened(t, dir, id)
	run(t, f, id.Layout, 0, 600)
	if err := f.Finish(600); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "estimates.csv")) {
		t.Errorf("error %v, want one about estimates.csv", err)
	}
	if m, err := Inspect(dir); err != nil || m.Replicates != 300 {
		t.Errorf("the manifest counts %d replicates (%v), want 300", m.Replicates, err)
	}
}

// mounted is a small file system in memory, with options such as size=64k.
func mounted(t *testing.T, options string) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		suite.Lacks(t, "only the superuser of a Linux can mount a small file system")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "caseload-test", dir).CombinedOutput(); err != nil {
		suite.Lacks(t, "nothing can be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return dir
}

func TestADiskThatIsReallyFull(t *testing.T) {
	id, disk := madeUp(t, 1, 60), mounted(t, "size=400k")
	dir := filepath.Join(disk, "results")
	f := opened(t, dir, id)
	var err error
	for k := 0; err == nil && k < 400; k++ {
		err = f.Keep(k, block(id.Layout, k, 0, 400*256))
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "writing "+filepath.Join(dir, partsDir)) {
		t.Fatalf("error %v, want that the disk is full", err)
	}
	_ = f.Close()
	for name := range files(t, dir) {
		if isUnfinished(filepath.Base(name)) {
			t.Errorf("%s is left", name)
		}
	}
	f = opened(t, dir, id)
	if f.Replicates() < PartSize || f.Replicates()%PartSize != 0 {
		t.Errorf("%d replicates are left", f.Replicates())
	}
	run(t, f, id.Layout, 0, f.Replicates()) // all can be read
}

func TestAReadOnlyDiskIsSaid(t *testing.T) {
	id, disk := madeUp(t, 1, 60), mounted(t, "size=4m")
	dir := filepath.Join(disk, "results")
	whole(t, dir, id, 1500)
	if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
		suite.Lacks(t, "it can't be made read-only: %v: %s", err, out)
	}
	for _, place := range []string{dir, filepath.Join(disk, "new")} {
		f, err := Open(place, id)
		if err == nil {
			_, err = f.Read(0)
			run(t, f, id.Layout, 0, 1500)
			err = errors.Join(err, f.Finish(1500))
			_ = f.Close()
		}
		if err == nil || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "read-only file system") {
			t.Errorf("error %v, want the place and the reason", err)
		}
		if _, refused := errors.AsType[Refused](err); refused {
			t.Errorf("error %v is a refusal: the place is not what is wrong", err)
		}
	}
	// To read is all that a report wants.
	f, err := View(dir, id)
	if err != nil {
		t.Fatal(err)
	}
	run(t, f, id.Layout, 0, 1500)
}

// A folder into which the user may not write. The superuser may write anywhere
// but in sysfs.
func TestNoPermissionToKeep(t *testing.T) {
	place := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(place, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() <= 0 {
		if place = "/sys/kernel"; runtime.GOOS != "linux" {
			suite.Lacks(t, "a place where this user may not write")
		}
	}
	_, err := Open(filepath.Join(place, "results"), madeUp(t, 1, 60))
	if err == nil || !strings.Contains(err.Error(), place) || !(strings.Contains(err.Error(), "no permission") || strings.Contains(err.Error(), "not permitted")) {
		t.Errorf("error %v, want the place and that there is no permission", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Open(file, madeUp(t, 1, 60))
	wantRefused(t, err, "is a file, want a folder")
	if _, err = Open(filepath.Join(file, "below"), madeUp(t, 1, 60)); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("error %v, want that it is below a file", err)
	}
}
