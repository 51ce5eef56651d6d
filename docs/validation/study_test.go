// Package validation_test holds what is simulated to what was published and to
// theory. Each study makes a section of a page beside it:
//
//	CASELOAD_LONG=1 go test ./docs/validation -run Study/nested
//
// compares one with its section, and with CASELOAD_UPDATE=1 rewrites it.
package validation_test

import (
	"strings"
	"testing"

	"caseload/internal/suite"
)

// A study simulates what one section of a page says, and fails where that does not
// hold.
type study struct {
	name, page string
	write      func(*testing.T, *strings.Builder)
}

// of is the study of one published trial.
func of(g *trialGroup) func(*testing.T, *strings.Builder) {
	return func(t *testing.T, section *strings.Builder) { checkGroup(t, section, g) }
}

// failing is the study of one way in which an analysis fails.
func failing(f *failure) func(*testing.T, *strings.Builder) {
	return func(t *testing.T, section *strings.Builder) { f.write(t, section) }
}

// studies by the pages that they are on.
var studies = []study{
	{"needle", "published.md", of(&needleExchange)},
	{"predictors", "published.md", checkPredictors},
	{"artefact", "published.md", checkArtefact},
	{"intake", "published.md", checkIntake},
	{"central-intake", "published.md", of(&centralIntake)},
	{"outreach", "published.md", of(&outreachBrokerage)},
	{"probation", "published.md", of(&probation)},
	{"probation-small", "published.md", of(&probationSmall)},
	{"aftercare", "published.md", of(&aftercare)},
	{"residential", "published.md", of(&residential)},
	{"welfare", "published.md", of(&welfare)},
	{"standard-clinical", "published.md", of(&standardClinical)},
	{"dual-diagnosis", "published.md", of(&dualDiagnosis)},
	{"library", "published.md", checkLibrary},
	{"losses", "published.md", checkLosses},
	{"explain", "theory.md", checkExplain},
	{"power", "theory.md", checkPower},
	{"null", "methods.md", checkNull},
	{"null-methods", "methods.md", checkNullMethods},
	{"every-method", "methods.md", checkEveryMethod},
	{"nested", "methods.md", failing(&nested)},
	{"missing", "methods.md", failing(&missingVisits)},
	{"entered", "methods.md", failing(&enteredOnly)},
	{"received", "methods.md", failing(&receivedOnly)},
	{"sites", "methods.md", failing(&randomizedSites)},
	{"margins", "methods.md", checkMargins},
	{"families", "methods.md", checkFamilies},
	{"effect_sd", "literature.md", writeEffectSD},
	{"selection", "literature.md", writeSelection},
	{"third", "literature.md", writeThird},
	{"searches", "sizes.md", checkSearches},
	{"bisection", "sizes.md", checkBisection},
	{"first-searches", "sizes.md", checkFirstSearches},
	{"library-sizes", "library-sizes.md", writeLibrarySizes},
}

// TestStudy runs every study and compares what it writes with its section.
func TestStudy(t *testing.T) {
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			suite.Long(t)
			var section strings.Builder
			s.write(t, &section)
			suite.Section(t, s.page, s.name, "\n"+strings.Trim(section.String(), "\n")+"\n\n")
		})
	}
}

// TestPagesHaveTheirStudies finds a section without a study and a study without a
// section.
func TestPagesHaveTheirStudies(t *testing.T) {
	const mark = ": made by a test -->"
	sections := map[string]int{}
	for _, page := range []string{"published.md", "literature.md", "theory.md", "methods.md", "sizes.md", "library-sizes.md"} {
		for line := range strings.Lines(suite.Read(t, page)) {
			if name, found := strings.CutSuffix(strings.TrimSpace(line), mark); found {
				sections[page+strings.TrimPrefix(name, "<!--")]++
			}
		}
	}
	for _, s := range studies {
		if sections[s.page+" "+s.name] != 1 {
			t.Errorf("%s has %d sections of %s", s.page, sections[s.page+" "+s.name], s.name)
		}
	}
	if len(sections) != len(studies) {
		t.Errorf("%d sections of %d studies: %v", len(sections), len(studies), sections)
	}
}
