package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
	"caseload/sim/portable"
)

// Effect is what a contact does to a process or a score. It has exactly one of
// hazard_ratio, reaches, over, brings, probability and points.
type Effect struct {
	On          string       `toml:"on"`                     // a [Scenario.Processes]; or a score, "health" or "satisfaction"; or "jail"
	HazardRatio float64      `toml:"hazard_ratio,omitempty"` // hazard ratio of a client while the effect of a contact lasts
	Reaches     *Quantity    `toml:"reaches,omitempty"`      // the probability by a day, over all clients of the arm, that the hazard ratio is solved for
	Over        *WindowRatio `toml:"over,omitempty"`         // the published intention-to-treat ratio that the hazard ratio is solved for
	Brings      *Brings      `toml:"brings,omitempty"`       // the share that contacts bring to linkage, or back to a service, of those who would not have come by themselves
	Probability float64      `toml:"probability,omitempty"`  // probability that a contact causes the event at once: "linkage", or "jail" as a sanction
	Points      float64      `toml:"points,omitempty"`       // number added to a score while the effect of a contact lasts
	LastsDays   float64      `toml:"lasts_days,omitempty"`   // how long the effect of a contact lasts; the next contact renews it; not with probability or brings
	// HalfLifeDays is the time without a contact after which the log hazard ratio,
	// or the points, fall by half, and by half again after each further time of that
	// length; 0: they last in full.
	HalfLifeDays float64 `toml:"half_life_days,omitempty"`
	// StartsDay is the day, since the client began the program, from which on there is an
	// effect: of contacts from then on, and of one before, for as long as it would then
	// still last.
	StartsDay float64 `toml:"starts_day,omitempty"`
	// MaxContacts is the number of a client's contacts, the first ones, that have the effect;
	// 0: all. Later ones neither begin nor renew it.
	MaxContacts int    `toml:"max_contacts,omitempty"`
	While       string `toml:"while,omitempty"`  // with probability: only while the client is in this [Scenario.States]
	In          string `toml:"in,omitempty"`     // subgroup in which there is an effect; without it, everyone
	Direct      bool   `toml:"direct,omitempty"` // whether a contact acts on the process itself, and not by way of services; must be true for processes of recovery
}

// WindowRatio is a ratio of cumulative hazards between two arms, as published: over a window,
// in everyone randomized, whether they took up the program or not. The hazard ratio of a
// client while the effect lasts is solved for it once, under the program's reference,
// and then stays as it is whatever the delivery.
type WindowRatio struct {
	HazardRatio float64 `toml:"hazard_ratio"` // log(1 - pe) / log(1 - pc), of the proportions of both arms by by_days
	ByDays      float64 `toml:"by_days"`      // length of the window
}

// Brings is the share (pe - pc) / (1 - pc) of those who would not have sought the services
// by themselves, without any queue, and who do because of the program's contacts. pe is the
// proportion in the arm with the program and pc in the same arm without the effect. The
// chance that a contact brings a client is solved for it once, under the program's
// reference; it is the same for all contacts up to by_days, or between two points, and 0
// after the last. Of an effect in a subgroup it is the share of that.
//
// On the return to one service it is the share of those who have left it, and would not have
// sought it again by themselves, who do because of contacts: of all who leave within
// follow-up, while the program lasts, of their own accord or at the end of a planned stay.
// Days count from leaving.
type Brings struct {
	Share  float64        `toml:"share,omitempty"`   // the share by by_days
	ByDays float64        `toml:"by_days,omitempty"` // days since enrolment; of return, since leaving
	Points []BroughtPoint `toml:"points,omitempty"`  // several of them, instead of share and by_days
	// Reachable is the share of clients whom contacts can bring at all.
	Reachable float64 `toml:"reachable"`

	// Times multiplies what a contact adds, once that is solved for the shares; nil: by 1.
	Times *float64 `toml:"-"`
}

// BroughtPoint is the share brought in by a day.
type BroughtPoint struct {
	Share  float64 `toml:"share"`   // the share brought in, not below that of the point before
	ByDays float64 `toml:"by_days"` // days since enrolment, or since leaving, more than those of the point before
}

// All returns the points, of which share and by_days are one.
func (b *Brings) All() []BroughtPoint {
	if len(b.Points) > 0 {
		return b.Points
	}
	return []BroughtPoint{{b.Share, b.ByDays}}
}

// Last returns the last of the points.
func (b *Brings) Last() BroughtPoint { return b.All()[len(b.All())-1] }

// shareKey returns the key of the last share, within the table.
func (b *Brings) shareKey() string {
	if n := len(b.Points); n > 0 {
		return "brings." + layer.At("points", n-1) + ".share"
	}
	return "brings.share"
}

// WithShare returns the table with another share by the last point. Those before keep
// their part of the cumulative hazard that is added by then.
func (b *Brings) WithShare(share float64) *Brings {
	added := func(share float64) float64 { return portable.Log1p(-min(share/b.Reachable, 1-1e-12)) }
	return b.multiplied(added(share) / added(b.Last().Share))
}

// SameShares reports whether two tables ask for the same, whatever it is multiplied by.
func (b *Brings) SameShares(o *Brings) bool {
	return b.Share == o.Share && b.ByDays == o.ByDays && b.Reachable == o.Reachable && slices.Equal(b.Points, o.Points)
}

// Multiple returns the share by the last point with what contacts add multiplied: nearly so,
// as of clients who are all alike.
func (b *Brings) Multiple() float64 {
	share := b.Last().Share
	if b.Times == nil {
		return share
	}
	return b.multiplied(*b.Times).Last().Share
}

// value returns the table as a Setting's.
func (b *Brings) value() any {
	if len(b.Points) == 0 {
		return map[string]any{"share": b.Share, "by_days": b.ByDays, "reachable": b.Reachable}
	}
	var points []any
	for _, at := range b.Points {
		points = append(points, map[string]any{"share": at.Share, "by_days": at.ByDays})
	}
	return map[string]any{"points": points, "reachable": b.Reachable}
}

// Reference is the delivery of a program in the study that published its share or ratio.
// What is not given is as in the scenario that is loaded, and stays so where a sweep or
// a factor varies it.
type Reference struct {
	Uptake       float64      `toml:"uptake"`                 // share of the clients offered the program who start it
	FirstContact FirstContact `toml:"first_contact"`          // when the first contact is due
	Contacts     Contacts     `toml:"contacts"`               // how often contacts follow the first
	DurationDays float64      `toml:"duration_days"`          // length of the program
	MaxContacts  int          `toml:"max_contacts,omitempty"` // number of contacts after which there are no more; 0: no limit
	// Reaches tells that the quantities of reaches are found under the reference, too, and not
	// under the delivery of the scenario.
	Reaches bool `toml:"reaches,omitempty"`
	// Comparator is the programs of the arm compared with one that has this program alone;
	// without it, the scenario's arm is compared with the same arm without the effect.
	Comparator []string  `toml:"comparator,omitempty"`
	Linkage    *Quantity `toml:"linkage,omitempty"` // when clients of the study's control arm sought the service; without it, as in the scenario
}

// Travels reports whether the effect is solved once, under a reference.
func (e *Effect) Travels() bool { return e.Over != nil || e.Brings != nil }

// ReachesUnderReference reports whether the quantities that the program's effects reach are
// found under its reference.
func (p *Program) ReachesUnderReference() bool { return p.Reference != nil && p.Reference.Reaches }

// delivery returns how the program is delivered in the scenario, as a reference.
func (p *Program) delivery() Reference {
	return Reference{Uptake: p.Uptake, FirstContact: p.FirstContact, Contacts: p.Contacts, DurationDays: p.DurationDays, MaxContacts: p.MaxContacts}
}

// completeReference fills in what the reference of a program with an effect that is solved
// under one does not say: from the scenario that this one is a variant of, or else from the
// delivery itself. Other programs have none.
func (s *Scenario) completeReference(name string, p *Program) {
	if !slices.ContainsFunc(p.Effects, func(e Effect) bool { return e.Travels() }) && !p.ReachesUnderReference() {
		return
	}
	from := p.delivery()
	if held := s.layers.held; held != nil && held.references[name] != nil {
		from = *held.references[name]
	}
	if p.Reference == nil {
		p.Reference = &from
		return
	}
	r, path := *p.Reference, layer.Join("program", name)+".reference."
	fill := func(key string, set func()) {
		if !s.origin.has(path + key) {
			set()
		}
	}
	fill("uptake", func() { r.Uptake = from.Uptake })
	fill("first_contact", func() { r.FirstContact = from.FirstContact })
	fill("contacts", func() { r.Contacts = from.Contacts })
	fill("duration_days", func() { r.DurationDays = from.DurationDays })
	fill("max_contacts", func() { r.MaxContacts = from.MaxContacts })
	s.completeQuantity(r.Linkage, path+"linkage", "")
	p.Reference = &r
}
