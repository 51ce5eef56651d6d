package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// Uncertain is a number of the scenario that nobody knows exactly, and what is known
// of it. Where uncertainty is used, each replicate draws a value of its own. In place of
// all keys, a row of a scenario's file may have from = "posterior.csv", draws that
// caseload calibrate has written: each replicate then has a line of it, whole.
type Uncertain struct {
	Key   string `toml:"key"`   // path of its key, as for --set; in a program's or service's own rows, within that
	Prior Prior  `toml:"prior"` // what is known of it
	// Group is a name that keys share: they are drawn at the same quantile of their
	// priors, and have no effect together.
	Group string `toml:"group,omitempty"`
	// Opposite is whether it is drawn at the opposite quantile of its prior: where the others
	// of its group are large, it is small.
	Opposite bool   `toml:"opposite,omitempty"`
	Source   string `toml:"source,omitempty"` // where the prior comes from
}

// Uncertainty says whether what is not known is drawn.
type Uncertainty struct {
	Use bool `toml:"use"` // whether replicates draw the numbers of [[uncertain]], as with --uncertain; else they are as written
}

// Unknown is a row of [[uncertain]], of the scenario, a program or a service, with the
// whole path of its key.
type Unknown struct {
	Uncertain
	Target Target
	path   string // of the row
}

// Unknowns returns the rows that are drawn where uncertainty is used: those of the
// scenario, and those of programs and services whose keys have no row there.
func (s *Scenario) Unknowns() []Unknown {
	rows := s.unknownRows()
	kept := rows[:0]
	for _, u := range rows {
		if !slices.ContainsFunc(kept, func(k Unknown) bool { return k.Key == u.Key }) {
			kept = append(kept, u)
		}
	}
	return kept
}

// unknownRows are all rows with a key: the scenario's own first.
func (s *Scenario) unknownRows() (rows []Unknown) {
	add := func(list []Uncertain, path, before string) {
		for i, u := range list {
			if u.Key != "" {
				u.Key = before + u.Key
				target, _ := s.TargetOf(u.Key)
				rows = append(rows, Unknown{u, target, layer.At(path, i)})
			}
		}
	}
	add(s.Uncertain, "uncertain", "")
	for _, name := range sortedKeys(s.Programs) {
		path := layer.Join("program", name)
		add(s.Programs[name].Uncertain, path+".uncertain", path+".")
	}
	for _, name := range sortedKeys(s.Services) {
		path := layer.Join("service", name)
		add(s.Services[name].Uncertain, path+".uncertain", path+".")
	}
	return rows
}

// Drawn reports whether replicates draw numbers of their own.
func (s *Scenario) Drawn() bool { return s.Uncertainty.Use && len(s.unknownRows()) > 0 }

// Setting puts a value at the key of the row, for a try of it.
func (u *Unknown) Setting(value float64) Setting {
	set := Setting{Key: u.Key, Value: value, written: u.path + ".prior"}
	if u.Target.Kind == TargetShare {
		set.Key, set.Value = u.Key[:strings.Index(u.Key, ".brings")+len(".brings")], u.Target.Brings.WithShare(value).value()
	}
	return set
}

// farOut is the share of a prior on either side that is not tried, nor drawn.
const farOut = 0.001

// At returns the value at quantile q of the prior. What is nearer to either end than
// one in a thousand is taken for the value there: it is as far as the scenario has
// been tried. Of a sample it is one of its values, in their order.
func (u *Unknown) At(q float64) float64 {
	if n := len(u.Prior.Sample); n > 0 {
		return u.Prior.Sample[min(int(q*float64(n)), n-1)]
	}
	return u.Prior.Quantile(min(max(q, farOut), 1-farOut))
}

// ends returns values to try: the extremes.
func (u *Unknown) ends() []float64 {
	if x := u.Prior.Sample; len(x) > 0 {
		sorted := slices.Sorted(slices.Values(x))
		return []float64{sorted[0], sorted[len(sorted)-1]}
	}
	return []float64{u.At(0), u.At(1)}
}

// TargetKind says what a draw of an uncertain key sets.
type TargetKind uint8

// What may be uncertain.
const (
	NoTarget       TargetKind = iota
	TargetRatio               // an effect's hazard_ratio
	TargetChance              // an effect's probability
	TargetPoints              // an effect's points
	TargetReaches             // the probability that an effect reaches, which its hazard ratio is solved for
	TargetOver                // the published ratio that an effect's hazard ratio is solved for
	TargetShare               // the share by the last point that contacts bring; those before keep their part of the cumulative hazard
	TargetActs                // a hazard ratio of a service's acts_on
	TargetUptake              // a program's
	TargetSpread              // a program's
	TargetQuantity            // a number of a natural quantity, which a baseline is solved for, or a rate of a service's own
)

// effectTargets are the numbers of an effect that may be uncertain, by their keys.
var effectTargets = map[string]TargetKind{
	"hazard_ratio": TargetRatio, "probability": TargetChance, "points": TargetPoints, "reaches.probability": TargetReaches,
	"over.hazard_ratio": TargetOver,
}

// Target is the number that an uncertain key names.
type Target struct {
	Kind     TargetKind
	Program  string
	Effect   int    // of the program's, as written
	Service  string // of a TargetActs
	Table    string // its table: "" while in the service, "after", "after.completed" or "after.left"
	Process  string // that the service acts on, as written
	Quantity string // path of the natural quantity: "service.clinic.linkage", "service.clinic.while_in.quit"
	Number   string // its key there: "probability", "points[0].probability", "median_days", "per_year"
	Written  float64
	Brings   *Brings // of a TargetShare, as written
}

// OfEffect reports whether the number is of an effect, of a program or of a service, so
// that there may be none.
func (t *Target) OfEffect() bool { return t.Kind >= TargetRatio && t.Kind <= TargetActs }

// Solved reports whether a hazard is solved for the number.
func (u *Unknown) Solved() bool {
	k := u.Target.Kind
	return k == TargetReaches || k == TargetOver || k == TargetShare || k == TargetQuantity
}

// IsProbability reports whether a hazard is solved for the number, and it is a probability.
func (t *Target) IsProbability() bool {
	return t.Kind == TargetReaches || t.Kind == TargetShare || t.Kind == TargetQuantity && strings.HasSuffix(t.Number, "probability")
}

// TargetOf finds what a key names, or says why a draw cannot set it.
func (s *Scenario) TargetOf(key string) (Target, string) {
	path, ok := layer.ParsePath(key)
	if !ok {
		return Target{}, "no path of a key"
	}
	if why := refusedInDesign(key); why != "" {
		return Target{}, why
	}
	if path[0] == "program" && len(path) > 2 {
		return s.programTarget(path)
	}
	if t, ok := s.quantityTarget(key); ok {
		return t, s.solvedTogether(&t)
	}
	if path[0] == "service" && len(path) > 2 {
		return s.serviceTarget(path)
	}
	switch path[0] {
	case "trait", "correlation", "subgroup", "subgroup_share":
		return Target{}, "who the clients are, for whom all quantities would be solved again"
	case "trial", "arm":
		return Target{}, "part of the design, which is known"
	}
	return Target{}, "not a number that can be drawn: other quantities would be solved again, or it is how outcomes are measured"
}

func (s *Scenario) programTarget(path []string) (Target, string) {
	name := path[1]
	p, ok := s.Programs[name]
	t := Target{Program: name, Effect: -1}
	switch rest := strings.Join(path[2:], "."); {
	case !ok:
		return Target{}, "no such program"
	case rest == "uptake":
		t.Kind, t.Written = TargetUptake, p.Uptake
		return t, ""
	case rest == "spread":
		if t.Kind, t.Written = TargetSpread, p.Spread; p.Spread == 0 || p.ICC != nil {
			return Target{}, "case managers of this program do not differ as written, or by an icc that is solved for"
		}
		return t, ""
	case path[2] == "effect" && len(path) > 4:
		return effectTarget(&p, t, path)
	}
	return Target{}, "of a program only uptake, spread and numbers of its effects are drawn: others are staff, time and contacts, which are known"
}

// effectTarget finds the number of an effect.
func effectTarget(p *Program, t Target, path []string) (Target, string) {
	k, err := strconv.Atoi(strings.Trim(path[3], "[]"))
	if err != nil || k < 0 || k >= len(p.Effects) {
		return Target{}, "the program has no such effect"
	}
	number := strings.ReplaceAll(strings.Join(path[4:], "."), ".[", "[")
	t.Kind, t.Effect, t.Written = effectTargets[number], k, p.Effects[k].number(number)
	if b := p.Effects[k].Brings; b != nil && number == b.shareKey() {
		t.Kind, t.Brings, t.Written = TargetShare, b, b.Last().Share
	}
	switch {
	case t.Kind == NoTarget:
		return Target{}, "of an effect only hazard_ratio, probability, points, reaches.probability, over.hazard_ratio and the last share of brings are drawn"
	case t.Written == 0:
		return Target{}, "no number that the effect has as written"
	}
	return t, ""
}

// number returns a number of the effect by its key, 0 if it has none.
func (f *Effect) number(key string) float64 {
	switch key {
	case "hazard_ratio":
		return f.HazardRatio
	case "probability":
		return f.Probability
	case "points":
		return f.Points
	case "over.hazard_ratio":
		if f.Over != nil {
			return f.Over.HazardRatio
		}
	case "reaches.probability":
		if f.Reaches != nil {
			return f.Reaches.Probability
		}
	}
	return 0
}

// quantities are the natural quantities that processes are solved for, and the rates that
// services have of their own, by their paths.
func (s *Scenario) quantities() map[string]*Quantity {
	list := map[string]*Quantity{"use.quit": &s.Use.Quit, "use.relapse": &s.Use.Relapse, "attrition.loss": s.Attrition.Loss}
	if s.Arrest != nil {
		list["arrest.rate"] = &s.Arrest.Rate
	}
	if s.Jail != nil {
		list["jail.stay"] = &s.Jail.Stay
	}
	if s.Risk != nil {
		list["risk.rate"] = &s.Risk.Rate
	}
	if h := s.Housing; h != nil {
		list["housing.lose"], list["housing.gain"] = &h.Lose, &h.Gain
	}
	if e := s.Employment; e != nil {
		list["employment.lose"], list["employment.gain"] = &e.Lose, &e.Gain
	}
	if s.Death != nil {
		list["death.rate"] = &s.Death.Rate
	}
	for name, e := range s.Events {
		list[layer.Join("event", name)+".rate"] = &e.Rate
	}
	for name, v := range s.Services {
		path := layer.Join("service", name)
		list[path+".linkage"], list[path+".stay"] = &v.Linkage, &v.Stay
		list[path+".renege"], list[path+".return"] = v.Renege, v.Return
		for _, t := range v.OwnRates() {
			for _, r := range t.Rates.List() {
				list[path+"."+t.Key+"."+r.Process] = r.Quantity
			}
		}
	}
	return list
}

// quantityTarget finds the number of a natural quantity.
func (s *Scenario) quantityTarget(key string) (Target, bool) {
	for path, q := range s.quantities() {
		number, ok := strings.CutPrefix(key, path+".")
		if !ok || q == nil {
			continue
		}
		if x := q.number(number); x != nil && *x != 0 {
			return Target{Kind: TargetQuantity, Quantity: path, Number: number, Effect: -1, Written: *x}, true
		}
	}
	return Target{}, false
}

// number returns where a number of the quantity is, nil for none that can be drawn: days
// by which something holds, and shapes, are not.
func (q *Quantity) number(key string) *float64 {
	switch key {
	case "probability":
		return &q.Probability
	case "median_days":
		return &q.MedianDays
	case "per_day":
		return &q.PerDay
	case "per_month":
		return &q.PerMonth
	case "per_year":
		return &q.PerYear
	}
	for i := range q.Points {
		if key == layer.At("points", i)+".probability" {
			return &q.Points[i].Probability
		}
	}
	return nil
}

// WithNumber returns the quantity with another value at a key of a Target.
func (q *Quantity) WithNumber(key string, x float64) *Quantity {
	other := *q
	other.Points = slices.Clone(q.Points)
	*other.number(key) = x
	return &other
}
