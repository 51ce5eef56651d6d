package folder

import (
	"fmt"
	"path/filepath"

	"caseload/analysis"
)

// A folder that another version of the program has made can neither be gone on
// with nor be read as if this one had made it. It is refused in one line that says
// how to have it anew, whatever else may differ: the hash of the same scenario may
// have another form there.

// outdated refuses the folder of a run that another version has made.
func (m *Manifest) outdated(dir string) error {
	why := otherProgram(m.ModelVersion, m.Levels)
	if why == "" {
		return nil
	}
	if m.Baselines != "" {
		return refuse("%s is %s: simulate the sweep that it is a cell of again, into another folder", dir, why)
	}
	again := fmt.Sprintf("caseload run %s --replicates %d", filepath.Join(dir, ScenarioName), max(m.Replicates, m.Total, 1))
	if m.Shard != "" {
		again += " --shard " + m.Shard
	}
	return refuse("%s is %s: simulate it again with %s --out ANOTHER", dir, why, again)
}

// outdated refuses the folder of a sweep that another version has made.
func (d *Design) outdated(dir string) error {
	why := otherProgram(d.ModelVersion, d.Levels)
	if why == "" {
		return nil
	}
	return refuse("%s is %s: simulate it again with caseload sweep %s --out ANOTHER", dir, why, filepath.Join(dir, ScenarioName))
}

// otherProgram says what shows that another version has made a folder, "" if
// nothing does. Before levels were kept they were in the hash.
func otherProgram(version int, levels map[string]float64) string {
	switch {
	case version != analysis.ModelVersion:
		return fmt.Sprintf("of model version %d, and this caseload is of %d", version, analysis.ModelVersion)
	case levels == nil:
		return "of an earlier caseload, whose hashes of scenarios are others"
	}
	return ""
}
