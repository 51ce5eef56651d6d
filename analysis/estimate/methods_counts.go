package estimate

// countMethods are the methods of counts of events.
var countMethods = []Estimator{poisson{}, poissonRobust{}, poissonCluster{}, geePoisson{}, geePoisson{md: true}, negativeBinomial{},
	andersenGill{}, andersenGill{clusters: true}, meanCumulative{}}
