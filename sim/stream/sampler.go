package stream

import (
	//lint:ignore SA1019 asked for by the project's users; pinned, and imported in this one file
	"golang.org/x/exp/rand"
)

// A Sampler draws normals, and shuffles by the x/exp Rand, from one Stream after
// another. It exists once a worker, so that changing the
// stream allocates nothing.
type Sampler struct {
	src Stream
	rnd *rand.Rand
}

// NewSampler makes a sampler; call Use before drawing.
func NewSampler() *Sampler {
	s := &Sampler{}
	s.rnd = rand.New(&s.src)
	return s
}

// Use makes the sampler draw from r, a copy of it.
func (s *Sampler) Use(r Stream) { s.src = r }

// Stream returns the current stream with what has been drawn from it so far.
func (s *Sampler) Stream() Stream { return s.src }

// Normal returns a standard normal.
func (s *Sampler) Normal() float64 { return s.src.Normal() }

// Shuffle permutes n elements by swap, all orders alike.
func (s *Sampler) Shuffle(n int, swap func(i, j int)) { s.rnd.Shuffle(n, swap) }
