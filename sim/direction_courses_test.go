package sim

// acts is a state that acts on a process: the outcome that shows it.
type acts struct {
	state, process, low, high string
	of                        measure
	sign                      float64
	also                      []string
}

// stateRows are hazard ratios of states and of a trait.
func stateRows() (rows []direction) {
	jailed := []string{"jail.jailed=0.5", "jail.stay={median_days=60}", "trial.clients=300"}
	many := []string{"trial.clients=300"}
	for _, a := range []acts{
		{"use", "arrest", "0.5", "5", all("arrests"), +1, nil},
		{"use", "risk", "1", "8", all("risk_events"), +1, nil},
		{"use", "lose_housing", "0.5", "5", all("days_housed"), -1, nil},
		{"use", "lose_job", "0.5", "5", all("days_employed"), -1, nil},
		{"use", "death", "0.5", "5", all("died"), +1, nil},
		{"use", "linkage", "0.3", "2", all("linked_su"), +1, nil},
		{"service.clinic", "quit", "1", "8", all("days_abstinent"), +1, nil},
		{"service.clinic", "relapse", "0.1", "3", all("days_using"), +1, nil},
		{"service.clinic", "arrest", "0.1", "4", all("arrests"), +1, nil},
		{"service.clinic", "death", "0.1", "5", all("died"), +1, many},
		{"service.clinic", "loss", "0.1", "5", tally(lostToStudy), +1, nil},
		{"service.ward", "quit", "1", "20", all("days_abstinent"), +1, []string{"program.ward.uptake=0.9"}},
		{"service.ward", "relapse", "0.1", "20", all("days_using"), +1, []string{"program.ward.uptake=0.9"}},
		{"service.ward", "risk", "0.1", "5", all("risk_events"), +1, []string{"program.ward.uptake=0.9"}},
		{"service.shelter", "gain_housing", "0.5", "8", all("days_housed"), +1, nil},
		{"service.shelter", "lose_housing", "0.2", "8", all("days_housed"), -1, nil},
		{"service.advice", "gain_job", "1", "20", all("days_employed"), +1, nil},
		{"jail", "relapse", "0.0", "5", all("days_using"), +1, jailed},
		{"jail", "quit", "0.0", "5", all("days_abstinent"), +1, jailed},
		{"jail", "risk", "0.0", "3", all("risk_events"), +1, jailed},
		{"jail", "gain_job", "0.0", "20", all("days_employed"), +1, jailed},
		{"jail", "death", "0.0", "10", all("died"), +1, jailed},
		{"housing", "relapse", "0.2", "4", all("days_using"), +1, nil},
		{"housing", "gain_job", "0.5", "10", all("days_employed"), +1, nil},
		{"employment", "quit", "0.3", "5", all("days_abstinent"), +1, nil},
		{"trait.poor", "quit", "0.2", "3", poor("days_abstinent"), +1, nil},
		{"trait.poor", "relapse", "0.2", "3", poor("days_using"), +1, nil},
		{"trait.poor", "arrest", "0.5", "5", poor("arrests"), +1, nil},
		{"trait.poor", "lose_housing", "0.5", "5", poor("days_housed"), -1, nil},
		{"trait.poor", "death", "0.2", "5", poor("died"), +1, nil},
	} {
		key := a.state + ".acts_on." + a.process + "="
		rows = append(rows, direction{name: a.state + " on " + a.process, also: with(free, a.also...), low: key + a.low, high: key + a.high, of: a.of, sign: a.sign})
	}
	return rows
}

// Natural quantities are those of the parameter itself and solved anew.
var courseRows = []direction{
	{name: "using at the start", also: free, low: "use.using=0.2", high: "use.using=0.9", of: all("days_using"), sign: +1},
	{name: "quit", also: free, low: "use.quit={per_month=0.1}", high: "use.quit={per_month=1}", of: all("days_abstinent"), sign: +1, solved: true},
	{name: "relapse", also: free, low: "use.relapse={per_month=0.1}", high: "use.relapse={per_month=2}", of: all("days_using"), sign: +1, solved: true},
	{name: "days of use a month", also: free, low: "use.days_per_month=5", high: "use.days_per_month=25", of: all("use_days_month"), sign: +1},
	{name: "arrest", also: free, low: "arrest.rate={per_month=0.05}", high: "arrest.rate={per_month=0.5}", of: all("arrests"), sign: +1, solved: true},
	{name: "jail after arrest", also: free, low: "jail.after_arrest=0.1", high: "jail.after_arrest=0.9", of: all("days_in_jail"), sign: +1},
	{name: "days in jail", also: free, low: "jail.stay={median_days=3}", high: "jail.stay={median_days=60}", of: all("days_in_jail"), sign: +1, solved: true},
	{name: "jailed at the start", also: free, low: "jail.jailed=0.0", high: "jail.jailed=0.5", of: all("days_in_jail"), sign: +1},
	{name: "jail keeps from treatment", also: with(free, "jail.stay={median_days=60}"), low: "jail.jailed=0.0", high: "jail.jailed=0.8", of: all("linked_60"), sign: -1},
	{name: "risk", also: free, low: "risk.rate={per_month=0.5}", high: "risk.rate={per_month=3}", of: all("risk_events"), sign: +1, solved: true},
	{name: "housed at the start", also: free, low: "housing.housed=0.1", high: "housing.housed=0.9", of: all("days_housed"), sign: +1},
	{name: "losing homes", also: free, low: "housing.lose={per_month=0.01}", high: "housing.lose={per_month=0.5}", of: all("days_housed"), sign: -1, solved: true},
	{name: "finding homes", also: free, low: "housing.gain={median_days=400}", high: "housing.gain={median_days=30}", of: all("days_housed"), sign: +1, solved: true},
	{name: "employed at the start", also: free, low: "employment.employed=0.1", high: "employment.employed=0.9", of: all("days_employed"), sign: +1},
	{name: "losing jobs", also: free, low: "employment.lose={per_month=0.01}", high: "employment.lose={per_month=0.8}", of: all("days_employed"), sign: -1, solved: true},
	{name: "finding jobs", also: free, low: "employment.gain={per_month=0.01}", high: "employment.gain={per_month=0.5}", of: all("days_employed"), sign: +1, solved: true},
	{name: "death", also: free, low: "death.rate={per_month=0.002}", high: "death.rate={per_month=0.05}", of: all("died"), sign: +1, solved: true},
}

var scoreRows = []direction{
	{name: "a score's mean", also: free, low: "health.mean=40", high: "health.mean=50", of: all("health"), sign: +1},
	{name: "a score's SD", also: free, low: "health.sd=2", high: "health.sd=15", of: varies("health"), sign: +1},
	{name: "a score's trait", also: free, low: "health.traits={poor=-8}", high: "health.traits={poor=0.0}", of: poor("health"), sign: +1},
	{name: "a score now", also: free, low: "health.now.using=-10", high: "health.now.using=0.0", of: all("health"), sign: +1},
	{name: "a score a month", also: free, low: "health.per_month.using=-4", high: "health.per_month.using=0.0", of: all("health"), sign: +1},
	{name: "a score a month in a service", also: free, low: "health.per_month.clinic=0.0", high: "health.per_month.clinic=5", of: all("health"), sign: +1},
	{name: "sensitivity", also: free, low: "measure.urine.sensitivity=0.5", high: "measure.urine.sensitivity=1.0", of: seen("clean_by_urine"), sign: -1},
	{name: "specificity", also: free, low: "measure.urine.specificity=0.5", high: "measure.urine.specificity=1.0", of: seen("clean_by_urine"), sign: +1},
	{name: "reliability", also: free, low: "outcome.measured_health.reliability=0.3", high: "outcome.measured_health.reliability=0.9", of: varies("measured_health"), sign: -1},
	{name: "missed visits", also: free, low: "attrition.missed=0.05", high: "attrition.missed=0.5", of: absent(1, "early_housed"), sign: +1},
	{name: "missed by arm", also: free, low: "attrition.missed_odds.usual=0.5", high: "attrition.missed_odds.usual=5", of: absent(0, "early_housed"), sign: -1}, // of as many under usual care, those managed miss fewer
	{name: "missed by state", also: free, low: "attrition.missed_odds.using=0.2", high: "attrition.missed_odds.using=8", of: seen("abstinent"), sign: +1},       // those using are missing
	{name: "loss", also: free, low: "attrition.loss={probability=0.05,by_days=180}", high: "attrition.loss={probability=0.5,by_days=180}", of: tally(lostToStudy), sign: +1, solved: true},
	{name: "loss by arm", also: free, low: "attrition.arms.managed=0.2", high: "attrition.arms.managed=3", of: absent(0, "satisfaction"), sign: +1},
	{name: "loss that ends all", also: with(free, "attrition.loss={probability=0.6,by_days=180}"), low: "attrition.ends=study", high: "attrition.ends=all", of: seen("days_in_su"), sign: -1},
	{name: "the window of visits", also: with(free, "use.quit={per_month=0.5}"), low: "trial.visit_window_days=0", high: "trial.visit_window_days=25", of: seen("early_days_abstinent"), sign: +1},
}

var designRows = []direction{
	{name: "spread between sites", also: with(free, "trial.sites=6", "trial.clients=300"), low: "trial.site_spread={linkage=0.01}", high: "trial.site_spread={linkage=2}", of: sites("linked_60"), sign: +1},
	{name: "refusal", also: free, low: "trial.refusal=0.1", high: "trial.refusal=0.6", of: screened, sign: +1},
	{name: "who refuses", also: with(free, "trial.refusal=0.5"), low: "trial.refusing={poor=0.2}", high: "trial.refusing={poor=5}", of: poorShare, sign: -1},
	{name: "eligibility", also: free, low: `trial.eligible="poor or not poor"`, high: `trial.eligible="poor"`, of: screened, sign: +1},
	{name: "contamination", also: with(free, onLinkage(strong)), low: `arm.usual.contamination={arm="managed",probability=0.05}`, high: `arm.usual.contamination={arm="managed",probability=0.9}`, of: apart("linked_60"), sign: -1},
	{name: "how common a trait is", also: free, low: "trait.poor.prevalence=0.1", high: "trait.poor.prevalence=0.8", of: poorShare, sign: +1},
}
