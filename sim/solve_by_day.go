package sim

import (
	"math"

	"caseload/sim/portable"
)

// EffectWindow says what an effect on linkage amounts to by a day, of first seeking and
// without queues; or one by which contacts bring clients back, by a day since they left.
type EffectWindow struct {
	Day          float64
	Share, Ratio float64 // of everyone offered the program: share brought in, ratio of cumulative hazards
	// the same of those who start it
	StartedShare, StartedRatio float64
}

// windows says what an effect on linkage amounts to, by days of the follow-up.
func (s *solver) windows(k int, f *effect, arm int) (list []EffectWindow) {
	s.of = f
	var p *paths
	if f.from == left {
		p = s.returning(k, f, arm, s.m.horizon-1)
	} else {
		p = s.seeking(s.m.soughtBy(f.on), arm, arm, s.m.horizon-1, nil)
	}
	s.of = nil
	for _, day := range []float64{7, 90, 365} {
		to := int64(ticks(day))
		if to >= s.m.horizon {
			break
		}
		var survive [2][2]float64 // [without, with the effect][everyone, those who start]
		n := [2]float64{}
		for i := range s.n {
			if f.subgroup >= 0 && !s.w.member[f.subgroup][i] {
				continue
			}
			without, with := s.bothHazards(p, f, i, to)
			for g, in := range [2]bool{true, s.w.takesUp(i, k)} {
				if in {
					n[g] += p.weight[i]
					survive[0][g] += float64(p.weight[i] * portable.Exp(-without))
					survive[1][g] += float64(p.weight[i] * portable.Exp(-with))
				}
			}
		}
		share := func(g int) float64 { return 1 - survive[1][g]/survive[0][g] }
		ratio := func(g int) float64 { return portable.Log(survive[1][g]/n[g]) / portable.Log(survive[0][g]/n[g]) }
		list = append(list, EffectWindow{day, share(0), ratio(0), share(1), ratio(1)})
	}
	return list
}

// bothHazards integrates client i's hazard of the paths to a time, without the effect
// and with it.
func (s *solver) bothHazards(p *paths, f *effect, i int, to int64) (without, with float64) {
	sum, jumps := p.hazard(i, to, func(st *step) bool { return f.stages == 0 || f.stage(st.bits) < 0 })
	without, with = sum+jumps, sum+jumps
	for stage := range int(f.stages) {
		x, _ := p.hazard(i, to, func(st *step) bool { return f.stage(st.bits) == stage })
		with += x
		without += x / portable.Exp(math.Ldexp(f.logHR, -stage))
	}
	if b := f.brings; b != nil {
		for _, st := range p.probes[0].paths[i] {
			if st.from < to {
				with += float64(st.own * b.at(st.from))
			}
		}
	}
	return without, with
}
