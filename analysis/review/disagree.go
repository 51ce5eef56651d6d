package review

import (
	"fmt"
	"math"

	"caseload/sim/portable"
)

// disagreement is a row of which two numbers can't both be right.
type disagreement struct {
	where string // study and line
	kind  string
	text  string
}

// The kinds of disagreement.
const (
	twoErrors = "standard errors and variances"
	lopsided  = "limits"
)

// compare looks for numbers of a row that disagree by more than their rounding.
func (r *reader) compare(line int, label string, fields []string) {
	where := fmt.Sprintf("%s, line %d", label, line)
	switch {
	case r.second >= 0 && !missing(fields[r.second]):
		se := fields[r.second]
		x, ok := parse(se, r.comma)
		if !ok {
			r.value(line, r.second, se, positive)
			return
		}
		v, _ := parse(fields[r.at[1]], r.comma)
		low, high := math.Max(0, math.Abs(x)-rounding(se, r.comma)), math.Abs(x)+rounding(se, r.comma)
		unit := rounding(fields[r.at[1]], r.comma)
		if v+unit < float64(low*low)*(1-1e-9) || v-unit > float64(high*high)*(1+1e-9) {
			r.apart = append(r.apart, disagreement{where, twoErrors, fmt.Sprintf("the standard error is %s, but the root of the variance %.3g", se, math.Sqrt(v))})
		}
	case r.layout == givenLimits || r.layout == ratioLimits:
		r.compareLimits(where, fields)
	}
}

// compareLimits looks whether an effect, or the logarithm of a ratio, is amid its limits.
func (r *reader) compareLimits(where string, fields []string) {
	var x [3]float64
	slack := 0.0
	for k, c := range r.at {
		x[k], _ = parse(fields[c], r.comma)
		unit := rounding(fields[c], r.comma)
		if r.layout == ratioLimits {
			unit, x[k] = unit/x[k], portable.Log(x[k])
		}
		slack += unit
	}
	half := float64((x[2] - x[1]) / 2)
	if off := math.Abs(x[0] - float64((x[1]+x[2])/2)); off > slack+float64(0.05*half) {
		scale := ""
		if r.layout == ratioLimits {
			scale = " on the log scale"
		}
		r.apart = append(r.apart, disagreement{where, lopsided, fmt.Sprintf("the effect is not amid its limits%s, but off by %.0f %% of the way to one", scale, 100*off/half)})
	}
}

// warn says what disagrees: the first of a kind, and how many more there are.
func (r *reader) warn() {
	for _, kind := range []string{twoErrors, lopsided} {
		text, more := "", 0
		for _, d := range r.apart {
			switch {
			case d.kind != kind:
			case text == "":
				text = d.where + ": " + d.text
			default:
				more++
			}
		}
		if more > 0 {
			text += fmt.Sprintf("; so it is in %d more rows", more)
		}
		if text != "" {
			r.data.Warnings = append(r.data.Warnings, text)
		}
	}
}
