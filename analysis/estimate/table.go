package estimate

import (
	"caseload/sim/portable"
	"math"
)

// table is a two-by-two table: x1 events among n1 treated, x0 among n0.
type table struct{ x1, n1, x0, n0 int }

// count fills the table. An outcome that is neither 0 nor 1 is BadData.
func count(d *Data) (table, Status) {
	d.check(0)
	var treated, events, both, others int
	for i, y := range d.Y {
		t, e := bit(d.Treated[i]), bit(y == 1)
		treated += t
		events += e
		both += t & e
		others += bit(y == 0)
	}
	n := len(d.Y)
	tab := table{x1: both, n1: treated, x0: events - both, n0: n - treated}
	switch {
	case events+others != n:
		return tab, BadData
	case tab.n1 == 0 || tab.n0 == 0:
		return tab, EmptyArm
	}
	return tab, OK
}

// bit returns 1 for true; the compiler makes it branch-free.
func bit(b bool) int {
	var i int
	if b {
		i = 1
	}
	return i
}

// logisticSD is the standard deviation of the standard logistic distribution,
// which turns a log odds ratio into a standardized mean difference.
// Source: Hasselblad & Hedges 1995; Chinn 2000.
const logisticSD = math.Pi / sqrt3

const sqrt3 = 1.73205080756887729352744634150587236694280525381038

// smd is logitSMD of the table.
func (t table) smd() float64 {
	return logitSMD(float64(t.x1), float64(t.n1), float64(t.x0), float64(t.n0))
}

// logitSMD returns the log odds ratio by sqrt(3)/pi, from proportions (x + 1/2)/(n +
// 1) so that it exists for any numbers of events x among n.
func logitSMD(x1, n1, x0, n0 float64) float64 {
	odds1, odds0 := (x1+0.5)/(n1-x1+0.5), (x0+0.5)/(n0-x0+0.5)
	return portable.Log(odds1/odds0) / logisticSD
}
