package scenarios

import "caseload/scenarios/layer"

// Questions are what is asked of a World: how many trials of it are simulated,
// on which chances, and what the commands are to find out. None of it changes a
// trial that is simulated from a given seed, and none of it is in the Hash.
type Questions struct {
	Replicates int `toml:"replicates"` // number of trials that are simulated
	// Precision is the largest Monte Carlo standard error of power that is wanted. If
	// it is given, it decides the number of trials.
	Precision float64 `toml:"precision,omitempty"`
	Seed      int64   `toml:"seed"` // seed of all random numbers; another seed gives other trials
	// Alpha is the level of the tests of outcomes and families that have none of
	// their own. Set over a scenario, by --set, by --alpha or by a file that extends
	// it, it is the level of all tests.
	Alpha float64 `toml:"alpha"`

	Ask        Ask         `toml:"ask,omitempty"`
	Size       Size        `toml:"size,omitempty"`
	Cost       *Cost       `toml:"cost,omitempty"`
	Sweep      *Sweep      `toml:"sweep,omitempty"`
	Compare    Compare     `toml:"compare,omitempty"`
	Designs    []Design    `toml:"design,omitempty"`
	Explain    Explain     `toml:"explain,omitempty"`
	Explore    Explore     `toml:"explore,omitempty"`
	Factors    []Factor    `toml:"factor,omitempty"`
	Literature *Literature `toml:"literature,omitempty"`
	Moderators []Moderator `toml:"moderator,omitempty"`
	Studies    []Study     `toml:"study,omitempty"`
	Calibrate  *Calibrate  `toml:"calibrate,omitempty"`
}

// Ask is what commands are about unless they are told otherwise: run, trial and
// sweep show only these, and size and explain answer for them.
type Ask struct {
	Outcomes  Strings `toml:"outcome,omitempty"`  // names of outcomes; without it, all, or the primary one
	Subgroups Strings `toml:"subgroup,omitempty"` // names of subgroups, or "all" for everyone; without it, all, or everyone
}

// asks says of each key of Questions what it asks.
var asks = map[string]string{
	"replicates": "how often the trial is simulated",
	"precision":  "how often the trial is simulated",
	"seed":       "the chances, which all share",
	"ask":        "what commands are about",
	"alpha":      "the level of all tests",
	"size":       "a search for a size",
	"cost":       "what designs cost",
	"sweep":      "a set of designs",
	"compare":    "which designs are compared",
	"design":     "which designs are compared",
	"explain":    "what is asked of an explanation",
	"explore":    "what a page asks and offers to change",
	"factor":     "what is asked of an explanation",
	"literature": "a body of trials",
	"moderator":  "a body of trials",
	"study":      "a body of trials",
	"calibrate":  "what is asked of published figures",
}

// Asked returns what the key at a path asks, "" where it is a key of the World or a
// note. Variants of a trial (an ideal of a factor, a design of a sweep, a study of
// a body) differ in their worlds: none sets such a key.
func Asked(key string) string { return asks[firstKey(key)] }

// isNote reports whether a key only says something of the scenario as a whole.
func isNote(key string) bool {
	first := firstKey(key)
	return first == "title" || first == "source" || first == "teaches"
}

// firstKey returns the first key of a path, "" if it is none.
func firstKey(key string) string {
	path, ok := layer.ParsePath(key)
	if !ok {
		return ""
	}
	return path[0]
}

// refusedInIdeal returns why no ideal of a factor sets the key at a path, "" if one
// may. All worlds of an explanation are asked the same.
func refusedInIdeal(key string) string {
	switch first := firstKey(key); {
	case isNote(key):
		return "a note"
	case first == "outcome" || first == "family":
		return "what is asked, which is the same in all worlds"
	}
	return Asked(key)
}

// refusedInDesign returns why no design differs in the key at a path, "" if one may.
func refusedInDesign(key string) string {
	switch {
	case isNote(key):
		return "a note"
	case firstKey(key) == "extends":
		return "where all designs come from"
	}
	return Asked(key)
}
