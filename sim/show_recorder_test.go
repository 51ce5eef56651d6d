package sim

import (
	"fmt"
	"math"
	"testing"

	"caseload/scenarios"
)

// A recorder without events, which runs clients in whatever order is fast, keeps of every
// client and visit what Show keeps, which runs them in the order of the calendar.
func TestARecorderKeepsWhatShowKeeps(t *testing.T) {
	for _, name := range []string{"needle-exchange", "probation-case-management", "crowded", "residential-assertive", "dilution"} {
		m := compileBuiltin(t, name)
		r, clients := m.NewRecorder(false), 0
		for k := range 2 {
			got, want := r.Show(3, k), m.Show(3, k)
			for i := range want.Clients {
				want.Clients[i].Used = false
				if a, b := fmt.Sprint(got.Clients[i]), fmt.Sprint(want.Clients[i]); a != b {
					t.Fatalf("%s, replicate %d, client %d:\n%s, want\n%s", name, k, i, a, b)
				}
			}
			for i := range want.Visits {
				if a, b := fmt.Sprint(got.Visits[i]), fmt.Sprint(want.Visits[i]); a != b {
					t.Fatalf("%s, replicate %d:\n%s, want\n%s", name, k, a, b)
				}
			}
			if len(got.Clients) != len(want.Clients) || len(got.Visits) != len(want.Visits) {
				t.Fatalf("%s: %d clients and %d visits", name, len(got.Clients), len(got.Visits))
			}
			for o := range want.Observed.Outcomes {
				x, y := got.Observed.Outcomes[o].Value, want.Observed.Outcomes[o].Value
				for i := range y {
					if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
						t.Fatalf("%s: outcome %d of client %d is %v, want %v", name, o, i, x[i], y[i])
					}
				}
			}
			clients += len(want.Clients)
		}
		if clients == 0 {
			t.Errorf("%s has no clients", name)
		}
	}
}

// Once warm, a recorder allocates nothing for a replicate.
func TestARecorderAllocatesNothing(t *testing.T) {
	m := compileBuiltin(t, "needle-exchange")
	r := m.NewRecorder(false)
	for k := range 20 {
		r.Show(1, k)
	}
	if n := testing.AllocsPerRun(20, func() { r.Show(1, 7) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The cost of what the study has of a replicate, beside that of the replicate itself.
func BenchmarkRecorder(b *testing.B) {
	sc, err := scenarios.Load(nil, "needle-exchange", nil)
	if err != nil {
		b.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("trial", func(b *testing.B) {
		w := m.NewWorkspace()
		for k := range b.N {
			w.Begin(1, k)
			w.Trial()
		}
	})
	b.Run("recorded", func(b *testing.B) {
		r := m.NewRecorder(false)
		for k := range b.N {
			r.Show(1, k)
		}
	})
}
