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

// predict sets out to the sum of the columns times beta.
func (d *design) predict(out, beta []float64) {
	out = out[:d.n]
	clear(out)
	j := 0
	for ; j+1 < d.p; j += 2 {
		x, b, y, c := d.column(j), beta[j], d.column(j + 1)[:d.n], beta[j+1]
		for i, v := range x[:len(out)] {
			out[i] = out[i] + float64(v*b) + float64(y[i]*c)
		}
	}
	if j < d.p {
		b := beta[j]
		for i, v := range d.column(j)[:len(out)] {
			out[i] += float64(v * b)
		}
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
	score[0], a[0] = sumTwo(residual, weight)
	for j := 1; j < d.p; j++ {
		row := a[j*stride : j*stride+j+1]
		score[j], row[0], row[j] = weigh(d.column(j), residual, weight, d.weighted)
		k := 1
		for ; k+1 < j; k += 2 {
			row[k], row[k+1] = dotTwo(d.weighted, d.column(k), d.column(k+1))
		}
		if k < j {
			row[k] = dot(d.weighted, d.column(k))
		}
	}
}

// cross sets the lower triangle of a to the columns from first on times each other.
func (d *design) cross(a []float64, first int) {
	p := d.p - first
	for j := range p {
		x, row := d.column(first+j), a[j*p:j*p+j+1]
		k := 0
		for ; k+1 < len(row); k += 2 {
			row[k], row[k+1] = dotTwo(x, d.column(first+k), d.column(first+k+1))
		}
		if k < len(row) {
			row[k] = dot(x, d.column(first+k))
		}
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

func sumTwo(x, y []float64) (sumX, sumY float64) {
	y = y[:len(x)]
	for i, v := range x {
		sumX += v
		sumY += y[i]
	}
	return sumX, sumY
}

// dotTwo returns the products of a with b and with c.
func dotTwo(a, b, c []float64) (ab, ac float64) {
	b, c = b[:len(a)], c[:len(a)]
	for i, v := range a {
		ab += float64(v * b[i])
		ac += float64(v * c[i])
	}
	return ab, ac
}

// weigh sets weighted to x times weight, and returns the sums of x times residual, of
// weighted, and of weighted times x.
func weigh(x, residual, weight, weighted []float64) (score, sum, square float64) {
	residual, weight, weighted = residual[:len(x)], weight[:len(x)], weighted[:len(x)]
	for i, v := range x {
		score += float64(residual[i] * v)
		u := float64(weight[i] * v)
		weighted[i] = u
		sum += u
		square += float64(u * v)
	}
	return score, sum, square
}
