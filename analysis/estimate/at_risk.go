package estimate

// atRisk is one event time of two arms: the numbers at risk just before it and
// the events at it.
type atRisk struct{ n1, n0, d1, d0 float64 }

// riskTable lists the event times of d in order. It lives in w until the next.
func riskTable(d *Data, w *Work) ([]atRisk, Status) {
	d.check(Events)
	if !w.times.sort(d.Y) {
		return nil, BadData
	}
	treated := 0
	for _, t := range d.Treated {
		treated += bit(t)
	}
	n1, n := treated, len(d.Y)
	if n1 == 0 || n1 == n {
		return nil, EmptyArm
	}
	w.risk = tabulate(resize(w.risk, n)[:0], d, w.times.rows, w.times.times, n1)
	if len(w.risk) == 0 {
		return nil, NoEvents
	}
	return w.risk, OK
}

// tabulate appends the event times of some rows of d, given in order of time
// with their times, n1 of them treated.
func tabulate(table []atRisk, d *Data, rows []int32, times []float64, n1 int) []atRisk {
	n := len(rows)
	times = times[:n]
	for i := 0; i < len(rows); {
		t := times[i]
		var left, left1, events, events1 int
		for ; i < len(rows) && times[i] == t; i++ {
			a, e := bit(d.Treated[rows[i]]), bit(d.Event[rows[i]])
			left++
			left1 += a
			events += e
			events1 += a & e
		}
		if events > 0 {
			table = append(table, atRisk{float64(n1), float64(n - n1), float64(events1), float64(events - events1)})
		}
		n -= left
		n1 -= left1
	}
	return table
}

// excess returns observed minus expected events of the treated arm, and its
// hypergeometric variance. Source: Mantel 1966.
func (r *atRisk) excess() (excess, variance float64) {
	n, d := r.n1+r.n0, r.d1+r.d0
	p := r.n1 / n
	variance = d * p * (1 - p)
	if d > 1 {
		variance *= (n - d) / (n - 1)
	}
	return r.d1 - float64(d*p), variance
}

// logRankSums returns the sums of both over the event times.
func logRankSums(table []atRisk) (excess, variance float64) {
	for i := range table {
		u, v := table[i].excess()
		excess += u
		variance += v
	}
	return excess, variance
}
