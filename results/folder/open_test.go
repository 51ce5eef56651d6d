package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/scenarios"
)

func TestAnotherRunIsRefusedWithTheKeysThatDiffer(t *testing.T) {
	dir := t.TempDir()
	whole(t, dir, madeUp(t, 1, 60), 300)
	_, err := Open(dir, madeUp(t, 2, 80))
	wantRefused(t, err, dir, ScenarioName, "\n  seed: there 1, wanted 2\n", "\n  trial.clients: there 60, wanted 80\n")
	if strings.Contains(err.Error(), "title") {
		t.Errorf("the refusal is %v, want nothing about keys that are alike", err)
	}

	id := madeUp(t, 1, 60)
	id.Shard = Shard{2, 4, 2000}
	_, err = Open(dir, id)
	wantRefused(t, err, "shard: there the whole run, wanted 2/4")
}

func TestShardsOfAnotherNumberOfReplicatesAreRefused(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	id.Shard = Shard{2, 4, 2000}
	whole(t, dir, id, 0)
	id.Shard.Total = 3000
	_, err := Open(dir, id)
	wantRefused(t, err, "replicates of all shards: there 2000, wanted 3000")
}

// Levels are not in the hash, but what is kept is at them.
func TestAnotherLevelIsRefused(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	whole(t, dir, id, 0)
	before, strict := id.Scenario.Hash(), id
	var err error
	if strict.Scenario, err = id.Scenario.With(scenarios.Setting{Key: "alpha", Value: 0.01}); err != nil {
		t.Fatal(err)
	}
	if strict.Scenario.Hash() != before {
		t.Error("the hash has the level")
	}
	_, err = Open(dir, strict)
	wantRefused(t, err, "outcome.linked.alpha: there 0.05, wanted 0.01", "outcome.days.alpha: there 0.05, wanted 0.01")
	a, b := id.manifest(), strict.manifest()
	if a.run() == b.run() {
		t.Error("parts at different levels may be mixed")
	}
}

// A change of what is no part of the run is not one of the run.
func TestATitleMayChange(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	whole(t, dir, id, 300)
	id.Scenario.Title = "Another title"
	f := opened(t, dir, id)
	if f.Replicates() != 300 || !strings.Contains(files(t, dir)[ScenarioName], "Another title") {
		t.Errorf("%d replicates, scenario\n%.80s", f.Replicates(), files(t, dir)[ScenarioName])
	}
}

func TestAFolderWithSomethingElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.doc"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, madeUp(t, 1, 60))
	wantRefused(t, err, "holds thesis.doc and is no result folder")
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("the folder has %v, want the one file alone", got)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ManifestName), []byte(`{"name": "a web page"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, madeUp(t, 1, 60))
	wantRefused(t, err, "is not the manifest of a result folder")
	_, err = Inspect(t.TempDir())
	wantRefused(t, err, "a folder without manifest.json")
	_, err = Inspect(filepath.Join(dir, "none"))
	wantRefused(t, err, "no such folder")
}

func TestTwoRunsAtOnceAreRefused(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	f := opened(t, dir, id)
	_, err := Open(dir, id)
	wantRefused(t, err, dir, "another run is writing to it")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, dir, id)
}

// What a run that was killed left half written goes at the next one's begin,
// also where it was killed before it had a manifest.
func TestHalfFilesAreRemoved(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	leave := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	leave(".manifest.json.123.partial")
	whole(t, dir, id, 1500)
	want := files(t, dir)
	leave(".estimates.csv.77.partial")
	leave("parts/.000001.part.5.partial")
	opened(t, dir, id)
	if got := files(t, dir); len(got) != len(want) {
		t.Errorf("the folder has %d files, want %d", len(got), len(want))
	}
}
