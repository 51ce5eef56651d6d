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
	full       bool // run with all repetitions only
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
	{"needle", "published.md", false, of(&needleExchange)},
	{"predictors", "published.md", false, checkPredictors},
	{"artefact", "published.md", false, checkArtefact},
	{"intake", "published.md", false, checkIntake},
	{"central-intake", "published.md", false, of(&centralIntake)},
	{"outreach", "published.md", false, of(&outreachBrokerage)},
	{"probation", "published.md", false, of(&probation)},
	{"probation-small", "published.md", false, of(&probationSmall)},
	{"aftercare", "published.md", false, of(&aftercare)},
	{"residential", "published.md", false, of(&residential)},
	{"welfare", "published.md", false, of(&welfare)},
	{"standard-clinical", "published.md", false, of(&standardClinical)},
	{"dual-diagnosis", "published.md", false, of(&dualDiagnosis)},
	{"library", "published.md", false, checkLibrary},
	{"losses", "published.md", false, checkLosses},
	{"explain", "theory.md", false, checkExplain},
	{"power", "theory.md", false, checkPower},
	{"baseline", "theory.md", false, checkBaseline},
	{"counts", "theory.md", false, checkCounts},
	{"periods", "theory.md", false, checkPeriods},
	{"trend", "theory.md", false, checkTrend},
	{"regimes", "theory.md", false, checkRegimes},
	{"null", "methods.md", false, checkNull},
	{"null-methods", "methods.md", false, checkNullMethods},
	{"every-method", "methods.md", false, checkEveryMethod},
	{"nested", "methods.md", false, failing(&nested)},
	{"missing", "methods.md", false, failing(&missingVisits)},
	{"entered", "methods.md", false, failing(&enteredOnly)},
	{"received", "methods.md", false, failing(&receivedOnly)},
	{"sites", "methods.md", false, failing(&randomizedSites)},
	{"levels", "methods.md", true, checkLevels},
	{"cluster-levels", "methods.md", false, checkClusterLevels},
	{"period-levels", "methods.md", false, checkPeriodLevels},
	{"days-and-times", "methods.md", false, checkDaysAndTimes},
	{"margins", "methods.md", false, checkMargins},
	{"families", "methods.md", false, checkFamilies},
	{"spread", "literature.md", false, writeSpread},
	{"selection", "literature.md", false, writeSelection},
	{"third", "literature.md", false, writeThird},
	{"searches", "sizes.md", true, checkSearches},
	{"bisection", "sizes.md", true, checkBisection},
	{"first-searches", "sizes.md", false, checkFirstSearches},
	{"prediction", "prediction.md", false, checkPrediction},
	{"known", "prediction.md", false, checkKnown},
	{"library-sizes", "library-sizes.md", false, writeLibrarySizes},
}

// TestStudy runs every study and compares what it writes with its section.
func TestStudy(t *testing.T) {
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			suite.Long(t)
			if s.full {
				suite.Full(t)
			}
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
	for _, page := range []string{"published.md", "literature.md", "theory.md", "methods.md", "sizes.md", "library-sizes.md", "prediction.md"} {
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
