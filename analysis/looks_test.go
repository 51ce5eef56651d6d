package analysis

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"caseload/analysis/closedform"
	"caseload/internal/suite"
)

// looksTOML is a trial of two arms with one client a day and nobody lost, in which what
// the program does is a hazard ratio of linkage.
const looksTOML = `
title = "looks"
source = "a test"
extends = "base"
[trial]
clients = %d
accrual = { per_day = 1, pattern = "fixed" }
follow_up_days = [60]
[[arm]]
name = "usual"
control = true
[[arm]]
name = "helped"
programs = ["help"]
[service.clinic]
kind = "substance_use"
slots = "unlimited"
linkage = { probability = 0.4, by_days = 60 }
stay = { median_days = 50 }
[program.help]
staff = "unlimited"
first_contact = { day = 0 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = %g
lasts_days = 200
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
primary = true
method = ["risk_difference"]
[[outcome]]
name = "time"
variable = "time_to_linkage"
at_days = 60
method = ["log_rank"]
`

func looked(clients int, hr float64, more string) string {
	return fmt.Sprintf(looksTOML, clients, hr) + more
}

// Looks at which nothing is spent and nothing ends leave the trial as it is: the same
// estimates to the bit, and the same decisions.
func TestLooksThatNeverEndATrialChangeNothing(t *testing.T) {
	plain := run(t, parse(t, looked(120, 1.8, "")), Options{Replicates: 300, Seed: 1})
	for _, outcome := range []string{"linked", "time"} {
		more := fmt.Sprintf("[interim]\noutcome = %q\nlooks = [0.3, 0.6]\nspending = \"none\"\nplanned = 100\n", outcome)
		r := run(t, parse(t, looked(120, 1.8, more)), Options{Replicates: 300, Seed: 1})
		sameNumbers(t, "with looks", r, plain)
		x := r.Interim
		row := rowOf(t, r, outcome, x.Method)
		if x.Power.Share != row.Power || x.PowerFixed.Share != row.Power || x.AtDecision.Mean != row.Mean || x.AtEnd.Mean != row.Mean ||
			x.AtDecision.Coverage != row.Coverage {
			t.Errorf("%s: %+v, and %+v without looks", outcome, x, row.Measures)
		}
		if x.Clients.Mean != 120 || x.Clients.Low != 120 || x.Looks[2].Ends.Share != 1 {
			t.Errorf("%s: %+v", outcome, x)
		}
	}
}

// Clients come while outcomes are awaited: one a day. The outcome of the 60th, who is
// enrolled on day 60, is known on day 120, when 120 are enrolled; 14 more are when
// it is decided 14 days later.
func TestClientsAreEnrolledWhileALookIsAwaited(t *testing.T) {
	more := "[interim]\nlooks = [0.4]\nreview_days = %g\nspending = { power = 1 }\nfutility = { bound = 20 }\n"
	for _, wait := range []float64{0, 14} {
		x := run(t, parse(t, looked(150, 1, fmt.Sprintf(more, wait))), Options{Replicates: 20, Seed: 1}).Interim
		l := &x.Looks[0]
		if l.Day != 120 || l.Known != 60 || float64(l.Enrolled) != 120+wait || float64(l.Share) != 0.4 {
			t.Errorf("waiting %g days: look on day %v with %v known and %v enrolled", wait, l.Day, l.Known, l.Enrolled)
		}
		if l.Futility.Share+l.Efficacy.Share != 1 || float64(x.Clients.Mean) != 120+wait || float64(x.Days.Mean) != 120+wait {
			t.Errorf("waiting %g days: %+v", wait, x)
		}
	}
	x := run(t, parse(t, looked(150, 1, "[interim]\ndays = [99.5, 160]\nspending = \"none\"\n")), Options{Replicates: 5, Seed: 1}).Interim
	if a, b := &x.Looks[0], &x.Looks[1]; a.Known != 39 || a.Enrolled != 99 || b.Known != 100 || b.Enrolled != 150 || x.Looks[2].Day != 210 {
		t.Errorf("looks on days: %+v", x.Looks)
	}
}

// What a look has of times is what a trial has whose follow-up ends on that day: the same
// clients are simulated.
func TestALookHasWhatIsKnown(t *testing.T) {
	text := looked(150, 1.5, "[interim]\noutcome = \"time\"\ndays = [100]\nplanned = 60\nspending = \"none\"\nfutility = { bound = 20 }\n")
	x := run(t, parse(t, text), Options{Replicates: 40, Seed: 3}).Interim
	short := strings.Replace(looked(150, 1.5, ""), "follow_up", "ends_day = 100\nfollow_up", 1)
	row := rowOf(t, run(t, parse(t, short), Options{Replicates: 40, Seed: 3}), "time", "log_rank")
	closeTo(t, "mean at the look", x.Looks[0].AtDecision.Mean, row.Mean)
	if x.Looks[0].Futility.Share != 1 || x.Looks[0].AtEnd.Mean == x.Looks[0].AtDecision.Mean {
		t.Errorf("%+v", x.Looks[0])
	}
}

// The trial that is planned anew gets clients in proportion to the variance: of a share of
// 0.5 planned as 0.2, 0.25/0.16 times as many.
func TestClientsArePlannedAnew(t *testing.T) {
	more := "[interim]\nlooks = [0.5]\nspending = \"none\"\nreestimate = { look = 1, clients = 160, rate = %g }\n"
	x := run(t, parse(t, looked(1000, 1, fmt.Sprintf(more, 0.15))), Options{Replicates: 200, Seed: 1}).Interim
	// A share of 0.4 by day 60, from 80 clients: s^2 is unbiased for 0.24.
	want := 160 * 0.24 / (0.15 * 0.85)
	within(t, "clients", x.Clients.Mean, want+0.5, float64(x.Clients.MCSE)) // rounded up
	x = run(t, parse(t, looked(1000, 1, fmt.Sprintf(more, 0.5))), Options{Replicates: 20, Seed: 1}).Interim
	// With a share of 1/2 among 80 clients s^2 is at most 0.25 x 80/79.
	if x.Clients.Low != 160 || x.Clients.High > 163 {
		t.Errorf("%+v: not as planned", x)
	}
	x = run(t, parse(t, looked(200, 1, fmt.Sprintf(more, 0.05))), Options{Replicates: 20, Seed: 1}).Interim
	if x.Clients.Mean != 200 {
		t.Errorf("%+v: more than there are", x)
	}
}

// Neither workers nor what was kept change what comes of looks.
func TestLooksDoNotDependOnTheWorkers(t *testing.T) {
	m := parse(t, looked(100, 1.5, "[interim]\nlooks = [0.3, 0.7]\nfutility = { spending = \"pocock\", beta = 0.2 }\n"))
	kept := newMemory()
	want := fmt.Sprintf("%+v", *run(t, m, Options{Replicates: 600, Seed: 2, Workers: 1, Store: kept}).Interim)
	for _, opt := range []Options{{Workers: 3}, {Workers: 2, Store: kept}} {
		opt.Replicates, opt.Seed = 600, 2
		if got := fmt.Sprintf("%+v", *run(t, m, opt).Interim); got != want {
			t.Errorf("%+v: %s, want %s", opt, got, want)
		}
	}
}

// Power, level and clients are those of theory where its assumptions hold: a risk
// difference, of which the information is the number of clients.
func TestLooksAgainstTheory(t *testing.T) {
	suite.Long(t)
	const replicates = 4000
	for _, hr := range []float64{1, 1.45} {
		for _, spending := range []string{`"obrien_fleming"`, `"pocock"`, `{ power = 2 }`, `{ hsd = -4 }`} {
			r := run(t, parse(t, looked(400, hr, "[interim]\nlooks = [0.33, 0.67]\nspending = "+spending+"\nfutility = { bound = 0.1 }\n")), Options{Replicates: replicates, Seed: 5})
			x := r.Interim
			p0, p1 := 0.4, 1-math.Pow(0.6, hr)
			drift := (p1 - p0) / math.Sqrt((p1*(1-p1)+p0*(1-p0))/200)
			d := closedform.SequentialDesign{Alpha: 0.05, Sides: 2, FutilityBounds: []float64{0.1}, Spending: map[string]closedform.Spending{`"obrien_fleming"`: {},
				`"pocock"`: {Kind: closedform.Pocock}, `{ power = 2 }`: {Kind: closedform.PowerSpending, Parameter: 2}, `{ hsd = -4 }`: {Kind: closedform.HwangShihDeCani, Parameter: -4}}[spending]}
			shares := []float64{0.33, 0.67, 1}
			efficacy, futility, harm := d.Exits(shares, d.Bounds(shares), drift)
			// The test is normal in the limit alone: half a percentage point is left to that.
			near := func(what string, got, want float64) {
				t.Helper()
				if !(math.Abs(got-want) <= 4*math.Sqrt(want*(1-want)/replicates)+0.005) {
					t.Errorf("hr %v, %s: %s %.4f, want %.4f", hr, spending, what, got, want)
				}
			}
			power := 0.0
			for k := range 3 {
				near("efficacy", float64(x.Looks[k].Efficacy.Share), efficacy[k])
				near("harm", float64(x.Looks[k].Harm.Share), harm[k])
				if k < 2 {
					near("futility", float64(x.Looks[k].Futility.Share), futility[k])
				}
				power += efficacy[k] + harm[k]
			}
			near("power", float64(x.Power.Share), power)
			// Clients enrolled at a look are those known, and 60 who have come since.
			want := 192*(efficacy[0]+futility[0]+harm[0]) + 328*(efficacy[1]+futility[1]+harm[1])
			want += 400 * (1 - (efficacy[0] + futility[0] + harm[0]) - (efficacy[1] + futility[1] + harm[1]))
			within(t, "clients", x.Clients.Mean, want, float64(x.Clients.MCSE)+0.1)
		}
	}
}

// The level is kept where more goes on than theory has: times with events as information,
// a number of clients planned anew, bounds for futility and harm that do not bind, and clusters
// with the precision as information, of many sites and of so few that theory does not promise it.
func TestLooksKeepTheLevel(t *testing.T) {
	suite.Long(t)
	const replicates = 4000
	clusters := strings.Replace(looked(400, 1, ""), "[[arm]]", "sites = 40\nrandomization = { method = \"cluster\", by = \"site\" }\nsite_spread = { linkage = 0.3 }\n[[arm]]", 1)
	clusters = strings.Replace(clusters, `["risk_difference"]`, `["cluster_robust"]`, 1)
	clusters = clusters[:strings.Index(clusters, "[[outcome]]\nname = \"time\"")]
	for name, text := range map[string]string{
		"events":       looked(200, 1, "[interim]\noutcome = \"time\"\nlooks = [0.3, 0.7]\nplanned = 80\nspending = \"pocock\"\n"),
		"planned anew": looked(400, 1, "[interim]\nlooks = [0.5]\nspending = \"pocock\"\nreestimate = { look = 1, clients = 120, rate = 0.2 }\n"),
		"futility":     looked(200, 1, "[interim]\nlooks = [0.4, 0.7]\nspending = \"pocock\"\nfutility = { bound = [0, 0.5] }\nharm = { bound = -1 }\n"),
		"clusters":     clusters + "[interim]\nlooks = [0.5]\ninformation = \"precision\"\nspending = \"pocock\"\n",
		"few clusters": strings.Replace(clusters, "sites = 40", "sites = 8", 1) + "[interim]\nlooks = [0.5]\ninformation = \"precision\"\nspending = \"pocock\"\n",
	} {
		x := run(t, parse(t, text), Options{Replicates: replicates, Seed: 11, NoTruth: true}).Interim
		se := math.Sqrt(0.05 * 0.95 / replicates)
		// Tests of 60 clients and of events are normal in the limit alone.
		if got := float64(x.Power.Share); !(got <= 0.05+4*se+0.004) || name != "futility" && !(got >= 0.05-4*se-0.004) {
			t.Errorf("%s: level %.4f", name, got)
		}
		t.Logf("%s: level %.4f, %.4f by the final analysis alone, %.1f clients", name, float64(x.Power.Share), float64(x.PowerFixed.Share), float64(x.Clients.Mean))
	}
}
