package trial

// Recurring holds the times of events that recur, in days since enrolment. Those of a
// client follow each other in Times, rising.
type Recurring struct {
	Until []float64 // days for which the client is observed
	Ended []bool    // death ended the time in which events can happen
	First []int32   // place of the client's first event in Times
	Count []int32   // events
	Times []float64
}

func newRecurring(n int) Recurring {
	return Recurring{Until: make([]float64, n), Ended: make([]bool, n), First: make([]int32, n), Count: make([]int32, n)}
}

// clear forgets all events.
func (r *Recurring) clear() {
	clear(r.Until)
	clear(r.Ended)
	clear(r.First)
	clear(r.Count)
	r.Times = r.Times[:0]
}

// fit makes it one of n clients, no more than it was made for.
func (r *Recurring) fit(n int) {
	if r.Until != nil {
		r.Until, r.Ended, r.First, r.Count = r.Until[:n], r.Ended[:n], r.First[:n], r.Count[:n]
	}
}

// Of returns the times of client i's events.
func (r *Recurring) Of(i int) []float64 { return r.Times[r.First[i]:][:r.Count[i]] }
