package history

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// compiled are the built-in scenarios that were compiled already: it takes a second.
var compiled = map[string]*sim.Model{}

func compile(t *testing.T, name string, sets ...string) *sim.Model {
	t.Helper()
	key := name + " " + strings.Join(sets, " ")
	if m := compiled[key]; m != nil {
		return m
	}
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	compiled[key] = m
	return m
}

func made(t *testing.T, m *sim.Model, opt Options) *History {
	t.Helper()
	h, err := Run(t.Context(), m, opt)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// busy are scenarios that have everything: jail, death, queues, caseloads,
// contamination, several arms.
var busy = []string{"crowded", "dual-diagnosis-assertive", "probation-case-management", "residential-assertive", "central-intake-linkage"}

func TestAnyNumberOfWorkersGivesTheSame(t *testing.T) {
	m := compile(t, "crowded")
	one := made(t, m, Options{Replicates: 7, Seed: 3, Workers: 1})
	if diff := cmp.Diff(one, made(t, m, Options{Replicates: 7, Seed: 3, Workers: 5}), cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

func TestHistoryEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, compile(t, "crowded"), Options{Replicates: 64, Seed: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestFewReplicatesOfLargeTrials(t *testing.T) {
	for _, c := range []struct {
		clients   string
		run, want int
	}{{"400", 2000, 64}, {"400", 40, 40}, {"100000", 2000, 2}} {
		if got := Replicates(compile(t, "null", "trial.clients="+c.clients, "trial.accrual={over_days=730}"), c.run); got != c.want {
			t.Errorf("%s clients: %d of %d replicates, want %d", c.clients, got, c.run, c.want)
		}
	}
}

// The states that events tell are those that the engine reads off at visits.
func TestStatesAreThoseSeenAtVisits(t *testing.T) {
	names := busy
	if !suite.IsLong() {
		names = names[1:2]
	}
	for _, name := range names {
		l := newLayout(compile(t, name))
		seen := map[string]int{}
		for r := range 4 {
			s := l.m.Show(1, r)
			lives := l.lives(s)
			for _, v := range s.Visits {
				if !v.Made {
					continue
				}
				for state, want := range map[string]bool{"using": v.Using, "in_treatment": v.InTreatment, "jailed": v.Jailed, "dead": false} {
					if want {
						seen[state]++
					}
					// A visit is made before the changes of its own tick.
					if got := lives[v.Client].is(state, v.Day-1e-9); got != want && lives[v.Client].is(state, v.Day) != want {
						t.Errorf("%s, replicate %d, client %d, day %g: %s is %v, seen %v", name, r, v.Client, v.Day, state, got, want)
					}
				}
			}
		}
		if seen["using"] == 0 || seen["in_treatment"] == 0 {
			t.Errorf("%s: nothing was seen: %v", name, seen)
		}
	}
}

// Nobody waits for a service in which there is room, nobody is served where there
// is none, and the clients who wait are those whom the states count.
func TestWhoWaitsFindsNoRoom(t *testing.T) {
	for _, name := range []string{"crowded", "bench-p2"} {
		m := compile(t, name)
		l := newLayout(m)
		most := 0.0
		for r := range 8 {
			row := l.loadCounts(m.Show(1, r))
			for _, load := range l.loads {
				n := len(load.Days)
				served, waiting := row[:n], row[n:2*n]
				row = row[2*n:]
				for k := range served {
					if served[k] < 0 || waiting[k] < 0 || served[k] > float64(load.Capacity) {
						t.Fatalf("%s, replicate %d, day %g: %s%s has %g served of %d and %g waiting", name, r, load.Days[k], load.Program, load.Service, served[k], load.Capacity, waiting[k])
					}
					if waiting[k] > 0 && served[k] < float64(load.Capacity) && load.Service != "" {
						t.Errorf("%s, replicate %d, day %g: %g wait for %s, of whose %d places %g are taken", name, r, load.Days[k], waiting[k], load.Service, load.Capacity, served[k])
					}
					most = math.Max(most, waiting[k])
				}
			}
		}
		if most == 0 {
			t.Errorf("%s: nobody ever waits", name)
		}
	}
}

// With constant hazards of quitting and relapse the share using is that of a
// two-state Markov process: p + (p0 - p) exp(-(q+r) t), p = r / (q+r). The
// tolerance is 4 standard errors of a proportion of all clients.
func TestShareUsingFollowsTheTwoStateProcess(t *testing.T) {
	const quit, relapse, start, replicates = 2.0, 1.0, 0.8, 40
	sc, err := scenarios.Load(os.DirFS("testdata"), "plain.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	h := made(t, m, Options{Replicates: replicates, Seed: 1})
	found := 0
	for _, s := range h.States {
		if s.State != "using" {
			continue
		}
		found++
		for k, day := range s.Days {
			p := relapse / (quit + relapse)
			want := p + (start-p)*math.Exp(-(quit+relapse)*day/scenarios.DaysPerYear)
			se := math.Sqrt(want * (1 - want) / (replicates * float64(m.Clients()) / 2))
			if got := s.Share.Mean[k]; math.Abs(got-want) > 4*se {
				t.Errorf("arm %d, day %g: %.4f are using, want %.4f within %.4f", s.Arm, day, got, want, 4*se)
			}
			if got := s.Share.MCSE[k]; k > 0 && (got > 1.7*se || got < 0.5*se) { // 40 trials give it to 11 %, 4 x that
				t.Errorf("arm %d, day %g: MCSE %.5f, want about %.5f", s.Arm, day, got, se)
			}
			if s.Share.Low[k] > s.Share.Mean[k] || s.Share.High[k] < s.Share.Mean[k] {
				t.Errorf("arm %d, day %g: 10th to 90th percentile %.3f to %.3f about %.3f", s.Arm, day, s.Share.Low[k], s.Share.High[k], s.Share.Mean[k])
			}
		}
	}
	if found != 2 {
		t.Errorf("%d arms", found)
	}
}

// The flow is that of the trials themselves.
func TestFlowIsTheMeanOfTrials(t *testing.T) {
	m := compile(t, "dual-diagnosis-assertive")
	const replicates = 5
	h := made(t, m, Options{Replicates: replicates, Seed: 2})
	var made, died, analysed float64
	for r := range replicates {
		f := m.Show(2, r).Flow[1]
		made += float64(f.Visits[1].Made) / replicates
		died += float64(f.Died) / replicates
		analysed += float64(f.Outcomes[0].Analysed) / replicates
	}
	want := map[[3]string]float64{{"visit", "365", "made"}: made, {"follow_up", "", "died"}: died, {"analysis", m.Scenario.Outcomes[0].Name, "analysed"}: analysed}
	for _, c := range h.Flow {
		key := [3]string{c.Stage, c.Of, c.What}
		if x, ok := want[key]; ok && c.Arm == 1 {
			delete(want, key)
			if math.Abs(c.Pooled.Mean[0]-x) > 1e-9 {
				t.Errorf("%v: %g, want %g", key, c.Pooled.Mean[0], x)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the flow: %v", want)
	}
}
