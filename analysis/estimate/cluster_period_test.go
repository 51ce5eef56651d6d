package estimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"caseload/analysis/closedform"
	"caseload/internal/suite"
)

// A periodTrial is a trial of clusters over periods: normal outcomes of variance 1 of which icc is shared by
// clients of a cluster in one period, and cac of that by those in others.
type periodTrial struct {
	treated  [][]bool // by sequence and period
	clusters int      // of each sequence
	size     func(cluster, period int) int
	icc, cac float64
	effect   float64
	growth   float64 // what the effect gains with each period of exposure
	trend    float64 // of the mean from period to period
}

func (p *periodTrial) fill(d *Data, rng *rand.Rand) {
	periods := len(p.treated[0])
	d.Reset(periods-1, 0)
	for k := range p.clusters * len(p.treated) {
		own, exposed := rng.NormFloat64()*math.Sqrt(p.icc*p.cac), 0
		for t, treated := range p.treated[k%len(p.treated)] {
			mean := own + rng.NormFloat64()*math.Sqrt(p.icc*(1-p.cac)) + p.trend*float64(t)
			if exposed++; !treated {
				exposed = 0
			} else {
				mean += p.effect + p.growth*float64(exposed-1)
			}
			for range p.size(k, t) {
				d.Y, d.Treated = append(d.Y, mean+rng.NormFloat64()*math.Sqrt(1-p.icc)), append(d.Treated, treated)
				d.Cluster, d.When, d.Exposed = append(d.Cluster, int32(k)), append(d.When, int32(t)), append(d.Exposed, int32(exposed))
				for j := range d.X {
					d.X[j] = append(d.X[j], float64(bit(t == j+1)))
				}
			}
		}
	}
}

// design is the same for the closed form, where sizes depend on the sequence alone.
func (p *periodTrial) design() *closedform.PeriodDesign {
	d := &closedform.PeriodDesign{Treated: p.treated, ICC: p.icc, Correlation: closedform.Exchangeable(p.cac)}
	for q := range p.treated {
		var sizes []float64
		for t := range p.treated[q] {
			sizes = append(sizes, float64(p.size(q, t)))
		}
		d.Sizes, d.Clusters = append(d.Sizes, sizes), append(d.Clusters, float64(p.clusters))
	}
	return d
}

func wedge(steps int) (treated [][]bool) {
	for s := range steps {
		row := make([]bool, steps+1)
		for t := range row {
			row[t] = t > s
		}
		treated = append(treated, row)
	}
	return treated
}

var (
	crossover = [][]bool{{false, true}, {true, false}}
	baseline  = [][]bool{{false, false}, {false, true}}
)

func always(n int) func(cluster, period int) int { return func(int, int) int { return n } }

// With many clusters power is that of the closed form, and the level holds, whatever the trend: within 4 Monte Carlo
// standard errors. Expected degrees of freedom are those of the periods of clusters less those of clusters and of
// the other effects, which with many clusters are near enough: between that and infinitely many power is within 0.005.
func TestPowerOfClusterPeriodsIsTheClosedForm(t *testing.T) {
	replicates := 400
	if suite.IsLong() {
		replicates = 4000
	}
	for _, c := range []struct {
		name  string
		trial periodTrial
	}{
		{"wedge", periodTrial{treated: wedge(4), clusters: 8, size: always(8), icc: 0.1, cac: 0.7}},
		{"wedge, unequal", periodTrial{treated: wedge(4), clusters: 8, size: func(k, t int) int { return 3 + 3*(k%4) + t }, icc: 0.1, cac: 0.9}},
		{"crossover", periodTrial{treated: crossover, clusters: 20, size: always(6), icc: 0.1, cac: 0.6}},
		{"baseline", periodTrial{treated: baseline, clusters: 24, size: always(10), icc: 0.08, cac: 0.8}},
	} {
		if c.name == "wedge" && !suite.IsLong() {
			continue // as the next one
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := c.trial
			p.trend = 0.3
			se := math.Sqrt(p.design().Variance())
			level := p.rejects(clusterPeriod{kr: true}, replicates)
			p.effect = 2.8 * se
			power := p.rejects(clusterPeriod{kr: true}, replicates)
			clusters := p.clusters * len(p.treated)
			df := float64((clusters - 1) * (len(p.treated[0]) - 1))
			want := closedform.WaldTPower(p.effect, se, df, 0.05)
			tolerance := func(p float64) float64 { return 4 * math.Sqrt(p*(1-p)/float64(replicates)) }
			if !(math.Abs(level-0.05) < tolerance(0.05)) {
				t.Errorf("level %v", level)
			}
			if !(math.Abs(power-want) < tolerance(want)+0.005) {
				t.Errorf("power %v, by the closed form %v", power, want)
			}
		})
	}
}

// rejects returns the share of trials in which a method rejects at 5 %.
func (p *periodTrial) rejects(e Estimator, replicates int) (share float64) {
	rng := rand.New(rand.NewPCG(3, uint64(len(p.treated))))
	var w Work
	d := &Data{}
	for range replicates {
		p.fill(d, rng)
		d.Source = rand.NewPCG(rng.Uint64(), 1)
		share += float64(bit(e.Fit(d, 0.05, &w).P < 0.05)) / float64(replicates)
	}
	return share
}

// An effect that grows with exposure is told by exposure_average on average, and not by a model of one effect, which gives
// longer exposures negative weights (Kenny et al. 2022). Its standard error is that of the closed form.
func TestEffectsThatGrowWithExposure(t *testing.T) {
	p := periodTrial{treated: wedge(4), clusters: 6, size: always(8), icc: 0.05, cac: 0.8, effect: 0.2, growth: 0.4}
	average := 0.2 + 0.4*1.5
	rng := rand.New(rand.NewPCG(8, 3))
	var w Work
	d := &Data{}
	const replicates = 300
	var by, one float64
	for range replicates {
		p.fill(d, rng)
		by += exposureAverage{kr: true}.Fit(d, 0.05, &w).Value / replicates
		one += clusterPeriod{kr: true}.Fit(d, 0.05, &w).Value / replicates
	}
	mcse := math.Sqrt(p.design().ExposureVariance() / replicates)
	if !(math.Abs(by-average) < 4*mcse) {
		t.Errorf("by exposure %v, want %v within %v", by, average, 4*mcse)
	}
	if !(one < average-8*mcse) {
		t.Errorf("one effect %v, which should be far below %v", one, average)
	}
}

// With six clusters the permutation test keeps its level, with outcomes that are far from normal, too, and has an interval that
// covers; limits are finite whenever the test can reject.
func TestPermutationWithFewClusters(t *testing.T) {
	replicates := 500
	if suite.IsLong() {
		replicates = 4000
	}
	p := periodTrial{treated: wedge(3), clusters: 2, size: func(k, t int) int { return 2 + (3*k+t)%7 }, icc: 0.2, cac: 0.6, trend: 0.5}
	rng := rand.New(rand.NewPCG(4, 4))
	var w Work
	d := &Data{}
	rejected, covered := 0.0, 0.0
	for range replicates {
		p.fill(d, rng)
		for i, y := range d.Y {
			d.Y[i] = math.Exp(y)
		}
		d.Source = neverAsked{}
		null := clusterPermutation{}.Fit(d, 0.1, &w)
		rejected += float64(bit(null.P < 0.1)) / float64(replicates)
		for i, treated := range d.Treated {
			d.Y[i] += 3 * float64(bit(treated))
		}
		got := clusterPermutation{}.Fit(d, 0.1, &w)
		covered += float64(bit(got.Low <= 3 && got.High >= 3)) / float64(replicates)
		if got.Status.Failed() || math.IsInf(got.High-got.Low, 0) {
			t.Fatalf("%+v", got)
		}
	}
	// 6!/2!2!2! = 90 allocations: P is below 0.1 for 8 of them at most.
	tolerance := 4 * math.Sqrt(0.1*0.9/float64(replicates))
	if !(rejected <= 8.0/90+tolerance && rejected > 8.0/90-tolerance) {
		t.Errorf("level %v", rejected)
	}
	if !(covered > 0.9-tolerance) {
		t.Errorf("coverage %v", covered)
	}
}

// What cannot be fitted says why.
func TestClusterPeriodsThatTellNothing(t *testing.T) {
	of := func(change func(*periodTrial)) *Data {
		p := periodTrial{treated: wedge(3), clusters: 2, size: always(5), icc: 0.1, cac: 0.8}
		change(&p)
		d := &Data{}
		p.fill(d, rand.New(rand.NewPCG(5, 1)))
		return d
	}
	methods := []Estimator{clusterPeriod{}, clusterPeriod{kr: true}, exposureAverage{}, exposureAverage{kr: true}, clusterPermutation{}}
	mixed := of(func(*periodTrial) {})
	mixed.Treated[0] = !mixed.Treated[0]
	for _, c := range []struct {
		name string
		d    *Data
		want Status
		also Status // of the permutation test
	}{
		{"one cluster", of(func(p *periodTrial) { p.treated, p.clusters = p.treated[:1], 1 }), TooFewClusters, ZeroVariance},
		{"all begin at once", of(func(p *periodTrial) { p.treated = p.treated[:1] }), ZeroVariance, ZeroVariance},
		{"nobody begins", of(func(p *periodTrial) { p.treated = [][]bool{{false, false}, {false, false}} }), EmptyArm, EmptyArm},
		{"a crossover of two", of(func(p *periodTrial) { p.treated, p.clusters = crossover, 1 }), TooFewClusters, TooFewClusters},
		{"both arms in a cell", mixed, OK, BadData},
	} {
		for _, e := range methods {
			if c.d.Source = rand.NewPCG(1, 1); e.Method().Needs&Draws == 0 {
				c.d.Source = nil
			}
			want := c.want
			if e.Method().Needs&Draws != 0 {
				want = c.also
			}
			got := fit(e, c.d)
			sound(t, c.name, got)
			if got.Status != want && !(want == OK && got.Status == Boundary) {
				t.Errorf("%s, %s: %v, want %v", c.name, e.Method().Name, got.Status, want)
			}
		}
	}
}

// A period without rows has the arm that the exposure after it tells, else that of the period before.
func TestArmsOfEmptyPeriods(t *testing.T) {
	for _, c := range []struct {
		exposed string // of each period, - where there are no rows
		want    string
	}{
		{"--3-", "1111"}, {"-02-", "0011"}, {"0-2-", "0111"}, {"0-1-", "0011"}, {"0--2", "0011"}, {"----", "0000"}, {"1-0-", "1100"},
	} {
		p := permutation{periods: len(c.exposed), arms: make([]uint8, len(c.exposed))}
		for k, r := range c.exposed {
			p.exposed = append(p.exposed, int32(r-'0'))
			if r == '-' {
				p.exposed[k] = -1
			}
			p.arms[k] = uint8(bit(p.exposed[k] > 0))
		}
		p.complete(0)
		got := ""
		for _, arm := range p.arms {
			got += string(rune('0' + arm))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.exposed, got, c.want)
		}
	}
}

// Where allocations are drawn, P and limits are about those of all of them: 16 clusters in two sequences have 12,870.
func TestDrawnAllocationsAreAboutAll(t *testing.T) {
	p := periodTrial{treated: crossover, clusters: 8, size: func(k, t int) int { return 2 + (3*k+t)%5 }, icc: 0.2, cac: 0.5, effect: 0.4}
	d, w := &Data{}, new(Work)
	p.fill(d, rand.New(rand.NewPCG(6, 6)))
	d.Source = rand.NewPCG(1, 2)
	drawn := clusterPermutation{}.Fit(d, 0.05, w)
	all := &w.permuted
	all.low, all.high, all.beyond, all.total = all.low[:0], all.high[:0], 0, 0
	copy(all.given, all.sequence)
	for slices.Sort(all.given); ; {
		all.take()
		if !nextArrangement(all.given) {
			break
		}
	}
	if all.total != 12870 {
		t.Fatalf("%d allocations", all.total)
	}
	exact := all.share()
	if se := math.Sqrt(exact * (1 - exact) / mostAllocations); !(math.Abs(drawn.P-exact) < 4*se+1.0/mostAllocations) || exact > 0.5 {
		t.Errorf("P %v, of all %v", drawn.P, exact)
	}
	// The limits are quantiles, of which 10,000 draws tell a twentieth within a fifth of it.
	low, high, _ := all.interval(0.05)
	wide, _, _ := all.interval(0.04)
	narrow, _, _ := all.interval(0.06)
	unit := w.linear.components.scale
	if !(drawn.Low > unit*wide && drawn.Low < unit*narrow) {
		t.Errorf("low %v, of all %v", drawn.Low, unit*low)
	}
	if !(math.Abs(drawn.High-unit*high) < unit*(narrow-wide)) {
		t.Errorf("high %v, of all %v", drawn.High, unit*high)
	}
}
