package scenarios

import (
	"fmt"
	"slices"
	"strconv"
)

// A Validity says whether a method keeps its level and coverage in a design.
type Validity struct {
	Holds bool
	// Why is what stands against the method, as a clause; "" if it holds.
	Why string
	// Hopeless tells that it is the design, and no method keeps its level in it.
	Hopeless bool
	// Instead is a method of the same outcome that holds, of the same measure if
	// there is one; "" if the method holds or none does.
	Instead string
}

// leastClusters is how many clusters an arm that has any needs. With fewer no
// method tells them from what is done in the arm: Satterthwaite's degrees of
// freedom of the mean of k clusters are about k - 1, and less than 3 of them leave
// critical values that a small trial never exceeds.
const leastClusters = 4

// alikeWithFew is the intraclass correlation above which a method whose degrees of
// freedom take all clients as independent rejects too often with few clusters in
// one arm only.
const alikeWithFew = 0.05

// fewClusters is the rule of methods that keep their level with the fewest clusters
// with which any does.
var fewClusters = ClusterRule{Fewest: leastClusters, FewestAlike: leastClusters}

// manyClusters is the rule of methods that are exact only with many clusters.
var manyClusters = ClusterRule{Fewest: 40, FewestAlike: 40}

// Validity says whether a method of an outcome keeps its level and its coverage
// when an arm is compared with control in the scenario. Where case managers differ
// (a spread or an intraclass correlation above 0), or clusters were randomized, it
// has to allow for their clients being alike, and they must be enough.
func (s *Scenario) Validity(o *Outcome, arm int, method string) Validity {
	return s.ValidityIn(o, Contrast{arm, s.Control()}, method)
}

// ValidityIn is Validity when any two groups are compared.
func (s *Scenario) ValidityIn(o *Outcome, c Contrast, method string) Validity {
	why, hopeless := s.against(o, c, method)
	if why == "" {
		return Validity{Holds: true}
	}
	v := Validity{Why: why, Hopeless: hopeless}
	if hopeless {
		return v
	}
	for _, name := range o.alternatives(method) {
		if why, _ := s.against(o, c, name); why == "" {
			v.Instead = name
			return v
		}
	}
	return v
}

// against returns what stands against a method of an outcome in a comparison of two groups, "" if
// nothing does, and whether it stands against every method.
func (s *Scenario) against(o *Outcome, c Contrast, method string) (why string, hopeless bool) {
	m, known := LookupMethod(method)
	if !known || c.Control < 0 || c.Control == c.Arm {
		return "", false
	}
	with, without := s.sharedAmong(c)
	if with.clusters == 0 && without.clusters == 0 {
		return "", false
	}
	fewest := with
	if with.clusters == 0 || without.clusters > 0 && without.clusters < with.clusters {
		fewest = without
	}
	one := !with.both && (with.clusters == 0 || without.clusters == 0)
	if fewest.clusters < leastClusters {
		return tooFew(fewest), true
	}
	if why := againstMethod(&m, fewest, max(with.icc, without.icc), one); why != "" || !s.InPeriods() {
		return why, false
	}
	return s.againstInPeriods(o, &m), false
}

// againstInPeriods returns what stands against a method where sites change arms: clients of
// one arm enrol later than those of the other, which effects of the periods allow for.
func (s *Scenario) againstInPeriods(o *Outcome, m *AnalysisMethod) string {
	switch {
	case !m.Covariates:
		return Plain(m.Name) + " has no effects of the periods, and here clients of one arm enrol later than those of the other"
	case !m.Crossing:
		return Plain(m.Name) + " takes a site as being in one arm with clients who are as alike at any time, and here sites change arms"
	case !s.AdjustsForPeriod(o):
		return "without effects of the periods what changes with time counts as an effect of the arm, whose clients enrol later"
	}
	return ""
}

// Holds reports whether a method with the rule keeps its level where an arm has so
// many clusters, the other arm none if it is oneArm, and the intraclass correlation
// is at most icc.
func (r ClusterRule) Holds(clusters int, oneArm bool, icc float64) bool {
	return r.fault(clusters, oneArm, icc) == sound
}

// A fault is why a method does not keep its level in a design.
type fault uint8

const (
	sound      fault = iota
	oneOnly          // the method is for clusters in one arm, and both have some
	bothOnly         // the method is for clusters in both arms, and one has none
	few              // too few clusters
	fewAndMuch       // too few for clients who are so much alike
)

func (r ClusterRule) fault(clusters int, oneArm bool, icc float64) fault {
	switch {
	case r.OneArm && !oneArm:
		return oneOnly
	case r.BothArms && oneArm:
		return bothOnly
	case clusters < r.Fewest:
		return few
	case oneArm && icc > alikeWithFew && clusters < r.FewestAlike:
		return fewAndMuch
	}
	return sound
}

// againstMethod returns what stands against a method where there are enough
// clusters for some.
func againstMethod(m *AnalysisMethod, fewest shared, icc float64, oneArm bool) string {
	name, unit := Plain(m.Name), fewest.unit.Words()
	if !m.Clusters {
		return fmt.Sprintf("%s takes the clients of a %s as independent", name, unit)
	}
	switch m.Rule.fault(fewest.clusters, oneArm, icc) {
	case oneOnly:
		return fmt.Sprintf("%s takes the clients of one arm as independent, and here both arms have %ss", name, unit)
	case bothOnly:
		return fmt.Sprintf("%s is for clients who all have a %s, and here one arm has none", name, unit)
	case few:
		return fmt.Sprintf("%s rejects too often with fewer than %d %ss in an arm, and here one has %d", name, m.Rule.Fewest, unit, fewest.clusters)
	case fewAndMuch:
		return fmt.Sprintf("%s rejects too often with %s in one arm who may differ so much", name, CountedUnit(fewest.clusters, fewest.unit))
	}
	return ""
}

func tooFew(of shared) string {
	if of.program == "" {
		return fmt.Sprintf("with %s an arm, they and what is done there cannot be told apart", CountedUnit(of.clusters, of.unit))
	}
	return fmt.Sprintf("with %s, %s and the program cannot be told apart", CountedUnit(of.clusters, of.unit), map[bool]string{true: "that person", false: "they"}[of.clusters == 1])
}

// CountedUnit returns a small number of clusters in words.
func CountedUnit(n int, unit RandomizedUnit) string {
	if n == 1 {
		return "one " + unit.Words()
	}
	return Number(n) + " " + unit.Words() + "s"
}

// Number returns a whole number, in letters up to ten.
func Number(n int) string {
	letters := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n >= 0 && n < len(letters) {
		return letters[n]
	}
	return strconv.Itoa(n)
}

// alternatives returns the methods that may stand in for one that does not hold, the
// best first: that of its own measure, then, unless the outcome has a margin, which is
// of that measure, those of the kind of variable.
func (o *Outcome) alternatives(method string) (names []string) {
	v, known := LookupVariable(o.Variable)
	if !known || o.WhileAlive() || o.Imputes() { // whose methods are others, and allow for no clusters
		return nil
	}
	list := v.Kind.clustered()
	for _, name := range append(slices.Clip(list), v.Kind.ratiosOfClusters()...) {
		if m, _ := LookupMethod(name); slices.Contains(m.For, method) {
			names = append(names, name)
		}
	}
	if o.Margin > 0 {
		return names
	}
	return append(names, list...)
}

// alikeMethods returns the methods that are defaults of a kind of variable in a trial in
// which clients are alike, the best first. Where sites change arms, a site's clients are less alike in
// two periods than in one.
func (s *Scenario) alikeMethods(k VarKind) []string {
	if s.InPeriods() && k != Time {
		return append([]string{"cluster_period_kr"}, k.clustered()...)
	}
	return k.clustered()
}

// clustered returns the methods of a kind of variable that are defaults where
// clients are alike, the best first.
func (k VarKind) clustered() []string {
	return [...][]string{
		Binary:     {"cluster_robust"},
		Continuous: {"cluster_robust", "partially_nested_kr"},
		Time:       {"cox_cluster", "rmst_cluster"},
		Count:      {"cluster_robust", "poisson_cluster"},
	}[k]
}

// ratiosOfClusters returns the methods for ratios that stand in for others of the same
// measure where clients are alike, and are no defaults.
func (k VarKind) ratiosOfClusters() []string {
	switch k {
	case Binary:
		return []string{"gee_logistic", "risk_ratio_cluster"}
	case Count:
		return []string{"andersen_gill_cluster"}
	}
	return nil
}
