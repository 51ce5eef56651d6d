package estimate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// exactPower returns the chance that a method rejects at 5 % with n clients in each arm
// and independent events of the given probabilities, by going through all tables.
func exactPower(e Estimator, n int, p1, p0 float64) (power float64, statuses map[Status]int) {
	one, zero := distuv.Binomial{N: float64(n), P: p1}, distuv.Binomial{N: float64(n), P: p0}
	statuses = map[Status]int{}
	d, w := &Data{}, new(Work)
	for i := range 2 * n {
		d.Treated = append(d.Treated, i < n)
	}
	d.Y = make([]float64, 2*n)
	for x1 := range n + 1 {
		for x0 := range n + 1 {
			chance := one.Prob(float64(x1)) * zero.Prob(float64(x0))
			if chance < 1e-9 { // all those left out add up to less than 1e-5
				continue
			}
			for i := range d.Y {
				d.Y[i] = float64(bit(i < x1 || i >= n && i < n+x0))
			}
			got := e.Fit(d, 0.05, w)
			statuses[got.Status]++
			if got.P < 0.05 {
				power += chance
			}
		}
	}
	return power, statuses
}

// A rare event in the control arm: half of the trials have an empty cell, and the
// exact test decides in all of them. Source: sums of binomial probabilities over
// fisher.test(matrix(c(x1, n-x1, x0, n-x0), 2))$p.value < 0.05, R 4.2.2. 119 clients
// an arm are the fewest that have a power of 80 %.
func TestFisherRejectsTablesWithAnEmptyCell(t *testing.T) {
	for _, c := range []struct {
		n            int
		p1, p0, want float64
	}{{100, 0.08, 0.005, 0.6884322}, {10, 0.4, 0.005, 0.3515898}, {118, 0.08, 0.005, 0.7997522}, {119, 0.08, 0.005, 0.8047690}} {
		got, statuses := exactPower(fisher{}, c.n, c.p1, c.p0)
		if !(math.Abs(got-c.want) < 2e-5) {
			t.Errorf("%d an arm, %v against %v: power %.7f, want %.7f", c.n, c.p1, c.p0, got, c.want)
		}
		if len(statuses) != 2 || statuses[NoEstimate] == 0 {
			t.Errorf("%d an arm: %v", c.n, statuses)
		}
	}
}

// The p values of tables with an empty cell are those of R 4.2.2's fisher.test, which
// gives 1 where nobody has the event.
func TestFisherWithoutAnEstimate(t *testing.T) {
	for _, c := range []struct {
		table
		want float64
	}{{table{8, 100, 0, 100}, 0.0067546746}, {table{0, 12, 5, 9}, 0.0061919505}, {table{7, 7, 3, 9}, 0.011363636}, {table{0, 10, 0, 10}, 1}, {table{10, 10, 8, 8}, 1}} {
		d := &Data{}
		for i := range c.n1 + c.n0 {
			d.Treated = append(d.Treated, i < c.n1)
			d.Y = append(d.Y, float64(bit(i < c.x1 || i >= c.n1 && i < c.n1+c.x0)))
		}
		got := fit(fisher{}, d)
		sound(t, "fisher", got)
		if got.Status != NoEstimate || !(math.Abs(got.P/c.want-1) < 1e-6) {
			t.Errorf("%+v: %+v, want p = %v", c.table, got, c.want)
		}
	}
}
