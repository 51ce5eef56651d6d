package explain

import (
	"fmt"
	"math"

	"caseload/analysis/verdict"
	"caseload/results/report"
)

// amount is a number with its Monte Carlo standard error.
type amount struct{ value, mcse report.Number }

func (e *Effect) smd() amount   { return amount{e.SMD, e.MCSE} }
func (e *Effect) units() amount { return amount{e.Units, e.UnitsMCSE} }
func (e *Effect) need() amount  { return amount{e.Clients, e.ClientsMCSE} }

func (f *Factor) step() amount         { return amount{f.Step, f.StepMCSE} }
func (f *Factor) shapley() amount      { return amount{f.Shapley, f.ShapleyMCSE} }
func (f *Factor) byOrder() amount      { return amount{f.StepLessShapley, f.StepLessShapleyMCSE} }
func (f *Factor) fromIdeal() amount    { return amount{f.FromIdeal, f.FromIdealMCSE} }
func (f *Factor) fromReal() amount     { return amount{f.FromReal, f.FromRealMCSE} }
func (f *Factor) unitsStep() amount    { return amount{f.UnitsStep, f.UnitsStepMCSE} }
func (f *Factor) unitsShapley() amount { return amount{f.UnitsShapley, f.UnitsShapleyMCSE} }
func (f *Factor) unitsIdeal() amount   { return amount{f.UnitsFromIdeal, f.UnitsFromIdealMCSE} }
func (f *Factor) unitsReal() amount    { return amount{f.UnitsFromReal, f.UnitsFromRealMCSE} }
func (f *Factor) idealSDStep() amount  { return amount{f.IdealSDStep, f.IdealSDStepMCSE} }
func (f *Factor) multiplies() amount   { return amount{f.Multiplies, f.MultipliesMCSE} }
func (p *Path) total() amount          { return amount{p.Total, p.TotalMCSE} }
func (p *PathPart) forward() amount    { return amount{p.Forward, p.ForwardMCSE} }
func (p *PathPart) backward() amount   { return amount{p.Backward, p.BackwardMCSE} }
func (p *PathPart) forwardShare() amount {
	return amount{p.ForwardShare, p.ForwardShareMCSE}
}
func (p *PathPart) backwardShare() amount {
	return amount{p.BackwardShare, p.BackwardShareMCSE}
}
func (s *Share) observed() amount { return amount{s.Observed, s.ObservedMCSE} }
func (s *Share) correct() amount  { return amount{s.Correct, s.CorrectMCSE} }
func (d *Diluted) effect() amount { return amount{d.Effect, d.EffectMCSE} }
func (d *Diluted) theory() amount { return amount{d.Theory, d.TheoryMCSE} }
func (d *Diluted) power() amount  { return amount{d.Power, d.PowerMCSE} }
func (a amount) known() bool      { return a.value.Known() }
func (a amount) text() string     { return a.value.WithMCSE(a.mcse) }
func (a amount) size() amount     { return amount{report.Number(math.Abs(float64(a.value))), a.mcse} }
func (a amount) sd() string       { return a.in("SD") }

// times is the amount in another unit, or with its sign turned.
func (a amount) times(scale report.Number) amount {
	return amount{a.value * scale, a.mcse * report.Number(math.Abs(float64(scale)))}
}

// clear tells that the value can be told from zero.
func (a amount) clear() bool {
	size := math.Abs(float64(a.value))
	return a.known() && size > report.Negligible && size >= report.ClearMCSEs*float64(a.mcse)
}

// in says the value in a sentence, with its unit if there is one.
func (a amount) in(unit string) string {
	if unit != "" {
		unit = " " + unit
	}
	if !a.mcse.Known() {
		return a.value.Rounded(a.mcse) + unit + " (MCSE not known)"
	}
	d := a.value.Decimals(a.mcse)
	return fmt.Sprintf("%s%s (MCSE %s)", a.value.Fixed(d), unit, a.mcse.Fixed(d))
}

// percent says a share in a sentence, to the first digit of its MCSE.
func (a amount) percent() string {
	p := a.times(100)
	d := max(0, p.value.Decimals(p.mcse)-1)
	return fmt.Sprintf("%s %% (MCSE %s)", p.value.Fixed(d), p.mcse.Fixed(d))
}

// clients are whole: so many are needed at least.
func (a amount) clients() (count, mcse string) {
	if !a.known() {
		return report.Absent, report.Absent
	}
	mcse = a.mcse.Fixed(1)
	if a.mcse >= 1 {
		mcse = report.Grouped(int(math.Round(float64(a.mcse))))
	}
	return report.Grouped(int(math.Ceil(float64(a.value)))), mcse
}

// negligible tells that an effect is certainly too small to matter.
func (a amount) negligible() bool {
	return a.known() && verdict.DoesNotMatter(float64(a.value), float64(a.mcse))
}
