package sim

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

const mixedTOML = `
title = "all kinds of trait"
source = "a test"
[trial]
clients = 20000
accrual = { per_day = 50 }
follow_up_days = [30]
sites = 3
ALLOCATION
[[arm]]
name = "a"
programs = []
[[arm]]
name = "b"
programs = []
control = true
ratio = RATIO
[[trait]]
name = "poor"
prevalence = 0.3
[[trait]]
name = "age"
mean = 40
sd = 10
[[trait]]
name = "income"
median = 900
log_sd = 0.8
[[trait]]
name = "substance"
levels = ["alcohol", "opioids", "several"]
shares = [0.2, 0.5, 0.3]
[[correlation]]
traits = ["age", "income"]
rho = 0.6
[[correlation]]
traits = ["poor", "age"]
rho = -0.5
[[subgroup]]
name = "old"
when = "age > 50 and not (substance == \"alcohol\")"
[service.clinic]
preset = ""
linkage = { probability = 0.5, by_days = 20 }
stay = { median_days = 10 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 20
`

func mixed(allocation, ratio string) string {
	return strings.NewReplacer("ALLOCATION", allocation, "RATIO", ratio).Replace(mixedTOML)
}

// within allows four standard errors.
func within(t *testing.T, what string, got, want, se float64) {
	t.Helper()
	if !(math.Abs(got-want) < 4*se) {
		t.Errorf("%s: %.5f, want %.5f (SE %.5f)", what, got, want, se)
	}
}

// Traits have the distributions asked for, and their normal scores the
// correlation asked for.
func TestTraitsAreAsAsked(t *testing.T) {
	m := compile(t, mixed("", "1"))
	w := m.NewWorkspace()
	w.Begin(1, 0)
	n := float64(w.n)
	poor, age, income, substance := w.traits[0], w.traits[1], w.traits[2], w.traits[3]
	within(t, "share poor", stat.Mean(poor, nil), 0.3, math.Sqrt(0.3*0.7/n))
	within(t, "mean age", stat.Mean(age, nil), 40, 10/math.Sqrt(n))
	within(t, "SD of age", stat.StdDev(age, nil), 10, 10/math.Sqrt(2*n))
	logs := make([]float64, w.n)
	for i, x := range income {
		logs[i] = math.Log(x)
	}
	within(t, "mean log income", stat.Mean(logs, nil), math.Log(900), 0.8/math.Sqrt(n))
	within(t, "SD of log income", stat.StdDev(logs, nil), 0.8, 0.8/math.Sqrt(2*n))
	for level, share := range []float64{0.2, 0.5, 0.3} {
		k := 0.0
		for _, x := range substance {
			if x == float64(level) {
				k++
			}
		}
		within(t, "share of a level", k/n, share, math.Sqrt(share*(1-share)/n))
	}
	rho := stat.Correlation(age, logs, nil)
	within(t, "correlation of age and log income", rho, 0.6, (1-0.36)/math.Sqrt(n))
	// The point-biserial correlation of a dichotomized score with another score
	// is rho phi(z)/sqrt(p(1-p)), z the quantile (Tate 1954, Ann Math Stat 25:603).
	z := distuv.UnitNormal.Quantile(0.7)
	want := -0.5 * distuv.UnitNormal.Prob(z) / math.Sqrt(0.3*0.7)
	within(t, "correlation of poor and age", stat.Correlation(poor, age, nil), want, 1/math.Sqrt(n))
}

// The sign of a correlation is that of the trait, for a Bernoulli trait too:
// who is likelier to have one is likelier to have the other.
func TestBernoulliTraitsCorrelateInTheDirectionAsked(t *testing.T) {
	text := strings.Replace(mixed("", "1"), `traits = ["poor", "age"]
rho = -0.5`, `traits = ["poor", "age"]
rho = 0.5`, 1)
	w := compile(t, text).NewWorkspace()
	w.Begin(1, 0)
	if r := stat.Correlation(w.traits[0], w.traits[1], nil); !(r > 0.3) {
		t.Errorf("asked for a positive correlation, got %.3f", r)
	}
}

// A subgroup's share is as asked, and within it traits are as they are given
// membership.
func TestSubgroupShares(t *testing.T) {
	text := mixed("", "1") + "[subgroup_share]\nold = 0.6\n"
	w := compile(t, text).NewWorkspace()
	w.Begin(1, 0)
	free := compile(t, mixed("", "1")).NewWorkspace()
	free.Begin(2, 0)
	share := func(w *Workspace) (members, income float64) {
		for i, in := range w.member[0] {
			if in {
				members++
				income += math.Log(w.traits[2][i])
			}
		}
		return members, income / members
	}
	members, income := share(w)
	others, want := share(free)
	within(t, "share", members/float64(w.n), 0.6, math.Sqrt(0.24/float64(w.n)))
	within(t, "log income of members", income, want, 0.8*math.Sqrt(1/members+1/others))
}

// Client i's draws don't depend on how many clients there are.
func TestClientsDoNotDependOnTheirNumber(t *testing.T) {
	few := compile(t, mixed("", "1"), "trial.clients=10").NewWorkspace()
	many := compile(t, mixed("", "1"), "trial.clients=50").NewWorkspace()
	few.Begin(3, 4)
	many.Begin(3, 4)
	for i := range few.n {
		if few.arrivals[i] != many.arrivals[i] || few.assigned[i] != many.assigned[i] || few.site[i] != many.site[i] {
			t.Errorf("client %d differs", i)
		}
		for k := range few.traits {
			if few.traits[k][i] != many.traits[k][i] {
				t.Errorf("trait %d of client %d differs", k, i)
			}
		}
	}
}

// Accrual is a Poisson process of the rate, or evenly spaced.
func TestAccrual(t *testing.T) {
	w := compile(t, mixed("", "1")).NewWorkspace()
	w.Begin(1, 0)
	gaps := make([]float64, w.n)
	last := int64(0)
	for i, a := range w.arrivals {
		gaps[i] = float64(a-last) / (1 << 24)
		last = a
	}
	n := float64(w.n)
	within(t, "mean gap", stat.Mean(gaps, nil), 1.0/50, 1.0/50/math.Sqrt(n))
	within(t, "SD of gaps", stat.StdDev(gaps, nil), 1.0/50, 1.0/50*math.Sqrt(2/n)) // kurtosis 9: var of s^2 is 8 sigma^4/n
	w = compile(t, mixed("", "1"), `trial.accrual={over_days=200,pattern="fixed"}`).NewWorkspace()
	w.Begin(1, 0)
	if got := float64(w.arrivals[w.n-1]) / (1 << 24); !(math.Abs(got-200) < 1e-3) {
		t.Errorf("the last of evenly spaced clients comes on day %v, want 200", got)
	}
}
