package estimate

import "caseload/sim/portable"

// siteSums are the sums over the rows of each case manager, by site, of a model with a
// random intercept of each (variance 0 of components), and one of each site (variance 2).
//
// In a site of managers with n rows each, the directions of the managers' means have the
// covariance diag(s + n u) + v r r', with r the roots of n, s the residual variance, u
// that between managers and v that between sites. Its inverse is diag(a) - g k k', with a =
// 1/(s + n u), k = r a, c = sum n a and g = v/(1 + v c). So a site costs as many steps as it
// has managers. Directions within managers have variance s, and are pool 0 of components.
type siteSums struct {
	sites []siteRange
	order []int32   // managers, site by site
	sizes []float64 // rows of each, in this order
	sums  []float64 // of the columns and the outcome, in this order

	// With y the rows of the inverse times the columns and residuals, times r: the sums
	// X'V^-1 V_j V^-1 X and X'V^-1 V_j V^-1 V_m V^-1 X, by the rows of y.
	bread   [3][]float64
	filling [3][3][]float64
	y       []float64
	total   [4][]float64 // sums over a site: of the columns by a, of y, of a y, of n a y
}

// siteRange is where the managers of a site are.
type siteRange struct{ from, to int }

// arrange sorts the managers by site, and takes over their sums. Each manager's site is
// numbered from 0.
func (s *siteSums) arrange(site, size []int32, sums []float64, width int) {
	most := int32(-1)
	for _, k := range site {
		most = max(most, k)
	}
	n := len(site)
	s.sites = resize(s.sites, int(most)+1)
	clear(s.sites)
	for _, k := range site {
		s.sites[k].to++
	}
	at := 0
	for k := range s.sites {
		count := s.sites[k].to
		s.sites[k] = siteRange{at, at}
		at += count
	}
	s.order, s.sizes, s.sums = resize(s.order, n), resize(s.sizes, n), resize(s.sums, n*width)
	for m, k := range site {
		at := s.sites[k].to
		s.sites[k].to++
		s.order[at], s.sizes[at] = int32(m), float64(size[m])
		copy(s.sums[at*width:(at+1)*width], sums[m*width:(m+1)*width])
	}
	for j := range s.bread {
		s.bread[j] = resize(s.bread[j], width*width)
		for m := range s.filling[j] {
			s.filling[j][m] = resize(s.filling[j][m], width*width)
		}
	}
	s.y = resize(s.y, width)
	for k := range s.total {
		s.total[k] = resize(s.total[k], width)
	}
}

// evaluateSites adds the directions of managers' means to what evaluate sums up, and
// returns what they add to the logarithm of the determinant and to the squares.
func (c *components) evaluateSites() (logs, squares float64) {
	s, r, q := &c.sites, c.r, c.r+1
	size, variance, log := 0.0, 0.0, 0.0
	t := s.total[0]
	for _, site := range s.sites {
		clear(t)
		information := 0.0
		for m := site.from; m < site.to; m++ {
			if n := s.sizes[m]; n != size {
				size, variance = n, c.theta[1]+float64(n*c.theta[0])
				log = portable.Log(variance)
			}
			logs += log
			a, sums := 1/variance, s.sums[m*q:(m+1)*q]
			information += float64(size * a)
			for j, v := range sums {
				t[j] += float64(a * v)
			}
			squares += c.addDirection(sums, a/size, r)
		}
		grown := 1 + float64(c.theta[2]*information)
		logs += portable.Log(grown)
		squares += c.addDirection(t, -c.theta[2]/grown, r)
	}
	return logs, squares
}

// addDirection adds weight x x' to the information and to its right side, x having r
// columns and the outcome, and returns what it adds to the squares.
func (c *components) addDirection(x []float64, weight float64, r int) (squares float64) {
	wy := weight * x[r]
	for j, v := range x[:r] {
		wv := weight * v
		to := c.inverse.A[j*r : j*r+j+1]
		for m := range to {
			to[m] += float64(wv * x[m])
		}
		c.beta[j] += float64(wy * v)
	}
	return float64(wy * x[r])
}

// deriveSites adds the directions of managers' means to the derivatives.
func (c *components) deriveSites() {
	s := &c.sites
	for j := range 3 {
		clear(s.bread[j])
		for m := range 3 {
			clear(s.filling[j][m])
		}
	}
	var trace [3]float64
	var traces [3][3]float64
	for _, site := range s.sites {
		c.deriveSite(site, &trace, &traces)
	}
	r, q := c.r, c.r+1
	for j := range 3 {
		reflect(s.bread[j], q)
		squares := s.bread[j][q*q-1]
		for row := range r {
			c.lean[j][row] += s.bread[j][row*q+r]
			for col := range r {
				c.a[j][row*r+col] += s.bread[j][row*q+col]
			}
		}
		c.score[j] += float64(0.5 * (squares + c.traceWithPhi(s.bread[j]) - trace[j]))
		for m := range j + 1 {
			between := s.filling[j][m]
			reflect(between, q)
			copy(s.filling[m][j], between)
			c.expected[j][m] += float64(0.5*traces[j][m]) - c.traceWithPhi(between)
			c.observed[j][m] += between[q*q-1]
		}
	}
}

// traceWithPhi returns the trace of phi times the columns of a symmetric matrix.
func (c *components) traceWithPhi(a []float64) (trace float64) {
	for j := range c.r {
		trace += dot(c.phi[j*c.r:(j+1)*c.r], a[j*(c.r+1):])
	}
	return trace
}

// deriveSite adds one site to the lower triangles of bread and filling, and the traces of
// V^-1 V_j and V^-1 V_j V^-1 V_m.
func (c *components) deriveSite(site siteRange, trace *[3]float64, traces *[3][3]float64) {
	s, q := &c.sites, c.r+1
	t, y, ay, nay := s.total[0], s.total[1], s.total[2], s.total[3]
	information := c.totalOf(site)
	g := c.theta[2] / (1 + float64(c.theta[2]*information))
	var w powers
	for m := site.from; m < site.to; m++ {
		n, sums := s.sizes[m], s.sums[m*q:(m+1)*q]
		a := 1 / (c.theta[1] + float64(n*c.theta[0]))
		gn := g * n
		for j, v := range sums {
			if j == c.r {
				v = c.residualOf(sums)
			}
			s.y[j] = float64(a * (v - float64(gn*t[j])))
			av := float64(a * s.y[j])
			y[j] += s.y[j]
			ay[j] += av
			nay[j] += float64(n * av)
		}
		addProduct(s.bread[1], s.y, 1/n)
		addProduct(s.bread[0], s.y, 1)
		addProduct(s.filling[1][1], s.y, a/n)
		addProduct(s.filling[1][0], s.y, a)
		addProduct(s.filling[0][0], s.y, a*n)
		w.add(a, n)
	}
	left := 1 - float64(g*information)
	addProduct(s.bread[2], y, 1)
	addProduct(s.filling[1][1], ay, -g)
	addProduct(s.filling[0][0], nay, -g)
	addProduct(s.filling[2][2], y, information*left)
	addPair(s.filling[1][0], ay, nay, -g)
	addPair(s.filling[2][1], ay, y, left)
	addPair(s.filling[2][0], nay, y, left)
	w.addTraces(g, left, trace, traces)
}

// totalOf sets the totals of a site to those of the columns and residuals by a, and others to
// 0, and returns the sum of n a.
func (c *components) totalOf(site siteRange) (information float64) {
	s, q := &c.sites, c.r+1
	for _, v := range s.total {
		clear(v)
	}
	t := s.total[0]
	for m := site.from; m < site.to; m++ {
		a := 1 / (c.theta[1] + float64(s.sizes[m]*c.theta[0]))
		information += float64(s.sizes[m] * a)
		for j, v := range s.sums[m*q : (m+1)*q] {
			t[j] += float64(a * v)
		}
	}
	t[c.r] = c.residualOf(t)
	return information
}

// powers are sums over the managers of a site of n^k times a, its square and its cube.
type powers struct{ one, two, three [4]float64 }

func (w *powers) add(a, n float64) {
	power := 1.0
	for k := range 4 {
		w.one[k] += float64(a * power)
		w.two[k] += float64(a * a * power)
		w.three[k] += float64(a * a * a * power)
		power *= n
	}
}

// addTraces adds those of the inverse diag(a) - g k k', k the roots of n times a, with left
// 1 - g sum n a.
func (w *powers) addTraces(g, left float64, trace *[3]float64, traces *[3][3]float64) {
	by, of := &w.two, &w.three
	trace[1] += w.one[0] - float64(g*by[1])
	trace[0] += w.one[1] - float64(g*by[2])
	trace[2] += float64(w.one[1] * left)
	traces[1][1] += by[0] - float64(2*g*of[1]) + float64(g*g*by[1]*by[1])
	traces[1][0] += by[1] - float64(2*g*of[2]) + float64(g*g*by[1]*by[2])
	traces[0][0] += by[2] - float64(2*g*of[3]) + float64(g*g*by[2]*by[2])
	traces[2][1] += float64(left * left * by[1])
	traces[2][0] += float64(left * left * by[2])
	traces[2][2] += float64(w.one[1] * w.one[1] * left * left)
}

// residualOf returns what the outcome has beyond the fit, in sums of rows.
func (c *components) residualOf(sums []float64) float64 { return sums[c.r] - dot(c.beta, sums) }

// addPair adds weight (x y' + y x')/2 to the lower triangle of out.
func addPair(out, x, y []float64, weight float64) {
	half := weight / 2
	for j := range x {
		for k := range j + 1 {
			out[j*len(x)+k] += float64(half * (float64(x[j]*y[k]) + float64(y[j]*x[k])))
		}
	}
}
