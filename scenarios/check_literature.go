package scenarios

import (
	"fmt"
	"slices"
	"strconv"

	"caseload/scenarios/layer"
)

// maxStudies bounds a body of trials.
const maxStudies = 500

func (c *checker) literature() {
	c.pooling()
	c.moderators()
	c.studies()
}

func (c *checker) pooling() {
	l := c.s.Literature
	if l == nil {
		return
	}
	if len(c.s.Studies) == 0 {
		c.problem("literature", "no study", "[[study]] rows, which are the trials of the body", "")
	}
	c.must(l.Bodies >= 2 && l.Bodies <= maxReplicates, "literature.bodies", l.Bodies, "2 to 1,000,000,000")
	c.between("literature.effect", l.Effect, -10, 10)
	c.between("literature.effect_sd", l.EffectSD, 0, 5)
	c.between("literature.clients_log_sd", l.ClientsLogSD, 0, 2)
	c.atLeast("literature.manual.effect", l.Manual.Effect, 0)
	c.atLeast("literature.manual.spread", l.Manual.Spread, 0)
	c.known("literature.method", l.Method, PoolingMethods)
	c.known("literature.effects", l.Effects, []string{OneEffect, AllEffects})
	if l.KnappHartung && l.Effects == AllEffects {
		c.problem("literature.knapp_hartung", "true", `effects = "one": several effects of a trial have a t distribution of their own`, "")
	}
	for i, g := range l.Groups {
		if c.known(layer.At("literature.groups", i), g, GroupNames()) {
			c.must(!slices.Contains(l.Groups[:i], g), layer.At("literature.groups", i), g, "each once")
		}
	}
	c.probability("literature.publication.significant", l.Publication.Significant)
	c.probability("literature.publication.favourable", l.Publication.Favourable)
	c.probability("literature.publication.other", l.Publication.Other)
	c.probability("literature.reporting", l.Reporting)
	for i := range l.Published {
		c.published(layer.At("literature.published", i), &l.Published[i])
	}
}

func (c *checker) published(path string, p *Published) {
	c.known(path+".group", p.Group, GroupNames())
	c.must(p.Studies >= 0, path+".studies", p.Studies, "at least 0")
	c.must(p.Rank >= 0, path+".rank", p.Rank, "at least 1")
	if p.I2 != nil {
		c.between(path+".i2", *p.I2, 0, 100)
	}
	if (p.Low == nil) != (p.High == nil) {
		c.problem(path, "one limit of the interval", "low and high, or neither", "")
	}
	if p.Low != nil && p.High != nil && !(*p.Low < *p.High) {
		c.problem(path+".high", layer.FormatFloat(*p.High), "more than low, "+layer.FormatFloat(*p.Low), "")
	}
	if p.SMD != nil && p.Low != nil && p.High != nil && !(*p.Low <= *p.SMD && *p.SMD <= *p.High) {
		c.problem(path+".smd", layer.FormatFloat(*p.SMD), "within low and high", "")
	}
}

func (c *checker) moderators() {
	for i := range c.s.Moderators {
		m := &c.s.Moderators[i]
		path := elementPath("moderator", m.Name, i)
		c.name(path+".name", m.Name)
		if m.Published != "" {
			c.known(path+".published", m.Published, publishedSigns)
		}
		if len(m.Levels) == 0 {
			c.problem(path+".level", "no level", "[[moderator.level]] rows, each with a name and a count", "")
		}
		sum := 0
		for k := range m.Levels {
			l := &m.Levels[k]
			inside := elementPath(path+".level", l.Name, k)
			c.name(inside+".name", l.Name)
			c.must(!slices.Contains(m.levelNames()[:k], l.Name), inside+".name", l.Name, "each name once")
			c.must(l.Count >= 0, inside+".count", l.Count, "at least 0")
			sum += l.Count
			c.variation(inside, l.Variation())
			if fixed := c.s.fixedAt(m.Name, l.Name); fixed > l.Count {
				c.problem(inside+".count", strconv.Itoa(l.Count), fmt.Sprintf("at least %d, as many as there are studies that say so themselves", fixed), "")
			}
		}
		if sum != len(c.s.Studies) && len(m.Levels) > 0 {
			c.problem(path+".level", fmt.Sprintf("counts that add up to %d", sum), fmt.Sprintf("%d, the number of studies", len(c.s.Studies)), "")
		}
	}
}

// fixedAt returns how many studies say themselves that they are at a level.
func (s *Scenario) fixedAt(moderator, level string) (n int) {
	for i := range s.Studies {
		if s.Studies[i].Levels[moderator] == level {
			n++
		}
	}
	return n
}

func (c *checker) studies() {
	if n := len(c.s.Studies); n > maxStudies {
		c.problem("study", count(n, "row"), fmt.Sprintf("at most %d", maxStudies), "")
		return
	}
	for i := range c.s.Studies {
		s := &c.s.Studies[i]
		path := elementPath("study", s.Name, i)
		c.name(path+".name", s.Name)
		c.variation(path, s.Variation())
		for _, name := range sortedKeys(s.Levels) {
			inside := layer.Join(path+".levels", name)
			k := slices.IndexFunc(c.s.Moderators, func(m Moderator) bool { return m.Name == name })
			if k < 0 {
				c.problem(inside, quoted(name), layer.OneOf(c.s.moderatorNames()), layer.DidYouMean(name, c.s.moderatorNames()))
				continue
			}
			c.known(inside, s.Levels[name], c.s.Moderators[k].levelNames())
		}
	}
}

func (s *Scenario) moderatorNames() (names []string) {
	for i := range s.Moderators {
		names = append(names, s.Moderators[i].Name)
	}
	return names
}

func (m *Moderator) levelNames() (names []string) {
	for k := range m.Levels {
		names = append(names, m.Levels[k].Name)
	}
	return names
}

// variation checks what can be told without the base. The rest comes out when
// the studies are put together.
func (c *checker) variation(path string, v Variation) {
	if v.Base != "" {
		c.known(path+".base", v.Base, builtinNames())
	}
	c.must(v.Clients == 0 && !c.s.origin.has(path+".clients") || v.Clients >= 4 && v.Clients <= maxClients, path+".clients", v.Clients, "4 to 1,000,000")
	for _, key := range sortedKeys(v.Set) {
		if why := Asked(key); why != "" {
			c.problem(layer.Join(path+".set", key), key+" ("+why+")", "a key of the trial", "")
		}
	}
}
