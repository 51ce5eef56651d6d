package stream

// The exponential is drawn by a ziggurat of 256 layers of equal area
// (Marsaglia & Tsang 2000, J Stat Softw 5(8)). Its tables are computed from
// this package's own Log and Exp, so that they are the same on every
// architecture.

const (
	layers = 256
	tail   = 7.69711747013104972      // where the lowest layer's rectangle ends
	area   = 0.0039496598225815571993 // of each layer
)

var (
	edgeX [layers + 1]float64 // right edge of each layer, the widest first
	edgeY [layers + 1]float64 // density there
)

func init() {
	edgeX[0] = float64(area * Exp(tail)) // a rectangle as wide as the lowest layer with its tail
	edgeX[1] = tail
	for i := 2; i < layers; i++ {
		edgeX[i] = -Log(area/edgeX[i-1] + Exp(-edgeX[i-1]))
	}
	for i := range edgeY {
		edgeY[i] = Exp(-edgeX[i])
	}
}

// Exp returns a unit exponential: one threshold of a process's clock.
func (r *Stream) Exp() float64 {
	u := r.Uint64()
	i := u & (layers - 1)
	x := float64(float64(int64(u>>11)) * 0x1p-53 * edgeX[i])
	if x < edgeX[i+1] {
		return x
	}
	return r.expSlow(i, x)
}

// expSlow decides the one draw in ninety that falls outside its layer's core.
func (r *Stream) expSlow(i uint64, x float64) float64 {
	for {
		if i == 0 {
			return tail - Log(r.Uniform()) // memoryless beyond the tail's start
		}
		if edgeY[i]+float64((edgeY[i+1]-edgeY[i])*r.Uniform()) < Exp(-x) {
			return x
		}
		u := r.Uint64()
		i = u & (layers - 1)
		x = float64(float64(int64(u>>11)) * 0x1p-53 * edgeX[i])
		if x < edgeX[i+1] {
			return x
		}
	}
}
