package literature

import (
	"context"
	"fmt"
	"testing"

	"caseload/analysis/replicate"
)

// What machines find of bodies makes the result of one, also where a machine was cut
// off and has gone on.
func TestBodiesOfSeveralMachines(t *testing.T) {
	e := engine(t, plain+"[literature]\n"+studies(4, "clients = 60")+`
[[moderator]]
name = "care"
[[moderator.level]]
name  = "little"
count = 2
[[moderator.level]]
name  = "much"
count = 2
score = 1
set   = { "service.clinic.linkage" = { probability = 0.6, by_days = 90 } }
`)
	opt := Options{Bodies: 9, Seed: 2, Workers: 2}
	want, err := e.Run(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]float64
	for _, of := range []replicate.Range{{From: 0, To: 5}, {From: 5, To: 9}} {
		var saved [][]float64
		save := func(bodies [][]float64) error { saved = bodies; return nil }
		ctx, stop := context.WithCancel(t.Context())
		cut := opt
		cut.Workers, cut.Progress = 1, func(done, _ int) {
			if done == 2 {
				stop()
			}
		}
		first, err := e.Bodies(ctx, cut, of, nil, save)
		if err != nil || len(first) != 2 || len(saved) != 2 {
			t.Fatalf("cut off after 2 bodies: %d, %d saved (%v)", len(first), len(saved), err)
		}
		bodies, err := e.Bodies(t.Context(), opt, of, saved, save)
		if err != nil || len(bodies) != of.To-of.From {
			t.Fatalf("%d bodies (%v)", len(bodies), err)
		}
		all = append(all, bodies...)
	}
	got, err := e.Join(opt, all)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Levels) == 0 || len(want.Tested) == 0 {
		t.Fatal("no moderator is compared")
	}
	got.Scenario, want.Scenario = nil, nil
	if a, b := fmt.Sprintf("%+v", *want), fmt.Sprintf("%+v", *got); a != b {
		t.Errorf("the bodies make\n%s\nwant\n%s", b, a)
	}
	if _, err := e.Join(opt, [][]float64{all[0][1:]}); err == nil {
		t.Error("a body of another scenario is taken")
	}
}
