package size

import (
	"math"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// refused asks for clients that there are not, and gives the reason. Nothing is
// refused before the largest design was tried.
func refused(t *testing.T, m *sim.Model, q Question) string {
	t.Helper()
	res := asked(t, m, q)
	a := res.Answers[0]
	last := a.Evaluations[len(a.Evaluations)-1]
	if a.Status != Unreachable || !math.IsNaN(a.Design) || !math.IsNaN(a.Clients) || a.Exact.Value.Known() || a.Staffing != nil {
		t.Fatalf("got %s, %+v: %s", a.Status, a.Exact, a.Reason)
	}
	if float64(last.Design) != res.Largest || last.Replicates < 100 || !(last.High < 0.8) {
		t.Errorf("refused after %+v, the largest design is %v", last, res.Largest)
	}
	return a.Reason
}

func upTo(m *sim.Model, clients int) scenarios.Size {
	return sized(m, func(s *scenarios.Size) { s.MaxClients = clients })
}

// wantIn checks that a reason has the pieces in their order.
func wantIn(t *testing.T, reason string, pieces ...string) {
	t.Helper()
	rest := reason
	for _, p := range pieces {
		_, after, ok := strings.Cut(rest, p)
		if !ok {
			t.Errorf("%q is not there, or not in its place, in\n%s", p, reason)
			return
		}
		rest = after
	}
}

func TestNoEffectIsRefused(t *testing.T) {
	m := plain(t, "points = 8", "points = 0", "hazard_ratio = 2", "hazard_ratio = 1")
	wantIn(t, refused(t, m, Question{Size: upTo(m, 400)}), "no trial of up to 400 clients reaches 80 % power: it is ", " % (MCSE ", ") at 400 clients. There is nothing of a size that matters to be found: the true effect on score is 0.00 SD (MCSE 0.00). More clients are no help.")
}

// A test against a margin is not told that it needs an effect.
func TestMarginThatIsTooNarrow(t *testing.T) {
	m := plain(t, "points = 8", "points = 0", "hazard_ratio = 2", "hazard_ratio = 1", `method = "student"`, "method = \"student\"\ntest = \"non_inferiority\"\nmargin = 1\nsides = 1")
	reason := refused(t, m, Question{Size: upTo(m, 400)})
	if wantIn(t, reason, "It still rises. By the curve the target is reached near "); strings.Contains(reason, "no effect") {
		t.Error(reason)
	}
}

func TestTooFewClientsAllowed(t *testing.T) {
	m := plain(t, "points = 8", "points = 2")
	reason := refused(t, m, Question{Size: upTo(m, 400)})
	wantIn(t, reason, "no trial of up to 400 clients", "It still rises. By the curve the target is reached near ", " clients.")
	if n := number(t, reason, "near ", " client"); n < 600 || n > 1100 { // 2 x 393.4 by formula
		t.Errorf("near %v clients, want about 786: %s", n, reason)
	}
}

// Randomized sites that stay as many cap the power; so do case managers.
func TestClustersThatStayAsManyAreBlamed(t *testing.T) {
	suite.Long(t)
	sites := plain(t, "clients = 40", "clients = 120", "sites = 1", "sites = 8\nsite_spread = { quit = 1.0 }", `method = "blocks", sizes = [4]`, `method = "cluster", by = "site"`, "over_days = 390", "over_days = 30",
		"[health]", "[use]\nquit = { per_day = 0.01 }\nrelapse = { per_day = 0.001 }\n[health]", `variable = "health"`, `variable = "abstinent"`, `"student"`, `"cluster_robust"`,
		"on = \"health\"\ndirect = true\npoints = 8", "on = \"quit\"\ndirect = true\nhazard_ratio = 1.5")
	wantIn(t, refused(t, sites, Question{Size: upTo(sites, 1500)}), "Clients are alike within clusters (clusters are randomized), and more of them in the same clusters add little: from ",
		" clients to 1,500 clients the variance of the estimate times the number of clients grows ", "Sites stay as many as they are: [size] scale = [\"sites\"], or --solve sites, adds some.")
	managers := plain(t, "staff = 2\ncaseload = 30", "staff = 5\nspread = 10", "over_days = 390", "over_days = 30", "points = 8", "points = 5", `"student"`, `"cluster_robust"`)
	wantIn(t, refused(t, managers, Question{Size: upTo(managers, 1000)}), "(the clients of one case manager of help are alike)", "Case managers stay as many as they are: [size] scale = [\"staff\"], or --solve staff, adds some.")
}

// Where everyone waits more clients only lengthen the queue: the services and
// programs are named, and room in them would do.
func TestCapacityIsBlamed(t *testing.T) {
	suite.Long(t)
	m := builtin(t, "crowded")
	for _, hold := range []string{scenarios.HoldAccrualRate, scenarios.HoldDuration} {
		size := upTo(m, 800)
		size.Hold, size.Power = hold, scenarios.Numbers{0.9}
		reason := refused(t, m, Question{Size: size})
		wantIn(t, reason, "Capacity is the reason: with more clients the queue is longer. With room for everyone in outpatient and generalist power there would be ", " % (MCSE ",
			map[string]string{scenarios.HoldAccrualRate: "[size] scale = [\"slots\", \"staff\"].", scenarios.HoldDuration: "[size] scale = [\"staff\"]."}[hold])
		if hold == scenarios.HoldDuration {
			wantIn(t, reason, "at 800 clients, and ", "the greatest of those tried, at ")
		}
	}
}

// Fits that come to nothing reject nothing.
func TestFailingFitsAreBlamed(t *testing.T) {
	m := plain(t, "probability = 0.3, by_days = 90", "probability = 0.0001, by_days = 90")
	wantIn(t, refused(t, m, Question{Outcomes: []string{"linked"}, Method: "odds_ratio", Size: upTo(m, 60)}), "Of the fits there ", " % fail and reject nothing. Another method is needed.")
}

// An answer beyond the largest design is one by the curve, and says so.
func TestAnswerBeyondTheLargestDesign(t *testing.T) {
	m := plain(t)
	a := asked(t, m, Question{Size: upTo(m, 48)}).Answers[0]
	if a.Status == Found && a.Exact.Value > 48 && !strings.Contains(a.Reason, "the answer is beyond 48 clients, the largest design allowed") {
		t.Errorf("%+v: %s", a.Exact, a.Reason)
	}
	if a.Status != Found && a.Status != Unreachable && a.Status != Unknown {
		t.Errorf("%s: %s", a.Status, a.Reason)
	}
}

// number is the whole number between two pieces of a text.
func number(t *testing.T, text, before, after string) (n float64) {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	digits, _, ends := strings.Cut(rest, after)
	if !ok || !ends {
		t.Fatalf("no number between %q and %q in %s", before, after, text)
	}
	for _, r := range strings.ReplaceAll(digits, ",", "") {
		n = n*10 + float64(r-'0')
	}
	return n
}

func TestNumbersOfThings(t *testing.T) {
	for _, c := range []struct {
		n    float64
		want string
	}{{1, "1 site"}, {0, "0 sites"}, {999, "999 sites"}, {1000, "1,000 sites"}, {1234567, "1,234,567 sites"}} {
		if got := counted(c.n, "site"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
