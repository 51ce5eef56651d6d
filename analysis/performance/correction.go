package performance

import (
	"fmt"
	"math"
	"slices"
)

// FixedSequence and Gatekeeping are the corrections in which the tests are not alike.
// They depend on the order of the tests, and so are not Adjustments.
const (
	// FixedSequence tests in the order listed, each at the full level, up to the first
	// that does not reject (Maurer, Hothorn & Lehmacher 1995; Westfall & Krishen
	// 2001, J Stat Plan Inference 99:25).
	FixedSequence = "fixed_sequence"
	// Gatekeeping is the graphical procedure of Bretz, Maurer, Brannath & Posch 2009
	// (Stat Med 28:586).
	Gatekeeping = "gatekeeping"
)

// A Correction is a way to allow for several tests: one of Adjustments, FixedSequence
// Gatekeeping or Dunnett. It has memory of its own, and is for one goroutine.
type Correction struct {
	Method string
	// Weights are the shares of the level that the tests begin with, and Transitions,
	// m by m, the shares of a test's level that the others get when it rejects. Both
	// are for Gatekeeping alone.
	Weights     []float64
	Transitions [][]float64
	Sides       int // of the tests, 1 or 2, for Dunnett alone

	shared  shared
	left    []float64 // weights as they are
	g, next []float64 // transitions as they are, m by m in rows
	done    []bool
}

// Check returns what is wrong with a correction of so many tests, nil if nothing is.
func (c *Correction) Check(tests int) error {
	switch _, plain := rules[c.Method]; {
	case tests < 1:
		return fmt.Errorf("performance: a family of %d tests", tests)
	case plain || c.Method == FixedSequence:
		return nil
	case c.Method == Dunnett:
		if c.Sides != 1 && c.Sides != 2 {
			return fmt.Errorf("performance: %d sides", c.Sides)
		}
		return nil
	case c.Method != Gatekeeping:
		return fmt.Errorf("performance: no adjustment %q", c.Method)
	case len(c.Weights) != tests || len(c.Transitions) != tests:
		return fmt.Errorf("performance: %d weights and %d rows of transitions for %d tests", len(c.Weights), len(c.Transitions), tests)
	case !distribution(c.Weights):
		return fmt.Errorf("performance: weights %v, which are not shares of 1", c.Weights)
	}
	for i, row := range c.Transitions {
		if len(row) != tests || !distribution(row) || row[i] != 0 {
			return fmt.Errorf("performance: transitions %v from test %d", row, i)
		}
	}
	return nil
}

// shareSlack is how far a sum of shares that were written in decimals may exceed 1, and
// how near to 1 a product of shares counts as 1: each of at most some hundred is rounded by
// 2^-54, and so is each sum.
const shareSlack = 1e-12

// distribution reports whether shares are at least 0 and sum to at most 1.
func distribution(shares []float64) bool {
	sum := 0.0
	for _, x := range shares {
		if !(x >= 0) {
			return false
		}
		sum += x
	}
	return sum <= 1+shareSlack
}

// Groups tells Dunnett's procedure how many clients each test's arm has, and how many the
// control arm that it is compared with, and the degrees of freedom of the pooled variance:
// infinite where it is known. A test of which nothing is known counts as
// independent of the others, with which no adjusted p value is smaller (Sidak 1967).
func (c *Correction) Groups(treated, control []float64, df float64) {
	s := &c.shared
	s.sides, s.df, s.loadings = c.Sides, df, s.loadings[:0]
	if !(df > 0) {
		s.df = math.Inf(1)
	}
	for i, n := range treated {
		l := math.Sqrt(n / (n + control[i]))
		if !(l < 1) {
			l = 0
		}
		s.loadings = append(s.loadings, l)
	}
}

// Adjust returns the adjusted p values, as the function Adjust does. The correction
// is one that Check finds nothing wrong with.
func (c *Correction) Adjust(p, dst []float64) []float64 {
	switch c.Method {
	case FixedSequence:
		dst = Adjust("none", p, dst)
		for i := 1; i < len(dst); i++ {
			dst[i] = max(dst[i], dst[i-1])
		}
		return dst
	case Gatekeeping:
		return c.graph(p, dst)
	case Dunnett:
		return c.shared.adjust(p, dst)
	}
	return Adjust(c.Method, p, dst)
}

// graph is algorithm 2 of Bretz et al. 2009, which gives the adjusted p values of
// their algorithm 1: the test with the least p value over weight is taken out, its
// weight is handed on, and so on. A test of weight 0 is not rejected until it gets some.
func (c *Correction) graph(p, dst []float64) []float64 {
	m := len(p)
	dst = slices.Grow(dst[:0], m)[:m]
	c.begin(m)
	last := 0.0
	for range m {
		j := c.least(p)
		if j < 0 {
			break
		}
		// A weight that has been handed on may be above 1 by rounding.
		last = max(last, min(1, defined(p[j])/min(1, c.left[j])))
		dst[j] = last
		c.remove(j)
	}
	for j, done := range c.done {
		if !done { // of weight 0 for good
			dst[j] = 1
		}
	}
	return dst
}

// begin puts back weights and transitions as they were.
func (c *Correction) begin(m int) {
	if len(c.done) != m {
		c.left, c.done = make([]float64, m), make([]bool, m)
		c.g, c.next = make([]float64, m*m), make([]float64, m*m)
	}
	copy(c.left, c.Weights)
	clear(c.done)
	for i, row := range c.Transitions {
		copy(c.g[i*m:(i+1)*m], row)
	}
}

// least returns the test left whose p value over its weight is the least, -1 if none has
// a weight.
func (c *Correction) least(p []float64) int {
	at, least := -1, math.Inf(1)
	for j, w := range c.left {
		if !c.done[j] && w > 0 {
			if ratio := defined(p[j]) / w; at < 0 || ratio < least {
				at, least = j, ratio
			}
		}
	}
	return at
}

// remove takes test j out of the graph: the others get its weight by the transitions from
// it, and what went through it goes past it.
func (c *Correction) remove(j int) {
	m := len(c.left)
	c.done[j] = true
	for l := range m {
		if c.done[l] {
			continue
		}
		c.left[l] += float64(c.left[j] * c.g[j*m+l])
		back := float64(c.g[l*m+j] * c.g[j*m+l])
		for k := range m {
			c.next[l*m+k] = 0
			if !c.done[k] && k != l && back < 1-shareSlack {
				c.next[l*m+k] = (c.g[l*m+k] + float64(c.g[l*m+j]*c.g[j*m+k])) / (1 - back)
			}
		}
	}
	c.g, c.next = c.next, c.g
}
