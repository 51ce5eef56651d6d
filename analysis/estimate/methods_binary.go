package estimate

// binaryMethods are the methods of proportions.
var binaryMethods = []Estimator{riskDifference{}, oddsRatio{}}
