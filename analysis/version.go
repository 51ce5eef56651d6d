package analysis

// ModelVersion rises whenever the same scenario and seed give other results
// than before.
const ModelVersion = 11
