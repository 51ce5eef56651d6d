//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// alone gives the program a process group of its own, so that Ctrl-C does not reach it
// and that what it starts ends with it.
func alone(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// confine is for systems without process groups.
func confine(*exec.Cmd) {}

// killGroup ends the program and its process group.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
