package validation_test
import ("testing";"fmt";"math/rand/v2";"math";"sync";"caseload/analysis/estimate")
func TestZZ(t *testing.T) {
	ms := []string{"cluster_robust","logistic_robust","risk_ratio_cluster","gee_logistic","gee_logistic_md","logistic_mixed","partially_nested_logistic"}
	fmt.Println(ms)
	type cell struct{ man int; icc, p float64; one bool; out string }
	var cells []*cell
	for _, one := range []bool{false,true} { for _, p := range []float64{0.3,0.05} { for _, man := range []int{3,4,6,10,20} { for _, icc := range []float64{0.0001,0.01,0.05,0.1} {
		cells = append(cells, &cell{man:man,icc:icc,p:p,one:one}) }}}}
	var wg sync.WaitGroup
	ch := make(chan *cell)
	for range 2 { wg.Go(func(){ 
		var w estimate.Work; var d estimate.Data
		for c := range ch {
			r := rand.New(rand.NewPCG(uint64(c.man), math.Float64bits(c.icc)))
			k := &levelKind{draw: func(d *estimate.Data, icc float64, r *rand.Rand) func() {
				a := c.p*(1-icc)/icc
				x, y := gammaOf(a, r), gammaOf(a*(1-c.p)/c.p, r)
				chance := x/(x+y)
				return func() { d.Y = append(d.Y, map[bool]float64{true:1}[r.Float64()<chance]) }
			}}
			l := levelDesign{c.man,c.icc,c.one}
			rej := make([]float64,len(ms)); fail := make([]float64,len(ms))
			const n = 2000
			for range n { l.fill(&d,k,r); for j,m := range ms { e,_ := estimate.Lookup(m); g := e.Fit(&d,0.05,&w); if g.Status.Failed() { fail[j]++ } else if g.P<0.05 { rej[j]++ } } }
			for j := range ms { c.out += fmt.Sprintf(" %5.1f(%4.1f)", 100*rej[j]/n, 100*fail[j]/n) }
		}
	})}
	for _, c := range cells { ch <- c }
	close(ch); wg.Wait()
	for _, c := range cells { fmt.Println(c.one, c.p, c.man, c.icc, c.out) }
}
