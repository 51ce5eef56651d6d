package calendar_test

import (
	"cmp"
	"slices"
	"testing"

	"caseload/sim/calendar"
	"pgregory.net/rapid"
)

// event is what a key packs, unpacked.
type event struct {
	tick         int64
	rank, client int
}

func earlier(a, b event) int {
	return cmp.Or(cmp.Compare(a.tick, b.tick), cmp.Compare(a.rank, b.rank), cmp.Compare(a.client, b.client))
}

// book is the reference: a slice sorted after every change.
type book struct {
	events []event
	now    int64
}

func (b *book) cancel(client int) {
	b.events = slices.DeleteFunc(b.events, func(e event) bool { return e.client == client })
}

func (b *book) set(e event) {
	b.cancel(e.client)
	b.events = append(b.events, e)
	slices.SortFunc(b.events, earlier)
}

// key is the key at place i, Never if there is none.
func (b *book) key(i int) uint64 {
	if i < 0 || i >= len(b.events) {
		return calendar.Never
	}
	e := b.events[i]
	return calendar.Key(e.tick, e.rank, e.client)
}

// refuses reports whether f panics.
func refuses(f func()) (refused bool) {
	defer func() { refused = recover() != nil }()
	f()
	return
}

// pair is a calendar and its book, to which the same is done.
type pair struct {
	c       *calendar.Calendar
	b       book
	clients int
}

func (p *pair) draw(t *rapid.T) int { return rapid.IntRange(0, p.clients-1).Draw(t, "client") }

// ahead is mostly a crowded few ticks, so that ties are common; sometimes far.
var ahead = rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, calendar.MaxTick/8))

func (p *pair) set(t *rapid.T) {
	e := event{p.b.now + ahead.Draw(t, "ahead"), rapid.IntRange(0, calendar.MaxRank).Draw(t, "rank"), p.draw(t)}
	p.c.Set(e.client, calendar.Key(e.tick, e.rank, e.client))
	if p.b.cancel(e.client); e.tick < calendar.MaxTick {
		p.b.set(e)
	}
}

func (p *pair) cancel(t *rapid.T) {
	i := p.draw(t)
	p.c.Set(i, calendar.Never)
	p.b.cancel(i)
}

func (p *pair) take(t *rapid.T) {
	got := p.c.Next()
	if want := p.b.key(0); got != want {
		t.Fatalf("took %x, want %x", got, want)
	}
	if got != calendar.Never {
		p.b.now = p.b.events[0].tick
		p.c.Set(calendar.Client(got), calendar.Never)
		p.b.cancel(p.b.events[0].client)
	}
}

func (p *pair) setThePast(t *rapid.T) {
	i, tick := p.draw(t), p.b.now-1-ahead.Draw(t, "behind")
	if !refuses(func() { p.c.Set(i, calendar.Key(tick, 0, i)) }) {
		t.Fatalf("tick %d taken at %d", tick, p.b.now)
	}
}

func (p *pair) reset(t *rapid.T) {
	if rapid.IntRange(0, 19).Draw(t, "one in twenty") == 0 {
		p.c.Reset()
		p.b = book{}
	}
}

// agree checks every client's key, the earliest, and the earliest of the others.
func (p *pair) agree(t *rapid.T) {
	if got, want := p.c.Peek(), p.b.key(0); got != want {
		t.Fatalf("earliest %x, want %x", got, want)
	}
	for i := range p.clients {
		want := p.b.key(slices.IndexFunc(p.b.events, func(e event) bool { return e.client == i }))
		if got := p.c.Get(i); got != want {
			t.Fatalf("client %d has %x, want %x", i, got, want)
		}
		want = p.b.key(slices.IndexFunc(p.b.events, func(e event) bool { return e.client != i }))
		if got := p.c.After(i); got != want {
			t.Fatalf("the earliest but that of client %d is %x, want %x", i, got, want)
		}
		p.c.Prefetch(i) // changes nothing
	}
}

// Any run of sets, cancels and takes gives what a sorted list gives.
func TestTheCalendarAgreesWithASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clients := rapid.IntRange(1, 40).Draw(t, "clients")
		p := &pair{c: calendar.New(clients), clients: clients}
		t.Repeat(map[string]func(*rapid.T){
			"set": p.set, "cancel": p.cancel, "take": p.take,
			"set the past": p.setThePast, "reset": p.reset, "": p.agree,
		})
	})
}

// The order of keys is the order of what they pack, and packing loses nothing.
func TestKeysOrderAsTheEventsTheyPack(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) event {
		return event{
			rapid.OneOf(rapid.Int64Range(0, 2), rapid.Int64Range(0, calendar.MaxTick-2)).Draw(t, "tick"),
			rapid.IntRange(0, calendar.MaxRank).Draw(t, "rank"),
			rapid.IntRange(0, calendar.MaxClients-1).Draw(t, "client"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		ka, kb := calendar.Key(a.tick, a.rank, a.client), calendar.Key(b.tick, b.rank, b.client)
		if cmp.Compare(ka, kb) != earlier(a, b) {
			t.Fatalf("%v and %v: keys compare %d, events %d", a, b, cmp.Compare(ka, kb), earlier(a, b))
		}
		if back := (event{calendar.Tick(ka), calendar.Rank(ka), calendar.Client(ka)}); back != a {
			t.Fatalf("%v unpacks to %v", a, back)
		}
	})
}
