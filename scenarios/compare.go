package scenarios

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"caseload/scenarios/layer"
)

// Compare is the question which design of the trial serves best. It changes nothing
// that is simulated.
type Compare struct {
	// Designs are the names of the designs that are compared, the first of which the others are
	// compared with: [BuiltinDesigns], or those of tables of designs. Without it, all that
	// there are and that the scenario allows.
	Designs Strings `toml:"designs,omitempty"`
}

// Design is one design of the trial: what it has otherwise than the scenario. One with the name of a
// built-in design adds to what that design sets.
type Design struct {
	Name  string `toml:"name"`            // unique
	Label string `toml:"label,omitempty"` // its name for people
	// Set are values of keys in the design, such as its randomization and its contamination.
	Set     Ideal   `toml:"set,omitempty"`
	Fixed   float64 `toml:"fixed,omitempty"`    // what the design costs beside the prices of [cost]
	PerSite float64 `toml:"per_site,omitempty"` // what it costs beside them for each site
}

// The built-in designs.
const (
	DesignIndividual = "individual"
	DesignSites      = "sites"
	DesignManagers   = "managers"
	DesignWedge      = "stepped_wedge"
	DesignCrossover  = "crossover"
	DesignBaseline   = "baseline"
)

// builtinDesigns are the designs that need no table, in the order in which they are listed.
var builtinDesigns = []struct {
	name, label string
	sets        func(*Scenario) []Setting
}{
	{DesignIndividual, "Individual clients", (*Scenario).individualDesign},
	{DesignSites, "Sites", func(s *Scenario) []Setting {
		return s.bySite(map[string]any{"method": string(ClusterRandomization), "by": string(RandomizedSites)})
	}},
	{DesignManagers, "Case managers", func(*Scenario) []Setting {
		return []Setting{{Key: randomizationKey, Value: map[string]any{"method": string(ClusterRandomization), "by": string(RandomizedManagers)}}}
	}},
	{DesignWedge, "Stepped wedge", (*Scenario).wedgeDesign},
	{DesignCrossover, "Sites that cross over", func(s *Scenario) []Setting {
		return s.bySite(map[string]any{"method": string(ClusterCrossover), "period_days": s.accrualPart(2)})
	}},
	{DesignBaseline, "Sites with a baseline", func(s *Scenario) []Setting {
		return s.bySite(map[string]any{"method": string(ClusterRandomization), "by": string(RandomizedSites), "baseline_days": s.accrualPart(2)})
	}},
}

// wedgeDesign has at most four steps, of two sites or more where there are so many, at equal times
// over the enrolment.
func (s *Scenario) wedgeDesign() []Setting {
	steps := min(4, max(2, s.Trial.Sites/2))
	return s.bySite(map[string]any{"method": string(SteppedWedge), "steps": steps, "step_days": s.accrualPart(steps + 1)})
}

// accrualPart returns one of so many equal parts of the time of enrolment, in whole days.
func (s *Scenario) accrualPart(of int) float64 {
	return max(1, math.Round(s.AccrualDays()/float64(of)))
}

const randomizationKey = "trial.randomization"

// individualDesign randomizes clients one by one, as the scenario does if it does.
func (s *Scenario) individualDesign() []Setting {
	switch s.Trial.Randomization.Method {
	case PermutedBlocks, SimpleRandomization, Minimization:
		return nil
	}
	return []Setting{{Key: randomizationKey, Value: map[string]any{"method": string(PermutedBlocks)}}}
}

// bySite randomizes sites. The clients of a site are then in one arm at a time, so
// that no client gets what another arm is given there.
func (s *Scenario) bySite(randomization map[string]any) []Setting {
	sets := []Setting{{Key: randomizationKey, Value: randomization}}
	for _, a := range s.Arms {
		if a.Contamination != nil {
			sets = append(sets, Setting{Key: layer.Join("arm", a.Name) + ".contamination.probability", Value: 0.0})
		}
	}
	return sets
}

// BuiltinDesigns returns the names of the designs that need no table.
func BuiltinDesigns() (names []string) {
	for _, d := range builtinDesigns {
		names = append(names, d.name)
	}
	return names
}

// DesignNames returns the names of all designs, the built-in ones first.
func (s *Scenario) DesignNames() []string {
	names := BuiltinDesigns()
	for _, d := range s.Designs {
		if d.Name != "" && !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}

// LookupDesign returns the design of a name: what its table says, and the label that it
// has for people.
func (s *Scenario) LookupDesign(name string) (d Design, known bool) {
	d = Design{Name: name}
	if k := slices.IndexFunc(s.Designs, func(d Design) bool { return d.Name == name }); k >= 0 {
		d, known = s.Designs[k], true
	}
	for _, b := range builtinDesigns {
		if b.name == name {
			d.Label, known = cmp.Or(d.Label, b.label), true
		}
	}
	d.Label = cmp.Or(d.Label, Plain(name))
	return d, known
}

// settingsOf returns what a design sets: a built-in one what it is, then the table of the
// name what it adds. Both are reported where the scenario writes them: the first at a
// path that names the design.
func (s *Scenario) settingsOf(name, path string) (sets []Setting) {
	for _, b := range builtinDesigns {
		if b.name != name {
			continue
		}
		for _, set := range b.sets(s) {
			set.written = path
			sets = append(sets, set)
		}
	}
	for _, d := range s.Designs {
		if d.Name != name {
			continue
		}
		within := designPath(name) + ".set"
		for _, key := range slices.Sorted(maps.Keys(d.Set)) {
			sets = append(sets, Setting{Key: key, Value: d.Set[key], written: layer.Join(within, key)})
		}
	}
	return sets
}

func designPath(name string) string { return layer.Join("design", name) }

// Designed returns the scenario in one of its designs. Unlike those of a Variant, its
// outcomes without a method take one that holds in the design, and those whose methods do
// not hold there get one that does. Its errors are Problems.
func (s *Scenario) Designed(name string) (*Scenario, error) {
	return s.make(s.settingsOf(name, s.namedAt(name)), &held{references: s.hold().references})
}

// namedAt returns the path at which a design is named.
func (s *Scenario) namedAt(name string) string {
	if slices.ContainsFunc(s.Designs, func(d Design) bool { return d.Name == name }) && !slices.Contains(s.Compare.Designs, name) {
		return designPath(name)
	}
	return "compare.designs"
}

// tryNamed makes each design that has a table or is named, and reports what is wrong there beside the
// problems that there are before.
func (s *Scenario) tryNamed(before Problems) (found Problems) {
	if len(s.Designs)+len(s.Compare.Designs) > maxDesigns {
		return nil // reported
	}
	names := slices.Clone(s.Compare.Designs)
	for _, d := range s.Designs {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	for _, name := range names {
		path := s.namedAt(name)
		sets := slices.DeleteFunc(s.settingsOf(name, path), func(set Setting) bool { return refusedInDesign(set.Key) != "" })
		if len(sets) == 0 {
			continue
		}
		_, problems := s.with(sets, s.hold())
		for _, p := range problems {
			if !slices.Contains(before, p) {
				found = append(found, s.causedAt(designPath(name), path, p))
			}
		}
	}
	return found
}

// maxDesigns is how many designs may be compared.
const maxDesigns = 20

func (c *checker) compare() {
	s := c.s
	if n := len(s.Designs) + len(s.Compare.Designs); n > maxDesigns {
		c.problem("compare.designs", count(n, "design"), "at most 20, with those of [[design]]", "")
		return
	}
	for k, name := range s.Compare.Designs {
		const path = "compare.designs"
		if c.known(path, name, s.DesignNames()) {
			c.must(!slices.Contains(s.Compare.Designs[:k], name), path, name, "each design once")
		}
	}
	for k, d := range s.Designs {
		path := elementPath("design", d.Name, k)
		c.name(path+".name", d.Name)
		c.must(d.Fixed >= 0, path+".fixed", d.Fixed, "at least 0")
		c.must(d.PerSite >= 0, path+".per_site", d.PerSite, "at least 0")
		if len(d.Set) == 0 && !slices.Contains(BuiltinDesigns(), d.Name) {
			c.problem(path+".set", "nothing", `at least one value that differs in the design, as in [design.set] and "trial.randomization" = { method = "cluster", by = "site" } below`, "")
		}
		for _, key := range sortedKeys(d.Set) {
			if why := refusedInDesign(key); why != "" {
				c.problem(layer.Join(path+".set", key), key+" ("+why+")", "a key of the design", "")
			}
		}
	}
}
