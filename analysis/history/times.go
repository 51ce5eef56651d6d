package history

import (
	"cmp"
	"math"
	"slices"

	"caseload/sim"
)

// curves returns for each arm the Kaplan-Meier estimate of the outcome and the
// numbers at risk, by day.
func (l *layout) curves(s *sim.Shown, t *timed) []float64 {
	c := &s.Observed.Outcomes[t.outcome]
	var row []float64
	for a := range l.sc.Arms {
		var exits []exit
		for i, arm := range s.Observed.Arm {
			if y := c.Value[i]; int(arm) == a && c.In[i] && !math.IsNaN(y) {
				exits = append(exits, exit{y, c.Event[i]})
			}
		}
		share, risk := kaplanMeier(exits, t.days)
		row = append(append(row, share...), risk...)
	}
	return row
}

// exit is when a client is no more at risk, and whether by the event.
type exit struct {
	day   float64
	event bool
}

// kaplanMeier returns the estimated share without the event on each of the days
// (Kaplan & Meier 1958, equation 2b), NaN once nobody is left whom it could be
// known of, and how many are at risk.
func kaplanMeier(exits []exit, days []float64) (share, risk []float64) {
	slices.SortFunc(exits, func(a, b exit) int { return cmp.Compare(a.day, b.day) })
	s, k := 1.0, 0
	for _, day := range days {
		for k < len(exits) && exits[k].day <= day {
			at, events, from := exits[k].day, 0, k
			for ; k < len(exits) && exits[k].day == at; k++ {
				if exits[k].event {
					events++
				}
			}
			s -= float64(s * float64(events) / float64(len(exits)-from))
		}
		left := 0 // with a day to come, or this one
		for j := len(exits); j > 0 && exits[j-1].day >= day; j-- {
			left++
		}
		risk = append(risk, float64(left))
		if left == 0 && s > 0 {
			share = append(share, math.NaN())
			continue
		}
		share = append(share, s)
	}
	return share, risk
}
