package literature

import (
	"math"
	"slices"

	"caseload/analysis/meta"
	"caseload/scenarios"
)

// Pooled holds what a review concludes about a group. What is not known is NaN.
type Pooled struct {
	Trials, Effects int
	meta.Fit
}

// Test is a moderator as a review tests it, in a group.
type Test struct {
	Moderator string // or Kind
	Group     string
	Published string // sign as reviews report it: "positive", "negative" or ""
}

// Kind stands for the contrast of engagement with recovery outcomes, over all
// effects of all trials.
const Kind = "engagement - recovery"

type test struct {
	Test
	moderator int // -1: Kind
}

// Slope is the slope on a moderator's score in a body.
type Slope struct {
	Estimate, SE, P float64
	Tau2            float64
	Status          meta.Status
}

// Tests returns what Body.Slopes are of.
func (e *Engine) Tests() []Test {
	list := make([]Test, len(e.tests))
	for k := range e.tests {
		list[k] = e.tests[k].Test
	}
	return list
}

// moderatorTests are of moderators whose levels have different scores, in every
// group, and of the kind of outcome.
func (e *Engine) moderatorTests() (list []test) {
	for m := range e.Scenario.Moderators {
		mod := &e.Scenario.Moderators[m]
		scored := slices.ContainsFunc(mod.Levels, func(l scenarios.Level) bool { return l.Score != mod.Levels[0].Score })
		for _, g := range e.Groups {
			if scored {
				list = append(list, test{Test{mod.Name, g, mod.Published}, m})
			}
		}
	}
	if e.measures(scenarios.Engagement) && e.measures(scenarios.Recovery) {
		list = append(list, test{Test{Kind, scenarios.AllGroups, "positive"}, -1})
	}
	return list
}

func (w *Worker) options() meta.Options {
	l := w.e.Scenario.Literature
	method, _ := meta.LookupMethod(l.Method)
	return meta.Options{Method: method, KnappHartung: l.KnappHartung}
}

// review pools what is published.
func (w *Worker) review(out *Body) {
	out.Pooled, out.Slopes = out.Pooled[:0], out.Slopes[:0]
	for _, g := range w.e.Groups {
		w.gather(out, g, w.e.Scenario.Literature.Effects == scenarios.AllEffects, nil)
		out.Pooled = append(out.Pooled, w.pooled())
	}
	for k := range w.e.tests {
		out.Slopes = append(out.Slopes, w.slope(out, &w.e.tests[k]))
	}
}

// gather takes the effects of a group from the published trials, the first of
// each or all, with a score of each if one is asked.
func (w *Worker) gather(out *Body, group string, all bool, score func(*Trial, *StudyEffect) float64) {
	w.y, w.v, w.x, w.cluster = w.y[:0], w.v[:0], w.x[:0], w.cluster[:0]
	for s := range out.Trials {
		t := &out.Trials[s]
		if !t.Published {
			continue
		}
		for k := range t.Effects {
			e := &t.Effects[k]
			if !e.Reported || e.Status.Failed() || !e.Cluster.In(group) {
				continue
			}
			w.y, w.v, w.cluster = append(w.y, e.Y), append(w.v, e.V), append(w.cluster, s)
			if score != nil {
				w.x = append(w.x, score(t, e))
			}
			if !all {
				break
			}
		}
	}
}

// pooled pools what is gathered.
func (w *Worker) pooled() Pooled {
	trials := distinct(w.cluster)
	if trials == len(w.y) || w.e.Scenario.Literature.Effects == scenarios.OneEffect {
		f := meta.Pool(w.y, w.v, w.options(), &w.pool)
		return Pooled{trials, len(w.y), f}
	}
	meta.RegressClustered(w.y, w.v, w.cluster, nil, w.options(), &w.pool, &w.robust)
	return Pooled{trials, len(w.y), w.robust.Fit()}
}

// distinct counts the clusters, which come in order.
func distinct(cluster []int) (n int) {
	for i, c := range cluster {
		if i == 0 || c != cluster[i-1] {
			n++
		}
	}
	return n
}

// slope regresses a group's effects on a moderator.
func (w *Worker) slope(out *Body, t *test) Slope {
	all := t.moderator < 0 || w.e.Scenario.Literature.Effects == scenarios.AllEffects
	w.gather(out, t.Group, all, func(tr *Trial, e *StudyEffect) float64 {
		if t.moderator >= 0 {
			return w.e.Scenario.Moderators[t.moderator].Levels[tr.Levels[t.moderator]].Score
		}
		if e.Cluster.In(scenarios.Engagement) {
			return 1
		}
		return 0
	})
	w.columns[0] = w.x
	nan := math.NaN()
	s := Slope{Estimate: nan, SE: nan, P: nan, Tau2: nan}
	var list []meta.Coefficient
	if o := w.options(); all && distinct(w.cluster) < len(w.y) {
		o.KnappHartung = false
		meta.RegressClustered(w.y, w.v, w.cluster, w.columns[:], o, &w.pool, &w.robust)
		s.Status, list, s.Tau2 = w.robust.Status, w.robust.Coefficients, float64(w.robust.Tau2)
	} else {
		meta.Regress(w.y, w.v, w.columns[:], o, &w.pool, &w.reg)
		s.Status, list, s.Tau2 = w.reg.Status, w.reg.Coefficients, float64(w.reg.Tau2)
	}
	if s.Status == meta.OK && !list[1].SE.Known() { // one trial decides the slope
		s.Status = meta.TooFew
	}
	if s.Status == meta.OK {
		s.Estimate, s.SE, s.P = float64(list[1].Estimate), float64(list[1].SE), float64(list[1].P)
	}
	return s
}
