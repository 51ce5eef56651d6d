package size

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
)

// described is how many trials of a design are looked at for what it takes: what
// is counted are clients' contacts and visits, of which each trial has many.
const described = 24

// cells hold what clients of a trial's arms show in an outcome, by whether they
// are in the subgroup and treated: over some trials, as analysed.
type cells struct {
	cell    [2][2]cell // [member][treated]
	missing float64    // clients a trial who belong to the analysis and have no outcome
	rows    float64    // clients a trial who have one
}

type cell struct {
	n, sum, square, events        float64
	base, baseSquare, baseProduct float64 // of the outcome at baseline, where the analysis adjusts for it
}

func (c *cell) mean() float64 { return c.sum / c.n }
func (c *cell) variance() float64 {
	return math.Max(0, c.square/c.n-float64(c.mean()*c.mean())) * c.n / (c.n - 1)
}

// both returns the cells of members and others as one.
func (c *cells) both(treated int) cell {
	a, b := c.cell[0][treated], c.cell[1][treated]
	return cell{a.n + b.n, a.sum + b.sum, a.square + b.square, a.events + b.events,
		a.base + b.base, a.baseSquare + b.baseSquare, a.baseProduct + b.baseProduct}
}

// moments returns the sums of squares about the mean of the outcome and of the baseline, and
// of their products.
func (c *cell) moments() (outcome, base, product float64) {
	return c.square - float64(c.sum*c.mean()), c.baseSquare - float64(c.base*c.base/c.n), c.baseProduct - float64(c.base*c.mean())
}

// Staffing describes what a trial of a design takes, on average over trials.
type Staffing struct {
	Clients       int
	Sites         int
	AccrualMonths float64 // until the last client is enrolled
	TrialMonths   float64 // until the last client's last visit
	Visits        Number  // made
	ContactHours  Number  // of the programs below
	ManagerMonths Number  // of the programs below; missing where nothing says how many there are
	Programs      []ProgramStaffing
	Services      []ServiceSlots // with a limit
}

// ProgramStaffing describes what one program takes.
type ProgramStaffing struct {
	Program  string
	Paid     bool   // its hours and months are in the sums
	Managers int    // 0: not limited
	Caseload string // clients a case manager, or "unlimited"
	Contacts Number
	Hours    Number
	Peak     Number // most clients with it at once
	Waited   Number // clients who had to wait for a case manager
}

// ServiceSlots is a limit of a service.
type ServiceSlots struct {
	Service string
	Slots   int
}

// description summarizes some trials of a design.
type description struct {
	tests    []cells
	staffing Staffing
}

// describe looks at fresh trials of a design.
func (r *runner) describe(n float64) (*description, error) {
	m, err := r.d.model(n)
	if err != nil {
		return nil, err
	}
	x, of := newDescriber(r.d, m), m.NewRecorder(true)
	for k := range described {
		if r.ctx.Err() != nil && k >= 2 {
			break
		}
		x.add(of.Show(r.opt.Seed, r.next))
		r.next++
	}
	return x.conclude(), nil
}

// describer adds up trials.
type describer struct {
	d       *designer
	m       *sim.Model
	sc      *scenarios.Scenario
	samples []*analysis.Sample
	data    estimate.Data
	trials  float64
	out     description
	visits  tally
	hours   tally
	months  tally
	accrual float64
	clients float64 // enrolled, over the trials
	by      []programTally
}

type programTally struct{ contacts, hours, peak, waited tally }

// tally is a mean over trials with its error.
type tally struct{ n, sum, square float64 }

func (t *tally) add(x float64) { t.n, t.sum, t.square = t.n+1, t.sum+x, t.square+float64(x*x) }

func (t *tally) number() Number {
	mean := t.sum / t.n
	return Number{mean, math.Sqrt(math.Max(0, t.square/t.n-float64(mean*mean)) / (t.n - 1))}
}

func newDescriber(d *designer, m *sim.Model) *describer {
	x := &describer{d: d, m: m, sc: m.Scenario}
	for k := range d.q.outcomes {
		x.samples = append(x.samples, analysis.NewSample(x.sc, k, d.q.subgroup, d.q.contrast(), d.q.plain(k)))
	}
	x.out.tests = make([]cells, len(d.q.outcomes))
	for _, name := range d.programs() {
		p := x.sc.Programs[name]
		s := ProgramStaffing{Program: name, Paid: slices.Contains(d.paid(), name), Caseload: p.Caseload.String()}
		if p.Staff.Finite() {
			s.Managers = p.Staff.N * x.sc.Trial.Sites * pools(x.sc, name)
		}
		x.out.staffing.Programs = append(x.out.staffing.Programs, s)
	}
	x.by = make([]programTally, len(x.out.staffing.Programs))
	return x
}

// pools returns how many staffs of a program a site has: one, or one an arm.
func pools(sc *scenarios.Scenario, name string) int {
	if !sc.Programs[name].PerArm {
		return 1
	}
	n := 0
	for _, a := range sc.Arms {
		if slices.Contains(a.Programs, name) {
			n++
		}
	}
	return n
}

// programs returns those that some arm has and that meet clients.
func (d *designer) programs() (list []string) {
	for _, a := range d.q.sc.Arms {
		for _, name := range a.Programs {
			p := d.q.sc.Programs[name]
			if !slices.Contains(list, name) && (p.Staff.Finite() || p.MinutesPerContact > 0) {
				list = append(list, name)
			}
		}
	}
	return list
}

// paid returns the programs whose contacts and case managers the trial pays for.
func (d *designer) paid() []string {
	if c := d.q.sc.Cost; c != nil {
		return c.Programs
	}
	return d.q.offered
}

// add adds a trial.
func (x *describer) add(s *sim.Shown) {
	x.trials++
	for t, sample := range x.samples {
		sample.Fill(&x.data, s.Observed)
		x.addRows(&x.out.tests[t])
	}
	made := 0
	for k := range s.Visits {
		if s.Visits[k].Made {
			made++
		}
	}
	x.visits.add(float64(made))
	x.clients += float64(len(s.Clients))
	x.accrual += lastEnrolled(s.Clients)
	hours, months := 0.0, 0.0
	for k := range x.by {
		p := &x.out.staffing.Programs[k]
		use := x.use(s, p.Program)
		minutes := x.sc.Programs[p.Program].MinutesPerContact
		x.by[k].contacts.add(use.contacts)
		x.by[k].hours.add(use.contacts * minutes / 60)
		x.by[k].peak.add(use.peak)
		x.by[k].waited.add(use.waited)
		if p.Paid {
			hours += use.contacts * minutes / 60
			months += x.managerMonths(p, use, s)
		}
	}
	x.hours.add(hours)
	x.months.add(months)
}

// addRows adds the rows of one analysis.
func (x *describer) addRows(c *cells) {
	d := &x.data
	c.missing += float64(d.Missing)
	for i, y := range d.Y {
		if y != y {
			c.missing++
			continue
		}
		member, treated := 0, 0
		if len(d.Member) > 0 && d.Member[i] {
			member = 1
		}
		if d.Treated[i] {
			treated = 1
		}
		to := &c.cell[member][treated]
		to.n, to.sum, to.square = to.n+1, to.sum+y, to.square+float64(y*y)
		if d.ByVisit > 0 {
			x := d.X[0][i]
			to.base, to.baseSquare, to.baseProduct = to.base+x, to.baseSquare+float64(x*x), to.baseProduct+float64(x*y)
		}
		if len(d.Event) > 0 && d.Event[i] {
			to.events++
		}
		c.rows++
	}
}

// use summarizes what a program did in one trial.
type use struct{ contacts, peak, waited, until float64 }

func (x *describer) use(s *sim.Shown, program string) (u use) {
	lasts := x.sc.Programs[program].DurationDays
	var steps []step
	for _, e := range s.Events {
		switch e.Kind {
		case sim.EventContact, sim.EventStarted, sim.EventAwaiting:
			if x.m.Subject(e) != program {
				continue
			}
		}
		switch e.Kind {
		case sim.EventContact:
			u.contacts++
		case sim.EventAwaiting:
			u.waited++
		case sim.EventStarted:
			c := &s.Clients[e.Client]
			end := c.Enrolled + c.Exit
			if lasts > 0 {
				end = math.Min(end, e.Day()+lasts)
			}
			u.until = math.Max(u.until, end)
			steps = append(steps, step{e.Day(), 1}, step{end, -1})
		}
	}
	u.peak = peakOf(steps)
	return u
}

// step is a client who comes to a program, or leaves it.
type step struct {
	day  float64
	more float64
}

// peakOf returns the most that were there at once; whoever leaves makes room for who
// comes at that moment.
func peakOf(steps []step) (peak float64) {
	slices.SortFunc(steps, func(a, b step) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.more, b.more)) })
	with := 0.0
	for _, s := range steps {
		with += s.more
		peak = math.Max(peak, with)
	}
	return peak
}

// managerMonths returns how long a program's case managers are employed: from the
// first client's enrolment until the last one's program ends, or follow-up does;
// missing where nothing says how many there are.
func (x *describer) managerMonths(s *ProgramStaffing, u use, shown *sim.Shown) float64 {
	p := x.sc.Programs[s.Program]
	if s.Managers > 0 {
		if r := &x.sc.Trial.Randomization; r.Clustered() && r.By == scenarios.RandomizedSites {
			return x.siteManagerMonths(s.Program, shown)
		}
		end := x.sc.Trial.FollowUpDays[len(x.sc.Trial.FollowUpDays)-1]
		if p.DurationDays > 0 {
			end = math.Min(end, p.DurationDays)
		}
		end += lastEnrolled(shown.Clients)
		return float64(s.Managers) * math.Max(end, u.until) / scenarios.DaysPerMonth // until is later for who had to wait
	}
	return math.NaN()
}

// siteManagerMonths is managerMonths where sites are randomized: a site employs case managers for a program
// from the day on which it first has a client whose arm offers it, or from the beginning if that is its
// first client; and none if it never has one.
func (x *describer) siteManagerMonths(program string, shown *sim.Shown) float64 {
	p := x.sc.Programs[program]
	end := x.sc.Trial.FollowUpDays[len(x.sc.Trial.FollowUpDays)-1]
	if p.DurationDays > 0 {
		end = math.Min(end, p.DurationDays)
	}
	end += lastEnrolled(shown.Clients)
	begun, waiting := map[int]bool{}, map[int]bool{} // sites that employ them, and others that have clients
	days := 0.0
	for i := range shown.Clients {
		c := &shown.Clients[i]
		switch {
		case begun[c.Site]:
		case !slices.Contains(x.sc.Arms[c.Arm].Programs, program):
			waiting[c.Site] = true
		default:
			begun[c.Site] = true
			if days += end; waiting[c.Site] {
				days -= c.Enrolled
			}
		}
	}
	return float64(p.Staff.N) * days / scenarios.DaysPerMonth
}

// conclude divides by the trials.
func (x *describer) conclude() *description {
	s := &x.out.staffing
	t := &x.sc.Trial
	s.Clients, s.Sites = int(math.Round(x.clients/x.trials)), t.Sites
	s.AccrualMonths = x.accrual / x.trials / scenarios.DaysPerMonth
	s.TrialMonths = s.AccrualMonths + t.FollowUpDays[len(t.FollowUpDays)-1]/scenarios.DaysPerMonth
	if t.EndsDay > 0 {
		s.TrialMonths = min(s.TrialMonths, t.EndsDay/scenarios.DaysPerMonth)
	}
	s.Visits, s.ContactHours, s.ManagerMonths = x.visits.number(), x.hours.number(), x.months.number()
	for k := range x.by {
		p := &s.Programs[k]
		p.Contacts, p.Hours, p.Peak, p.Waited = x.by[k].contacts.number(), x.by[k].hours.number(), x.by[k].peak.number(), x.by[k].waited.number()
	}
	for _, name := range slices.Sorted(maps.Keys(x.sc.Services)) {
		if v := x.sc.Services[name]; v.Slots.Finite() {
			s.Services = append(s.Services, ServiceSlots{name, v.Slots.N})
		}
	}
	for k := range x.out.tests {
		c := &x.out.tests[k]
		c.missing /= x.trials
		c.rows /= x.trials
		for m := range c.cell {
			for a := range c.cell[m] {
				to := &c.cell[m][a]
				to.n, to.sum, to.square, to.events = to.n/x.trials, to.sum/x.trials, to.square/x.trials, to.events/x.trials
				to.base, to.baseSquare, to.baseProduct = to.base/x.trials, to.baseSquare/x.trials, to.baseProduct/x.trials
			}
		}
	}
	return &x.out
}
