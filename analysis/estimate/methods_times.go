package estimate

// timeMethods are the methods of times to an event.
var timeMethods = []Estimator{
	logRank{}, stratifiedLogRank{},
	flemingHarrington{}, flemingHarrington{stratified: true}, maxCombo{}, maxCombo{stratified: true},
	cox{}, cox{breslow: true}, cox{stratified: true}, cox{robust: true}, coxCluster{}, cox{interaction: true},
	medianDifference{}, restrictedMean{}, rmstCluster{}, survivalDifference{}, cumulativeIncidence{}, fineGray{},
}
