package explain

import "caseload/analysis/explain"

// noMethod returns why no test of the effect holds its level in the design, "" if one
// does.
func noMethod(x *explain.Explanation) string {
	arm, _ := x.Scenario.Treated(x.Arm)
	o := x.Outcome
	if arm < 0 || len(o.Methods) == 0 {
		return ""
	}
	if v := x.Scenario.Validity(o, arm, o.Methods[0]); v.Hopeless {
		return v.Why
	}
	return ""
}
