package scenarios

import (
	"reflect"

	"caseload/scenarios/layer"
)

var (
	quantityType = reflect.TypeFor[Quantity]()
)

const (
	quantityForms = "exactly one of probability and by_days, points, median_days, per_day, per_month, per_year, never"
	stateForms    = quantityForms + ", prevalence"
)

// quantity checks that a quantity is spelled in exactly one way, and its
// numbers. A nil quantity is one that was left out where it may be. among
// is whom it may be said to hold among, if anyone.
func (c *checker) quantity(path string, q *Quantity, among string) {
	if q == nil {
		return
	}
	given := c.given(path, map[string]float64{"probability": 0, "points": 0, "median_days": 0,
		"per_day": 0, "per_month": 0, "per_year": 0, "never": 0, "prevalence": 0})
	if len(given) != 1 {
		forms := quantityForms
		if process, _ := processAt(path); process != "" {
			forms = stateForms
		}
		c.forms(path, given, forms)
		return
	}
	c.must(given[0] == "probability" || !c.s.origin.has(path+".by_days"), path+".by_days", q.ByDays, "probability beside it")
	switch given[0] {
	case "probability":
		c.point(path, Point{q.Probability, q.ByDays}, Point{})
	case "points":
		c.points(path+".points", q.Points)
	case "median_days":
		c.above(path+".median_days", q.MedianDays, 0)
	case "per_day":
		c.above(path+".per_day", q.PerDay, 0)
	case "per_month":
		c.above(path+".per_month", q.PerMonth, 0)
	case "per_year":
		c.above(path+".per_year", q.PerYear, 0)
	case "prevalence":
		c.prevalence(path, q)
	case "never":
		c.must(q.Never, path+".never", q.Never, "true, or another form")
	}
	c.shape(path+".shape", given[0], q.Shape)
	c.under(path, q, among)
}

func (c *checker) shape(path, form string, shape float64) {
	if !c.s.origin.has(path) {
		return
	}
	if form != "probability" && form != "median_days" {
		c.must(false, path, shape, "median_days or probability, if it has a shape")
		return
	}
	c.between(path, shape, 0.1, 10)
}

// under checks for whom the quantity holds.
func (c *checker) under(path string, q *Quantity, among string) {
	if underMatters(path) && !q.Never && q.rate() == 0 {
		c.aimed(path)
	}
	if c.s.origin.has(path + ".under") {
		c.known(path+".under", q.Under, c.s.armNames())
	}
	if c.s.origin.has(path+".among") && q.Among != among {
		want := quoted(among)
		if among == "" {
			want = "none: it holds among everyone"
		}
		c.must(false, path+".among", q.Among, want)
	}
}

func (c *checker) points(path string, points []Point) {
	if len(points) == 0 {
		c.problem(path, "[]", "at least one { probability, by_days }", "")
	}
	before := Point{}
	for i, p := range points {
		c.point(layer.At(path, i), p, before)
		before = p
	}
}

// point checks a probability by a day, both beyond those of the point before.
func (c *checker) point(path string, p, before Point) {
	if before.ByDays > 0 {
		c.must(p.Probability > before.Probability && p.Probability < 1, path+".probability", p.Probability,
			"more than the point before, "+layer.FormatFloat(before.Probability)+", and below 1")
		c.must(p.ByDays > before.ByDays, path+".by_days", p.ByDays, "more than the point before, "+layer.FormatFloat(before.ByDays))
		return
	}
	c.must(p.Probability > 0 && p.Probability < 1, path+".probability", p.Probability, "a probability above 0 and below 1")
	c.above(path+".by_days", p.ByDays, 0)
}
