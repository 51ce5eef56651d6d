package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// pages keeps tests of one process from rewriting a file at the same time.
var pages sync.Mutex

// Page compares a file with what a test made of it, or rewrites it.
func Page(t testing.TB, file, made string) {
	t.Helper()
	pages.Lock()
	defer pages.Unlock()
	compare(t, file, made)
}

// Section compares what stands in a file between the marks of a name with what a
// test made of it, or rewrites that alone. The marks are lines:
//
//	<!-- NAME: where it comes from -->
//	<!-- end of NAME -->
func Section(t testing.TB, file, name, made string) {
	t.Helper()
	pages.Lock()
	defer pages.Unlock()
	page := Read(t, file)
	from, to, err := place(page, name)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	compare(t, file, page[:from]+made+page[to:])
}

// place finds what is between the marks of a name.
func place(page, name string) (from, to int, err error) {
	begin, end := "<!-- "+name+": ", "<!-- end of "+name+" -->\n"
	if strings.Count(page, begin) != 1 || strings.Count(page, end) != 1 {
		return 0, 0, fmt.Errorf("no place for %s, or several", name)
	}
	from = strings.Index(page, begin)
	from += strings.Index(page[from:], "\n") + 1
	if to = strings.Index(page, end); to < from {
		return 0, 0, fmt.Errorf("the place for %s ends before it begins", name)
	}
	return from, to, nil
}

// Read reads a text file; a checkout may have other ends of lines.
func Read(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

func compare(t testing.TB, file, made string) {
	t.Helper()
	old, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil && !(Update() && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(old), "\r\n", "\n") == made {
		return
	}
	if !Update() {
		t.Errorf("%s differs from what this test makes of it. CASELOAD_UPDATE=1 rewrites it; say why in CHANGELOG.md.\n%s", file,
			firstDifference(strings.ReplaceAll(string(old), "\r\n", "\n"), made))
		return
	}
	if err := os.WriteFile(filepath.FromSlash(file), []byte(made), 0o644); err != nil {
		t.Fatal(err)
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(old, made string) string {
	a, b := strings.Split(old, "\n"), strings.Split(made, "\n")
	for k := range max(len(a), len(b)) {
		line := func(of []string) string {
			if k < len(of) {
				return of[k]
			}
			return "(end of file)"
		}
		if line(a) != line(b) {
			return fmt.Sprintf("line %d\nfile: %s\nmade: %s", k+1, line(a), line(b))
		}
	}
	return ""
}
