package sim

import (
	"strings"
	"testing"
	"time"
)

// Windows put visits out of order. A visit that nothing reads, and that turns
// out to be made after one that is read and was planned later, must not send
// the client back to the one already made.
func TestWindowsPutVisitsOutOfOrder(t *testing.T) {
	text := wholeTOML + "[[outcome]]\nname = \"use\"\nvariable = \"use_days_month\"\nat_days = 90\n"
	at := strings.Index(text, "missed_odds")
	text = text[:at] + text[at+strings.Index(text[at:], "\n"):] // odds by state read every visit
	m := compile(t, text, "trial.follow_up_days=[30,60,90]", "trial.visit_window_days=25")
	run := func(plain bool) snapshot {
		w := m.NewWorkspace()
		w.plain = plain
		w.Begin(1, 2)
		w.Trial()
		return w.snapshot()
	}
	done := make(chan string, 1)
	go func() { done <- diff(run(true), run(false)) }()
	select {
	case d := <-done:
		if d != "" {
			t.Error(d)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("a replicate that takes milliseconds does not end")
	}
}
