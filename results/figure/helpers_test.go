package figure

import (
	"bytes"
	"math"
	"testing"

	"caseload/results/explain"
	"caseload/results/report"
)

// standard are the standard factors in causal order with words as long as theirs.
var standard = []struct{ name, about string }{
	{"mix", "the program works in the target subgroup alone"},
	{"comparator", "usual care does something too"},
	{"uptake", "not everybody who is offered the program starts it"},
	{"delivery", "contacts are missed, late or poor; managers differ"},
	{"capacity", "slots and staff are limited, so clients wait"},
	{"contamination", "control clients get the program"},
	{"persistence", "effects end soon after the last contact"},
	{"pathway", "those who are admitted leave again"},
	{"competing", "jail and death come in between"},
	{"attrition", "clients are lost to follow-up"},
	{"measurement", "self-report and urine tests err"},
	{"selection", "only those who entered treatment are analysed"},
}

func total(steps []float64) (sum float64) {
	for _, s := range steps {
		sum += s
	}
	return sum
}

// explanation makes one in which the effect starts at ideal and takes
// these steps, one for each factor. Units are 20 times the SMD. The Shapley value of
// each factor is the step of the next one, so that they have the same sum.
func explanation(ideal float64, steps ...float64) *explain.Explanation {
	const perSMD = 20
	e := &explain.Explanation{Scenario: "needle_exchange", Title: "Needle exchange: strengths-based case management or passive referral",
		Replicates: 2000, Clients: 245, Outcome: "days_in_treatment", Variable: "days_in_su", AtDays: 365, Set: "itt", Subgroup: "all",
		Target: "high_need", Contrast: "sbcm - referral", Arm: "sbcm", Control: "referral", Kept: report.Number((ideal + total(steps)) / ideal), KeptMCSE: 0.01, Unit: "days", Worlds: 24}
	at := func(smd float64) explain.Effect {
		return explain.Effect{SMD: report.Number(smd), MCSE: 0.0042, Units: report.Number(smd * perSMD), UnitsMCSE: 0.09,
			Clients: report.Number(31.4 / (smd * smd)), ClientsMCSE: 0.7}
	}
	e.Ideal = at(ideal)
	running := ideal
	for k, step := range steps {
		f := explain.Factor{Factor: "own_factor", About: "the user's", Own: true}
		if k < len(standard) {
			f = explain.Factor{Factor: standard[k].name, About: standard[k].about, NewEstimand: standard[k].name == "selection"}
		}
		running += step
		f.Step, f.StepMCSE, f.After = report.Number(step), 0.0057, at(running)
		value := steps[(k+1)%len(steps)]
		f.Shapley, f.ShapleyMCSE = report.Number(value), 0.0057
		f.UnitsStep, f.UnitsStepMCSE = report.Number(step*perSMD), 0.11
		f.UnitsShapley, f.UnitsShapleyMCSE = report.Number(value*perSMD), 0.11
		e.Factors = append(e.Factors, f)
	}
	e.Observed = at(running)
	e.PerTrial, e.PerTrialMC = e.Observed.SMD, e.Observed.MCSE
	return e
}

// typical has three losses and a gain.
func typical() *explain.Explanation { return explanation(0.62, -0.21, -0.11, 0.04, -0.17) }

// full has all standard factors and two of the user's.
func full() *explain.Explanation {
	e := explanation(0.8, -0.12, -0.1, -0.09, -0.06, -0.05, 0.02, -0.08, -0.04, 0.01, -0.03, -0.06, 0.03, -0.02, -0.011)
	e.Factors[12].Factor, e.Factors[12].About = "no_bus_to_the_clinic_in_the_long_winter_months_of_the_north", "clients who live more than twenty kilometres away can't come when the roads are closed, which is often"
	e.Factors[13].Factor, e.Factors[13].About = "strikes", ""
	return e
}

// diluted has shares from 0 to 1 at which effects follow theory.
func diluted() *explain.Explanation {
	e := typical()
	none := report.Missing()
	d := &explain.Shares{Subgroup: "high_need", Method: "mean difference", Interaction: "interaction", Replicates: 2000}
	for _, share := range []float64{0, 0.1, 0.25, 0.5, 0.75, 1} {
		s := explain.Share{Share: share, Correct: none}
		s.Overall = explain.Diluted{Effect: report.Number(0.4 + 9*share), EffectMCSE: 0.3, Theory: report.Number(0.5 + 9*share), Power: report.Number(0.06 + 0.8*share*share), PowerMCSE: 0.008}
		s.Member = explain.Diluted{Effect: 9.6, EffectMCSE: report.Number(0.3 / math.Max(share, 0.01)), Theory: 9.5, Power: report.Number(0.86 * share), PowerMCSE: 0.01}
		s.Interaction = explain.Diluted{Effect: 8.8, EffectMCSE: report.Number(0.25 / math.Max(share*(1-share), 0.01)), Theory: 9, Power: report.Number(1.6 * share * (1 - share)), PowerMCSE: 0.01}
		empty := explain.Diluted{Effect: none, EffectMCSE: none, Theory: none, TheoryMCSE: none, Power: none, PowerMCSE: none}
		if share == 0 {
			s.Member = empty
		}
		if share == 0 || share == 1 {
			s.Interaction = empty
		}
		d.Shares = append(d.Shares, s)
	}
	e.Dilution = d
	return e
}

func svg(t *testing.T, f *Figure) string {
	t.Helper()
	var out bytes.Buffer
	if err := f.SVG(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func png(t *testing.T, f *Figure) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.PNG(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
