//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignals ask the program to stop: Ctrl-C, what systems and schedulers send before
// they kill, and what Slurm can be told to send some time before (--signal=B:USR1@60).
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGUSR1}
