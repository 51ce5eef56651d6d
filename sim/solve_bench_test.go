package sim

import (
	"testing"

	"caseload/scenarios"
)

// BenchmarkCompile compiles each trial of the library.
func BenchmarkCompile(b *testing.B) {
	for _, l := range scenarios.List() {
		sc, err := scenarios.Builtin(l.Name)
		if err != nil {
			continue // the base is no trial
		}
		b.Run(l.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Compile(sc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
