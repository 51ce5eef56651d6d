package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// Which arm a quantity was written for. One without `under` holds in the control arm of the
// text that it was written in. Where a text that extends that one, or a setting, makes
// another arm the control, it would silently be solved in that one.

// controlOf is the control arm as of one text, over those that it extends.
type controlOf struct {
	file     string // of the text
	name     string // "" if there is none
	programs []string
	tree     *layer.Node // the text over what it extends
}

// noteControl keeps which arm is the control as of a source, given what it and those that
// it extends amount to.
func (l *loader) noteControl(src source, tree *layer.Node) {
	c := controlOf{file: src.label(), tree: tree.Clone()}
	if arms := tree.Child("arm"); arms != nil {
		for _, arm := range arms.Items {
			if on := arm.Child("control"); on == nil || on.Value != true || c.name != "" {
				continue
			}
			c.name, _ = arm.Text("name")
			if list := arm.Child("programs"); list != nil {
				for _, p := range list.Items {
					name, _ := p.Value.(string)
					c.programs = append(c.programs, name)
				}
			}
		}
	}
	l.controls = append(l.controls, c)
}

// is reports whether an arm is that control arm: by its name or, since it may have been
// given another, by what its clients are offered.
func (c *controlOf) is(a *Arm) bool {
	return c.name == "" || c.name == a.Name || slices.Equal(slices.Sorted(slices.Values(c.programs)), slices.Sorted(slices.Values(a.Programs)))
}

// writtenFor returns the control arm of the text in which what is at the path was written, or
// that first has the table to which a preset gave it; nil for what was set.
func (s *Scenario) writtenFor(path string) *controlOf {
	at := s.origin.find(path)
	if at.Sets != "" {
		return nil
	}
	list := s.layers.controls
	if k := slices.IndexFunc(list, func(c controlOf) bool { return c.file == at.File }); k >= 0 {
		return &list[k]
	}
	table, rest, _ := strings.Cut(path, ".")
	name, _, _ := strings.Cut(rest, ".")
	for k := range list {
		n := list[k].tree.Child(table)
		if n.IsTable() && (table != "service" && table != "program" || n.Keys[name] != nil) {
			return &list[k]
		}
	}
	return nil
}

// underMatters reports whether the quantity at the path depends on the arm in which it holds.
// What ends a state from its beginning does not.
func underMatters(path string) bool {
	switch path {
	case "arrest.rate", "risk.rate", "death.rate", "attrition.loss":
		return true
	}
	return strings.HasSuffix(path, ".linkage") || strings.HasSuffix(path, ".stay") && path != "jail.stay"
}

// aimed refuses a quantity without `under` that was written when another arm was the control.
func (c *checker) aimed(path string) {
	control := c.s.Control()
	if control < 0 || slices.ContainsFunc(c.s.Arms[control+1:], func(a Arm) bool { return a.Control }) || c.s.origin.has(path+".under") {
		return
	}
	was := c.s.writtenFor(path)
	if was == nil || was.is(&c.s.Arms[control]) {
		return
	}
	place := c.s.origin.find(c.s.armPath(control) + ".control")
	by := place.File
	if place.Line > 0 {
		by = fmt.Sprintf("%s:%d", place.File, place.Line)
	}
	c.problem(path, fmt.Sprintf("no under: the control arm was %s, and %s makes it %s", strconv.Quote(was.name), by, strconv.Quote(c.s.Arms[control].Name)),
		"it written again with under, the arm in which it holds: "+layer.OneOf(c.s.armNames()), "")
}
