package sim

import (
	"math"
	"slices"
	"testing"

	"caseload/internal/suite"

	"gonum.org/v1/gonum/integrate/quad"
)

// nestedTOML is a trial whose managed arm alone has case managers, who differ.
const nestedTOML = `
title = "partial nesting"
source = "a test"
[trial]
clients = 4000
accrual = { per_day = 400 }
follow_up_days = [90]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
linkage = { probability = 0.4, by_days = 90 }
stay = { median_days = 40, shape = 1.2 }
[program.manager]
preset = ""
staff = 200
contacts = { every_days = 10 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 1.5
lasts_days = 20
[[program.manager.effect]]
on = "satisfaction"
points = 3
lasts_days = 20
[satisfaction]
mean = 20
sd = 5
[[outcome]]
name = "linked"
variable = "linked_su"
[[outcome]]
name = "days"
variable = "days_in_su"
[[outcome]]
name = "content"
variable = "satisfaction"
`

// The intraclass correlation asked for is that of the arm with case managers, by
// the ANOVA estimator: of a share, a number of days and a score. In the other arm,
// whose clients are dealt to as many managers who don't exist, it is zero. The
// estimator is unbiased but for terms of the order of one over the managers,
// small beside the standard error between replicates.
func TestIntraclassCorrelationIsThatOfTheArmWithManagers(t *testing.T) {
	replicates, outcomes := 80, []string{"linked", "days", "content"}
	if !suite.IsLong() {
		replicates, outcomes = 20, outcomes[:1]
	}
	for k, outcome := range outcomes {
		m, err := compileFrom(load(t, nestedTOML, `program.manager.icc={outcome="`+outcome+`",value=0.05}`), sampleSize/2, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, truth := m.NewWorkspace(), m.NewTruth()
		var managed, usual []float64
		for r := range replicates {
			w.Begin(1, r)
			w.World(AsRandomized, truth)
			managed = append(managed, anova(w.groups(0, truth.Outcomes[k].Value)))
			usual = append(usual, anova(w.groups(1, truth.Outcomes[k].Value)))
		}
		agrees(t, outcome+" with managers", managed, 0.05)
		agrees(t, outcome+" without", usual, 0)
	}
}

// groups are the values of an arm's clients by case manager: in an arm without,
// dealt in turn to as many.
func (w *Workspace) groups(arm uint8, values []float64) [][]float64 {
	groups := make([][]float64, len(w.managers))
	turn := 0
	for i, y := range values {
		if w.arm[i] != arm {
			continue
		}
		g := w.managerOf(w.client(i))
		if g < 0 {
			g = int32(turn % len(groups))
			turn++
		}
		groups[g] = append(groups[g], y)
	}
	return groups
}

// anova is the intraclass correlation by the mean squares of a one-way analysis
// of variance: (B - W)/(B + (n0-1) W), n0 = (N - sum n^2/N)/(k-1).
func anova(groups [][]float64) float64 {
	var n, sum, squares, between, sizes, k float64
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		own := 0.0
		for _, y := range g {
			own += y
			squares += y * y
		}
		size := float64(len(g))
		k, n, sum, sizes = k+1, n+size, sum+own, sizes+size*size
		between += own * own / size
	}
	b := (between - sum*sum/n) / (k - 1)
	w := (squares - between) / (n - k)
	n0 := (n - sizes/n) / (k - 1)
	return (b - w) / (b + (n0-1)*w)
}

// Managers' log hazard ratios, and their points, have the spread asked for: half
// of it with a manual that halves it, and over the root of n in a team of n,
// whose clients meet the mean of n. The logarithm of the multiplier and the points
// are normal, so that a variance v of n managers has the sampling variance
// 2 v^2/(n-1). The mean of a lognormal multiplier is 1 where that of its logarithm is
// minus half the variance.
func TestManualsAndTeamsNarrowTheSpread(t *testing.T) {
	for _, c := range []struct {
		name string
		sets []string
		want float64
	}{
		{"one by one", []string{"program.manager.staff=5"}, 0.4},
		{"with a manual", []string{"program.manager.staff=5", "program.manager.manual={effect=1,spread=0.5}"}, 0.2},
		{"a team of four", []string{"program.manager.staff=4", "program.manager.team=true"}, 0.2},
		{"a team of nine", []string{"program.manager.staff=9", "program.manager.team=true"}, 0.4 / 3},
	} {
		sets := append([]string{"program.manager.spread=0.4", "trial.sites=100", "satisfaction.sd=0.0"}, c.sets...)
		m := compile(t, nestedTOML, sets...)
		w, truth := m.NewWorkspace(), m.NewTruth()
		var logHR, points []float64
		for r := range 10 {
			w.Begin(1, r)
			w.World(0, truth)
			met := map[int32]bool{}
			for i := range w.n {
				if g := w.managerOf(w.client(i)); !met[g] {
					met[g] = true
					logHR = append(logHR, math.Log(w.careOf(w.client(i), 0).staff))
					points = append(points, truth.Outcomes[2].Value[i]-23)
				}
			}
		}
		for what, x := range map[string][]float64{"log hazard ratio": logHR, "points": points} {
			v := spread(x) * spread(x)
			within(t, c.name+": variance of "+what, v, c.want*c.want, c.want*c.want*math.Sqrt(2/float64(len(x)-1)))
			mean := 0.0
			if what == "log hazard ratio" {
				mean = -c.want * c.want / 2
			}
			agrees(t, c.name+": mean of "+what, x, mean)
		}
	}
}

// Case managers who differ, but by a mean hazard ratio of 1, change no mean number of
// events: the truth is 0. (If the median were 1, it would be a rise by exp(0.8^2/2), 38 %.)
func TestASpreadAroundOneHasATruthOfZero(t *testing.T) {
	text := nestedTOML + "[risk]\nrate = { per_month = 2 }\n[[outcome]]\nname = \"events\"\nvariable = \"risk_events\"\n" +
		"[[program.manager.effect]]\non = \"risk\"\nhazard_ratio = 1\nlasts_days = 20\ndirect = true\n"
	m := compile(t, text, "program.manager.spread=0.8")
	w, worlds := m.NewWorkspace(), truths(m)
	k := slices.IndexFunc(m.outcomes, func(o outcome) bool { return o.name == "events" })
	var effects []float64
	for r := range 40 {
		w.Begin(1, r)
		w.Worlds(worlds[:m.arms], nil)
		effects = append(effects, meanOf(worlds[0].Outcomes[k].Value)-meanOf(worlds[1].Outcomes[k].Value))
	}
	agrees(t, "more events", effects, 0)
}

// A manual multiplies the effect too: its log hazard ratio and points.
func TestAManualMultipliesTheEffect(t *testing.T) {
	m := compile(t, nestedTOML, "program.manager.manual={effect=1.25,spread=0.5}")
	for _, e := range m.Effects {
		if want := math.Pow(1.5, 1.25); e.Points == 0 && math.Abs(e.HazardRatio-want) > 1e-12 {
			t.Errorf("hazard ratio %v, want %v", e.HazardRatio, want)
		}
		if e.Points != 0 && e.Points != 3*1.25 {
			t.Errorf("%v points, want %v", e.Points, 3*1.25)
		}
	}
}

// gonum: the points of its Gauss-Hermite quadrature, to the last bit, since other digits
// would change solved hazards.
func TestPointsOfTheICCAreGonums(t *testing.T) {
	x, weight := make([]float64, len(iccPoints)), make([]float64, len(iccPoints))
	quad.Hermite{}.FixedLocations(x, weight, math.Inf(-1), math.Inf(1))
	for k, p := range iccPoints {
		if p.x != x[k] || p.weight != weight[k] {
			t.Errorf("point %d is %v, want %v and %v", k, p, x[k], weight[k])
		}
	}
}
