package estimate

// binaryMethods are the methods of proportions.
var binaryMethods = []Estimator{riskDifference{}, chiSquare{}, standardized{}, riskRatio{}, oddsRatio{}, fisher{},
	logistic{}, logisticRobust{}, geeLogistic{}, geeLogistic{md: true}, logisticMixed{}, partiallyNestedLogistic{}, riskRatioCluster{}, logisticInteraction{}}
