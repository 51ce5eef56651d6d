package folder

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/internal/suite"
)

// Every bit of a block comes back, NaN's too.
func TestBlocksComeBackToTheBit(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	l := id.Layout
	const replicates = 3*PartSize + 300
	whole(t, dir, id, replicates)
	f := opened(t, dir, id)
	for k := 0; k*analysis.BlockSize < replicates; k++ {
		got, err := f.Read(k)
		if err != nil {
			t.Fatal(err)
		}
		want := block(l, k, 0, replicates)
		if got.First != want.First || len(got.Rows) != len(want.Rows) || !alike(got, want) || !sameBits(got.Pilot, want.Pilot) {
			t.Fatalf("block %d differs", k)
		}
		for c := range want.Counts {
			if got.Counts[c] != want.Counts[c] {
				t.Errorf("block %d: count %d is %d, want %d", k, c, got.Counts[c], want.Counts[c])
			}
		}
		got.Rows[0][0] = math.Pi // the caller's
		if again, err := f.Read(k); err != nil || !alike(again, want) {
			t.Fatalf("block %d was changed by its reader (%v)", k, err)
		}
	}
	if b, err := f.Read(15); b != nil || err != nil {
		t.Errorf("beyond the end: %v, %v, want nothing", b, err)
	}
	if f.Replicates() != replicates || f.End() != replicates {
		t.Errorf("%d and %d replicates, want %d", f.Replicates(), f.End(), replicates)
	}
}

// A run that goes on, wherever it was cut off, ends with the bytes of one that
// was not.
func TestGoingOnGivesTheSameBytes(t *testing.T) {
	id := madeUp(t, 1, 60)
	const replicates = 2*PartSize + 700
	one := t.TempDir()
	whole(t, one, id, replicates)
	cuts := []int{1, 256, 1025, 2748} // within a block, after one, within a part, at the end
	if suite.IsLong() {
		cuts = append(cuts, 255, 257, 1000, 1024, 1300, 2048, 2500)
	}
	for _, cut := range cuts {
		dir := t.TempDir()
		whole(t, dir, id, cut)
		f := opened(t, dir, id)
		if ran := run(t, f, id.Layout, 0, replicates); ran != replicates-cut {
			t.Errorf("after %d replicates: %d were run again, want %d", cut, ran, replicates-cut)
		}
		if err := f.Finish(replicates); err != nil {
			t.Fatal(err)
		}
		sameFiles(t, dir, one)
	}
}

// A run that is killed has written all parts but the one being filled.
func TestAKilledRunLosesAtMostOnePart(t *testing.T) {
	id := madeUp(t, 1, 60)
	for blocks := range 14 {
		dir := t.TempDir()
		f := opened(t, dir, id)
		done := blocks * analysis.BlockSize
		run(t, f, id.Layout, 0, done)
		_ = f.Close() // nothing is flushed
		f = opened(t, dir, id)
		if kept := f.Replicates(); done-kept >= PartSize || kept%PartSize != 0 {
			t.Errorf("%d of %d replicates are kept", kept, done)
		}
	}
}

// What was read and is kept again is not written again.
func TestWhatIsThereIsKeptAsItIs(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	whole(t, dir, id, 1500)
	before, err := os.Stat(filepath.Join(dir, partsDir, partName(1)))
	if err != nil {
		t.Fatal(err)
	}
	f := opened(t, dir, id)
	for k := range 6 {
		if err := f.Keep(k, block(id.Layout, k, 0, 1500)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Finish(1500); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(filepath.Join(dir, partsDir, partName(1))); err != nil || !os.SameFile(before, after) {
		t.Errorf("a part that was complete is written again (%v)", err)
	}
}

func TestBlocksAreKeptInOrder(t *testing.T) {
	id := madeUp(t, 1, 60)
	f := opened(t, t.TempDir(), id)
	if err := f.Keep(1, block(id.Layout, 1, 0, 600)); err == nil {
		t.Error("block 1 before block 0 is taken")
	}
	b := block(id.Layout, 0, 0, 256)
	b.First = 3
	if err := f.Keep(0, b); err == nil {
		t.Error("a block that begins late is taken")
	}
}

// A part that is not whole, or not this run's, is told and named.
func TestADamagedPartIsNamed(t *testing.T) {
	id := madeUp(t, 1, 60)
	const replicates = 3 * PartSize
	one := t.TempDir()
	whole(t, one, id, replicates)
	part := files(t, one)["parts/000001.part"]
	other := t.TempDir()
	whole(t, other, madeUp(t, 2, 60), replicates)
	flip := func(at int) string {
		text := []byte(part)
		text[at] ^= 4
		return string(text)
	}
	cases := map[string]string{"empty": "", "cut in its head": part[:20], "cut": part[:len(part)/2], "short by one": part[:len(part)-1],
		"of another run": files(t, other)["parts/000001.part"]}
	for _, at := range []int{0, 9, 20, 30, 40, 41, 100, len(part) / 2, len(part) - 5, len(part) - 1} {
		cases["flipped at "+string(rune('0'+at%10))+partName(at)] = flip(at)
	}
	for what, text := range cases {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(one)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, partsDir, partName(1))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := Open(dir, id)
		for k := 0; k < 12 && err == nil; k++ {
			_, err = f.Read(k)
		}
		if f != nil {
			_ = f.Close()
		}
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one that names %s", what, err, path)
			continue
		}
		if !strings.Contains(err.Error(), "damaged") && !strings.Contains(err.Error(), "of another run: remove it and run again") {
			t.Errorf("%s: error %v, want it to say what to do", what, err)
		}
		// What the message asks for helps.
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		f = opened(t, dir, id)
		if f.Replicates() != PartSize || f.End() != replicates {
			t.Errorf("%s: without it %d replicates in a row, the last is before %d", what, f.Replicates(), f.End())
		}
		if ran := run(t, f, id.Layout, 0, replicates); ran != PartSize {
			t.Errorf("%s: %d replicates run again, want %d", what, ran, PartSize)
		}
		if err := f.Finish(replicates); err != nil {
			t.Fatal(err)
		}
		sameFiles(t, dir, one)
	}
}

func TestManifestSaysWhatTheFolderIs(t *testing.T) {
	id, dir := madeUp(t, 7, 60), t.TempDir()
	whole(t, dir, id, 1500)
	var m map[string]any
	if err := json.Unmarshal([]byte(files(t, dir)[ManifestName]), &m); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"scenario": "made-up", "title": "Made up", "hash": id.Scenario.Hash(), "seed": 7.0,
		"model_version": float64(analysis.ModelVersion), "replicates": 1500.0, "part_size": 1024.0, "block_size": 256.0, "clients": 60.0, "analyses": 2.0,
		"created_by": "caseload test"} {
		if m[key] != want {
			t.Errorf("%s is %v, want %v", key, m[key], want)
		}
	}
	if _, ok := m["shard"]; ok {
		t.Error("a whole run says that it is a shard")
	}
	text, err := id.Scenario.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if files(t, dir)[ScenarioName] != string(text) {
		t.Errorf("%s is not the scenario", ScenarioName)
	}
}

// What a checkpoint has kept is there when the machine fails, and the part that goes
// on from it ends with the same bytes.
func TestCheckpointsAreOnTheDisk(t *testing.T) {
	id := madeUp(t, 1, 60)
	const replicates = PartSize + 300
	one, dir := t.TempDir(), t.TempDir()
	whole(t, one, id, replicates)
	f := opened(t, dir, id)
	for k, done := range [][]int{{3, 100}, {analysis.BlockSize + 1}} {
		if k == 1 {
			if err := f.Keep(0, block(id.Layout, 0, 0, replicates)); err != nil {
				t.Fatal(err)
			}
		}
		for _, end := range done {
			if err := f.Checkpoint(k, block(id.Layout, k, 0, end)); err != nil {
				t.Fatal(err)
			}
			about, err := Inspect(dir)
			if err != nil {
				t.Fatal(err)
			}
			if seen, err := view(dir, about); err != nil || seen.Replicates() != end {
				t.Errorf("after a checkpoint at %d: %d replicates are on the disk (%v)", end, seen.Replicates(), err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = opened(t, dir, id)
	run(t, f, id.Layout, 0, replicates)
	if err := f.Finish(replicates); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"000000.part", "000001.part"} {
		a, err1 := os.ReadFile(filepath.Join(one, "parts", name))
		b, err2 := os.ReadFile(filepath.Join(dir, "parts", name))
		if err1 != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("%s: other bytes after checkpoints (%v, %v)", name, err1, err2)
		}
	}
}
