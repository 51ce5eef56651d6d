package sim

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"caseload/sim/calendar"
)

// broughtTOML has two services without queues, and a program that brings people.
const broughtTOML = `
title = "brought"
source = "a test"
[trial]
clients = 2000
accrual = { per_day = 50 }
follow_up_days = [200]
[[arm]]
name = "guided"
programs = ["guide"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
frailty_sd = 0.5
linkage = { probability = 0.25, by_days = 90 }
stay = { median_days = 100 }
[program.guide]
preset = ""
uptake = 0.8
first_contact = { day = 1 }
contacts = { every_days = 7 }
duration_days = 120
reference = { uptake = 0.8 }
[[program.guide.effect]]
on = "linkage"
brings = { share = 0.3, by_days = 90 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
`

// seekers returns the first day on which each client sought a service, by client, in the
// world of an arm; infinite for those who did not.
func seekers(m *Model, arm, replicate int) []float64 {
	w := m.NewWorkspace()
	w.Begin(7, replicate)
	w.World(arm, m.NewTruth())
	days := make([]float64, w.n)
	for i := range days {
		days[i] = math.Inf(1)
		if c := w.client(i); c.first >= 0 {
			days[i] = calendar.Days(w.spells[c.first].Sought - c.enrol)
		}
	}
	return days
}

func by(days []float64, day float64) (n float64) {
	for _, d := range days {
		if d < day {
			n++
		}
	}
	return n / float64(len(days))
}

// sharesBrought simulates what the program does by a day: the share of those who would not
// have come, with its standard error by the delta method over paired replicates.
func sharesBrought(m *Model, day float64) (share, se, ratio float64) {
	const replicates = 40
	var survived [2][replicates]float64
	for r := range replicates {
		for arm := range 2 {
			survived[arm][r] = 1 - by(seekers(m, arm, r), day)
		}
	}
	mean := func(x []float64) (sum float64) {
		for _, v := range x {
			sum += v / float64(len(x))
		}
		return sum
	}
	e, c := mean(survived[0][:]), mean(survived[1][:])
	variance := 0.0
	for r := range replicates {
		d := (survived[0][r] - e/c*survived[1][r]) / c
		variance += d * d / replicates / (replicates - 1)
	}
	return 1 - e/c, math.Sqrt(variance), math.Log(e) / math.Log(c)
}

// nearBy fails unless x is within 4 standard errors of what is wanted.
func nearBy(t *testing.T, what string, x, want, se float64) {
	t.Helper()
	if !(se > 0) || math.Abs(x-want) > 4*se {
		t.Errorf("%s: %.4f, want %.4f (standard error %.4f)", what, x, want, se)
	}
}

// By the definition of a share: (pe - pc) / (1 - pc) is the same at all control rates, so
// that the ratio of cumulative hazards is not. The rates are those of a voucher trial
// (Kwiatkowski 2000: 6, 23 and 33 %) and 60 %.
func TestAShareIsTheSameWhateverComesByItself(t *testing.T) {
	var ratios []float64
	for _, rate := range []float64{0.06, 0.23, 0.33, 0.60} {
		m := compile(t, broughtTOML, fmt.Sprintf("service.clinic.linkage.probability=%v", rate))
		share, se, ratio := sharesBrought(m, 90)
		nearBy(t, fmt.Sprintf("share at %v", rate), share, 0.3, math.Hypot(se, sampleError))
		ratios = append(ratios, ratio)
	}
	fall(t, ratios)
}

// fall fails unless the ratios of cumulative hazards fall from each control rate to the next.
func fall(t *testing.T, ratios []float64) {
	t.Helper()
	for k := range ratios[1:] {
		if !(ratios[k+1] < ratios[k]-0.1) {
			t.Errorf("ratios %v do not fall with the control rate", ratios)
		}
	}
}

// sampleError is that of a share solved on the 512 quasi-random clients of a test's model:
// the uptake of a sample of n points of an additive recurrence is off by at most 3/n.
const sampleError = 0.3 * 3.0 / 512

// Who starts a program is drawn by one uniform number a client, and who is brought by one
// threshold. So half the uptake gives half the share, and those who seek first with less
// uptake, or fewer contacts, do with more of it, no later.
func TestLessDeliveryBringsFewerOfTheSame(t *testing.T) {
	full := compile(t, broughtTOML)
	half := compile(t, broughtTOML, "program.guide.uptake=0.4")
	fewer := compile(t, broughtTOML, "program.guide.max_contacts=3", "program.guide.reference.max_contacts=0")
	share, se, _ := sharesBrought(half, 90)
	nearBy(t, "share at half the uptake", share, 0.15, math.Hypot(se, sampleError))
	for _, less := range []*Model{half, fewer} {
		notSooner(t, seekers(full, 0, 3), seekers(less, 0, 3))
	}
}

// notSooner fails unless, with less delivery, nobody comes sooner and at least 20 come later.
// NaN stands for clients whose days are not asked: they are the same ones in both.
func notSooner(t *testing.T, more, less []float64) {
	t.Helper()
	later := 0
	for i := range less {
		if math.IsNaN(less[i]) != math.IsNaN(more[i]) || less[i] < more[i] {
			t.Fatalf("client %d comes on day %v, and on day %v with more delivery", i, less[i], more[i])
		}
		if less[i] > more[i] {
			later++
		}
	}
	if later < 20 {
		t.Errorf("less delivery changes nothing for all but %d clients", later)
	}
}

// Without a place, contacts bring people to the waiting list and not into the service.
func TestWithoutPlacesPeopleSeekAndAreNotAdmitted(t *testing.T) {
	m := compile(t, broughtTOML, "service.clinic.slots=1", "service.clinic.occupied=1", "service.clinic.stay={median_days=1e6}")
	var counts [2]Counts
	for arm := range counts {
		w := m.NewWorkspace()
		w.Begin(1, 0)
		w.World(arm, m.NewTruth())
		counts[arm] = w.counts
	}
	sought := func(c Counts) int { return c.Sought + c.Brought }
	if sought(counts[0]) < sought(counts[1])+300 || counts[0].Brought < 300 || counts[0].Admitted > 5 {
		t.Errorf("sought %d and %d, admitted %d", sought(counts[0]), sought(counts[1]), counts[0].Admitted)
	}
}

// With several points the share is that of each, and the chance of a contact is the same
// between two and 0 after the last. With a part of the clients who can be brought at all,
// the share is the same and takes more of each contact.
func TestPointsAndReachable(t *testing.T) {
	m := compile(t, broughtTOML, "program.guide.effect=[{on=\"linkage\",brings={points=[{share=0.2,by_days=14},{share=0.3,by_days=90}]}}]")
	for day, want := range map[float64]float64{14: 0.2, 90: 0.3} {
		share, se, _ := sharesBrought(m, day)
		nearBy(t, fmt.Sprintf("share by day %v", day), share, want, math.Hypot(se, sampleError))
	}
	b := m.programs[0].effects[0].brings
	if b.at(int64(ticks(14))-1) != b.added[0] || b.at(int64(ticks(14))) != b.added[1] || b.at(int64(ticks(90))) != 0 {
		t.Errorf("a contact adds %v", b.added)
	}
	few := compile(t, broughtTOML, "program.guide.effect=[{on=\"linkage\",brings={share=0.3,by_days=90,reachable=0.45}}]")
	share, se, _ := sharesBrought(few, 90)
	nearBy(t, "share where some cannot be brought", share, 0.3, math.Hypot(se, sampleError))
	if x := few.programs[0].effects[0].brings.added[0]; !(x > 1.5*compile(t, broughtTOML).programs[0].effects[0].brings.added[0]) {
		t.Errorf("a contact adds %v", x)
	}
}

const secondService = `
[service.annex]
preset = ""
linkage = { probability = 0.08, by_days = 90 }
stay = { median_days = 100 }
`

// Contacts bring people to services in proportion to the hazard of seeking each: with
// constant hazards and nobody in treatment yet, as their rates. That was once the first
// service only.
func TestContactsChooseAmongServices(t *testing.T) {
	for _, effect := range []string{"brings={share=0.3,by_days=90}", "probability=0.05"} {
		m := compile(t, broughtTOML+secondService, "service.clinic.frailty_sd=0", "program.guide.effect=[{on=\"linkage\","+effect+"}]")
		brought, annex := 0.0, 0.0
		for r := range 20 {
			w := m.NewWorkspace()
			w.Begin(3, r)
			w.World(0, m.NewTruth())
			for i := range w.n {
				c := w.client(i)
				if c.first < 0 || (w.spells[c.first].Sought-c.enrol-int64(ticks(1)))%int64(ticks(7)) != 0 {
					continue // not at a contact, to a 2^-24th of a day
				}
				if brought++; m.services[w.spells[c.first].Service].name == "annex" {
					annex++
				}
			}
		}
		annexRate, clinicRate := m.procs[m.find("linkage.annex")].base.rate, m.procs[m.find("linkage.clinic")].base.rate
		want := annexRate / (annexRate + clinicRate)
		nearBy(t, effect, annex/brought, want, math.Sqrt(want*(1-want)/brought))
	}
	m := compile(t, broughtTOML+secondService)
	share, se, _ := sharesBrought(m, 90)
	nearBy(t, "share of either service", share, 0.3, math.Hypot(se, sampleError))
}

// The intention-to-treat ratio of a conditional hazard ratio r that acts from day 1 on those
// who take up the program: with a constant hazard h and no frailty,
// pe = 1 - u exp(-h (1 + r (t - 1))) - (1 - u) exp(-h t).
// The ratio r of 1.7 over 90 days at an uptake of 0.8 is found by bisection.
func TestARatioOverAWindowAtAnotherUptake(t *testing.T) {
	const day, pc = 90.0, 0.25
	h := -math.Log(1-pc) / day
	itt := func(u, r float64) float64 {
		pe := 1 - u*math.Exp(-h*(1+r*(day-1))) - (1-u)*math.Exp(-h*day)
		return math.Log(1-pe) / math.Log(1-pc)
	}
	low, high := 1.0, 10.0
	for range 60 {
		if mid := (low + high) / 2; itt(0.8, mid) < 1.7 {
			low = mid
		} else {
			high = mid
		}
	}
	for _, u := range []float64{0.8, 0.5, 0.2} {
		m := compile(t, broughtTOML, "service.clinic.frailty_sd=0", fmt.Sprintf("program.guide.uptake=%v", u),
			"program.guide.effect=[{on=\"linkage\",over={hazard_ratio=1.7,by_days=90},lasts_days=30}]")
		if got := math.Exp(m.programs[0].effects[0].logHR); math.Abs(got-low) > 0.02 {
			t.Errorf("hazard ratio %v, want %v", got, low)
		}
		at := slices.IndexFunc(m.Effects[0].Windows, func(w EffectWindow) bool { return w.Day == day })
		if got, want := m.Effects[0].Windows[at].Ratio, itt(u, low); math.Abs(got-want) > 0.01 { // 3/512 of uptake times 1.3 of the ratio
			t.Errorf("uptake %v: ratio %v, want %v", u, got, want)
		}
		_, _, ratio := sharesBrought(m, day)
		if want := itt(u, low); math.Abs(ratio-want) > 4*0.012 { // of 80,000 clients an arm: sqrt(p/(1-p)/n)/-log(1-pc), paired
			t.Errorf("uptake %v: simulated ratio %v, want %v", u, ratio, want)
		}
	}
}

// What was solved for a scenario holds in its variants, whatever delivery they have; and a
// scenario whose reference is another curve gives the source's share under it.
func TestWhatIsSolvedUnderAReferenceStays(t *testing.T) {
	sc := load(t, broughtTOML)
	m, err := compileFrom(sc, 512, nil)
	if err != nil {
		t.Fatal(err)
	}
	added := m.programs[0].effects[0].brings.added[0]
	other := load(t, broughtTOML, "program.guide.uptake=0.3", "program.guide.contacts={every_days=2}",
		"program.guide.reference={uptake=0.8,contacts={every_days=7}}")
	for _, from := range []*Model{nil, m} {
		v, err := compileFrom(other, 512, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.programs[0].effects[0].brings.added[0]; math.Abs(got-added) > 1e-9 {
			t.Errorf("a contact adds %v, and %v in a variant", added, got)
		}
	}
	rare := compile(t, broughtTOML, "service.clinic.linkage.probability=0.05", "program.guide.effect=[{on=\"linkage.clinic\",brings={share=0.3,by_days=90}}]",
		"program.guide.reference={uptake=0.8,linkage={probability=0.25,by_days=90}}")
	if got := rare.programs[0].effects[0].brings.added[0]; math.Abs(got-added) > 1e-9 {
		t.Errorf("a contact adds %v under the source's curve, want %v", got, added)
	}
}

// The share of an effect in a subgroup is that of the subgroup: a half, drawn by a fair trait.
func TestAShareOfASubgroup(t *testing.T) {
	m := compile(t, broughtTOML+"[[trait]]\nname = \"half\"\nprevalence = 0.5\n[[subgroup]]\nname = \"half\"\nwhen = \"half\"\n",
		"program.guide.effect=[{on=\"linkage\",brings={share=0.3,by_days=90},in=\"half\"}]")
	share, se, _ := sharesBrought(m, 90)
	nearBy(t, "share of all", share, 0.15, math.Hypot(se, 0.3*3.0/512))
	if got := m.Effects[0].Windows[1]; got.Day != 90 || math.Abs(got.Share-0.3) > 1e-6 {
		t.Errorf("%+v", got)
	}
}

// Between the quantiles at which a share is solved, what a contact adds is interpolated: within
// 0.2 % of the share, points before the last included.
func TestAnUncertainShareIsInterpolated(t *testing.T) {
	const effect = "program.guide.effect=[{on=\"linkage\",brings={points=[{share=0.2,by_days=14},{share=0.3,by_days=90}]}}]"
	m := compile(t, broughtTOML+"[[uncertain]]\nkey = \"program.guide.effect[0].brings.points[1].share\"\nprior = { beta = [6, 12], none = 0.2 }\n",
		effect, "uncertainty.use=true")
	varied, written := m.varied(), m.Scenario.Programs["guide"].Effects[0].Brings
	for _, share := range []float64{0.1, 0.234, 0.3, 0.4567, 0.6} {
		varied.vary(m, &m.unknowns[0], share, false)
		want := compile(t, broughtTOML, fmt.Sprintf("program.guide.effect=[{on=\"linkage\",brings={points=[{share=%v,by_days=14},{share=%v,by_days=90}]}}]",
			written.WithShare(share).Points[0].Share, share)).programs[0].effects[0].brings.added
		for k, got := range varied.programs[0].effects[0].brings.added {
			if math.Abs(got-want[k]) > 0.002*want[k] {
				t.Errorf("share %v: a contact adds %v in part %d, want %v", share, got, k, want[k])
			}
		}
	}
	varied.vary(m, &m.unknowns[0], 0, true)
	for _, got := range varied.programs[0].effects[0].brings.added {
		if got != 0 {
			t.Errorf("without an effect a contact adds %v", got)
		}
	}
	if m.programs[0].effects[0].brings.added[0] == 0 {
		t.Error("the model itself was changed")
	}
}

// The contact that brings a client with a chance p has a geometric number: k with probability
// (1 - p)^(k-1) p, here of 17 contacts, with nobody seeking a service alone. A larger chance
// brings the same clients, none of them later, and others.
func TestTheContactThatBringsIsGeometric(t *testing.T) {
	const contacts, replicates = 17, 20
	var first [2][]float64 // days, with the smaller chance and the larger
	for k, chance := range []float64{0.1, 0.3} {
		m := compile(t, broughtTOML, "service.clinic.linkage={never=true}", "program.guide.uptake=1",
			fmt.Sprintf(`program.guide.effect=[{on="linkage",probability=%v}]`, chance))
		for r := range replicates {
			first[k] = append(first[k], seekers(m, 0, r)...)
		}
		n, left := float64(len(first[k])), 1.0
		for j := range contacts + 1 {
			day, p := 1+7*float64(j), left*chance
			if j == contacts {
				day, p = math.Inf(1), left // never
			}
			got := 0.0
			for _, x := range first[k] {
				if x == day {
					got++
				}
			}
			if se := math.Sqrt(n * p * (1 - p)); math.Abs(got-n*p) > 4*se {
				t.Errorf("chance %v: contact %d brings %v of %v, want %.0f by the geometric distribution, SE %.0f", chance, j+1, got, n, n*p, se)
			}
			left -= p
		}
	}
	for i, x := range first[0] {
		if first[1][i] > x {
			t.Fatalf("client %d comes on day %v with the smaller chance, and on day %v with the larger", i, x, first[1][i])
		}
	}
}
