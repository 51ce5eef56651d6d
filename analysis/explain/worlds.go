package explain

import (
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios"
	"caseload/sim"
)

// A set of factors is a mask with a bit for each, in causal order: 1 where the
// factor is real, 0 where it is ideal.
type mask uint32

// chosen is a factor that is present: a standard one, or the user's.
type chosen struct {
	name, about     string
	standard        *Standard // nil for the user's
	own             *scenarios.Factor
	changesEstimand bool
}

// worlds are the models of the sets of factors that are asked for, each compiled
// once.
type worlds struct {
	q       *query
	base    *sim.Model // of the scenario as written
	factors []chosen
	absent  []Absent
	users   map[mask]userWorld // by the user's factors
	byHash  map[string]int     // index of the model
	index   map[mask]int
	models  []*sim.Model
	masks   []mask // by model: the first that it was found for
}

// userWorld is the scenario with some of the user's factors ideal.
type userWorld struct {
	sc    *scenarios.Scenario
	model *sim.Model
}

// newWorlds finds the factors that the scenario has.
func newWorlds(base *sim.Model, q *query) (*worlds, error) {
	w := &worlds{q: q, base: base, users: map[mask]userWorld{}, byHash: map[string]int{}, index: map[mask]int{}}
	real := q.alone(q.sc)
	for _, name := range q.sc.FactorOrder() {
		if k := slices.IndexFunc(standards, func(s Standard) bool { return s.Name == name }); k >= 0 {
			w.choose(&standards[k], real)
			continue
		}
		k := slices.IndexFunc(q.sc.Factors, func(f scenarios.Factor) bool { return f.Name == name })
		f := &q.sc.Factors[k]
		about := f.About
		if about == "" {
			about = "as the scenario says"
		}
		w.factors = append(w.factors, chosen{name: name, about: about, own: f})
	}
	if len(w.factors) > maxFactors {
		return nil, fmt.Errorf("explain: %d factors, want at most %d", len(w.factors), maxFactors)
	}
	return w, nil
}

// maxFactors is how many fit a mask.
const maxFactors = 31

// choose takes a standard factor if its ideal changes the scenario.
func (w *worlds) choose(s *Standard, real *scenarios.Scenario) {
	why := ""
	if s.cannot != nil {
		why = s.cannot(w.q)
	}
	if ideal := s.apply(real, w.q); why == "" && ideal.Hash() == real.Hash() {
		if why = s.without; s.Name == "mix" && w.q.noTarget != "" {
			why = w.q.noTarget
		}
	}
	if why != "" && s.unsaid {
		return
	}
	if why != "" {
		w.absent = append(w.absent, Absent{s.Name, why})
		return
	}
	w.factors = append(w.factors, chosen{name: s.Name, about: s.About, standard: s, changesEstimand: s.changesEstimand})
}

// real returns the set in which every factor is.
func (w *worlds) real() mask { return 1<<len(w.factors) - 1 }

// world returns the index of the model in which the factors of the set are real.
// Sets that amount to the same share a model. Its errors are
// scenarios.Problems.
func (w *worlds) world(set mask) (int, error) {
	if k, ok := w.index[set]; ok {
		return k, nil
	}
	user, err := w.user(set)
	if err != nil {
		return 0, err
	}
	sc := w.q.alone(user.sc).Edit(func(sc *scenarios.Scenario) {
		for k, f := range w.factors {
			if f.standard != nil && set>>k&1 == 0 {
				f.standard.ideal(sc, w.q)
			}
		}
	})
	hash := sc.Hash()
	k, ok := w.byHash[hash]
	if !ok {
		m, err := user.model.Variant(sc)
		if err != nil {
			return 0, fmt.Errorf("the world in which %s: %w", w.describe(set), err)
		}
		m.ReceiveAs(w.base)
		k = len(w.models)
		w.models, w.masks = append(w.models, m), append(w.masks, set)
		w.byHash[hash] = k
	}
	w.index[set] = k
	return k, nil
}

// A lived is one or two worlds, by their numbers, whose clients live the same lives: in the
// second nobody is lost to the study, which sees them whole. -1: there is none.
type lived struct{ world, whole int }

// lives returns what has to be simulated for all worlds to be seen.
func (w *worlds) lives() (list []lived) {
	bit := mask(0)
	for k, f := range w.factors {
		if f.standard != nil && f.name == scenarios.FactorAttrition {
			bit = 1 << k
		}
	}
	seen := make([]bool, len(w.models))
	for k, m := range w.models {
		whole, ok := w.index[w.masks[k]&^bit]
		if w.masks[k]&bit == 0 || !ok || whole == k || seen[whole] || !m.LossChangesNoLife() {
			continue
		}
		seen[k], seen[whole] = true, true
		list = append(list, lived{k, whole})
	}
	for k := range w.models {
		if !seen[k] {
			list = append(list, lived{k, -1})
		}
	}
	return list
}

// worldsOf returns the numbers of the worlds of lives, rising.
func worldsOf(lives []lived) (worlds []int) {
	for _, l := range lives {
		if worlds = append(worlds, l.world); l.whole >= 0 {
			worlds = append(worlds, l.whole)
		}
	}
	slices.Sort(worlds)
	return worlds
}

// user returns the scenario as written but for the user's factors that are ideal.
// Natural quantities that they set anew are solved there.
func (w *worlds) user(set mask) (userWorld, error) {
	own := mask(0)
	var settings []scenarios.Setting
	for k, f := range w.factors {
		if f.own == nil || set>>k&1 != 0 {
			continue
		}
		own |= 1 << k
		settings = append(settings, f.own.Settings()...)
	}
	if own == 0 {
		return userWorld{w.q.sc, w.base}, nil
	}
	if u, ok := w.users[own]; ok {
		return u, nil
	}
	sc, err := w.q.sc.Variant(settings...)
	if err != nil {
		return userWorld{}, err
	}
	m, err := w.base.Variant(sc)
	if err != nil {
		return userWorld{}, err
	}
	u := userWorld{sc, m}
	w.users[own] = u
	return u, nil
}

// describe says which factors are ideal in a world.
func (w *worlds) describe(set mask) string {
	var ideal []string
	for k, f := range w.factors {
		if set>>k&1 == 0 {
			ideal = append(ideal, f.name)
		}
	}
	if len(ideal) == 0 {
		return "everything is as written"
	}
	if len(ideal) == len(w.factors) {
		return "everything is ideal"
	}
	verb := " is ideal"
	if len(ideal) > 1 {
		verb = " are ideal"
	}
	return strings.Join(ideal, ", ") + verb
}
