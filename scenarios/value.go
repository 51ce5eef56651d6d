package scenarios

import "caseload/scenarios/layer"

// Value returns what the scenario, with all defaults, has at the path of a key, as of
// --set: an int64, float64, bool, string, []any or map[string]any. It is nil where
// nothing is written.
func (s *Scenario) Value(key string) any {
	path, ok := layer.ParsePath(key)
	if !ok {
		return nil
	}
	n := layering.Find(s.canonical().layers.tree, path)
	if n == nil {
		return nil
	}
	return n.Plain()
}
