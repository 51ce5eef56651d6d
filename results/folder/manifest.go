package folder

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"caseload/analysis"
	"caseload/scenarios"
)

// Names within a result folder.
const (
	ManifestName = "manifest.json"
	ScenarioName = "scenario.toml"
	// BaselinesName is the scenario whose baselines a run has, where they are not
	// its own.
	BaselinesName = "baselines.toml"
	HistoryName   = "history.json" // what happens over time
	PageName      = "report.html"

	partsDir = "parts"
	lockName = ".lock"
)

// Identity is which run a folder is for.
type Identity struct {
	Name      string              // of the scenario, without folders
	Scenario  *scenarios.Scenario // with its seed
	Layout    *analysis.Layout
	Shard     Shard  // zero: the whole run
	CreatedBy string // program and version, for the record
	// Baselines is the scenario whose baselines the run has, in a sweep; nil: its own.
	Baselines *scenarios.Scenario
}

// Manifest is what a folder says about its run. It is written last: files that
// stand beside it are of the replicates that it counts.
type Manifest struct {
	Scenario string `json:"scenario"`
	Title    string `json:"title"`
	Hash     string `json:"hash"`
	Seed     int64  `json:"seed"`
	// Levels are those of the tests, by key: the intervals of the estimates that are
	// kept are at them.
	Levels       map[string]float64 `json:"levels"`
	ModelVersion int                `json:"model_version"`
	Replicates   int                `json:"replicates"` // done
	PartSize     int                `json:"part_size"`
	BlockSize    int                `json:"block_size"`
	Arms         []string           `json:"arms"`
	Clients      int                `json:"clients"`
	Analyses     int                `json:"analyses"`        // rows of the estimates for each replicate
	Shard        string             `json:"shard,omitempty"` // such as 2/4
	Total        int                `json:"total,omitempty"` // replicates of all shards
	// Baselines is the hash of the scenario whose baselines the run has; "": its own.
	Baselines string `json:"baselines,omitempty"`
	CreatedBy string `json:"created_by"`
}

func (id *Identity) manifest() Manifest {
	m := Manifest{Scenario: id.Name, Title: id.Scenario.Title, Hash: id.Scenario.Hash(), Seed: id.Scenario.Seed, Levels: id.Scenario.Levels(),
		ModelVersion: analysis.ModelVersion, PartSize: PartSize, BlockSize: analysis.BlockSize,
		Clients: id.Scenario.Trial.Clients, Analyses: len(id.Layout.Keys), CreatedBy: id.CreatedBy}
	if id.Baselines != nil {
		m.Baselines = id.Baselines.Hash()
	}
	for _, a := range id.Scenario.Arms {
		m.Arms = append(m.Arms, a.Name)
	}
	if id.Shard.Of > 0 {
		m.Shard, m.Total = id.Shard.String(), id.Shard.Total
	}
	return m
}

// run identifies the numbers of the run: parts of equal runs may be mixed.
func (m *Manifest) run() (id runID) {
	text := fmt.Appendf(nil, "%s %d %d", m.Hash, m.Seed, m.ModelVersion)
	for _, key := range slices.Sorted(maps.Keys(m.Levels)) {
		text = fmt.Appendf(text, " %s=%v", key, m.Levels[key])
	}
	if m.Baselines != "" {
		text = fmt.Appendf(text, " %s", m.Baselines)
	}
	sum := sha256.Sum256(text)
	copy(id[:], sum[:])
	return id
}

// shard is which shard the folder is.
func (m *Manifest) shard() (Shard, error) {
	if m.Shard == "" {
		return Shard{}, nil
	}
	return ParseShard(m.Shard, m.Total, "replicates")
}

// file writes the manifest.
func (m *Manifest) file() File {
	return File{ManifestName, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(m)
	}}
}

// Inspect reads what a folder says about its run. A place that is no result
// folder is Refused.
func Inspect(dir string) (*Manifest, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("%s: got no such folder, want one that \"caseload run --out\" has made", dir)
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", dir, unreadable(err))
	case !info.IsDir():
		return nil, refuse("%s: got a file, want a folder that \"caseload run --out\" has made", dir)
	}
	m, err := readManifest(dir)
	if err == nil && m == nil {
		return nil, refuse("%s: got a folder without %s, want one that \"caseload run --out\" has made", dir, ManifestName)
	}
	return m, err
}

// readManifest reads the manifest; nil if there is none.
func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestName)
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil || m.Hash == "" || m.PartSize == 0 {
		return nil, refuse("%s: got a file that is not the manifest of a result folder: give another folder", path)
	}
	return m, nil
}

// unreadable is reason for what is only read.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return errors.New("no permission to read it")
	}
	return reason(err)
}
