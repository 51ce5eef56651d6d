package calendar_test

import (
	"math"
	"testing"

	"caseload/internal/suite"
)

// figures are the steady state of a station.
type figures struct {
	wait     float64 // mean time in the waiting line of those let in
	waiting  float64 // mean number in the line
	busy     float64 // mean share of servers at work
	blocking float64 // share of arrivals turned away
}

// erlangB is the probability that c servers are all busy under an offered
// load of a, nobody waiting: B(n) = a B(n-1) / (n + a B(n-1)) from B(0) = 1
// (Cooper 1981, Introduction to Queueing Theory, 2nd ed., ch. 3).
func erlangB(c int, a float64) float64 {
	b := 1.0
	for n := 1; n <= c; n++ {
		b = a * b / (float64(n) + a*b)
	}
	return b
}

// erlangC is the probability of waiting in M/M/c:
// C = B / (1 - rho (1 - B)), rho = a/c (same place).
func erlangC(c int, a float64) float64 {
	b := erlangB(c, a)
	return b / (1 - a/float64(c)*(1-b))
}

// unlimited is M/M/c: Wq = C / (c mu - lambda), Lq = lambda Wq (Gross & Harris
// 1998, Fundamentals of Queueing Theory, 3rd ed., section 2.3).
func unlimited(q station) figures {
	c := float64(q.servers)
	a := q.arrivals / q.services
	wait := erlangC(q.servers, a) / (c*q.services - q.arrivals)
	return figures{wait: wait, waiting: q.arrivals * wait, busy: a / c}
}

// limited is M/M/c/K from the probabilities of n present, p(n)/p(n-1) =
// lambda / (min(n, c) mu); an arrival is turned away with p(K), and those let
// in come at the rate lambda (1 - p(K)) (Gross & Harris, section 2.4).
func limited(q station) (f figures) {
	p := make([]float64, q.room+1)
	p[0] = 1
	sum := 1.0
	for n := 1; n <= q.room; n++ {
		p[n] = p[n-1] * q.arrivals / (float64(min(n, q.servers)) * q.services)
		sum += p[n]
	}
	for n, x := range p {
		f.waiting += x / sum * float64(max(0, n-q.servers))
		f.busy += x / sum * float64(min(n, q.servers)) / float64(q.servers)
	}
	f.blocking = p[q.room] / sum
	f.wait = f.waiting / (q.arrivals * (1 - f.blocking))
	return f
}

var (
	mm1  = station{arrivals: 0.5, services: 1, servers: 1}
	mm10 = station{arrivals: 9, services: 1, servers: 10}
	mm23 = station{arrivals: 2, services: 1, servers: 2, room: 3}
)

// The formulas give what is known in closed form: M/M/1 has Wq = rho / (mu -
// lambda); M/M/2/3 at lambda = 2 mu has probabilities 1, 2, 2, 2 sevenths; with
// much room the limited station is the unlimited one.
func TestTheFormulasGiveKnownValues(t *testing.T) {
	roomy := mm10
	roomy.room = 400
	for _, c := range []struct {
		name            string
		got, want, near float64
	}{
		{"M/M/1 wait", unlimited(mm1).wait, 0.5 / (1 - 0.5), 1e-14},
		{"M/M/10 wait", unlimited(mm10).wait, 0.66873, 5e-6},
		{"M/M/10/400 wait", limited(roomy).wait, unlimited(mm10).wait, 1e-12},
		{"M/M/2/3 waiting", limited(mm23).waiting, 2. / 7, 1e-14},
		{"M/M/2/3 wait", limited(mm23).wait, 1. / 5, 1e-14},
		{"M/M/2/3 busy", limited(mm23).busy, 5. / 7, 1e-14},
		{"M/M/2/3 blocking", limited(mm23).blocking, 2. / 7, 1e-14},
		{"Erlang B of 1", erlangB(1, 0.5), 0.5 / 1.5, 1e-14},
	} {
		if !(math.Abs(c.got-c.want) <= c.near) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// agree checks a simulated figure against theory within 4 of its own standard
// errors, and that the run is long enough to refuse a theory 2 % off.
func agree(t *testing.T, name string, got, se, want float64) {
	t.Helper()
	t.Logf("%-12s %.6f (standard error %.6f, %.2f %%), theory %.6f, z %+.2f", name, got, se, 100*se/want, want, (got-want)/se)
	if !(math.Abs(got-want) < 4*se) {
		t.Errorf("%s: %v with standard error %v, theory %v", name, got, se, want)
	}
	if !(se < 0.005*want) {
		t.Errorf("%s: standard error %v is above half a percent of %v", name, se, want)
	}
	for _, wrong := range []float64{0.98 * want, 1.02 * want} {
		if !(math.Abs(got-wrong) > 4*se) {
			t.Errorf("%s: %v with standard error %v does not refuse %v, which is 2 %% off", name, got, se, wrong)
		}
	}
}

func one(batch) float64        { return length / unit }
func waiting(b batch) float64  { return b.waiting }
func waits(b batch) float64    { return b.waits }
func begun(b batch) float64    { return b.begun }
func offered(b batch) float64  { return b.offered }
func turned(b batch) float64   { return b.turnedAway }
func present(b batch) float64  { return b.waiting + b.busy }
func sojourns(b batch) float64 { return b.sojourns }

// compare checks every figure of a station, and Little's law L = lambda W
// (Little 1961, Operations Research 9) with L from the area under the number
// present and lambda W from the customers' own times.
func compare(t *testing.T, q station, want figures, runs int) {
	t.Helper()
	batches := simulate(q, 20240611, runs)
	got, se := ratio(batches, waits, begun)
	agree(t, "wait", got, se, want.wait)
	got, se = ratio(batches, waiting, one)
	agree(t, "waiting", got, se, want.waiting)
	got, se = ratio(batches, func(b batch) float64 { return b.busy / float64(q.servers) }, one)
	agree(t, "busy", got, se, want.busy)
	if q.room > 0 {
		got, se = ratio(batches, turned, offered)
		agree(t, "blocking", got, se, want.blocking)
	} else if got, _ = ratio(batches, turned, offered); got != 0 {
		t.Errorf("%v of arrivals turned away where there is room for all", got)
	}
	got, se = ratio(batches, sojourns, present)
	agree(t, "Little, all", got, se, 1)
	got, se = ratio(batches, waits, waiting)
	agree(t, "Little, line", got, se, 1)
}

func TestASingleServerQueueAgreesWithTheory(t *testing.T) {
	compare(t, mm1, unlimited(mm1), 2)
}

func TestAQueueWithLittleRoomAgreesWithTheory(t *testing.T) {
	compare(t, mm23, limited(mm23), 2)
}

func TestABusyQueueOfTenServersAgreesWithErlangC(t *testing.T) {
	suite.Long(t)
	compare(t, mm10, unlimited(mm10), 4)
}
