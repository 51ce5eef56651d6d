package estimate

// aliveMethods are the methods of what is counted while clients are alive.
var aliveMethods = []Estimator{whileAlive{}}
