package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/sim/portable"
)

// A client is abstinent, using or dead. Treatment changes the hazards of relapse and
// of death from the day of enrolment on.
const (
	mortalDay   = 180.0
	mortalQuit  = 0.010
	mortalBack  = 0.015 // relapse
	mortalDeath = 0.002 // of who is abstinent
	mortalUsing = 3.0   // times that of who is using
	arrestRate  = 0.004 // of who is abstinent; mortalUsing times that of who is using
	lessRelapse = 0.7   // hazard ratios of treatment
	lessDeath   = 0.3
)

// mortalTOML has an outcome of each strategy for death.
func mortalTOML(relapse, death float64, outcomes string) string {
	return fmt.Sprintf(`
title = "mortal"
source = "a test"
[trial]
clients = 300
accrual = { over_days = 30 }
follow_up_days = [%g]
[[arm]]
name = "care"
programs = ["care"]
[[arm]]
name = "usual"
programs = []
control = true
[use]
using = 0
quit = { per_day = %g }
relapse = { per_day = %g }
acts_on = { death = %g, arrest = %g }
[death]
rate = { per_day = %g }
[arrest]
rate = { per_day = %g }
[program.care]
first_contact = { day = 0 }
staff = "unlimited"
caseload = "unlimited"
[[program.care.effect]]
on = "relapse"
hazard_ratio = %g
lasts_days = 365
direct = true
[[program.care.effect]]
on = "death"
hazard_ratio = %g
lasts_days = 365
direct = true
`, mortalDay, mortalQuit, mortalBack, mortalUsing, mortalUsing, mortalDeath, arrestRate, relapse, death) + outcomes
}

// outcomeTOML is an outcome with a strategy for death.
func outcomeTOML(name, variable, death string, methods ...string) string {
	text := fmt.Sprintf("[[outcome]]\nname = %q\nvariable = %q\nmethod = [\"%s\"]\n", name, variable, strings.Join(methods, `", "`))
	if death != "" {
		text += fmt.Sprintf("intercurrent = { death = %q }\n", death)
	}
	return text
}

// chain is the two-state course of use with hazards that end it: of who is abstinent
// and of who is using.
type chain struct{ relapse, quit, endAbstinent, endUsing float64 }

// at returns the probabilities of being abstinent and using on a day, of who was
// abstinent at first: the first row of the exponential of the chain's generator, by its
// two eigenvalues.
func (c chain) at(day float64) (abstinent, using float64) {
	a, d := -c.relapse-c.endAbstinent, -c.quit-c.endUsing
	middle, half := (a+d)/2, math.Sqrt((a-d)*(a-d)/4+c.relapse*c.quit)
	x, y := portable.Exp((middle+half)*day), portable.Exp((middle-half)*day)
	mean, slope := (x+y)/2, (x-y)/2/half
	return mean + slope*(a-middle), slope * c.relapse
}

// days returns the expected days abstinent and using up to a day: the first row of the
// inverse of the generator times what its exponential adds to the identity.
func (c chain) days(day float64) (abstinent, using float64) {
	a, d := -c.relapse-c.endAbstinent, -c.quit-c.endUsing
	det := a*d - c.relapse*c.quit
	// Row vector (p - (1, 0)) times the inverse.
	p, q := c.at(day)
	p--
	return (p*d - q*c.quit) / det, (q*a - p*c.relapse) / det
}

// arms are the chains of treatment and control with deaths, with neither deaths nor
// arrests, and with both.
func mortalChains(relapse, death float64) (mortal, immortal, free [2]chain) {
	for k, ratio := range [2][2]float64{{relapse, death}, {1, 1}} {
		c := chain{relapse: mortalBack * ratio[0], quit: mortalQuit}
		immortal[k] = c
		c.endAbstinent, c.endUsing = mortalDeath*ratio[1], mortalUsing*mortalDeath*ratio[1]
		mortal[k] = c
		c.endAbstinent, c.endUsing = c.endAbstinent+arrestRate, c.endUsing+mortalUsing*arrestRate
		free[k] = c
	}
	return mortal, immortal, free
}

// between is the difference of a function of the arms.
func between(c [2]chain, f func(chain) float64) float64 { return f(c[0]) - f(c[1]) }

// The truths of the strategies for death are those of exponential death with a
// two-state chain, and no two are alike: of those alive at the visit, of who is alive
// and abstinent, while alive, and as if nobody died.
func TestStrategiesForDeathHaveTheirClosedForms(t *testing.T) {
	text := mortalTOML(lessRelapse, lessDeath, outcomeTOML("survivors", "abstinent", "", "risk_difference", "multiple_imputation")+
		outcomeTOML("composite", "abstinent", "composite", "risk_difference")+
		outcomeTOML("hypothetical", "abstinent", "hypothetical", "risk_difference")+
		outcomeTOML("days_composite", "days_abstinent", "composite", "welch")+
		outcomeTOML("days_alive", "days_abstinent", "while_alive", "while_alive")+
		outcomeTOML("days_hypothetical", "days_abstinent", "hypothetical", "welch")+
		outcomeTOML("arrests_alive", "arrests", "while_alive", "while_alive", "poisson")+
		outcomeTOML("arrest_or_death", "time_to_arrest", "composite", "rmst"))
	r := run(t, parse(t, text), Options{Replicates: 768, Seed: 1})
	mortal, immortal, free := mortalChains(lessRelapse, lessDeath)
	arrests := func(c chain) float64 {
		a, u := c.days(mortalDay)
		return arrestRate * (a + mortalUsing*u) / (a + u) * mortalDay
	}
	daysIfAlive := func(c chain) float64 { return daysAbstinentOfTheLiving(c, mortalDay) }
	want := map[string]float64{
		"survivors":         between(mortal, func(c chain) float64 { a, u := c.at(mortalDay); return a / (a + u) }),
		"composite":         between(mortal, func(c chain) float64 { a, _ := c.at(mortalDay); return a }),
		"hypothetical":      between(immortal, func(c chain) float64 { a, _ := c.at(mortalDay); return a }),
		"days_composite":    between(mortal, daysIfAlive),
		"days_alive":        between(mortal, func(c chain) float64 { a, u := c.days(mortalDay); return mortalDay * a / (a + u) }),
		"days_hypothetical": between(immortal, func(c chain) float64 { a, _ := c.days(mortalDay); return a }),
		"arrests_alive":     between(mortal, arrests),
		"arrest_or_death":   between(free, func(c chain) float64 { a, u := c.days(mortalDay); return a + u }),
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		name, truth := row.OutcomeSpec.Name, want[row.OutcomeSpec.Name]
		if row.Method.Name == "poisson" {
			truth = portable.Log(arrests(mortal[0]) / arrests(mortal[1]))
		}
		if e := float64(row.Truth) - truth; math.Abs(e) > 4*float64(row.TruthMCSE) {
			t.Errorf("%s by %s: truth %v (%v), want %v", name, row.Method.Name, row.Truth, row.TruthMCSE, truth)
		}
		// The complete cases of a hypothetical strategy are other clients than those asked about.
		if !strings.Contains(name, "hypothetical") && !(math.Abs(float64(row.Bias)) < 4*float64(row.BiasMCSE)) {
			t.Errorf("%s by %s: bias %v (%v)", name, row.Method.Name, row.Bias, row.BiasMCSE)
		}
	}
	for _, pair := range [][2]string{{"survivors", "composite"}, {"survivors", "hypothetical"}, {"composite", "hypothetical"},
		{"days_composite", "days_alive"}, {"days_alive", "days_hypothetical"}} {
		a, b := &rowOf(t, r, pair[0], methodOfRow(r, pair[0])).Performance, &rowOf(t, r, pair[1], methodOfRow(r, pair[1])).Performance
		if d := math.Abs(float64(a.Truth - b.Truth)); d < 10*float64(a.TruthMCSE+b.TruthMCSE) {
			t.Errorf("%s and %s are alike: %v, %v", pair[0], pair[1], a.Truth, b.Truth)
		}
	}
}

// methodOfRow returns the first method of an outcome.
func methodOfRow(r *Result, outcome string) string {
	for k := range r.Rows {
		if r.Rows[k].OutcomeSpec.Name == outcome {
			return r.Rows[k].Method.Name
		}
	}
	return ""
}

// daysAbstinentOfTheLiving returns the expected days abstinent of who is alive on the
// day, 0 of who is not: the integral of being abstinent on day s and alive on the last.
func daysAbstinentOfTheLiving(c chain, day float64) float64 {
	const n = 2000 // Simpson's rule: the error is far below an MCSE
	sum := 0.0
	for k := 0; k <= n; k++ {
		s := day * float64(k) / n
		abstinent, _ := c.at(s)
		a, u := c.at(day - s)
		weight := 2 + 2*float64(k%2)
		if k == 0 || k == n {
			weight = 1
		}
		sum += weight * abstinent * (a + u)
	}
	return sum * day / n / 3
}

// A program that does nothing but prevent deaths showed a harm of some points on
// abstinence, as it keeps those alive who use. Nobody who would live in either arm is
// worse off, nobody would be if nobody died, and more are alive and abstinent.
func TestAProgramThatOnlyPreventsDeathsDoesNoHarm(t *testing.T) {
	text := mortalTOML(1, lessDeath, outcomeTOML("survivors", "abstinent", "", "risk_difference")+
		outcomeTOML("principal", "abstinent", "principal", "risk_difference", "multiple_imputation")+
		outcomeTOML("hypothetical", "abstinent", "hypothetical", "risk_difference")+
		outcomeTOML("composite", "abstinent", "composite", "risk_difference")+
		outcomeTOML("arrest", "time_to_arrest", "hypothetical", "rmst"))
	r := run(t, parse(t, text), Options{Replicates: 256, Seed: 2})
	for name, sign := range map[string]float64{"survivors": -1, "composite": +1} {
		if row := rowOf(t, r, name, "risk_difference"); !(sign*float64(row.Truth) > 4*float64(row.TruthMCSE)) {
			t.Errorf("%s: %v (%v)", name, row.Truth, row.TruthMCSE)
		}
	}
	for _, name := range []string{"principal", "hypothetical"} {
		if row := rowOf(t, r, name, "risk_difference"); math.Abs(float64(row.Truth)) > 1e-12 {
			t.Errorf("%s: truth %v", name, row.Truth)
		}
	}
	if row := rowOf(t, r, "arrest", "rmst"); math.Abs(float64(row.Truth)) > 1e-9 {
		t.Errorf("arrest: truth %v", row.Truth)
	}
	plain, imputed := rowOf(t, r, "principal", "risk_difference"), rowOf(t, r, "principal", "multiple_imputation")
	if math.Abs(float64(plain.Mean-imputed.Mean)) > 1e-12 {
		t.Errorf("with nobody missing but the dead, the mean estimate is %v and with imputation %v", plain.Mean, imputed.Mean)
	}
}

// Multiple imputation drew outcomes for who had died, from their visits before, and
// looked biased for that.
func TestMultipleImputationImputesNobodyWhoDied(t *testing.T) {
	text := mortalTOML(1, 0.05, "[attrition]\nmissed = 0.2\n"+outcomeTOML("abstinent", "abstinent", "", "risk_difference", "multiple_imputation"))
	text = strings.Replace(text, "follow_up_days = [180]", "follow_up_days = [60, 120, 180]", 1)
	text = strings.Replace(text, "death = 3,", "death = 12,", 1)
	r := run(t, parse(t, text), Options{Replicates: 256, Seed: 3})
	row := rowOf(t, r, "abstinent", "multiple_imputation")
	if !(math.Abs(float64(row.Bias)) < 4*float64(row.BiasMCSE)) {
		t.Errorf("bias %v (%v)", row.Bias, row.BiasMCSE)
	}
}

// Where a trait decides who dies and who uses, and nothing else ties them, an
// imputation given the trait finds what would be if nobody died, and the complete cases
// do not.
func TestImputationFindsTheEffectIfNobodyDied(t *testing.T) {
	text := strings.Replace(mortalTOML(lessRelapse, 0.1, outcomeTOML("abstinent", "abstinent", "hypothetical", "risk_difference", "multiple_imputation")+
		"covariates = [\"frail\"]\n"), "[use]", "[[trait]]\nname = \"frail\"\nprevalence = 0.5\nacts_on = { death = 8, relapse = 4 }\n[use]", 1)
	text = strings.Replace(text, "death = 3, ", "", 1)
	r := run(t, parse(t, text), Options{Replicates: 512, Seed: 4})
	want := 0.0
	for _, frail := range []float64{1, 4} { // the mean hazard of relapse over both is as stated
		want += between([2]chain{{relapse: mortalBack * lessRelapse * frail / 2.5, quit: mortalQuit}, {relapse: mortalBack * frail / 2.5, quit: mortalQuit}},
			func(c chain) float64 { a, _ := c.at(mortalDay); return a }) / 2
	}
	imputed, complete := rowOf(t, r, "abstinent", "multiple_imputation"), rowOf(t, r, "abstinent", "risk_difference")
	if e := float64(imputed.Truth) - want; math.Abs(e) > 4*float64(imputed.TruthMCSE) {
		t.Errorf("truth %v (%v), want %v", imputed.Truth, imputed.TruthMCSE, want)
	}
	if !(math.Abs(float64(imputed.Bias)) < 4*float64(imputed.BiasMCSE)) {
		t.Errorf("imputed: bias %v (%v)", imputed.Bias, imputed.BiasMCSE)
	}
	if !(math.Abs(float64(complete.Bias)) > 4*float64(complete.BiasMCSE)) {
		t.Errorf("complete cases: bias %v (%v)", complete.Bias, complete.BiasMCSE)
	}
}

// Who would be alive in either arm is not defined where clients share queues.
func TestWhoLivesInEitherArmIsRefusedInQueues(t *testing.T) {
	text := strings.Replace(mortalTOML(1, 0.5, outcomeTOML("abstinent", "abstinent", "principal", "risk_difference")),
		"staff = \"unlimited\"\ncaseload = \"unlimited\"", "staff = 2\ncaseload = 10", 1)
	_, err := newPlan(parse(t, text))
	if err == nil || !strings.Contains(err.Error(), `outcome.abstinent.intercurrent.death: got "principal", want another strategy`) {
		t.Errorf("got %v", err)
	}
}

// A missed visit that counts as using shrinks the effect by the share missed, if that is
// the same in both arms, and shifts it by the difference in what is missed times the
// share abstinent, if it is not. The truth stays; who died is no missed visit.
func TestMissedVisitsThatCountAsFailures(t *testing.T) {
	attrition := "[attrition]\nmissed = 0.3\nmissed_odds = { care = 0.5 }\n"
	outcomes := outcomeTOML("failure", "abstinent", "", "risk_difference") + "missing = \"failure\"\n" +
		outcomeTOML("available", "abstinent", "", "risk_difference") + "missing = \"available\"\n" +
		outcomeTOML("alive", "abstinent", "composite", "risk_difference") + "missing = \"failure\"\n"
	r := run(t, parse(t, mortalTOML(lessRelapse, lessDeath, attrition+outcomes)), Options{Replicates: 512, Seed: 5})
	// Odds of 3 to 7 of missing in control, half that under care.
	const inControl, underCare = 0.3, 0.15 / 0.7 / (1 + 0.15/0.7)
	mortal, _, _ := mortalChains(lessRelapse, lessDeath)
	seen := [2]float64{1 - underCare, 1 - inControl}
	var ofLiving, ofAll [2]float64
	for k, c := range mortal {
		a, u := c.at(mortalDay)
		ofLiving[k], ofAll[k] = a/(a+u), a
	}
	for name, of := range map[string][2]float64{"failure": ofLiving, "alive": ofAll} {
		row := rowOf(t, r, name, "risk_difference")
		want := seen[0]*of[0] - seen[1]*of[1]
		if d := math.Abs(float64(row.Mean) - want); !(d < 4*float64(row.MeanMCSE)) {
			t.Errorf("%s: mean %v (%v), want %v", name, row.Mean, row.MeanMCSE, want)
		}
		if d := math.Abs(float64(row.Truth) - (of[0] - of[1])); !(d < 4*float64(row.TruthMCSE)) {
			t.Errorf("%s: truth %v (%v), want %v", name, row.Truth, row.TruthMCSE, of[0]-of[1])
		}
	}
	if row := rowOf(t, r, "available", "risk_difference"); !(math.Abs(float64(row.Bias)) < 4*float64(row.BiasMCSE)) {
		t.Errorf("available: bias %v (%v)", row.Bias, row.BiasMCSE)
	}
}
