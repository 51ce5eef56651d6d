package scenarios

// Contamination is that some clients of an arm get the programs of another arm
// instead.
type Contamination struct {
	Arm         string  `toml:"arm"`         // whose programs they get
	Probability float64 `toml:"probability"` // probability for each client of this arm
}

// Arm is a list of programs that the clients allocated to it are offered.
type Arm struct {
	Name     string   `toml:"name"`            // unique
	Label    string   `toml:"label,omitempty"` // how people read the name; by default the name with spaces for underscores
	Programs []string `toml:"programs"`        // names of programs; the list may be empty
	Control  bool     `toml:"control"`         // whether this is the control arm; exactly one arm is
	Ratio    int      `toml:"ratio"`           // allocation ratio

	Contamination *Contamination `toml:"contamination,omitempty"`
}
