package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"caseload/scenarios"
)

// compare refuses a folder that is of another run than the one wanted, and
// says what differs.
func compare(dir string, there, wanted *Manifest, scenario []byte) error {
	if err := there.outdated(dir); err != nil {
		return err
	}
	lines, err := differences(dir, there, wanted, scenario)
	if err != nil || lines == "" {
		return err
	}
	return refuse("%s is of another run (see its %s and %s):%s\nGive another folder, or remove this one", dir, ManifestName, ScenarioName, lines)
}

// differences lists what makes the run of a folder another than the one wanted,
// each on a line of its own.
func differences(dir string, there, wanted *Manifest, scenario []byte) (string, error) {
	var lines []string
	differ := func(key string, a, b any) {
		if a != b {
			lines = append(lines, fmt.Sprintf("%s: there %v, wanted %v", key, a, b))
		}
	}
	differ("part_size", there.PartSize, wanted.PartSize)
	differ("block_size", there.BlockSize, wanted.BlockSize)
	differ("seed", there.Seed, wanted.Seed)
	lines = append(lines, changedLevels(there.Levels, wanted.Levels)...)
	differ("shard", orWhole(there.Shard), orWhole(wanted.Shard))
	if there.Shard != "" && wanted.Shard != "" {
		differ("replicates of all shards", there.Total, wanted.Total)
	}
	differ("baselines", orOwn(there.Baselines), orOwn(wanted.Baselines))
	if there.Hash != wanted.Hash {
		changed, err := changedKeys(filepath.Join(dir, ScenarioName), scenario)
		if err != nil {
			return "", err
		}
		if lines = append(lines, changed...); len(changed) == 0 {
			differ("hash of the scenario", there.Hash, wanted.Hash)
		}
	}
	return listed(lines), nil
}

// listed puts differences on lines of their own, no more than can be read.
func listed(lines []string) string {
	const most = 10
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most:most], fmt.Sprintf("and %d more", more))
	}
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("\n  " + l)
	}
	return b.String()
}

// changedLevels compares levels of tests, key by key. A key that one of the two
// lacks is of another scenario, which says more.
func changedLevels(there, wanted map[string]float64) (lines []string) {
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if was, ok := there[key]; ok && was != wanted[key] {
			lines = append(lines, fmt.Sprintf("%s: there %v, wanted %v", key, was, wanted[key]))
		}
	}
	return lines
}

// orOwn names the scenario whose baselines a run has.
func orOwn(hash string) string {
	if hash == "" {
		return "its own"
	}
	return "those of the scenario " + hash[:min(len(hash), 12)]
}

func orWhole(shard string) string {
	if shard == "" {
		return "the whole run"
	}
	return shard
}

// changedKeys compares the scenario in a file with another, key by key.
func changedKeys(path string, wanted []byte) ([]string, error) {
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	var lines []string
	for _, d := range scenarios.DifferencesOfTexts(text, wanted) {
		if scenarios.Simulated(d.Path()) {
			lines = append(lines, fmt.Sprintf("%s: there %s, wanted %s", d.Path(), orNothing(d.A), orNothing(d.B)))
		}
	}
	return lines, nil
}

func orNothing(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}
