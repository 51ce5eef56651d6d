// Package build compiles the program that a page of "caseload explore" carries, with the
// Go toolchain and the source of this module.
package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"caseload/analysis"
	"caseload/explorer/page"
)

// BothWays ends the message of a program that can't make a page.
const BothWays = `either build caseload with the page's program in it, in the folder of its source:
  go generate ./explorer/page && go build -tags explorer -o . ./cmd/caseload
or run it in that folder, with Go installed, so that it can compile that program itself`

// flags make the program small: only where trials are simulated and analysed are functions
// inlined, which elsewhere makes it larger and no faster.
var flags = []string{"-tags=page", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l", "-gcflags=caseload/sim/...=", "-gcflags=caseload/analysis/estimate=",
	"-gcflags=math=", "-gcflags=math/bits="}

// Engine compiles the program: half a minute the first time, seconds later, from Go's cache.
// The error says what is missing, but not BothWays.
func Engine(ctx context.Context) (page.Engine, error) {
	compiler, err := exec.LookPath("go")
	if err != nil {
		return page.Engine{}, errors.New("there is no go on this machine's path")
	}
	source, err := source(ctx, compiler)
	if err != nil {
		return page.Engine{}, err
	}
	place, err := os.MkdirTemp("", "caseload-engine-")
	if err != nil {
		return page.Engine{}, err
	}
	defer os.RemoveAll(place) // what is left is the system's to tidy
	out := filepath.Join(place, "engine.wasm")
	c := exec.CommandContext(ctx, compiler, append(append([]string{"build", "-o", out}, flags...), "./explorer/engine")...)
	c.Dir = source
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOWASM=")
	if text, err := c.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return page.Engine{}, context.Cause(ctx)
		}
		return page.Engine{}, fmt.Errorf("go build ./explorer/engine: %w\n%s", err, bytes.TrimSpace(text))
	}
	program, err := os.ReadFile(out)
	if err != nil {
		return page.Engine{}, err
	}
	packed, err := page.Pack(program)
	if err != nil {
		return page.Engine{}, err
	}
	script, err := starter(ctx, compiler)
	return page.Engine{Wasm: packed, Script: script}, err
}

// starter reads the script of the toolchain that starts its programs in browsers.
func starter(ctx context.Context, compiler string) ([]byte, error) {
	root, err := exec.CommandContext(ctx, compiler, "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("the Go installation has no script for browsers: %w", err)
	}
	return script, nil
}

// source finds the module's source: where the program is run, or where it was compiled.
func source(ctx context.Context, compiler string) (string, error) {
	_, here, _, _ := runtime.Caller(0)
	for _, dir := range []string{".", filepath.Dir(here)} {
		c := exec.CommandContext(ctx, compiler, "list", "-m", "-f", "{{.Path}}\t{{.Dir}}")
		c.Dir = dir
		text, err := c.Output()
		path, found, ok := strings.Cut(strings.TrimSpace(string(text)), "\t")
		if err == nil && ok && path == "caseload" {
			return found, sameModel(found)
		}
	}
	return "", errors.New("this is not the folder of caseload's source, nor is the one there in which this program was compiled")
}

var versionLine = regexp.MustCompile(`(?m)^const ModelVersion = (\d+)$`)

// sameModel refuses a source whose numbers are not those of this program.
func sameModel(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "analysis", "version.go"))
	if err != nil {
		return err
	}
	if m := versionLine.FindSubmatch(text); m == nil || string(m[1]) != strconv.Itoa(analysis.ModelVersion) {
		return fmt.Errorf("the source in %s gives other numbers than this program, whose model has version %d", dir, analysis.ModelVersion)
	}
	return nil
}
