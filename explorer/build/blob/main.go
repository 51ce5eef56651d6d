// Blob compiles the program for browsers into a folder, from where a binary built with the
// tag explorer takes it:
//
//	go generate ./explorer/page && go build -tags explorer ./cmd/caseload
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"caseload/explorer/build"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "blob:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("got %d arguments, want one: the folder", len(args))
	}
	engine, err := build.Engine(context.Background())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	for name, data := range map[string][]byte{"engine.wasm.gz": engine.Wasm, "wasm_exec.js": engine.Script} {
		if err := os.WriteFile(filepath.Join(args[0], name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
