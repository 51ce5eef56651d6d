package sim

import (
	"math"
	"testing"

	"caseload/sim/calendar"
)

// othersTOML is a service that the trial's clients hardly come to.
const othersTOML = `
[service.clinic]
preset = ""
slots = 10
occupied = 1.0
background = { per_month = 60.875 }
linkage = { per_year = 0.001 }
stay = { per_day = 0.25 }
`

// Others who come at rate l and stay for 1/m days on average make c slots an
// M/M/c queue: in the long run somebody waits with Erlang's chance C, and for
// C/(c m - l) days on average. Waits of one replicate hang together, so that
// the standard error is that between replicates.
func TestOthersWaitAsErlangSays(t *testing.T) {
	const c, l, mu = 10, 2.0, 0.25
	m := compile(t, plainTOML+othersTOML+asked("linked_su", 1200), "trial.clients=2", "trial.follow_up_days=[1200]")
	w := m.NewWorkspace()
	var waits, chances []float64
	for r := range 60 {
		w.Begin(1, r)
		w.Trial()
		sum, waited, n := 0.0, 0.0, 0.0
		for _, sp := range w.spells {
			if int(sp.Client) >= w.n && sp.Sought > calendar.Ticks(150) {
				n++
				sum += calendar.Days(sp.Admitted - sp.Sought)
				waited += yes(sp.Admitted > sp.Sought)
			}
		}
		waits, chances = append(waits, sum/n), append(chances, waited/n)
	}
	chance := erlangC(c, l/mu)
	agrees(t, "share who wait", chances, chance)
	agrees(t, "mean wait", waits, chance/(c*mu-l))
}

// erlangC is the chance of waiting in M/M/c at load a, from Erlang B's recursion.
func erlangC(c int, a float64) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return float64(c) * b / (float64(c) - a*(1-b))
}

// Who is found in a service that has long been running stays on for
// E[X^2]/(2 E[X]) days on average, X being the whole stay: for a Weibull of scale
// s and shape k, E[X^j] = s^j Gamma(1 + j/k).
func TestOccupantsStayOnAsInTheLongRun(t *testing.T) {
	for _, shape := range []float64{0.8, 1, 1.7} {
		m := compile(t, plainTOML+othersTOML+asked("linked_su", 10), "trial.clients=2", "trial.follow_up_days=[10]",
			"service.clinic.slots=20000", "service.clinic.background={per_month=0}", "service.clinic.stay={median_days=50,shape="+ftoa(shape)+"}")
		w := m.NewWorkspace()
		w.Begin(1, 0)
		w.Trial()
		var rest []float64
		for _, sp := range w.spells {
			if int(sp.Client) >= w.n {
				rest = append(rest, calendar.Days(sp.Ended))
			}
		}
		scale := 50 / math.Pow(math.Ln2, 1/shape)
		agrees(t, "rest of stays", rest, scale*math.Gamma(1+2/shape)/(2*math.Gamma(1+1/shape)))
	}
}
