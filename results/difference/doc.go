// Package difference shows what two scenarios assume differently, and what their
// trials find differently.
package difference
