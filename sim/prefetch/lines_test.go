package prefetch

import (
	"slices"
	"testing"
	"unsafe"
)

// What is asked for stays as it is, and what is not there may be asked for.
func TestLinesChangeNothing(t *testing.T) {
	words := make([]uint64, 1000)
	for i := range words {
		words[i] = uint64(i)
	}
	before := slices.Clone(words)
	Lines(unsafe.Pointer(&words[0]), len(words)*8/LineBytes)
	Lines(unsafe.Pointer(&words[len(words)-1]), 4) // three of them beyond the end
	Lines(nil, 1)
	if !slices.Equal(words, before) {
		t.Error("the memory has changed")
	}
}
