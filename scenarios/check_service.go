package scenarios

import (
	"reflect"

	"caseload/scenarios/layer"
)

// stateWords are the states that every scenario can have. No service may be
// called so, since a service is a state by its name.
var stateWords = []string{StateUsing, StateJailed, StateHoused, StateEmployed, StateInTreatment}

func (c *checker) service(name string) {
	v := c.s.Services[name]
	path := layer.Join("service", name)
	c.name(path, name, stateWords...)
	c.confidence(path, v.Confidence, v.Confidences, reflect.TypeFor[Service]())
	c.known(path+".kind", v.Kind, ServiceKinds)
	c.known(path+".after_followup", v.AfterFollowup, afterFollowup)
	c.quantity(path+".linkage", &v.Linkage, "")
	c.quantity(path+".stay", &v.Stay, amongEntered)
	c.quantity(path+".renege", v.Renege, "")
	c.quantity(path+".return", v.Return, "")
	c.between(path+".planned_days", v.PlannedDays, 0, maxVisit)
	c.between(path+".frailty_sd", v.FrailtySD, 0, 10)
	c.hazardRatios(path+".linking", v.Linking)
	c.hazardRatios(path+".leaving", v.Leaving)
	c.actsOn(path+".acts_on", v.ActsOn, false)
	c.ownRates(path, v)
	c.beside(path+".beside", name, v)
	c.slots(path, v)
}

// slots checks what needs slots that can run out.
func (c *checker) slots(path string, v Service) {
	finite := v.Slots.Finite()
	if v.Priority != "" && c.known(path+".priority", v.Priority, c.s.subgroupNames()) {
		c.must(finite, path+".priority", v.Priority, "a number of slots, if some are served first")
	}
	c.between(path+".occupied", v.Occupied, 0, 1)
	c.must(finite || !(v.Occupied > 0), path+".occupied", v.Occupied, "a number of slots, if others fill some of them")
	if v.Background != nil {
		x := v.Background.PerMonth
		c.atLeast(path+".background.per_month", x, 0)
		c.must(finite || !(x > 0), path+".background.per_month", x, "a number of slots, if others come for them")
	}
}

// beside checks which services clients can be in at once.
func (c *checker) beside(path, name string, v Service) {
	seen := map[string]bool{}
	for i, other := range v.Beside {
		at := layer.At(path, i)
		if !c.known(at, other, sortedKeys(c.s.Services)) {
			continue
		}
		c.must(other != name, at, other, "another service")
		c.must(!seen[other], at, other, "each service once")
		both := v.Kind == SubstanceUse && c.s.Services[other].Kind == SubstanceUse
		c.must(both || other == name, at, other, "two substance-use services, since an ancillary one is beside every other")
		seen[other] = true
	}
}

// actsOn checks a table from process to hazard ratio. In some states things
// may not happen at all: zero is then allowed.
func (c *checker) actsOn(path string, ratios map[string]float64, zero bool) {
	for _, process := range sortedKeys(ratios) {
		inside := layer.Join(path, process)
		switch x := ratios[process]; {
		case !c.present(inside, process, c.processes):
		case zero:
			c.atLeast(inside, x, 0)
		default:
			c.above(inside, x, 0)
		}
	}
}
