package scenarios

import (
	"errors"

	"caseload/scenarios/layer"
)

// Missing is what analyses take a missed visit for. Its zero value is not stated, and
// means the same as "available".
type Missing struct {
	As string // MissingAvailable, MissingFailure, MissingReference or MissingDelta; "": not stated
	// Delta is by how much imputed values of the treated arm are shifted, with
	// MissingDelta: in the unit of the outcome, of a proportion in log odds.
	Delta float64 `toml:"delta"`
}

// What a missed visit is taken for.
const (
	MissingAvailable = "available" // nothing: the visits that were made are used
	MissingFailure   = "failure"   // the bad outcome
	MissingReference = "reference" // imputed as if the client had gone over to the control arm
	MissingDelta     = "delta"     // imputed, and shifted in the treated arm
)

const wantMissing = `"available", "failure", "reference" or { delta = a number }`

func missingOf(value any) (m Missing, ok bool) {
	switch v := value.(type) {
	case string:
		return Missing{As: v}, true
	case map[string]any:
		m.As = MissingDelta
		switch x := v["delta"].(type) {
		case int64:
			m.Delta = float64(x)
		case float64:
			m.Delta = x + 0 // -0.0 is printed as -0, which is read as the whole number 0
		default:
			return Missing{}, false
		}
		return m, len(v) == 1 && m.Delta-m.Delta == 0
	}
	return Missing{}, false
}

// UnmarshalTOML reads a text, or a table with a delta.
func (m *Missing) UnmarshalTOML(value any) error {
	v, ok := missingOf(value)
	if !ok {
		return errors.New("want " + wantMissing)
	}
	*m = v
	return nil
}

// MarshalTOML prints what UnmarshalTOML reads.
func (m Missing) MarshalTOML() ([]byte, error) {
	if m.As == MissingDelta {
		return []byte("{ delta = " + layer.FormatFloat(m.Delta) + " }"), nil
	}
	return []byte(layer.Quote(m.As)), nil
}

// FailsIfMissing reports whether a missed visit counts as the bad outcome.
func (o *Outcome) FailsIfMissing() bool { return o.Missing.As == MissingFailure }

// Imputes reports whether what is missing is imputed under a stated assumption, or the
// shift is asked for at which a finding goes, for which one method alone is made.
func (o *Outcome) Imputes() bool {
	return o.Missing.As == MissingReference || o.Missing.As == MissingDelta
}
