package review

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// manyStudies are n effects, of trials of four.
func manyStudies(n int) string {
	rng := rand.New(rand.NewPCG(1, 1))
	var b strings.Builder
	b.WriteString("yi,vi,trial\n")
	for i := range n {
		fmt.Fprintf(&b, "%.4f,%.4f,%d\n", 0.3*rng.NormFloat64(), 0.01+0.1*rng.Float64(), i/4)
	}
	return b.String()
}

// BenchmarkAnalyse analyses the largest bodies of studies that are read.
func BenchmarkAnalyse(b *testing.B) {
	for _, c := range []struct {
		n       int
		cluster string
		methods []string
	}{{MaxRows, "", []string{"reml", "dl", "pm"}}, {2000, "trial", []string{"reml", "dl"}}} {
		text := []byte(manyStudies(c.n))
		for _, m := range c.methods {
			b.Run(fmt.Sprintf("%d%s/%s", c.n, c.cluster, m), func(b *testing.B) {
				d, err := Read("s.csv", text, Options{Cluster: c.cluster})
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := Analyse(context.Background(), d, Question{Method: m, Alpha: 0.05}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
