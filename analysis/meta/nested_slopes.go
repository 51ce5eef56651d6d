package meta

// traces are p x p sums from which the traces of products of P, with the indicators Z of
// clusters, follow: P is W - KMK' with K = WX and M the inverse of X'WX.
type traces struct {
	kk, kwk  []float64 // K'K, K'WK
	gg, agg  []float64 // G'G with G = Z'K, and G' Z'WZ G
	gwk      []float64 // G' Z'WK
	kd, a, b []float64
}

func (t *traces) resize(p int) {
	for _, s := range []*[]float64{&t.kk, &t.kwk, &t.gg, &t.agg, &t.gwk} {
		*s = resize(*s, p*p)
	}
	t.kd, t.a, t.b = resize(t.kd, p), resize(t.a, p), resize(t.b, p)
}

// addOuter adds by times xy' to a p x p matrix.
func addOuter(out []float64, by float64, x, y []float64) {
	p := len(x)
	for j, a := range x {
		for l, b := range y {
			out[j*p+l] += float64(by * a * b)
		}
	}
}

// fill sums over the clusters of a fitted model.
func (t *traces) fill(n *nested) {
	p := n.m.p
	for _, s := range [][]float64{t.kk, t.kwk, t.gg, t.agg, t.gwk} {
		clear(s)
	}
	for c, members := range n.members[:n.clusters] {
		share, left := n.common(c)
		clear(t.kd)
		for _, i := range members {
			k := n.wx[i*p : (i+1)*p]
			addOuter(t.kk, 1, k, k)
			addOuter(t.kwk, 1/n.total[i], k, k)
			for l, x := range k {
				t.kd[l] += x / n.total[i]
			}
		}
		g := n.pulls[c*p : (c+1)*p]
		addOuter(t.kwk, -share, t.kd, t.kd)
		addOuter(t.gg, 1, g, g)
		addOuter(t.agg, n.sums[c]*left, g, g)
		addOuter(t.gwk, left, g, t.kd)
	}
}

// traceOfTwo returns the trace of MAMB, with M and B symmetric.
func traceOfTwo(m, a, b []float64, p int) float64 {
	sum := 0.0
	for j := range p {
		for l := range p {
			first, second := 0.0, 0.0
			for h := range p {
				first += float64(m[j*p+h] * a[h*p+l])
				second += float64(m[l*p+h] * b[h*p+j])
			}
			sum += float64(first * second)
		}
	}
	return sum
}

// slopes returns the derivatives where the model was fitted last (Harville 1977). The
// variance is D + between ZZ', so that they are made of traces of P, Z'PZ and products of
// them.
func (n *nested) slopes(restricted bool) slopes2 {
	var s slopes2
	traceZ, trace := 0.0, 0.0
	for c, members := range n.members[:n.clusters] {
		share, left := n.common(c)
		second, third := 0.0, 0.0 // sums of 1/D^2 and 1/D^3
		for _, i := range members {
			square := 1 / (n.total[i] * n.total[i])
			second, third = second+square, third+square/n.total[i]
		}
		own := float64(n.sums[c] * left)
		traceZ, trace = traceZ+own, trace+n.sums[c]-float64(share*second)
		s.expected[0] += float64(own * own)
		s.expected[1] += float64(left * left * second)
		shared := float64(share * second)
		s.expected[2] += second - float64(2*share*third) + float64(shared*shared)
	}
	if restricted {
		t, m, p := &n.squares, n.inverse, n.m.p
		t.fill(n)
		traceZ, trace = traceZ-dot(m, t.gg), trace-dot(m, t.kk)
		s.expected[0] += traceOfTwo(m, t.gg, t.gg, p) - float64(2*dot(m, t.agg))
		s.expected[1] += traceOfTwo(m, t.kk, t.gg, p) - float64(2*dot(m, t.gwk))
		s.expected[2] += traceOfTwo(m, t.kk, t.kk, p) - float64(2*dot(m, t.kwk))
	}
	for r := range s.expected {
		s.expected[r] /= 2
		s.observed[r] = -s.expected[r]
	}
	s.score = [2]float64{-traceZ / 2, -trace / 2}
	n.addForms(&s)
	return s
}

// addForms adds the quadratic forms: with r = Py and q = ZZ'r they are q'r and r'r in the
// score, q'Pq, q'Pr and r'Pr in the observed information.
func (n *nested) addForms(s *slopes2) {
	p := n.m.p
	kq, kr := n.squares.a, n.squares.b // K'q, K'r
	clear(kq)
	clear(kr)
	for c, members := range n.members[:n.clusters] {
		share, left := n.common(c)
		shared := float64(share * n.over(n.e, c))
		sum := 0.0
		for _, i := range members {
			r := (n.e[i] - shared) / n.total[i]
			n.py[i] = r
			sum += r
			s.score[1] += float64(r * r / 2)
			for l := range p {
				kr[l] += float64(n.wx[i*p+l] * r)
			}
		}
		s.score[0] += float64(sum * sum / 2)
		s.observed[0] += float64(sum * sum * n.sums[c] * left)
		s.observed[1] += float64(sum * left * n.over(n.py, c))
		for l := range p {
			kq[l] += float64(sum * n.pulls[c*p+l])
		}
	}
	s.observed[2] += n.form(n.py)
	for j := range p {
		for l := range p {
			s.observed[0] -= float64(kq[j] * n.inverse[j*p+l] * kq[l])
			s.observed[1] -= float64(kq[j] * n.inverse[j*p+l] * kr[l])
			s.observed[2] -= float64(kr[j] * n.inverse[j*p+l] * kr[l])
		}
	}
}
