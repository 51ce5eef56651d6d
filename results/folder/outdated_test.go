package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"caseload/analysis"
)

// edited changes a file of a folder.
func edited(t *testing.T, dir, name, old, fresh string) {
	t.Helper()
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := regexp.MustCompile(old).ReplaceAllString(string(text), fresh)
	if changed == string(text) {
		t.Fatalf("%s has no %s", path, old)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

// earlier are the marks of a folder that an earlier version of the program made:
// another model, or the hash in the form that it had before levels left it.
var earlier = map[string]func(t *testing.T, dir, name string){
	fmt.Sprintf("is of model version 3, and this caseload is of %d", analysis.ModelVersion): func(t *testing.T, dir, name string) {
		edited(t, dir, name, `"model_version": \d+`, `"model_version": 3`)
		edited(t, dir, name, `"hash": "[0-9a-f]+"`, `"hash": "0a1b2c"`)
	},
	"is of an earlier caseload, whose hashes of scenarios are others": func(t *testing.T, dir, name string) {
		edited(t, dir, name, `(?s)  "levels": \{.*?\},\n`, "")
		edited(t, dir, name, `"hash": "[0-9a-f]+"`, `"hash": "0a1b2c"`)
	},
}

// wantAgain checks that an error is one line with the reason and what to run.
func wantAgain(t *testing.T, err error, why, again string) {
	t.Helper()
	wantRefused(t, err, why, again, "--out ANOTHER")
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the refusal is\n%v\nwant one line", err)
	}
}

func TestARunOfAnEarlierVersionIsRefusedInOneLine(t *testing.T) {
	for why, age := range earlier {
		id, dir := madeUp(t, 1, 60), t.TempDir()
		whole(t, dir, id, 300)
		age(t, dir, ManifestName)
		again := "simulate it again with caseload run " + filepath.Join(dir, ScenarioName) + " --replicates 300"
		_, err := Open(dir, id)
		wantAgain(t, err, why, again)
		_, err = Open(dir, madeUp(t, 2, 80)) // whatever else differs
		wantAgain(t, err, why, again)
		_, err = View(dir, id)
		wantAgain(t, err, why, again)
		wantAgain(t, CheckCompatible(dir, id.Scenario.Hash()), why, again)
		wantAgain(t, Merge(t.TempDir(), "caseload test", dir), why, again)
	}
}

func TestAShardOfAnEarlierVersionSaysWhichToRunAgain(t *testing.T) {
	for why, age := range earlier {
		id, dir := madeUp(t, 1, 60), t.TempDir()
		id.Shard = Shard{2, 4, 2000}
		whole(t, dir, id, 0)
		age(t, dir, ManifestName)
		_, err := Open(dir, id)
		wantAgain(t, err, why, "--replicates 2000 --shard 2/4")
	}
}

func TestASweepOfAnEarlierVersionIsRefusedInOneLine(t *testing.T) {
	for why, age := range earlier {
		sc, dir := sweepScenario(t), t.TempDir()
		s, err := OpenSweep(dir, designOf(sc), sc)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		age(t, dir, DesignName)
		_, err = OpenSweep(dir, designOf(sc), sc)
		wantAgain(t, err, why, "simulate it again with caseload sweep "+filepath.Join(dir, ScenarioName))
	}
}
