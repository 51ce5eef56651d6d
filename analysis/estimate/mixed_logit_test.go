package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// clusteredLogit is a trial of so many clusters of 2 to 13 rows with a standard
// deviation of the log odds between them, and a covariate if asked.
func clusteredLogit(clusters int, sd float64, covariate bool, rng *rand.Rand) *Data {
	d := &Data{}
	if covariate {
		d.X = make([][]float64, 1)
	}
	for k := range clusters {
		u := sd * rng.NormFloat64()
		for range 2 + k%12 {
			x := 0.0
			if covariate {
				x = rng.NormFloat64()
				d.X[0] = append(d.X[0], x)
			}
			p, _ := chances(u - 0.4 + 0.5*float64(k%2) + 0.3*x)
			d.Treated, d.Cluster = append(d.Treated, k%2 == 1), append(d.Cluster, int32(k))
			d.Y = append(d.Y, float64(bit(rng.Float64() < p)))
		}
	}
	return d
}

// The coefficients are where the score is zero, that of the effect is the estimate,
// its variance is in the inverse of the information, and that is minus the slope of
// the score: but for the quadrature's error, some 1e-6 here.
func TestScoreOfMixedLogit(t *testing.T) {
	for _, covariate := range []bool{false, true} {
		d := clusteredLogit(40, 0.8, covariate, rand.New(rand.NewPCG(5, 40)))
		var w Work
		l := logisticMixed{}
		got := fit(l, d)
		beta, effect, status := l.Coefficients(d, &w)
		if status != OK || beta[len(beta)-1] == 0 {
			t.Fatalf("%v: %v", status, beta)
		}
		beta = append([]float64(nil), beta...)
		near(t, "effect", beta[effect], got.Value, closedForm)
		p := len(beta)
		score, information := make([]float64, p), make([]float64, p*p)
		l.Score(d, beta, score, information, &w)
		for j, s := range score {
			if !(math.Abs(s) < 1e-5*math.Sqrt(information[j*p+j])) {
				t.Errorf("score %d: %v", j, s)
			}
		}
		inverse := make([]float64, p*p)
		w.mixed.info.Reset(p)
		copy(w.mixed.info.A, information)
		w.mixed.info.Factor()
		w.mixed.info.Invert(inverse)
		near(t, "SE", math.Sqrt(inverse[effect*p+effect]), got.SE, 1e-5)
		slopeIsInformation(t, l, d, beta, information, &w)
	}
}

func slopeIsInformation(t *testing.T, l Model, d *Data, at, information []float64, w *Work) {
	t.Helper()
	const h = 1e-5
	p := len(at)
	for k := range p {
		var side [2][]float64
		for s, by := range []float64{h, -h} {
			moved := append([]float64(nil), at...)
			moved[k] += by
			side[s] = make([]float64, p)
			l.Score(d, moved, side[s], make([]float64, p*p), w)
		}
		for j := range p {
			want := (side[1][j] - side[0][j]) / (2 * h)
			if !(math.Abs(information[j*p+k]-want) < 1e-4*math.Sqrt(information[j*p+j]*information[k*p+k])) {
				t.Errorf("information %d, %d: %v, want %v", j, k, information[j*p+k], want)
			}
		}
	}
}

// Without variance between clusters the score is that of the logistic regression, and
// nothing is said of the variance.
func TestScoreOfMixedLogitWithoutVariance(t *testing.T) {
	d := clusteredLogit(40, 0.8, true, rand.New(rand.NewPCG(5, 41)))
	var w Work
	at := []float64{-0.2, 0.3, 0.1, 0}
	score, information := make([]float64, 4), make([]float64, 16)
	logisticMixed{}.Score(d, at, score, information, &w)
	want, inform := make([]float64, 3), make([]float64, 9)
	logistic{}.Score(d, at[:3], want, inform, &w)
	for j := range 3 {
		near(t, "score", score[j], want[j], 1e-12)
		near(t, "information", information[5*j], inform[4*j], 1e-12)
	}
	if score[3] != 0 || information[15] != 0 {
		t.Errorf("of the standard deviation: %v, %v", score[3], information[15])
	}
}

// Clusters that have the event to a client or not at all have no largest likelihood.
func TestMixedLogitOfClustersThatAgree(t *testing.T) {
	d := &Data{}
	for k := range 16 {
		for range 5 {
			d.Treated, d.Cluster, d.Y = append(d.Treated, k%2 == 0), append(d.Cluster, int32(k)), append(d.Y, float64(bit(k%3 == 0)))
		}
	}
	if got := fit(logisticMixed{}, d); got.Status != Separated && got.Status != NotConverged {
		t.Errorf("%+v", got)
	}
}

// 40 clusters: a fit of 300 rows.
func BenchmarkMixedLogit(b *testing.B) {
	for _, covariate := range []bool{false, true} {
		name := "none"
		if covariate {
			name = "covariate"
		}
		b.Run(name, func(b *testing.B) {
			var data []*Data
			rng := rand.New(rand.NewPCG(7, 40))
			for range 32 {
				data = append(data, clusteredLogit(40, 0.6, covariate, rng))
			}
			var w Work
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				logisticMixed{}.Fit(data[i%len(data)], 0.05, &w)
			}
		})
	}
}
