package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/scenarios"
)

// spec is a scenario whose runs are made up here.
const spec = `title = "Made up"
source = "A test"
seed = %d
[trial]
clients = %d
accrual = { over_days = 60 }
follow_up_days = [90]
[[arm]]
name = "cm"
programs = ["visits"]
[[arm]]
name = "control"
control = true
[service.clinic]
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 60 }
[program.visits]
contacts = { every_days = 7 }
[[program.visits.effect]]
on = "linkage"
hazard_ratio = 3.0
lasts_days = 14
[[outcome]]
name = "linked"
variable = "linked_su"
[[outcome]]
name = "days, in care"
variable = "days_in_su"
`

// fitNumbers is how many numbers of a row belong to an analysis.
const fitNumbers = 15

// madeUp is the identity of a run with two analyses and something besides.
func madeUp(t testing.TB, seed, clients int) Identity {
	t.Helper()
	sc, err := scenarios.Parse("made-up.toml", fmt.Appendf(nil, strings.Replace(spec, "days, in care", "days", 1), seed, clients))
	if err != nil {
		t.Fatal(err)
	}
	return Identity{Name: "made-up", Scenario: sc, CreatedBy: "caseload test", Layout: &analysis.Layout{
		Keys: []analysis.Key{{Outcome: "linked", Subgroup: "all", Contrast: "cm - control", Method: "risk_difference", Set: "itt"},
			{Outcome: "days, in care", Subgroup: "all", Contrast: "cm - control", Method: "welch", Set: "itt"}},
		Width: 2*fitNumbers + 3, Counts: 4, Pilot: 2}}
}

// noise is a number of a replicate, the same whenever it is asked for.
func noise(replicate, k int) float64 {
	hi, lo := bits.Mul64(uint64(replicate*1000+k)+1, 0x9e3779b97f4a7c15)
	return float64((hi^lo)>>11) / (1 << 53)
}

// row is what a replicate leaves. Every seventh fit has failed.
func row(l *analysis.Layout, replicate int) []float64 {
	x := make([]float64, l.Width)
	for k := range x {
		x[k] = noise(replicate, k) - 0.5
	}
	for a := range l.Keys {
		fit := x[a*fitNumbers:][:fitNumbers]
		fit[0] = float64(estimate.OK)
		fit[3] = math.NaN() // a normal estimate has no degrees of freedom
		fit[9], fit[10], fit[13] = 30, 29, float64(replicate%3)
		if (replicate+a)%7 == 0 {
			for k := range fit {
				fit[k] = math.NaN()
			}
			fit[0], fit[9], fit[10] = float64(estimate.EmptyArm), 0, 29
		}
	}
	x[l.Width-2] = math.Copysign(0, -1)
	x[l.Width-1] = math.Float64frombits(0x7ff8_0000_0000_0000 | uint64(replicate)) // a NaN with something in it
	return x
}

// block is block k of the run's replicates from to to.
func block(l *analysis.Layout, k, from, to int) *analysis.Block {
	b := &analysis.Block{First: max(from, k*analysis.BlockSize), Counts: make([]int64, l.Counts), Pilot: []float64{0.1, math.Inf(1)}}
	for r := b.First; r < min(to, (k+1)*analysis.BlockSize); r++ {
		b.Rows = append(b.Rows, row(l, r))
		for c := range b.Counts {
			b.Counts[c] += int64(r%(c+2)) - 1
		}
	}
	return b
}

// run does what analysis.Run does with a store: it reads what is there and
// keeps what is not. It returns how many replicates it had to make up.
func run(t testing.TB, f *Folder, l *analysis.Layout, from, to int) (ran int) {
	t.Helper()
	for k := from / analysis.BlockSize; k*analysis.BlockSize < to; k++ {
		b, err := f.Read(k)
		if err != nil {
			t.Fatal(err)
		}
		want := block(l, k, from, to)
		have := 0
		if b != nil {
			have = len(b.Rows)
			if !alike(want, b) {
				t.Fatalf("block %d has other rows than were kept", k)
			}
		}
		if have == len(want.Rows) {
			continue
		}
		ran += len(want.Rows) - have
		if err := f.Keep(k, want); err != nil {
			t.Fatal(err)
		}
	}
	return ran
}

// opened opens the folder of a run.
func opened(t testing.TB, dir string, id Identity) *Folder {
	t.Helper()
	f, err := Open(dir, id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// whole makes a folder with a run of so many replicates.
func whole(t testing.TB, dir string, id Identity, replicates int) {
	t.Helper()
	f := opened(t, dir, id)
	from, to := id.Shard.From(), replicates
	if id.Shard.Of > 0 {
		to = id.Shard.To()
	}
	run(t, f, id.Layout, from, to)
	if err := f.Finish(to - from); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// files are the texts of all files in a folder, by their paths within it.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameFiles compares two folders to the byte.
func sameFiles(t testing.TB, got, want string) {
	t.Helper()
	a, b := files(t, got), files(t, want)
	for name := range b {
		if a[name] != b[name] {
			t.Errorf("%s differs: %d and %d bytes", name, len(a[name]), len(b[name]))
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			t.Errorf("%s is in one folder alone", name)
		}
	}
}

// wantRefused wants a refusal that says all of the texts.
func wantRefused(t testing.TB, err error, texts ...string) {
	t.Helper()
	if _, ok := errors.AsType[Refused](err); !ok {
		t.Fatalf("error %v, want a refusal", err)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the refusal is\n%v\nwant it to say %q", err, text)
		}
	}
}
