package literature

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios"
)

const drawnBody = `
title = "a body"
source = "a test"
[trial]
clients = 400
accrual = { over_days = 30, pattern = "fixed" }
follow_up_days = [30]
[[arm]]
name = "help"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[program.help]
preset = ""
first_contact = { day = 0 }
[[program.help.effect]]
on = "health"
points = 3
lasts_days = 60
direct = true
[health]
mean = 50
sd = 10
[[outcome]]
name = "health"
variable = "health"
method = "welch"
[[uncertain]]
key = "program.help.effect[0].points"
prior = { normal = [3, 2] }
[uncertainty]
use = true
[literature]
effect_sd = 0
bodies = 2
[[study]]
name = "one"
[[study]]
name = "two"
[[study]]
name = "three"
`

// Studies draw what is not known, each its own: standardized effects vary by a prior of
// SD 0.2 beside their sampling error, 4 / n = 0.01, and not with those of their body.
func TestStudiesDrawWhatIsNotKnown(t *testing.T) {
	sc, err := scenarios.Parse("body.toml", []byte(drawnBody))
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := e.NewWorker()
	var b Body
	const bodies = 400
	var sum, square, product float64
	for k := range bodies {
		if err := w.Body(7, k, &b); err != nil {
			t.Fatal(err)
		}
		for s := range b.Trials {
			y := b.Trials[s].Effects[0].Y - 0.3
			sum, square = sum+y, square+float64(y*y)
			product += float64(y * (b.Trials[(s+1)%3].Effects[0].Y - 0.3))
		}
	}
	const n, variance = 3 * bodies, 0.2*0.2 + 0.01
	for _, c := range []struct {
		what          string
		got, want, se float64
	}{
		{"mean", sum / n, 0, math.Sqrt(variance / n)},
		{"variance", square / n, variance, variance * math.Sqrt(2.0/n)},
		{"covariance", product / n, 0, variance / math.Sqrt(n)},
	} {
		if !(math.Abs(c.got-c.want) < 4*c.se) {
			t.Errorf("%s: %v, want %v (SE %v)", c.what, c.got, c.want, c.se)
		}
	}
}

func TestOneReasonForStudiesToDiffer(t *testing.T) {
	for set, want := range map[string]string{"literature.effect_sd=0.2": "literature.effect_sd: got 0.2, want 0", "literature.effect=0.5": "literature.effect: got 0.5, want 1"} {
		key, value, _ := strings.Cut(set, "=")
		sc, err := scenarios.Parse("body.toml", []byte(drawnBody))
		if err != nil {
			t.Fatal(err)
		}
		if sc, err = sc.With(scenarios.Setting{Key: key, Value: map[string]float64{"0.2": 0.2, "0.5": 0.5}[value]}); err != nil {
			t.Fatal(err)
		}
		if _, err := New(sc, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", set, err, want)
		}
	}
}
