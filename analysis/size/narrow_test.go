package size

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"

	"gonum.org/v1/gonum/stat/distuv"
)

// tInterval is the exact chance that the half width of Student's interval of a mean
// difference is at most half, with n clients in two equal arms and SD 1: the half width
// is t s sqrt(4/n), and (n - 2) s^2 is chi-square with n - 2 degrees of freedom (Kupper
// and Hafner 1989, American Statistician 43:101-105, equation 4).
func tInterval(n, half float64) float64 {
	t := distuv.StudentsT{Sigma: 1, Nu: n - 2}.Quantile(0.975)
	return distuv.ChiSquared{K: n - 2}.CDF(half * half * n * (n - 2) / (4 * t * t))
}

// exactNarrow is the n at which the chance is p, as if clients could be halved.
func exactNarrow(half, p float64) float64 {
	lo, hi := 4.0, 1e6
	for range 200 {
		if mid := math.Sqrt(lo * hi); tInterval(mid, half) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// narrowSearch looks for the clients at which Student's interval is so narrow.
func narrowSearch(seed uint64, half, p, precision float64) (*search, widths) {
	r := rand.New(rand.NewPCG(seed, 2))
	seen, one := make(widths, 1), goal{tests: []int{0}}
	return &search{axis: clientsAxis(150, 2, 20000), targets: []float64{p}, target: p, precision: precision, most: 20000, nullPredictor: []float64{-1.96},
		run: func(n float64, replicates int) (int, []int, error) {
			hits := 0
			t := distuv.StudentsT{Sigma: 1, Nu: n - 2}.Quantile(0.975)
			chi := distuv.ChiSquared{K: n - 2, Src: r}
			for range replicates {
				w := t * math.Sqrt(chi.Rand()/(n-2)*4/n)
				seen.add(&one, 0, n, func(int) float64 { return w })
				if w <= half {
					hits++
				}
			}
			return replicates, []int{hits}, nil
		}}, seen
}

// The interval of the answer contains the exact one in 95 % of searches, within four
// standard errors of a binomial, and is as narrow as it says.
func TestNarrowSearchCoversTheTruth(t *testing.T) {
	const searches, half = 400, 0.25
	for _, p := range []float64{0.5, 0.8, 0.95} {
		truth, inside := exactNarrow(half, p), 0
		for seed := range uint64(searches) {
			s, seen := narrowSearch(seed, half, p, 0.03)
			if err := s.evaluate(s.start, pilotSize); err != nil {
				t.Fatal(err)
			}
			f, err := s.narrowest(0, half, func() map[float64][]float64 { return seen[0] })
			if err != nil {
				t.Fatal(err)
			}
			if f.outcome != found || f.half() > 0.03 || s.used > 4000 {
				t.Fatalf("p %g, seed %d: %d after %d trials, %g [%g, %g]", p, seed, f.outcome, s.used, f.value, f.low, f.high)
			}
			if f.low <= truth && truth <= f.high {
				inside++
			}
		}
		share, error := float64(inside)/searches, math.Sqrt(0.95*0.05/searches)
		t.Logf("p %g: truth %.1f, inside %.3f", p, truth, share)
		if share < 0.95-4*error {
			t.Errorf("p %g: the interval contains %.1f in %.3f of searches, want 0.95 (SE %.3f)", p, truth, share, error)
		}
	}
}

// Out of reach, reached by the smallest, and an interval that fits do not have.
func TestNarrowSearchEnds(t *testing.T) {
	for _, c := range []struct {
		half float64
		want outcome
	}{{0.001, never}, {30, always}} {
		s, seen := narrowSearch(1, c.half, 0.8, 0.05)
		if err := s.evaluate(s.start, pilotSize); err != nil {
			t.Fatal(err)
		}
		f, err := s.narrowest(0, c.half, func() map[float64][]float64 { return seen[0] })
		if err != nil || f.outcome != c.want {
			t.Errorf("half width %g: got %d, %v, want %d", c.half, f.outcome, err, c.want)
		}
	}
	if w := halfWidth(math.NaN(), 1, false); !math.IsInf(w, 1) {
		t.Errorf("an interval without an end has half width %g", w)
	}
}

// The answer of a scenario: with a tenth fewer clients clearly fewer trials have an
// interval so narrow than asked for, with a tenth more clearly more. Two powers asked for
// at once are answered as each by itself is, within both intervals.
func TestIntervalsOfTheAnswerAreAsNarrow(t *testing.T) {
	suite.Long(t)
	m := plain(t)
	size := sized(m, func(s *scenarios.Size) { s.HalfWidth, s.Power, s.Precision = 0.1, scenarios.Numbers{0.8, 0.95}, 0.1 })
	res := asked(t, m, Question{Outcomes: []string{"linked"}, Size: size})
	if len(res.Answers) != 2 || res.Answers[0].Target != 0.8 || res.Answers[1].Target != 0.95 {
		t.Fatalf("got %d answers", len(res.Answers))
	}
	for _, a := range res.Answers {
		if a.Status != Found {
			t.Fatalf("got %s: %s", a.Status, a.Reason)
		}
		for _, times := range []float64{0.9, 1.1} {
			sc := m.Scenario.Edit(func(sc *scenarios.Scenario) { sc.Trial.Clients = 2 * int(math.Round(a.Clients*times/2)) })
			other, err := m.Variant(sc)
			if err != nil {
				t.Fatal(err)
			}
			x := asked(t, other, Question{Outcomes: []string{"linked"}, Solve: Power, Size: size}).Answers[0].Exact
			if times < 1 && !(float64(x.High) < a.Target) || times > 1 && !(float64(x.Low) > a.Target) {
				t.Errorf("with %g times %g clients %.3f [%.3f, %.3f] of trials are so narrow, want about %g", times, a.Clients, x.Value, x.Low, x.High, a.Target)
			}
		}
	}
}
