package folder

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"caseload/analysis"
	"caseload/scenarios"

	"github.com/gofrs/flock"
	"github.com/klauspost/compress/zstd"
)

// Names within the folder of a shard of a question.
const (
	QuestionName = "shard.json" // which question, and which shard of it
	foundName    = "found.part" // what has been found of it
)

// Question says which question a folder has a shard of, and how much of it is done.
type Question struct {
	Command      string `json:"command"` // explain or literature
	Scenario     string `json:"scenario"`
	Hash         string `json:"hash"`
	Seed         int64  `json:"seed"`
	ModelVersion int    `json:"model_version"`
	Shard        string `json:"shard"` // such as 2/4
	Total        int    `json:"total"` // replicates of each world, or bodies of all shards
	Arm          string `json:"arm,omitempty"`
	Done         int    `json:"done"` // of Want
	Want         int    `json:"want"` // replicates of each of its worlds, or bodies of this shard
	Whole        bool   `json:"whole"`
	CreatedBy    string `json:"created_by"`
}

// QuestionShard is the folder of a shard of a question. It keeps others out until
// Close.
type QuestionShard struct {
	dir   string
	about Question
	lock  *flock.Flock
}

// OpenQuestion opens the folder of a shard, which it makes if dir is not there or
// empty, and reads into found what has been found before, if anything has.
func OpenQuestion(dir string, want Question, sc *scenarios.Scenario, found any) (*QuestionShard, error) {
	text, err := sc.Encode()
	if err != nil {
		return nil, err
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	there, err := ReadQuestion(dir)
	if err != nil {
		return nil, err
	}
	if there == nil {
		err = free(dir)
	} else {
		err = compareQuestions(dir, there, &want, text)
	}
	if err != nil {
		return nil, err
	}
	q := &QuestionShard{dir: dir, about: want}
	if q.lock, err = tryLock(dir); err != nil {
		return nil, err
	}
	if err := q.begin(there, text, found); err != nil {
		_ = q.Close()
		return nil, err
	}
	return q, nil
}

func (q *QuestionShard) begin(there *Question, scenario []byte, found any) error {
	if err := removePartial(q.dir); err != nil {
		return err
	}
	if there != nil {
		q.about.Done, q.about.Whole = there.Done, there.Whole
		return readFound(q.dir, found)
	}
	return writeAll(q.dir, q.aboutFile(), File{ScenarioName, func(w io.Writer) error { _, err := w.Write(scenario); return err }})
}

func (q *QuestionShard) aboutFile() File {
	return File{QuestionName, func(w io.Writer) error { return encode(w, q.about) }}
}

// Save keeps what has been found so far, and how much it is.
func (q *QuestionShard) Save(found any, done int, whole bool, more ...File) error {
	q.about.Done, q.about.Whole = done, whole
	return writeAll(q.dir, append([]File{{foundName, func(w io.Writer) error { return writeFound(w, found) }}, q.aboutFile()}, more...)...)
}

// About is what the folder says of itself.
func (q *QuestionShard) About() Question { return q.about }

// Close lets others in.
func (q *QuestionShard) Close() error {
	if q.lock == nil {
		return nil
	}
	return q.lock.Close()
}

func writeFound(w io.Writer, found any) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(z).Encode(found), z.Close())
}

// readFound reads what has been found; nothing where nothing is there.
func readFound(dir string, found any) error {
	text, ok, err := Read(dir, foundName)
	if err != nil || !ok {
		return err
	}
	z, err := zstd.NewReader(strings.NewReader(string(text)), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	if err := gob.NewDecoder(z).Decode(found); err != nil {
		return damaged(filepath.Join(dir, foundName))
	}
	return nil
}

// ReadQuestion reads which question a folder has a shard of; nil if it has none.
func ReadQuestion(dir string) (*Question, error) {
	path := filepath.Join(dir, QuestionName)
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, unreadable(err))
	}
	q := new(Question)
	if err := json.Unmarshal(text, q); err != nil || q.Hash == "" || q.Shard == "" {
		return nil, refuse("%s: got a file that is not of a shard: give another folder", path)
	}
	return q, nil
}

// compareQuestions refuses a folder that has a shard of another question, or another
// shard, and says what differs.
func compareQuestions(dir string, there, want *Question, scenario []byte) error {
	lines, err := questionDifferences(dir, there, want, scenario)
	if err != nil || len(lines) == 0 {
		return err
	}
	return refuse("%s has another shard (see its %s and %s):%s\nGive another folder, or remove this one",
		dir, QuestionName, ScenarioName, listed(lines))
}

func questionDifferences(dir string, there, want *Question, scenario []byte) (lines []string, err error) {
	differ := func(key string, a, b any) {
		if a != b {
			lines = append(lines, fmt.Sprintf("%s: there %v, wanted %v", key, a, b))
		}
	}
	differ("command", there.Command, want.Command)
	differ("model version", there.ModelVersion, want.ModelVersion)
	differ("seed", there.Seed, want.Seed)
	differ("shard", there.Shard, want.Shard)
	differ("total", there.Total, want.Total)
	differ("arm", there.Arm, want.Arm)
	text, err := readFile(filepath.Join(dir, ScenarioName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, ScenarioName), unreadable(err))
	}
	if err == nil {
		for _, d := range scenarios.DifferencesOfTexts(text, scenario) {
			lines = append(lines, fmt.Sprintf("%s: there %s, wanted %s", d.Path(), orNothing(d.A), orNothing(d.B)))
		}
	}
	return lines, nil
}

// JoinQuestion reads what all shards of a question have found, in the order of the
// shards. They must all be there, once, and whole.
func JoinQuestion[T any](dirs []string) (about *Question, found []*T, err error) {
	byShard := map[string]int{}
	var of int
	for k, dir := range dirs {
		q, err := ReadQuestion(dir)
		if err != nil {
			return nil, nil, err
		}
		if q == nil {
			return nil, nil, refuse("%s: got a folder without %s, want a shard as %s is", dir, QuestionName, dirs[0])
		}
		if q.ModelVersion != analysis.ModelVersion {
			return nil, nil, refuse("%s is of model version %d, and this caseload is of %d: run the shard again, into another folder", dir, q.ModelVersion, analysis.ModelVersion)
		}
		if about == nil {
			about = q
		}
		if err := sameQuestion(dirs[0], dir, about, q); err != nil {
			return nil, nil, err
		}
		if !q.Whole {
			return nil, nil, refuse("%s has %d of %d done: run the same command again with --out %s, which does the rest", dir, q.Done, q.Want, dir)
		}
		s, err := ParseShard(q.Shard, max(q.Total, 1<<30), "replicates")
		if err != nil {
			return nil, nil, refuse("%s: shard: %v", filepath.Join(dir, QuestionName), err)
		}
		if other, twice := byShard[q.Shard]; twice {
			return nil, nil, refuse("%s and %s have the same shard, %s: leave one of them out", dirs[other], dir, q.Shard)
		}
		byShard[q.Shard], of = k, s.Of
	}
	var missing []string
	for i := 1; i <= of; i++ {
		name := Shard{Index: i, Of: of}.String()
		k, ok := byShard[name]
		if !ok {
			missing = append(missing, name)
			continue
		}
		x := new(T)
		if err := readFound(dirs[k], x); err != nil {
			return nil, nil, err
		}
		found = append(found, x)
	}
	if len(missing) > 0 {
		return nil, nil, refuse("shards are missing: %s: run them, or give those that were left out", strings.Join(missing, ", "))
	}
	return about, found, nil
}

// sameQuestion refuses shards of different questions.
func sameQuestion(first, dir string, a, b *Question) error {
	scenario, err := readFile(filepath.Join(first, ScenarioName))
	if err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Join(first, ScenarioName), unreadable(err))
	}
	like := *a
	like.Shard = b.Shard
	if _, n, _ := strings.Cut(b.Shard, "/"); !strings.HasSuffix(a.Shard, "/"+n) {
		return refuse("%s has shard %s and %s has shard %s, want shards of one division", first, a.Shard, dir, b.Shard)
	}
	lines, err := questionDifferences(dir, b, &like, scenario)
	if err != nil || len(lines) == 0 {
		return err
	}
	return refuse("%s is of another question than %s (see %s and %s of both):%s", dir, first, QuestionName, ScenarioName, listed(lines))
}
