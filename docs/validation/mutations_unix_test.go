//go:build unix

package validation_test

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used of a core.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
