package calibrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"caseload/results/report"
)

// record is what a folder keeps of a calibration: what JSON writes, and what its figure is
// made of.
type record struct {
	*Calibration
	Densities []densities `json:"densities"` // by parameter
}

// densities are those of a parameter before and after the figures are looked at.
type densities struct {
	Before []DensityPoint `json:"before"`
	After  []DensityBar   `json:"after"`
}

// Record writes what JSON writes, and what it takes to make the figure again.
func (c *Calibration) Record(w io.Writer) error {
	r := record{Calibration: c}
	for k := range c.Parameters {
		r.Densities = append(r.Densities, densities{c.Parameters[k].Before, c.Parameters[k].After})
	}
	return report.WriteJSON(w, r)
}

// Read reads what Record writes, or what JSON writes of a check.
func Read(in io.Reader) (*Kept, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var about struct {
		DataSets *int `json:"data_sets"`
	}
	k, r := &Kept{}, record{Calibration: &Calibration{}}
	if err = json.Unmarshal(text, &about); err == nil && about.DataSets != nil {
		k.Check = &Check{}
		err = json.Unmarshal(text, k.Check)
	} else if err == nil {
		err = json.Unmarshal(text, &r)
		k.Calibration = r.Calibration
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("got something else than a calibration: %w", err)
	case k.Check == nil && (k.Calibration.Scenario == "" || len(r.Densities) != len(k.Calibration.Parameters)):
		return nil, errors.New("got something else than a calibration, or one of an older version")
	}
	for i := range r.Densities {
		p := &k.Calibration.Parameters[i]
		p.Before, p.After = r.Densities[i].Before, r.Densities[i].After
	}
	return k, nil
}

// Kept is what a folder keeps: a calibration or a check.
type Kept struct {
	Calibration *Calibration
	Check       *Check
}
