package folder

import (
	"errors"
	"io"
	"path/filepath"
	"testing"
)

// review puts a meta-analysis with its figure into a folder.
func review(dir, name, told string) error {
	return WriteReview(dir, saying(MetaStem(name)+".json", told), saying("figures/forest-"+name+".svg", told))
}

func TestReviewsArePutBesideEachOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "deeper")
	for _, x := range [][2]string{{"bcg", "first"}, {"other", "first"}, {"bcg", "second"}} {
		if err := review(dir, x[0], x[1]); err != nil {
			t.Fatal(err)
		}
	}
	got := files(t, dir)
	for name, want := range map[string]string{"meta-bcg.json": "second", "meta-other.json": "first", "figures/forest-bcg.svg": "second", "figures/forest-other.svg": "first"} {
		if got[name] != want {
			t.Errorf("%s says %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d files: %v", len(got), got)
	}
}

// A folder of anything else is refused, whether of a stranger, a run or an explanation.
func TestReviewsWantAFolderOfTheirOwn(t *testing.T) {
	for _, name := range []string{"mine.txt", "manifest.json", ExplainFile("linked"), "figures/mine.svg"} {
		dir := t.TempDir()
		leave(t, "{}", dir, filepath.FromSlash(name))
		err := review(dir, "bcg", "new")
		if _, refused := errors.AsType[Refused](err); !refused {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("%s: left %v", name, got)
		}
	}
	dir := t.TempDir()
	leave(t, "", dir, "file")
	if _, refused := errors.AsType[Refused](review(filepath.Join(dir, "file"), "bcg", "new")); !refused {
		t.Error("a file is no folder")
	}
}

// What fails while it is written leaves what was there.
func TestAFailedReviewLeavesTheOld(t *testing.T) {
	dir := t.TempDir()
	if err := review(dir, "bcg", "old"); err != nil {
		t.Fatal(err)
	}
	broken := File{"figures/funnel-bcg.svg", func(io.Writer) error { return errors.New("no space left") }}
	if err := WriteReview(dir, saying(MetaStem("bcg")+".json", "new"), saying("figures/forest-bcg.svg", "new"), broken); err == nil {
		t.Fatal("no error")
	}
	if got := files(t, dir); got["meta-bcg.json"] != "old" || got["figures/forest-bcg.svg"] != "old" || len(got) != 2 {
		t.Errorf("left %v", got)
	}
}
