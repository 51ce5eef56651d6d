package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// TestBadScenarios loads every file of testdata/bad and compares the
// messages with those in the .want file beside it.
func TestBadScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal("no bad scenarios", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".toml"), func(t *testing.T) {
			s, err := Load(os.DirFS("testdata/bad"), name, nil)
			if err == nil || s != nil {
				t.Fatal("a bad scenario was loaded")
			}
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("the error is a %T, want Problems", err)
			}
			golden(t, strings.TrimSuffix(file, ".toml")+".want", err.Error()+"\n")
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if suite.Update() {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}
