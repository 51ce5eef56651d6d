package figure

import (
	"image/color"
	"math"
	"strings"

	"caseload/results/explain"
	"caseload/results/report"
)

// interval is how many standard errors an error bar reaches to either side: 95 %
// of a normal distribution.
const interval = 1.96

// A row is one line of a waterfall. Places are on the axis, in SMD; NaN where
// there is none.
type row struct {
	name, about string
	total       bool // an effect from zero, not a change
	colour      color.Color

	from, to  float64 // where the bar begins and ends
	low, high float64 // of the error bar about to
	step      float64 // where a bar as long as the step in causal order would end

	value, mcse          report.Number // in SMD
	inUnits, inUnitsMCSE report.Number
	smd, units           string // as printed
}

// drawn tells whether the row has a bar.
func (r *row) drawn() bool { return !math.IsNaN(r.from) && !math.IsNaN(r.to) }

// stepped tells whether the row has a step that is more than nothing.
func (r *row) stepped() bool { return !math.IsNaN(r.step) && r.step != r.from }

// rows are the ideal effect, the factors by their Shapley values, the largest first,
// and the observed effect. Each bar begins where the one before it ended.
func rows(e *explain.Explanation) []row {
	out := []row{totalRow("ideal", "without the obstacles", idealColour, &e.Ideal)}
	running := known(e.Ideal.SMD)
	for _, f := range e.BySize() {
		r := factorRow(f, running)
		if r.drawn() {
			running = r.to
		}
		out = append(out, r)
	}
	out = append(out, totalRow("observed", "as run", observedColour, &e.Observed))
	smd := func(r *row) (value, mcse report.Number) { return r.value, r.mcse }
	units := func(r *row) (value, mcse report.Number) { return r.inUnits, r.inUnitsMCSE }
	smdDecimals, smdLong := columnDecimals(out, smd)
	unitDecimals, unitsLong := columnDecimals(out, units)
	for k := range out {
		r := &out[k]
		r.smd, r.units = r.shown(r.value, r.mcse, smdDecimals, smdLong), r.shown(r.inUnits, r.inUnitsMCSE, unitDecimals, unitsLong)
	}
	return out
}

// shown is a number of the row in the format of its column; a change has a sign.
func (r *row) shown(value, mcse report.Number, decimals int, long bool) string {
	text := toDecimals(value, decimals)
	if long {
		text = plain(value, mcse)
	}
	if !r.total && value.Known() && value > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

// totalRow is the effect in one world, with what it costs in clients.
func totalRow(name, about string, colour color.Color, x *explain.Effect) row {
	switch {
	case x.Clients.Known():
		about += "; " + whole(x.Clients, x.ClientsMCSE) + " clients for 80 % power"
	case x.SMD.Known():
		about += "; too near zero to say for how many clients"
	}
	r := row{name: name, about: about, total: true, colour: colour, from: 0, to: known(x.SMD), step: math.NaN(),
		value: x.SMD, mcse: x.MCSE, inUnits: x.Units, inUnitsMCSE: x.UnitsMCSE}
	r.setError(x.MCSE)
	return r
}

// factorRow is the Shapley value of one factor from where the bar before it ended.
func factorRow(f *explain.Factor, running float64) row {
	to := running + known(f.Shapley)
	r := row{name: f.Label(), about: f.About, colour: lossColour, from: running, to: to, step: running + known(f.Step),
		value: f.Shapley, mcse: f.ShapleyMCSE, inUnits: f.UnitsShapley, inUnitsMCSE: f.UnitsShapleyMCSE}
	if !r.drawn() {
		r.from, r.step = math.NaN(), math.NaN()
	}
	if f.NewEstimand {
		r.name += " " + dagger
	}
	if to > running {
		r.colour = gainColour
	}
	r.setError(f.ShapleyMCSE)
	return r
}

// dagger marks a factor that changes what is asked.
const dagger = "†"

// setError puts the error bar about the bar's end; a bar that isn't drawn, or
// has no error, has none.
func (r *row) setError(mcse report.Number) {
	r.low, r.high = math.NaN(), math.NaN()
	if r.drawn() && mcse.Known() {
		r.low, r.high = r.to-interval*float64(mcse), r.to+interval*float64(mcse)
	}
}

// known is a number's value, NaN for an infinite one as well.
func known(n report.Number) float64 {
	if !n.Known() {
		return math.NaN()
	}
	return float64(n)
}

// rowsSpan is the range of all that rows draw.
func rowsSpan(rows []row) span {
	var s span
	for k := range rows {
		r := &rows[k]
		s.include(r.from, r.to, r.low, r.high, r.step)
	}
	return s
}
