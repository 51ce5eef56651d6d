package explain

import (
	"math"
	"math/bits"

	"caseload/sim/portable"
	"caseload/sim/stream"
)

// exactFactors is the most factors whose orders are all taken.
const exactFactors = 10

// pairs is how many orders are drawn, each with its reverse, where there are too
// many to take all.
const pairs = 50

// orders returns the orders of n factors over which Shapley values are taken: nil
// for all of them. Each is followed by its reverse, which makes up for much of
// what it has by chance (antithetic sampling; Mitchell et al. 2022, J Mach Learn
// Res 23:43).
func orders(n int, seed int64) [][]int {
	if n <= exactFactors {
		return nil
	}
	key := stream.NewKey(uint64(seed), 0).Entity(entityOrders, 0)
	sampler := stream.NewSampler()
	sampler.Use(key.Stream(stream.NewPurpose("orders")))
	var list [][]int
	for range pairs {
		order, reverse := make([]int, n), make([]int, n)
		for k := range order {
			order[k] = k
		}
		sampler.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		for k := range order {
			reverse[n-1-k] = order[k]
		}
		list = append(list, order, reverse)
	}
	return list
}

// entityOrders is apart from the entities of a trial.
const entityOrders = 201

// setsOf returns the sets of real factors that an explanation of n factors needs:
// those along the orders, or all; and those that differ from ideal and from real
// in one factor.
func setsOf(n int, orders [][]int) []mask {
	full := mask(1)<<n - 1
	var sets []mask
	if orders == nil {
		for s := mask(0); s <= full; s++ {
			sets = append(sets, s)
		}
		return sets
	}
	sets = append(sets, 0, full)
	causal := mask(0)
	for k := range n {
		causal |= 1 << k
		sets = append(sets, 1<<k, full&^(1<<k), causal)
	}
	for _, order := range orders {
		s := mask(0)
		for _, k := range order {
			s |= 1 << k
			sets = append(sets, s)
		}
	}
	return sets
}

// shapley returns the Shapley value of factor k of n: the mean, over all orders in
// which factors become real, of what v changes by when k does (Shapley 1953; as
// a decomposition, Shorrocks 2013, J Econ Inequal 11:99).
func shapley(n, k int, v func(mask) float64) float64 {
	weight := make([]float64, n) // of sets by size: those before k in one order of n
	for size := range weight {
		weight[size] = portable.Exp(lnFactorial(size) + lnFactorial(n-size-1) - lnFactorial(n))
	}
	sum := 0.0
	for s := mask(0); s < 1<<n; s++ {
		if s>>k&1 == 0 {
			sum += float64(weight[bits.OnesCount32(uint32(s))] * (v(s|1<<k) - v(s)))
		}
	}
	return sum
}

func lnFactorial(n int) float64 {
	return portable.LogGamma(float64(n + 1))
}

// sampled returns the mean of what v changes by when factor k becomes real in the
// orders drawn, and the standard error of that for the mean over all orders: from
// the spread of pairs, an order and its reverse.
func sampled(orders [][]int, k int, v func(mask) float64) (mean, se float64) {
	x := make([]float64, 0, len(orders)/2)
	for p := 0; p < len(orders); p += 2 {
		x = append(x, (change(orders[p], k, v)+change(orders[p+1], k, v))/2)
	}
	n := float64(len(x))
	for _, y := range x {
		mean += y / n
	}
	ss := 0.0
	for _, y := range x {
		ss += float64((y - mean) * (y - mean))
	}
	return mean, math.Sqrt(ss / (n - 1) / n)
}

// change returns what v changes by when factor k becomes real in the order.
func change(order []int, k int, v func(mask) float64) float64 {
	s := mask(0)
	for _, j := range order {
		if j == k {
			return v(s|1<<j) - v(s)
		}
		s |= 1 << j
	}
	panic("a factor is missing from an order")
}
