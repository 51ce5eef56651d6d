package meta

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// numbers is a number or several, as R writes vectors.
type numbers []float64

func (n *numbers) UnmarshalJSON(text []byte) error {
	var one float64
	if json.Unmarshal(text, &one) == nil {
		*n = numbers{one}
		return nil
	}
	return json.Unmarshal(text, (*[]float64)(n))
}

type oracleMH struct {
	rma
	K   int
	QE  float64
	QEp float64
}

// oracle is testdata/make-meta.json.
type oracle struct {
	R        string
	Clusters []struct {
		ID, Data, Cluster, X, Method string
		Is                           float64 // the moderator is being this cluster
		Expected                     struct {
			Between, Within, LogLik *float64
			ModelSE                 numbers `json:"model_se"`
			Robust                  struct{ Estimate, SE, DF, P numbers }
		}
	}
	FEKH     rma    `json:"fe_knapp_hartung"`
	TrimREML filled `json:"trim_fill_reml"`
	Profile  struct {
		Hackshaw, Hine limits
		Latitude       limits `json:"bcg_latitude"`
	} `json:"q_profile"`
	RankTies struct{ Tau, P float64 } `json:"rank_ties"`
	MH       struct{ OR, RR, RD, Peto oracleMH }
	GroupsKH struct{ F, P, Tau2 float64 } `json:"subgroup_knapp_hartung"`
}

func readOracle(t *testing.T) (o oracle) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "make-meta.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// optimized is the tolerance of what R's general optimizer finds: the likelihood is
// known to 1e-15, so that its maximum is to the root of that, 3e-8, by a curvature that
// differs from 1 by some tens.
const optimized = 1e-5

func nearOptimum(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= max(optimized*math.Abs(want), 1e-8)) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

// metafor::rma.mv and rma, clubSandwich::coef_test: konstantopoulos2011 with a moderator,
// by ML, and by models of one level; bcg in three clusters, and each trial alone;
// hackshaw1998 in two.
func TestRobustVariancesAgreeWithClubSandwich(t *testing.T) {
	for _, c := range readOracle(t).Clusters {
		t.Run(c.ID, func(t *testing.T) {
			method, ok := LookupMethod(c.Method)
			if !ok {
				t.Fatal(c.Method)
			}
			cluster, _ := groups(column(t, c.Data, c.Cluster))
			var x [][]float64
			if c.Is != 0 {
				member := column(t, c.Data, c.Cluster)
				for i := range member {
					member[i] = float64(b2i(member[i] == c.Is))
				}
				x = append(x, member)
			}
			if c.X != "" {
				x = append(x, column(t, c.Data, c.X))
			}
			var w Work
			var r Clustered
			RegressClustered(column(t, c.Data, "yi"), column(t, c.Data, "vi"), cluster, x, Options{Method: method}, &w, &r)
			if r.Status != OK {
				t.Fatal(r.Status)
			}
			want := c.Expected
			if want.Between != nil {
				nearOptimum(t, "between", r.Between, *want.Between)
				nearOptimum(t, "within", r.Within, *want.Within)
				nearOptimum(t, "log likelihood", r.LogLik, *want.LogLik)
				for j, se := range want.ModelSE {
					nearOptimum(t, "model: se", float64(r.Model[j].SE), se)
				}
			}
			for j, got := range r.Coefficients {
				nearOptimum(t, "estimate", float64(got.Estimate), want.Robust.Estimate[j])
				nearOptimum(t, "se", float64(got.SE), want.Robust.SE[j])
				nearOptimum(t, "df", float64(got.DF), want.Robust.DF[j])
				nearOptimum(t, "p", float64(got.P), want.Robust.P[j])
			}
		})
	}
}

// metafor::rma(method = "EE", test = "knha"), trimfill, confint, ranktest, on dat.bcg,
// dat.hackshaw1998 and dat.hine1989.
func TestTheRestAgreesWithMetafor(t *testing.T) {
	o := readOracle(t)
	y, v := column(t, "bcg.csv", "yi"), column(t, "bcg.csv", "vi")
	var w Work
	f := Pool(y, v, Options{KnappHartung: true}, &w)
	o.FEKH.near(t, &f)
	o.TrimREML.check(t, TrimAndFill(y, v, false, Options{Method: REML}, &w))

	p := QProfile(y, v, [][]float64{column(t, "bcg.csv", "ablat")}, Options{}, &w)
	o.Profile.Latitude.near(t, "tau2 beside latitude", p.Tau2Low, p.Tau2High)
	p = QProfile(column(t, "hackshaw1998.csv", "yi"), column(t, "hackshaw1998.csv", "vi"), nil, Options{}, &w)
	o.Profile.Hackshaw.near(t, "tau2 of hackshaw1998", p.Tau2Low, p.Tau2High)
	p = QProfile(column(t, "hine1989-rd.csv", "yi"), column(t, "hine1989-rd.csv", "vi"), nil, Options{}, &w)
	o.Profile.Hine.near(t, "tau2 of hine1989", p.Tau2Low, p.Tau2High)

	ties, tiesV := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		ties[i], tiesV[i] = math.RoundToEven(y[i]*10)/10, math.RoundToEven(v[i]*100)/100+0.01
	}
	tau, rankP := RankTest(ties, tiesV, &w)
	near(t, "tau with ties", tau, o.RankTies.Tau)
	nearP(t, "p with ties", rankP, o.RankTies.P)

	group, _ := groups(column(t, "bcg.csv", "alloc"))
	b := BetweenCommon(y, v, group, 3, Options{Method: REML, KnappHartung: true}, &w)
	near(t, "F between", b.Q/b.DF, o.GroupsKH.F)
	nearP(t, "p between", b.P, o.GroupsKH.P)
	near(t, "tau2 within", b.Tau2, o.GroupsKH.Tau2)
}

// metafor::rma.mh and rma.peto on dat.collins1985b, in which two tables have no event.
func TestRareEventsPoolAsByMetafor(t *testing.T) {
	o := readOracle(t)
	c := reference{Data: "collins1985b-ped.csv"}
	c.Inputs.Columns = []string{"a", "b", "c", "d"}
	tables := c.tables(t)
	var w Work
	for _, x := range []struct {
		name string
		got  Fit
		want oracleMH
	}{{"OR", MantelHaenszel(tables, OddsRatio, Options{}, &w), o.MH.OR}, {"RR", MantelHaenszel(tables, RiskRatio, Options{}, &w), o.MH.RR},
		{"RD", MantelHaenszel(tables, RiskDifference, Options{}, &w), o.MH.RD}, {"Peto", Peto(tables, Options{}, &w), o.MH.Peto}} {
		t.Run(x.name, func(t *testing.T) {
			x.want.near(t, &x.got)
			near(t, "Q", x.got.Q, x.want.QE)
			nearP(t, "Q's p", x.got.QP, x.want.QEp)
			if x.got.K != x.want.K {
				t.Errorf("%d studies, want %d", x.got.K, x.want.K)
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
