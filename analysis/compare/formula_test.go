package compare

import (
	"math"
	"testing"

	"caseload/analysis/closedform"
	"caseload/analysis/size"
	"caseload/sim"
)

// The intraclass correlation by analysis of variance of groups of unequal size. R:
//
//	y <- c(1,0,1,1, 0,0,1, 1,1,1,0,1, 0,0,0,1,0,0); g <- factor(rep(1:4, c(4,3,5,6)))
//	a <- anova(lm(y ~ g)); n <- table(g); m <- (sum(n) - sum(n^2)/sum(n))/3
//	(a[1,3] - a[2,3])/(a[1,3] + (m - 1)*a[2,3])
func TestTheIntraclassCorrelation(t *testing.T) {
	y := []float64{1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, math.NaN(), 1}
	g := []int{0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 9}
	v := variances(y, func(i int) (int, bool) { return g[i], g[i] < 9 })
	msb, msw := v.between/(v.groups-1), v.within/v.degrees
	if got, want := (msb-msw)/(msb+(v.size-1)*msw), 0.216598316425642; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %.15g, want %.15g", got, want)
	}
	if want := 4.407407; math.Abs(v.size-want) > 1e-6 {
		t.Errorf("size %v, want %v", v.size, want)
	}
}

// Sites that stay in their arms are a design of one period: least squares give the variance of the design
// effect, 4 (1 + (m - 1) ICC)/N. And every client is in a period.
func TestPeriodsOfSitesThatStay(t *testing.T) {
	const n, icc = 160, 0.03
	p, err := New(load(t, five))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Designs[1:] {
		plan := periods(d.Scenario, n, icc)
		total := 0.0
		for q := range plan.Sizes {
			for _, m := range plan.Sizes[q] {
				total += plan.Clusters[q] * m
			}
		}
		if math.Abs(total-n) > 1e-9 {
			t.Errorf("%s: %v clients, want %d", d.Name, total, n)
		}
		if d.Name == "sites" {
			if got, want := plan.Variance(), 4*closedform.DesignEffect(n/8, icc, 0)/n; math.Abs(got/want-1) > 1e-9 {
				t.Errorf("variance %v, want %v", got, want)
			}
		}
	}
}

// Where sites are randomized the case managers of a site are paid for as long as the site has the program: in
// a parallel trial those of half of the sites, in a stepped wedge for half of the time from the first step on.
func TestSitesPayForTheTimeInWhichTheyHaveTheProgram(t *testing.T) {
	sc := load(t, "[compare]\ndesigns = [\"individual\", \"sites\", \"stepped_wedge\"]\n")
	p, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	base, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	var months []size.Number
	for _, d := range p.Designs {
		m, err := base.Variant(d.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		months = append(months, size.Takes(t.Context(), m, sc.Seed).ManagerMonths)
	}
	// 16 case managers from day 0 to 90 days after the last of 160 clients, who comes on day 60 on average.
	all := months[0].Value
	if want := 16 * 150 * 12 / 365.25; math.Abs(all/want-1) > 0.05 {
		t.Errorf("all sites: %v months, want about %v", all, want)
	}
	if got := months[1].Value; math.Abs(got/all-0.5) > 0.01 {
		t.Errorf("half of the sites: %v of %v months", got, all)
	}
	// Steps on days 12, 24, 36 and 48, of two sites each, whose first client comes some 3 days later.
	if got, want := months[2].Value, all*(1-(12+24+36+48)/4/150.); !(got < want) || got < want*0.93 {
		t.Errorf("stepped wedge: %v months, want a little less than %v", got, want)
	}
}

// Under a formula's own assumptions (independent clients, one by one, no contamination) simulated power is that of
// the formula.
func TestPowerIsThatOfTheFormulaUnderItsAssumptions(t *testing.T) {
	r := run(t, "[[design]]\nname = \"individual\"\n[design.set]\n\"arm.usual.contamination.probability\" = 0.0\n"+two, 1200)
	x := &r.Found[0].Rows[0]
	// The formula takes one variance for both arms, and a t test for a z test: within 0.01 at these sizes.
	if d := float64(x.Power) - float64(x.Formula.Power); math.Abs(d) > 4*float64(x.PowerMCSE)+0.01 {
		t.Errorf("power %v, formula %v", x.Power, x.Formula.Power)
	}
	if e := float64(x.DesignEffect); math.Abs(e-1) > 4*math.Sqrt(2./1199)+0.02 {
		t.Errorf("design effect %v, want 1", e)
	}
}
