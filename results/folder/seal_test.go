package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/results/trial"
)

// A truth agrees with the commitment that is SHA-256 of its key and itself, and with no other:
// whatever is changed, data, key or truth, is found.
func TestASealedTruthCannotBeChanged(t *testing.T) {
	m := compiled(t, "needle-exchange", "trial.clients=10")
	dir := t.TempDir()
	data, truth := filepath.Join(dir, "data"), filepath.Join(dir, "truth")
	tables := trial.NewSingle(m, false).Tables
	commitment, err := Seal(truth, tables[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := Create(data, append(SealedTables("", tables, Parquet), commitment)...); err != nil {
		t.Fatal(err)
	}
	text, err := Unseal(data, truth)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	key, err := hex.DecodeString(strings.TrimSpace(read(filepath.Join(truth, keyName))))
	if err != nil || len(key) != 32 {
		t.Fatalf("the key is %x (%v)", key, err)
	}
	if sum := sha256.Sum256([]byte(string(key) + string(text))); strings.TrimSpace(read(filepath.Join(data, CommitmentName))) != hex.EncodeToString(sum[:]) {
		t.Error("the commitment is not SHA-256 of key and truth")
	}
	for _, name := range []string{"clients.parquet", "visits.parquet"} {
		if content := read(filepath.Join(data, name)); strings.Contains(content, m.Scenario.Hash()) || strings.Contains(content, "caseload.seed") {
			t.Errorf("%s tells the scenario or the seed", name)
		}
	}
	for _, name := range []string{filepath.Join(data, CommitmentName), filepath.Join(truth, keyName), filepath.Join(truth, SealedName)} {
		was := read(name)
		changed := "0" + was[1:]
		if was[0] == '0' {
			changed = "1" + was[1:]
		}
		for _, now := range []string{changed, was + was, ""} {
			if err := os.WriteFile(name, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := Unseal(data, truth); err == nil {
				t.Errorf("%s has been changed, and nobody sees it", filepath.Base(name))
			}
		}
		if err := os.WriteFile(name, []byte(was), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
