//go:build !unix && !windows

package main

import "os/exec"

// alone is for systems with process groups.
func alone(*exec.Cmd) {}

// confine is for systems with job objects.
func confine(*exec.Cmd) {}

// killGroup ends the program.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
