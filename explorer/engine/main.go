//go:build js && wasm

// Engine is the program in a page: it answers what a worker is asked, see explorer.Desk.
//
// It sets the function caseload(question, block, progress), which returns a promise of
// {answer, block}, and the function caseloadCancel(), which ends what is in work.
package main

import (
	"context"
	"syscall/js"
	"time"

	"caseload/explorer"
)

func main() {
	w := &worker{}
	js.Global().Set("caseload", js.FuncOf(w.ask))
	js.Global().Set("caseloadCancel", js.FuncOf(func(js.Value, []js.Value) any {
		if w.cancel != nil {
			w.cancel()
		}
		return nil
	}))
	if ready := js.Global().Get("caseloadReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {} // the page ends it
}

// worker answers one question at a time.
type worker struct {
	desk   explorer.Desk
	cancel context.CancelFunc
}

// ask returns a promise of the answer. A goroutine finds it, so that the page can speak to
// the worker meanwhile.
func (w *worker) ask(_ js.Value, args []js.Value) any {
	question, block, tell := []byte(args[0].String()), bytesOf(args[1]), args[2]
	var settle js.Func
	settle = js.FuncOf(func(_ js.Value, ends []js.Value) any {
		resolve := ends[0]
		go func() {
			defer settle.Release()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			w.cancel = cancel
			answer, left := w.desk.Answer(ctx, question, block, progress(tell))
			out := js.Global().Get("Object").New()
			out.Set("answer", string(answer))
			if left != nil {
				array := js.Global().Get("Uint8Array").New(len(left))
				js.CopyBytesToJS(array, left)
				out.Set("block", array)
			}
			resolve.Invoke(out)
		}()
		return nil
	})
	return js.Global().Get("Promise").New(settle)
}

// rest is how often a long question lets the worker hear what the page says.
const rest = 50 * time.Millisecond

// progress tells the page how far a long question is.
func progress(tell js.Value) func(done, want int) {
	last := time.Now()
	return func(done, want int) {
		if time.Since(last) < rest {
			return
		}
		if tell.Type() == js.TypeFunction {
			tell.Invoke(done, want)
		}
		time.Sleep(time.Microsecond) // to the browser's event loop and back
		last = time.Now()
	}
}

// bytesOf copies a Uint8Array; nil if it is none.
func bytesOf(v js.Value) []byte {
	if v.Type() != js.TypeObject {
		return nil
	}
	out := make([]byte, v.Length())
	js.CopyBytesToGo(out, v)
	return out
}
