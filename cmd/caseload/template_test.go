package main

import (
	"regexp"
	"testing"

	"caseload/scenarios"
)

// optional is a line of the template that is there to be uncommented: a key, or
// the header of a table.
var optional = regexp.MustCompile(`(?m)^# ((?:"[^"]+"|\w+) += |\[+[\w.]+\]+(?: |$))`)

func TestTemplateLoadsWithAllThatIsOptional(t *testing.T) {
	plain, err := scenarios.Parse("template.toml", []byte(template))
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenarios.Parse("template.toml", []byte(optional.ReplaceAllString(template, "$1")))
	if err != nil {
		t.Fatal(err)
	}
	if plain.Trial.Refusal != 0 || all.Trial.Refusal == 0 || all.Explain.Target == "" || len(all.Factors) != 1 ||
		all.Cost == nil || len(all.Cost.Over) != 1 || all.Sweep == nil || len(all.Sweep.Over) != 2 || all.Size.Hold == plain.Size.Hold {
		t.Errorf("got refusal %v, target %q, %d factors, %+v, %+v and %+v, want all that the template shows", all.Trial.Refusal, all.Explain.Target,
			len(all.Factors), all.Size, all.Cost, all.Sweep)
	}
}
