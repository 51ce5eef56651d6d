package stream

import (
	"math"

	"caseload/sim/portable"
)

// Exponentials and normals are drawn by ziggurats of 256 layers of equal area
// (Marsaglia & Tsang 2000, J Stat Softw 5(8)). Their tables are computed by
// functions that give the same bits everywhere.

const (
	layers = 256

	expTail = 7.69711747013104972      // where the lowest layer's rectangle ends
	expArea = 0.0039496598225815571993 // of each layer

	normalTail = 3.6541528853610087963519472518
	normalArea = 0.0049286732339746519
)

// ziggurat holds the layers of a density that decreases from 1 at 0, the widest
// first.
type ziggurat struct {
	x     [layers + 1]float64 // right edge of each layer
	y     [layers + 1]float64 // density there
	width [layers + 1]float64 // x over 2^53, by which a whole number of 53 bits becomes a place in the layer
}

var (
	exponential = newZiggurat(expTail, expArea, expDensity, func(y float64) float64 { return -portable.Log(y) })
	normal      = newZiggurat(normalTail, normalArea, normalDensity, func(y float64) float64 { return math.Sqrt(-2 * portable.Log(y)) })
)

// expDensity returns the density of a unit exponential.
func expDensity(x float64) float64 { return portable.Exp(-x) }

// normalDensity returns that of a standard normal over its height at 0.
func normalDensity(x float64) float64 { return portable.Exp(-0.5 * float64(x*x)) }

func newZiggurat(tail, area float64, density, inverse func(float64) float64) (z ziggurat) {
	z.x[0] = area / density(tail) // a rectangle as wide as the lowest layer with its tail
	z.x[1] = tail
	for i := 2; i < layers; i++ {
		z.x[i] = inverse(area/z.x[i-1] + density(z.x[i-1]))
	}
	for i := range z.y {
		z.y[i], z.width[i] = density(z.x[i]), z.x[i]*0x1p-53
	}
	return z
}

// below reports whether a height drawn within layer i is below the density.
func (z *ziggurat) below(i uint64, u, density float64) bool {
	return z.y[i]+float64((z.y[i+1]-z.y[i])*u) < density
}

// Exp returns a unit exponential: one threshold of a process's clock.
func (r *Stream) Exp() float64 {
	u := r.Uint64()
	i := u & (layers - 1)
	x := float64(float64(int64(u>>11)) * exponential.width[i])
	if x < exponential.x[i+1] {
		return x
	}
	return r.expSlow(i, x)
}

// expSlow decides the one draw in ninety that falls outside its layer's core.
func (r *Stream) expSlow(i uint64, x float64) float64 {
	for {
		if i == 0 {
			return expTail - portable.Log(r.Uniform()) // memoryless beyond the tail's start
		}
		if exponential.below(i, r.Uniform(), expDensity(x)) {
			return x
		}
		u := r.Uint64()
		i = u & (layers - 1)
		x = float64(float64(int64(u>>11)) * exponential.width[i])
		if x < exponential.x[i+1] {
			return x
		}
	}
}

// Normal returns a standard normal.
func (r *Stream) Normal() float64 {
	u := r.Uint64()
	i := u & (layers - 1)
	x := float64(float64(int64(u)>>11) * 2 * normal.width[i]) // its sign is that of u
	if math.Abs(x) < normal.x[i+1] {
		return x
	}
	return r.normalSlow(i, x)
}

// normalSlow decides the one draw in a hundred that falls outside its layer's
// core.
func (r *Stream) normalSlow(i uint64, x float64) float64 {
	for {
		if i == 0 {
			return math.Copysign(r.normalBeyond(), x)
		}
		if normal.below(i, r.Uniform(), normalDensity(x)) {
			return x
		}
		u := r.Uint64()
		i = u & (layers - 1)
		x = float64(float64(int64(u)>>11) * 2 * normal.width[i])
		if math.Abs(x) < normal.x[i+1] {
			return x
		}
	}
}

// normalBeyond returns a normal known to be beyond the tail's start (Marsaglia
// 1964, Technometrics 6:101).
func (r *Stream) normalBeyond() float64 {
	for {
		x := -portable.Log(r.Uniform()) / normalTail
		if y := -portable.Log(r.Uniform()); 2*y > float64(x*x) {
			return normalTail + x
		}
	}
}
