package estimate

// countMethods are the methods of counts of events.
var countMethods = []Estimator{poisson{}, poissonRobust{}, poissonCluster{}, geePoisson{}, geePoisson{correct: manclDeRouen}, geePoisson{correct: fayGraubard}, negativeBinomial{},
	andersenGill{}, andersenGill{clusters: true}, meanCumulative{}}
