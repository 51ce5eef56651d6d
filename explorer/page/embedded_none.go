//go:build !explorer

package page

//go:generate go run ../build/blob blob

// Embedded returns the program for browsers that this binary carries: none, unless it was
// built with the tag explorer after go generate.
func Embedded() (Engine, bool) { return Engine{}, false }
