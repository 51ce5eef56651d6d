package estimate

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// andersenGill is the log ratio of the rates of events that recur, by the partial
// likelihood of Andersen & Gill (1982, Ann Stat 10:1100) with Breslow's handling of ties,
// a robust standard error, a Wald interval and z test. A row is at risk from its enrolment to the end of
// its observation, with all its events. The covariates, those in Data.X, do not change in time,
// so that it is also the estimator of the marginal rate model of Lin, Wei, Yang & Ying (2000, J R Stat Soc B 62:711)
// with death as an end of observation, and the standard error, which does not ask events of a row
// to be independent, is theirs. It is that of R's coxph with cluster(id). There is no SMD.
//
// NoEvents; Separated: an arm has no event while the other is at risk, or the likelihood
// rises for ever otherwise; TooFew: an arm of fewer than two rows; ZeroVariance: covariates determine the arm; EmptyArm; BadData.
//
// With clusters, rows of a cluster may be alike: the standard error is the sandwich CR2 of the
// Poisson regression of the numbers of events on the arm with the log of the baseline's cumulative rate as offset, as in
// coxCluster, with t and its degrees of freedom.
type andersenGill struct{ clusters bool }

func (a andersenGill) Method() Method {
	m := Method{Name: "andersen_gill", Kinds: Count, Measure: measure.LogIRR, Needs: Recurrences | Incomplete, Covariates: true, Dispersed: true}
	if a.clusters {
		m.Name, m.Needs, m.Clustered = "andersen_gill_cluster", m.Needs|Clusters, true
	}
	return m
}

func (a andersenGill) Fit(d *Data, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	beta, _, status := a.Coefficients(d, w)
	if status != OK {
		return failed(n, status)
	}
	f := &w.recurrent.fit
	value := beta[0]
	if a.clusters {
		return a.clustered(d, value, alpha, w)
	}
	f.robust()
	return waldOf(value, f.cov[0][0], n, alpha, w)
}

// clustered returns the estimate with the standard error that allows for clusters.
func (andersenGill) clustered(d *Data, value, alpha float64, w *Work) Estimate {
	n, f, l := len(d.Y), &w.recurrent.fit, &w.linear
	model := f.cov[0][0]
	f.expect()
	status := l.ols.fitWorking(n, f.p+1, 1, func(i int, z []float64) float64 {
		k := f.place[i]
		root := math.Sqrt(f.expected[k])
		z[0] = root
		for j, x := range f.row(int(k)) {
			z[1+j] = x * root
		}
		if root == 0 {
			return 0 // not observed up to the first event
		}
		return (float64(d.Recurring.Count[i]) - f.expected[k]) / root
	})
	if status != OK {
		return failed(n, status)
	}
	variance, df, status := l.clustered(d)
	variance *= model / dot(l.ols.gamma, l.ols.gamma)
	if status == OK && !(variance > rounded*model) {
		status = ZeroVariance
	}
	if status != OK {
		return failed(n, status)
	}
	return waldT(value, math.Sqrt(variance), df, n, alpha, w)
}

// Shape of Model: the arm and the covariates.
func (andersenGill) Shape(covariates int) (size, effect int) { return 1 + covariates, 0 }

// Coefficients are log rate ratios, of the arm and of the covariates. One that those
// before it determine is NaN. It implements Model.
func (a andersenGill) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	f := &w.recurrent.fit
	if status = f.load(d, w); status != OK {
		return nil, 0, status
	}
	if status = f.maximize(f); status != OK {
		return nil, 0, status
	}
	f.info.Invert(f.covRows)
	if f.info.Aliased[0] {
		return nil, 0, ZeroVariance
	}
	for j, aliased := range f.info.Aliased {
		if aliased {
			f.beta[j] = math.NaN()
		}
	}
	return f.beta, 0, OK
}

// Score adds the score and the information of the log partial likelihood at beta. A
// coefficient that is NaN counts as 0. Data without an event or an arm add nothing. It
// implements Model.
func (a andersenGill) Score(d *Data, beta, score, information []float64, w *Work) {
	f := &w.recurrent.fit
	if status := f.load(d, w); status == OK || status == Separated || status == TooFew {
		f.addScore(f, beta, score, information)
	}
}

// recurrentFit is the fit of a model of rates of events that recur: rows about the mean
// of their covariates, those observed longest first, and events, the latest first.
type recurrentFit struct {
	n, p   int
	x      []float64 // n x p
	place  []int32   // of the data's rows in this order
	until  []float64
	events []recurrentEvent

	hazardsFit
	risk              []float64 // exp(linear predictor)
	s1, s2            []float64 // weighted sums over those at risk
	mean              []float64 // of the covariates of those at risk at each event, p each
	step              []float64 // one over the sum of the risks at each event
	expected          []float64 // number of events of each row
	scores            []float64 // n x p
	since             []float64
	meat, half, bread []float64
}

// recurrentEvent is an event of the row at a place, with how many rows are at risk.
type recurrentEvent struct {
	time        float64
	row, atRisk int32
}

// load puts rows and events in order.
func (f *recurrentFit) load(d *Data, w *Work) Status {
	d.check(Recurrences)
	n, r, k := len(d.Y), &d.Recurring, &w.recurrent
	var finite bool
	k.moments, finite = r.list(k.moments, func(int) bool { return true })
	if !finite {
		return BadData
	}
	var rows, events [2]int
	for i, t := range d.Treated {
		rows[bit(t)]++
		events[bit(t)] += int(r.Count[i])
	}
	switch {
	case rows[0] == 0 || rows[1] == 0:
		return EmptyArm
	case events[0]+events[1] == 0:
		return NoEvents
	}
	f.arrange(k.moments, n)
	if status := f.columns(cox{}.design(d, w)); status != OK {
		return status
	}
	switch {
	case events[0] == 0 || events[1] == 0:
		return Separated
	case rows[0] < 2 || rows[1] < 2:
		return TooFew
	}
	return OK
}

// arrange numbers rows and events from the last to the first.
func (f *recurrentFit) arrange(moments []recurrence, n int) {
	f.n = n
	f.place, f.until = resize(f.place, n), resize(f.until, n)
	f.events = f.events[:0]
	at := int32(0)
	for k, m := range slices.Backward(moments) {
		if m.end {
			f.place[m.row], f.until[at] = at, moments[k].time
			at++
		} else {
			f.events = append(f.events, recurrentEvent{time: m.time, row: m.row, atRisk: at})
		}
	}
	for e := range f.events { // rows end at or after their events, and so have a place by now
		f.events[e].row = f.place[f.events[e].row]
	}
}

// columns takes over the covariates.
func (f *recurrentFit) columns(x [][]float64) Status {
	f.p = len(x)
	f.x = resize(f.x, f.n*f.p)
	for j, column := range x {
		mean, ok := finiteMean(column)
		if !ok {
			return BadData
		}
		for i, v := range column {
			f.x[int(f.place[i])*f.p+j] = v - mean
		}
	}
	f.risk, f.expected = resize(f.risk, f.n), resize(f.expected, f.n)
	f.mean, f.step = resize(f.mean, len(f.events)*f.p), resize(f.step, len(f.events))
	f.scores = resize(f.scores, f.n*f.p)
	for _, v := range []*[]float64{&f.s1, &f.since} {
		*v = resize(*v, f.p)
	}
	for _, v := range []*[]float64{&f.s2, &f.meat, &f.half, &f.bread} {
		*v = resize(*v, f.p*f.p)
	}
	f.reset(f.p)
	f.asked = 0
	return OK
}

// row returns the covariates of the row at a place.
func (f *recurrentFit) row(k int) []float64 { return f.x[k*f.p : (k+1)*f.p] }

// evaluate returns the log partial likelihood at beta, and sets the score and the
// information there. Time runs backwards, so that each row joins those at risk once.
func (f *recurrentFit) evaluate(beta []float64) float64 {
	clearAll(f.score, f.info.A, f.s1, f.s2)
	p, loglik, s0, at := f.p, 0.0, 0.0, 0
	for e := range f.events {
		v := &f.events[e]
		for ; at < int(v.atRisk); at++ {
			row := f.row(at)
			f.risk[at] = portable.Exp(dot(row, beta))
			s0 += f.risk[at]
			accumulate(f.s1, f.s2, row, f.risk[at])
		}
		row, mean := f.row(int(v.row)), f.mean[e*p:(e+1)*p]
		loglik += dot(row, beta) - portable.Log(s0)
		f.step[e] = 1 / s0
		for j := range p {
			mean[j] = f.s1[j] / s0
			f.score[j] += row[j] - mean[j]
			for l := range j + 1 {
				f.info.A[j*p+l] += f.s2[j*p+l]/s0 - float64(mean[j]*mean[l])
			}
		}
	}
	for ; at < f.n; at++ { // those who are observed for less than the time to any event
		f.risk[at] = portable.Exp(dot(f.row(at), beta))
	}
	return loglik
}

func (f *recurrentFit) moved(step []float64) float64 { return mostMoved(f.x, step) }

// robust turns cov into the robust variance, about the sum of squares of the rows' scores:
//
//	sum over events of the row of (x - mean) - risk (x H - sum over events up to its end of mean/s0)
//
// with H the sum of 1/s0 over events up to its end.
func (f *recurrentFit) robust() {
	p := f.p
	f.expect()
	for e := range f.events {
		row := int(f.events[e].row)
		for j, x := range f.row(row) {
			f.scores[row*p+j] += x - f.mean[e*p+j]
		}
	}
	clear(f.meat)
	for k := range f.n {
		addSquare(f.meat, f.scores[k*p:(k+1)*p])
	}
	f.sandwich(f.meat, f.half, f.bread)
}

// expect fills expected, the number of events of each row by the model, and scores with
// what is taken off for them, at the maximum.
func (f *recurrentFit) expect() {
	f.evaluateAt(f, f.beta)
	cumulative, e, p := 0.0, len(f.events)-1, f.p
	clear(f.since)
	for k := f.n - 1; k >= 0; k-- { // those observed for the shortest time first
		for ; e >= 0 && f.events[e].time <= f.until[k]; e-- {
			cumulative += f.step[e]
			addTo(f.since, f.mean[e*p:(e+1)*p], f.step[e])
		}
		f.expected[k] = f.risk[k] * cumulative
		for j, x := range f.row(k) {
			f.scores[k*p+j] = f.risk[k] * (f.since[j] - float64(x*cumulative))
		}
	}
}
