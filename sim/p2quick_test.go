package sim

import (
	"testing"
	"time"

	"caseload/scenarios"
)

func TestP2Quick(t *testing.T) {
	sc, err := scenarios.Builtin("bench-p2")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []bool{true, false} {
		w := m.NewWorkspace()
		w.plain = plain
		var c Counts
		R := 20000
		t0 := time.Now()
		linked := 0.0
		var d float64
		for r := range R {
			w.Begin(7, r)
			o := w.Trial()
			var s, n [2]float64
			for i := range o.Arm {
				s[o.Arm[i]] += o.Outcomes[0].Value[i]
				n[o.Arm[i]]++
			}
			linked += s[0] + s[1]
			d += s[0]/n[0] - s[1]/n[1]
			c.Enrolled += w.counts.Enrolled
			c.Sought += w.counts.Sought
			c.Contacts += w.counts.Contacts
			c.Admitted += w.counts.Admitted
			c.Left += w.counts.Left
			c.Lost += w.counts.Lost
			c.UseChanges += w.counts.UseChanges
			c.Visits += w.counts.Visits
		}
		el := time.Since(t0)
		x := float64(R)
		t.Logf("plain %v: %.1f events: enrolled %.1f sought %.1f contacts %.1f admitted %.2f left %.1f lost %.1f use %.1f visits %.1f; linked %.2f diff %.4f; %.1f ns/event", plain, float64(c.Total())/x, float64(c.Enrolled)/x,
			float64(c.Sought)/x, float64(c.Contacts)/x, float64(c.Admitted)/x, float64(c.Left)/x, float64(c.Lost)/x, float64(c.UseChanges)/x, float64(c.Visits)/x, linked/x, d/x, float64(el.Nanoseconds())/float64(c.Total()))
	}
}
