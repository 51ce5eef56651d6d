package performance

type Family struct{}
type Rate struct{ Share, MCSE, Low, High float64 }
type FamilyMeasures struct {
	N        int
	Each     []Rate
	Any, All Rate
}

func NewFamily(method string, alpha float64, tests int) *Family { return &Family{} }
func (*Family) Add(p []float64)                                 {}
func (*Family) Measures() FamilyMeasures                        { return FamilyMeasures{} }
