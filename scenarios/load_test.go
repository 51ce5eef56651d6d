package scenarios

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestLoadTellsFilesFromBuiltins(t *testing.T) {
	files := fstest.MapFS{"dir/plain": {Data: []byte(small)}, "bench-p2.toml": {Data: []byte(small)}}
	for name, clients := range map[string]int{"dir/plain": 100, "./bench-p2.toml": 100, "bench-p2.toml": 100, "bench-p2": 300} {
		s, err := Load(files, name, nil)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, name, s.Trial.Clients, clients)
	}
}

func TestLoadRefuses(t *testing.T) {
	files := fstest.MapFS{"dir/a.toml": {Data: []byte(small)}, "latin.toml": {Data: []byte("title = \"\xe9\"")}}
	for name, want := range map[string]string{
		"dir.toml":              "dir.toml: got no such file",
		"dir/":                  "dir/: got a directory, want a scenario file",
		"needle-exchanges.toml": `did you mean the built-in "needle-exchange"?`,
		"needle-exchang":        `did you mean "needle-exchange"?`,
		"../outside.toml":       "../outside.toml: got ",
		"latin.toml":            "latin.toml:1:10: got byte 0xe9",
		"":                      "got no built-in scenario of this name",
	} {
		_, err := Load(files, name, nil)
		mustFail(t, err, want)
	}
	_, err := Load(nil, "x.toml", nil)
	mustFail(t, err, "want a built-in scenario")
}

func TestLoadKeepsThePathAsGiven(t *testing.T) {
	_, err := Load(fstest.MapFS{"bad.toml": {Data: []byte("seed = true")}}, "./bad.toml", nil)
	mustFail(t, err, "./bad.toml:1: seed: got true")
}

// hugeFS has one file that says it is large, or does not say so and is.
type hugeFS struct {
	size int64
	read *int64
}

func (h hugeFS) Open(string) (fs.File, error) { return h, nil }
func (h hugeFS) Stat() (fs.FileInfo, error)   { return h, nil }
func (h hugeFS) Close() error                 { return nil }
func (h hugeFS) Name() string                 { return "huge.toml" }
func (h hugeFS) Size() int64                  { return h.size }
func (h hugeFS) Mode() fs.FileMode            { return 0 }
func (h hugeFS) ModTime() time.Time           { return time.Time{} }
func (h hugeFS) IsDir() bool                  { return false }
func (h hugeFS) Sys() any                     { return nil }
func (h hugeFS) Read(p []byte) (n int, err error) {
	*h.read += int64(len(p))
	return len(p), nil
}

func TestAHugeFileIsNotRead(t *testing.T) {
	var read int64
	_, err := Load(hugeFS{50 << 20, &read}, "huge.toml", nil)
	mustFail(t, err, "huge.toml: got a file larger than 4 MiB")
	equal(t, "bytes read", read, 0)
	_, err = Load(hugeFS{0, &read}, "pipe.toml", nil) // endless, and does not say so
	mustFail(t, err, "pipe.toml: got a file larger than 4 MiB")
	if read > 2*maxFile {
		t.Errorf("%d bytes were read", read)
	}
	_, err = Parse("given.toml", make([]byte, maxFile+1))
	mustFail(t, err, "given.toml: got a file larger than 4 MiB")
}

func TestNestingDoesNotExhaustTheStack(t *testing.T) {
	for _, text := range []string{
		"x = " + strings.Repeat("[", 4_000_000),
		"x = " + strings.Repeat("{a=", 1_000_000),
		strings.Repeat("a.", 1_000_000) + "a = 1",
	} {
		_, err := Parse("deep.toml", []byte(text))
		mustFail(t, err, "not TOML (")
	}
	_, err := over(t, "", "trial.clients="+strings.Repeat("[", 4_000_000))
	mustFail(t, err, "want a TOML value or a word")
}

func TestEveryProblemOfAHundred(t *testing.T) {
	_, err := Load(os.DirFS("testdata/bad"), "a_hundred_problems.toml", nil)
	equal(t, "problems", len(err.(Problems)), 100)
}

func TestProblemFindsTheLine(t *testing.T) {
	s := mustLoad(t, "[[subgroup]]\nname = \"nobody\"\nwhen = \"distress and not distress\"\n[program.referral]", "arm.usual.ratio=2")
	for path, want := range map[string]string{
		"subgroup.nobody.when":         "over.toml:4: subgroup.nobody.when: got 0 clients, want some",
		"subgroup.nobody.missing.deep": "over.toml:2: ",
		"subgroup.distressed.when":     "small.toml:26: ",
		"program.help.effect[1].on":    "small.toml:39: ",
		"program.help.effect[0]":       "small.toml:34: ",
		"correlation.distress~housing": "small.toml:21: ",
		"arm.usual.ratio":              "--set: ",
		"program.referral.uptake":      "program.referral (preset):",
		"trial.sites":                  "small.toml:4: ",
		"nowhere":                      "over.toml: ",
	} {
		if got := s.Problem(path, "0 clients", "some").Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s...", path, got, want)
		}
	}
	b, err := Builtin("needle-exchange")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "built-in", b.Problem("title", "", "").File, "needle-exchange (built-in)")
}

func TestLineEndsAndByteOrderMark(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(small+"replicatez = 1\n", "\n", "\r\n")
	_, err := Parse("dos.toml", []byte(text))
	mustFail(t, err, `outcome.days.replicatez`)
	if _, err := Parse("dos.toml", []byte("\ufeff"+strings.ReplaceAll(small, "\n", "\r\n"))); err != nil {
		t.Error(err)
	}
}
