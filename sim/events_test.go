package sim

import (
	"math"
	"slices"
	"testing"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// eventsTOML is a scenario in which only what is added happens.
func eventsTOML(more string) string {
	return mixed(`randomization = { method = "simple" }`, "1") + more +
		"[[outcome]]\nname = \"count\"\nvariable = \"event_count\"\nevent = \"fall\"\nat_days = 365.25\n"
}

// counts returns the mean and the variance of the clients' numbers of events.
func countsOf(w *Workspace, event string) (mean, variance float64) {
	k, sum, squares := w.m.course(scenarios.EventProcess(event)), 0.0, 0.0
	for i := range w.n {
		x := float64(w.history(w.client(i), k).count)
		sum, squares = sum+x, squares+x*x
	}
	n := float64(w.n)
	return sum / n, squares/n - sum/n*(sum/n)
}

// lived returns a workspace after a trial of 4,000 clients, all using, for a year.
func lived(t *testing.T, text string, sets ...string) *Workspace {
	w := compile(t, text, append([]string{"trial.clients=4000", "trial.follow_up_days=[365.25]"}, sets...)...).NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	return w
}

// Events at a constant rate are a Poisson process, and with a dispersion k negative
// binomial: with mean m the variance is m + k m^2. The variance of the variance is that of
// the fourth moment, below 3 (m + k m^2)^2 (1 + 2 k) + variance for these numbers.
func TestEventsAreNegativeBinomial(t *testing.T) {
	for _, k := range []float64{0, 0.5, 2} {
		text := "[event.fall]\nrate = { per_year = 0.8 }\n"
		if k > 0 {
			text += "dispersion = " + map[float64]string{0.5: "0.5", 2: "2"}[k] + "\n"
		}
		w := lived(t, eventsTOML(text))
		mean, variance := countsOf(w, "fall")
		n, v := float64(w.n), 0.8+k*0.64
		if tolerance := 4 * math.Sqrt(v/n); math.Abs(mean-0.8) > tolerance {
			t.Errorf("dispersion %g: mean %g, want 0.8 within %g", k, mean, tolerance)
		}
		// the fourth cumulant of the negative binomial is v (1 + 6 k v) + 0 (Johnson, Kemp & Kotz 2005, section 5.3)
		if tolerance := 4 * math.Sqrt((2*v*v+v*(1+6*k*v))/n); math.Abs(variance-v) > tolerance {
			t.Errorf("dispersion %g: variance %g, want %g within %g", k, variance, v, tolerance)
		}
	}
}

// While nobody is in the state there is no event, and a rate holds in it in full: half of
// the clients use all the time, the others never.
func TestEventsHappenInTheirStates(t *testing.T) {
	w := lived(t, eventsTOML("[event.fall]\nrate = { per_year = 0.8 }\nwhile = \"using\"\n"),
		"use.using=0.5", "use.quit={never=true}", "use.relapse={never=true}")
	k := w.m.course("event.fall")
	n, events := 0.0, 0.0
	for i := range w.n {
		using := w.client(i).bits>>w.m.use.bit&1 != 0
		if x := w.history(w.client(i), k).count; using {
			n, events = n+1, events+float64(x)
		} else if x > 0 {
			t.Fatalf("client %d had %d events while not using", i, x)
		}
	}
	if math.Abs(events/n-0.8) > 4*math.Sqrt(0.8/n) {
		t.Errorf("%g events a client using, want 0.8", events/n)
	}
}

// With a probability f that an event is fatal, and nothing else to die of, events a client
// are (1 - exp(-f r))/f in a year, and deaths f times as many, which is 1 - exp(-f r).
func TestFatalEventsAreDeaths(t *testing.T) {
	const rate, fatal = 2.0, 0.25
	text := eventsTOML("[event.fall]\nrate = { per_year = 2 }\nfatal = 0.25\n[death]\nrate = { never = true }\n")
	w := lived(t, text)
	mean, _ := countsOf(w, "fall")
	died := 0.0
	for i := range w.n {
		died += yes(w.client(i).dead)
	}
	share, n := 1-math.Exp(-rate*fatal), float64(w.n)
	if got := died / n; math.Abs(got-share) > 4*math.Sqrt(share*(1-share)/n) {
		t.Errorf("%g died, want %g", got, share)
	}
	if want := share / fatal; math.Abs(mean-want) > 4*math.Sqrt(2*want/n) { // the variance is below twice the mean
		t.Errorf("%g events, want %g", mean, want)
	}
	w.off = noDeath
	w.live()
	if mean, _ := countsOf(w, "fall"); math.Abs(mean-rate) > 4*math.Sqrt(rate/n) {
		t.Errorf("%g events where nobody dies, want %g", mean, rate)
	}
}

// An event that doubles its own rate for good makes events a pure birth process with rates
// 1, 2, 2, ...: the mean in a year is 2 - (1 - exp(-1)).
func TestEventsActOnWhatFollows(t *testing.T) {
	text := eventsTOML("[event.fall]\nrate = { per_year = 1 }\nacts_on = { \"event.fall\" = 2 }\n")
	w := lived(t, text)
	mean, variance := countsOf(w, "fall")
	if want := 2 - (1 - math.Exp(-1)); math.Abs(mean-want) > 4*math.Sqrt(variance/float64(w.n)) {
		t.Errorf("%g events, want %g", mean, want)
	}
	// For a day at a time it is as if it did not, but for an event in 365: 1 + 1/365.25 to first order.
	w = lived(t, text, "event.fall.acts_days=1")
	mean, variance = countsOf(w, "fall")
	if want := 1 + 1/365.25; math.Abs(mean-want) > 4*math.Sqrt(variance/float64(w.n)) {
		t.Errorf("%g events with a day, want %g", mean, want)
	}
}

// The times that methods see are those of the log: up to death, loss that hides records,
// and the outcome's day; and with death as a part of the outcome it is the last of them.
func TestTimesOfEventsAreThoseOfTheLog(t *testing.T) {
	text := eventsTOML("[event.fall]\nrate = { per_year = 4 }\nfatal = 0.05\n[death]\nrate = { per_year = 0.3 }\n[attrition]\nhides_records = true\nloss = { per_year = 0.5 }\n") +
		"method = \"andersen_gill\"\n[[outcome]]\nname = \"with deaths\"\nvariable = \"event_count\"\nevent = \"fall\"\nat_days = 200\nmethod = \"mean_cumulative\"\nintercurrent = { death = \"composite\" }\n"
	text = replaceAll(t, text, "with deaths", "both")
	m := compile(t, text, "trial.clients=300", "trial.follow_up_days=[365.25]")
	w := m.NewWorkspace()
	w.log = &eventLog{}
	w.Begin(1, 0)
	o := w.Trial()
	died, lost := 0, 0
	for _, c := range chronicles(w) {
		for k, at := range []int64{int64(ticks(365.25)), int64(ticks(200))} {
			r := &o.Outcomes[len(o.Outcomes)-2+k].Recurring
			until := min(c.enrol+at, c.exit)
			if c.lost >= 0 && c.lost < until {
				until = c.lost
				lost++
			}
			var want []float64
			for _, tick := range c.happens["event.fall"] {
				if tick <= until {
					want = append(want, calendar.Days(tick-c.enrol))
				}
			}
			dead := c.dead && c.exit == until && until < c.enrol+at
			if dead && k == 1 {
				want = append(want, calendar.Days(until-c.enrol))
				died++
			}
			if got := r.Of(c.client); !slices.Equal(got, want) {
				t.Fatalf("client %d, outcome %d: %v, want %v", c.client, k, got, want)
			}
			if got, want := r.Until[c.client], calendar.Days(until-c.enrol); got != want || r.Ended[c.client] != dead {
				t.Fatalf("client %d, outcome %d: until %v (death %v), want %v (%v)", c.client, k, got, r.Ended[c.client], want, dead)
			}
		}
	}
	if died < 20 || lost < 20 {
		t.Errorf("%d deaths and %d losses, which try little", died, lost)
	}
}
