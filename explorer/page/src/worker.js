// What a worker does: it starts the engine that it is sent, then hands it questions.
// The script of Go that knows how to start one stands before this, and sets Go; the engine
// sets caseload and caseloadCancel.

/** @type {any} */
const made = self

/** @param {MessageEvent} event */
self.onmessage = async event => {
  const m = event.data
  if (m.module) {
    const go = new made.Go()
    made.caseloadReady = () => self.postMessage({ ready: true })
    made.go = go
    go.run(await WebAssembly.instantiate(m.module, go.importObject))
    return
  }
  if (m.cancel) {
    made.caseloadCancel()
    return
  }
  const out = await made.caseload(m.question, m.block, (/** @type {number} */ done, /** @type {number} */ want) => self.postMessage({ id: m.id, done, want }))
  self.postMessage({ id: m.id, answer: out.answer, block: out.block, memory: made.go.mem.buffer.byteLength }, out.block ? { transfer: [out.block.buffer] } : {})
}
