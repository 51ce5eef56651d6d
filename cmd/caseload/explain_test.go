package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"caseload/internal/suite"
)

// explained is what explain prints as JSON.
func explained(t *testing.T, args ...string) map[string]any {
	t.Helper()
	got := call(t, t.Context(), append([]string{"explain", "--json", "--quiet"}, args...)...)
	if got.code != exitDone || got.stderr != "" {
		t.Fatalf("%v: exit code %d, %s", args, got.code, got.stderr)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A shape says which type the value of a name has: "text", "count", "number"
// (which may be null), "yes or no", a shape, or a list of a shape's objects.
type shape map[string]any

// These are the names that scripts rely on, and no other: no worker count, no
// time, no place.
var effectShape = shape{"smd": "number", "mcse": "number", "units": "number", "units_mcse": "number", "clients": "number", "clients_mcse": "number"}

var dilutedShape = shape{"effect": "number", "effect_mcse": "number", "theory": "number", "theory_mcse": "number", "power": "number", "power_mcse": "number"}

var factorShape = func() shape {
	s := shape{"factor": "text", "about": "text", "own": "yes or no", "new_estimand": "yes or no", "after": effectShape, "shapley_order_error": "number"}
	for _, name := range []string{"step", "shapley", "step_less_shapley", "from_ideal", "from_real", "units_step", "units_shapley", "units_from_ideal", "units_from_real",
		"ideal_sd_step", "multiplies"} {
		s[name], s[name+"_mcse"] = "number", "number"
	}
	return s
}()

var explainShape = shape{
	"scenario": "text", "title": "text", "hash": "text", "seed": "count", "replicates": "count", "partial": "yes or no", "model_version": "count", "clients": "count",
	"outcome": "text", "variable": "text", "at_days": "count", "cluster": "text", "set": "text", "subgroup": "text", "target": "text",
	"contrast": "text", "arm": "text", "control": "text", "unit": "text", "shared_queues": "yes or no", "worlds": "count", "orders": "count",
	"truth": "number", "truth_mcse": "number", "truth_rollout": "number", "truth_rollout_mcse": "number", "truth_measure": "text",
	"failed": "count", "ideal": effectShape, "observed": effectShape, "kept": "number", "kept_mcse": "number",
	"per_trial_smd": "number", "per_trial_smd_mcse": "number",
	"factors": []shape{factorShape}, "absent": []shape{{"factor": "text", "why": "text"}},
	"path": shape{"total": "number", "total_mcse": "number", "replicates": "count", "parts": []shape{
		{"part": "text", "forward": "number", "forward_mcse": "number", "backward": "number", "backward_mcse": "number",
			"forward_share": "number", "forward_share_mcse": "number", "backward_share": "number", "backward_share_mcse": "number"}}},
	"dilution": shape{"subgroup": "text", "method": "text", "interaction": "text", "measured_with_error": "yes or no", "replicates": "count",
		"shares": []shape{{"share": "number", "observed_share": "number", "observed_share_mcse": "number", "correct": "number", "correct_mcse": "number",
			"overall": dilutedShape, "member": dilutedShape, "interaction": dilutedShape}}},
}

// fits tells at which places a value has not the type wanted.
func fits(value, want any, at string) (wrong []string) {
	ok := false
	switch want := want.(type) {
	case string:
		ok = isA(value, want)
	case shape:
		object, isObject := value.(map[string]any)
		if !isObject {
			break
		}
		for name, type_ := range want {
			if inner, there := object[name]; there {
				wrong = append(wrong, fits(inner, type_, at+"."+name)...)
			} else {
				wrong = append(wrong, at+" lacks "+name)
			}
		}
		for name := range object {
			if _, known := want[name]; !known {
				wrong = append(wrong, at+" has "+name)
			}
		}
		ok = true
	case []shape:
		list, isList := value.([]any)
		for k, item := range list {
			wrong = append(wrong, fits(item, want[0], at+"["+strconv.Itoa(k)+"]")...)
		}
		ok = isList
	}
	if !ok {
		wrong = append(wrong, fmt.Sprintf("%s is %v, want %v", at, value, want))
	}
	return wrong
}

func isA(value any, what string) bool {
	switch what {
	case "text":
		_, ok := value.(string)
		return ok
	case "yes or no":
		_, ok := value.(bool)
		return ok
	case "count":
		x, ok := value.(float64)
		return ok && x == float64(int(x))
	}
	_, ok := value.(float64)
	return ok || value == nil
}

// Each case has an outcome of another kind, and its unit.
func TestExplainHasTheNamesThatScriptsRelyOn(t *testing.T) {
	for k, c := range []struct {
		args, unit     string
		path, dilution bool
	}{
		{"dilution", "proportion", false, true},
		{"dilution --subgroup high_need", "proportion", false, false},
		{"crowded --outcome days_in_treatment", "days", false, false},
		{"crowded --outcome time_to_linkage", "days", false, false},
		{"residential-assertive --outcome services_other", "services", false, false},
		{"residential-assertive --outcome abstinent_365", "proportion", true, false},
		{"standard-clinical --outcome satisfaction_182", "points", false, false},
		{"probation-case-management --outcome risk_events", "events", true, true},
		{"central-intake-linkage --arm interview", "proportion", false, false},
	} {
		if !suite.IsLong() && k%4 != 1 {
			continue
		}
		got := explained(t, append(strings.Fields(c.args), "--replicates", "3", "--set", "trial.clients=80")...)
		for name, wanted := range map[string]bool{"path": c.path, "dilution": c.dilution} {
			if value, there := got[name]; !there || (value != nil) != wanted {
				t.Errorf("%s: %s is there: %t, wanted %t", c.args, name, value != nil, wanted)
			}
			if got[name] == nil {
				got[name] = explainNothing[name]
			}
		}
		for _, wrong := range fits(got, explainShape, "it") {
			t.Errorf("%s: %s", c.args, wrong)
		}
		if got["unit"] != c.unit {
			t.Errorf("%s: unit %q, want %q", c.args, got["unit"], c.unit)
		}
		addsUp(t, c.args, got)
	}
}

// explainNothing stands for a path or a dilution that there is not.
var explainNothing = map[string]any{
	"path": map[string]any{"total": nil, "total_mcse": nil, "replicates": 0.0, "parts": []any{}},
	"dilution": map[string]any{"subgroup": "", "method": "", "interaction": "", "measured_with_error": false, "replicates": 0.0,
		"shares": []any{}},
}

// addsUp wants the steps and the Shapley values to sum to observed less ideal:
// by definition of the one, and by the efficiency axiom of the other (Shapley
// 1953).
func addsUp(t *testing.T, what string, e map[string]any) {
	t.Helper()
	world := func(name, scale string) float64 { return e[name].(map[string]any)[scale].(float64) }
	factors := e["factors"].([]any)
	if len(factors) < 2 {
		t.Errorf("%s: %d factors, want some", what, len(factors))
	}
	for part, scale := range map[string]string{"step": "smd", "shapley": "smd", "units_step": "units", "units_shapley": "units"} {
		sum, want := 0.0, world("observed", scale)-world("ideal", scale)
		for _, f := range factors {
			sum += f.(map[string]any)[part].(float64)
		}
		if math.Abs(sum-want) > 1e-9 {
			t.Errorf("%s: %s sums to %g, want %g", what, part, sum, want)
		}
	}
}

// A number that there is not is null. Where the program changes nothing no size
// of trial is enough, and no share of nothing is kept.
func TestWhatIsNotKnownIsNull(t *testing.T) {
	got := explained(t, "null", "--replicates", "50", "--set", "trial.clients=60", "--outcome", "linked_90")
	for _, world := range []string{"ideal", "observed"} {
		for _, name := range []string{"clients", "clients_mcse"} {
			if value := got[world].(map[string]any)[name]; value != nil {
				t.Errorf("%s.%s is %v, want null", world, name, value)
			}
		}
	}
	if got["kept"] != nil || got["kept_mcse"] != nil {
		t.Errorf("%v (%v) of no effect is kept, want null", got["kept"], got["kept_mcse"])
	}
	for _, f := range got["factors"].([]any) {
		if f := f.(map[string]any); f["multiplies"] != nil {
			t.Errorf("%s multiplies a trial of no size by %v, want null", f["factor"], f["multiplies"])
		}
	}
}

// What is printed and kept depends neither on the workers nor on the place.
func TestExplainGivesTheSameBytesAnywhere(t *testing.T) {
	scenario := call(t, t.Context(), "show", "dilution").stdout
	at := func(workers string) (stdout, dir string) {
		place := t.TempDir()
		file := filepath.Join(place, "same.toml")
		if err := os.WriteFile(file, []byte(scenario), 0o644); err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(place, "kept")
		var out, complaints bytes.Buffer
		args := []string{"explain", file, "--replicates", "20", "--set", "trial.clients=60", "--json", "--quiet", "--workers", workers, "--out", dir}
		if code := execute(t.Context(), args, nil, &out, &complaints, osFS{}); code != exitDone || complaints.Len() > 0 {
			t.Fatalf("exit code %d, %s", code, &complaints)
		}
		return out.String(), dir
	}
	one, dir1 := at("1")
	two, dir2 := at("2")
	if one != two {
		t.Error("--json differs between 1 and 2 workers")
	}
	want, got := contents(t, dir1), contents(t, dir2)
	if want["explain-linked_90.json"] != one || len(want) != 7 {
		t.Errorf("the folder has %d files, want the JSON as printed, the scenario, the page and 4 figures", len(want))
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs between 1 and 2 workers", name)
		}
	}
}

// An explanation that is cut off is of the replicates that all worlds have
// finished, as if no more had been asked for, and is not kept.
func TestInterruptedExplanationIsThatOfFewerReplicates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	args := []string{"explain", "needle-exchange", "--set", "trial.clients=60", "--json", "--quiet"}
	cut := cutOff(t, append(args, "--replicates", "10000000", "--out", dir)...)
	_, rest, found := strings.Cut(cut.stdout, `"replicates": `)
	done, _, _ := strings.Cut(rest, ",")
	if !found || cut.code != exitInterrupted {
		t.Fatalf("exit code %d, %.80q", cut.code, cut.stdout)
	}
	want := "caseload: interrupted: the results above cover the replicates finished until then; nothing of it is kept in " + dir + "\n"
	if cut.stderr != want {
		t.Errorf("stderr is %q, want %q", cut.stderr, want)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is there (%v)", dir, err)
	}
	whole := call(t, t.Context(), append(args, "--replicates", done)...)
	// The truth in the trial and rolled out comes after the worlds, and is missing.
	whole.stdout = regexp.MustCompile(`"(truth|truth_mcse|truth_rollout|truth_rollout_mcse)": [-0-9.e]+`).ReplaceAllString(whole.stdout, `"$1": null`)
	whole.stdout = strings.Replace(whole.stdout, `"truth_measure": "RD"`, `"truth_measure": ""`, 1)
	if partial := strings.Replace(whole.stdout, `"partial": false`, `"partial": true`, 1); cut.stdout != partial {
		t.Errorf("%s replicates of each world of an interrupted explanation differ from one of as many", done)
	}
	if !strings.HasPrefix(cutOff(t, "explain", "needle-exchange", "--replicates", "10000000", "--quiet").stdout, "Partial: interrupted after ") {
		t.Error("the text does not begin with that it is partial")
	}
}

// With nothing finished there is nothing to show.
func TestAnExplanationInterruptedAtOnceSaysSo(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	dir := filepath.Join(t.TempDir(), "kept")
	got := call(t, ctx, "explain", "needle-exchange", "--out", dir)
	want := "caseload: interrupted before the hazards were solved\n"
	if got.code != exitInterrupted || got.stdout != "" || got.stderr != want {
		t.Errorf("exit code %d, stdout %q, stderr %q, want %q", got.code, got.stdout, got.stderr, want)
	}
}

// What can't be written, once all is simulated, is shown.
func TestAnExplanationThatIsNotKeptIsShown(t *testing.T) {
	dir := t.TempDir()
	args := []string{"explain", "needle-exchange", "--set", "trial.clients=60", "--replicates", "5", "--quiet", "--brief"}
	if got := call(t, t.Context(), append(args, "--out", dir)...); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	way := filepath.Join(dir, "figures", "waterfall-linked_7d.svg")
	if err := os.Remove(way); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(way, 0o777); err != nil {
		t.Fatal(err)
	}
	got := call(t, t.Context(), append(args, "--out", dir)...)
	if got.code != exitBadInput || !strings.HasPrefix(got.stderr, "caseload: --out: "+way+" is a folder") {
		t.Errorf("exit code %d, %s", got.code, got.stderr)
	}
	if want := call(t, t.Context(), args...); got.stdout != want.stdout || got.stdout == "" {
		t.Error("what is shown is not the explanation")
	}
}
