package scenarios

import (
	"errors"
	"strconv"
)

// Limit is a number of places that may have no bound: slots, staff, a
// caseload. Its zero value is unlimited.
type Limit struct {
	N int // at least 1, or 0 for unlimited
}

// Unlimited is the limit that never binds.
var Unlimited = Limit{}

// Finite reports whether there is a bound, which is then N.
func (l Limit) Finite() bool { return l.N > 0 }

// String returns the number, or "unlimited".
func (l Limit) String() string {
	if !l.Finite() {
		return "unlimited"
	}
	return strconv.Itoa(l.N)
}

// maxLimit is as many as the engine's calendar has clients.
const maxLimit = maxClients

const wantLimit = `a whole number from 1 to 1,000,000, or "unlimited"`

func limitOf(value any) (Limit, bool) {
	switch v := value.(type) {
	case int64:
		return Limit{N: int(v)}, v >= 1 && v <= maxLimit
	case string:
		return Unlimited, v == "unlimited"
	}
	return Limit{}, false
}

// UnmarshalTOML reads a whole number from 1, or "unlimited".
func (l *Limit) UnmarshalTOML(value any) error {
	v, ok := limitOf(value)
	if !ok {
		return errors.New("want " + wantLimit)
	}
	*l = v
	return nil
}

// MarshalTOML prints what UnmarshalTOML reads.
func (l Limit) MarshalTOML() ([]byte, error) {
	if !l.Finite() {
		return []byte(`"unlimited"`), nil
	}
	return []byte(l.String()), nil
}

// Unlimited returns the service with a place for everyone who comes: without a list,
// and without others, who would take nobody's place.
func (v Service) Unlimited() Service {
	if v.Slots.Finite() {
		v.Slots, v.Occupied, v.Background, v.Priority = Limit{}, 0, nil, ""
	}
	return v
}

// Unlimited returns the program whose case managers have room and time for all who
// come. How many they are stays: their clients are alike.
func (p Program) Unlimited() Program {
	p.Caseload, p.HoursPerWeek = Limit{}, 0
	return p
}
