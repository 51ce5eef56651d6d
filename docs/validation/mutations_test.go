package validation_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"caseload/analysis"
	"caseload/analysis/literature"
	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/scenarios/layer"
	"caseload/sim"

	"github.com/BurntSushi/toml"
)

// A number that nobody means is put at every key of every built-in scenario that has
// one. It is refused, with a message that names the key and holds no word of Go, or
// eight replicates of the trial take at most five seconds of a core more than twice what
// they take as written, and a gigabyte. The
// long suite tries a tenth of the keys, which the commit chooses.
func TestNoNumberAtAnyKeyBreaksARun(t *testing.T) {
	suite.Long(t)
	salt, one := "", 10
	if head, err := exec.Command("git", "rev-parse", "HEAD").Output(); err == nil {
		salt = strings.TrimSpace(string(head))
	}
	if suite.IsFull() {
		one = 1
	}
	peak := watchMemory(t)
	tried, ran := 0, 0
	for _, e := range scenarios.List() {
		if e.Name == "base" { // no trial by itself
			continue
		}
		base, err := scenarios.Builtin(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		own := unchanged(t, base)
		for _, key := range numericKeys(t, base) {
			h := fnv.New32a()
			_, _ = fmt.Fprint(h, salt, e.Name, key.path)
			if h.Sum32()%uint32(one) != 0 {
				continue
			}
			for _, value := range key.mutants() {
				tried++
				if mutate(t, base, e.Name, key.path, value, own) {
					ran++
				}
				if now := peak(); now > 1<<30 {
					t.Errorf("%s, %s = %v: %d MiB", e.Name, key.path, value, now>>20)
				}
			}
		}
	}
	t.Logf("%d mutants were tried, %d of them could be run", tried, ran)
	if tried < 1000/one || ran == 0 {
		t.Errorf("%d mutants, %d run", tried, ran)
	}
}

// numericKey is a key whose value is a number.
type numericKey struct {
	path  string
	whole bool
}

// mutants are the values that are put there.
func (k numericKey) mutants() []any {
	if k.whole {
		return []any{0, -1, 1e-308, 1e308, math.NaN()}
	}
	return []any{0.0, -1.0, 1e-308, 1e308, math.NaN()}
}

// mutate puts a value at a key and runs eight replicates, if the scenario is not
// refused. It reports whether it was run.
func mutate(t *testing.T, base *scenarios.Scenario, name, path string, value any, own time.Duration) (ran bool) {
	t.Helper()
	at := fmt.Sprintf("%s, %s = %v", name, path, value)
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: %v", at, r)
		}
	}()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute) // of a busy machine
	defer stop()
	before, began := cpuTime(), time.Now()
	err := runMutant(ctx, base, path, value)
	took := cpuTime() - before
	if took == 0 {
		took = time.Since(began)
	}
	if took > 2*own+5*time.Second {
		t.Errorf("%s: %v, and %v as written", at, took, own)
	}
	if err == nil {
		return true
	}
	if _, ok := errors.AsType[scenarios.Problems](err); !ok {
		t.Errorf("%s: an error that is no problem of the scenario: %v", at, err)
	}
	for _, word := range []string{"NaN", "Inf", "strconv", "runtime", "%!"} {
		if strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", at, err)
		}
	}
	return false
}

// unchanged is what a scenario takes as written.
func unchanged(t *testing.T, base *scenarios.Scenario) time.Duration {
	t.Helper()
	before, key, value := cpuTime(), "trial.clients", base.Trial.Clients
	if len(base.Studies) > 0 { // whose designs are put together, too
		key, value = "literature.bodies", base.Literature.Bodies
	}
	if err := runMutant(t.Context(), base, key, value); err != nil {
		t.Fatal(err)
	}
	return cpuTime() - before
}

func runMutant(ctx context.Context, base *scenarios.Scenario, path string, value any) error {
	sc, err := base.With(scenarios.Setting{Key: path, Value: value})
	if err != nil {
		return err
	}
	m, err := sim.CompileContext(ctx, sc)
	if err != nil {
		return err
	}
	if len(sc.Studies) > 0 {
		if table, _, _ := strings.Cut(path, "."); slices.Contains([]string{"literature", "study", "moderator"}, strings.TrimSuffix(table, "[0]")) {
			if _, err := literature.NewContext(ctx, sc, nil); err != nil {
				return err
			}
		}
	}
	r, err := analysis.Run(ctx, m, analysis.Options{Replicates: 8, Seed: sc.Seed, Workers: 1})
	if err == nil && r.Replicates < 8 {
		return fmt.Errorf("%d of 8 replicates in ten minutes", r.Replicates)
	}
	return err
}

// numericKeys lists the keys of a scenario, with all defaults, that are numbers.
func numericKeys(t *testing.T, sc *scenarios.Scenario) (keys []numericKey) {
	t.Helper()
	text, err := sc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case int64:
			keys = append(keys, numericKey{path, true})
		case float64:
			keys = append(keys, numericKey{path, false})
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if key != "over" && key != "ideal" && key != "set" { // whose keys are paths themselves
					walk(layer.Join(path, key), v[key])
				}
			}
		case []map[string]any:
			for i, e := range v {
				walk(elementOf(path, i, e), e)
			}
		case []any:
			for i, e := range v {
				walk(layer.At(path, i), e)
			}
		}
	}
	walk("", tree)
	return keys
}

// elementOf is the path of an element of a list, by its name if it has one.
func elementOf(path string, i int, e map[string]any) string {
	if name, ok := e["name"].(string); ok {
		return layer.Join(path, name)
	}
	if pair, ok := e["traits"].([]any); ok && path == "correlation" {
		a, b := pair[0].(string), pair[1].(string)
		return layer.Join(path, min(a, b)+"~"+max(a, b))
	}
	return layer.At(path, i)
}

// watchMemory gives the memory in use at most since it was asked last.
func watchMemory(t *testing.T) (peak func() uint64) {
	var most uint64
	ask, answer, done := make(chan bool), make(chan uint64), make(chan bool)
	t.Cleanup(func() { close(done) })
	look := func() {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
		if now.HeapAlloc > 3<<30 {
			panic("a run takes more than three gigabytes")
		}
	}
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-ask:
				look()
				answer <- most
				most = 0
			case <-done:
				return
			}
		}
	}()
	return func() uint64 { ask <- true; return <-answer }
}
