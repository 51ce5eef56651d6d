package meta

import (
	"math"

	"caseload/analysis/numeric"
)

// robust is the variance CR2 about a fitted nested model. With Phi the variance of
// a cluster's effects in the model, and U its upper Cholesky factor, the cluster's
// residuals are weighed by A = U'(U (Phi - XMX') U')^(-1/2) U, so that the variance
// is unbiased if the model is right.
type robust struct {
	adjusted [][]float64 // A V^-1 X, by cluster: members x p
	pulls    []float64   // X'g of a contrast, for a cluster
	cross    []float64   // sum of their outer products: p x p

	phi, upper, left, vectors, half []float64
}

// smallest is the eigenvalue below which a direction is what the model fits whatever
// the effects, by the largest.
const smallest = 1e-12

// load prepares the adjusted scores of all clusters.
func (r *robust) load(n *nested) {
	p := n.m.p
	for len(r.adjusted) < n.clusters {
		r.adjusted = append(r.adjusted, nil)
	}
	r.pulls, r.cross = resize(r.pulls, p), resize(r.cross, p*p)
	for c := range n.clusters {
		r.adjust(n, c)
	}
}

// residuals sets phi to the variances of the effects in cluster c, and left to those
// of their residuals.
func (r *robust) residuals(n *nested, c int) {
	members, p := n.members[c], n.m.p
	s := len(members)
	for _, q := range []*[]float64{&r.phi, &r.upper, &r.left, &r.vectors, &r.half} {
		*q = resize(*q, s*s)
	}
	for a, i := range members {
		for b, j := range members {
			r.phi[a*s+b] = n.between
			if a == b {
				r.phi[a*s+b] += n.total[i]
			}
			left := r.phi[a*s+b]
			for l, x := range n.m.row(i) {
				left -= float64(x * dot(n.inverse[l*p:(l+1)*p], n.m.row(j)))
			}
			r.left[a*s+b] = left
		}
	}
}

// adjust sets the adjusted scores of cluster c.
func (r *robust) adjust(n *nested, c int) {
	members, p := n.members[c], n.m.p
	s := len(members)
	r.residuals(n, c)
	choleskyUpper(r.phi, r.upper, s)
	multiply(r.half, r.upper, r.left, s)           // U(Phi - XMX')
	multiplyTransposed(r.left, r.half, r.upper, s) // times U'
	numeric.Eigen(r.left, r.vectors, s)
	largest := 0.0
	for a := range s {
		largest = math.Max(largest, r.left[a*s+a])
	}
	// half = U'Q times the root of the inverse eigenvalues; A = half Q'U.
	out := resize(r.adjusted[c], s*p)
	clear(out)
	for e := range s {
		value := r.left[e*s+e]
		if !(value > smallest*largest) {
			continue
		}
		for a := range s { // U'q, into the column that phi has no more use for
			r.phi[a] = 0
			for b := range s {
				r.phi[a] += float64(r.upper[b*s+a] * r.vectors[b*s+e])
			}
		}
		for l := range p {
			along := 0.0
			for a, i := range members {
				along += float64(r.phi[a] * n.wx[i*p+l])
			}
			for a := range s {
				out[a*p+l] += r.phi[a] * along / math.Sqrt(value)
			}
		}
	}
	r.adjusted[c] = out
}

// choleskyUpper sets u to the upper triangular matrix with u'u = a, s x s.
func choleskyUpper(a, u []float64, s int) {
	clear(u[:s*s])
	for i := range s {
		for j := i; j < s; j++ {
			sum := a[i*s+j]
			for l := range i {
				sum -= float64(u[l*s+i] * u[l*s+j])
			}
			if i == j {
				u[i*s+i] = math.Sqrt(sum)
			} else {
				u[i*s+j] = sum / u[i*s+i]
			}
		}
	}
}

// multiply sets out to ab, and multiplyTransposed to ab'.
func multiply(out, a, b []float64, s int) {
	clear(out[:s*s])
	for i := range s {
		for l := range s {
			for j := range s {
				out[i*s+j] += float64(a[i*s+l] * b[l*s+j])
			}
		}
	}
}

func multiplyTransposed(out, a, b []float64, s int) {
	for i := range s {
		for j := range s {
			out[i*s+j] = dot(a[i*s:(i+1)*s], b[j*s:(j+1)*s])
		}
	}
}

// cr2 returns the variance of coefficient j and its Satterthwaite degrees of
// freedom: twice the squared mean of the variance estimate by its variance, under
// the model. seen is that mean by the model's own variance: 1, unless a cluster decides a
// coefficient alone, so that its residuals tell nothing of their variance.
func (r *robust) cr2(n *nested, j int) (variance, df, seen float64) {
	p := n.m.p
	along := n.inverse[j*p : (j+1)*p]
	clear(r.pulls)
	clear(r.cross)
	trace, squares := 0.0, 0.0
	for c, members := range n.members[:n.clusters] {
		score, shared, own := 0.0, 0.0, 0.0
		pull := r.pulls[:p]
		clear(pull)
		for a, i := range members {
			g := dot(r.adjusted[c][a*p:(a+1)*p], along)
			score += float64(g * n.e[i])
			shared += g
			own += float64(n.total[i] * g * g)
			for l, x := range n.m.row(i) {
				pull[l] += float64(x * g)
			}
		}
		own += float64(n.between * shared * shared)
		variance += float64(score * score)
		// The variances of scores are diag(own) - UMU', with pulls the rows of U.
		fitted := 0.0
		for l := range p {
			fitted += float64(pull[l] * dot(n.inverse[l*p:(l+1)*p], pull))
		}
		trace += own - fitted
		squares += float64(own * (own - float64(2*fitted)))
		addOuter(r.cross, 1, pull, pull)
	}
	squares += traceOfTwo(n.inverse, r.cross, r.cross, p)
	return variance, trace * trace / squares, trace / along[j]
}
