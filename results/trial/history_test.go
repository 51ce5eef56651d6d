package trial

import (
	"bytes"
	"strings"
	"testing"

	"caseload/analysis/history"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func crowded(t *testing.T) *History {
	t.Helper()
	sc, err := scenarios.Load(nil, "crowded", []string{"trial.clients=40"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	h, err := history.Run(t.Context(), m, history.Options{Replicates: 3, Seed: sc.Seed})
	if err != nil {
		t.Fatal(err)
	}
	return NewHistory(h, m, "crowded", 7)
}

func TestHistoryIsReadAsItWasWritten(t *testing.T) {
	h := crowded(t)
	var b bytes.Buffer
	if err := h.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "NaN") {
		t.Error("NaN in JSON")
	}
	text := b.String()
	back, err := ReadHistory(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h, back, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if len(back.Flow) == 0 || len(back.States) == 0 || len(back.Survival) == 0 || len(back.Loads) != 2 {
		t.Errorf("%d counts, %d states, %d curves, %d loads", len(back.Flow), len(back.States), len(back.Survival), len(back.Loads))
	}
	for what, wrong := range map[string]string{
		"nothing":      "",
		"another file": `{"scenario": "x"}`,
		"cut off":      text[:len(text)/2],
		"short curve":  strings.Replace(text, `"days":[0,`, `"days":[`, 1),
	} {
		if _, err := ReadHistory(strings.NewReader(wrong)); err == nil {
			t.Errorf("%s is taken for a history", what)
		}
	}
}

// What is known of a number is kept to six digits.
func TestHistoryKeepsSixDigits(t *testing.T) {
	c := newHistoryCurve(&history.Pooled{Mean: []float64{1.0 / 3}, MCSE: []float64{123456.789}, Low: []float64{0}, High: []float64{-2e-9 / 3}})
	if c.Mean[0] != 0.333333 || c.MCSE[0] != 123457 || c.Low[0] != 0 || c.High[0] != -6.66667e-10 {
		t.Errorf("%v", c)
	}
}
