package analysis

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/sim"
	"caseload/sim/stream"
	"caseload/sim/trial"
)

// worker runs replicates in its own workspace.
type worker struct {
	m      *sim.Model
	p      *plan
	opt    Options
	ws     *sim.Workspace
	worlds []*trial.Truth // in which everyone is in one arm, by arm
	// asRandomized is that world, where clients share queues; nil where the others
	// say the same.
	asRandomized *trial.Truth
	// exposed is the same world in a trial whose sites change arms, for truths by exposure; nil
	// in others. Other truths are then those of a rollout: as randomized, who is in an arm
	// enrols later than who is in the other, and meets other queues.
	exposed *trial.Truth
	rollout []moments // by plan.arms: scratch of truth
	trial   []moments
	sample  []moments
	data    estimate.Data
	work    estimate.Work
	rows    []int32
	draws   stream.Stream
	pair    [2][]float64 // scratch of ranks
	holder  holder       // scratch of tip
	watcher watcher
}

func newWorker(m *sim.Model, p *plan, opt Options) *worker {
	w := &worker{m: m, p: p, opt: opt, ws: m.NewWorkspace()}
	if opt.NoTruth {
		return w
	}
	for range len(p.sc.Arms) + len(p.extra) {
		w.worlds = append(w.worlds, m.NewTruth())
	}
	if p.shared {
		w.asRandomized = m.NewTruth()
	}
	if p.exposures > 0 {
		w.exposed = m.NewTruth()
	}
	w.rollout, w.trial, w.sample = make([]moments, len(p.arms)), make([]moments, len(p.arms)), make([]moments, len(p.arms))
	return w
}

// replicate runs one trial, its worlds and its analyses.
func (w *worker) replicate(r int, out record, b *block) {
	w.ws.Begin(w.opt.Seed, r)
	observed := w.ws.Trial()
	copy(out[w.p.at.drawn:], w.ws.Drawn())
	w.analyse(r, observed, out)
	if w.p.looks != nil {
		w.watch(r, observed, out)
	}
	if !w.opt.NoTruth {
		w.liveWorlds()
		w.truth(r, observed, out, b)
	}
}

// own returns where the world as randomized is recorded, nil where it is not needed.
func (w *worker) own() *trial.Truth {
	if w.exposed != nil {
		return w.exposed
	}
	return w.asRandomized
}

// analyse makes all estimates of a trial.
func (w *worker) analyse(r int, o *trial.Observed, out record) {
	filled := -1
	var s summary
	for k := range w.p.own {
		a := &w.p.analyses[k]
		e := &w.p.effects[a.effect]
		if a.sample != filled {
			filled = a.sample
			w.fill(o, a)
			s = w.describe(e.times)
		}
		if !a.Method.Interaction {
			w.see(o, e, &s, out)
		}
		est := w.fit(r, a)
		f := w.fitOf(&est, s)
		out.setFit(k, &f)
		if a.tip >= 0 {
			out[w.p.at.tips[a.tip]] = w.tip(a, &est)
		}
	}
	for k := range w.p.best {
		out[w.p.at.best[k]] = w.p.best[k].named(o)
	}
}

// fitOf returns what is kept of an estimate.
func (w *worker) fitOf(est *estimate.Estimate, s summary) Fit {
	return Fit{Status: est.Status, Value: est.Value, SE: est.SE, DF: est.DF, Low: est.Low, High: est.High, Stat: est.Stat,
		P: est.P, SMD: est.SMD, N1: s.rows[1], N0: s.rows[0], Mean1: s.mean[1], Mean0: s.mean[0], Missing: float64(w.data.Missing), Truth: nan}
}

// fill gathers the rows that an analysis sees.
func (w *worker) fill(o *trial.Observed, a *Analysis) {
	w.rows = w.p.samples[a.sample].fill(&w.data, o, w.rows)
}

// drawing is the purpose of an analysis's random numbers.
var drawing = stream.NewPurpose("imputation")

// fit makes an analysis of the data gathered. Where clusters were randomized it
// leaves out what a wrong standard error would spoil.
func (w *worker) fit(r int, a *Analysis) estimate.Estimate {
	if a.Method.Needs&estimate.Draws != 0 {
		const entityAnalysis = 200 // apart from the entities of a trial
		key := stream.NewKey(uint64(w.opt.Seed), uint64(r)).Entity(entityAnalysis, a.sample)
		w.draws = key.Stream(drawing)
		w.data.Source = &w.draws
	}
	e := a.estimator.Fit(&w.data, a.Test.IntervalAlpha(), &w.work)
	if w.p.untested(a) {
		e.SE, e.Low, e.High, e.Stat, e.DF, e.P = nan, nan, nan, nan, nan, nan
	}
	return e
}

// summary is of the rows of both arms, control first: how many, how many with
// an outcome, and its mean there, NaN for times.
type summary struct{ rows, seen, mean [2]float64 }

func (w *worker) describe(times bool) (s summary) {
	y := w.data.Y[:len(w.data.Treated)]
	treated, sum0, sum1 := 0, 0.0, 0.0
	for i, is := range w.data.Treated {
		t := one(is)
		treated += t
		sum0 += onlyIf(1-t, y[i])
		sum1 += onlyIf(t, y[i])
	}
	s.rows = [2]float64{float64(len(y) - treated), float64(treated)}
	s.seen = s.rows
	if sum := sum0 + sum1; sum != sum { // an outcome is missing
		sum0, sum1 = w.describeSeen(&s)
	}
	s.mean = [2]float64{sum0 / s.seen[0], sum1 / s.seen[1]}
	if times {
		s.mean = [2]float64{nan, nan}
	}
	return s
}

// describeSeen counts the rows with an outcome, and adds it up.
func (w *worker) describeSeen(s *summary) (sum0, sum1 float64) {
	s.seen = [2]float64{}
	for i, y := range w.data.Y {
		if y != y {
			continue
		}
		t := one(w.data.Treated[i])
		s.seen[t]++
		sum0 += onlyIf(1-t, y)
		sum1 += onlyIf(t, y)
	}
	return sum0, sum1
}

// onlyIf returns x if yes is 1 and 0 if it is 0, whatever x is, without a branch.
func onlyIf(yes int, x float64) float64 {
	return math.Float64frombits(math.Float64bits(x) & -uint64(yes))
}

// truth records what is true in a replicate.
func (w *worker) truth(r int, observed *trial.Observed, out record, b *block) {
	p := w.p
	for k := range p.arms {
		w.rollout[k], w.trial[k], w.sample[k] = w.armTruth(&p.arms[k])
		*out.sums(p.at.arms[k]) = inArms(w.trial[k], moments{})
		if p.arms[k].arm >= len(p.sc.Arms) {
			*out.sums(p.at.arms[k]) = inArms(w.rollout[k], moments{})
		}
	}
	for k := range p.effects {
		e := &p.effects[k]
		rollout, truth := out.sums(p.at.rollout[k]), out.sums(p.at.truth[k])
		if e.among != everyone {
			w.gather(rollout, k)
			*truth = *rollout
		} else {
			arm, control := &p.groups[e.arm], &p.groups[e.control]
			*rollout = inArms(arm.weighted(w.rollout, e.rows), control.weighted(w.rollout, e.rows))
			*truth = inArms(w.inTrial(arm, w.trial, e.rows), w.inTrial(control, w.trial, e.rows))
		}
		if w.exposed != nil && e.byExposure() {
			e.gatherExposed(out, p.at.exposed[k], w.exposed, w.worlds[e.control])
		}
		if e.times {
			b.countTimes(p, k, w.worlds, w.asRandomized, r)
		}
	}
	for k := range p.own {
		w.ownTruth(&p.analyses[k], out, k)
	}
	for k := range p.models {
		score, information := out.score(&p.models[k], p.at.models[k])
		p.models[k].score(p, w, observed, score, information)
	}
}

// ownTruth is the effect among the replicate's own clients, for measures that
// average over replicates.
func (w *worker) ownTruth(a *Analysis, out record, k int) {
	at := &out[k*fitWidth+fitWidth-1]
	switch {
	case a.Method.Measure.Truth() == measure.Pairs:
		*at = w.ranks(a)
	case w.p.averages(a):
		*at = averageOf(out, w.p.at.exposed[a.effect])
	case a.Method.Linear:
		own := w.ownSums(a.effect, out)
		*at = difference(&own)
		if a.rest >= 0 {
			rest := w.ownSums(a.rest, out)
			*at -= difference(&rest)
		}
	}
}

func (w *worker) ownSums(k int, out record) sums {
	e := &w.p.effects[k]
	if e.among != everyone {
		return *out.sums(w.p.at.truth[k])
	}
	return inArms(w.inTrial(&w.p.groups[e.arm], w.sample, e.rows), w.inTrial(&w.p.groups[e.control], w.sample, e.rows))
}

// inTrial sums the moments of a group's arms in the trial: those of the world as
// randomized, which has as many clients of each as the trial, or of the worlds that stand
// for it.
func (w *worker) inTrial(g *group, rows []moments, first int) moments {
	if w.asRandomized != nil {
		return g.moments(rows, first)
	}
	return g.weighted(rows, first)
}

// gather sums an effect that is about some clients, told by what they would do in the
// worlds of both arms of a pair.
func (w *worker) gather(s *sums, k int) {
	*s = sums{}
	for _, x := range w.p.pairs[k] {
		w.p.effects[k].gatherBoth(s, w.worlds[x.arm], w.worlds[x.control], float64(x.weight))
	}
}

// see notes how many clients of each arm had an outcome in the analysis.
func (w *worker) see(o *trial.Observed, e *effect, s *summary, out record) {
	seen := w.p.at.seen[e.rows:]
	for side, g := range [2]int{e.control, e.arm} {
		arms := w.p.groups[g].arms
		if len(arms) == 1 {
			out[seen[arms[0]]] = s.seen[side]
			continue
		}
		for _, a := range arms {
			n := 0
			for k, i := range w.rows {
				n += one(int(o.Arm[i]) == a && w.data.Y[k] == w.data.Y[k])
			}
			out[seen[a]] = float64(n)
		}
	}
}

// armTruth sums an outcome in one arm: with everyone in it, in the trial, and
// over the trial's own sample.
//
// Where clients share queues the sample is the world as randomized. Its sum is
// what the replicate's estimate is to be compared with, since they share the
// draw of who is allocated. The trial's sum is the sample's, corrected by a
// control variate: the same clients' sum in the world with everyone in the arm
// stands for them in that draw, and is replaced by its expectation, the arm's
// share of everyone's. Allocation is blind to outcomes, so that nothing is
// biased; what is left of the noise is what sharing itself does.
func (w *worker) armTruth(e *effect) (rollout, trial, sample moments) {
	if k := e.arm - len(w.p.sc.Arms); k >= 0 {
		if rollout = e.followed(&w.p.extra[k], w.worlds[e.arm]); w.asRandomized != nil {
			return rollout, unknownTruth, unknownTruth
		}
		return rollout, rollout, rollout
	}
	rollout = e.sum(w.worlds[e.arm], nil)
	if w.asRandomized == nil {
		return rollout, rollout, rollout
	}
	sample = e.sum(w.asRandomized, w.asRandomized.Arm)
	trial = sample
	if e.among == entrants || rollout[0] == 0 {
		return rollout, trial, sample
	}
	same := e.sum(w.worlds[e.arm], w.asRandomized.Arm)
	for k := 1; k < len(trial); k++ {
		trial[k] += float64(sample[0]/rollout[0]*rollout[k]) - same[k]
	}
	return rollout, trial, sample
}

// ranks returns Cliff's delta of two different clients, one from either arm: the
// mean over such pairs, whose expectation doesn't depend on their number.
func (w *worker) ranks(a *Analysis) float64 {
	e := &w.p.effects[a.effect]
	w.pair[0], w.pair[1] = w.pair[0][:0], w.pair[1][:0]
	var same, own float64 // of pairs of a client and the same client
	if w.asRandomized != nil && e.among == everyone {
		w.ranksOwn(e)
	} else {
		same, own = w.ranksRollout(e, w.p.pairs[a.effect])
	}
	tops, bottoms := w.pair[0], w.pair[1]
	pairs := float64(len(tops)*len(bottoms)) - own
	if pairs <= 0 {
		return nan
	}
	return (dominance(tops, bottoms) - same) / pairs
}

// ranksOwn gathers the values of both groups in the world as randomized.
func (w *worker) ranksOwn(e *effect) {
	x, treated, control := w.asRandomized, w.p.groups[e.arm].mask, w.p.groups[e.control].mask
	c := &x.Outcomes[e.outcome]
	for i, arm := range x.Arm {
		v := c.Value[i]
		if !c.In[i] || !e.group(x.Member, i) || v != v {
			continue
		}
		if treated.has(arm) == 1 {
			w.pair[0] = append(w.pair[0], v)
		} else if control.has(arm) == 1 {
			w.pair[1] = append(w.pair[1], v)
		}
	}
}

// ranksRollout gathers the values of both groups with everyone in each of their arms. It
// returns the sum of the signs of a client's own differences, and how many there are.
func (w *worker) ranksRollout(e *effect, pairs []pair) (same, own float64) {
	for i := range w.worlds[pairs[0].arm].Arm {
		t, b := len(w.pair[0]), len(w.pair[1])
		for _, p := range pairs {
			x, y := w.worlds[p.arm], w.worlds[p.control]
			u, v := x.Outcomes[e.outcome].Value[i], y.Outcomes[e.outcome].Value[i]
			if !e.stratum(x, y, i) || u != u || v != v {
				continue
			}
			for range p.weight {
				w.pair[0], w.pair[1] = append(w.pair[0], u), append(w.pair[1], v)
			}
		}
		for _, u := range w.pair[0][t:] {
			for _, v := range w.pair[1][b:] {
				same += sign(u - v)
				own++
			}
		}
	}
	return same, own
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
