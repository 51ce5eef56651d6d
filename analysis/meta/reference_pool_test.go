package meta

import (
	"math"
	"testing"

	"caseload/analysis/measure"
)

// rma is what metafor::rma gives.
type rma struct {
	Estimate, SE, Stat, P float64
	CI95                  limits
}

func (r *rma) near(t *testing.T, f *Fit) {
	t.Helper()
	near(t, "estimate", f.Estimate, r.Estimate)
	near(t, "se", f.SE, r.SE)
	near(t, "statistic", stat(&f.Coefficient), r.Stat)
	nearP(t, "p", f.P, r.P)
	r.CI95.near(t, "interval", f.Low, f.High)
}

type pooledCase struct {
	rma
	Tau2    *float64
	SETau2  float64 `json:"se_tau2"`
	I2, H2  float64
	Q       float64
	QDF     float64   `json:"Q_df"`
	QP      float64   `json:"Q_p"`
	Weights []float64 `json:"weights_percent"`
	LogLik  *float64
	PI      limits `json:"prediction_interval_normal"`
	PIt     limits `json:"prediction_interval_t_k_minus_2"`
	KH      struct {
		rma
		DF float64
		PI limits `json:"prediction_interval_t_k_minus_1"`
	} `json:"knapp_hartung"`
}

type leftOutCase struct{ Estimate, SE, Q, Tau2, I2 []float64 }

type bodyCase struct {
	K                                    int
	EE, DL, HE, HS, SJ, PM, ML, REML, EB pooledCase
	Profile                              struct{ Tau2, I2, H2 limits } `json:"q_profile_REML"`
	LeaveREML                            leftOutCase                   `json:"leave_one_out_REML"`
	LeaveEE                              leftOutCase                   `json:"leave_one_out_EE"`
	Cumulative                           leftOutCase                   `json:"cumulative_DL"`
	Influence                            *struct {
		RStudent, DFFits, Hat []float64
		CookD                 []float64 `json:"cook_d"`
		CovR                  []float64 `json:"cov_r"`
	} `json:"influence_REML"`
}

// metafor::rma, predict, confint, leave1out, cumul and influence.
func TestPoolingAgreesWithMetafor(t *testing.T) {
	references(t, "meta.json", "meta", func(t *testing.T, c *reference, want *bodyCase) {
		y, v := c.column(t, c.Inputs.Yi), c.column(t, c.Inputs.Vi)
		if len(y) != want.K {
			t.Fatalf("%d studies, want %d", len(y), want.K)
		}
		var w Work
		for method, of := range map[Method]*pooledCase{FE: &want.EE, DL: &want.DL, HE: &want.HE, HS: &want.HS, SJ: &want.SJ,
			PM: &want.PM, ML: &want.ML, REML: &want.REML, EB: &want.EB} {
			t.Run(method.String(), func(t *testing.T) { of.check(t, method, y, v, &w) })
		}
		p := QProfile(y, v, nil, Options{Method: REML}, &w)
		want.Profile.Tau2.near(t, "tau2", p.Tau2Low, p.Tau2High)
		want.Profile.I2.near(t, "I2", p.I2Low, p.I2High)
		want.Profile.H2.near(t, "H2", p.H2Low, p.H2High)

		without := make([]Fit, len(y))
		LeaveOneOut(y, v, Options{}, &w, without)
		want.LeaveEE.check(t, "all but one, common effect", without)
		LeaveOneOut(y, v, Options{Method: REML}, &w, without)
		want.LeaveREML.check(t, "all but one", without)
		if want.Influence != nil {
			f := Pool(y, v, Options{Method: REML}, &w)
			out := make([]Influence, len(y))
			Influences(y, v, &f, without, out)
			for i, got := range out {
				near(t, "rstudent", got.RStudent, want.Influence.RStudent[i])
				near(t, "dffits", got.DFFits, want.Influence.DFFits[i])
				near(t, "Cook's distance", got.CookD, want.Influence.CookD[i])
				near(t, "covariance ratio", got.CovRatio, want.Influence.CovR[i])
				near(t, "hat", got.Hat, want.Influence.Hat[i])
			}
		}
		upTo := make([]Fit, len(y))
		Cumulative(y, v, nil, Options{Method: DL}, &w, upTo)
		if upTo[0].Tau2.Known() {
			t.Errorf("tau2 of one study is %g: metafor says 0, but nothing is known of it", upTo[0].Tau2)
		}
		upTo[0].Tau2 = 0
		want.Cumulative.check(t, "cumulative", upTo)
	})
}

func (of *pooledCase) check(t *testing.T, method Method, y, v []float64, w *Work) {
	f := Pool(y, v, Options{Method: method}, w)
	if f.Status != OK || f.K != len(y) {
		t.Fatalf("%v, %d studies", f.Status, f.K)
	}
	of.near(t, &f)
	near(t, "I2", f.I2, of.I2)
	near(t, "H2", f.H2, of.H2)
	if of.Weights != nil {
		weights := make([]float64, len(v))
		Weights(v, float64(f.Tau2), weights)
		nearAll(t, "weight", weights, of.Weights)
	}
	if method == FE {
		near(t, "Q", f.Q, of.Q)
		near(t, "Q's degrees of freedom", f.QDF, of.QDF)
		nearP(t, "Q's p", f.QP, of.QP)
		near(t, "prediction interval", f.PILow, math.NaN())
		return
	}
	near(t, "tau2", f.Tau2, *of.Tau2)
	near(t, "se of tau2", f.Tau2SE, of.SETau2)
	of.PI.near(t, "prediction interval", f.PILow, f.PIHigh)
	half := measure.Number(w.critical.Student(0.05, float64(len(y)-2)) * math.Sqrt(float64(f.Tau2+f.SE*f.SE)))
	of.PIt.near(t, "prediction interval by t", f.Estimate-half, f.Estimate+half)
	if method == ML || method == REML {
		near(t, "log likelihood", f.LogLik, *of.LogLik)
	}
	h := Pool(y, v, Options{Method: method, KnappHartung: true}, w)
	of.KH.near(t, &h)
	near(t, "degrees of freedom", h.DF, of.KH.DF)
	of.KH.PI.near(t, "prediction interval", h.PILow, h.PIHigh)
}

func (of *leftOutCase) check(t *testing.T, what string, fits []Fit) {
	t.Helper()
	for i, f := range fits {
		near(t, what+": estimate", f.Estimate, of.Estimate[i])
		near(t, what+": se", f.SE, of.SE[i])
		if of.Q != nil {
			near(t, what+": Q", f.Q, of.Q[i])
		}
		if of.Tau2 != nil {
			near(t, what+": tau2", f.Tau2, of.Tau2[i])
		}
		if of.I2 != nil {
			near(t, what+": I2", f.I2, of.I2[i])
		}
	}
}
