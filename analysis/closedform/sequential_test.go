package closedform

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"caseload/analysis/numeric"
)

// rpactDesign is one of testdata/make-sequential.R.
type rpactDesign struct {
	Rates, Upper, Futility, Fixed []float64
	Alpha, Parameter, Beta, Drift float64
	Sides                         int
	Kind, Bkind                   string
	Bparameter                    float64
	Binding                       bool
	Under                         []struct{ Drift, Power, Expected float64 }
}

var kinds = map[string]SpendingKind{"obrien_fleming": OBrienFleming, "pocock": Pocock, "power": PowerSpending, "hsd": HwangShihDeCani}

func (r *rpactDesign) design() *SequentialDesign {
	return &SequentialDesign{Alpha: r.Alpha, Sides: r.Sides, Spending: Spending{kinds[r.Kind], r.Parameter}, FutilityBounds: r.Fixed,
		Beta: r.Beta, BetaSpending: Spending{kinds[r.Bkind], r.Bparameter}, Binding: r.Binding}
}

// rpact gives bounds of which most agree within 1e-7. Where next to nothing is spent, the
// bound of a probability that is wrong by 1e-10 is wrong by 1e-4.
func TestSequentialDesignsAgainstRpact(t *testing.T) {
	text, err := os.ReadFile("testdata/make-sequential.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Designs []rpactDesign }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, r := range file.Designs {
		d := r.design()
		near := func(what string, got, want float64) {
			tolerance := 1e-6
			if want > 4.8 && what == "upper" {
				tolerance = 2e-4
			}
			if !(math.Abs(got-want) < tolerance) {
				t.Errorf("%s of %+v: got %.9f, want %.9f", what, r, got, want)
			}
		}
		bounds := d.Bounds(r.Rates)
		for k, b := range bounds {
			near("upper", b.Upper, r.Upper[k])
			if k < len(r.Futility) && r.Futility[k] > -99 {
				near("futility", b.Futility, r.Futility[k])
			}
		}
		near("drift", d.Drift(r.Rates), r.Drift)
		for _, u := range r.Under {
			efficacy, futility, harm := d.Exits(r.Rates, bounds, u.Drift)
			near("expected", Expected(r.Rates, efficacy, futility, harm), u.Expected)
			power := 0.0
			for k := range efficacy {
				power += efficacy[k] + harm[k]
			}
			near("power", power, u.Power)
		}
	}
	if len(file.Designs) < 250 {
		t.Errorf("%d designs", len(file.Designs))
	}
}

// Bounds of a textbook: O'Brien and Fleming's spending at three looks.
func TestObrienFlemingSpendingAtThreeLooks(t *testing.T) {
	d := SequentialDesign{Alpha: 0.025, Sides: 1}
	for k, b := range d.Bounds([]float64{1. / 3, 2. / 3, 1}) {
		if want := []float64{3.71030, 2.51143, 1.99305}[k]; !(math.Abs(b.Upper-want) < 5e-6) {
			t.Errorf("look %d: %.6f, want %.5f", k+1, b.Upper, want)
		}
	}
}

// Where two looks are close to each other densities are narrow. By mvtnorm's TVPACK:
//
//	t <- c(0.5, 0.99, 1); spent <- 0.025 * log(1 + (exp(1) - 1) * t)
//	r <- outer(t, t, function(a, b) sqrt(pmin(a, b) / pmax(a, b)))
//	stays <- function(u) if (length(u) == 1) pnorm(u) else
//	  pmvnorm(upper = u, corr = r[1:length(u), 1:length(u)], algorithm = TVPACK(1e-14))[1]
//	u <- c()
//	for (k in 1:3) u <- c(u, uniroot(function(x) 1 - spent[k] - stays(c(u, x)), c(1, 5), tol = 1e-13)$root)
func TestCloseLooks(t *testing.T) {
	d := SequentialDesign{Alpha: 0.025, Sides: 1, Spending: Spending{Kind: Pocock}}
	for k, b := range d.Bounds([]float64{0.5, 0.99, 1}) {
		if want := [...]float64{2.15699921834, 2.20483178082, 2.31898307420}[k]; !(math.Abs(b.Upper-want) < 1e-9) {
			t.Errorf("look %d: %.12f, want %.12f", k+1, b.Upper, want)
		}
	}
}

// One look is a test without looks, and its power is that of a z test.
func TestOneLookIsNone(t *testing.T) {
	for _, sides := range []int{1, 2} {
		d := SequentialDesign{Alpha: 0.05, Sides: sides, Beta: 0.2}
		z := -numeric.NormalQuantile(0.05 / float64(sides))
		b := d.Bounds([]float64{1})[0]
		if math.Abs(b.Upper-z) > 1e-12 || math.Abs(b.Futility-z) > 1e-12 {
			t.Errorf("%d sides: %v, want %v", sides, b, z)
		}
		if got, want := d.Drift([]float64{1}), z+numeric.NormalQuantile(0.8); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d sides: drift %v, want %v", sides, got, want)
		}
	}
}

// Every trial ends somewhere; without spending before the last look nothing ends early; and
// the p value in the stagewise order is alpha at the bound of the last look.
func TestSequentialProbabilitiesAddUp(t *testing.T) {
	shares := []float64{0.3, 0.6, 1}
	d := SequentialDesign{Alpha: 0.05, Sides: 2, Spending: Spending{PowerSpending, 2}, FutilityBounds: []float64{0, math.Inf(-1)}}
	bounds := d.Bounds(shares)
	e, f, h := d.Exits(shares, bounds, 1.7)
	sum := 0.0
	for _, p := range slices.Concat(e, f, h) {
		sum += p
	}
	if math.Abs(sum-1) > 1e-11 {
		t.Errorf("ends add up to %v", sum)
	}
	var m SequentialMonitor
	m.Start(&d, 0)
	m.Look(0.3, 0.3, false)
	m.Look(0.6, 0.6, false)
	if p := m.PValue(1, bounds[2].Upper); math.Abs(p-0.025) > 1e-11 {
		t.Errorf("p at the last bound: %v, want 0.025", p)
	}
	late := SequentialDesign{Alpha: 0.025, Sides: 1, Spending: Spending{PowerSpending, 400}}
	if b := late.Bounds([]float64{0.5, 1}); !(b[0].Upper > 20) || math.Abs(b[1].Upper+numeric.NormalQuantile(0.025)) > 1e-12 {
		t.Errorf("without spending: %v", b)
	}
}

// Without more data than at the look z stays, and under its own drift half the trials end above
// their expectation.
func TestConditionalPower(t *testing.T) {
	if p := ConditionalPower(1, 0.25, 1, 2.0/3); math.Abs(p-0.5) > 1e-12 {
		t.Errorf("%v, want 0.5: the expectation is 0.5 + 0.75 x 2/3 = 1", p)
	}
	// 1 - pnorm((1.96 - 2*sqrt(0.5) - 3*0.5)/sqrt(0.5)) in R
	if p := ConditionalPower(2, 0.5, 1.96, 3); math.Abs(p-0.911405653) > 1e-8 {
		t.Errorf("%.9f", p)
	}
}
