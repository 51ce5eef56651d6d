package meta

import (
	"math"
	"slices"
	"testing"
)

func kinds(all []Suspicion) []SuspicionKind {
	var out []SuspicionKind
	for _, s := range all {
		out = append(out, s.Kind)
	}
	return out
}

func repeated(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// Sound reviews arouse no suspicion: those of the reference data.
func TestSoundDataAreNotSuspected(t *testing.T) {
	for _, file := range []string{"bcg.csv", "hackshaw1998.csv", "konstantopoulos2011.csv"} {
		smd := file == "konstantopoulos2011.csv"
		y, v := column(t, file, "yi"), column(t, file, "vi")
		se, n := make([]float64, len(v)), repeated(math.NaN(), len(v))
		for i := range v {
			se[i] = math.Sqrt(v[i])
		}
		if s := SuspectErrors(y, se, n, smd, !smd); len(s) > 0 {
			t.Errorf("%s: %+v", file, s)
		}
	}
	var all []Means
	y, se, n := []float64{}, []float64{}, []float64{}
	for i := range column(t, "normand1999.csv", "m1") {
		at := func(name string) float64 { return column(t, "normand1999.csv", name)[i] }
		m := Means{at("m1"), at("sd1"), at("n1"), at("m0"), at("sd0"), at("n0")}
		g, v := m.Standardized()
		all, y, se, n = append(all, m), append(y, g), append(se, math.Sqrt(v)), append(n, m.N1+m.N0)
	}
	// dat.normand1999 has standard deviations from 4 to 64 days: hospitals differ.
	if s := SuspectDeviations(all, true); len(s) > 0 {
		t.Errorf("normand1999: %+v", s)
	}
	if s := SuspectErrors(y, se, n, true, false); len(s) > 0 {
		t.Errorf("normand1999: %+v", s)
	}
}

// What is taken for another number is suspected, by the same data.
func TestMistakenErrorsAreSuspected(t *testing.T) {
	y, n := []float64{0.2, 0.4, 0.1, 0.3, 0.5}, []float64{40, 60, 100, 150, 300}
	unknown := repeated(math.NaN(), 5)
	se, sd, variance, logOdds := make([]float64, 5), make([]float64, 5), make([]float64, 5), make([]float64, 5)
	for i := range y {
		variance[i] = (4 + y[i]*y[i]/2) / n[i]
		se[i], sd[i] = math.Sqrt(variance[i]), 1
		logOdds[i] = 16 / n[i] * 1.1
	}
	all := func(k SuspicionKind) []SuspicionKind { return []SuspicionKind{k, k, k, k, k} }
	for what, c := range map[string]struct {
		se, n     []float64
		smd, odds bool
		want      []SuspicionKind
	}{
		"sound":                      {se, n, true, false, nil},
		"sound, n unknown":           {se, unknown, true, false, nil},
		"deviations, n unknown":      {sd, unknown, true, false, all(FewImplied)},
		"deviations":                 {sd, n, true, false, append(all(TooWide), Flat)},
		"deviations of another kind": {sd, n, false, false, []SuspicionKind{Flat}},
		"variances":                  {variance, n, true, false, all(TooNarrow)},
		"variances of log odds":      {logOdds, n, false, true, all(TooNarrow)},
	} {
		got := kinds(SuspectErrors(y, c.se, c.n, c.smd, c.odds))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

func TestMistakenDeviationsAreSuspected(t *testing.T) {
	var sound, wrong, one []Means
	for i, n := range []float64{20, 30, 60, 100, 200} {
		m := Means{12, 8, n, 10, 8, n}
		e := m
		e.SD1, e.SD0 = e.SD1/math.Sqrt(n), e.SD0/math.Sqrt(n)
		sound, wrong = append(sound, m), append(wrong, e)
		if i == 2 {
			m = e
		}
		one = append(one, m)
	}
	if s := SuspectDeviations(sound, true); len(s) > 0 {
		t.Errorf("sound: %+v", s)
	}
	if got := kinds(SuspectDeviations(wrong, true)); !slices.Contains(got, Steep) {
		t.Errorf("all wrong: %v", got)
	}
	if s := SuspectDeviations(one, true); len(s) != 1 || s[0].Kind != Shrunken || s[0].Study != 2 {
		t.Errorf("one wrong: %+v", s)
	}
	apart := append(sound[:4:4], Means{12, 0.5, 40, 10, 0.5, 40})
	if got := SuspectDeviations(apart, false); len(got) != 1 || got[0] != (Suspicion{Apart, 4, 4}) {
		t.Errorf("apart: %+v", got)
	}
}
