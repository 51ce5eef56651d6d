package size

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis/closedform"
	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// ByFormula is the answer of a closed form to the same question, for independent
// clients like those of the simulated trial.
type ByFormula struct {
	ClosedForm  measure.Number `json:"closed_form"`      // clients; missing where there is no formula, or none that holds
	FormulaMCSE measure.Number `json:"closed_form_mcse"` // of ClosedForm or Independent
	Formula     string         `json:"formula,omitempty"`
	// FormulaPower is at the clients of the answer; missing as ClosedForm.
	FormulaPower measure.Number `json:"formula_power"`
	NoFormula    string         `json:"no_closed_form,omitempty"` // why there is none, or it doesn't hold
	Independent  measure.Number `json:"independent_clients"`      // the number for independent clients where they are not
	// DesignEffect is the variance of the estimate over that in a trial of as many
	// independent clients who vary as much: missing where there is no formula for
	// the latter.
	DesignEffect measure.Number `json:"design_effect"`
	DesignMCSE   measure.Number `json:"design_effect_mcse"`
	// DesignClients is the product of Independent and DesignEffect: about what a test
	// that allows for clusters needs, but for having few of them. One that takes
	// clients as independent needs fewer, and rejects too often where there is no
	// effect. Missing where clients are independent.
	DesignClients measure.Number `json:"design_effect_clients"`
	// Ignored tells that clients are alike and the method takes them as independent.
	Ignored bool `json:"clusters_ignored"`
}

// noFormula says why there is nothing to compare with.
func noFormula(why string) ByFormula {
	none := measure.Missing()
	return ByFormula{ClosedForm: none, FormulaMCSE: none, FormulaPower: none, NoFormula: why, Independent: none, DesignEffect: none, DesignMCSE: none, DesignClients: none}
}

// form is a closed form for one test, in clients of the whole trial.
type form struct {
	name     string
	power    func(n float64) float64
	variance float64 // of the estimate of a trial of one client
	other    float64 // square of the relative error of what beside the effect clients go with
}

// formula compares the answer to a goal with a closed form.
func (r *runner) formula(g *goal, x *description, at, power float64) ByFormula {
	if r.d.q.size.HalfWidth > 0 {
		return noFormula("formulas give a power, and not the width of an interval")
	}
	f := noFormula("")
	if len(g.tests) > 1 {
		f.NoFormula = "several tests at once, which are correlated"
		return f
	}
	if f.NoFormula = r.d.uncertainClients(); f.NoFormula != "" {
		return f
	}
	t := g.tests[0]
	clients := r.d.clients(at)
	seen := r.near(t, at)
	form, why := r.d.form(t, &x.tests[t], &seen, clients)
	if why != "" {
		f.NoFormula = why
		return f
	}
	f.Formula = form.name
	deff := r.designEffect(t, form, at)
	f.DesignEffect, f.DesignMCSE = measure.Numbers(deff.Value, deff.MCSE)
	solved, given := solveClients(form.power, power), form.power(clients)
	m := seen.mean(seen.value, seen.square)
	f.FormulaMCSE = measure.Number(solved * portable.Hypot(2*m.MCSE/m.Value, math.Sqrt(form.other))) // clients go with the effect's inverse square
	if why := r.d.dependent(t); why != "" {
		f.NoFormula, f.Independent = why, measure.Number(solved)
		if r.d.alike() != "" {
			f.DesignClients, f.Ignored = measure.Number(solved*deff.Value), !r.d.q.method(t).Clustered
		}
		return f
	}
	f.ClosedForm, f.FormulaPower = measure.Numbers(solved, given)
	return f
}

// dependent returns why clients of the analysis are not taken as independent, "" if
// they are.
func (d *designer) dependent(t int) string {
	if why := d.alike(); why != "" {
		return why
	}
	if d.q.method(t).Clustered {
		return "the method allows for clusters, and takes some power for that"
	}
	return ""
}

// alike returns of which clusters the clients are alike, "" if of none.
func (d *designer) alike() string {
	sc := d.q.sc
	if sc.Trial.Randomization.Clustered() {
		return "clusters are randomized"
	}
	for _, arm := range d.q.arms() {
		for _, name := range sc.Arms[arm].Programs {
			p := sc.Programs[name]
			if p.Staff.Finite() && (p.Spread > 0 || p.ICC != nil && p.ICC.Value > 0) || p.TurnoverPerYear() > 0 {
				return fmt.Sprintf("the clients of one case manager of %s are alike", name)
			}
		}
	}
	if len(sc.Trial.SiteSpread) > 0 && sc.Trial.Sites > 1 {
		return "the clients of one site are alike"
	}
	return ""
}

// ofManagers reports whether it is the clients of one case manager who are alike.
func (d *designer) ofManagers() bool {
	if r := &d.q.sc.Trial.Randomization; r.Clustered() {
		return r.By == scenarios.RandomizedManagers
	}
	return strings.Contains(d.alike(), "case manager")
}

// nearby is how many times larger or smaller designs may be that tell of another.
const nearby = 1.7

// near adds up what trials of designs near one showed of a test.
func (r *runner) near(t int, at float64) (all sums) {
	if some := r.answered[at]; some != nil {
		return some[t]
	}
	for _, n := range slices.Sorted(maps.Keys(r.seen)) {
		if n >= at/nearby && n <= at*nearby {
			all.join(&r.seen[n][t])
		}
	}
	return all
}

// form returns the closed form for test t: means are those of the clients in all
// trials near the answer, variances and events those of the trials looked at. It
// says why there is none.
func (d *designer) form(t int, c *cells, seen *sums, clients float64) (f form, why string) {
	out := &d.q.sc.Outcomes[d.q.outcomes[t]]
	if out.Test != scenarios.Superiority {
		return f, "none for a test against a margin"
	}
	alpha := out.Alpha * 2 / float64(out.Sides)
	if m, _ := scenarios.LookupMethod(d.q.methods[t]); m.TestOnly {
		return f, "none here for " + m.Name
	}
	one, none := c.both(1), c.both(0)
	if !(one.n > 1 && none.n > 1 && seen.n > 1) {
		return f, "an arm has no clients who are analysed"
	}
	mean1, mean0 := seen.total[1]/seen.rows[1], seen.total[0]/seen.rows[0]
	effect := seen.value / seen.n
	treated, control := one.n/clients, none.n/clients // of a client
	kind := d.q.variable(t).Kind
	switch method := d.q.methods[t]; method {
	case "risk_difference", "chi_square", "risk_ratio", "odds_ratio", "fisher", "logistic", "cluster_robust", "logistic_robust",
		"gee_logistic", "gee_logistic_md", "gee_logistic_fg", "three_level", "three_level_kr", "gee_linear", "gee_linear_md", "gee_linear_fg", "logistic_mixed", "partially_nested_logistic", "risk_ratio_cluster", "welch", "student", "hedges_g", "random_intercept", "random_intercept_kr", "partially_nested", "partially_nested_kr":
		if kind == scenarios.Binary {
			return proportions(mean1, mean0, treated, control, alpha), ""
		}
		return means(mean1-mean0, &one, &none, treated, control, alpha), ""
	case "ancova", "ancova_hc3":
		if kind == scenarios.Continuous && len(out.Covariates) == 1 && d.q.sc.AdjustsForBaseline(out) {
			return adjusted(mean1-mean0, &one, &none, treated, control, alpha), ""
		}
		return f, "none here for " + method + ", unless it adjusts a number for its baseline alone"
	case "log_rank", "cox", "cox_breslow", "cox_robust":
		return times(portable.Exp(effect), c, clients, alpha)
	case "interaction":
		return interaction(effect, c, clients, alpha), ""
	default:
		return f, "none here for " + method
	}
}

// proportions returns the normal approximation with pooled variance (Fleiss, Levin &
// Paik 2003, equation 4.14).
func proportions(p1, p0, treated, control, alpha float64) form {
	return form{name: "two proportions, pooled variance (Fleiss)", variance: p1*(1-p1)/treated + p0*(1-p0)/control,
		power: func(n float64) float64 {
			return closedform.TwoProportionsPower(p1, p0, float64(n*treated), float64(n*control), alpha)
		}}
}

// means returns the noncentral t test at the pooled standard deviation.
func means(difference float64, one, none *cell, treated, control, alpha float64) form {
	v1, v0 := one.variance(), none.variance()
	d := difference / math.Sqrt((float64(one.n*v1)+float64(none.n*v0))/(one.n+none.n))
	return form{name: "two means, noncentral t", variance: v1/treated + v0/control, other: 2 / (described * (one.n + none.n)),
		power: func(n float64) float64 {
			return closedform.TTestPower(d, float64(n*treated), float64(n*control), alpha)
		}}
}

// adjusted returns the noncentral t test of analysis of covariance at the correlation of
// baseline and outcome within arms.
func adjusted(difference float64, one, none *cell, treated, control, alpha float64) form {
	f := means(difference, one, none, treated, control, alpha)
	y1, x1, xy1 := one.moments()
	y0, x0, xy0 := none.moments()
	r := (xy1 + xy0) / math.Sqrt((y1+y0)*(x1+x0))
	d := difference / math.Sqrt((y1+y0)/(one.n+none.n)) // of many trials, of which these are means
	f.name = "two means given the baseline, noncentral t (Borm)"
	f.variance *= 1 - float64(r*r)
	// The error of 1 - r^2 is 2 r (1 - r^2)/sqrt(n), relative to it 2 r/sqrt(n).
	f.other += 4 * r * r / (described * (one.n + none.n))
	f.power = func(n float64) float64 {
		return closedform.AncovaPower(d, r, float64(n*treated), float64(n*control), alpha)
	}
	return f
}

// times returns Schoenfeld's formula at the hazard ratio that trials estimate on average
// and the events that they see.
func times(hr float64, c *cells, clients, alpha float64) (f form, why string) {
	one, none := c.both(1), c.both(0)
	events := (one.events + none.events) / clients
	if !(events > 0) {
		return f, "no events"
	}
	q := one.n / (one.n + none.n)
	return form{name: "log-rank test (Schoenfeld)", variance: 1 / (events * q * (1 - q)), other: 1 / (described * events * clients),
		power: func(n float64) float64 { return closedform.LogRankPower(hr, events*n, q, alpha) }}, ""
}

// interaction returns a z test of a difference of two differences.
func interaction(effect float64, c *cells, clients, alpha float64) form {
	variance := 0.0
	for member := range 2 {
		for treated := range 2 {
			x := &c.cell[member][treated]
			variance += float64(x.variance() / x.n * clients)
		}
	}
	return form{name: "difference of two differences, normal", variance: variance, other: 2 / (described * c.rows), power: func(n float64) float64 {
		return numeric.NormalCDF(float64(math.Abs(effect)*math.Sqrt(n/variance)) + numeric.NormalQuantile(alpha/2))
	}}
}

// solveClients returns where a power curve that rises reaches a power; NaN if it
// never does.
func solveClients(power func(n float64) float64, wanted float64) float64 {
	low, high := 2.0, 4.0
	for ; !(power(high) >= wanted); high *= 2 {
		if high > 1e9 {
			return math.NaN()
		}
		low = high
	}
	for range 60 {
		if mid := (low + high) / 2; power(mid) >= wanted {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// designEffect compares the variance of estimates of a test, at designs near the
// one given, with that among independent clients. Its error is that of a variance
// of normal estimates: v sqrt(2/(n-1)).
func (r *runner) designEffect(t int, f form, at float64) Number {
	var weighted, total float64
	for _, n := range slices.Sorted(maps.Keys(r.seen)) {
		s := &r.seen[n][t]
		if n < at/nearby || n > at*nearby || s.n < 2 {
			continue
		}
		mean := s.value / s.n
		variance := (s.square/s.n - float64(mean*mean)) * s.n / (s.n - 1)
		weighted += s.n * variance * r.d.clients(n) / f.variance
		total += s.n
	}
	if !(total > 1) || r.d.q.solve == Effect || r.d.ratio(t) {
		return Missing()
	}
	ratio := weighted / total
	return Number{ratio, ratio * math.Sqrt(2/(total-1))}
}

// ratio reports whether a test's estimate is on another scale than its formula's
// variance: that of a logarithm of a ratio of proportions, or a standardized one.
func (d *designer) ratio(t int) bool {
	switch d.q.methods[t] {
	case "risk_ratio", "odds_ratio", "fisher", "logistic", "logistic_robust", "gee_logistic", "gee_logistic_md", "gee_logistic_fg", "logistic_mixed",
		"partially_nested_logistic", "risk_ratio_cluster", "hedges_g":
		return true
	}
	return false
}
