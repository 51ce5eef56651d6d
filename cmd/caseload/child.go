package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// request is what an analysis is asked of a block of trials: one line on its standard input.
type request struct {
	Block  int    `json:"block"`
	First  int    `json:"first"` // replicate
	Count  int    `json:"count"` // of replicates
	Seed   int64  `json:"seed"`
	Data   string `json:"data"`   // folder with clients and visits
	Answer string `json:"answer"` // file to be written
}

// reply is the line that it answers.
type reply struct {
	Block int    `json:"block"`
	OK    bool   `json:"ok"`
	Error string `json:"error"`
}

// oneThread keeps linear algebra and data.table on one thread: workers share the cores
// already, and sums must not depend on how many there are.
var oneThread = []string{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "BLIS_NUM_THREADS=1",
	"VECLIB_MAXIMUM_THREADS=1", "NUMEXPR_NUM_THREADS=1", "R_DATATABLE_NUM_THREADS=1"}

// child is a program that analyses blocks, one after the other.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	replies chan reply // closed when it has ended
	log     *tail
	closes  io.Closer // with the program; may be nil
	gone    bool      // and what it has started, too
	ended   chan struct{}
}

// startChild starts a program in a process group of its own. What it prints besides
// replies goes to the log.
func startChild(args []string, log *tail) (*child, error) {
	c := &child{cmd: exec.Command(args[0], args[1:]...), replies: make(chan reply, 1), log: log, ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), oneThread...)
	c.cmd.Stderr = log
	alone(c.cmd)
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		c.in, err = c.cmd.StdinPipe()
	}
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	confine(c.cmd)
	go c.listen(out)
	return c, nil
}

// listen takes replies off what the program prints until it ends.
func (c *child) listen(out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		var r reply
		if text := strings.TrimSpace(line); strings.HasPrefix(text, "{") && strings.Contains(text, `"block"`) && json.Unmarshal([]byte(text), &r) == nil {
			select {
			case c.replies <- r:
			default:
				_, _ = c.log.Write([]byte("a reply to nothing: " + line))
			}
		} else if line != "" {
			_, _ = c.log.Write([]byte(line))
		}
		if err != nil {
			break
		}
	}
	_ = c.cmd.Wait() // how it ended says less than that it did
	close(c.replies)
	close(c.ended)
}

// errTimeout is that of a block that took too long.
var errTimeout = errors.New("timed out")

// ask has a block analysed. After an error the child is of no use any more.
func (c *child) ask(q *request, timeout time.Duration, stop <-chan struct{}) error {
	line, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if _, err := c.in.Write(append(line, '\n')); err != nil {
		return errors.New("the program ended before it was asked")
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-stop:
		return errors.New("stopped")
	case <-timer.C:
		return errTimeout
	case r, running := <-c.replies:
		switch {
		case !running:
			return fmt.Errorf("the program ended without a reply (%v)", c.cmd.ProcessState)
		case r.Block != q.Block:
			return fmt.Errorf("got a reply to block %d, want one to block %d", r.Block, q.Block)
		case !r.OK && r.Error != "":
			return errors.New(r.Error)
		case !r.OK:
			return errors.New("the program replied that it failed")
		}
	}
	return nil
}

// close lets the program end by itself, which the end of its input asks for, and ends it
// and what it has started if it does not.
func (c *child) close() {
	if c.gone {
		return
	}
	const grace = 2 * time.Second
	_ = c.in.Close()
	select {
	case <-c.ended:
	case <-time.After(grace):
	}
	c.kill()
}

// kill ends the program and what it has started.
func (c *child) kill() {
	c.gone = true
	killGroup(c.cmd)
	_ = c.in.Close()
	<-c.ended
	if c.closes != nil {
		_ = c.closes.Close()
	}
}

// tail writes a log and remembers its last lines.
type tail struct {
	mu   sync.Mutex
	to   io.Writer
	last []byte
}

func (t *tail) Write(text []byte) (int, error) {
	const most = 2000
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last = append(t.last, text...); len(t.last) > most {
		t.last = append([]byte(nil), t.last[len(t.last)-most:]...)
	}
	return t.to.Write(text)
}

// lines are the last that were written, indented; "" if none were.
func (t *tail) lines() string {
	const most = 8
	t.mu.Lock()
	defer t.mu.Unlock()
	all := strings.Split(strings.TrimSpace(string(t.last)), "\n")
	if all[0] == "" && len(all) == 1 {
		return ""
	}
	all = all[max(0, len(all)-most):]
	return "\n  " + strings.Join(all, "\n  ")
}
