package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"caseload/scenarios/layer"
)

func (c *checker) size() {
	z := c.s.Size
	c.known("size.hold", z.Hold, []string{HoldAccrualRate, HoldDuration})
	for i, what := range z.Scale {
		if c.known(layer.At("size.scale", i), what, Scalable) {
			c.must(!slices.Contains(z.Scale[:i], what), layer.At("size.scale", i), what, "each once")
		}
	}
	c.power(z.Power)
	if c.s.origin.has("size.half_width") {
		c.must(z.HalfWidth >= 0, "size.half_width", z.HalfWidth, "above 0, or 0 (a rejection is wanted)")
	}
	if c.s.origin.has("size.assurance") {
		c.must(z.Assurance >= 0 && z.Assurance < 1, "size.assurance", z.Assurance, "0 (a power is wanted), or above 0 and below 1")
		if z.Assurance > 0 && len(c.s.unknownRows()) == 0 {
			c.problem("size.assurance", layer.FormatFloat(z.Assurance)+", and no number that is uncertain", "[[uncertain]] rows, each with a key and a prior", "")
		}
	}
	c.must(z.Precision > 0 && z.Precision < 1, "size.precision", z.Precision, "above 0 and below 1")
	c.must(z.MaxClients >= 2 && z.MaxClients <= maxClients, "size.max_clients", z.MaxClients, "2 to 1,000,000")
	c.must(z.MaxReplicates >= 1 && z.MaxReplicates <= maxReplicates, "size.max_replicates", z.MaxReplicates, "1 to 1,000,000,000")
}

// power checks the power wanted, or several.
func (c *checker) power(wanted Numbers) {
	for i, p := range wanted {
		path := "size.power"
		if len(wanted) > 1 {
			path = layer.At(path, i)
		}
		if !(p > 0 && p < 1) {
			c.problem(path, layer.FormatFloat(p), "above 0 and below 1", "")
		} else if slices.Contains(wanted[:i], p) {
			c.problem(path, layer.FormatFloat(p), "each once", "")
		}
	}
}

func (c *checker) cost() {
	cost := c.s.Cost
	if cost == nil {
		return
	}
	for _, price := range []struct {
		key   string
		value float64
	}{{"per_client", cost.PerClient}, {"per_contact_hour", cost.PerContactHour},
		{"per_manager_month", cost.PerManagerMonth}, {"per_visit", cost.PerVisit}} {
		c.must(price.value >= 0, "cost."+price.key, price.value, "at least 0")
	}
	c.must(utf8.RuneCountInString(cost.Currency) <= 10 && !strings.ContainsFunc(cost.Currency, unreadable), "cost.currency", cost.Currency, "at most 10 letters, such as \"EUR\"")
	if c.s.origin.has("cost.budget") {
		c.above("cost.budget", cost.Budget, 0)
	}
	for i, name := range cost.Programs {
		path := layer.At("cost.programs", i)
		if c.known(path, name, sortedKeys(c.s.Programs)) {
			c.must(!slices.Contains(cost.Programs[:i], name), path, name, "each program once")
		}
	}
	c.over("cost.over", cost.Over, "")
	c.cells("cost.over", cost.Over)
}

func (c *checker) sweep() {
	w := c.s.Sweep
	if w == nil {
		return
	}
	c.known("sweep.method", w.Method, SweepMethods)
	c.over("sweep.over", w.Over, w.Method)
	switch {
	case w.Method == LatinHypercube && (len(w.Over) > 0 || c.s.origin.has("sweep.samples")):
		c.must(w.Samples >= 2 && w.Samples <= maxCells, "sweep.samples", w.Samples, "2 to 10,000")
	case slices.Contains(SweepMethods, w.Method) && w.Method != LatinHypercube && c.s.origin.has("sweep.samples"):
		c.problem("sweep.samples", strconv.Itoa(w.Samples), `no such key with method "`+w.Method+`": samples are those of a "latin_hypercube"`, "")
	}
	if w.Method == Grid {
		c.cells("sweep.over", w.Over)
	}
}

// cells bounds the combinations of values.
func (c *checker) cells(path string, over Over) {
	n := 1.0
	for _, v := range over {
		n *= max(1, float64(len(v.Values)))
	}
	if n > maxCells {
		c.problem(path, fmt.Sprintf("%.6g combinations", n), "at most 10,000", "")
	}
}

// over checks what can be told of keys to vary without trying the values.
func (c *checker) over(path string, over Over, method string) {
	if len(over) > maxOver {
		c.problem(path, count(len(over), "key"), fmt.Sprintf("at most %d", maxOver), "")
		return
	}
	for k, v := range over {
		inside := layer.Join(path, v.Key)
		if why := refusedInDesign(v.Key); why != "" {
			c.problem(inside, v.Key+" ("+why+")", "a key of the design", "")
			continue
		}
		for _, other := range over[:k] {
			if overlap(other.Key, v.Key) {
				c.problem(inside, v.Key+" beside "+other.Key, "keys of which none holds another", "")
			}
		}
		if v.Range != nil {
			c.span(inside, v, method)
			continue
		}
		n := len(v.Values)
		if n < 1 || n > maxValues {
			c.problem(inside, count(n, "value"), fmt.Sprintf("1 to %d values", maxValues), "")
		}
		seen := map[string]bool{}
		for i, value := range v.Values[:min(n, maxValues)] {
			text := Show(value)
			if seen[text] {
				c.problem(layer.At(inside, i), layer.Shorten(text)+" again", "each value once", "")
			}
			seen[text] = true
		}
	}
}

func (c *checker) span(path string, v Varied, method string) {
	r := v.Range
	switch {
	case method != "" && !slices.Contains(SweepMethods, method): // reported
	case method != LatinHypercube:
		got := `a range, with method "` + method + `"`
		if method == "" {
			got = "a range"
		}
		c.problem(path, got, "a list of values: ranges are for a \"latin_hypercube\"", "")
	case !(r.From < r.To):
		c.problem(path+".to", layer.FormatFloat(r.To), "more than from, "+layer.FormatFloat(r.From), "")
	case !r.sound():
		c.problem(path+".from", layer.FormatFloat(r.From), "above 0, for a logarithm", "")
	}
}

// overlap reports whether one of two paths holds the other, or is the same.
func overlap(a, b string) bool {
	x, okX := layer.ParsePath(a)
	y, okY := layer.ParsePath(b)
	n := min(len(x), len(y))
	return okX && okY && slices.Equal(x[:n], y[:n])
}
