package replicate

import "sync/atomic"

// placesInChunk is how many places are made at once.
const placesInChunk = 1024

// Places holds what each replicate of a range from 0 on leaves. Memory grows with the
// replicates that are run, and not with those that are wanted. Several goroutines may
// use it, each its own places.
type Places[T any] struct {
	chunks []atomic.Pointer[[placesInChunk]T]
}

// NewPlaces makes places for n replicates.
func NewPlaces[T any](n int) *Places[T] {
	return &Places[T]{make([]atomic.Pointer[[placesInChunk]T], (n+placesInChunk-1)/placesInChunk)}
}

// At returns the place of replicate r.
func (p *Places[T]) At(r int) *T {
	at := &p.chunks[r/placesInChunk]
	if at.Load() == nil {
		at.CompareAndSwap(nil, new([placesInChunk]T))
	}
	return &at.Load()[r%placesInChunk]
}

// First returns what the first n replicates have left.
func (p *Places[T]) First(n int) []T {
	all := make([]T, 0, n)
	for r := 0; r < n; r += placesInChunk {
		p.At(r)
		all = append(all, p.chunks[r/placesInChunk].Load()[:min(placesInChunk, n-r)]...)
	}
	return all
}
