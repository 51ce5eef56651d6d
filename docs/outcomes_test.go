package docs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios"
)

const outcomesHead = `
## Outcomes

The variables of an ` + "`[[outcome]]`" + `. They are in the ten clusters into which the review of 2019 put the more than
450 measures that trials of case management had used (Vanderplasschen et al. 2019, Front Psychiatry 10:186): five of
engagement with services, five of recovery.

*Better*: which way is good for the client. *From*: records (of services, courts and registers) reach everyone, also
those whom the study lost; what is found at a visit is missing with the visit. The methods depend on the *kind* of
variable. ` + "`service`" + ` names a service, or several of which any will do. ` + "`when`" + ` says what ` + "`condition`" + ` is, over states and traits on the day:
` + "`when = \"abstinent and (housed or in_treatment)\"`" + `. An outcome of the set ` + "`entered`" + ` counts from entry, among those who entered. A variable without the table
that it needs is refused.

Errors of measurement: ` + "`measured_by`" + ` (for ` + "`abstinent`" + `) names a test with sensitivity and specificity, ` + "`reliability`" + ` (for
numbers found at visits) is the share of the variance within the control arm that is true: the squared correlation of what is
measured with what is true. Days and counts are measured within their range, counts as whole numbers. The truth is measured
without either error.

The variables ` + "`followed_up`" + ` and ` + "`visits_made`" + ` are about the study itself: their effect is the differential loss to follow-up. The truth of other
outcomes is in worlds in which nobody is lost, where all visits are made. The truth of these two is in worlds with the losses of the trial.
`

// clusters in the order of the 2019 review, engagement first.
var engagement = []string{"retention_su", "linkage_su", "satisfaction", "retention_other", "linkage_other"}
var recovery = []string{"substance_use", "social", "risk", "legal", "health"}

// writeOutcomes writes the catalogue of variables.
func writeOutcomes(t *testing.T, page *strings.Builder) {
	t.Helper()
	page.WriteString(outcomesHead)
	for _, part := range []struct {
		title    string
		clusters []string
	}{{"Engagement", engagement}, {"Recovery", recovery}} {
		fmt.Fprintf(page, "\n### %s\n\n| cluster | variable | what it is | kind | better | from | needs | sets |\n|---|---|---|---|---|---|---|---|\n", part.title)
		for _, cluster := range part.clusters {
			outcomeRows(t, page, cluster)
		}
	}
}

// outcomeRows writes a cluster's variables; each cluster has some.
func outcomeRows(t *testing.T, page *strings.Builder, cluster string) {
	t.Helper()
	n := 0
	for _, v := range scenarios.Variables() {
		if !slices.Contains(engagement, string(v.Cluster)) && !slices.Contains(recovery, string(v.Cluster)) {
			t.Errorf("%s is in %q, which is none of the ten clusters", v.Name, v.Cluster)
		}
		if string(v.Cluster) != cluster {
			continue
		}
		var sets []string
		for _, s := range v.Sets {
			sets = append(sets, string(s))
		}
		from := "visit"
		if v.Records {
			from = "records"
		}
		fmt.Fprintf(page, "| %s | `%s` | %s | %s | %s | %s | %s | %s |\n", v.Cluster, v.Name, v.Description, v.Kind,
			better(v), from, needs(v), strings.Join(sets, ", "))
		n++
	}
	if n == 0 {
		t.Errorf("cluster %s has no variable", cluster)
	}
}

// better is a variable's good direction in words.
func better(v scenarios.Variable) string {
	switch {
	case v.Kind == scenarios.Time && v.Good > 0:
		return "later"
	case v.Kind == scenarios.Time:
		return "sooner"
	case v.Good > 0:
		return "higher"
	}
	return "lower"
}

func needs(v scenarios.Variable) string {
	kind, of, ok := strings.Cut(v.Needs, " (")
	switch {
	case v.Needs == "":
		return "-"
	case ok:
		return "`[" + kind + "]`, " + strings.ReplaceAll(strings.TrimSuffix(of, ")"), "_", " ")
	}
	return "`[" + v.Needs + "]`"
}
