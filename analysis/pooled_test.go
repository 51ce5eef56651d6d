package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/internal/suite"
	"caseload/sim/trial"
)

// worldOf makes a world by hand: arms and values by client, in the set unless
// the value is a not-a-number that stands for absence.
func worldOf(arms []uint8, member []bool, value []float64, in []bool) *trial.Truth {
	c := trial.NewColumn(len(arms), trial.Form{})
	copy(c.Value, value)
	copy(c.In, in)
	return &trial.Truth{N: len(arms), Arm: arms, Member: [][]bool{member}, Outcomes: []trial.Column{c}}
}

// Six clients in two worlds. The second client does not enter under control,
// the fifth not under treatment, the sixth in neither; the fourth's outcome
// is missing under treatment.
var (
	allTreated = []uint8{1, 1, 1, 1, 1, 1}
	allControl = []uint8{0, 0, 0, 0, 0, 0}
	split      = []uint8{1, 0, 0, 1, 2, 1}
	needy      = []bool{true, true, false, false, true, true}
	treatedY   = []float64{3, 5, 7, math.NaN(), 0, 0}
	controlY   = []float64{1, 0, 2, 4, 6, 0}
	treatedIn  = []bool{true, true, true, true, false, false}
	controlIn  = []bool{true, false, true, true, true, false}
	everybody  = []bool{true, true, true, true, true, true}
)

// inBoth sums over those in the set of both worlds.
func inBoth(x, y *trial.Truth, subgroup int) sums {
	e := effect{arm: 1, subgroup: subgroup}
	s := sums{}
	e.gatherBoth(&s, x, y, 1)
	return s
}

// rolledOut and allocated sum over everyone in either world, and over the arms
// of one.
func rolledOut(x, y *trial.Truth, subgroup int) sums {
	treated, control := effect{arm: 1, subgroup: subgroup}, effect{arm: 0, subgroup: subgroup}
	return inArms(treated.sum(x, nil), control.sum(y, nil))
}

func allocated(own *trial.Truth, subgroup int) sums {
	treated, control := effect{arm: 1, subgroup: subgroup}, effect{arm: 0, subgroup: subgroup}
	return inArms(treated.sum(own, own.Arm), control.sum(own, own.Arm))
}

func TestGatherByHand(t *testing.T) {
	x, y := worldOf(allTreated, needy, treatedY, everybody), worldOf(allControl, needy, controlY, everybody)
	xe, ye := worldOf(allTreated, needy, treatedY, treatedIn), worldOf(allControl, needy, controlY, controlIn)
	own := worldOf(split, needy, controlY, controlIn)
	for _, c := range []struct {
		what      string
		got, want sums // n, sum, sum of squares of the treated, then of the controls
	}{
		{"everyone to either arm", rolledOut(x, y, Everyone), sums{5, 15, 83, 6, 13, 57}},
		{"subgroup", rolledOut(x, y, 0), sums{4, 8, 34, 4, 7, 37}},
		// The first, third and fourth clients enter in both worlds; the
		// fourth's outcome is known in one.
		{"who enters in both worlds", inBoth(xe, ye, Everyone), sums{2, 10, 58, 3, 7, 21}},
		{"of a subgroup", inBoth(xe, ye, 0), sums{1, 3, 9, 1, 1, 1}},
		// As randomized the first and fourth clients of those who enter are
		// treated, the third is a control, the fifth in a third arm.
		{"as randomized", allocated(own, Everyone), sums{2, 5, 17, 1, 2, 4}},
		{"as randomized, subgroup", allocated(own, 0), sums{1, 1, 1, 0, 0, 0}},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
}

// Formulas on moments by hand: 8 of 10 against 4 of 10 events, and values
// 1, 3 against 2, 2, 5 (means 2 and 3, squared deviations 2 and 6).
func TestMeasuresOfMoments(t *testing.T) {
	binary := sums{10, 8, 8, 10, 4, 4}
	closeTo(t, "risk difference", difference(&binary), 0.4)
	closeTo(t, "log odds ratio", logOdds(&binary), math.Log(6)) // (8/2)/(4/6)
	// Hasselblad & Hedges 1995: log odds ratio x sqrt(3)/pi, of 8.5/2.5 and 4.5/6.5.
	closeTo(t, "SMD of a binary outcome", logOddsSMD(1)(&binary), math.Log(8.5/2.5*6.5/4.5)*math.Sqrt(3)/math.Pi)
	// In 100 such replicates 800.5 / 200.5 and 400.5 / 600.5.
	closeTo(t, "of 100 replicates", logOddsSMD(100)(&binary), math.Log(800.5/200.5*600.5/400.5)*math.Sqrt(3)/math.Pi)
	continuous := sums{2, 4, 10, 3, 9, 33}
	closeTo(t, "mean difference", difference(&continuous), -1)
	closeTo(t, "SMD", smd(&continuous), -1/math.Sqrt(8.0/5))
}

// Pooling is over replicates of unlike size: moments are pooled, ratios are
// not averaged.
func TestPooledMomentsNotRatios(t *testing.T) {
	var p pooled
	p.add(&sums{10, 5, 5, 10, 0, 0})
	p.add(&sums{30, 3, 3, 10, 1, 1})
	value, mcse := p.value(difference)
	closeTo(t, "pooled", value, 8.0/40-1.0/20) // the mean of ratios is 0.25
	// Linearized: the residuals (s1 - m s0)/n0 of the treated are (5 - 0.2 x 10)/20
	// and (3 - 0.2 x 30)/20, of the controls (0 - 0.05 x 10)/10 and (1 - 0.05 x 10)/10.
	a, b := 3.0/20+0.5/10, -3.0/20-0.5/10
	want := math.Sqrt((a*a + b*b) / 1 / 2)
	if !(math.Abs(mcse-want) < 1e-8*want) {
		t.Errorf("MCSE: got %v, want %v", mcse, want)
	}
}

func TestPooledOfTooFew(t *testing.T) {
	var p pooled
	if v, se := p.value(difference); v == v || se == se {
		t.Errorf("of nothing: %v, %v", v, se)
	}
	p.add(&sums{10, 5, 5, 10, 0, 0})
	if v, se := p.value(difference); v != 0.5 || se == se {
		t.Errorf("of one replicate: %v, %v", v, se)
	}
}

// drawSums draws a replicate of two arms of unlike, random size whose values
// lie in a cluster common to both: binary, or skewed.
func drawSums(rng *rand.Rand, binary bool) (s sums) {
	common := rng.Float64()
	for i := range 60 {
		control := rng.Float64() < 0.4
		y := rng.ExpFloat64() + common + bit(i%2 == 0)
		if binary {
			y = bit(rng.Float64() < 0.25+0.2*common+0.15*bit(!control))
		}
		s.add(control, 1, y, float64(y*y))
	}
	return s
}

// The MCSE by the delta method is the spread of the value over repeated runs
// of 300 replicates, within 5 %: the spread over 3,000 runs has a standard
// error of 1/sqrt(6000) = 1.3 %, of which 5 % is nearly 4.
func TestDeltaMethodAgainstRepetition(t *testing.T) {
	runs, tolerance := 3000, 0.05
	if !suite.IsLong() {
		runs, tolerance = 300, 4/math.Sqrt(600)
	}
	measures := []struct {
		what   string
		binary bool
		f      func(*sums) float64
	}{{"risk difference", true, difference}, {"log odds ratio", true, logOdds}, {"SMD of a binary outcome", true, logOddsSMD(300)},
		{"mean difference", false, difference}, {"SMD", false, smd}}
	rng := rand.New(rand.NewPCG(1, 2))
	values, errors := make([]tally, len(measures)), make([]tally, len(measures))
	for range runs {
		var p [2]pooled
		for range 300 {
			for k, binary := range []bool{true, false} {
				s := drawSums(rng, binary)
				p[k].add(&s)
			}
		}
		for k := range measures {
			pool := &p[1-int(bit(measures[k].binary))]
			value, mcse := pool.value(measures[k].f)
			values[k].add(value)
			errors[k].add(mcse)
		}
	}
	for k := range measures {
		got, want := errors[k].mean(), values[k].sd()
		t.Logf("%s: MCSE %.5f, spread %.5f", measures[k].what, got, want)
		if !(math.Abs(got/want-1) <= tolerance) {
			t.Errorf("%s: the MCSE is %.5g, the spread over runs %.5g", measures[k].what, got, want)
		}
	}
}
