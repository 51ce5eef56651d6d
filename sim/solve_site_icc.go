package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/sim/stream"
)

// mostSpreads is in how many processes sites may differ where an intraclass correlation is
// solved for: the points at which it is evaluated grow with the square of it.
const mostSpreads = 6

// overSites solves all else with the spreads between sites that give the intraclass
// correlation asked for; without one, once. The spreads keep their proportions. What
// natural quantities are solved for depends on the spreads, so that each attempt
// solves all of them anew: the result is that of a scenario in which the spreads found are
// written.
func (s *solver) overSites() {
	const key = "trial.site_icc"
	want, written := s.m.Scenario.Trial.SiteICC, slices.Clone(s.m.design.sites)
	if want == nil || s.settled[key] {
		s.all()
		return
	}
	if len(written) > mostSpreads {
		s.fail(key, fmt.Sprintf("sites that differ in %d processes", len(written)), fmt.Sprintf("at most %d in trial.site_spread", mostSpreads))
		return
	}
	o := slices.IndexFunc(s.m.outcomes, func(o outcome) bool { return o.name == want.Outcome })
	scale, got := 1.0, 0.0
	if want.Value == 0 {
		scale = 0
	}
	for range 12 {
		s.restart(written, scale)
		if s.all(); len(s.problems) > 0 {
			return
		}
		if s.solving = key; scale == 0 {
			break
		}
		if got = s.siteICC(o); !(got > 0) || math.Abs(got/want.Value-1) < 0.002 {
			break
		}
		scale *= math.Sqrt(want.Value / got)
		scale = min(scale, 10/largest(written))
	}
	if want.Value > 0 && !(math.Abs(got/want.Value-1) < 0.02) {
		s.fail(key, fmt.Sprintf("an intraclass correlation of %v of %s", want.Value, want.Outcome),
			fmt.Sprintf("one that the processes of trial.site_spread can bring about; %s gives %s", s.m.spreadText(), correlationText(got)))
		return
	}
	s.m.Reached = append(s.m.Reached, Reached{Key: key, What: fmt.Sprintf("ICC of %s; site_spread %s", want.Outcome, s.m.spreadText()),
		Asked: want.Value, Got: got, service: -1, course: -1})
}

func largest(spreads []siteSpread) (sd float64) {
	for _, x := range spreads {
		sd = max(sd, x.sd)
	}
	return sd
}

// spreadText lists the spreads between sites.
func (m *Model) spreadText() string {
	var list []string
	for _, x := range m.design.sites {
		list = append(list, fmt.Sprintf("%s %.4g", m.procs[x.process].name, x.sd))
	}
	return strings.Join(list, ", ")
}

// restart forgets what was solved, but for what was settled before, and gives sites other
// spreads.
func (s *solver) restart(written []siteSpread, scale float64) {
	m := s.m
	for k := range m.design.sites { // which the model without queues has, too
		m.design.sites[k].sd = scale * written[k].sd
	}
	if !s.variant {
		for p := range m.procs {
			m.procs[p].base = baseline{kind: never}
		}
	}
	m.Reached, m.Prevalences, m.Effects = m.Reached[:0], nil, nil
	s.most = nil
	clear(s.probes)
	s.w.drawSample()
}

// siteICC returns the intraclass correlation of outcome o within sites: the variance of
// its mean between sites over its variance, in the control arm. At each point of the sites'
// normal scores the same clients live with the same luck, so that the variance between
// points has little noise.
func (s *solver) siteICC(o int) float64 {
	s.refresh()
	w, t := s.w, s.u.NewTruth()
	before := w.replicate
	w.probe = nil
	points, weights := normalPoints(len(s.m.design.sites))
	lives := max(1, 20/len(points))
	var mean, second, between float64
	for j, z := range points {
		for i := range w.n {
			copy(w.siteScores(i), z)
			w.setBase(i)
		}
		n, sum, squares := 0.0, 0.0, 0.0
		for life := range lives {
			w.replicate = stream.NewKey(0, uint64(life))
			w.World(s.m.control, t)
			for i, y := range t.Outcomes[o].Value {
				if t.Outcomes[o].In[i] && y == y {
					n, sum, squares = n+1, sum+y, squares+float64(y*y)
				}
			}
		}
		if n == 0 {
			continue
		}
		mean += float64(weights[j] * (sum / n))
		second += float64(weights[j] * (squares / n))
		between += float64(weights[j] * (sum / n) * (sum / n))
	}
	w.replicate = before
	w.drawSample()
	return (between - float64(mean*mean)) / (second - float64(mean*mean))
}

// normalPoints returns points and weights for expectations over d independent standard
// normals. In one dimension they are the five of Gauss and Hermite, exact for polynomials
// of degree 9; in more, the 2 d^2 + 1 of Stroud and Secrest (1963, Math Comp 17:105,
// formula V), exact to degree 5.
func normalPoints(d int) (points [][]float64, weights []float64) {
	if d == 1 {
		// The roots of the Hermite polynomial x^5 - 10 x^3 + 15 x.
		a, b := math.Sqrt(5-math.Sqrt(10)), math.Sqrt(5+math.Sqrt(10))
		u, v := (7+float64(2*math.Sqrt(10)))/60, (7-float64(2*math.Sqrt(10)))/60
		return [][]float64{{-b}, {-a}, {0}, {a}, {b}}, []float64{v, u, 8.0 / 15, u, v}
	}
	n := float64(d + 2)
	add := func(weight float64, set func(z []float64)) {
		z := make([]float64, d)
		set(z)
		points, weights = append(points, z), append(weights, weight)
	}
	add(2/n, func([]float64) {})
	for _, sign := range []float64{1, -1} {
		for i := range d {
			add(float64(4-d)/(2*n*n), func(z []float64) { z[i] = sign * math.Sqrt(n) })
			for j := range i {
				for _, other := range []float64{1, -1} {
					add(1/(n*n), func(z []float64) { z[i], z[j] = sign*math.Sqrt(n/2), other*math.Sqrt(n/2) })
				}
			}
		}
	}
	return points, weights
}
