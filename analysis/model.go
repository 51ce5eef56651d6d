package analysis

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// The effect of an adjusted model is not that of the unadjusted one, nor a mean
// of effects: it is what the model would say with endless complete data, the
// zero of its score summed over all replicates. That sum can't be kept as a
// function, but the truth is one Newton step from the fit to a pilot of some
// replicates: what the step leaves out is of the order of the square of the
// pilot's error. Each replicate leaves its score and information at the pilot's
// fit, and sums of those do. Source: van der Vaart 1998, Asymptotic Statistics,
// section 5.7 (one-step estimators).

// model is the truth of one analysis.
type model struct {
	analysis int
	pairs    []pair // of the arms compared
	both     bool   // everyone in either arm, not in the arm drawn: see complete
	fit      estimate.Model
	size     int       // coefficients
	at       []float64 // the pilot's; nil if it could not be fitted
	effect   int       // which of them is the effect
}

// The pilot is of enough replicates for some pilotRows clients.
const (
	pilotRows = 40000
	pilotMost = 64
	pilotFew  = 4
)

// modelled reports whether the truth of a method is a model's: it isn't where
// moments or the pooled life table say it, for a ratio that nothing is adjusted
// for.
func modelled(m estimate.Method, out *scenarios.Outcome, covariates int) bool {
	return m.Measure.Truth() == measure.Model || m.Conditional || m.Interaction || m.Needs&estimate.Strata != 0 || m.Covariates && (len(out.Covariates) > 0 || covariates > 0)
}

func (p *plan) newModel(a *Analysis, m estimate.Model) model {
	size, effect := m.Shape(len(p.samples[a.sample].covariates))
	both := !p.shared && p.sameRatio(a.Arm, a.Control) && !a.Method.Conditional
	return model{analysis: len(p.analyses), pairs: p.pairsOf(a.Arm, a.Control), both: both, fit: m, size: size, effect: effect}
}

// pilotReplicates returns how many replicates the pilot has: the first ones.
func (p *plan) pilotReplicates() int {
	return max(pilotFew, min(pilotMost, pilotRows/(2*p.sc.Trial.Clients)))
}

// pilot fits the models to the complete data of the first replicates.
func (p *plan) pilot(w *worker) {
	if len(p.models) == 0 || w.opt.NoTruth {
		return
	}
	data := make([]estimate.Data, len(p.models))
	for k := range p.models {
		p.models[k].reset(p, &data[k])
	}
	for r := range p.pilotReplicates() {
		w.ws.Begin(w.opt.Seed, r)
		observed := w.ws.Trial()
		w.liveWorlds()
		for k := range p.models {
			p.models[k].complete(p, &data[k], w, observed)
		}
	}
	for k := range p.models {
		m := &p.models[k]
		beta, _, status := m.fit.Coefficients(&data[k], &w.work)
		if !status.Failed() {
			m.at = append([]float64(nil), beta...)
			for j, b := range m.at {
				if b != b {
					m.at[j] = 0 // aliased
				}
			}
		}
	}
}

// pilotNumbers returns the pilot's coefficients, as they are kept.
func (p *plan) pilotNumbers() (list []float64) {
	for k := range p.models {
		m := &p.models[k]
		for j := range m.size {
			x := nan
			if m.at != nil {
				x = m.at[j]
			}
			list = append(list, x)
		}
	}
	return list
}

// usePilot takes the coefficients that were kept.
func (p *plan) usePilot(list []float64) {
	for k := range p.models {
		m := &p.models[k]
		m.at, list = append([]float64(nil), list[:m.size]...), list[m.size:]
		if m.at[0] != m.at[0] {
			m.at = nil
		}
	}
}

func (m *model) reset(p *plan, d *estimate.Data) {
	s := &p.samples[p.analyses[m.analysis].sample]
	d.Reset(len(s.covariates), 0)
}

// complete adds the complete data of a replicate: where clients don't share
// queues and the arms are as large, everyone in either arm, which lets the arms
// share their chances; else everyone in the arm drawn. So it is, with the clusters of
// the trial, for an effect among clients of one cluster.
func (m *model) complete(p *plan, d *estimate.Data, w *worker, observed *trial.Observed) {
	a := &p.analyses[m.analysis]
	s, e := &p.samples[a.sample], &p.effects[a.effect]
	var clusters clusterNames
	if a.Method.Conditional {
		clusters = newClusterNames(s, d, observed)
	}
	for side, treated := range [2]bool{true, false} {
		for _, pair := range m.pairs {
			x, y, arm := w.worlds[pair.arm], w.worlds[pair.control], [2]int{pair.arm, pair.control}[side]
			rows := w.rows[:0]
			for i := range x.Arm {
				if m.about(s, e, x, y, i) && (m.both || int(observed.Arm[i]) == arm) {
					rows = append(rows, int32(i))
				}
			}
			m.gather(s, d, m.world(p, w, w.worlds[arm]), rows, treated, clusters)
			w.rows = rows
		}
	}
}

// world returns where an arm's outcomes are read: as randomized where clients share
// queues, for an effect among everyone.
func (m *model) world(p *plan, w *worker, all *trial.Truth) *trial.Truth {
	if w.asRandomized != nil && p.effects[p.analyses[m.analysis].effect].among == everyone {
		return w.asRandomized
	}
	return all
}

// about reports whether client i is of those that the model is fitted to.
func (m *model) about(s *sample, e *effect, x, y *trial.Truth, i int) bool {
	if s.interaction {
		whole := *e
		whole.subgroup = Everyone
		return whole.stratum(x, y, i)
	}
	return e.stratum(x, y, i)
}

func (m *model) gather(s *sample, d *estimate.Data, world *trial.Truth, rows []int32, treated bool, clusters clusterNames) {
	c := &world.Outcomes[s.outcome]
	kept := rows[:0]
	for _, i := range rows {
		if y := c.Value[i]; y == y {
			d.Treated, d.Y = append(d.Treated, treated), append(d.Y, y)
			kept = append(kept, i)
		}
	}
	s.columns(d, c, kept)
	s.known(d, c, &people{world.Arm, world.Site, world.Period, world.Traits, world.Member}, kept)
	if s.needs&estimate.Clusters != 0 {
		for _, i := range kept {
			d.Cluster = append(d.Cluster, clusters.of(i))
		}
	}
}

// clusterNames are those of a trial's clients, after those of trials before it in the
// same data; of the zero value there are none.
type clusterNames struct {
	cluster []int32
	first   int32
}

func newClusterNames(s *sample, d *estimate.Data, o *trial.Observed) clusterNames {
	names := clusterNames{cluster: s.clustersOf(o)}
	for _, k := range d.Cluster {
		names.first = max(names.first, k+1)
	}
	return names
}

// of returns the cluster of a client, -1 for none.
func (n *clusterNames) of(i int32) int32 {
	if n.cluster == nil || n.cluster[i] < 0 {
		return -1
	}
	return n.first + n.cluster[i]
}

// score writes the replicate's score and information.
func (m *model) score(p *plan, w *worker, observed *trial.Observed, score, information []float64) {
	clear(score)
	clear(information)
	if m.at == nil {
		return
	}
	m.reset(p, &w.data)
	m.complete(p, &w.data, w, observed)
	if len(w.data.Y) > 0 {
		m.fit.Score(&w.data, m.at, score, information, &w.work)
	}
}

// scores are the sums of a model's scores.
type scores struct {
	n           float64
	score       []float64
	square      []float64 // sums of products of the score, row by row
	information []float64
}

func (s *scores) add(score, information []float64) {
	if s.score == nil {
		s.score, s.square = make([]float64, len(score)), make([]float64, len(information))
		s.information = make([]float64, len(information))
	}
	s.n++
	for j, x := range score {
		s.score[j] += x
		for k, y := range score {
			s.square[j*len(score)+k] += float64(x * y)
		}
	}
	for j, x := range information {
		s.information[j] += x
	}
}

// truth returns the model's effect and its MCSE, by the spread of the replicates'
// scores (the sandwich).
func (s *scores) truth(m *model) (value, mcse float64) {
	if m.at == nil || s.n == 0 {
		return nan, nan
	}
	var system numeric.Symmetric
	p := m.size
	system.Reset(p)
	copy(system.A, s.information)
	if system.Alias(); system.Aliased[m.effect] {
		return nan, nan
	}
	row := make([]float64, p)
	row[m.effect] = 1
	system.Solve(row) // of the inverse of the information
	step, variance := 0.0, 0.0
	for j := range p {
		step += float64(row[j] * s.score[j])
		for k := range p {
			variance += float64(row[j] * row[k] * (s.square[j*p+k] - s.score[j]*s.score[k]/s.n))
		}
	}
	if s.n < 2 {
		return m.at[m.effect] + step, nan
	}
	return m.at[m.effect] + step, math.Sqrt(max(0, variance) * s.n / (s.n - 1))
}
