package run

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis"
	"caseload/analysis/performance"
	"caseload/results/report"
)

// Family is the power of a set of tests that are corrected for their number.
type Family struct {
	Family      string   `json:"family"`
	Method      string   `json:"method"`
	Alpha       float64  `json:"alpha"`
	Members     []Member `json:"members"`
	Disjunctive Rate     `json:"disjunctive"` // at least one rejects
	Conjunctive Rate     `json:"conjunctive"` // all do
}

// Member is one test of a family.
type Member struct {
	Outcome  string `json:"outcome"`
	Contrast string `json:"contrast"`
	Method   string `json:"method"`
	Power    Rate   `json:"power"` // after the correction
}

// Rate is a share of replicates with its MCSE and 95 % Wilson interval.
type Rate struct {
	Share report.Number `json:"share"`
	MCSE  report.Number `json:"mcse"`
	Low   report.Number `json:"low"`
	High  report.Number `json:"high"`
}

func newRate(r performance.Rate) Rate {
	return Rate{report.Number(r.Share), report.Number(r.MCSE), report.Number(r.Low), report.Number(r.High)}
}

func newFamilies(r *analysis.Result) []Family {
	out := []Family{}
	for k := range r.Families {
		f := &r.Families[k]
		missing := performance.Rate{Share: math.NaN(), MCSE: math.NaN(), Low: math.NaN(), High: math.NaN()}
		any, all := missing, missing
		if f.Power.N > 0 {
			any, all = f.Power.Any, f.Power.All
		}
		g := Family{Family: f.Name, Method: f.Method, Alpha: f.Alpha, Disjunctive: newRate(any), Conjunctive: newRate(all)}
		for j := range f.Members {
			each := missing
			if f.Power.N > 0 {
				each = f.Power.Each[j]
			}
			g.Members = append(g.Members, Member{Outcome: f.Outcomes[j], Contrast: f.Contrast[j], Method: f.Members[j].Method.Name, Power: newRate(each)})
		}
		out = append(out, g)
	}
	return out
}

func (r Rate) text() string {
	if !r.Share.Known() {
		return report.Absent
	}
	return fmt.Sprintf("%s [%s, %s]", (r.Share * 100).Fixed(1), (r.Low * 100).Fixed(1), (r.High * 100).Fixed(1))
}

// familyTable is the power of the families.
func (r *Run) familyTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("family"), report.Left("correction"), report.Right("alpha"), report.Left("test"), report.Right("power % [95 % CI]")}}
	for k := range r.Families {
		f := &r.Families[k]
		add := func(what string, x Rate) {
			name, method, alpha := f.Family, f.Method, fmt.Sprint(f.Alpha)
			if what != "at least one" {
				name, method, alpha = "", "", ""
			}
			t.Rows = append(t.Rows, []string{name, method, alpha, what, x.text()})
		}
		add("at least one", f.Disjunctive)
		add("all", f.Conjunctive)
		for _, m := range f.Members {
			what := m.Outcome
			if r.OnlyContrast() == "" {
				what += " (" + m.Contrast + ")"
			}
			add(what, m.Power)
		}
	}
	return t
}

// familyLegend explains the families.
func (r *Run) familyLegend() []string {
	return []string{strings.Join([]string{"After the correction for the number of tests",
		"at least one: disjunctive power, the familywise error if nothing has an effect", "all: conjunctive power",
		"a fit that failed rejects nothing"}, "; ") + "."}
}
