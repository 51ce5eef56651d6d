package size

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// To find why more clients don't help, trials of the largest design are run in
// another world: so many at a time, until they have clearly more power or there
// are as many as probed.
const (
	probeSize = 100
	probed    = 400
)

// reason says in words why no design reaches the target, and what would have to
// change.
func (r *runner) reason(s *search, g int, f *finding) (string, error) {
	last := s.tried(s.max)
	best := last
	if f.peak != nil {
		best = f.peak
	}
	if last == nil { // the replicates allowed ran out before
		return fmt.Sprintf("the %s replicates allowed ran out before the largest design, %s, was tried: the greatest power found is %s at %s",
			measure.Grouped(s.most), r.d.name(s.max), shareOf(best, g), r.d.name(best.n)), nil
	}
	text := fmt.Sprintf("no trial of up to %s reaches %s power: it is %s at %s", r.d.name(s.max), percent(s.target), shareOf(last, g), r.d.name(s.max))
	if best.n != last.n {
		text += fmt.Sprintf(", and %s, the greatest of those tried, at %s", shareOf(best, g), r.d.name(best.n))
	}
	for _, look := range []func(*search, int, *finding) (string, error){r.failing, r.noEffect, r.crowding, r.clustering, r.rising} {
		if r.ctx.Err() != nil {
			break
		}
		why, err := look(s, g, f)
		if err != nil {
			return "", err
		}
		if why != "" {
			return text + ". " + why, nil
		}
	}
	return text, nil
}

func percent(p float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*p), ".0") + " %"
}

// shareOf returns a power with its error.
func shareOf(e *evaluation, g int) string {
	return powerOf(e.hits[g], e.replicates)
}

// powerOf returns the power that so many rejections in n trials show, with its error.
func powerOf(hits, n int) string {
	p := float64(hits) / float64(n)
	return fmt.Sprintf("%.1f %% (MCSE %.1f)", 100*p, 100*math.Sqrt(p*(1-p)/float64(n)))
}

// weakest returns the test of a goal that rejects least where the design is largest.
func (r *runner) weakest(s *search, g int) int {
	tests := r.d.q.goals[g].tests
	return slices.MinFunc(tests, func(a, b int) int {
		if r.signal(s.max, a) < r.signal(s.max, b) {
			return -1
		}
		return 1
	})
}

// signal returns how many standard errors the mean estimate of a trial is from none.
func (r *runner) signal(n float64, t int) float64 {
	all := r.seen[n]
	if all == nil || all[t].n < 2 {
		return math.NaN()
	}
	x := &all[t]
	m := x.mean(x.value, x.square)
	return math.Abs(m.Value) / (m.MCSE * math.Sqrt(x.n))
}

// failing: fits that come to nothing reject nothing.
func (r *runner) failing(s *search, g int, _ *finding) (string, error) {
	x := &r.seen[s.max][r.weakest(s, g)]
	share := float64(x.failed) / (x.n + float64(x.failed))
	if share < 1-s.target {
		return "", nil
	}
	return fmt.Sprintf("Of the fits there %s fail and reject nothing. Another method is needed.", percent(share)), nil
}

// noEffect: the mean estimate cannot be told from none, neither where the design is
// largest nor where power is greatest: clients may be too many for an effect.
func (r *runner) noEffect(s *search, g int, f *finding) (string, error) {
	t := r.weakest(s, g)
	out := &r.d.q.sc.Outcomes[r.d.q.outcomes[t]]
	x := &r.seen[s.max][t]
	m := x.mean(x.value, x.square)
	if out.Test != scenarios.Superiority || math.Abs(m.Value) >= 3*m.MCSE {
		return "", nil // a test against a margin asks for no difference
	}
	if f.peak != nil && f.peak.n < s.max {
		best := &r.seen[f.peak.n][t]
		if m := best.mean(best.value, best.square); math.Abs(m.Value) >= 3*m.MCSE {
			return "", nil
		}
	}
	return fmt.Sprintf("The estimates for %s there are %.2g on average (MCSE %.2g), which cannot be told from zero. The power is the "+
		"type I error, whatever the number of clients. The arms would have to differ in the effects of their programs on this outcome.", out.Name, m.Value, m.MCSE), nil
}

// crowding: with room for everyone the same trial would do.
func (r *runner) crowding(s *search, g int, _ *finding) (string, error) {
	if !r.d.base.Shared() || r.d.q.solve == Effect {
		return "", nil
	}
	_, high := s.tried(s.max).wilson(g, z95)
	limits := r.d.limits()
	power, err := r.probe(s.max, limits, g, high)
	if err != nil || power == "" {
		return "", err
	}
	var each []string
	for _, name := range limits {
		if len(limits) == 1 {
			break
		}
		alone, err := r.probe(s.max, []string{name}, g, high)
		if err != nil {
			return "", err
		}
		if alone != "" {
			each = append(each, fmt.Sprintf("%s alone %s", name, alone))
		}
	}
	text := fmt.Sprintf("Capacity is the reason: more clients only lengthen the queue. With room for everyone in %s power there would be %s", list(limits), power)
	if len(each) > 0 {
		text += " (" + strings.Join(each, ", ") + ")"
	}
	return text + ". More slots or case managers are needed, or numbers of them that grow with the clients: [size] scale = [\"slots\", \"staff\"].", nil
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

// probe runs trials of a design with room for everyone in some services and
// programs. It says their power if that is clearly more than so much.
func (r *runner) probe(n float64, unlimited []string, g int, than float64) (power string, err error) {
	sc := r.d.scenario(n).Edit(func(sc *scenarios.Scenario) {
		for _, name := range unlimited {
			if v, ok := sc.Services[name]; ok {
				sc.Services[name] = v.Unlimited()
			}
			if p, ok := sc.Programs[name]; ok {
				sc.Programs[name] = p.Unlimited()
			}
		}
	})
	m, err := r.d.base.Variant(sc)
	if err != nil {
		return "", err
	}
	hits, replicates := 0, 0
	for replicates < probed && r.ctx.Err() == nil {
		fits, at, err := r.fits(m, probeSize)
		if err != nil {
			return "", err
		}
		replicates += len(fits)
		hits += r.hits(fits, at)[g]
		if low, _ := numeric.Wilson(hits, replicates, z99); low > than {
			return powerOf(hits, replicates), nil
		}
	}
	return "", nil
}

// clustering: the estimate's variance falls less than in proportion to the
// number of clients.
func (r *runner) clustering(s *search, g int, _ *finding) (string, error) {
	t := r.weakest(s, g)
	if r.d.q.solve == Effect || r.d.dependent(t) == "" {
		return "", nil
	}
	few := math.NaN() // the smallest design with enough trials
	for _, n := range slices.Sorted(maps.Keys(r.seen)) {
		if r.seen[n][t].n >= pilotSize/2 {
			few = n
			break
		}
	}
	ratio := r.variance(s.max, t) * r.d.clients(s.max) / (r.variance(few, t) * r.d.clients(few))
	if !(ratio > 1.5) {
		return "", nil
	}
	what := "Sites stay as many as they are: [size] scale = [\"sites\"], or --solve sites, adds some."
	if r.d.ofManagers(t) {
		what = "Case managers stay as many as they are: [size] scale = [\"staff\"], or --solve staff, adds some."
	}
	return fmt.Sprintf("Clients are alike within clusters (%s), and more of them in the same clusters add little: from %s to %s the variance of the estimate "+
		"times the number of clients grows %.1f times. %s", r.d.dependent(t), r.d.name(few), r.d.name(s.max), ratio, what), nil
}

// variance returns that of a test's estimates in a design.
func (r *runner) variance(n float64, t int) float64 {
	if r.seen[n] == nil {
		return math.NaN()
	}
	x := &r.seen[n][t]
	m := x.mean(x.value, x.square)
	return m.MCSE * m.MCSE * x.n
}

// rising: the curve goes on.
func (r *runner) rising(s *search, g int, f *finding) (string, error) {
	if last := s.tried(s.max); f.peak != nil && last != nil && fallen(f.peak, last, g) {
		return "Power falls again as the design grows.", nil
	}
	if f.plan > s.max && f.plan < 1000*s.max && f.steady.b > 0 {
		return fmt.Sprintf("It still rises. By the curve the target is reached near %s.", r.d.name(f.plan)), nil
	}
	return "", nil
}

// fallen reports whether the power of a design is below the greatest by more than
// chance: by three standard errors, as the greatest is the luckiest of several.
func fallen(peak, last *evaluation, g int) bool {
	p, q := peak.share(g), last.share(g)
	variance := float64(p*(1-p))/float64(peak.replicates) + float64(q*(1-q))/float64(last.replicates)
	return peak.n < last.n && p-q > float64(3*math.Sqrt(variance))
}

// remark says what is the matter with an answer.
func (r *runner) remark(s *search, g int, f *finding, a *Answer) string {
	switch f.outcome {
	case always:
		return fmt.Sprintf("even %s, the smallest design tried, reach %s power", r.d.name(s.min), percent(s.target))
	case wide:
		return fmt.Sprintf("the %s replicates allowed ran out before the interval was as narrow as wanted", measure.Grouped(s.most))
	case unknown:
		best := s.tried(s.max)
		if f.peak != nil {
			best = f.peak
		}
		if best == nil {
			return fmt.Sprintf("the %s replicates allowed ran out before an answer was known", measure.Grouped(s.most))
		}
		return fmt.Sprintf("the greatest power found, %s at %s, cannot be told from %s with the replicates spent on it", shareOf(best, g), r.d.name(best.n), percent(s.target))
	}
	if float64(a.Exact.Value) > s.max {
		return fmt.Sprintf("the answer is beyond %s, the largest design allowed, by the curve up to there", r.d.name(s.max))
	}
	return ""
}
