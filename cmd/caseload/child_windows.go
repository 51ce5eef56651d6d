package main

import (
	"os/exec"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// alone does nothing: Windows has job objects instead of process groups.
func alone(*exec.Cmd) {}

// jobs are the job objects of programs, by process.
var jobs sync.Map

// confine puts the program into a job object, which ends it and what it starts with the
// handle: when that is closed, or this program ends, however it does.
func confine(cmd *exec.Cmd) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return // it is then ended by itself alone
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE}}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	var process windows.Handle
	if err == nil {
		process, err = windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	}
	if err == nil {
		err = windows.AssignProcessToJobObject(job, process)
		_ = windows.CloseHandle(process)
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return
	}
	jobs.Store(cmd, job)
}

// killGroup ends the program and what it has started.
func killGroup(cmd *exec.Cmd) {
	if job, there := jobs.LoadAndDelete(cmd); there {
		_ = windows.CloseHandle(job.(windows.Handle))
	}
	_ = cmd.Process.Kill()
}
