package estimate

// timeMethods are the methods of times to an event.
var timeMethods = []Estimator{logRank{}, cox{}}
