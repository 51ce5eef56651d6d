package replicate

import "fmt"

// Panic is a replicate that panicked: a broken invariant.
type Panic struct {
	Replicate int
	Cause     any    // what was given to panic
	Replay    string // how to see the replicate again
}

// Error says what broke, and in which replicate.
func (p *Panic) Error() string { return fmt.Sprintf("%v\n%s", p.Cause, p.Replay) }

// Unwrap returns the cause if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Cause.(error)
	return err
}

// Catch turns a panic in replicate r into a Panic. It is to be deferred itself:
//
//	defer replicate.Catch(&err, r, replay)
//
// Loops do it for each replicate. Replay says how to see a replicate again; nil:
// by its number.
func Catch(err *error, r int, replay func(r int) string) {
	cause := recover()
	if cause == nil {
		return
	}
	p := &Panic{Replicate: r, Cause: cause, Replay: fmt.Sprintf("This was replicate %d", r)}
	if replay != nil {
		p.Replay = replay(r)
	}
	*err = p
}

// Interrupted says that a context was done before there was anything to show for
// what was asked.
type Interrupted struct {
	Done, Want int // replicates
	Cause      error
}

// Error says how far it came, and why no further.
func (i *Interrupted) Error() string {
	return fmt.Sprintf("interrupted after %d of %d replicates: %v", i.Done, i.Want, i.Cause)
}

// Unwrap returns the context's cause.
func (i *Interrupted) Unwrap() error { return i.Cause }
