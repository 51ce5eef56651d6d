package sim

import (
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/stream"

	"pgregory.net/rapid"
)

// unlikeSitesTOML are three sites of which one opens late and one closes.
const unlikeSitesTOML = `
[[site]]
name = "north"
share = 0.5
[[site]]
name = "south"
share = 0.3
opens_day = 20
[[site]]
name = "east"
share = 0.2
closes_day = 70
`

// drawRecruitment draws what sites are like, at which rates clients come, and when
// enrolment and follow-up end. The text is to be added to a scenario.
func drawRecruitment(t *rapid.T) (text string, sets []string) {
	add := func(name string, options ...[]string) {
		sets = append(sets, rapid.SampledFrom(append(options, nil)).Draw(t, name)...)
	}
	if rapid.IntRange(0, 2).Draw(t, "sites that are listed") == 0 {
		text, sets = unlikeSitesTOML, []string{"trial.sites=3"}
	} else {
		add("sites", []string{"trial.sites=3", "trial.size_cv=0.7"}, []string{"trial.sites=4", "trial.clients=60", "trial.cluster_size=15"}, []string{"trial.sites=1"})
	}
	add("rates", []string{"trial.accrual={points=[{per_month=10,until_day=40},{per_month=0,until_day=60},{per_month=60}]}"},
		[]string{"trial.accrual={points=[{per_month=10,until_day=40},{per_month=0,until_day=60},{per_month=60}],pattern=\"fixed\"}"})
	if len(sets) < 2 || sets[len(sets)-1] != "trial.cluster_size=15" && sets[1] != "trial.clients=60" {
		add("ends", []string{"trial.recruit_by_days=65"}, []string{"trial.ends_day=140"}, []string{"trial.ends_day=200", "trial.recruit_by_days=80"})
	}
	add("records", []string{"attrition.hides_records=true"})
	return text, sets
}

// Wherever clients come from and whenever the trial ends, the engine that lets lives run
// ahead gives the trial of the one in which every event goes through the calendar, and
// slots and case managers are given back.
func TestRecruitmentChangesNoEngine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, more := drawRecruitment(t)
		m := compileRoughly(t, crowdedTOML+text, append(drawSets(t), more...)...)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(plain bool) (*Workspace, allState) {
			w := m.NewWorkspace()
			w.plain = plain
			w.Begin(3, replicate)
			w.Trial()
			return w, w.allState()
		}
		w, ahead := run(false)
		if _, plain := run(true); diff(plain, ahead) != "" {
			t.Fatalf("plain and ahead: %s", diff(plain, ahead))
		}
		if ahead.Counts.Enrolled != w.n || w.observed.N != w.n || len(w.observed.Arm) != w.n {
			t.Fatalf("%d enrolled, %d lives, %d on record", ahead.Counts.Enrolled, w.n, w.observed.N)
		}
		conserve(t, m, w)
		wellRecruited(t, w)
	})
}

// wellRecruited checks who came when and where.
func wellRecruited(t *rapid.T, w *Workspace) {
	r := &w.m.design.recruitment
	sizes := make([]int, w.m.sites)
	for i := range w.n {
		at := w.arrivals[i]
		sizes[w.site[i]]++
		if i > 0 && at < w.arrivals[i-1] {
			t.Fatalf("client %d came before client %d", i, i-1)
		}
		if r.closes > 0 && at > r.closes {
			t.Fatalf("client %d came after enrolment had closed", i)
		}
		if r.sites != nil {
			if s := r.sites[w.site[i]]; at < s.opens || at >= s.closes {
				t.Fatalf("client %d came to site %d when it was closed", i, w.site[i])
			}
		}
	}
	for s, n := range sizes {
		if r.size > 0 && n != r.size {
			t.Fatalf("site %d has %d clients, want %d", s, n, r.size)
		}
	}
}

// recruited counts clients and their days and sites over replicates.
func recruited(m *Model, replicates int) (enrolled, last []float64, bySite [][]float64) {
	w := m.NewWorkspace()
	bySite = make([][]float64, m.sites)
	for r := range replicates {
		w.Begin(1, r)
		enrolled, last = append(enrolled, float64(w.n)), append(last, float64(w.lastArrival())/float64(int64(ticks(1))))
		sizes := make([]float64, m.sites)
		for i := range w.n {
			sizes[w.site[i]]++
		}
		for s, n := range sizes {
			bySite[s] = append(bySite[s], n)
		}
	}
	return enrolled, last, bySite
}

const pausingTOML = "trial.accrual={points=[{per_month=20,until_day=60},{per_month=0,until_day=90},{per_month=40}]}"

// How many are enrolled when enrolment closes, and when the last would be if it did not,
// have the means and probabilities of the Poisson process, which are computed exactly.
func TestEnrolmentIsThatOfThePoissonProcess(t *testing.T) {
	sites := designTOML + unlikeSitesTOML
	open := compile(t, sites, "trial.sites=3", "trial.clients=100", pausingTOML)
	law := RecruitmentOf(open.Scenario)
	_, last, _ := recruited(open, 2000)
	agrees(t, "day of the last", last, law.Days)
	early := 0.0
	for _, day := range last {
		early += yes(day <= law.Early)
	}
	within(t, "share done by the early day", early/2000, 0.025, math.Sqrt(0.025*0.975/2000))

	closing := compile(t, sites, "trial.sites=3", "trial.clients=100", pausingTOML, "trial.recruit_by_days=155")
	law = RecruitmentOf(closing.Scenario)
	enrolled, _, bySite := recruited(closing, 2000)
	agrees(t, "clients", enrolled, law.Enrolled)
	all, fewer := 0.0, 0.0
	for _, n := range enrolled {
		all += yes(n == 100)
		fewer += yes(n < float64(law.Fewest))
	}
	within(t, "share with all clients", all/2000, law.Chance, math.Sqrt(law.Chance*(1-law.Chance)/2000))
	if fewer/2000 > 0.025+4*math.Sqrt(0.025*0.975/2000) {
		t.Errorf("%v of trials have fewer than %d clients", fewer/2000, law.Fewest)
	}
	if law.Enrolled < 60 || law.Enrolled > 99 {
		t.Errorf("%v clients on average: the limit plays no part", law.Enrolled)
	}
	shareOfNorth := 0.0
	for r, n := range bySite[0] {
		shareOfNorth += n / enrolled[r]
	}
	if shareOfNorth /= 2000; shareOfNorth < 0.5 || shareOfNorth > 0.7 {
		t.Errorf("%v of clients at a site with half of them while all are open", shareOfNorth)
	}
}

// The number expected by a day is the integral of the rate, by hand.
func TestExpectedEnrolmentByHand(t *testing.T) {
	sc := load(t, designTOML+unlikeSitesTOML, "trial.sites=3", "trial.clients=1000", pausingTOML)
	a, b := 20/scenarios.DaysPerMonth, 40/scenarios.DaysPerMonth
	// To day 20 without the south; to day 60 with all; a pause; from day 90 on without the east.
	want := a*20*0.7 + a*40*1 + 0 + b*30*0.8
	if got := expectedBy(sc.EnrolmentRates(), 120); math.Abs(got-want) > 1e-9 {
		t.Errorf("%v expected by day 120, want %v", got, want)
	}
	if got := sc.DaysUntil(want); math.Abs(got-120) > 1e-9 {
		t.Errorf("as many expected by day %v, want 120", got)
	}
	// E[min(N, 2)] of a Poisson of mean 3: 2 - 2 P(0) - P(1) = 2 - 5 exp(-3).
	if got, want := meanWithin(2, 3), 2-5*math.Exp(-3); math.Abs(got-want) > 1e-12 {
		t.Errorf("mean of min(N, 2) is %v, want %v", got, want)
	}
	if got := enrolledAt(100, 3, 0.5); got != 3 { // P(N <= 2) = 0.423, P(N <= 3) = 0.647
		t.Errorf("median %d, want 3", got)
	}
}

// A constant rate by points is the same trial as one by itself, but for rounding.
func TestOnePointIsAConstantRate(t *testing.T) {
	draw := func(accrual string) []float64 {
		w := compile(t, designTOML, "trial.clients=50", "trial.accrual="+accrual).NewWorkspace()
		w.Begin(3, 4)
		var at []float64
		for i := range w.n {
			at = append(at, float64(w.arrivals[i]))
		}
		return at
	}
	one, points := draw("{per_month=30}"), draw("{points=[{per_month=30,until_day=10},{per_month=30}]}")
	for i := range one {
		if math.Abs(one[i]-points[i]) > 1e-3*ticks(1) {
			t.Fatalf("client %d comes at %v and %v", i, one[i], points[i])
		}
	}
}

// Shares of sites have the coefficient of variation that is asked for, of small and of
// large ones. In a trial of many clients sizes vary as shares do; that of a sample share
// adds the binomial variance. The standard error is that of the mean square over
// replicates.
func TestSharesOfSitesVaryAsAsked(t *testing.T) {
	replicates := 300
	if suite.IsLong() {
		replicates = 3000
	}
	for _, cv := range []float64{0.3, 1.5} {
		m := compileEdited(t, designTOML, func(sc *scenarios.Scenario) { sc.Trial.SizeCV = cv }, "trial.sites=12", "trial.clients=600")
		_, _, bySite := recruited(m, replicates)
		squares := make([]float64, replicates)
		for r := range squares {
			for s := range bySite {
				d := bySite[s][r]/50 - 1
				squares[r] += d * d / 12
			}
		}
		// Var(size) = n (n-1) Var(share) + n p (1-p), with p = 1/12.
		want := cv*cv*599/600 + 600.0/12*(11.0/12)/2500
		agrees(t, "square of the CV", squares, want)
	}
}

// The gamma distribution of Marsaglia and Tsang has mean and variance equal to its shape,
// below and above 1.
func TestGammaVariatesHaveTheirMoments(t *testing.T) {
	for _, shape := range []float64{0.2, 1, 4.5} {
		var x, squares []float64
		for k := range 20_000 {
			draw := stream.NewKey(uint64(k), 0).Entity(entitySite, 0).Stream(purposeShare)
			g := gamma(&draw, shape)
			x, squares = append(x, g), append(squares, (g-shape)*(g-shape))
		}
		agrees(t, "mean", x, shape)
		agrees(t, "variance", squares, shape)
	}
}

// Nothing is allocated once warm where the number of clients changes, and sites differ.
func TestRecruitmentAllocatesNothing(t *testing.T) {
	for _, sets := range [][]string{{"trial.recruit_by_days=100", "trial.size_cv=0.8"}, {"trial.clients=120", "trial.cluster_size=60"}} {
		m := compileRoughly(t, crowdedTOML, sets...)
		w, worlds := m.NewWorkspace(), truths(m)
		k := 0
		replicate := func() {
			k++
			w.Begin(1, k%5)
			w.Trial()
			w.Worlds(worlds[:m.arms], worlds[m.arms])
		}
		for range 5 {
			replicate()
		}
		if n := testing.AllocsPerRun(20, replicate); n != 0 {
			t.Errorf("%v allocations a replicate, want 0", n)
		}
	}
}
