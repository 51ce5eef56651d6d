package scenarios

import "caseload/scenarios/layer"

// Value returns what the scenario, with all defaults, has at the path of a key, as of
// --set: an int64, float64, bool, string, []any or map[string]any. It is nil where
// nothing is written.
func (s *Scenario) Value(key string) any { return s.Values(key)[0] }

// Values is Value for several keys, which costs no more than for one.
func (s *Scenario) Values(keys ...string) []any {
	tree, values := s.canonical().layers.tree, make([]any, len(keys))
	for k, key := range keys {
		path, ok := layer.ParsePath(key)
		if !ok {
			continue
		}
		if n := layering.Find(tree, path); n != nil {
			values[k] = n.Plain()
		}
	}
	return values
}
