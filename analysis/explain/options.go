package explain

// Options says how an explanation is made. Neither Workers nor Name nor Progress
// changes its numbers.
type Options struct {
	Replicates int // of each world, at least 2
	Seed       int64
	Workers    int    // 0: one a core
	Name       string // of the scenario, for the line that replays a replicate
	WorldsOnly bool   // leave out the path, the dilution and the effect of a rollout
	// Progress is told how many trials are done of those wanted, from one goroutine
	// at a time: it must be quick. May be nil.
	Progress func(done, want int)
}

// Question is the contrast whose effect is followed.
type Question struct {
	Outcome  string // "": the primary one, else the first
	Subgroup string // "": everyone
	Arm      string // treated; "": the first that is not control
	Target   string // subgroup of the promise; "": as the scenario has it
}
