// Engines: workers in which the program runs, and the compiled program itself.

/** The letters of numbers in base 85, in which the program stands in the page: all that can stand in a script. */
const LETTERS = Array.from({ length: 88 }, (_, k) => String.fromCharCode(35 + k)).filter(c => !'<\\&'.includes(c)).join('')

/**
 * Reads what page.go has written: five letters for four bytes.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
function decode85(text) {
  const value = new Uint8Array(128)
  for (let k = 0; k < LETTERS.length; k++) value[LETTERS.charCodeAt(k)] = k
  const cut = text.indexOf(':')
  const size = Number(text.slice(0, cut))
  const out = new Uint8Array(size + 4)
  for (let from = cut + 1, to = 0; to < size; from += 5, to += 4) {
    let n = 0
    for (let k = 0; k < 5; k++) n = n * 85 + value[text.charCodeAt(from + k)]
    out[to] = n >>> 24
    out[to + 1] = n >>> 16
    out[to + 2] = n >>> 8
    out[to + 3] = n
  }
  return out.subarray(0, size)
}

/**
 * Compiles the program that the page carries.
 * @returns {Promise<WebAssembly.Module>}
 */
async function compileEngine() {
  const packed = decode85(/** @type {string} */ (byId('engine').textContent).trim())
  byId('engine').textContent = '' // the memory is needed
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return WebAssembly.compile(await new Response(stream).arrayBuffer())
}

/** An answer that is an error. */
class Refusal extends Error {
  /**
   * @param {string} message
   * @param {{file: string, line: number, text: string}[]} problems
   */
  constructor(message, problems) {
    super(message)
    this.problems = problems
  }
}

/** A worker with a program in it. */
class Engine {
  /**
   * @param {string} url of the worker's text
   * @param {WebAssembly.Module} module
   */
  constructor(url, module) {
    this.worker = new Worker(url)
    /** @type {Map<number, {done: (m: any) => void, progress?: (done: number, want: number) => void}>} */
    this.waiting = new Map()
    this.asked = 0
    this.memory = 0 // bytes that the program has
    this.version = -1 // of the state that is open in it, or is being opened
    /** @type {Promise<unknown>} */
    this.opened = Promise.resolve()
    this.ready = new Promise(resolve => {
      this.worker.onmessage = event => {
        if (event.data.ready) resolve(undefined)
        else this.hear(event.data)
      }
    })
    this.worker.postMessage({ module })
  }

  /** @param {any} m */
  hear(m) {
    const w = this.waiting.get(m.id)
    if (!w) return
    if (m.answer === undefined) {
      w.progress?.(m.done, m.want)
      return
    }
    this.waiting.delete(m.id)
    this.memory = m.memory
    w.done(m)
  }

  /**
   * Asks a question; the answer is text.
   * @param {Record<string, any>} question
   * @param {Uint8Array} [block]
   * @param {(done: number, want: number) => void} [progress]
   * @returns {Promise<{answer: string, block?: Uint8Array}>}
   */
  async text(question, block, progress) {
    await this.ready
    const id = this.asked++
    const answer = new Promise(done => this.waiting.set(id, { done, progress }))
    this.worker.postMessage({ id, question: JSON.stringify(question), block }, block ? [block.buffer] : [])
    return /** @type {any} */ (answer)
  }

  /**
   * Asks a question; the answer is an object, or a Refusal is thrown.
   * @param {Record<string, any>} question
   * @param {Uint8Array} [block]
   * @param {(done: number, want: number) => void} [progress]
   * @returns {Promise<any>}
   */
  async ask(question, block, progress) {
    const out = await this.text(question, block, progress)
    const value = JSON.parse(out.answer)
    if (value && value.error) throw new Refusal(value.error, value.problems || [])
    if (out.block) value.block = out.block
    return value
  }

  /**
   * Opens a version of the state, unless it is open.
   * @param {number} version
   * @param {Record<string, any>} request
   */
  open(version, request) {
    if (this.version !== version) {
      this.version = version
      this.opened = this.ask({ do: 'open', open: request })
    }
    return this.opened
  }

  /** Ends what is in work, as soon as it can be ended. */
  async cancel() {
    await this.ready
    this.worker.postMessage({ cancel: true })
  }
}
