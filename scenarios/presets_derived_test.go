package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios/evidence"
)

// derived matches a line of a preset whose numbers are derived from published trials:
// of a kind of help, by some days.
var derived = regexp.MustCompile(`^(brings|prior) *= .*# derived: (\w+) ([\d ]+)$`)

// derivedFromUse matches a line whose spread is derived from published figures on use: of a
// kind of treatment, for the number that the preset has.
var derivedFromUse = regexp.MustCompile(`^prior *= .*# derived: use in (\w+), ([\d.]+)$`)

// useLine writes such a line anew.
func useLine(t *testing.T, line string) string {
	parts := derivedFromUse.FindStringSubmatch(line)
	written, err := strconv.ParseFloat(parts[2], 64)
	if err != nil {
		t.Fatal(err)
	}
	p := evidence.DeriveMedication(evidence.Use(), written)
	if evidence.UseKind(parts[1]) == evidence.Counselling {
		p = evidence.DeriveCounselling(evidence.Use(), written)
	}
	value := fmt.Sprintf("prior    = { lognormal = [%.2f, %.2f] }", p.Median, p.SD)
	if p.None > 0 {
		value = fmt.Sprintf("prior    = { lognormal = [%.2f, %.2f], none = %.2f }", p.Median, p.SD, p.None)
	}
	return value + line[strings.Index(line, " # derived:"):]
}

// derivedLine writes the line anew.
func derivedLine(t *testing.T, line string) string {
	if derivedFromUse.MatchString(line) {
		return useLine(t, line)
	}
	parts := derived.FindStringSubmatch(line)
	var days []float64
	for _, text := range strings.Fields(parts[3]) {
		day, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		days = append(days, day)
	}
	n := evidence.Derive(evidence.Trials(), evidence.Kind(parts[2]), days...)
	var value string
	switch {
	case parts[1] == "prior":
		value = fmt.Sprintf("prior  = { beta = [%.1f, %.1f], none = %.2f }", n.Beta[0], n.Beta[1], n.None)
	case len(days) == 1:
		value = fmt.Sprintf("brings = { share = %.2f, by_days = %v }", n.Shares[0], days[0])
	default:
		points := make([]string, len(days))
		for k := range days {
			points[k] = fmt.Sprintf("{ share = %.2f, by_days = %v }", n.Shares[k], days[k])
		}
		value = "brings = { points = [" + strings.Join(points, ", ") + "] }"
	}
	return value + line[strings.Index(line, " # derived:"):]
}

// The numbers of presets on whom they bring, and how far use in services differs, are those
// that the published trials of their kind give.
func TestPresetsAreDerivedFromTrials(t *testing.T) {
	files, err := filepath.Glob("preset/*/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for k, line := range lines {
			if !derived.MatchString(line) && !derivedFromUse.MatchString(line) {
				continue
			}
			found++
			if want := derivedLine(t, line); line != want && suite.Update() {
				lines[k] = want
			} else if line != want {
				t.Errorf("%s:%d: %s\nwant %s", file, k+1, line, want)
			}
		}
		if suite.Update() {
			if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found < 24 {
		t.Errorf("%d derived lines in presets", found)
	}
}

// Each row of a service's preset on what is uncertain is about a number that the preset has:
// none is left out as one of what is absent.
func TestRowsOfServicePresets(t *testing.T) {
	for _, name := range presetNames("service") {
		text, _ := presetText("service", name)
		s := mustLoad(t, "[service."+name+"]\nlinkage = { per_month = 0.1 }\n[uncertainty]\nuse = false\n")
		if want, got := strings.Count(string(text), "\nkey "), len(s.Services[name].Uncertain); got != want {
			t.Errorf("%s: %d rows, the preset has %d", name, got, want)
		}
		for _, u := range s.Unknowns() {
			if u.Target.Service == name || u.Target.Quantity != "" {
				if m := u.Prior.Lognormal; len(m) != 2 || u.Target.Written <= 0 || u.ends()[0] <= 0 {
					t.Errorf("%s: %+v", name, u)
				}
			}
		}
	}
}
