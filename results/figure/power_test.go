package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/numeric"
	"caseload/results/report"
	"caseload/results/size"
)

// powered is a plan whose curve goes through 80 % at 384 clients.
func powered() *size.Search {
	s := &size.Search{Scenario: "needle-exchange", Title: "Needle exchange: strengths-based or referral", Solve: "clients", Require: "each", Replicates: 4200,
		Contrast: "sbcm - referral", Answer: size.Answer{Outcome: "linked_7d", Outcomes: []string{"linked_7d"}, Variable: "linked_su", AtDays: 7, Subgroup: "all",
			Method: "risk_difference", Alpha: 0.05, TargetPower: 0.8, Interval: size.Interval{Value: 383.4, Low: 368, High: 401}, Design: 384, Fit: size.Fit{Replicates: 4000}}}
	for k := range 41 {
		n := 200 + 10*float64(k)
		eta := -1.96 + 2.8016/math.Sqrt(383.4)*math.Sqrt(n)
		at := func(x float64) report.Number { return report.Number(numeric.NormalCDF(x)) }
		s.Curve = append(s.Curve, size.Point{Design: report.Number(n), Power: at(eta), Low: at(eta - 0.1), High: at(eta + 0.1)})
	}
	s.Evaluations = []size.Evaluation{{Design: 100, Power: 0.3, Low: 0.2, High: 0.4}, {Design: 210, Power: 0.4, Low: 0.3, High: 0.5}, {Design: 320, Power: 0.74, Low: 0.72, High: 0.76, Used: true},
		{Design: 480, Power: 0.87, Low: 0.85, High: 0.89, Used: true}}
	return s
}

// powerCases are power curves.
func powerCases() map[string]*Figure {
	out := map[string]*Figure{}
	with := func(name string, change func(s *size.Search)) {
		s := powered()
		change(s)
		out["power, "+name] = Power(s, &s.Answer)
	}
	with("typical", func(*size.Search) {})
	with("no answer", func(s *size.Search) {
		s.Value, s.Low, s.High, s.Design = report.Missing(), report.Missing(), report.Missing(), report.Missing()
	})
	with("open interval", func(s *size.Search) { s.High = report.Number(math.Inf(1)) })
	with("at the end", func(s *size.Search) { s.Value, s.Low, s.High, s.Design = 598, 560, 700, 600 })
	with("effect", func(s *size.Search) {
		s.Solve, s.Value, s.Low, s.High, s.Design = "effect", 1.14, 1.1, 1.21, 1.15
		for k := range s.Curve {
			s.Curve[k].Design = report.Number(0.9 + float64(k)/80)
		}
		s.Evaluations = s.Evaluations[:0]
	})
	with("several tests", func(s *size.Search) {
		s.Require, s.Outcome, s.Outcomes, s.Subgroup = "all", "linked_7d and linked_365", []string{"linked_7d", "linked_365"}, "high_need"
	})
	with("markup", func(s *size.Search) {
		s.Title, s.Scenario = "A title & <b>\x01", "long & <i> and so on and on and on and on and on and on and on"
	})
	return out
}

// The curve, the target and the answer are drawn where their numbers are.
func TestPowerIsDrawnToScale(t *testing.T) {
	s := powered()
	g := Power(s, &s.Answer)
	if g.Name != "power-clients-linked_7d" || !strings.Contains(g.Alt, "The curve reaches 80 % at 383 (95 % interval 368 to 401)") {
		t.Errorf("got %s, %s", g.Name, g.Alt)
	}
	text := svg(t, g)
	for _, want := range []string{"384 (368 to 401)", "not in the curve", "80 % power", "95 % interval of the answer", "fitted to 4,000 trials"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there", want)
		}
	}
	marks := func(s *size.Search) (names []string) {
		for _, e := range powerLegend(s, &s.Answer) {
			names = append(names, e.text)
		}
		return names
	}
	if got := marks(s); len(got) != 5 {
		t.Errorf("got %q", got)
	}
	s.Evaluations = slices.DeleteFunc(s.Evaluations, func(e size.Evaluation) bool { return !e.Used })
	s.Value = report.Missing()
	if got := marks(s); len(got) != 3 || slices.Contains(got, "not in the curve") {
		t.Errorf("got %q where there is none", got)
	}
}

// There is no figure without a curve.
func TestPowerWithoutACurve(t *testing.T) {
	s := powered()
	if s.Solve = "power"; Power(s, &s.Answer) != nil {
		t.Error("a curve of one design")
	}
	s = powered()
	if s.Curve = s.Curve[:1]; Power(s, &s.Answer) != nil {
		t.Error("a curve of one point")
	}
	if got := fmt.Sprint(drawnAt(&powered().Answer, 209), drawnAt(&powered().Answer, 210), drawnAt(&powered().Answer, 481)); got != "false true false" {
		t.Errorf("drawn: %s", got)
	}
}
