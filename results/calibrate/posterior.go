package calibrate

import (
	"encoding/csv"
	"io"
	"strconv"
)

// posteriorDraws is how many there are.
const posteriorDraws = 1000

// Posterior writes draws of the posterior that are equally likely, for [[uncertain]]: a
// column for each key, and a line for each draw. They are picked by their weights, at
// even steps (systematic resampling, Kitagawa 1996, J Comput Graph Stat 5:1-25), so
// that nothing is left to chance.
func (c *Calibration) Posterior(out io.Writer) error {
	w := csv.NewWriter(out)
	line := make([]string, len(c.Parameters))
	for k := range c.Parameters {
		line[k] = c.Parameters[k].Key
	}
	if err := w.Write(line); err != nil {
		return err
	}
	draw, before := 0, 0.0
	for j := range posteriorDraws {
		at := (float64(j) + 0.5) / posteriorDraws
		for draw < len(c.weight)-1 && before+c.weight[draw] < at {
			before += c.weight[draw]
			draw++
		}
		for k := range line {
			line[k] = strconv.FormatFloat(c.theta[k][draw], 'g', -1, 64)
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
