package report

// LooksLeftOut says that what is shown of a scenario with interim looks is of trials that go on to
// their end. What begins the clause about it, as "the data are those".
func LooksLeftOut(what string) string {
	return "The looks of [interim] are left out: " + what + " of trials that go on to their end."
}
