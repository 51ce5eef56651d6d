package sim

import (
	"fmt"
	"strings"
	"testing"

	"caseload/sim/calendar"
)

// microTOML is a service with one slot and patience, a program with one
// case manager for one client at a time, a contact every ten days, visits on
// days 20 and 40, and loss; no clock ever comes by itself in a test's time.
const microTOML = `
title = "micro"
source = "a test"
[trial]
clients = 3
accrual = { per_day = 1 }
follow_up_days = [20, 40]
[[arm]]
name = "a"
programs = ["manager"]
[[arm]]
name = "b"
programs = ["manager"]
control = true
[service.clinic]
preset = ""
slots = 1
linkage = { per_year = 1e-9 }
stay = { median_days = 1e9 }
renege = { median_days = 1e9 }
after_followup = "leave"
[program.manager]
preset = ""
staff = 1
caseload = 1
contacts = { every_days = 10 }
duration_days = 30
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 10
[attrition]
loss = { per_year = 1e-9 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 40
`

// micro is three clients who enrol on days 0, 1 and 2, in the plain engine
// with its log on.
type micro struct {
	*Workspace
	t *testing.T
}

func newMicro(t *testing.T, sets ...string) *micro {
	t.Helper()
	w := compile(t, microTOML, sets...).NewWorkspace()
	w.plain, w.log = true, &eventLog{}
	w.Begin(1, 0)
	w.reset()
	for i := range w.n {
		now := calendar.Ticks(float64(i))
		w.now = calendar.Key(now, rankArrival, i)
		w.enrol(w.client(i), now)
		w.advance(w.client(i))
	}
	m := &micro{w, t}
	m.until(2) // the first contact re-aims the clock of seeking
	return m
}

// at makes the client's service clock ring on the day.
func (m *micro) at(client int, day float64, rank int) {
	m.ring(client, m.m.services[0].slot, day, rank)
}

// ring makes a clock ring on the day of the trial's calendar.
func (m *micro) ring(client int, slot slotID, day float64, rank int) {
	*m.key(m.client(client), slot) = keyAt(calendar.Ticks(day), rank, slot)
	m.advance(m.client(client))
}

// until executes everything up to and with the day.
func (m *micro) until(day float64) {
	for m.cal.Peek() <= calendar.Key(calendar.Ticks(day), calendar.MaxRank, calendar.MaxClients-1) {
		m.now = m.cal.Next()
		i := calendar.Client(m.now)
		m.liveFrom(m.client(i), m.bound(m.client(i)))
	}
}

var eventNames = map[EventKind]string{EventContact: "contact", EventSought: "seeks", EventQueued: "waits", EventAdmitted: "enters",
	EventLeft: "leaves", EventReneged: "reneges", EventVisit: "visit", EventLost: "lost", EventFinished: "finishes",
	EventStarted: "starts", EventAwaiting: "awaits", EventStopped: "stopped"}

// want compares what happened on a day with one line, "client event, ...".
func (m *micro) want(day float64, want string) {
	m.t.Helper()
	var got []string
	for _, e := range m.log.events {
		if name := eventNames[e.Kind]; name != "" && e.Tick == calendar.Ticks(day) {
			got = append(got, fmt.Sprintf("%d %s", e.Client, name))
		}
	}
	if s := strings.Join(got, ", "); s != want {
		m.t.Errorf("day %v: %s; want %s", day, s, want)
	}
}

func TestASlotIsFreedBeforeSomeoneNewAsksForIt(t *testing.T) {
	m := newMicro(t)
	m.at(2, 5, rankSeek)
	m.until(5)
	m.at(2, 7, rankRelease)
	m.at(0, 7, rankSeek)
	m.until(7)
	m.want(7, "2 leaves, 0 seeks, 0 enters")
}

func TestTheQueueIsServedBeforeSomeoneNewAsks(t *testing.T) {
	m := newMicro(t)
	m.at(2, 5, rankSeek)
	m.at(1, 6, rankSeek)
	m.until(6)
	m.want(6, "1 seeks, 1 waits")
	m.at(2, 7, rankRelease)
	m.at(0, 7, rankSeek)
	m.until(7)
	m.want(7, "2 leaves, 1 enters, 0 seeks, 0 waits")
}

func TestWhoIsServedInATickHasNotGivenUp(t *testing.T) {
	m := newMicro(t)
	m.at(2, 5, rankSeek)
	m.at(1, 6, rankSeek)
	m.until(6)
	m.at(1, 7, rankRenege)
	m.at(2, 7, rankRelease)
	m.until(7)
	m.want(7, "2 leaves, 1 enters")
}

func TestTheWaitingListIsFirstComeFirstServed(t *testing.T) {
	m := newMicro(t)
	m.at(2, 5, rankSeek)
	m.at(1, 6, rankSeek)
	m.at(0, 6.5, rankSeek)
	m.until(6.5)
	m.at(1, 7, rankRenege)
	m.until(7)
	m.want(7, "1 reneges")
	m.at(1, 8, rankSeek)
	m.until(8)
	m.at(2, 9, rankRelease)
	m.until(9)
	m.want(9, "2 leaves, 0 enters")
}

func TestAManagerIsFreedForTheClientWhoWaits(t *testing.T) {
	m := newMicro(t)
	m.until(2)
	m.want(1, "1 awaits")
	m.want(2, "2 awaits")
	m.until(30)
	m.want(30, "0 finishes, 1 starts, 1 contact")
}

func TestAVisitOnTheDayOfLossIsMade(t *testing.T) {
	m := newMicro(t)
	m.ring(0, m.m.loss.slot, 20, rankLoss)
	m.until(20)
	m.want(20, "0 visit, 0 contact, 0 lost")
	m.until(100)
	if got := m.client(0).attended; got != 1 {
		t.Errorf("visits %b made, want the first alone", got)
	}
}

func TestAContactComesBeforeTheLapseThatItRenews(t *testing.T) {
	m := newMicro(t, "program.manager.staff=3")
	e := &m.m.programs[0].effects[0]
	m.until(25)
	if m.m.slotOf(e.process) != 1<<m.m.services[0].slot || m.client(0).bits>>e.bit&1 == 0 {
		t.Error("the effect has lapsed between contacts ten days apart that last ten days")
	}
	m.until(29.9)
	if m.client(0).bits>>e.bit&1 == 0 {
		t.Error("the last contact, on day 20, does not last ten days")
	}
	m.until(30)
	if m.client(0).bits>>e.bit&1 != 0 {
		t.Error("the effect of the last contact, on day 20, does not lapse")
	}
}

func TestNothingAtTheHorizonIsExecuted(t *testing.T) {
	m := newMicro(t)
	horizon := calendar.Days(m.m.horizon)
	m.at(0, horizon, rankSeek)
	m.until(100)
	m.want(40, "0 visit, 1 contact")
	m.want(horizon, "")
}

func TestWhatIsHeldAtTheHorizonIsGivenBack(t *testing.T) {
	m := newMicro(t)
	m.at(0, 5, rankSeek)
	m.at(1, 6, rankSeek)
	m.until(6)
	m.want(6, "1 seeks, 1 waits")
	m.until(100)
	m.want(calendar.Days(m.m.horizon), "1 enters")
}

func TestAStayOutlastsFollowUpIfItIsTo(t *testing.T) {
	m := newMicro(t, "service.clinic.after_followup=stay")
	m.at(0, 5, rankSeek)
	m.at(1, 6, rankSeek)
	m.until(calendar.Days(m.m.horizon))
	m.want(calendar.Days(m.m.horizon), "")
	if m.queues[0].free != 0 {
		t.Error("the slot was given back")
	}
	m.at(0, 90, rankRelease)
	m.until(100)
	m.want(90, "0 leaves, 1 enters")
}
