package main

import (
	"context"
	"os"
	"os/signal"
)

// untilStopped is a context that is done when somebody asks the program to stop: at
// Ctrl-C, or at a signal by which systems and schedulers ask. What is finished by then
// is shown and kept.
//
// A second Ctrl-C ends the program at once. A second signal of another kind does not:
// a scheduler may send a warning, and later SIGTERM while files are being written.
func untilStopped() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, stopSignals...)
	go func() {
		<-asked
		signal.Reset(os.Interrupt)
		cancel()
	}()
	return ctx
}
