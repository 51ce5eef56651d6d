package estimate

// strataOrder is rows in order of stratum, and of time within.
type strataOrder struct {
	rows   []int32
	times  []float64
	ends   []int32 // where each stratum ends
	events []int32 // where its event times do, in the list of them
}

// arrange takes over an order of time, stratum by stratum; strata are numbered
// from 0.
func (s *strataOrder) arrange(o *timeOrder, stratum []int32) {
	most := int32(-1)
	for _, k := range stratum {
		most = max(most, k)
	}
	s.rows, s.times, s.ends = resize(s.rows, len(o.rows)), resize(s.times, len(o.rows)), resize(s.ends, int(most)+2)
	clear(s.ends)
	for _, k := range stratum {
		s.ends[k+1]++
	}
	for k := range most + 1 {
		s.ends[k+1] += s.ends[k]
	}
	for i, r := range o.rows {
		at := &s.ends[stratum[r]] // the start, until it has moved to the end
		s.rows[*at], s.times[*at] = r, o.times[i]
		*at++
	}
	s.ends = s.ends[:most+1]
}

// stratifiedTable lists the event times of each stratum one after the other,
// so that sums over it are those over strata. Status as riskTable's.
func stratifiedTable(d *Data, w *Work) ([]atRisk, Status) {
	d.check(Events | Strata)
	if _, status := riskTable(d, w); status != OK {
		return nil, status
	}
	s := &w.survival.strata
	s.arrange(&w.times, d.Stratum)
	w.risk, s.events = w.risk[:0], s.events[:0]
	from := int32(0)
	for _, to := range s.ends {
		rows := s.rows[from:to]
		n1 := 0
		for _, r := range rows {
			n1 += bit(d.Treated[r])
		}
		w.risk = tabulate(w.risk, d, rows, s.times[from:to], n1)
		s.events = append(s.events, int32(len(w.risk)))
		from = to
	}
	return w.risk, OK
}
