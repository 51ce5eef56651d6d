package docs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/explain"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

const explainFile = "explain.md"

// TestExplainPage compares the table of factors in docs/explain.md with the
// factors themselves.
func TestExplainPage(t *testing.T) {
	suite.Section(t, explainFile, "factors", factorTable())
}

func factorTable() string {
	var b strings.Builder
	b.WriteString("\n| factor | what stands in the way | its ideal sets | and leaves | outcomes it can touch |\n|---|---|---|---|---|\n")
	for _, s := range explain.Standards() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Name, s.About, s.Sets, s.Leaves, s.Touches)
	}
	return b.String() + "\n"
}

// The factors of explanations are those that scenarios know, in the same causal
// order.
func TestFactorsAreThoseOfScenarios(t *testing.T) {
	var names []string
	for _, s := range explain.Standards() {
		names = append(names, s.Name)
		for _, text := range []string{s.About, s.Sets, s.Leaves, s.Touches} {
			if text == "" || strings.Contains(text, "|") {
				t.Errorf("%s: %q in the table", s.Name, text)
			}
		}
	}
	if !slices.Equal(names, scenarios.Factors()) {
		t.Errorf("%v, scenarios have %v", names, scenarios.Factors())
	}
}

// The factor that the page shows can be written so, over the needle exchange.
func TestTheFactorOfThePage(t *testing.T) {
	_, block, found := strings.Cut(suite.Read(t, explainFile), "```toml\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("no example")
	}
	sc, err := scenarios.Parse("example", []byte("title = \"an example\"\nsource = \"the page\"\nextends = \"needle-exchange\"\n"+block))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	e, err := explain.Run(context.Background(), m, explain.Question{}, explain.Options{Replicates: 40, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range e.Factors {
		names = append(names, f.Name)
	}
	if want := []string{"uptake", "transport", "delivery"}; !slices.Equal(names[:3], want) || e.Dilution == nil || e.Dilution.Subgroup != "high_need" {
		t.Errorf("factors %v, want %v first; dilution %v", names, want, e.Dilution)
	}
}
