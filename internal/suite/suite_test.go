package suite

import (
	"os"
	"path/filepath"
	"testing"
)

// recorder stands in for a test, since a failure of the tool under
// test must not be one of its own test.
type recorder struct {
	testing.TB
	failed, skipped bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; panic(r) }
func (r *recorder) Fatal(...any)          { r.failed = true; panic(r) }
func (r *recorder) Skip(...any)           { r.skipped = true }
func (r *recorder) Skipf(string, ...any)  { r.skipped = true }

// record tells what happens to a test that calls f.
func record(t *testing.T, f func(testing.TB)) (r *recorder) {
	r = &recorder{TB: t}
	defer func() {
		if e := recover(); e != nil && e != any(r) {
			panic(e)
		}
	}()
	f(r)
	return r
}

func TestWhatRuns(t *testing.T) {
	for _, c := range []struct {
		long           string
		isLong, isFull bool
	}{{"", false, false}, {"0", false, false}, {"1", true, false}, {"2", true, true}} {
		t.Setenv("CASELOAD_LONG", c.long)
		if got := record(t, Long).skipped; got == c.isLong {
			t.Errorf("CASELOAD_LONG=%s: a long test is skipped: %v", c.long, got)
		}
		if got := record(t, Full).skipped; got == c.isFull {
			t.Errorf("CASELOAD_LONG=%s: a very long test is skipped: %v", c.long, got)
		}
	}
}

// A program that is missing skips a test for users and fails it in CI.
func TestLacks(t *testing.T) {
	for ci, fails := range map[string]bool{"": false, "1": true} {
		t.Setenv("CASELOAD_CI", ci)
		r := record(t, func(t testing.TB) { Lacks(t, "no such program") })
		if r.failed != fails || r.skipped == fails {
			t.Errorf("CASELOAD_CI=%q: failed %v, skipped %v", ci, r.failed, r.skipped)
		}
	}
}

func TestSections(t *testing.T) {
	const page = "head\n<!-- one: made by a test -->\nold\n<!-- end of one -->\n<!-- two: made by a test -->\n<!-- end of two -->\ntail\n"
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		update, name, made string
		fails              bool
		want               string
	}{
		{"", "one", "old\n", false, page},
		{"", "one", "new\n", true, page},
		{"1", "three", "new\n", true, page},
		{"1", "two", "new\n", false, "head\n<!-- one: made by a test -->\nold\n<!-- end of one -->\n<!-- two: made by a test -->\nnew\n<!-- end of two -->\ntail\n"},
	} {
		t.Setenv("CASELOAD_UPDATE", c.update)
		if got := record(t, func(t testing.TB) { Section(t, file, c.name, c.made) }); got.failed != c.fails {
			t.Errorf("%s, update %q: failed %v", c.name, c.update, got.failed)
		}
		if got := Read(t, file); got != c.want {
			t.Errorf("%s, update %q: the file is\n%s", c.name, c.update, got)
		}
	}
}

func TestPageIsMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	t.Setenv("CASELOAD_UPDATE", "")
	if got := record(t, func(t testing.TB) { Page(t, file, "text\n") }); !got.failed {
		t.Error("a page that is not there passes")
	}
	t.Setenv("CASELOAD_UPDATE", "1")
	Page(t, file, "text\n")
	t.Setenv("CASELOAD_UPDATE", "")
	Page(t, file, "text\n")
	if got := record(t, func(t testing.TB) { Page(t, file, "other\n") }); !got.failed {
		t.Error("a page that differs passes")
	}
}
