package report

import (
	"strings"

	"caseload/scenarios"
)

// kind is what kind of variable an outcome measures.
func KindOf(variable string) scenarios.VarKind {
	v, _ := scenarios.LookupVariable(variable)
	return v.Kind
}

// unit says in what a variable's values are, "" for those of a binary one.
func UnitOf(variable string) string {
	switch variable {
	case "health", "satisfaction":
		return "points"
	case "services_other":
		return "services"
	case "contacts":
		return "contacts"
	case "visits_made":
		return "visits"
	}
	switch KindOf(variable) {
	case scenarios.Binary:
		return ""
	case scenarios.Count:
		return "events"
	}
	return "days"
}

// VariableText says what a variable is at a day, in words.
func VariableText(variable string, atDays float64) string {
	v, _ := scenarios.LookupVariable(variable)
	day := SixDigits(atDays)
	return strings.NewReplacer("on day at_days", "on day "+day, "at_days", "day "+day).Replace(v.Description)
}
