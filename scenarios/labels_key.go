package scenarios

import (
	"strconv"
	"strings"
)

// Key returns the words for the path of a key, as sweeps, calibrations and priors have
// it: "clients" for trial.clients, and "strengths-based: caseload" for the caseload of
// the program with that label.
func (l Labels) Key(path string) string {
	parts := pathParts(path)
	if len(parts) == 1 {
		return parts[0]
	}
	owner, rest := l.owner(parts)
	names := keyNames(path)
	for k := len(parts) - len(rest); k < len(names); k++ { // the longest end that has words
		if text := keyWords[strings.Join(names[k:], ".")]; text != "" {
			rest = append(rest[:k-(len(parts)-len(rest))], text)
			break
		}
	}
	switch {
	case len(rest) == 0:
		return owner
	case owner == "":
		return strings.Join(rest, ", ")
	}
	return owner + ": " + strings.Join(rest, ", ")
}

// keyWords are the words for what stands at the end of paths, where names do not say it.
var keyWords = map[string]string{
	"refusal":           "share who decline to take part",
	"recruit_by_days":   "day on which enrolment closes",
	"ends_day":          "day on which the trial ends",
	"follow_up_days":    "days of visits",
	"missed":            "share of visits missed",
	"looks":             "shares of the information at looks",
	"review_days":       "days from a look to the decision",
	"bound":             "bound of the test statistic",
	"uptake":            "share who start it",
	"caseload":          "caseload of a case manager",
	"staff":             "case managers",
	"slots":             "places",
	"spread":            "spread of case managers",
	"brings.share":      "share brought into treatment",
	"over.hazard_ratio": "published hazard ratio",
	"icc":               "intraclass correlation",
	"effect_sd":         "standard deviation of effects between trials",
}

// keyNames are the names on a path, without numbers.
func keyNames(path string) []string {
	parts := strings.Split(path, ".")
	for k := range parts {
		parts[k], _, _ = strings.Cut(parts[k], "[")
	}
	return parts
}

// pathParts are the names on a path in words: "effect 1" for effect[0].
func pathParts(path string) []string {
	parts := strings.Split(path, ".")
	for k, part := range parts {
		name, number, indexed := strings.Cut(part, "[")
		parts[k] = Plain(name)
		if i, err := strconv.Atoi(strings.TrimSuffix(number, "]")); indexed && err == nil {
			parts[k] += " " + strconv.Itoa(i+1)
		}
	}
	return parts
}

// owner is what a key belongs to, by its label, and what is left of the path.
func (l Labels) owner(parts []string) (owner string, rest []string) {
	find := map[string]map[string]string{"program": l.programs, "service": l.services, "outcome": l.outcomes, "arm": l.arms, "trait": l.traits, "subgroup": l.subgroups}
	switch labels, named := find[parts[0]]; {
	case named:
		for name, text := range labels {
			if Plain(name) == parts[1] && text != "" {
				return text, parts[2:]
			}
		}
		return parts[1], parts[2:]
	case parts[0] == "trial":
		return "", parts[1:]
	}
	return parts[0], parts[1:]
}
