package sim

import (
	"strings"
	"testing"
)

// Windows put moments out of order. A visit that nothing reads, and that is made
// after a moment that is read and was planned later, must not send the client
// back to the one already taken down: the replicate would never end.
func TestWindowsPutMomentsOutOfOrder(t *testing.T) {
	text := wholeTOML + "[[outcome]]\nname = \"use\"\nvariable = \"use_days_month\"\nat_days = 90\n"
	at := strings.Index(text, "missed_odds")
	text = text[:at] + text[at+strings.Index(text[at:], "\n"):] // odds by state read every visit
	m := compile(t, text, "trial.follow_up_days=[30,60,90]", "trial.visit_window_days=25")
	run := func(plain bool) allState {
		w := m.NewWorkspace()
		w.plain = plain
		w.Begin(1, 2)
		w.Trial()
		return w.allState()
	}
	if d := diff(run(true), run(false)); d != "" {
		t.Error(d)
	}
}
