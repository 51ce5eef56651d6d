package estimate

// linearMethods are the methods of means, and linear models.
var linearMethods = []Estimator{
	welch{},
	student{},
	hedgesG{},
	wilcoxon{},
	ancova{},
	ancova{hc3: true},
	interaction{},
	cace{},
	clusterRobustMean{},
	randomIntercept{},
	randomIntercept{kr: true},
	geeLinear{},
	geeLinear{correct: manclDeRouen},
	geeLinear{correct: fayGraubard},
	partiallyNested{},
	partiallyNested{kr: true},
	mmrm{},
	mmrm{kr: true},
}
