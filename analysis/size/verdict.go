package size

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// probed is how many trials of the largest design are run in another world, to
// find why more clients don't help.
const probed = 400

// reason says in words why no design reaches the target, and what would have to
// change.
func (r *runner) reason(s *search, g int, f *finding) (string, error) {
	last := s.tried(s.max)
	best := last
	if f.peak != nil {
		best = f.peak
	}
	text := fmt.Sprintf("no trial of up to %s reaches %s power: it is %s at %s", r.d.name(s.max), percent(s.target), shareOf(last, g), r.d.name(s.max))
	if best.u != last.u {
		text += fmt.Sprintf(", and %s, the greatest of those tried, at %s", shareOf(best, g), r.d.name(best.u))
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

// shareOf is a power with its error.
func shareOf(e *evaluation, g int) string {
	p := e.share(g)
	return fmt.Sprintf("%.1f %% (MCSE %.1f)", 100*p, 100*math.Sqrt(p*(1-p)/float64(e.n)))
}

// weakest is the test of a goal that rejects least where the design is largest.
func (r *runner) weakest(s *search, g int) int {
	tests := r.d.q.goals[g].tests
	return slices.MinFunc(tests, func(a, b int) int {
		if r.signal(s.max, a) < r.signal(s.max, b) {
			return -1
		}
		return 1
	})
}

// signal is how many standard errors the mean estimate of a trial is from none.
func (r *runner) signal(u float64, t int) float64 {
	all := r.seen[u]
	if all == nil || all[t].n < 2 {
		return math.NaN()
	}
	x := &all[t]
	m := x.over(x.value, x.square)
	return math.Abs(m.Value) / (m.MCSE * math.Sqrt(x.n))
}

// failing: fits that come to nothing reject nothing.
func (r *runner) failing(s *search, g int, _ *finding) (string, error) {
	x := &r.seen[s.max][r.weakest(s, g)]
	share := float64(x.failed) / (x.n + float64(x.failed))
	if share < 1-s.target {
		return "", nil
	}
	return fmt.Sprintf("Of the fits there %s come to nothing and reject nothing: another method is needed.", percent(share)), nil
}

// noEffect: the mean estimate can't be told from none.
func (r *runner) noEffect(s *search, g int, _ *finding) (string, error) {
	t := r.weakest(s, g)
	x := &r.seen[s.max][t]
	m := x.over(x.value, x.square)
	if math.Abs(m.Value) >= 3*m.MCSE {
		return "", nil
	}
	out := &r.d.q.sc.Outcomes[r.d.q.outcomes[t]]
	return fmt.Sprintf("The estimates for %s there are %.2g on average (MCSE %.2g), which can't be told from no effect: what is found is the test's "+
		"type I error, whatever the number of clients. The arms would have to differ in what their programs do for this outcome.", out.Name, m.Value, m.MCSE), nil
}

// crowding: with room for everyone the same trial would do.
func (r *runner) crowding(s *search, g int, _ *finding) (string, error) {
	if !r.d.base.Shared() || r.d.q.solve == Effect {
		return "", nil
	}
	_, high := s.tried(s.max).wilson(g, z95)
	enlarged := func(unlimited ...string) (float64, bool, error) {
		hits, n, err := r.probe(s.max, unlimited, g)
		if err != nil || n == 0 {
			return 0, false, err
		}
		low, _ := numeric.Wilson(hits, n, z95)
		return float64(hits) / float64(n), low > high, nil
	}
	limits := r.d.limits()
	power, more, err := enlarged(limits...)
	if err != nil || !more {
		return "", err
	}
	var each []string
	for _, name := range limits {
		p, helps, err := enlarged(name)
		if err != nil {
			return "", err
		}
		if helps && len(limits) > 1 {
			each = append(each, fmt.Sprintf("%s alone %s", name, percent(p)))
		}
	}
	text := fmt.Sprintf("Capacity is the reason: more clients only lengthen the queue. With room for everyone in %s power there would be %s", list(limits), percent(power))
	if len(each) > 0 {
		text += " (" + strings.Join(each, ", ") + ")"
	}
	return text + ". More slots or case managers are needed, or such that grow with the clients: [size] scale = [\"slots\", \"staff\"].", nil
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
// programs, and counts those that meet the goal.
func (r *runner) probe(u float64, unlimited []string, g int) (hits, n int, err error) {
	sc := r.d.scenario(u)
	sc.Services, sc.Programs = maps.Clone(sc.Services), maps.Clone(sc.Programs)
	for _, name := range unlimited {
		if v, ok := sc.Services[name]; ok {
			sc.Services[name] = v.Unlimited()
		}
		if p, ok := sc.Programs[name]; ok {
			sc.Programs[name] = p.Unlimited()
		}
	}
	m, err := r.d.base.Variant(sc)
	if err != nil {
		return 0, 0, err
	}
	fits, at, err := r.fits(m, probed)
	if err != nil {
		return 0, 0, err
	}
	p := make([]float64, len(at))
	for _, row := range fits {
		for t, k := range at {
			p[t] = r.pValue(t, &row[k])
		}
		if r.d.q.goals[g].met(p, r.tests) {
			hits++
		}
	}
	return hits, len(fits), nil
}

// clustering: the estimate's variance falls less than in proportion to the
// number of clients.
func (r *runner) clustering(s *search, g int, _ *finding) (string, error) {
	t := r.weakest(s, g)
	if r.d.q.solve == Effect || r.d.dependent(t) == "" {
		return "", nil
	}
	few := math.NaN() // the smallest design with enough trials
	for _, u := range slices.Sorted(maps.Keys(r.seen)) {
		if r.seen[u][t].n >= pilotSize/2 {
			few = u
			break
		}
	}
	ratio := r.variance(s.max, t) * r.d.clients(s.max) / (r.variance(few, t) * r.d.clients(few))
	if !(ratio > 1.5) {
		return "", nil
	}
	what := "Sites stay as many as they are: [size] scale = [\"sites\"], or --solve sites, adds some."
	if why := r.d.dependent(t); strings.Contains(why, "case manager") {
		what = "Case managers stay as many as they are: [size] scale = [\"staff\"], or --solve staff, adds some."
	}
	return fmt.Sprintf("Clients are alike within clusters (%s), and more of them in the same clusters add little: from %s to %s the variance of the estimate "+
		"times the number of clients grows %.1f times. %s", r.d.dependent(t), r.d.name(few), r.d.name(s.max), ratio, what), nil
}

// variance is that of a test's estimates in a design.
func (r *runner) variance(u float64, t int) float64 {
	if r.seen[u] == nil {
		return math.NaN()
	}
	x := &r.seen[u][t]
	m := x.over(x.value, x.square)
	return m.MCSE * m.MCSE * x.n
}

// rising: the curve goes on.
func (r *runner) rising(s *search, g int, f *finding) (string, error) {
	if f.peak != nil && f.peak.u < s.max {
		return "Power falls again as the design grows.", nil
	}
	if f.plan > s.max && f.plan < 1000*s.max && f.steady.b > 0 {
		return fmt.Sprintf("It still rises: by the curve the target is reached near %s.", r.d.name(f.plan)), nil
	}
	return "", nil
}

// remark says what is the matter with an answer.
func (r *runner) remark(s *search, g int, f *finding, a *Answer) string {
	switch f.outcome {
	case always:
		return fmt.Sprintf("even %s, the smallest design tried, reach %s power", r.d.name(s.min), percent(s.target))
	case wide:
		return fmt.Sprintf("the %d replicates allowed ran out before the interval was as narrow as wanted", s.most)
	case unknown:
		best := s.tried(s.max)
		if f.peak != nil {
			best = f.peak
		}
		if best == nil {
			return fmt.Sprintf("the %d replicates allowed ran out before an answer was known", s.most)
		}
		return fmt.Sprintf("the greatest power found, %s at %s, can't be told from %s with the replicates spent on it", shareOf(best, g), r.d.name(best.u), percent(s.target))
	}
	if a.Exact.Value > s.max {
		return fmt.Sprintf("the answer is beyond %s, the largest design allowed, by the curve up to there", r.d.name(s.max))
	}
	return ""
}
