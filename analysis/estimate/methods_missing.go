package estimate

// missingMethods are the methods that make up for missing outcomes.
var missingMethods = []Estimator{ipw{}, multipleImputation{}}
