package estimate

// timeMethods are the methods of times to an event.
var timeMethods = []Estimator{
	logRank{}, stratifiedLogRank{},
	cox{}, cox{breslow: true}, cox{stratified: true}, cox{robust: true}, cox{interaction: true},
	medianDifference{}, restrictedMean{}, survivalDifference{}, cumulativeIncidence{}, fineGray{},
}
