package meta

import (
	"math"
	"testing"
)

func TestOneStudyIsItself(t *testing.T) {
	var w Work
	for _, m := range methods() {
		f := Pool([]float64{0.4}, []float64{0.09}, Options{Method: m}, &w)
		if f.Status != OK || (f.Estimate-0.4).Abs() > 1e-15 || (f.SE-0.3).Abs() > 1e-15 || f.K != 1 || f.Q != 0 || f.QDF != 0 {
			t.Errorf("%v: %+v", m, f)
		}
		for what, x := range map[string]float64{"tau2": float64(f.Tau2), "I2": float64(f.I2), "H2": float64(f.H2), "p of Q": float64(f.QP), "prediction": float64(f.PILow)} {
			if !math.IsNaN(x) {
				t.Errorf("%v: %s of one study is %g", m, what, x)
			}
		}
	}
	if f := Pool([]float64{0.4}, []float64{0.09}, Options{Method: REML, KnappHartung: true}, &w); f.Status != TooFew || f.Estimate.Known() {
		t.Errorf("Knapp-Hartung with one study: %+v", f)
	}
	if p := QProfile([]float64{0.4}, []float64{0.09}, nil, Options{}, &w); p.Tau2High.Known() {
		t.Errorf("%+v", p)
	}
}

// Of two studies with equal variances, tau2 is half the squared distance less v.
func TestTwoStudies(t *testing.T) {
	var w Work
	for _, m := range []Method{DL, HE, REML, PM, EB} {
		f := Pool([]float64{0, 1}, []float64{0.1, 0.1}, Options{Method: m}, &w)
		near(t, m.String()+": tau2", f.Tau2, 0.4)
		near(t, m.String()+": se", f.SE, 0.5)
	}
	h := Pool([]float64{0, 1}, []float64{0.1, 0.1}, Options{Method: REML, KnappHartung: true}, &w)
	near(t, "df", h.DF, 1)
	near(t, "se by Knapp-Hartung", h.SE, 0.5) // the standard error of the mean of 0 and 1
}

func TestEqualEffectsDontVary(t *testing.T) {
	y, v := []float64{0.3, 0.3, 0.3, 0.3}, []float64{0.1, 0.02, 0.5, 0.07}
	var w Work
	for _, m := range methods() {
		f := Pool(y, v, Options{Method: m}, &w)
		if f.Status != OK || f.Tau2 != 0 || f.I2 != 0 || f.Q > 1e-25 || (f.Estimate-0.3).Abs() > 1e-15 {
			t.Errorf("%v: %+v", m, f)
		}
		if h := Pool(y, v, Options{Method: m, KnappHartung: true}, &w); h.Status != ZeroVariance || h.SE.Known() || h.Estimate.Known() {
			t.Errorf("%v, Knapp-Hartung: %+v", m, h)
		}
	}
	p := QProfile(y, v, nil, Options{}, &w)
	if p.Tau2Low != 0 || p.Tau2High != 0 || p.I2High != 0 || p.H2High != 1 {
		t.Errorf("%+v", p)
	}
}

func TestWithoutVarianceBetweenTheEffectIsCommon(t *testing.T) {
	y, v := column(t, "hine1989-rd.csv", "yi"), column(t, "hine1989-rd.csv", "vi")
	var w Work
	common := Pool(y, v, Options{}, &w)
	for _, m := range []Method{DL, ML, REML, PM} {
		f := Pool(y, v, Options{Method: m}, &w)
		if f.Tau2 != 0 || f.Estimate != common.Estimate || f.SE != common.SE || f.PILow != f.Low {
			t.Errorf("%v: %+v", m, f)
		}
	}
}

func TestWhatHasNoResultSaysWhy(t *testing.T) {
	y, v := column(t, "bcg.csv", "yi"), column(t, "bcg.csv", "vi")
	nan, inf := math.NaN(), math.Inf(1)
	var w Work
	for _, c := range []struct {
		what string
		y, v []float64
		o    Options
		want Status
	}{
		{"nothing", nil, nil, Options{}, NoStudies},
		{"no variance", []float64{1, 2}, []float64{0, 1}, Options{}, BadData},
		{"a negative variance", []float64{1, 2}, []float64{1, -1}, Options{}, BadData},
		{"NaN", []float64{nan, 2}, []float64{1, 1}, Options{}, BadData},
		{"infinite", []float64{1, inf}, []float64{1, 1}, Options{}, BadData},
		{"infinite variance", []float64{1, 1}, []float64{1, inf}, Options{}, BadData},
		{"REML cut off", y, v, Options{Method: REML, MostIterations: 1}, NotConverged},
		{"ML cut off", y, v, Options{Method: ML, MostIterations: 1}, NotConverged},
		{"PM cut off", y, v, Options{Method: PM, MostIterations: 1}, NotConverged},
		{"EB cut off", y, v, Options{Method: EB, MostIterations: 1}, NotConverged},
	} {
		if f := Pool(c.y, c.v, c.o, &w); f.Status != c.want || !f.Status.Failed() || f.Estimate.Known() || f.Tau2.Known() || f.K != len(c.y) {
			t.Errorf("%s: %+v, want %v", c.what, f, c.want)
		}
	}
	lat := column(t, "bcg.csv", "ablat")
	var r Regression
	for _, c := range []struct {
		what string
		x    [][]float64
		want Status
	}{{"a constant", [][]float64{make([]float64, 13)}, Collinear}, {"twice the same", [][]float64{lat, lat}, Collinear}, {"a NaN", [][]float64{append([]float64{nan}, lat[1:]...)}, BadData}} {
		if Regress(y, v, c.x, Options{Method: REML}, &w, &r); r.Status != c.want || len(r.Coefficients) > 0 || !math.IsNaN(r.QM) {
			t.Errorf("%s: %+v, want %v", c.what, r, c.want)
		}
	}
	if Regress(y[:2], v[:2], [][]float64{lat[:2], lat[2:4]}, Options{}, &w, &r); r.Status != TooFew {
		t.Errorf("two studies, three coefficients: %v", r.Status)
	}
	// As many coefficients as studies leave nothing to tell tau2 by.
	for _, m := range methods() {
		want := TooFew
		if m == FE {
			want = OK
		}
		if Regress(y[:2], v[:2], [][]float64{lat[1:3]}, Options{Method: m}, &w, &r); r.Status != want {
			t.Errorf("%v: two studies, two coefficients: %v, want %v", m, r.Status, want)
		}
		out := make([]Fit, 2)
		if b := Subgroups(y[:3], v[:3], []int{0, 0, 1}, Options{Method: m}, &w, out); b.Status != want || b.Status == TooFew && b.P.Known() {
			t.Errorf("%v: a group of one study: %+v, want %v", m, b, want)
		}
	}
	one := Fit{K: 2}
	one.Estimate, one.SE = 1, 1
	if b := BetweenFits([]Fit{one, Failed(2, NotConverged)}, true, &w); b.Status != NotConverged {
		t.Errorf("a group that failed: %v", b.Status)
	}
	var clustered Clustered
	if RegressClustered(y, v, make([]int, 13), nil, Options{Method: REML}, &w, &clustered); clustered.Status != TooFew {
		t.Errorf("one cluster: %v", clustered.Status)
	}
	cluster := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6}
	if RegressClustered(y, v, cluster, nil, Options{Method: REML, MostIterations: 1}, &w, &clustered); clustered.Status != NotConverged || clustered.Tau2.Known() {
		t.Errorf("clusters cut off: %+v", clustered)
	}
	if e := Egger(y[:2], v[:2], 0.05, &w); e.Status != TooFew || e.Slope.P.Known() {
		t.Errorf("Egger's test of two: %+v", e)
	}
	if f := TrimAndFill(y[:2], v[:2], false, Options{}, &w); f.Status != TooFew {
		t.Errorf("trim and fill of two: %+v", f)
	}
	if f := MantelHaenszel([]TwoByTwo{{0, 10, 3, 7}, {0, 5, 1, 4}}, OddsRatio, Options{}, &w); f.Status != ZeroVariance {
		t.Errorf("no event in an arm: %+v", f)
	}
	if f := Peto([]TwoByTwo{{0, 10, 0, 7}}, Options{}, &w); f.Status != NoStudies {
		t.Errorf("no events: %+v", f)
	}
}

func TestMethodsHaveNames(t *testing.T) {
	for k, name := range Methods() {
		if m, ok := LookupMethod(name); !ok || int(m) != k || m.String() != name {
			t.Errorf("%s is %v", name, m)
		}
	}
	if _, ok := LookupMethod("reml2"); ok {
		t.Error("reml2 is a method")
	}
}

// Two hills: the one reached from half the variance on either side is the lower.
func TestTheHighestMaximumIsTaken(t *testing.T) {
	y, v := []float64{-0.1, 0.6, -0.2, 2, -0.6, -0.5}, []float64{1, 1, 1, 0.01, 0.04, 0.04}
	var w Work
	var r Clustered
	RegressClustered(y, v, []int{0, 0, 1, 1, 2, 2}, nil, Options{Method: REML}, &w, &r)
	if r.Status != OK {
		t.Fatal(r.Status)
	}
	at := func(between, within float64) float64 {
		w.nested.fit(between, within)
		return w.nested.logLikelihood(true)
	}
	if !r.Second.Known || !(r.Second.Below > 0) {
		t.Errorf("the lower hill: %+v", r.Second)
	}
	here := at(r.Between, r.Within)
	for b := range 81 {
		for i := range 81 {
			if l := at(float64(b)/20, float64(i)/20); l > here+1e-9 {
				t.Fatalf("%g at %g and %g, but %g at %g and %g", here, r.Between, r.Within, l, float64(b)/20, float64(i)/20)
			}
		}
	}
}
