package literature

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/meta"
	"caseload/scenarios"
	"caseload/sim/stream"
	"caseload/sim/trial"
)

// effects records what the trial found.
func (w *Worker) effects(d *design, t *Trial, o *trial.Observed, out *Body) {
	samples := w.samples[d]
	if samples == nil {
		for k := range d.outcomes {
			samples = append(samples, d.outcomes[k].sample())
		}
		w.samples[d] = samples
	}
	t.Effects = t.Effects[:0]
	for k := range d.outcomes {
		x := &d.outcomes[k]
		samples[k].Fill(&w.data, o)
		y, v, status := w.smd(x.variable)
		if status.Failed() {
			out.Failed[status]++
		}
		t.Effects = append(t.Effects, StudyEffect{Outcome: x.name, Label: x.label, Cluster: x.variable.Cluster, Y: y, V: v, Status: status, Reported: true})
	}
}

// smd returns the standardized mean difference of the data, positive if good for
// clients, with its sampling variance: the log odds ratio times sqrt(3)/pi, with
// 1/2 in each cell where one is empty (Chinn 2000, Stat Med 19:3127); Hedges' g;
// or less the log hazard ratio times sqrt(6)/pi, as of a Gumbel distribution of
// log times.
func (w *Worker) smd(v scenarios.Variable) (y, variance float64, status estimate.Status) {
	method := smdMethod(v.Kind)
	good := float64(method.Method().Measure.Good(v.Good))
	if v.Kind == scenarios.Binary {
		return w.fromTable(good)
	}
	fit := method.Fit(&w.data, 0.05, &w.work)
	if fit.Status.Failed() {
		return math.NaN(), math.NaN(), fit.Status
	}
	scale := good
	if v.Kind == scenarios.Time {
		scale = good * math.Sqrt(6) / math.Pi
	}
	return scale * fit.Value, scale * scale * fit.SE * fit.SE, fit.Status
}

func (w *Worker) fromTable(good float64) (y, v float64, status estimate.Status) {
	var t meta.TwoByTwo
	for i, treated := range w.data.Treated {
		yes := w.data.Y[i] != 0
		switch {
		case treated && yes:
			t.A++
		case treated:
			t.B++
		case yes:
			t.C++
		default:
			t.D++
		}
	}
	switch {
	case t.A+t.B == 0 || t.C+t.D == 0:
		return math.NaN(), math.NaN(), estimate.EmptyArm
	case t.Uninformative():
		return math.NaN(), math.NaN(), estimate.ZeroVariance
	}
	scale := math.Sqrt(3) / math.Pi
	y, v = t.LogOddsRatio()
	return good * scale * y, scale * scale * v, estimate.OK
}

// critical is the two-sided 5 % point of the normal distribution.
const critical = 1.959963984540054

// published draws whether a trial is, by the test of its first outcome.
func published(t *Trial, p *scenarios.Publication, draw stream.Stream) bool {
	chance := p.Other
	if len(t.Effects) > 0 && !t.Effects[0].Status.Failed() {
		switch e := &t.Effects[0]; {
		case e.Y > critical*math.Sqrt(e.V):
			chance = p.Significant
		case e.Y > 0:
			chance = p.Favourable
		}
	}
	return draw.Bernoulli(chance)
}

// report draws, cluster by cluster, whether only the measure is reported that
// looks best.
func report(t *Trial, probability float64, draw stream.Stream) {
	if probability <= 0 {
		return
	}
	for a := range t.Effects {
		first, best, several := true, a, false
		for b := range t.Effects {
			if t.Effects[b].Cluster != t.Effects[a].Cluster {
				continue
			}
			first = first && b >= a
			several = several || b != a
			if t.Effects[b].Y > t.Effects[best].Y || t.Effects[best].Status.Failed() {
				best = b
			}
		}
		if !first || !several || !draw.Bernoulli(probability) {
			continue
		}
		for b := range t.Effects {
			if t.Effects[b].Cluster == t.Effects[a].Cluster {
				t.Effects[b].Reported = b == best
			}
		}
	}
}
