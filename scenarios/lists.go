package scenarios

import (
	"errors"
	"math"
	"strings"

	"caseload/scenarios/layer"
)

// Strings is one string or a list of them in TOML.
type Strings []string

const wantStrings = "a string or a list of strings"

func stringsOf(value any) (Strings, bool) {
	switch v := value.(type) {
	case string:
		return Strings{v}, true
	case []any:
		out := make(Strings, 0, len(v))
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return nil, false
			}
			out = append(out, s)
		}
		return out, true
	}
	return nil, false
}

// UnmarshalTOML reads a string or a list of strings.
func (s *Strings) UnmarshalTOML(value any) error {
	v, ok := stringsOf(value)
	if !ok {
		return errors.New("want " + wantStrings)
	}
	*s = v
	return nil
}

// MarshalTOML prints one string alone, several as a list.
func (s Strings) MarshalTOML() ([]byte, error) {
	if len(s) == 1 {
		return []byte(layer.Quote(s[0])), nil
	}
	return []byte(quoteList(s)), nil
}

// Numbers is one number or a list of them in TOML.
type Numbers []float64

const wantNumbers = "a number or a list of numbers"

func numbersOf(value any) (Numbers, bool) {
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	out := make(Numbers, 0, len(list))
	for _, item := range list {
		switch x := item.(type) {
		case int64:
			out = append(out, float64(x))
		case float64:
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, false
			}
			out = append(out, x)
		default:
			return nil, false
		}
	}
	return out, len(out) > 0
}

// UnmarshalTOML reads a number or a list of numbers.
func (n *Numbers) UnmarshalTOML(value any) error {
	v, ok := numbersOf(value)
	if !ok {
		return errors.New("want " + wantNumbers)
	}
	*n = v
	return nil
}

// MarshalTOML prints one number alone, several as a list.
func (n Numbers) MarshalTOML() ([]byte, error) {
	texts := make([]string, len(n))
	for k, x := range n {
		texts[k] = layer.FormatFloat(x)
	}
	if len(n) == 1 {
		return []byte(texts[0]), nil
	}
	return []byte("[" + strings.Join(texts, ", ") + "]"), nil
}
