package estimate

import "caseload/analysis/measure"

// interaction is the effect among members of a subgroup less that among the
// others: the coefficient of arm x member in a linear model with the arm,
// membership and covariates, by least squares. SE is HC2 (Horn, Horn & Duncan
// 1975), so that each of the four groups has its own variance; test and
// interval are t on n less the number of coefficients. Of a binary outcome it
// is a difference of risk differences. SMD is NaN.
//
// EmptyArm where an arm has no row, or none among members or among the others;
// TooFew, ZeroVariance as in ancova.
type interaction struct{}

func (interaction) Method() Method {
	return Method{Name: "interaction", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Members,
		Linear: true, Covariates: true, Interaction: true}
}

func (interaction) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Members)
	l := &w.linear
	if _, status := l.withArm(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	member, product := resize(l.made[0], len(d.Y)), resize(l.made[1], len(d.Y))
	l.made = [2][]float64{member, product}
	var rows [2][2]int
	for i, m := range d.Member {
		member[i] = float64(bit(m))
		product[i] = member[i] * l.arm[i]
		rows[bit(m)][bit(d.Treated[i])]++
	}
	if rows[0][0]*rows[0][1]*rows[1][0]*rows[1][1] == 0 {
		return failed(len(d.Y), EmptyArm)
	}
	l.columns = append(append(l.columns[:0], product, l.arm, member), d.X...)
	// Aliasing keeps what comes first: the product must not be lost to rounding.
	if status := l.ols.fit(d.Y, l.columns); status != OK {
		return failed(len(d.Y), status)
	}
	return l.robustT(0, false, alpha, w)
}
