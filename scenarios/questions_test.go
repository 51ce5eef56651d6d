package scenarios

import (
	"reflect"
	"slices"
	"testing"

	"caseload/scenarios/layer"
)

// TestEveryQuestionSaysWhatItAsks keeps the words that refuse a key of Questions
// with its fields: neither more nor fewer.
func TestEveryQuestionSaysWhatItAsks(t *testing.T) {
	keys := layer.FieldKeys(reflect.TypeFor[Questions]())
	for _, key := range keys {
		if Asked(key) == "" {
			t.Errorf("%s: nothing is said of what it asks", key)
		}
	}
	for key := range asks {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is no key of Questions", key)
		}
	}
	for _, key := range layer.FieldKeys(reflect.TypeFor[World]()) {
		if why := Asked(key); why != "" {
			t.Errorf("%s, a key of the world: got %q", key, why)
		}
	}
}

// TestNoVariantSetsAQuestion tries each key of Questions as that of an ideal, a
// design, a study and a parameter.
func TestNoVariantSetsAQuestion(t *testing.T) {
	body := []string{"literature", "moderator", "study"}
	for _, key := range layer.FieldKeys(reflect.TypeFor[Questions]()) {
		why := Asked(key)
		equal(t, key+" of an ideal", refusedInIdeal(key), why)
		equal(t, key+" of a design", refusedInDesign(key), why)
		ofTrial, ofBody := checker{s: &Scenario{}}, checker{s: &Scenario{}}
		ofTrial.s.Calibrate, ofBody.s.Calibrate = &Calibrate{}, &Calibrate{Figures: []Figure{{Group: "su"}}}
		equal(t, key+" of a parameter", ofTrial.whyNotCalibrated(key) != "", true)
		equal(t, key+" of a parameter of a body", ofBody.whyNotCalibrated(key) == "", slices.Contains(body, key))
		_, err := over(t, "[[study]]\nname = \"one\"\n[study.set]\n\""+key+".x\" = 1\n[literature]\n")
		mustFail(t, err, key+".x ("+why+"), want a key of the trial")
	}
}
