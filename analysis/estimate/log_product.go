package estimate

import "caseload/sim/portable"

// logProduct adds up logarithms of positive numbers as that of their product,
// which takes one logarithm for some dozens of them.
type logProduct struct {
	product float64 // of those since sum was added to; 0 for none
	sum     float64
}

// Numbers within these are multiplied; the products of two don't overflow.
const leastFactor, mostFactor = 1e-140, 1e140

// times adds the logarithm of x.
func (l *logProduct) times(x float64) {
	if next := l.product * x; next > leastFactor && next < mostFactor {
		l.product = next
		return
	}
	l.renew(x)
}

// timesAll adds the logarithms of some numbers.
func (l *logProduct) timesAll(x []float64) {
	product := l.product
	for _, v := range x {
		if next := product * v; next > leastFactor && next < mostFactor {
			product = next
			continue
		}
		l.product = product
		l.renew(v)
		product = l.product
	}
	l.product = product
}

// renew starts another product with x.
func (l *logProduct) renew(x float64) {
	if l.product != 0 {
		l.sum += portable.Log(l.product)
	}
	l.product = 1
	if x > leastFactor && x < mostFactor {
		l.product = x
		return
	}
	l.sum += portable.Log(x)
}

// total returns the sum of the logarithms.
func (l *logProduct) total() float64 {
	if l.product == 0 {
		return l.sum
	}
	return l.sum + portable.Log(l.product)
}
