package size

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// To find why more clients don't help, trials of the largest design are run in
// another world: so many at a time, until they have clearly more power or there
// are as many as probed.
const (
	probeSize = 100
	probed    = 400
)

// crowding asks whether with room for everyone the same trial would do. That is the
// reason only if more clients have less of an effect each: where they don't, power
// still rises.
func (r *runner) crowding(s *search, g int, f *finding) (reason, error) {
	if !r.d.base.Shared() || r.d.q.solve == Effect || s.climbs(g, f) && !r.diluted(s, g) {
		return reason{}, nil
	}
	_, high := s.tried(s.max).wilson(g, z95)
	limits := r.d.limits()
	power, err := r.probe(s.max, limits, g, high)
	if err != nil || power == nil {
		return reason{}, err
	}
	var each, short []string
	for _, name := range limits {
		if len(limits) == 1 {
			short = limits
			break
		}
		alone, err := r.probe(s.max, []string{name}, g, high)
		if err != nil {
			return reason{}, err
		}
		if alone != nil {
			each, short = append(each, fmt.Sprintf("%s alone %s", name, alone)), append(short, name)
		}
	}
	if len(short) == 0 {
		short = limits // only all together
	}
	text := "Capacity is the reason"
	if _, most := numeric.Wilson(power.hits, power.replicates, z99); most < s.target {
		text = "Capacity is part of the reason"
	}
	text += fmt.Sprintf(": with more clients the queue is longer. With room for everyone in %s power there would be %s", list(limits), power)
	if len(each) > 0 {
		text += " (" + strings.Join(each, ", ") + ")"
	}
	cause, more, scale := r.d.lacking(short)
	return reason{cause, fmt.Sprintf("%s. More %s are needed, or numbers of them that grow with the clients: [size] scale = [%s].", text, more, scale)}, nil
}

// lacking says of what there is too little in some services and programs, and what
// to let grow.
func (d *designer) lacking(names []string) (c Cause, more, scale string) {
	services, programs := false, false
	for _, name := range names {
		if _, ok := d.q.sc.Services[name]; ok {
			services = true
		} else {
			programs = true
		}
	}
	switch {
	case !programs:
		return ServiceCapacity, "slots", `"slots"`
	case !services:
		return ManagerCapacity, "case managers", `"staff"`
	}
	return Capacity, "slots and case managers", `"slots", "staff"`
}

// climbs reports whether the curve goes on to the target beyond the largest design, and
// power there is clearly more than it is without an effect.
func (s *search) climbs(g int, f *finding) bool {
	low, _ := s.tried(s.max).wilson(g, z99)
	return f.plan > s.max && f.plan < mostTimes*s.max && low > float64(2*numeric.NormalCDF(s.nullPredictor[g])) // of both tails
}

// diluted reports whether clients of the largest design have clearly less of an effect
// than those of the smallest one with enough trials.
func (r *runner) diluted(s *search, g int) bool {
	t := r.weakest(s, g)
	few, most := r.few(t), r.seen[s.max]
	if math.IsNaN(few) || most == nil || few == s.max {
		return false
	}
	a, b := r.seen[few][t].estimate(), most[t].estimate()
	return math.Abs(a.Value)-math.Abs(b.Value) > float64(clearly*portable.Hypot(a.MCSE, b.MCSE))
}

// few returns the smallest design with enough trials of a test; NaN without one.
func (r *runner) few(t int) float64 {
	for _, n := range slices.Sorted(maps.Keys(r.seen)) {
		if r.seen[n][t].n >= pilotSize/2 {
			return n
		}
	}
	return math.NaN()
}

func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// limits names the services and programs in which there may be no room.
func (d *designer) limits() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(d.q.sc.Services)) {
		if d.q.sc.Services[name].Slots.Finite() {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.q.sc.Programs)) {
		p := d.q.sc.Programs[name]
		if used := slices.ContainsFunc(d.q.sc.Arms, func(a scenarios.Arm) bool { return slices.Contains(a.Programs, name) }); used &&
			p.Staff.Finite() && (p.Caseload.Finite() || p.HoursPerWeek > 0) {
			names = append(names, name)
		}
	}
	return names
}

// rejections are those of a goal in some replicates.
type rejections struct{ hits, replicates int }

func (x *rejections) String() string { return powerOf(x.hits, x.replicates) }

// probe runs trials of a design with room for everyone in some services and
// programs. It returns their rejections if their power is clearly more than so much.
func (r *runner) probe(n float64, unlimited []string, g int, than float64) (*rejections, error) {
	m, err := r.withRoom(n, unlimited)
	if err != nil {
		return nil, err
	}
	x := &rejections{}
	for x.replicates < probed && r.ctx.Err() == nil {
		fits, at, err := r.fits(m, probeSize)
		if err != nil {
			return nil, err
		}
		x.replicates += len(fits)
		x.hits += r.hits(fits, at)[g]
		if low, _ := numeric.Wilson(x.hits, x.replicates, z99); low > than {
			return x, nil
		}
	}
	return nil, nil
}
