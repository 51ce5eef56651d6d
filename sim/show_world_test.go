package sim

import (
	"math"
	"testing"

	"caseload/scenarios"
)

// Where clients share nothing and nobody is lost, a client's life in the world of the arm
// drawn is the life in the trial: event by event up to the end. Days in treatment in both
// worlds are those that the truth is read from.
func TestTheWorldOfAnArmIsItsClientsLife(t *testing.T) {
	sc, err := scenarios.Builtin("dilution")
	if err != nil {
		t.Fatal(err)
	}
	if sc, err = sc.With(scenarios.Setting{Key: "attrition.loss", Value: map[string]any{"never": true}},
		scenarios.Setting{Key: "program.intensive.staff", Value: 200}, scenarios.Setting{Key: "program.intensive.spread", Value: 0}); err != nil {
		t.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	shown := m.Show(3, 1)
	lived := map[int32][]Event{}
	for _, e := range shown.Events {
		if e.Kind != EventVisit {
			lived[e.Client] = append(lived[e.Client], e)
		}
	}
	var mean [2]float64
	for arm := range sc.Arms {
		world := m.ShowWorld(3, 1, arm)
		events := map[int32][]Event{}
		for _, e := range world.Events {
			if e.Kind != EventVisit {
				events[e.Client] = append(events[e.Client], e)
			}
		}
		for i := range world.Clients {
			own, there := lived[int32(i)], events[int32(i)]
			if world.Clients[i].Arm != arm {
				t.Fatalf("client %d is in arm %d of the world of arm %d", i, world.Clients[i].Arm, arm)
			}
			if shown.Clients[i].Arm != arm {
				continue
			}
			if len(own) != len(there) {
				t.Fatalf("client %d: %d events in the trial, %d in the world", i, len(own), len(there))
			}
			for k := range own {
				if own[k] != there[k] {
					t.Fatalf("client %d: %+v in the trial, %+v in the world", i, own[k], there[k])
				}
			}
		}
		for i := range world.Clients {
			if !math.IsNaN(world.Clients[i].Admitted) && world.Clients[i].Admitted <= 90 {
				mean[arm]++
			}
		}
	}
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(3, 1)
	for arm := range sc.Arms {
		w.World(arm, truth)
		var linked float64
		for _, x := range truth.Outcomes[0].Value {
			linked += x
		}
		if linked != mean[arm] {
			t.Errorf("arm %d: %g entered within 90 days, the truth says %g", arm, mean[arm], linked)
		}
	}
	if mean[0] == mean[1] {
		t.Errorf("both arms have %g who entered: nothing is compared", mean[0])
	}
}
