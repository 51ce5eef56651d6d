package scenarios

import "testing"

// What is not said of looks follows from the outcome, and a level of all tests is
// that of looks, too.
func TestLooksFollowTheOutcome(t *testing.T) {
	const looks = "[interim]\nlooks = [0.5]\n"
	s := mustLoad(t, looks)
	n := s.Interim
	equal(t, "outcome", n.Outcome, "linked")
	equal(t, "information", n.Information, InformationClients)
	equal(t, "planned", n.Planned, float64(s.Trial.Clients))
	equal(t, "alpha", n.Alpha, 0.05)
	equal(t, "spending", n.Spending.Kind, SpendingOBrienFleming)
	sameAgain(t, s)
	own := mustLoad(t, looks+"alpha = 0.01\nspending = { hsd = -4 }\n")
	equal(t, "its own level", own.Interim.Alpha, 0.01)
	equal(t, "parameter", own.Interim.Spending, Spending{SpendingHSD, -4})
	sameAgain(t, own)
	equal(t, "a level of all", mustLoad(t, looks+"alpha = 0.01\n", "alpha=0.1").Interim.Alpha, 0.1)
	equal(t, "the hash", own.Hash(), mustLoad(t, looks+"alpha = 0.02\nspending = { hsd = -4 }\n").Hash())
	if own.Hash() == s.Hash() || s.Hash() == mustLoad(t, "").Hash() {
		t.Error("looks are no part of the hash")
	}
}
