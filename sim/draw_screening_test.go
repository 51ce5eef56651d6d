package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Only the eligible are enrolled, and of them the share asked refuses. Those
// with a trait refuse at the odds ratio asked: poverty and age are independent,
// so 30 % of the eligible are poor; with x and y the chances of refusal of those
// not poor and poor, 0.7x + 0.3y = 0.4 and y/(1-y) = 3x/(1-x), and of the clients
// 0.3(1-y)/0.6 are poor.
func TestScreening(t *testing.T) {
	m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		eligible(sc, "grown")
		sc.Trial.Refusal, sc.Trial.Refusing = 0.4, map[string]float64{"poor": 3}
	})
	w := m.NewWorkspace()
	w.Begin(1, 0)
	s := w.Screening()
	if got := s.Screened - s.Ineligible - s.Refused; got != w.n {
		t.Errorf("%+v leaves %d clients, want %d", s, got, w.n)
	}
	for i, age := range w.traits[1] {
		if age <= 35 {
			t.Fatalf("client %d is enrolled at age %v", i, age)
		}
	}
	n := float64(s.Screened)
	p := distuv.UnitNormal.CDF(-0.5)
	within(t, "share ineligible", float64(s.Ineligible)/n, p, se(p, n))
	n -= float64(s.Ineligible)
	within(t, "share of the eligible who refuse", float64(s.Refused)/n, 0.4, se(0.4, n))
	x, y := 0.0, 0.0
	for lo, hi := 0.0, 0.4; hi-lo > 1e-12; {
		x = (lo + hi) / 2
		if y = 3 * x / (1 + 2*x); 0.7*x+0.3*y < 0.4 {
			lo = x
		} else {
			hi = x
		}
	}
	poor := 0.3 * (1 - y) / 0.6
	within(t, "share of clients who are poor", stat.Mean(w.traits[0], nil), poor, se(poor, float64(w.n)))
	// A normal cut at 35: mean 40 + 10 phi(-1/2)/(1 - Phi(-1/2)), whoever refuses.
	age := 40 + 10*distuv.UnitNormal.Prob(-0.5)/(1-p)
	within(t, "mean age", stat.Mean(w.traits[1], nil), age, 10/math.Sqrt(float64(w.n)))
	if bare := compile(t, designTOML).NewWorkspace(); bare.Screening() != (Screening{Screened: bare.n}) {
		t.Errorf("a trial that takes everyone screens %+v", bare.Screening())
	}
}

// Refusal without traits is a coin for each of those eligible.
func TestRefusalWithoutTraits(t *testing.T) {
	m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) { sc.Trial.Refusal = 0.25 })
	w := m.NewWorkspace()
	w.Begin(1, 0)
	s := w.Screening()
	n := float64(s.Screened)
	within(t, "share refusing", float64(s.Refused)/n, 0.25, se(0.25, n))
	within(t, "share poor", stat.Mean(w.traits[0], nil), 0.3, se(0.3, float64(w.n)))
}

// A subgroup's share is that of the enrolled, who are all eligible; a share of 1
// is everyone. Within the subgroup traits are as in a trial without the share.
func TestSubgroupSharesAmongTheEligible(t *testing.T) {
	run := func(share float64) *Workspace {
		w := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
			eligible(sc, "grown")
			sc.Trial.Refusal, sc.Trial.Refusing = 0.3, map[string]float64{"age": 1.1}
			if share > 0 {
				sc.SubgroupShare = map[string]float64{"old": share}
			}
		}).NewWorkspace()
		w.Begin(1, 0)
		return w
	}
	olds := func(w *Workspace) (ages []float64) {
		for i, age := range w.traits[1] {
			if age <= 35 {
				t.Fatalf("client %d is enrolled at age %v", i, age)
			}
			if w.member[1][i] {
				ages = append(ages, age)
			}
		}
		return ages
	}
	free, most, all := olds(run(0)), olds(run(0.6)), olds(run(1))
	within(t, "share of the old", float64(len(most))/20000, 0.6, se(0.6, 20000))
	if len(all) != 20000 {
		t.Errorf("with a share of 1, %d of 20000 are in the subgroup", len(all))
	}
	for _, x := range [][]float64{most, all} {
		within(t, "mean age of the old", stat.Mean(x, nil), stat.Mean(free, nil),
			stat.StdDev(free, nil)*math.Sqrt(1/float64(len(x))+1/float64(len(free))))
	}
}

// Natural quantities hold among the clients as enrolled: half are linked by day
// 20 although the poor, who seek a quarter as fast, refuse five times as often,
// and the young, who seek faster, are not eligible. Solved on those screened, it
// would be another share.
func TestNaturalQuantitiesHoldAmongTheEnrolled(t *testing.T) {
	m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		eligible(sc, "grown")
		sc.Trial.Refusal, sc.Trial.Refusing = 0.4, map[string]float64{"poor": 5}
	}, "service.clinic.linking.age=0.95")
	shares := controlShares(m, 10)
	within(t, "share linked", stat.Mean(shares, nil), 0.5, se(0.5, float64(len(shares)*m.clients)))
}

// controlShares are the shares admitted to the clinic by day 20 in the world of
// the control arm, by replicate.
func controlShares(m *Model, replicates int) (shares []float64) {
	w, truth := m.NewWorkspace(), m.NewTruth()
	day := int64(ticks(20))
	for r := range replicates {
		w.Begin(1, r)
		w.World(m.control, truth)
		shares = append(shares, w.share(func(i int) bool {
			s := w.admissionTo(i, 0)
			return s != nil && s.Admitted-w.client(i).enrol <= day
		}))
	}
	return shares
}

// Who is screened for a trial does not depend on how many clients it has.
func TestScreeningDoesNotDependOnTheNumberOfClients(t *testing.T) {
	run := func(clients string) *Workspace {
		w := compileEdited(t, designTOML, everyoneScreened, "trial.clients="+clients).NewWorkspace()
		w.Begin(3, 4)
		return w
	}
	few, many := run("10"), run("50")
	for i := range few.n {
		for k := range few.traits {
			if few.traits[k][i] != many.traits[k][i] {
				t.Errorf("trait %d of client %d differs", k, i)
			}
		}
	}
}

func everyoneScreened(sc *scenarios.Scenario) {
	eligible(sc, "grown")
	sc.Trial.Refusal = 0.5
}

// A trial for which hardly anybody is eligible is refused, not sought for ever.
func TestNobodyEligibleIsAProblem(t *testing.T) {
	text := strings.Replace(designTOML, `when = "age > 35"`, `when = "age > 95"`, 1)
	sc := load(t, text)
	eligible(sc, "grown")
	if _, err := compileFrom(sc, 64, nil); err == nil || !strings.Contains(err.Error(), "trial.eligible") {
		t.Errorf("got %v, want a problem with trial.eligible", err)
	}
}
