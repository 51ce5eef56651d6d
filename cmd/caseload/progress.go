package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// progress shows how far a run is: a moving bar on a terminal, a plain line
// now and then elsewhere, nothing for work of a second.
type progress struct {
	w        io.Writer
	terminal bool
	began    time.Time
	found    int64 // done before it began
	done     atomic.Int64
	want     atomic.Int64
	thing    string // of which they are so many

	stop chan struct{}
	idle sync.WaitGroup

	saidAt   time.Time // of the last plain line
	saidDone int64
	drawn    bool // a bar is on the screen
}

const (
	patience  = time.Second            // before anything is shown
	barEvery  = 100 * time.Millisecond // on a terminal
	lineEvery = 30 * time.Second       // elsewhere, or every tenth
	lineGap   = 5 * time.Second        // but not more often
)

// withProgress does work and shows how far it is, in things of which so many were
// done before.
func withProgress[R any](e *env, f *flags, thing string, found int, work func(update func(done, want int)) (R, error)) (R, error) {
	p := newProgress(e.stderr, f.quiet, found)
	p.thing = thing
	defer p.finish()
	return work(p.update)
}

// newProgress starts showing progress on w. So many replicates were done
// before. Quiet shows nothing.
func newProgress(w io.Writer, quiet bool, found int) *progress {
	p := &progress{w: w, began: time.Now(), found: int64(found), saidDone: int64(found), thing: "replicates", stop: make(chan struct{})}
	if file, ok := w.(*os.File); ok {
		p.terminal = term.IsTerminal(int(file.Fd()))
	}
	p.saidAt = p.began
	if !quiet {
		p.idle.Go(p.watch)
	}
	return p
}

// update notes how much is done. It is called by workers and only notes.
func (p *progress) update(done, want int) {
	if d := int64(done); d > p.done.Load() {
		p.done.Store(d)
	}
	p.want.Store(int64(want))
}

func (p *progress) watch() {
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case now := <-tick.C:
			p.show(now)
		}
	}
}

// show draws the bar or, if it is time for one, a line.
func (p *progress) show(now time.Time) {
	done, want := p.done.Load(), p.want.Load()
	if now.Sub(p.began) < patience || done <= p.found || want == 0 {
		return
	}
	text := p.status(done, want, now.Sub(p.began))
	if p.terminal {
		p.drawn = true
		p.print("\r" + bar(done, want) + " " + text + "\x1b[K")
		return
	}
	since := now.Sub(p.saidAt)
	if since >= lineEvery || since >= lineGap && (done-p.saidDone)*10 >= want {
		p.saidAt, p.saidDone = now, done
		p.print(text + "\n")
	}
}

// print writes progress; if that fails there is nobody to tell.
func (p *progress) print(text string) { _, _ = io.WriteString(p.w, text) }

// finish stops and wipes the bar.
func (p *progress) finish() {
	close(p.stop)
	p.idle.Wait()
	if p.drawn {
		p.print("\r\x1b[K")
	}
}

// status is how far the work is, what was found done, how fast the rest goes,
// and how long it still takes.
func (p *progress) status(done, want int64, took time.Duration) string {
	rate := float64(done-p.found) / took.Seconds()
	left := time.Duration(float64(want-done) / rate * float64(time.Second))
	before := ""
	if p.found > 0 {
		before = fmt.Sprintf(" (%d found)", p.found)
	}
	return fmt.Sprintf("%d of %d %s%s, %.0f a second, %s left", done, want, p.thing, before, rate, inWords(left))
}

// inWords is a duration to its largest unit that matters.
func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()+0.5))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// bar is a bar of 20 characters.
func bar(done, want int64) string {
	const width = 20
	full := int(done * width / max(want, 1))
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", width-full) + "]"
}
