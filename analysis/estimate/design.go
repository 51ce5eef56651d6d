package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// design is the columns of a model. Sums over rows are taken column by column: each is
// added up in the order of rows, as it would be row by row, but a few of them at a
// time stay in registers.
type design struct {
	n, p     int
	x        []float64 // n numbers of each column
	weighted []float64 // scratch: a column times weights
}

func (d *design) shape(n, p int) {
	d.n, d.p = n, p
	d.x, d.weighted = resize(d.x, n*p), resize(d.weighted, n)
}

func (d *design) column(j int) []float64 { return d.x[j*d.n : (j+1)*d.n] }

// row sets out to row i of all columns.
func (d *design) row(i int, out []float64) {
	for j := range out {
		out[j] = d.x[j*d.n+i]
	}
}

// predict sets out to the sum of the columns times beta, four at a time.
func (d *design) predict(out, beta []float64) {
	out = out[:d.n]
	clear(out)
	for j := 0; j < d.p; j += 4 {
		var b [4]float64
		x := [4][]float64{d.column(0), d.column(0), d.column(0), d.column(0)}
		for k := range copy(b[:], beta[j:d.p]) {
			x[k] = d.column(j + k)
		}
		addFour(out, x[0], x[1], x[2], x[3], b)
	}
}

// addFour adds four columns, each times a number, to sums.
func addFour(sums, x, y, z, u []float64, b [4]float64) {
	n := len(sums)
	x, y, z, u = x[:n], y[:n], z[:n], u[:n]
	b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
	for i, s := range sums {
		sums[i] = s + float64(x[i]*b0) + float64(y[i]*b1) + float64(z[i]*b2) + float64(u[i]*b3)
	}
}

// mostMoved returns the largest size of a row's sum of the columns times step, NaN if one
// is, and leaves the sums in scratch.
func (d *design) mostMoved(step, scratch []float64) float64 {
	d.predict(scratch, step)
	most := uint64(0) // sizes are in the order of their bits
	for _, v := range scratch[:d.n] {
		most = max(most, math.Float64bits(v)&^(1<<63))
	}
	return math.Float64frombits(most)
}

// addUp is for a first column of ones. It sets score to the sums of the columns times residual, and the lower triangle
// of the matrix a, whose rows are stride apart, to those of the columns times each
// other and weight.
func (d *design) addUp(score, a []float64, stride int, residual, weight []float64) {
	if d.p == 1 {
		score[0], a[0] = sum(residual), sum(weight)
		return
	}
	score[0], a[0], score[1], a[stride], a[stride+1] = weighFirst(d.column(1), residual, weight)
	if d.p > 2 {
		row := a[2*stride:][:3]
		score[2], row[0], row[2], row[1] = weighSecond(d.column(2), residual, weight, d.column(1))
	}
	for j := 3; j < d.p; j++ {
		row := a[j*stride:][:j+1]
		score[j], row[0], row[j], row[1], row[2] = weigh(d.column(j), residual, weight, d.weighted, d.column(1), d.column(2))
		if j > 3 {
			d.dots(row[3:j], d.weighted, 3)
		}
	}
}

// cross sets the lower triangle of a to the columns from first on times each other.
func (d *design) cross(a []float64, first int) {
	p := d.p - first
	for j := range p {
		d.dots(a[j*p:j*p+j+1], d.column(first+j), first)
	}
}

// dots sets out to x times the columns from first on.
func (d *design) dots(out, x []float64, first int) {
	for k := range out {
		out[k] = sumProducts(x, d.column(first+k))
	}
}

// forward replaces the columns from first on by those that s.Forward makes of each row,
// and sets size to what it returns.
func (d *design) forward(s *numeric.Symmetric, first int, size []float64) {
	size = size[:d.n]
	clear(size)
	for j, aliased := range s.Aliased {
		x := d.column(first + j)
		if aliased {
			clear(x)
			continue
		}
		for k, l := range s.L[j*s.P : j*s.P+j] {
			takeOff(x, d.column(first+k), l)
		}
		pivot := s.L[j*s.P+j]
		for i, v := range x[:len(size)] {
			v /= pivot
			x[i] = v
			size[i] += float64(v * v)
		}
	}
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// dot is for a few numbers.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// sumProducts is dot for many numbers. As an addition waits for the one before it,
// four sums are taken by turns; they are added in the same order everywhere.
func sumProducts(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i < len(a)-3; i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// columnMean is taken about the first entry, so that a constant column is
// centred to exactly zero.
func columnMean(x []float64) float64 {
	first := x[0]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i < len(x)-3; i += 4 {
		s0 += x[i] - first
		s1 += x[i+1] - first
		s2 += x[i+2] - first
		s3 += x[i+3] - first
	}
	for ; i < len(x); i++ {
		s0 += x[i] - first
	}
	return first + ((s0+s1)+(s2+s3))/float64(len(x))
}

// finiteMean is columnMean, and whether all of x, and the mean, are finite.
func finiteMean(x []float64) (mean float64, ok bool) {
	if len(x) == 0 {
		return math.NaN(), true
	}
	mean = columnMean(x)
	return mean, mean-mean == 0
}

// weighFirst returns the sums of residual and of weight, and what weigh does of x.
func weighFirst(x, residual, weight []float64) (residuals, weights, score, sum, square float64) {
	residual, weight = residual[:len(x)], weight[:len(x)]
	for i, v := range x {
		r, w := residual[i], weight[i]
		residuals += r
		weights += w
		score += float64(r * v)
		u := float64(w * v)
		sum += u
		square += float64(u * v)
	}
	return residuals, weights, score, sum, square
}

// weighSecond returns what weigh does, but for z.
func weighSecond(x, residual, weight, y []float64) (score, sum, square, withY float64) {
	n := len(x)
	residual, weight, y = residual[:n], weight[:n], y[:n]
	for i, v := range x {
		score += float64(residual[i] * v)
		u := float64(weight[i] * v)
		sum += u
		square += float64(u * v)
		withY += float64(u * y[i])
	}
	return score, sum, square, withY
}

// weigh sets weighted to x times weight, and returns the sums of x times residual, of
// weighted, and of weighted times x, y and z.
func weigh(x, residual, weight, weighted, y, z []float64) (score, sum, square, withY, withZ float64) {
	n := len(x)
	residual, weight, weighted, y, z = residual[:n], weight[:n], weighted[:n], y[:n], z[:n]
	for i, v := range x {
		score += float64(residual[i] * v)
		u := float64(weight[i] * v)
		weighted[i] = u
		sum += u
		square += float64(u * v)
		withY += float64(u * y[i])
		withZ += float64(u * z[i])
	}
	return score, sum, square, withY, withZ
}
