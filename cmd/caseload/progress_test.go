package main

import (
	"bytes"
	"testing"
	"time"
)

func TestProgressIsSilentForShortWork(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, true, 0)
	p.update(90, 100)
	p.show(p.began.Add(900 * time.Millisecond))
	p.finish()
	if out.Len() > 0 {
		t.Errorf("printed %q within a second", out.String())
	}
}

func TestProgressLinesWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, true, 0)
	for _, step := range []struct {
		seconds, done int
		want          string
	}{
		{2, 10, ""},
		{5, 50, ""}, // not a tenth yet
		{6, 120, "120 of 1000 replicates, 20 a second, 44 s left\n"},
		{9, 300, ""}, // a tenth, but too soon after the last
		{12, 310, "310 of 1000 replicates, 26 a second, 27 s left\n"},
		{30, 320, ""},
		{42, 330, "330 of 1000 replicates, 8 a second, 1 min left\n"}, // half a minute since the last
	} {
		out.Reset()
		p.update(step.done, 1000)
		p.show(p.began.Add(time.Duration(step.seconds) * time.Second))
		if out.String() != step.want {
			t.Errorf("after %d s: %q, want %q", step.seconds, out.String(), step.want)
		}
	}
	p.finish()
}

func TestProgressBarIsWiped(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, true, 0)
	p.terminal = true
	p.update(500, 1000)
	p.show(p.began.Add(2 * time.Second))
	p.finish()
	const want = "\r[##########..........] 500 of 1000 replicates, 250 a second, 2 s left\x1b[K\r\x1b[K"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
