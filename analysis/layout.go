package analysis

// layout is how the plan's replicates are laid out.
func (p *plan) layout() *Layout {
	l := &Layout{Width: fitWidth * len(p.analyses)}
	for k := range p.analyses {
		a := &p.analyses[k]
		out := &p.sc.Outcomes[a.Outcome]
		l.Keys = append(l.Keys, Key{Outcome: out.Name, Subgroup: subgroupName(p.sc, a.Subgroup),
			Contrast: p.sc.Arms[a.Arm].Name + " - " + p.sc.Arms[p.control].Name, Method: a.Method.Name, Set: out.Set})
	}
	return l
}
