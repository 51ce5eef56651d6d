package docs_test

import (
	"regexp"
	"strings"
	"testing"

	"caseload/internal/suite"
)

const tutorialFile = "why-effects-look-small.md"

var (
	inlineCode = regexp.MustCompile("`[^`]*`")
	linkTarget = regexp.MustCompile(`\]\([^)]*\)`)
	numberWord = regexp.MustCompile(`-?\d[\d,]*(\.\d+)?`)
)

// TestTutorialNumbers: every number in the text of the tutorial is in the output
// of one of its commands, which another test runs, or among the published ones
// that it lists. Numbers of sections and of the closing table are neither.
func TestTutorialNumbers(t *testing.T) {
	known, prose := tutorialParts(suite.Read(t, tutorialFile))
	found := 0
	for _, line := range prose {
		for _, n := range numberWord.FindAllString(line, -1) {
			if found++; !known[n] && !known["-"+n] { // a loss of
				t.Errorf("%s is in no output: %s", n, line)
			}
		}
	}
	if found < 25 {
		t.Errorf("%d numbers in the text", found)
	}
}

// tutorialParts are the numbers of outputs and citations, and the lines of prose.
func tutorialParts(text string) (known map[string]bool, prose []string) {
	known = map[string]bool{}
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced && strings.HasPrefix(line, "$ "), strings.HasPrefix(line, "#"), strings.HasPrefix(line, "|"):
		case fenced, strings.HasPrefix(line, ">"):
			for _, n := range numberWord.FindAllString(line, -1) {
				known[n] = true
			}
		default:
			prose = append(prose, linkTarget.ReplaceAllString(inlineCode.ReplaceAllString(line, ""), "]"))
		}
	}
	return known, prose
}
