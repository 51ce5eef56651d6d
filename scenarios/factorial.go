package scenarios

import (
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// Values of trial.interactions.
const (
	InteractionPairs = "pairs"
	InteractionNone  = "none"
)

// maxTrialFactors is how many factors a factorial trial may have: their combinations are
// as many arms as there may be.
const maxTrialFactors = 5

// Factorial reports whether effects of factors are compared, and not arms: there are two
// factors or more. With one, the arm that has it is compared with control as in any trial.
func (s *Scenario) Factorial() bool { return len(s.Trial.Factors) > 1 }

// completeFactors asks for the interaction of two factors.
func (s *Scenario) completeFactors() {
	if s.Factorial() && !s.origin.has("trial.interactions") {
		s.Trial.Interactions = InteractionNone
		if len(s.Trial.Factors) == 2 {
			s.Trial.Interactions = InteractionPairs
		}
	}
}

// armsWith returns the arms that offer a program, and those that do not.
func (s *Scenario) armsWith(program string) (with, without []int) {
	for a := range s.Arms {
		if slices.Contains(s.Arms[a].Programs, program) {
			with = append(with, a)
		} else {
			without = append(without, a)
		}
	}
	return with, without
}

// WithFactor and WithoutFactor name the clients of all arms with a program, and of all
// arms without it.
func WithFactor(program string) string    { return "with_" + program }
func WithoutFactor(program string) string { return "without_" + program }

// margins returns the groups of a factorial trial: for each factor the arms with it and
// those without it.
func (s *Scenario) margins() (groups []Group) {
	if !s.Factorial() {
		return nil
	}
	for _, name := range s.Trial.Factors {
		text := s.programLabel(name)
		with, without := s.armsWith(name)
		groups = append(groups, Group{WithFactor(name), "with " + text, with, -1, nil}, Group{WithoutFactor(name), "without " + text, without, -1, nil})
	}
	return groups
}

func (s *Scenario) programLabel(name string) string {
	if text := s.Programs[name].Label; text != "" {
		return text
	}
	return Plain(name)
}

// MainEffects returns the contrasts of a factorial trial, by factor.
func (s *Scenario) MainEffects() (list []Contrast) {
	if !s.Factorial() {
		return nil
	}
	for f := range s.Trial.Factors {
		with := len(s.Arms) + 2*f
		list = append(list, Contrast{with, with + 1})
	}
	return list
}

// FactorOf returns the index of the factor of which a contrast is the main effect, -1 if
// it is of none.
func (s *Scenario) FactorOf(c Contrast) int { return slices.Index(s.MainEffects(), c) }

// OtherFactors returns the arms with each of the factors but that of a main effect, for
// which its analyses adjust; nil for another contrast.
func (s *Scenario) OtherFactors(c Contrast) (arms [][]int) {
	f := s.FactorOf(c)
	if f < 0 {
		return nil
	}
	for k, name := range s.Trial.Factors {
		if k != f {
			with, _ := s.armsWith(name)
			arms = append(arms, with)
		}
	}
	return arms
}

// An Interaction is how much larger the effect of a factor is among clients with another
// one than among clients without it.
type Interaction struct {
	Contrast        // the main effect of the first factor
	By       int    // the other factor, by index into Trial.Factors
	Name     string // of the clients with it
	Cells    [4][]int
}

// The cells of an interaction: the arms with both factors, with the other alone, with the
// first alone, and with neither.
const (
	CellBoth = iota
	CellOther
	CellFirst
	CellNeither
)

// Interactions returns those of each two factors, if they are asked for.
func (s *Scenario) Interactions() (list []Interaction) {
	if !s.Factorial() || s.Trial.Interactions != InteractionPairs {
		return nil
	}
	for f, c := range s.MainEffects() {
		for g := f + 1; g < len(s.Trial.Factors); g++ {
			x := Interaction{Contrast: c, By: g, Name: WithFactor(s.Trial.Factors[g])}
			for a := range s.Arms {
				first, other := slices.Contains(s.Arms[a].Programs, s.Trial.Factors[f]), slices.Contains(s.Arms[a].Programs, s.Trial.Factors[g])
				cell := CellNeither
				switch {
				case first && other:
					cell = CellBoth
				case other:
					cell = CellOther
				case first:
					cell = CellFirst
				}
				x.Cells[cell] = append(x.Cells[cell], a)
			}
			list = append(list, x)
		}
	}
	return list
}

// SubgroupName returns the name of a subgroup by index: of one of the scenario's own or,
// after them, of the clients with a factor; "all" for -1.
func (s *Scenario) SubgroupName(g int) string {
	switch n := len(s.Subgroups); {
	case g < 0:
		return "all"
	case g < n:
		return s.Subgroups[g].Name
	default:
		return WithFactor(s.Trial.Factors[g-n])
	}
}

// addArms adds to a tree that has no arms those of its factors: one for each combination,
// the first of them without any, which is control. A list of factors that is wrong is left
// to the checks. It reports whether there are new arms.
func addArms(tree, final *layer.Node) bool {
	if arms := tree.Child("arm"); arms != nil && len(arms.Items) > 0 {
		return false
	}
	trial := final.Child("trial")
	factors, common := textsAt(trial, "factors"), textsAt(trial, "common_programs")
	if len(factors) == 0 || len(factors) > maxTrialFactors {
		return false
	}
	at := trial.Child("factors").At
	list := &layer.Node{List: true, At: at}
	for set := range 1 << len(factors) {
		var with []string
		for f, name := range factors {
			if set>>f&1 == 1 {
				with = append(with, name)
			}
		}
		name := "none"
		if set > 0 {
			name = strings.Join(with, "_and_")
		}
		list.Items = append(list.Items, armNode(at, name, append(slices.Clone(common), with...), set == 0))
	}
	tree.Keys["arm"] = list
	return true
}

// madeOfFactors reports whether the arm at a path was not written.
func (s *Scenario) madeOfFactors(path string) bool {
	arm, factors := s.origin.find(path+".programs"), s.origin.find("trial.factors")
	return len(s.Trial.Factors) > 0 && arm.File == factors.File && arm.Line == factors.Line
}

// armNode is an arm as if it had been written.
func armNode(at layer.Place, name string, programs []string, control bool) *layer.Node {
	value := func(x any) *layer.Node { return &layer.Node{Value: x, At: at} }
	n, list := layer.NewTable(at), &layer.Node{List: true, At: at}
	for _, p := range programs {
		list.Items = append(list.Items, value(p))
	}
	n.Keys["name"], n.Keys["programs"], n.Keys["control"] = value(name), list, value(control)
	return n
}

// textsAt returns the texts of a list at a key of a table; nil if it is none.
func textsAt(table *layer.Node, key string) (list []string) {
	n := table.Child(key)
	if n == nil {
		return nil
	}
	for _, item := range n.Items {
		text, ok := item.Value.(string)
		if !ok || slices.Contains(list, text) {
			return nil
		}
		list = append(list, text)
	}
	return list
}
