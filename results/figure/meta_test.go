package figure

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	stats "caseload/analysis/meta"
	"caseload/analysis/review"
	"caseload/results/meta"
)

// metaOf analyses the lines of a CSV file.
func metaOf(method string, o review.Options, lines ...string) *meta.Meta {
	d, err := review.Read("trials.csv", []byte(strings.Join(lines, "\n")), o)
	if err != nil {
		panic(err)
	}
	a, err := review.Analyse(context.Background(), d, review.Question{Method: method, Alpha: 0.05})
	if err != nil {
		panic(err)
	}
	return meta.New(a, o.Order)
}

// ratios are trials of which one is far out, and one says little.
var ratios = []string{"study,trial,setting,events1,n1,events0,n0", "Aalen 1990,1,street,12,50,20,50", "Berg 1995,1,street,30,100,41,98",
	"Clark 2001,2,prison,1,20,9,21", "Dahl 2004,2,prison,3,200,4,200", "Engel 2010,3,prison,90,300,150,310", "Frank 2012,4,street,0,9,1,8"}

// metaCases are forest and funnel plots.
func metaCases() map[string]*Figure {
	all := map[string]*Figure{}
	add := func(name string, m *meta.Meta) {
		all["forest "+name], all["funnel "+name] = Forest(m), Funnel(m)
	}
	add("ratios", metaOf("reml", review.Options{}, ratios...))
	add("groups", metaOf("dl", review.Options{Measure: review.LogRR, Subgroup: "setting"}, ratios...))
	add("clusters", metaOf("reml", review.Options{Measure: review.RD, Cluster: "trial"}, ratios...))
	add("common", metaOf("mh", review.Options{}, ratios...))
	add("agreement", metaOf("reml", review.Options{}, "yi,vi", "0,1", "0,2", "0,3"))
	add("tiny", metaOf("reml", review.Options{}, "yi,vi", "1e-7,1e-16", "2e-7,2e-16", "1e-7,3e-16", "0,1e-15"))
	add("huge", metaOf("reml", review.Options{}, "yi,vi", "1e9,1e16", "2e9,1e17", "-1e9,2e17"))
	add("extreme ratios", metaOf("fe", review.Options{}, "log_hr,se", "-9,0.1", "3,2", "12,0.5"))
	add("far out", metaOf("fe", review.Options{}, "smd,se", "0.2,0.1", "0.3,0.1", "0.1,0.12", "0.2,30"))
	add("markup", metaOf("fe", review.Options{Subgroup: "g"}, "study,g,smd,se", "<b>&\x01,\"a & <b>\",0.2,0.1", "b\a,c,0.3,0.2", "x,c,0.3,0.3"))
	long := []string{"study,smd,se,n"}
	for k := range 60 {
		long = append(long, fmt.Sprintf("A study whose authors are many and whose name goes on number %d,%g,%g,%d", k, math.Sin(float64(k)), 0.05+0.01*float64(k%7), 100))
	}
	add("long", metaOf("reml", review.Options{}, long...))
	all["forest one"] = Forest(metaOf("reml", review.Options{}, "yi,vi", "0.3,0.01"))
	all["forest two"] = Forest(metaOf("reml", review.Options{}, "yi,vi", "0.3,0.01", "-0.3,0.2"))
	return all
}

// A study's square, interval and numbers stand in one line; the square's area is its
// weight.
func TestForestDrawsWhatItSays(t *testing.T) {
	m := metaOf("reml", review.Options{}, ratios...)
	d := read(t, svg(t, Forest(m)))
	boxes := d.filled("#0072B2")
	if len(boxes) != len(m.Studies)+1 {
		t.Fatalf("%d squares for %d studies and the legend", len(boxes), len(m.Studies))
	}
	perUnit := 0.0
	for k, s := range m.Studies {
		side := boxes[k][1] - boxes[k][0]
		area := side * side / float64(s.Weight)
		if k == 0 {
			perUnit = area
		}
		if side > 2*forestLeast.Points()+0.01 && math.Abs(area/perUnit-1) > 0.02 { // coordinates have two decimals
			t.Errorf("%s: area %g per percent of weight, want %g", s.Study, area, perUnit)
		}
	}
	// Places are linear in the logarithm.
	at := func(k int) float64 { return (boxes[k][0] + boxes[k][1]) / 2 }
	scale := (at(2) - at(0)) / float64(m.Studies[2].YI-m.Studies[0].YI)
	for k, s := range m.Studies {
		if want := at(0) + scale*float64(s.YI-m.Studies[0].YI); math.Abs(at(k)-want) > 0.1 {
			t.Errorf("%s is at %g, want %g", s.Study, at(k), want)
		}
	}
	text := svg(t, Forest(m))
	for _, want := range []string{"Aalen 1990", "pooled", "prediction", "lower in the treated arm", "OR [95 % CI]", "odds ratio (log scale)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not there", want)
		}
	}
}

func TestForestHasSubgroups(t *testing.T) {
	m := metaOf("reml", review.Options{Subgroup: "setting"}, ratios...)
	d := read(t, svg(t, Forest(m)))
	heights := map[string]float64{}
	for _, x := range d.texts {
		if _, found := heights[x.content]; !found { // the legend comes later
			heights[x.content] = x.y
		}
	}
	order := []string{"prison", "Clark 2001", "Dahl 2004", "Engel 2010", "all prison", "street", "Aalen 1990", "Berg 1995", "Frank 2012", "all street", "pooled", "prediction"}
	for k := 1; k < len(order); k++ {
		if !(heights[order[k]] > heights[order[k-1]]) {
			t.Errorf("%q is at %g, %q at %g", order[k], heights[order[k]], order[k-1], heights[order[k-1]])
		}
	}
}

// The precise study is on top, and what trim and fill adds is there.
func TestFunnelHasPrecisionOnTop(t *testing.T) {
	m := metaOf("fe", review.Options{}, "smd,se", "0.2,0.05", "0.25,0.1", "0.5,0.2", "0.7,0.25", "0.9,0.3", "0.8,0.35")
	if m.Bias.TrimFill.Missing == 0 {
		t.Fatal("nothing is filled in")
	}
	text := svg(t, Funnel(m))
	if !strings.Contains(text, "filled in by trim and fill") || !strings.Contains(text, "Egger") {
		t.Error("the legend lacks an entry")
	}
	var up []float64
	for _, s := range read(t, text).shapes {
		if y := s.points[0][1]; s.style["fill"] == "#0072B2" && len(s.points) != 4 && (len(up) == 0 || up[len(up)-1] != y) {
			up = append(up, y)
		}
	}
	if len(up) < 6 { // rings have no fill
		t.Fatalf("%d points", len(up))
	}
	for k := 1; k < 6; k++ {
		if !(up[k] > up[k-1]) {
			t.Errorf("study %d is at %g, the more precise one before it at %g", k+1, up[k], up[k-1])
		}
	}
}

func TestNoFigureWithoutAResult(t *testing.T) {
	m := metaOf("reml", review.Options{}, "yi,vi", "1,1", "2,1")
	if Funnel(m) != nil || Forest(m) == nil {
		t.Error("two studies make a forest but no funnel")
	}
	m.Status = stats.NotConverged
	if Forest(m) != nil {
		t.Error("a forest without a pooled effect")
	}
}
