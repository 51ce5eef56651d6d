//go:build amd64 || arm64

// Package prefetch tells the processor which memory will be read soon, so that it is in the
// cache by then. Go has no words for that, so that it takes an instruction in assembly.
package prefetch

import "unsafe"

// LineBytes is the size of a cache line.
const LineBytes = 64

// Lines asks for n cache lines, at least one, from p on. It reads nothing, waits for nothing and
// changes nothing; p may be any address.
//
//go:noescape
func Lines(p unsafe.Pointer, n int)
