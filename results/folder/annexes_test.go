package folder

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"caseload/analysis"
)

// saying is a file with this content.
func saying(name, content string) File {
	return File{name, func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

// telling is the text of an explanation.
func telling(hash, told string) string {
	return fmt.Sprintf(`{"hash": %q, "model_version": %d, "told": %q}`, hash, analysis.ModelVersion, told)
}

// explanation is that of an outcome, about the scenario of that hash.
func explanation(outcome, hash, told string) File {
	return saying(ExplainFile(outcome), telling(hash, told))
}

// tell puts an explanation with its figures into a folder.
func tell(dir, outcome, hash, told string) error {
	return WriteFiles(dir, hash, explanation(outcome, hash, told), saying("figures/waterfall-"+outcome+".svg", told), saying("figures/dilution-"+outcome+".svg", told))
}

// leave writes a file, and the folders that it is in, as somebody else would.
func leave(t *testing.T, content string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExplanationsArePutBesideEachOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "deeper")
	for _, x := range [][2]string{{"linked", "first"}, {"days", "first"}, {"linked", "second"}} {
		if err := tell(dir, x[0], "abc", x[1]); err != nil {
			t.Fatal(err)
		}
	}
	got := files(t, dir)
	for name, want := range map[string]string{"figures/waterfall-linked.svg": "second", "figures/dilution-linked.svg": "second",
		"figures/waterfall-days.svg": "first", "figures/dilution-days.svg": "first",
		"explain-linked.json": telling("abc", "second"), "explain-days.json": telling("abc", "first")} {
		if got[name] != want {
			t.Errorf("%s holds %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 6 {
		t.Errorf("the folder has %d files, want 6", len(got))
	}
}

// stranger is a folder that nothing about the scenario of that hash may be put
// into, and why.
type stranger struct {
	what string
	fill func(dir string)
	why  string
}

// strangers are of other scenarios, damaged, or no result folders.
func strangers(t *testing.T, id Identity) []stranger {
	hash := id.Scenario.Hash()
	leaving := func(text, name string) func(string) { return func(dir string) { leave(t, text, dir, name) } }
	return []stranger{
		{"explanation", leaving(`{"hash": "other"}`, "explain-linked.json"),
			"explain-linked.json is about another scenario, or about this one with other settings: give another folder"},
		{"second explanation", func(dir string) {
			leave(t, telling(hash, ""), dir, "explain-a.json")
			leave(t, `{"hash": "other"}`, dir, "explain-b.json")
		}, "explain-b.json is about another scenario"},
		{"damaged explanation", leaving(`{"hash": "`+hash, "explain-linked.json"),
			"explain-linked.json: got a file that is neither an explanation nor a plan: remove it, or give another folder"},
		{"explanation of nothing", leaving(`{}`, "explain-linked.json"), "is neither an explanation nor a plan"},
		{"run", func(dir string) { whole(t, dir, madeUp(t, 1, 80), 10) }, "manifest.json is about another scenario"},
		{"run with an explanation", func(dir string) {
			whole(t, dir, id, 10)
			leave(t, `{"hash": "other"}`, dir, "explain-linked.json")
		}, "explain-linked.json is about another scenario"},
		{"run of another model", func(dir string) {
			whole(t, dir, id, 10)
			leave(t, strings.Replace(files(t, dir)[ManifestName], `"model_version": `, `"model_version": 1`, 1), dir, ManifestName)
		}, "results[1] is of model version 1"},
		{"explanation of another model", leaving(`{"hash": "`+hash+`", "model_version": 1}`, "explain-linked.json"), "explain-linked.json is of model version 1, and"},
		{"damaged manifest", leaving(`{"hash": "`+hash, ManifestName),
			"manifest.json: got a file that is not the manifest of a result folder: give another folder"},
		{"somebody's thesis", leaving("", "chapter.txt"), "holds chapter.txt and is no result folder"},
		{"somebody's figures", leaving("", "figures/waterfall-linked.svg"), "holds figures and is no result folder"},
	}
}

// What is put beside another scenario's results would be taken for theirs.
func TestExplanationsInAStrangersFolderAreRefused(t *testing.T) {
	id := madeUp(t, 1, 60)
	for _, s := range strangers(t, id) {
		dir := filepath.Join(t.TempDir(), "results[1]") // no pattern
		s.fill(dir)
		before := files(t, dir)
		_, had := os.Stat(filepath.Join(dir, FiguresName))
		wantRefused(t, CheckCompatible(dir, id.Scenario.Hash()), dir, s.why)
		wantRefused(t, tell(dir, "linked", id.Scenario.Hash(), "mine"), dir, s.why)
		sameTexts(t, s.what, files(t, dir), before)
		if _, has := os.Stat(filepath.Join(dir, FiguresName)); (has == nil) != (had == nil) {
			t.Errorf("%s: a folder of figures is made", s.what)
		}
	}
}

// sameTexts compares what was in a folder with what is.
func sameTexts(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %s holds %q, want %q", what, name, got[name], text)
		}
	}
	for name := range got {
		if _, was := want[name]; !was {
			t.Errorf("%s: %s is new", what, name)
		}
	}
}

func TestAnyPlaceButAFolderIsRefused(t *testing.T) {
	place := t.TempDir()
	if err := CheckCompatible(filepath.Join(place, "none", "yet"), "abc"); err != nil {
		t.Errorf("error %v, want none about a folder that is not there", err)
	}
	if err := CheckCompatible(place, "abc"); err != nil {
		t.Errorf("error %v, want none about an empty folder", err)
	}
	file := filepath.Join(place, "file")
	leave(t, "", file)
	wantRefused(t, CheckCompatible(file, "abc"), file+" is a file, want a folder")
	below := filepath.Join(file, "below")
	if err := CheckCompatible(below, "abc"); err == nil || !strings.Contains(err.Error(), below+": not a directory") {
		t.Errorf("error %v, want that it is below a file", err)
	}
}

// A run and explanations of its scenario share a folder, whichever comes first.
func TestARunAndItsExplanationsShareAFolder(t *testing.T) {
	id := madeUp(t, 1, 60)
	hash := id.Scenario.Hash()
	alone := t.TempDir()
	whole(t, alone, id, 300)
	for what, explainFirst := range map[string]bool{"explanation first": true, "run first": false} {
		dir := t.TempDir()
		if explainFirst {
			leave(t, "half", dir, ".explain-linked.json.7.partial")
			if err := tell(dir, "linked", hash, "true"); err != nil {
				t.Fatal(err)
			}
		}
		whole(t, dir, id, 300)
		if err := tell(dir, "days", hash, "true"); err != nil {
			t.Fatal(err)
		}
		got := files(t, dir)
		for name, text := range files(t, alone) {
			if got[name] != text {
				t.Errorf("%s: %s is not that of a run alone", what, name)
			}
		}
		if explainFirst != (got["explain-linked.json"] != "") || got["explain-days.json"] == "" || got["figures/waterfall-days.svg"] != "true" {
			t.Errorf("%s: an explanation is lost", what)
		}
		if f := opened(t, dir, id); f.Replicates() != 300 {
			t.Errorf("%s: %d replicates are found, want 300", what, f.Replicates())
		}
	}
}

// Explanations of another scenario keep a run out as its own results would.
func TestARunBesideAnotherScenariosExplanationIsRefused(t *testing.T) {
	for what, text := range map[string]string{"another scenario": `{"hash": "other"}`, "neither an explanation nor a plan": `{"hash": `} {
		dir := t.TempDir()
		leave(t, text, dir, "explain-linked.json")
		_, err := Open(dir, madeUp(t, 1, 60))
		wantRefused(t, err, filepath.Join(dir, "explain-linked.json"), what)
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("%s: the folder has %v, want the one file alone", what, got)
		}
	}
	dir := t.TempDir()
	leave(t, "", dir, FiguresName, "mine.svg")
	_, err := Open(dir, madeUp(t, 1, 60))
	wantRefused(t, err, "holds figures and is no result folder")
}

// What a process that was killed while it wrote has left keeps nobody out.
func TestFiguresLeftHalfWrittenAreNobodys(t *testing.T) {
	id := madeUp(t, 1, 60)
	dir := t.TempDir()
	leave(t, "half", dir, FiguresName, ".waterfall-linked.svg.7.partial")
	if err := CheckCompatible(dir, id.Scenario.Hash()); err != nil {
		t.Error(err)
	}
	opened(t, dir, id)
}

// Wherever the disk is full, all is as it was.
func TestAnExplanationIsKeptWholeOrNotAtAll(t *testing.T) {
	long := strings.Repeat("new ", 1000)
	for _, room := range []int{0, 10, 3000, 5000, 9000, 12_000} {
		for _, before := range []string{"", "old"} {
			dir := t.TempDir()
			if before != "" {
				if err := tell(dir, "linked", "abc", before); err != nil {
					t.Fatal(err)
				}
			}
			was := files(t, dir)
			t.Run("", func(t *testing.T) {
				limit(t, room)
				err := tell(dir, "linked", "abc", long)
				if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing "+dir) || !strings.HasSuffix(err.Error(), ": no space left on device") {
					t.Errorf("room for %d bytes: error %v, want the file and the reason", room, err)
				}
			})
			sameTexts(t, "full disk", files(t, dir), was)
			if err := tell(dir, "linked", "abc", long); err != nil || files(t, dir)["figures/dilution-linked.svg"] != long {
				t.Errorf("room for %d bytes: once there is room, error %v", room, err)
			}
		}
	}
}

// A folder where a file is to go is found before anything is replaced.
func TestAFolderInTheWayLeavesWhatWasThere(t *testing.T) {
	for _, name := range []string{"figures/waterfall-linked.svg", "figures/dilution-linked.svg"} {
		dir := t.TempDir()
		if err := tell(dir, "linked", "abc", "old"); err != nil {
			t.Fatal(err)
		}
		way := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.Remove(way); err != nil {
			t.Fatal(err)
		}
		leave(t, "", way, "something")
		was := files(t, dir)
		wantRefused(t, tell(dir, "linked", "abc", "new"), way+" is a folder, want a file or nothing there")
		sameTexts(t, name, files(t, dir), was)
	}
	dir := t.TempDir()
	whole(t, dir, madeUp(t, 1, 60), 10)
	leave(t, "", dir, FiguresName)
	wantRefused(t, tell(dir, "linked", madeUp(t, 1, 60).Scenario.Hash(), "new"), filepath.Join(dir, FiguresName)+" is a file, want a folder")
}
