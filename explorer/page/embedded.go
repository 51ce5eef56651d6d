//go:build explorer

package page

import _ "embed"

// What go generate ./explorer/page has made.
var (
	//go:embed blob/engine.wasm.gz
	packed []byte
	//go:embed blob/wasm_exec.js
	script []byte
)

// Embedded returns the program for browsers that this binary carries.
func Embedded() (Engine, bool) { return Engine{Wasm: packed, Script: script}, true }
