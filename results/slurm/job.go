package slurm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"caseload/results/folder"
)

// Names within the folder of a job.
const (
	JobName     = "job.json"
	TasksName   = "tasks.sbatch"
	MergeName   = "merge.sbatch"
	ResultsName = "results"

	shardsDir = "shards"
	logsDir   = "logs"
)

// A Job is what the folder of one says about it.
type Job struct {
	Command  string   `json:"command"`  // run, sweep, explain, literature or data
	Scenario string   `json:"scenario"` // the file beside, a built-in's under its name
	Flags    []string `json:"flags"`    // of the command that are no settings of the scenario
	Shards   int      `json:"shards"`
	Of       string   `json:"of"` // what they are shards of, in words: "2000 replicates"
	Each     int      `json:"each"`
	Workers  int      `json:"workers"` // of each task
	Sbatch   []string `json:"sbatch"`  // the site's flags
	// MaxArray is the largest number that a task of an array may have: those of shards
	// beyond it are sent as further arrays.
	MaxArray  int      `json:"max_array"`
	Program   string   `json:"program"`
	Typed     []string `json:"typed"` // by which the folder was made
	CreatedBy string   `json:"created_by"`
	Sent      []Sent   `json:"sent"`

	dir string
}

// Sent is an array of tasks that was sent.
type Sent struct {
	ID    string `json:"id"`    // of the job
	After int    `json:"after"` // task 1 has the shard after this one
}

// Dir is the folder of the job.
func (j *Job) Dir() string { return j.dir }

// Results is the folder into which the shards are joined.
func (j *Job) Results() string { return filepath.Join(j.dir, ResultsName) }

// Shard is the folder of a shard.
func (j *Job) Shard(n int) string { return filepath.Join(j.dir, shardsDir, fmt.Sprint(n)) }

// Log is the log of a shard's task.
func (j *Job) Log(n int) string {
	after := (n - 1) / j.MaxArray * j.MaxArray
	return filepath.Join(j.dir, logsDir, logName(after, fmt.Sprint(n-after)))
}

// logName is the name of the log of a task of the array that begins after a shard.
func logName(after int, task string) string {
	if after == 0 {
		return task + ".log"
	}
	return fmt.Sprintf("%d+%s.log", after, task)
}

// Create makes the folder of a job, with the scenario that its tasks run. It refuses
// one that holds something.
func Create(dir string, j *Job, scenario []byte) error {
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if strings.ContainsAny(full, "\n%\"\\") {
		return folder.Refused{Reason: fmt.Sprintf("%q has a character that Slurm reads in another way: give another folder", full)}
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return folder.Refused{Reason: fmt.Sprintf("%s: got no folder that can be read, want a new name, or an empty folder", dir)}
	}
	if len(entries) > 0 {
		return folder.Refused{Reason: fmt.Sprintf("%s holds %s: give a new name, or an empty folder; to go on with a job: caseload status %s --resubmit", dir, entries[0].Name(), dir)}
	}
	j.dir = dir
	for _, below := range []string{shardsDir, logsDir} {
		if err := os.MkdirAll(filepath.Join(dir, below), 0o777); err != nil {
			return err
		}
	}
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	return folder.Create(dir, folder.File{Name: j.Scenario, Write: text(string(scenario))}, folder.File{Name: TasksName, Write: text(j.tasksScript(full))},
		folder.File{Name: MergeName, Write: text(j.mergeScript(full))}, folder.File{Name: JobName, Write: j.write})
}

func (j *Job) write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(j)
}

// Open reads the job that a folder is of; nil if it is of none.
func Open(dir string) (*Job, error) {
	path := filepath.Join(dir, JobName)
	text, found, err := folder.Read(dir, JobName)
	if err != nil || !found {
		return nil, err
	}
	j := &Job{dir: dir}
	if err := json.Unmarshal(text, j); err != nil || j.Shards < 1 || j.MaxArray < 1 || j.Command == "" {
		return nil, folder.Refused{Reason: fmt.Sprintf("%s: got a file that is not of caseload slurm: give another folder", path)}
	}
	return j, nil
}

// Note keeps that arrays were sent.
func (j *Job) Note(sent ...Sent) error {
	j.Sent = append(j.Sent, sent...)
	return folder.Replace(j.dir, folder.File{Name: JobName, Write: j.write})
}

// An Array is tasks that are sent together.
type Array struct {
	After   int    // task 1 has the shard after this one
	Indexes string // as sbatch reads them: 1-4,7
}

// Arrays are those that have some shards, with no more tasks than Slurm takes.
func (j *Job) Arrays(shards []int) (list []Array) {
	byAfter := map[int][]int{}
	var order []int
	for _, n := range shards {
		after := (n - 1) / j.MaxArray * j.MaxArray
		if byAfter[after] == nil {
			order = append(order, after)
		}
		byAfter[after] = append(byAfter[after], n-after)
	}
	slices.Sort(order)
	for _, after := range order {
		list = append(list, Array{after, Spans(byAfter[after])})
	}
	return list
}

// Spans lists numbers as sbatch reads them: 1-4,7.
func Spans(numbers []int) string {
	numbers = slices.Sorted(slices.Values(numbers))
	var parts []string
	for k := 0; k < len(numbers); {
		end := k
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		part := fmt.Sprint(numbers[k])
		if end > k {
			part = fmt.Sprintf("%d-%d", numbers[k], numbers[end])
		}
		parts = append(parts, part)
		k = end + 1
	}
	return strings.Join(parts, ",")
}

// All are the numbers of all shards.
func (j *Job) All() []int {
	list := make([]int, j.Shards)
	for k := range list {
		list[k] = k + 1
	}
	return list
}
