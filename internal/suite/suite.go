// Package suite holds what tests of several rooms share: which of them are to run,
// and how a file is compared with what the program makes. The environment says it,
// as go test ./... refuses a flag that one package lacks:
//
//	CASELOAD_LONG=1    run the long tests, too
//	CASELOAD_LONG=2    and with the full number of repetitions
//	CASELOAD_UPDATE=1  rewrite the files that tests compare
//	CASELOAD_CI=1      fail, and do not skip, where a program is missing
package suite

import (
	"flag"
	"os"
	"runtime/debug"
	"strconv"
	"testing"
)

// Tests make much garbage beside little that lives on: to collect it less often, which
// needs some more memory, saves a tenth of their time. A test of its own memory sets
// what it needs.
func init() { debug.SetGCPercent(400) }

// Long skips a test of the long suite unless that is run.
func Long(t testing.TB) {
	t.Helper()
	if !IsLong() {
		t.Skip("long; run with CASELOAD_LONG=1")
	}
}

// Full skips a test that takes an hour or so unless all repetitions are asked for.
func Full(t testing.TB) {
	t.Helper()
	if !IsFull() {
		t.Skip("very long; run with CASELOAD_LONG=2")
	}
}

// IsLong tells whether the long suite is run.
func IsLong() bool { return os.Getenv("CASELOAD_LONG") == "1" || IsFull() }

// IsFull tells whether the long suite is run with all repetitions.
func IsFull() bool { return os.Getenv("CASELOAD_LONG") == "2" }

// Update tells whether files are to be rewritten.
func Update() bool { return os.Getenv("CASELOAD_UPDATE") == "1" }

// Lacks skips a test that needs a program which is not here, and says why. Where
// everything has to be tested it fails instead.
func Lacks(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CASELOAD_CI") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// FewerChecks lets each property of a package be tried on so many random cases
// outside the long suite, where nothing else says how many. It is for a variable of
// the package, which is set before flags are read.
func FewerChecks(n int) bool {
	f := flag.Lookup("rapid.checks")
	if f == nil || IsLong() || os.Getenv("RAPID_CHECKS") != "" {
		return false
	}
	return f.Value.Set(strconv.Itoa(n)) == nil
}
