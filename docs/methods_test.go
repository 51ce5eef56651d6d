package docs_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/estimate"
	effects "caseload/analysis/measure"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

const methodsFile = "methods.md"

const methodsPageHead = `# Methods of analysis and outcomes

What an ` + "`[[outcome]]`" + ` can be analysed by. ` + "`method`" + ` takes one or several, which are set side by side; the first is the
outcome's own in families of tests, and the default of its kind is named first below. [Outcomes](#outcomes) lists what can be
analysed. This page is made from the program's own catalogues by ` + "`CASELOAD_UPDATE=1 go test ./docs -run MethodsPage`" + `.

PLAN
**Tests.** With ` + "`sides = 2`" + ` the interval is at 1 - alpha; with ` + "`sides = 1`" + ` the test is in the direction that is good for
clients, and the interval at 1 - 2 alpha. ` + "`test = \"non_inferiority\"`" + ` asks whether the effect is better than a loss of
` + "`margin`" + `, ` + "`\"equivalence\"`" + ` whether it is within the margin on either side (two one-sided tests); both reject just where the
interval excludes the margin. A margin is in the unit of the effect: 0.05 for five percentage points, a logarithm
for a ratio.

**Several arms.** Each arm is compared with control. ` + "`contrasts = [[\"b\", \"a\"]]`" + ` on an outcome compares arm b with arm a, too, and such rows have truth,
power and everything else. ` + "`size`" + ` and ` + "`explain`" + ` are about an arm and control.

**Families.** A family names its tests: ` + "`linked`" + ` stands for all contrasts of the outcome, ` + "`linked:b`" + ` for arm b against control, ` + "`linked:b:a`" + ` for one of the
outcome's contrasts. ` + "`holm`" + `, ` + "`hochberg`" + ` and ` + "`bonferroni`" + ` bound the chance of any false rejection, ` + "`benjamini_hochberg`" + ` the share of false ones. ` + "`fixed_sequence`" + ` tests in the
order listed, each at alpha, up to the first that does not reject. ` + "`gatekeeping`" + ` is the graphical procedure of Bretz et al. 2009 (Stat Med 28:586): ` + "`weights`" + `
share alpha out, and once a test rejects the others get its share by its row of ` + "`transitions`" + `. ` + "`dunnett`" + ` compares several arms with control in one mean or risk of
independent clients. It takes the correlations from the numbers of clients in the arms, with one variance, and each p value for that of Student's t with pooled degrees of freedom
(normal for risks). Power is given for each test, for at least one and for all.

**Sets.** ` + "`itt`" + `: everyone as randomized. ` + "`per_protocol`" + `: clients of the treated arm with at least ` + "`min_contacts`" + ` contacts,
and control clients who got no other arm's programs. ` + "`as_treated`" + `: everyone, by whether they had a contact.
` + "`entered`" + `: those who entered a service, from entry. All but the first choose by what happens after randomization.

**Truth.** Every analysis is scored against the truth of its own measure, on complete data measured without error:
differences and ratios of proportions and means, and odds, from moments pooled over replicates; hazard ratios,
restricted means, medians and incidences from pooled life tables; ratios in models with covariates or strata, and
rate ratios, from the same model fitted to the complete data of all replicates together; an interaction from the
effects in the subgroup and in the rest. The truth of ` + "`per_protocol`" + ` is the effect among clients who would follow the
plan in either arm, that of ` + "`entered`" + ` among those who would enter in either arm, that of ` + "`as_treated`" + ` and ` + "`cace`" + ` among
compliers.

**What fails is counted.** An analysis that comes to nothing has a reason (an empty arm or cell, no events, separation,
no convergence, too few clusters, no variance), rejects nothing, and is left out of everything but the power. An estimate with
a variance of zero between clusters stands, and is counted as *boundary variance*. Where a test decides without an estimate,
as Fisher's does when nobody in an arm has the event, the power counts it, and the other numbers are about the rest.

**Missing outcomes.** All methods but ` + "`ipw`" + `, ` + "`multiple_imputation`, `mmrm` and `mmrm_kr`" + ` use the clients whose outcome is there
(complete case). Those lean on covariates, and all but the first on earlier visits. With ` + "`missing = \"failure\"`" + ` a missed
visit counts as the bad outcome of a proportion, such as using; the truth is what would have been found. Two assumptions are for ` + "`multiple_imputation`" + `:
` + "`missing = \"reference\"`" + ` imputes clients of the treated arm as if they had gone over to the control arm after their last visit
(jump to reference; Carpenter, Roger & Kenward 2013; of proportions by analogy, with probabilities in place of means), and ` + "`missing = { delta = -5 }`" + ` shifts what is imputed in the
treated arm, of proportions in log odds. Rubin's standard error under the first is larger than the spread of the estimates, so that intervals are
wide. ` + "`tipping = true`" + ` looks, in each trial with a finding in favour of the arm, for the shift in the direction that is bad for clients at which the finding goes, by
bisection with the same draws, up to 5 standard deviations of the outcome or 10 in log odds. ` + "`run`" + ` gives the median over trials, and the share of findings that stay.

**Baseline.** With ` + "`trial.follow_up_days = [0, 90, 180]`" + ` there is a visit at enrolment, before any contact, place or wait. Everyone makes it,
on the day; programs that clients begin in a state of their own (` + "`start`" + `) begin after it. States and scores have a value at it; what is counted from
enrolment, or looks back on 30 days, has none. An outcome with ` + "`at_days = 0`" + ` is a check of balance: its effect is 0.
` + "`covariates = [\"baseline\"]`" + ` adjusts for the outcome's own variable at that visit, with its error of measurement. A model of several visits gives it a coefficient at
each; earlier visits are those after day 0. ` + "`change = true`" + ` makes a score its change since then. The truth of a difference of means is the same with a baseline and
without; that of an odds ratio is given the baseline. ` + "`caseload check`" + ` prints how alike clients are at day 0 and later, and
` + "`[health.correlation]`" + ` says how fast scores move. Against formulas: [theory](validation/theory.md).

**Events that recur.** ` + "`andersen_gill`" + ` and ` + "`mean_cumulative`" + ` use the times of all events of each client, up to death, the outcome's day, or the day until which the study sees records: who is
censored stays in the analysis. ` + "`andersen_gill`" + ` is the ratio of rates among those still alive. With the robust standard error that it has, and covariates that do not change, it is also the method of
Lin, Wei, Yang and Ying (2000). ` + "`mean_cumulative`" + ` is the difference of the mean numbers of events by the day, in which death ends what can come (Ghosh & Lin 2000; without deaths Nelson's
estimator with the variance of Lawless and Nadeau); in complete data it is ` + "`welch`" + `. With ` + "`death = \"composite\"`" + ` a death is one of the events; with ` + "`\"hypothetical\"`" + ` it is a censoring. Where clients of a cluster are alike
` + "`andersen_gill_cluster`" + ` stands in for the first, ` + "`cluster_robust`" + ` of the count for the second.

**Degrees of freedom of repeated measures.** ` + "`mmrm`" + ` has Satterthwaite's, from the observed information, as R's mmrm; ` + "`mmrm_kr`" + ` has Kenward and Roger's standard
error and degrees of freedom, from the expected information, as pbkrtest computes them for the same model in lme4, with a random effect for each visit.

**Clusters** are what was randomized, where clusters were; else case managers, clients without one being clusters of
their own. Where clusters were randomized, a method that takes clients as independent gives its estimate and no
standard error, interval, p value or power. ` + "`logistic_mixed`" + ` asks for the odds ratio among clients of one cluster, which is
farther from 1 than that of all clients; its truth is the same model fitted to the complete data of all trials, with everyone in the arm
drawn and the clusters as in the trial. All other methods are about all clients. ` + "`three_level`" + ` has a random effect for each site and one for each case manager there, so that
it needs several sites and a program with case managers; clients without one have one of their own. ` + "`gee_linear`, `gee_logistic` and `gee_poisson`" + ` ask what a program does for all clients, with any
correlation within clusters; of their corrections for few clusters the plain one and ` + "`_fg`" + ` keep nearest to the level, and ` + "`_md`" + ` is cautious ([levels](validation/methods.md#levels-with-few-case-managers)).

**Clusters that change arms**, as in a stepped wedge. Every analysis with covariates has an effect of each period, unless ` + "`period_effects = false`" + `. ` + "`cluster_period`" + ` is a mixed model with a random effect of each cluster and one of each period of a
cluster, so that clients of a cluster are more alike in one period than in two; of 0 and 1 it is a difference of risks. ` + "`cluster_period_kr`" + ` has Kenward and Roger's errors and degrees of freedom. ` + "`exposure_average`" + ` has an effect
for each number of periods that a cluster has been treated, and their average as its estimate: where an effect grows with exposure, one effect for all is not the average of them, and may be far off. Its errors are larger. ` + "`cluster_permutation`" + ` gives the clusters'
sequences of arms to other clusters, in all ways or in 10,000 that are drawn, and asks how often the score statistic of that model is as large: its level holds with any number of clusters, also of clusters in parallel.
` + "`cluster_robust`" + `, generalized estimating equations and the methods for counts and times with CR2 hold, too, with effects of periods; models with a random effect of clusters alone do not, since they take clients of different periods to be as
much alike as those of one ([levels](validation/methods.md#levels-where-clusters-change-arms)).

**Effects that come early or late.** The log-rank test is best where the ratio of hazards is the same throughout. ` + "`fleming_harrington`" + ` weighs each event by S^rho (1 - S)^gamma, S being the share of all
clients still without it: ` + "`weighting = { rho = 0, gamma = 1 }`" + ` for late effects, as without the key, and ` + "`{ rho = 1, gamma = 0 }`" + ` for early ones. ` + "`max_combo`" + ` takes the largest of four of them, with the weights (0, 0), (1, 0), (0, 1) and (1, 1), and
allows for having looked four times. Both are tests without an estimate: they have power, and no bias or coverage. A weighted test can find an effect where one arm is worse at first and better later. The truth beside them is the
logarithm of the hazard ratio.

**Days that pile up.** Many clients use on none of 30 days, or on all. Means may be compared all the same: ` + "`welch`" + ` keeps its level, and its estimate is right. ` + "`beta_binomial`" + ` gives each client a share of days of his own, from a
beta distribution, and turns the regression back into a mean difference in days. It holds where clients differ in this way, with one dispersion in both arms, and then finds a little more than ` + "`welch`" + ` does; where another process makes the
piles, its estimate may be off, as ` + "`run`" + ` then says. It takes clients as independent, and is not for days with case managers who differ.
`

// TestMethodsPage compares docs/methods.md with the catalogues of methods and of variables.
func TestMethodsPage(t *testing.T) {
	var page strings.Builder
	text := suite.Read(t, "examples/plan.toml")
	page.WriteString(strings.Replace(methodsPageHead, "PLAN", "```toml\n"+text+"```\n", 1))
	for _, kind := range []scenarios.VarKind{scenarios.Binary, scenarios.Continuous, scenarios.Count, scenarios.Time} {
		fmt.Fprintf(&page, "\n## Of a %s outcome\n\n| method | what it is | effect | covariates | interval |\n|---|---|---|---|---|\n", kind)
		for _, name := range kind.Methods() {
			methodRow(t, &page, kind, name)
		}
	}
	writeDeaths(t, &page)
	page.WriteString("\n## Effects\n\n")
	measures := effects.All()
	slices.Sort(measures)
	for _, m := range measures {
		fmt.Fprintf(&page, "- **%s**: %s\n", m, m.About())
	}
	writeOutcomes(t, &page)
	suite.Page(t, methodsFile, page.String())
}

const deathsHead = `
## Deaths and other intercurrent events

Death, jail, leaving treatment, refusal and contamination may come before an outcome is measured, and change what it is or means. What it
is then is part of the question (ICH E9(R1), 2019), and a key of ` + "`[outcome.intercurrent]`" + ` for each event says it:

` + "```toml" + `
[[outcome]]
name         = "abstinent_180"
variable     = "abstinent"
at_days      = 180
intercurrent = { death = "composite", jail = "hypothetical" }   # alive and abstinent, if nobody were jailed
` + "```" + `

| strategy | what the outcome and its truth are | what the data hold of clients to whom the event came | events | for |
|---|---|---|---|---|
`

const deathsTail = `
Each strategy says what the truth is and what the data hold, so that an estimate and its truth are of the same thing, or the difference can be
seen. ` + "`jail`" + ` is the first time that a client is taken there after enrolment, ` + "`leaving`" + ` the first time that a client leaves a substance-use service before the stay
is complete (moving to another service, completing a planned stay, jail and death are none), ` + "`refusal`" + ` not starting a program that is offered, and ` + "`contamination`" + `
getting the programs of another arm. Of several events the first decides. In the data refusal and contamination are seen in the arm where they can
be, and what is missing by them is missing from the first day on. Footnotes of ` + "`run`" + `, ` + "`explain`" + `, ` + "`size`" + `, ` + "`sweep`" + `, ` + "`trial`" + `, ` + "`literature`" + ` and
` + "`check`" + ` say what holds, and ` + "`--json`" + ` has it under ` + "`death`" + ` and ` + "`events`" + `.

Without ` + "`death`" + `, truth and data of what is found at a visit are of those alive at it, who are other clients in each arm if a
program changes who dies: a program that only prevents deaths then seems to do harm if those it saves fare worse than others. In records
clients who die keep what they had by then, and times are censored. ` + "`multiple_imputation`" + ` imputes nobody who died. ` + "`mmrm`" + ` and ` + "`ipw`" + ` take who died for who was
missed, and so go beyond death; they are scored against the truth of those alive, with a note. Variables that are about an event themselves take
no strategy for it, and ` + "`\"treatment_policy\"`" + ` is refused for death, as nothing exists after it. That someone died is known from registers, also of clients whom the study
lost.

`

// writeDeaths writes what an outcome can be for clients to whom an event comes, and the
// method of what is counted while alive.
func writeDeaths(t *testing.T, page *strings.Builder) {
	t.Helper()
	page.WriteString(deathsHead)
	for _, s := range scenarios.Strategies() {
		fmt.Fprintf(page, "| `\"%s\"` | %s | %s | %s | %s |\n", s.Name, s.Truth, s.Data, s.Events, s.For)
	}
	page.WriteString(deathsTail + "| method | what it is | effect | covariates | interval |\n|---|---|---|---|---|\n")
	methodRow(t, page, scenarios.Continuous, "while_alive")
}

func methodRow(t *testing.T, page *strings.Builder, kind scenarios.VarKind, name string) {
	t.Helper()
	m, known := scenarios.LookupMethod(name)
	e, there := estimate.Lookup(name)
	if !known || !there {
		t.Fatalf("%s: described %v, there %v", name, known, there)
	}
	effect := e.Method().Measure
	if kind == scenarios.Binary {
		effect = effect.OfShares()
	}
	covariates := map[bool]string{true: "yes", false: ""}[m.Covariates]
	interval := map[estimate.Limits]string{estimate.Wald: "Wald", estimate.Newcombe: "Newcombe", estimate.Own: "its own"}[e.Method().Limits]
	fmt.Fprintf(page, "| `%s` | %s | %s | %s | %s |\n", name, m.Describes, effect, covariates, interval)
}

// The plan that the page shows runs, and every analysis in it comes to
// something.
func TestThePlanOfThePage(t *testing.T) {
	sc, err := scenarios.Load(os.DirFS("examples"), "plan.toml", nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: 40, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k := range res.Rows {
		if row := &res.Rows[k]; row.Performance.N < 35 {
			t.Errorf("%s in %s by %s: %d of 40 fits, %v", row.OutcomeSpec.Name, row.SubgroupName, row.Method.Name, row.Performance.N, row.FailureCounts)
		}
	}
	if f := res.Families; len(f) != 1 || f[0].Replicates != 40 || len(f[0].Members) != 2 {
		t.Errorf("families: %+v", f)
	}
}
