package calendar_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/sim/calendar"
)

// drain takes every event, cancelling each as it is taken, and logs it as
// "tick/rank/client".
func drain(c *calendar.Calendar) []string {
	var log []string
	for k := c.Next(); k != calendar.Never; k = c.Next() {
		log = append(log, fmt.Sprintf("%d/%d/%d", calendar.Tick(k), calendar.Rank(k), calendar.Client(k)))
		c.Set(calendar.Client(k), calendar.Never)
	}
	return log
}

func put(c *calendar.Calendar, tick int64, rank, client int) {
	c.Set(client, calendar.Key(tick, rank, client))
}

func wantLog(t *testing.T, c *calendar.Calendar, want ...string) {
	t.Helper()
	if got := drain(c); !slices.Equal(got, want) {
		t.Errorf("events taken %v, want %v", got, want)
	}
}

// wantPanic runs f and checks that it panics with a message holding want.
func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := recover(); got == nil || !strings.Contains(fmt.Sprint(got), want) {
			t.Errorf("panic %v, want one with %q", got, want)
		}
	}()
	f()
}

func TestEventsComeInOrderOfTime(t *testing.T) {
	c := calendar.New(3)
	put(c, 30, 0, 0)
	put(c, 10, 0, 1)
	put(c, 20, 0, 2)
	wantLog(t, c, "10/0/1", "20/0/2", "30/0/0")
}

func TestASmallerRankComesFirstInTheSameTick(t *testing.T) {
	c := calendar.New(3)
	put(c, 7, 2, 0)
	put(c, 7, 0, 2)
	put(c, 7, 1, 1)
	wantLog(t, c, "7/0/2", "7/1/1", "7/2/0")
}

func TestAnEarlierTickBeatsASmallerRank(t *testing.T) {
	c := calendar.New(2)
	put(c, 8, 0, 0)
	put(c, 7, calendar.MaxRank, 1)
	wantLog(t, c, "7/15/1", "8/0/0")
}

func TestASmallerClientComesFirstInTheSameTickAndRank(t *testing.T) {
	c := calendar.New(5)
	for _, client := range []int{3, 0, 4, 1, 2} {
		put(c, 7, 1, client)
	}
	wantLog(t, c, "7/1/0", "7/1/1", "7/1/2", "7/1/3", "7/1/4")
}

func TestACancelledEventDoesNotHappen(t *testing.T) {
	c := calendar.New(3)
	put(c, 1, 0, 0)
	put(c, 2, 0, 1)
	put(c, 3, 0, 2)
	c.Set(1, calendar.Never)
	wantLog(t, c, "1/0/0", "3/0/2")
}

func TestAClientHasOneEventTheLastOneSet(t *testing.T) {
	c := calendar.New(2)
	put(c, 5, 0, 0)
	put(c, 6, 0, 1)
	put(c, 9, 3, 0) // postponed
	put(c, 2, 0, 1) // brought forward
	if got := c.Get(0); calendar.Tick(got) != 9 || calendar.Rank(got) != 3 {
		t.Errorf("client 0 has tick %d rank %d, want tick 9 rank 3", calendar.Tick(got), calendar.Rank(got))
	}
	wantLog(t, c, "2/0/1", "9/3/0")
}

func TestAnEventStaysUntilItsClientIsSetAnew(t *testing.T) {
	c := calendar.New(2)
	put(c, 4, 0, 0)
	if a, b := c.Next(), c.Next(); a != b || a != calendar.Key(4, 0, 0) {
		t.Errorf("taken %x then %x, want the same event twice", a, b)
	}
	put(c, 4, 1, 0) // the same tick again is not the past
	wantLog(t, c, "4/1/0")
}

func TestAnEmptyCalendarHoldsNever(t *testing.T) {
	for _, clients := range []int{1, 2, 3, 300} {
		c := calendar.New(clients)
		if c.Next() != calendar.Never || c.Peek() != calendar.Never || c.Get(clients-1) != calendar.Never {
			t.Errorf("%d clients: a new calendar holds an event", clients)
		}
	}
}

func TestACalendarOfOneClientWorks(t *testing.T) {
	c := calendar.New(1)
	put(c, 3, 0, 0)
	wantLog(t, c, "3/0/0")
}

func TestTakingNeverDoesNotMoveTime(t *testing.T) {
	c := calendar.New(2)
	c.Next()
	put(c, 0, 0, 1)
	wantLog(t, c, "0/0/1")
}

func TestPeekingDoesNotMoveTime(t *testing.T) {
	c := calendar.New(2)
	put(c, 9, 0, 0)
	if got := c.Peek(); got != calendar.Key(9, 0, 0) {
		t.Errorf("peeked at %x", got)
	}
	put(c, 8, 0, 1)
	wantLog(t, c, "8/0/1", "9/0/0")
}

func TestThePastIsRefused(t *testing.T) {
	c := calendar.New(2)
	put(c, 100, 0, 0)
	c.Next()
	wantPanic(t, "leaf 1 set to tick 99, before now, tick 100", func() { put(c, 99, calendar.MaxRank, 1) })
	wantPanic(t, "client 1 at tick -1, before the start", func() { put(c, -1, 0, 1) })
	wantPanic(t, "before the start", func() { put(c, math.MinInt64, 0, 1) })
	wantLog(t, c, "100/0/0") // what was refused left no trace
}

func TestResettingGoesBackToAnEmptyStart(t *testing.T) {
	c := calendar.New(3)
	put(c, 100, 0, 0)
	put(c, 200, 0, 2)
	c.Next()
	c.Reset()
	put(c, 1, 0, 1)
	wantLog(t, c, "1/0/1")
}

func TestATickPastTheEndOfTheCalendarIsNever(t *testing.T) {
	for _, days := range []float64{calendar.MaxDays, calendar.MaxDays + 0.5, 179.5 * 365.25, math.MaxFloat64, math.Inf(1)} {
		if got := calendar.Ticks(days); got != calendar.MaxTick {
			t.Errorf("%v days is tick %d, want %d", days, got, int64(calendar.MaxTick))
		}
	}
	for _, tick := range []int64{calendar.MaxTick, calendar.MaxTick + 1, math.MaxInt64} {
		if got := calendar.Key(tick, 0, 0); got != calendar.Never {
			t.Errorf("tick %d has key %x, want never", tick, got)
		}
	}
}

func TestTheLastTickStillFits(t *testing.T) {
	last := calendar.Ticks(math.Nextafter(calendar.MaxDays, 0))
	if last != calendar.MaxTick-1 {
		t.Fatalf("last tick %d, want %d", last, int64(calendar.MaxTick-1))
	}
	c := calendar.New(2)
	put(c, last, 1, 1)
	put(c, last-1, 1, 0)
	wantLog(t, c, fmt.Sprintf("%d/1/0", last-1), fmt.Sprintf("%d/1/1", last))
}

func TestNegativeDaysAndNaNAreRefused(t *testing.T) {
	for _, days := range []float64{-1, -5e-324, math.Inf(-1), math.NaN()} {
		wantPanic(t, fmt.Sprintf("%v days", days), func() { calendar.Ticks(days) })
	}
}

func TestDaysRoundDownToATick(t *testing.T) {
	tick := 1.0 / calendar.Day
	for _, c := range []struct {
		days float64
		want int64
	}{{0, 0}, {math.Copysign(0, -1), 0}, {tick, 1}, {math.Nextafter(tick, 0), 0}, {1.5, 3 << 23}, {1, calendar.Day}} {
		if got := calendar.Ticks(c.days); got != c.want {
			t.Errorf("%v days is tick %d, want %d", c.days, got, c.want)
		}
		if back := calendar.Days(c.want); !(back <= c.days && c.days-back < tick) {
			t.Errorf("tick %d is %v days, want at most a tick below %v", c.want, back, c.days)
		}
	}
}

func TestMoreClientsThanAKeyHoldsAreRefused(t *testing.T) {
	for _, clients := range []int{-1, 0, 2*calendar.MaxClients + 1} {
		wantPanic(t, fmt.Sprintf("%d leaves, want 1 to 2097152", clients), func() { calendar.New(clients) })
	}
	c := calendar.New(calendar.MaxClients)
	put(c, 2, 0, calendar.MaxClients-1)
	wantLog(t, c, "2/0/1048575")
}

func TestNothingIsAllocatedOnceWarm(t *testing.T) {
	const clients = 300
	c := calendar.New(clients)
	if n := testing.AllocsPerRun(10, func() {
		c.Reset()
		for i := range clients {
			put(c, int64(i*7919%clients), i&calendar.MaxRank, i)
		}
		for i := range 10 * clients {
			k := c.Next()
			put(c, calendar.Tick(k)+int64(i%97), calendar.Rank(k), calendar.Client(k))
		}
		c.Set(5, calendar.Never)
	}); n != 0 {
		t.Errorf("%v allocations a run, want none", n)
	}
}
