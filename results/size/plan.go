package size

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"caseload/analysis/size"
)

// A Plan is an answer of "caseload size": a Size or a Cost.
type Plan struct {
	Size *Search
	Cost *Cost
}

// ReadPlan reads the JSON of a plan.
func ReadPlan(r io.Reader) (*Plan, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var about struct{ Hash, Solve string }
	if err := json.Unmarshal(text, &about); err != nil || about.Hash == "" || about.Solve == "" {
		return nil, errors.Join(errors.New("got something else than a plan"), err)
	}
	p := &Plan{}
	if about.Solve == size.Cost || about.Solve == size.Budget {
		p.Cost = new(Cost)
		err = json.Unmarshal(text, p.Cost)
		for k := range p.Cost.Designs { // JSON keeps no order of keys
			d := &p.Cost.Designs[k]
			for _, key := range slices.Sorted(maps.Keys(d.Keys)) {
				d.order = append(d.order, size.KeyValue{Key: key, Value: d.Keys[key]})
			}
		}
	} else {
		p.Size = new(Search)
		err = json.Unmarshal(text, p.Size)
	}
	if err != nil {
		return nil, fmt.Errorf("got something else than a plan: %w", err)
	}
	return p, nil
}
