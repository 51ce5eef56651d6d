package analysis

import (
	"math"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// unequalTOML randomizes sites of unequal sizes, whose clients are alike. The program has
// contacts enough for its hazard ratio to hold all along.
const unequalTOML = `
title = "unequal sites"
source = "a test"
[trial]
clients = 1200
accrual = { over_days = 100 }
follow_up_days = [60]
sites = 60
size_cv = 0.6
site_spread = { linkage = 1 }
site_icc = { outcome = "linked", value = 0.05 }
randomization = { method = "cluster", by = "site" }
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
linkage = { probability = 0.4, by_days = 60 }
stay = { median_days = 30 }
[program.manager]
preset = ""
first_contact = { day = 0 }
contacts = { every_days = 20 }
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 1
lasts_days = 90
[[outcome]]
name = "linked"
variable = "linked_su"
method = "cluster_robust"
primary = true
`

// With sites of unequal sizes the variance of a difference of shares is the design effect
// of Eldridge 2006 (Int J Epidemiol 35:1292, equation 4), 1 + ((1 + cv^2) m - 1) icc, times
// that of independent clients, with cv that of the sizes: the shares' own, and the
// binomial draw of clients given the shares, (k-1)/N. The robust test keeps its level, and
// its power is that of a t test with this standard error. Tolerances: 4 MCSE, and for the
// standard error, which is that of many clusters, half of what another cluster in each arm
// would change, 1/60.
func TestUnequalSitesHaveTheirDesignEffect(t *testing.T) {
	suite.Long(t)
	const clients, sites, icc = 1200.0, 60.0, 0.05
	m := clients / sites
	cv2 := 0.36*(clients-1)/clients + (sites-1)/clients
	deff := 1 + ((1+cv2)*m-1)*icc
	null := rowOf(t, run(t, parse(t, unequalTOML), Options{Replicates: 1200, Seed: 1}), "linked", "cluster_robust")
	within(t, "level", null.Power, 0.05, null.PowerMCSE)
	se := math.Sqrt(deff * 4 * 0.4 * 0.6 / clients)
	if got, mcse := float64(null.EmpiricalSE), float64(null.EmpiricalSEMCSE); math.Abs(got-se) > 4*mcse+se/60 {
		t.Errorf("standard error %.5f (MCSE %.5f), want %.5f by a design effect of %.3f", got, mcse, se, deff)
	}
	acts := rowOf(t, run(t, parse(t, strings.ReplaceAll(unequalTOML, "hazard_ratio = 1\n", "hazard_ratio = 1.45\n")), Options{Replicates: 1200, Seed: 2}), "linked", "cluster_robust")
	// By the delta method the log hazard's variance between sites, v, gives a share p the
	// variance ((1-p) log(1-p))^2 v between them, more in the arm with more events.
	p := 0.4 + float64(acts.Truth)
	between := func(p float64) float64 { return math.Pow((1-p)*math.Log(1-p), 2) }
	icc1 := icc * 0.24 * between(p) / between(0.4) / (p * (1 - p))
	deff1 := 1 + ((1+cv2)*m-1)*icc1
	se1 := math.Sqrt((deff*0.24 + deff1*p*(1-p)) / (clients / 2))
	const critical = 2.02 // of t with some k/(1+cv^2) - 2 = 40 degrees of freedom
	want := normalPower(float64(acts.Truth)/se1, critical)
	if got, mcse := float64(acts.Power), float64(acts.PowerMCSE); math.Abs(got-want) > 4*mcse {
		t.Errorf("power %.3f (MCSE %.3f), want %.3f", got, mcse, want)
	}
	t.Logf("level %.3f, power %.3f for %.3f by the design effect %.2f", float64(null.Power), float64(acts.Power), want, deff)
}

// normalPower is the power of a two-sided test of an estimate that is z standard errors
// from 0.
func normalPower(z, critical float64) float64 {
	upper := func(x float64) float64 { return math.Erfc(x/math.Sqrt2) / 2 }
	return upper(critical-z) + upper(critical+z)
}

// A trial that closes and ends early enrols fewer and sees less of them, and is not biased
// for that: what is not due is missing whatever it will be, and times are censored. So is
// loss that hides records and depends on nothing.
func TestTrialsThatEndEarlyAreNotBiased(t *testing.T) {
	text := strings.ReplaceAll(unequalTOML, `randomization = { method = "cluster", by = "site" }`, "recruit_by_days = 80\nends_day = 110")
	text = strings.ReplaceAll(text, "hazard_ratio = 1\n", "hazard_ratio = 2\n")
	text = strings.ReplaceAll(text, `method = "cluster_robust"`, `method = "risk_difference"`)
	text = strings.ReplaceAll(text, "site_icc = { outcome = \"linked\", value = 0.05 }\n", "")
	text = strings.ReplaceAll(text, "site_spread = { linkage = 1 }\n", "")
	text += "[[outcome]]\nname = \"time\"\nvariable = \"time_to_linkage\"\nmethod = [\"rmst\", \"survival_difference\"]\n" +
		"[attrition]\nloss = { probability = 0.3, by_days = 60 }\nhides_records = true\n"
	replicates := 300
	if suite.IsLong() {
		replicates = 1500
	}
	r := run(t, parse(t, text), Options{Replicates: replicates, Seed: 3})
	for _, row := range r.Rows {
		if row.OutcomeSpec.Name == "linked" && (row.N >= 900 || row.N < 200) {
			t.Errorf("%s: %v clients analysed of 960 who come in 80 days of 1,200 in 100", row.key(), row.N)
		}
		within(t, "bias of "+row.key(), row.Bias, 0, row.BiasMCSE)
	}
}
