package validation_test

func claims(c ...judgement) []judgement { return c }

var nested = failure{
	title: "Case managers in one arm who differ", file: "nested", trials: 6000,
	intro: "120 clients of ten case managers, twelve each, against 120 clients without one. Case managers do nothing for health on average, but differ: the intraclass correlation (ICC) is the share of the variance of health that lies between them.",
	settings: []setting{
		{"ICC 0", []string{"program.manager.spread=0"}, []shown{
			{"health", "welch", "", claims(unbiased, level, covering)},
			{"health", "cluster_robust", "", claims(level)},
			{"health", "partially_nested", "", claims(careful)},
			{"health", "partially_nested_kr", "", claims(careful)},
		}},
		{"ICC 0.05", []string{"program.manager.spread=2.2942"}, []shown{
			{"health", "welch", "", claims(unbiased, often, missing)},
			{"health", "student", "", claims(often)},
			{"health", "cluster_robust", "", claims(unbiased, level, covering)},
			{"health", "partially_nested", "", claims(unbiased, level, covering)},
			{"health", "partially_nested_kr", "", claims(unbiased, level, covering)},
		}},
		{"ICC 0.1", nil, []shown{
			{"health", "welch", "", claims(unbiased, often, missing)},
			{"health", "student", "", claims(often, missing)},
			{"health", "cluster_robust", "", claims(unbiased, level, covering)},
			{"health", "random_intercept", "", claims(nearly(0.01))},
			{"health", "partially_nested", "", claims(unbiased, level, covering)},
			{"health", "partially_nested_kr", "", claims(unbiased, level, covering)},
		}},
	},
	teaches: `Nothing is biased; what is wrong is the standard error. With an ICC of 0.1 twelve clients of a case manager tell as much as
5.7 who have nothing in common, and a test that counts clients calls the luck of the draw of ten case managers an effect.
Errors robust to clusters and models with a random effect of the case manager hold their level.`,
}

var missingVisits = failure{
	title: "Visits missed for a reason", file: "missing", trials: 3000,
	intro: "300 clients, no effect of any kind. Visits are missed in a quarter of the control arm, and in the treated arm with four times the odds; the odds are six times as high, at random given what is known, for the distressed (two of five, whose health is worse), or, not at random, for those who are using on the day.",
	settings: []setting{
		{"at random given distress", nil, []shown{
			{"health", "welch", "complete cases", claims(upwards, often)},
			{"health", "ancova", "complete cases given distress", claims(unbiased, level)},
			{"health", "ipw", "weights by distress", claims(unbiased, nearly(0.01))},
			{"health", "multiple_imputation", "from distress and visits", claims(unbiased, careful)},
			{"health", "mmrm", "given distress", claims(unbiased, level)},
			{"health", "mmrm_kr", "given distress", claims(unbiased, level)},
			{"abstinent", "risk_difference", "complete cases", claims(upwards, often)},
			{"abstinent", "ipw", "weights by distress", claims(small(0.005), nearly(0.01))},
			{"abstinent", "multiple_imputation", "from distress and visits", claims(small(0.005), careful)},
		}},
		{"not at random: using", []string{"attrition.missed_odds={case_management=4,using=6,distress=1}"}, []shown{
			{"health", "welch", "complete cases", claims(upwards, often)},
			{"health", "ipw", "weights by distress", claims(upwards, smaller(1))},
			{"health", "multiple_imputation", "from distress and visits", claims(upwards, smaller(1))},
			{"health", "mmrm", "given distress", claims(upwards, smaller(1))},
			{"abstinent", "risk_difference", "complete cases", claims(upwards, often, missing)},
			{"abstinent", "ipw", "weights by distress", claims(upwards, often, missing)},
			{"abstinent", "multiple_imputation", "from distress and visits", claims(upwards, smaller(0.1), often, missing)},
		}},
	},
	teaches: `In the treated arm more of the users and of the distressed are unseen, and those who are seen look better. Where distress is what
decides, an analysis that knows distress is unbiased: adjusted, weighted, imputed or with all visits. Where use on the day
decides, none of them is: they take off a part of the bias, as far as distress and earlier visits foretell use, at best two fifths of
it, and find an effect on abstinence, where there is none, many times too often. No analysis of what was seen can tell the two worlds apart.`,
}

var enteredOnly = failure{
	title: "Only those who entered", file: "entered", trials: 4000,
	intro: "300 clients; case management multiplies the hazard of linkage by four and does nothing for staying. The motivated, two of five, link six times as readily and leave with a hazard of 0.3. The truth of the `entered` lines is that among clients who would enter in either arm.",
	settings: []setting{{"linkage alone", nil, []shown{
		{"days_entered", "welch", "who entered, from entry", claims(downwards, often, missing)},
		{"leaving", "log_rank", "who entered, from entry", claims(upwards, often, missing)},
		{"days_entered", "ancova", "given motivation", claims(unbiased, level, covering)},
		{"leaving_adjusted", "cox", "given motivation", claims(small(0.02), level, covering)},
		{"days", "welch", "everyone, as randomized", claims(unbiased, covering)},
	}}, {"motivation measured with error", []string{"trait.motivated.observed={sensitivity=0.7,specificity=0.7}"}, []shown{
		{"days_entered", "welch", "who entered, from entry", claims(downwards, often, missing)},
		{"days_entered", "ancova", "given motivation as measured", claims(downwards, often, missing)},
		{"days", "welch", "everyone, as randomized", claims(unbiased, covering)},
	}}},
	teaches: `Case management looks harmful to staying because it worked: it brought in those who leave sooner. An analysis that knows what
both linking and leaving depend on repairs it, but nobody can be sure to know it, and with a measure that finds seven of ten of the
motivated, and calls three of ten others so, much of the bias stays. That of everyone randomized compares like with like:
it rejects rightly, since more clients in treatment are more days in treatment.`,
}

var receivedOnly = failure{
	title: "Only those who received it", file: "received", trials: 6000,
	intro: "300 clients; one contact on day 60 for the four of five who take it up, unless they are in jail on that day. Outcome: arrested within 240 days. Uptake is a draw that nothing predicts; what makes those with a contact different is that they were not in jail.",
	settings: []setting{
		{"no effect", nil, []shown{
			{"arrested", "risk_difference", "as randomized", claims(unbiased, level, covering)},
			{"arrested_per_protocol", "risk_difference", "per protocol", claims(downwards, often, missing)},
			{"arrested_as_treated", "risk_difference", "as treated", claims(downwards, often, missing)},
			{"arrested", "cace", "compliers", claims(unbiased, level, covering)},
		}},
		{"hazard ratio 0.5 from the contact on", []string{"program.manager.effect[0].hazard_ratio=0.5"}, []shown{
			{"arrested", "risk_difference", "as randomized", claims(unbiased, covering)},
			{"arrested_per_protocol", "risk_difference", "per protocol", claims(downwards, missing)},
			{"arrested_as_treated", "risk_difference", "as treated", claims(downwards, missing)},
			{"arrested", "cace", "compliers", claims(unbiased, covering)},
		}},
	},
	teaches: `Who is in jail on day 60 has been arrested and gets no contact. To leave them out of one arm, or to count them with those who were
not treated, makes a contact that does nothing prevent arrests. Two-stage least squares finds the effect among those who get
the contact if it is offered, because randomization decides who is offered it.`,
}

var randomizedSites = failure{
	title: "Randomized sites", file: "sites", trials: 6000,
	intro: "Twelve sites, six to an arm, 20 clients in each on average, no effect; the logarithm of a site's hazard of linkage has a standard deviation of 0.5.",
	settings: []setting{{"twelve sites", nil, []shown{
		{"linked", "risk_difference", "", claims(unbiased, untested)},
		{"days", "welch", "", claims(unbiased, untested)},
		{"time_to_linkage", "log_rank", "", claims(unbiased, untested)},
		{"linked", "cluster_robust", "", claims(unbiased, nearly(0.01))},
		{"linked", "logistic_robust", "", claims(nearly(0.01))},
		{"days", "cluster_robust", "", claims(unbiased, nearly(0.01))},
		{"days", "random_intercept", "", claims(unbiased, nearly(0.01))},
		{"days", "random_intercept_kr", "", claims(unbiased, nearly(0.01))},
		{"time_to_linkage", "cox_robust", "", claims(often, missing)},
	}}},
	teaches: `Methods that take clients as independent give an estimate and no test. With six clusters an arm, those with degrees of freedom by the
number of clusters come within a point of their level. The robust errors of the Cox model, which have none, do not: with so few
sites they are too small, and there is no method for times that repairs it here.`,
}
