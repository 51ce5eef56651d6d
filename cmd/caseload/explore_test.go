package main

import (
	"testing"

	"caseload/scenarios"
)

// The page of a file has the whole of it, with what it extends, under its name; that of a
// built-in has the name alone. A state is kept, but for the name in it.
func TestFirstState(t *testing.T) {
	sc, err := scenarios.Builtin("null")
	if err != nil {
		t.Fatal(err)
	}
	first, err := firstState("trial.clients=300&scenario=other", "null", sc)
	if err != nil || first.Text != "" || first.Name != "" || first.Fragment != "scenario=null&trial.clients=300" {
		t.Errorf("built-in: %+v, %v", first, err)
	}
	first, err = firstState("", "folder/mine.toml", sc)
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenarios.Parse("mine.toml", []byte(first.Text))
	if err != nil {
		t.Fatal(err)
	}
	if first.Name != "mine" || first.Fragment != "scenario=mine" || again.Hash() != sc.Hash() || len(again.Explore.Sliders) != len(sc.Explore.Sliders) {
		t.Errorf("file: %q, %q", first.Name, first.Fragment)
	}
}
