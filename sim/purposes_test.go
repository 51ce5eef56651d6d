package sim

import (
	"fmt"
	"reflect"
	"testing"

	"caseload/sim/stream"
)

// No two draws have one purpose: neither those at the beginning, nor those of the
// parts of a model that has everything.
func TestEveryDrawHasAStreamOfItsOwn(t *testing.T) {
	by := map[stream.Purpose]string{}
	once := func(what string, p stream.Purpose) {
		if other, taken := by[p]; taken {
			t.Errorf("%s and %s draw from one stream", other, what)
		}
		by[p] = what
	}
	for what, p := range map[string]stream.Purpose{"arrival": purposeArrival, "traits": purposeTraits, "membership": purposeMember, "site": purposeSite,
		"allocation": purposeAllocate, "skill": purposeSkill, "contamination": purposeContamination, "refusal": purposeRefusal} {
		once(what, p)
	}
	m := compile(t, wholeTOML+wholeOutcomes())
	found := purposesIn(reflect.ValueOf(*m), "model", map[string]stream.Purpose{})
	for what, p := range found {
		once(what, p)
	}
	if len(found) < 10 {
		t.Errorf("%d purposes in the model", len(found))
	}
}

// purposesIn finds the purposes that a value holds, by where they are.
func purposesIn(v reflect.Value, where string, found map[string]stream.Purpose) map[string]stream.Purpose {
	if v.Type() == reflect.TypeFor[stream.Purpose]() {
		if v.Uint() != 0 { // nothing is drawn
			found[where] = stream.Purpose(v.Uint())
		}
		return found
	}
	switch v.Kind() {
	case reflect.Struct:
		for k := range v.NumField() {
			purposesIn(v.Field(k), where+"."+v.Type().Field(k).Name, found)
		}
	case reflect.Slice, reflect.Array:
		for k := range v.Len() {
			purposesIn(v.Index(k), fmt.Sprintf("%s[%d]", where, k), found)
		}
	}
	return found
}
