package suite

import (
	"strings"
	"testing"
)

// InOrder checks that a text has the pieces, each after the one before.
func InOrder(t testing.TB, text string, pieces ...string) {
	t.Helper()
	at := 0
	for _, p := range pieces {
		k := strings.Index(text[at:], p)
		if k < 0 {
			t.Errorf("%q is not there, or not in its place, in\n%s", p, text)
			return
		}
		at += k + len(p)
	}
}
