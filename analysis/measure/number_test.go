package measure

import (
	"encoding/json"
	"math"
	"testing"
)

func TestNumbersAreAsPreciseAsTheyAreKnown(t *testing.T) {
	nan := Missing()
	for _, test := range []struct {
		value, mcse Number
		want        string
	}{
		{0.14172, 0.0015, "0.1417 (0.0015)"},
		{14.172, 0.15, "14.17 (0.15)"},
		{123.456, 12.3, "123 (12)"},
		{123.456, 234, "123 (234)"},
		{0.5, 0.0996, "0.500 (0.100)"},
		{-0.0001, 0.05, "0.000 (0.050)"},
		{0, 0, "0 (0)"},
		{nan, 0.1, "-"},
		{0.123456, nan, "0.123"},
		{1e9, nan, "1000000000"},
		{Number(math.Inf(1)), 1, "-"},
	} {
		if got := test.value.WithMCSE(test.mcse); got != test.want {
			t.Errorf("withMCSE(%v, %v) = %q, want %q", test.value, test.mcse, got, test.want)
		}
	}
}

func TestMissingNumbersAreNullInJSON(t *testing.T) {
	for x, want := range map[Number]string{0: "0", 1.5: "1.5", Number(math.Inf(-1)): "null", Missing(): "null"} {
		if got, err := json.Marshal(x); err != nil || string(got) != want {
			t.Errorf("%v is %s (%v), want %s", float64(x), got, err, want)
		}
	}
	below := Number(math.Copysign(0, -1))
	if got, err := json.Marshal(below); err != nil || string(got) != "0" || below.CSV() != "0" {
		t.Errorf("a zero from below is %s (%v) and %s, want 0", got, err, below.CSV())
	}
	var n Number
	if err := json.Unmarshal([]byte("null"), &n); err != nil || n.Known() {
		t.Errorf("null is read as %v (%v), want missing", n, err)
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := Grouped(n); got != want {
			t.Errorf("Grouped(%d) = %q, want %q", n, got, want)
		}
	}
}
