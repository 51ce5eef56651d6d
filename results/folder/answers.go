package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"caseload/analysis/replicate"
	"caseload/results/trial"
)

// AnswersName is the folder, within that of a run, of what an analysis made elsewhere has
// answered.
const AnswersName = "answers"

const (
	answersManifest = "analyse.json"
	scratchPrefix   = ".work-"
)

// AnswersAbout says which analysis has answered. Files are those that its arguments name,
// with their SHA-256.
type AnswersAbout struct {
	Args      []string          `json:"args"`
	Files     map[string]string `json:"files"`
	BlockSize int               `json:"block_size"`
	Format    TableFormat       `json:"data_format"`
	// TimedOut are the first replicates of blocks that took too long: the run can't be
	// reproduced.
	TimedOut []int `json:"timed_out"`
}

// Hashes returns the SHA-256 of each file that arguments name.
func Hashes(args []string) (map[string]string, error) {
	all := map[string]string{}
	for _, name := range args {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, unreadable(err))
		}
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, reason(err))
		}
		all[name] = hex.EncodeToString(sum.Sum(nil))
	}
	return all, nil
}

// Answers are what an analysis made elsewhere has answered, a file a block.
type Answers struct {
	dir, scratch string
	about        *AnswersAbout
	data         *DataAbout
}

// OpenAnswers opens the place for answers in a folder, or makes it. It refuses answers of
// another analysis: other arguments, or files that have changed.
func OpenAnswers(dir string, about *AnswersAbout, of *DataAbout) (*Answers, error) {
	a := &Answers{dir: filepath.Join(dir, AnswersName), about: about, data: of}
	if err := makeDir(a.dir); err != nil {
		return nil, err
	}
	text, err := readFile(filepath.Join(a.dir, answersManifest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(a.dir, answersManifest), unreadable(err))
	default:
		there := new(AnswersAbout)
		if json.Unmarshal(text, there) != nil || there.BlockSize < 1 {
			return nil, refuse("%s is damaged: remove the folder %s and run again", filepath.Join(a.dir, answersManifest), a.dir)
		}
		if lines := there.differences(about); lines != "" {
			return nil, refuse("%s has the answers of another analysis:%s\nGive another folder, or remove %s", dir, lines, a.dir)
		}
	}
	if err := a.clean(); err != nil {
		return nil, err
	}
	if a.scratch, err = os.MkdirTemp(a.dir, scratchPrefix); err != nil {
		return nil, fmt.Errorf("writing to %s: %w", a.dir, reason(err))
	}
	return a, a.write()
}

// differences lists what makes an analysis another than the one wanted.
func (a *AnswersAbout) differences(wanted *AnswersAbout) (lines string) {
	if !slices.Equal(a.Args, wanted.Args) {
		lines += fmt.Sprintf("\n  arguments: there %q, wanted %q", a.Args, wanted.Args)
	}
	for _, name := range slices.Sorted(maps.Keys(wanted.Files)) {
		if was, known := a.Files[name]; known && was != wanted.Files[name] {
			lines += fmt.Sprintf("\n  %s has changed since: SHA-256 there %.12s..., wanted %.12s...", name, was, wanted.Files[name])
		}
	}
	if a.BlockSize != wanted.BlockSize {
		lines += fmt.Sprintf("\n  block_size: there %d, wanted %d", a.BlockSize, wanted.BlockSize)
	}
	if a.Format != wanted.Format {
		lines += fmt.Sprintf("\n  data_format: there %s, wanted %s", a.Format, wanted.Format)
	}
	return lines
}

// clean removes what a run that was killed has left.
func (a *Answers) clean() error {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", a.dir, unreadable(err))
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), scratchPrefix) {
			if err := os.RemoveAll(filepath.Join(a.dir, e.Name())); err != nil {
				return fmt.Errorf("removing %s: %w", filepath.Join(a.dir, e.Name()), reason(err))
			}
		}
	}
	return removePartial(a.dir)
}

// write writes which analysis it is.
func (a *Answers) write() error {
	if a.about.TimedOut == nil {
		a.about.TimedOut = []int{}
	}
	return writeAll(a.dir, File{answersManifest, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(a.about)
	}})
}

// Dir is where the answers are.
func (a *Answers) Dir() string { return a.dir }

// Close removes what is of no use any more.
func (a *Answers) Close() error { return os.RemoveAll(a.scratch) }

// Blocks lists the blocks of a run of so many replicates, in order.
func (a *Answers) Blocks(replicates int) (list []replicate.Range) {
	for from := 0; from < replicates; from += a.about.BlockSize {
		list = append(list, replicate.Range{From: from, To: min(from+a.about.BlockSize, replicates)})
	}
	return list
}

func answerName(block replicate.Range) string {
	return fmt.Sprintf("%06d-%06d.csv", block.From, block.To-1)
}

// Has reports whether a block has been answered.
func (a *Answers) Has(block replicate.Range) bool {
	info, err := os.Stat(filepath.Join(a.dir, answerName(block)))
	return err == nil && info.Mode().IsRegular()
}

// Read returns the answer to a block.
func (a *Answers) Read(block replicate.Range) (name string, text []byte, err error) {
	name = filepath.Join(a.dir, answerName(block))
	if text, err = readFile(name); err != nil {
		err = fmt.Errorf("reading %s: %w", name, unreadable(err))
	}
	return name, text, err
}

// Keep keeps the answer to a block.
func (a *Answers) Keep(block replicate.Range, text []byte) error {
	return writeAll(a.dir, File{answerName(block), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}})
}

// Prepare writes the data of a block for its analysis, and returns where they are and
// where the answer belongs. Tables are filled as by Data.Write.
func (a *Answers) Prepare(block replicate.Range, tables []*trial.Dataset, fill func(r int) error) (data, answer string, err error) {
	data, err = os.MkdirTemp(a.scratch, "block-")
	if err != nil {
		return "", "", fmt.Errorf("writing to %s: %w", a.scratch, reason(err))
	}
	if data, err = filepath.Abs(data); err != nil {
		return "", "", err
	}
	d := &Data{dir: data, about: a.data, scratch: true}
	return data, filepath.Join(data, "answer.csv"), d.Write(block, tables, fill)
}

// Answered reads the file that the analysis has written, and removes the data.
func (a *Answers) Answered(data, answer string) ([]byte, error) {
	text, err := os.ReadFile(answer)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("the program replied, and wrote no answer")
	}
	return text, errors.Join(err, os.RemoveAll(data))
}

// answerFile is the name of an answer.
var answerFile = regexp.MustCompile(`^\d{6,}-\d{6,}\.csv$`)

// Complete notes what has timed out, and removes answers to blocks that are now longer.
func (a *Answers) Complete(blocks []replicate.Range, timedOut []int) error {
	wanted := map[string]bool{}
	for _, b := range blocks {
		wanted[answerName(b)] = true
	}
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", a.dir, unreadable(err))
	}
	for _, e := range entries {
		if answerFile.MatchString(e.Name()) && !wanted[e.Name()] {
			if err := os.Remove(filepath.Join(a.dir, e.Name())); err != nil {
				return fmt.Errorf("removing %s: %w", filepath.Join(a.dir, e.Name()), reason(err))
			}
		}
	}
	a.about.TimedOut = timedOut
	return a.write()
}
