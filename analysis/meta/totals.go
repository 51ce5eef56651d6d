package meta

// totals are sums over studies for one variance between them: sum[a][b] is that of
// w^(a+1) y^b, with w = 1/(v + tau2). All that a mean effect, its tests and the slopes of
// likelihoods need is made of them. Studies are added and taken off in constant time.
type totals struct {
	k   float64
	sum [3][3]float64
}

// add adds a study, sign times.
func (t *totals) add(y, v, tau2, sign float64) {
	t.k += sign
	w := 1 / (v + tau2)
	power := sign * w
	for a := range t.sum {
		first := float64(power * y)
		t.sum[a][0] += power
		t.sum[a][1] += first
		t.sum[a][2] += float64(first * y)
		power *= w
	}
}

func (t *totals) mean() float64 { return t.sum[0][1] / t.sum[0][0] }

// rss returns the weighted sum of squared residuals; exact tells that it is not the
// difference of nearly equal numbers.
func (t *totals) rss() (rss float64, exact bool) {
	rss = t.sum[0][2] - float64(t.mean()*t.sum[0][1])
	return rss, rss > 1e-4*t.sum[0][2]
}

// residual returns the sum of w^(a+1) (y - mean)^2.
func (t *totals) residual(a int) float64 {
	s, mean := &t.sum[a], t.mean()
	return s[2] - float64(2*mean*s[1]) + float64(mean*mean*s[0])
}

// trace returns that of P.
func (t *totals) trace() float64 { return t.sum[0][0] - t.sum[1][0]/t.sum[0][0] }

// slopes returns the first derivative of the likelihood by tau2, and minus the second.
func (t *totals) slopes(restricted bool) (score, information float64) {
	all := t.sum[0][0]
	pull := t.sum[1][1] - float64(t.mean()*t.sum[1][0])
	cubes := t.residual(2) - float64(pull*pull/all)
	if !restricted {
		return (t.residual(1) - all) / 2, cubes - float64(t.sum[1][0]/2)
	}
	share := t.sum[1][0] / all
	twice := t.sum[1][0] - float64(2*t.sum[2][0]/all) + float64(share*share)
	return (t.residual(1) - t.trace()) / 2, cubes - float64(twice/2)
}

// nodes is how many points of Chebyshev's stand between two of a grid. Sums of powers of
// 1/(v + tau2) have their poles nine half-widths away from the middle of an interval whose
// ends differ by gridRatio in v + tau2, so that the error of interpolation falls by a
// factor of 9 + sqrt(80) a node: to 1e-16 with 13.
const nodes = 13

// chebyshev are the nodes in [-1, 1], cos((2j+1) pi/26), and their weights in the barycentric
// formula, the sines with alternating signs (Berrut & Trefethen 2004, SIAM Rev 46:501).
var chebyshev = [nodes]struct{ at, weight float64 }{
	{0.992708874098054, 0.12053668025532305},
	{0.9350162426854148, -0.3546048870425356},
	{0.8229838658936564, 0.5680647467311558},
	{0.6631226582407953, -0.7485107481711011},
	{0.4647231720437686, 0.8854560256532099},
	{0.23931566428755804, -0.970941817426052},
	{0.0, 1.0},
	{-0.2393156642875575, -0.9709418174260521},
	{-0.4647231720437685, 0.8854560256532099},
	{-0.663122658240795, -0.7485107481711013},
	{-0.8229838658936564, 0.5680647467311558},
	{-0.9350162426854147, -0.35460488704253584},
	{-0.992708874098054, 0.12053668025532308},
}

// curve gives totals at any tau2 up to the end of a grid: those of the grid's points and of
// nodes between them are kept, all others interpolated.
type curve struct {
	grid   []float64
	points []totals // at the grid's points, each but the last with the nodes above it
	places []float64
}

func (c *curve) reset(grid []float64) {
	c.grid, c.places = grid, c.places[:0]
	for j, low := range grid {
		if c.places = append(c.places, low); j+1 == len(grid) {
			break
		}
		middle, half := float64((low+grid[j+1])/2), float64((grid[j+1]-low)/2)
		for _, node := range &chebyshev {
			c.places = append(c.places, middle+float64(half*node.at))
		}
	}
	if cap(c.points) < len(c.places) {
		c.points = make([]totals, len(c.places))
	}
	c.points = c.points[:len(c.places)]
	clear(c.points)
}

func (c *curve) add(y, v float64) {
	for j := range c.points {
		c.points[j].add(y, v, c.places[j], 1)
	}
}

// at returns the totals at a tau2 between the ends of the grid.
func (c *curve) at(tau2 float64) totals {
	low, high := 0, len(c.grid)-1 // the grid is entered below high
	for low < high {
		if middle := (low + high + 1) / 2; c.grid[middle] <= tau2 {
			low = middle
		} else {
			high = middle - 1
		}
	}
	first := low * (nodes + 1)
	if c.grid[low] == tau2 {
		return c.points[first]
	}
	out := totals{k: c.points[first].k}
	below := 0.0
	for j := range nodes {
		away := tau2 - c.places[first+1+j]
		point := &c.points[first+1+j]
		if away == 0 {
			return *point
		}
		weight := chebyshev[j].weight / away
		below += weight
		for a := range out.sum {
			for b := range out.sum[a] {
				out.sum[a][b] += float64(weight * point.sum[a][b])
			}
		}
	}
	for a := range out.sum {
		for b := range out.sum[a] {
			out.sum[a][b] /= below
		}
	}
	return out
}
