package scenarios

import "slices"

// An AnalysisMethod is what the scenario has to know of a method of analysis:
// the keys that it makes use of, and what it needs of the trial.
type AnalysisMethod struct {
	Name       string
	Covariates bool // adjusts for outcome.covariates
	Strata     bool // is stratified by outcome.strata
	Subgroups  bool // compares the effect within a subgroup with that in the rest
	Clusters   bool // allows for clients of a case manager, or of a randomized cluster, being alike
	Levels     bool // allows for clients of a site, and of a case manager there, being alike
	Periods    bool // uses the period in which a client enrolled, and so is of clusters that are randomized
	// Crossing tells that a method with Clusters is right where clusters change arms, with clients of a cluster less alike in
	// different periods than in one.
	Crossing  bool
	Days      bool // is of numbers of days, which have a largest value
	Visits    bool // uses earlier visits, so that the outcome must be measured at visits
	Contacts  bool // uses who received a contact
	Recurrent bool // is of the times of all events of a client
	Alive     bool // is of what is counted while alive, see WhileAlive
	OneSided  bool // has a test in one direction, and unless it is TestOnly against a margin
	TestOnly  bool // is a test, without an estimate and an interval
	Regimes   bool // compares regimes, and what clients are randomized to at a decision, beside arms
	// Rule says in which designs a method with Clusters keeps its level.
	Rule ClusterRule
	// For are the methods of the same measure, for which it stands in where they do
	// not hold.
	For       []string
	Describes string // in a few words
}

// A ClusterRule says in which designs a method that allows for clusters keeps its
// level. The numbers are from the table of levels in docs/validation/methods.md.
type ClusterRule struct {
	Fewest      int  // clusters that an arm needs if it has any
	FewestAlike int  // the same if only one arm has clusters, whose clients may be much alike
	OneArm      bool // only one arm may have clusters
	BothArms    bool // both arms must have clusters
}

// The methods of the kinds of variables, the default first; means are those of numbers and counts.
var (
	ofShares = []string{"risk_difference", "risk_ratio", "odds_ratio", "chi_square", "fisher", "logistic", "standardized",
		"ancova", "ancova_hc3", "logistic_interaction", "interaction", "regime_means", "regime_logistic", "logistic_robust", "gee_logistic", "gee_logistic_md", "gee_logistic_fg", "logistic_mixed", "partially_nested_logistic", "risk_ratio_cluster", "cluster_robust",
		"cluster_period", "cluster_period_kr", "exposure_average", "exposure_average_kr", "cluster_permutation", "cace", "ipw", "multiple_imputation"}
	means = []string{"welch", "student", "hedges_g", "wilcoxon", "ancova", "ancova_hc3", "interaction", "regime_means",
		"cluster_robust", "random_intercept", "random_intercept_kr", "three_level", "three_level_kr",
		"cluster_period", "cluster_period_kr", "exposure_average", "exposure_average_kr", "cluster_permutation", "gee_linear", "gee_linear_md", "gee_linear_fg",
		"partially_nested", "partially_nested_kr", "mmrm", "mmrm_kr", "cace", "ipw", "multiple_imputation"}
	ofNumbers = append(slices.Clone(means), "beta_binomial")
	ofCounts  = append(slices.Clone(means), "poisson", "poisson_robust", "poisson_cluster", "gee_poisson", "gee_poisson_md", "gee_poisson_fg", "negative_binomial", "andersen_gill", "andersen_gill_cluster", "mean_cumulative")
	ofTimes   = []string{"log_rank", "cox", "stratified_log_rank", "stratified_cox", "cox_breslow", "cox_robust", "cox_cluster", "cox_interaction",
		"fleming_harrington", "stratified_fleming_harrington", "max_combo", "stratified_max_combo",
		"rmst", "rmst_cluster", "median", "survival_difference", "cumulative_incidence", "fine_gray"}
)

var analysisMethods = []AnalysisMethod{
	{Name: "risk_difference", OneSided: true, Describes: "difference of proportions, Newcombe interval, Pearson test"},
	{Name: "risk_ratio", OneSided: true, Describes: "ratio of proportions"},
	{Name: "odds_ratio", OneSided: true, Describes: "ratio of odds"},
	{Name: "chi_square", OneSided: true, Describes: "difference of proportions, Wald interval, Pearson test"},
	{Name: "fisher", Describes: "exact test and conditional odds ratio"},
	{Name: "logistic", Covariates: true, OneSided: true, Describes: "odds ratio given the covariates"},
	{Name: "standardized", Covariates: true, OneSided: true, Describes: "difference of proportions, standardized over the covariates"},
	{Name: "logistic_interaction", Covariates: true, Subgroups: true, OneSided: true, Describes: "ratio of odds ratios, subgroup to the rest"},
	{Name: "logistic_robust", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: manyClusters, Describes: "odds ratio, standard error robust to clusters"},

	{Name: "gee_logistic", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters, For: []string{"odds_ratio", "fisher", "logistic", "logistic_robust",
		"gee_logistic_md", "gee_logistic_fg", "logistic_mixed", "partially_nested_logistic"}, Describes: "odds ratio of all clients, exchangeable GEE, Satterthwaite df"},
	{Name: "gee_logistic_md", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_logistic with Mancl-DeRouen errors"},
	{Name: "gee_logistic_fg", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_logistic with Fay-Graubard errors"},
	{Name: "logistic_mixed", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 10, FewestAlike: 10, BothArms: true},
		Describes: "odds ratio within a cluster, a random effect for clusters"},
	{Name: "partially_nested_logistic", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 10, FewestAlike: 10, OneArm: true},
		Describes: "odds ratio of all clients, clusters in the treated arm alone"},
	{Name: "risk_ratio_cluster", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters, For: []string{"risk_ratio"},
		Describes: "ratio of proportions, CR2 errors, Satterthwaite df"},

	{Name: "welch", OneSided: true, Describes: "mean difference, a variance for each arm"},
	{Name: "student", OneSided: true, Describes: "mean difference, one variance"},
	{Name: "hedges_g", OneSided: true, Describes: "standardized mean difference"},
	{Name: "wilcoxon", OneSided: true, Describes: "rank-sum test and Cliff's delta"},
	{Name: "ancova", Covariates: true, OneSided: true, Describes: "mean difference given the covariates, HC2 errors"},
	{Name: "ancova_hc3", Covariates: true, OneSided: true, Describes: "mean difference given the covariates, HC3 errors"},
	{Name: "interaction", Covariates: true, Subgroups: true, OneSided: true, Describes: "difference of mean differences, subgroup less the rest"},
	{Name: "cluster_robust", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8},
		For: []string{"risk_difference", "chi_square", "standardized", "ancova", "ancova_hc3", "welch", "student", "random_intercept", "random_intercept_kr",
			"three_level", "three_level_kr", "cluster_period", "cluster_period_kr", "exposure_average", "exposure_average_kr", "cluster_permutation", "gee_linear", "gee_linear_md", "gee_linear_fg", "partially_nested", "partially_nested_kr", "mmrm", "mmrm_kr", "beta_binomial", "ipw", "multiple_imputation", "mean_cumulative"},
		Describes: "mean difference, CR2 errors, Satterthwaite df"},
	{Name: "random_intercept", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 40, FewestAlike: 40, BothArms: true}, Describes: "mean difference, a random effect for clusters, REML"},
	{Name: "three_level", Covariates: true, Clusters: true, Levels: true, OneSided: true, Rule: ClusterRule{Fewest: 40, FewestAlike: 40, BothArms: true}, Describes: "mean difference, random effects for sites and case managers, REML"},
	{Name: "three_level_kr", Covariates: true, Clusters: true, Levels: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, BothArms: true}, Describes: "three_level with Kenward-Roger errors and df"},
	{Name: "cluster_period", Covariates: true, Clusters: true, Crossing: true, Periods: true, OneSided: true, Rule: ClusterRule{Fewest: 40, FewestAlike: 40, BothArms: true}, Describes: "mean difference, random effects for clusters and their periods, REML"},
	{Name: "cluster_period_kr", Covariates: true, Clusters: true, Crossing: true, Periods: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, BothArms: true}, Describes: "cluster_period with Kenward-Roger errors and df"},
	{Name: "exposure_average", Covariates: true, Clusters: true, Crossing: true, Periods: true, OneSided: true, Rule: ClusterRule{Fewest: 40, FewestAlike: 40, BothArms: true}, Describes: "average of the effects after each length of exposure, in the model of cluster_period"},
	{Name: "exposure_average_kr", Covariates: true, Clusters: true, Crossing: true, Periods: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, BothArms: true}, Describes: "exposure_average with Kenward-Roger errors and df"},
	{Name: "cluster_permutation", Covariates: true, Clusters: true, Crossing: true, Periods: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, BothArms: true}, Describes: "mean difference, test by permutation of the clusters"},
	{Name: "gee_linear", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "mean difference, exchangeable GEE, Satterthwaite df"},
	{Name: "gee_linear_md", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_linear with Mancl-DeRouen errors"},
	{Name: "gee_linear_fg", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_linear with Fay-Graubard errors"},
	{Name: "partially_nested", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 10, FewestAlike: 10, OneArm: true}, Describes: "mean difference, clusters in the treated arm alone, REML"},
	{Name: "random_intercept_kr", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, BothArms: true}, Describes: "random_intercept with Kenward-Roger errors and df"},
	{Name: "partially_nested_kr", Covariates: true, Clusters: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 4, OneArm: true}, Describes: "partially_nested with Kenward-Roger errors and df"},
	{Name: "mmrm", Covariates: true, Visits: true, OneSided: true, Describes: "mean difference at the last of repeated visits, unstructured covariance, REML"},
	{Name: "mmrm_kr", Covariates: true, Visits: true, OneSided: true, Describes: "mmrm with Kenward-Roger errors and df"},
	{Name: "beta_binomial", Covariates: true, Days: true, OneSided: true, Describes: "mean difference in days, from a beta-binomial regression, standardized over the covariates"},
	{Name: "cace", Covariates: true, Contacts: true, OneSided: true, Describes: "effect among compliers, two-stage least squares"},
	{Name: "ipw", Covariates: true, OneSided: true, Describes: "mean difference, weighted for what is missing"},
	{Name: "multiple_imputation", Covariates: true, OneSided: true, Describes: "mean difference, what is missing imputed 20 times"},
	{Name: "regime_means", Regimes: true, OneSided: true, Describes: "difference of the means under two regimes, weighted and replicated rows, robust errors"},
	{Name: "regime_logistic", Regimes: true, OneSided: true, Describes: "odds ratio of two regimes, weighted and replicated rows, robust errors"},
	{Name: "while_alive", Alive: true, OneSided: true, Describes: "difference of days or events while alive, over the time alive"},

	{Name: "poisson", Covariates: true, OneSided: true, Describes: "rate ratio, Poisson"},
	{Name: "poisson_robust", Covariates: true, OneSided: true, Describes: "rate ratio, Poisson with robust errors"},
	{Name: "poisson_cluster", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters, For: []string{"poisson", "poisson_robust", "gee_poisson_md", "gee_poisson_fg", "negative_binomial"},
		Describes: "rate ratio, CR2 errors, Satterthwaite df"},
	{Name: "gee_poisson", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters, Describes: "rate ratio, exchangeable GEE, Satterthwaite df"},
	{Name: "gee_poisson_md", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_poisson with Mancl-DeRouen errors"},
	{Name: "gee_poisson_fg", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: ClusterRule{Fewest: 4, FewestAlike: 8}, Describes: "gee_poisson with Fay-Graubard errors"},
	{Name: "negative_binomial", Covariates: true, OneSided: true, Describes: "rate ratio, negative binomial"},
	{Name: "andersen_gill", Covariates: true, Recurrent: true, OneSided: true, Describes: "rate ratio of recurrent events, robust errors (also LWYY)"},
	{Name: "andersen_gill_cluster", Covariates: true, Clusters: true, Crossing: true, Recurrent: true, OneSided: true, Rule: fewClusters, For: []string{"andersen_gill"},
		Describes: "rate ratio of recurrent events, CR2 errors, Satterthwaite df"},
	{Name: "mean_cumulative", Recurrent: true, OneSided: true, Describes: "difference of mean numbers of events, death as their end"},

	{Name: "log_rank", OneSided: true, Describes: "log-rank test and one-step hazard ratio"},
	{Name: "cox", Covariates: true, OneSided: true, Describes: "hazard ratio, Efron's ties"},
	{Name: "stratified_log_rank", Strata: true, OneSided: true, Describes: "log-rank test within strata"},
	{Name: "stratified_cox", Covariates: true, Strata: true, OneSided: true, Describes: "hazard ratio, a baseline for each stratum"},
	{Name: "cox_breslow", Covariates: true, OneSided: true, Describes: "hazard ratio, Breslow's ties"},
	{Name: "cox_robust", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: manyClusters, Describes: "hazard ratio, standard error robust to clusters, many of them"},
	{Name: "cox_cluster", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters,
		For:       []string{"log_rank", "stratified_log_rank", "fleming_harrington", "stratified_fleming_harrington", "max_combo", "stratified_max_combo", "cox", "stratified_cox", "cox_breslow", "cox_robust"},
		Describes: "hazard ratio, CR2 errors, Satterthwaite df"},
	{Name: "cox_interaction", Covariates: true, Subgroups: true, OneSided: true, Describes: "ratio of hazard ratios, subgroup to the rest"},
	{Name: FlemingHarrington, OneSided: true, TestOnly: true, Describes: "weighted log-rank test, without an estimate"},
	{Name: "stratified_" + FlemingHarrington, Strata: true, OneSided: true, TestOnly: true, Describes: "weighted log-rank test within strata, without an estimate"},
	{Name: "max_combo", OneSided: true, TestOnly: true, Describes: "largest of four weighted log-rank tests, without an estimate"},
	{Name: "stratified_max_combo", Strata: true, OneSided: true, TestOnly: true, Describes: "the same within strata"},
	{Name: "rmst", OneSided: true, Describes: "difference of restricted mean times"},
	{Name: "rmst_cluster", Covariates: true, Clusters: true, Crossing: true, OneSided: true, Rule: fewClusters, For: []string{"rmst"},
		Describes: "difference of restricted mean times by pseudo-values, CR2 errors, Satterthwaite df"},
	{Name: "median", Describes: "difference of Kaplan-Meier medians"},
	{Name: "survival_difference", OneSided: true, Describes: "difference of Kaplan-Meier estimates on the last day"},
	{Name: "cumulative_incidence", OneSided: true, Describes: "difference of cumulative incidences, death told apart"},
	{Name: "fine_gray", Covariates: true, OneSided: true, Describes: "subdistribution hazard ratio, death told apart"},
}

// AnalysisMethods returns all methods of analysis.
func AnalysisMethods() []AnalysisMethod { return slices.Clone(analysisMethods) }

// LookupMethod finds a method of analysis by name.
func LookupMethod(name string) (AnalysisMethod, bool) {
	for _, m := range analysisMethods {
		if m.Name == name {
			return m, true
		}
	}
	return AnalysisMethod{}, false
}

// Methods returns the analyses of a kind of variable; the first is the default.
func (k VarKind) Methods() []string { return [...][]string{ofShares, ofNumbers, ofTimes, ofCounts}[k] }

// Methods returns the analyses of the variable; the first is the default. Those of the times of all
// events are for events whose times are on record.
func (v Variable) Methods() []string {
	recurs := v.Name == VariableEventCount || v.Name == "arrests"
	return slices.DeleteFunc(slices.Clone(v.Kind.Methods()), func(name string) bool {
		m, _ := LookupMethod(name)
		return m.Recurrent && !recurs || m.Days && !v.InDays()
	})
}

// whileAlive are the analyses of days and events while alive, and of events those of
// rates.
var whileAlive, whileAliveOfEvents = []string{"while_alive"}, []string{"while_alive", "poisson", "poisson_robust"}

// Analyses returns the methods that the outcome can be analysed by; the first is the
// default.
func (o *Outcome) Analyses() []string {
	v, _ := LookupVariable(o.Variable)
	switch {
	case !o.WhileAlive() || !v.countsUp():
		return v.Methods()
	case v.Kind == Count:
		return whileAliveOfEvents
	}
	return whileAlive
}

// What a test asks.
const (
	Superiority    = "superiority"     // is there an effect
	NonInferiority = "non_inferiority" // is it no worse than the margin
	Equivalence    = "equivalence"     // is it within the margin on either side
)

// Corrections returns the ways of allowing for several tests, see Family.
func Corrections() []string {
	return []string{"holm", "hochberg", "bonferroni", "benjamini_hochberg", "fixed_sequence", Gatekeeping, Dunnett, "none"}
}

// Corrections with checks of their own.
const (
	Gatekeeping = "gatekeeping" // has weights and transitions
	Dunnett     = "dunnett"     // compares several arms with control
)

// uses reports whether one of the outcome's methods is so.
func (o *Outcome) uses(property func(AnalysisMethod) bool) bool {
	return slices.ContainsFunc(o.Methods, func(name string) bool {
		m, ok := LookupMethod(name)
		return ok && property(m)
	})
}

// Repeated reports whether an analysis of the outcome uses earlier visits.
func (o *Outcome) Repeated() bool {
	v, _ := LookupVariable(o.Variable)
	return !v.Records && o.uses(func(m AnalysisMethod) bool { return m.Visits || m.Name == "multiple_imputation" })
}
