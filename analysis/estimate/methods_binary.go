package estimate

// binaryMethods are the methods of proportions.
var binaryMethods = []Estimator{riskDifference{}, chiSquare{}, standardized{}, riskRatio{}, oddsRatio{}, fisher{},
	logistic{}, logisticRobust{}, geeLogistic{}, geeLogistic{correct: manclDeRouen}, geeLogistic{correct: fayGraubard}, logisticMixed{}, partiallyNestedLogistic{}, riskRatioCluster{}, logisticInteraction{}, regimeLogistic{}}
