// Runs: the trials of the present state, spread over workers, and what they amount to.

/**
 * Ranges of trials in the order in which they are run: 1, 1, 2, 4, 8 ... and then as many
 * as a worker does at once. None goes beyond the end of a block.
 * @param {number} trials
 * @param {number} most
 * @returns {{from: number, to: number}[]}
 */
function rangesOf(trials, most) {
  const all = []
  for (let from = 0; from < trials;) {
    const to = Math.min(trials, from + Math.max(1, Math.min(from, most)))
    all.push({ from, to })
    from = to
  }
  return all
}

/** Trials that a worker runs at once: so few that a change is soon heard. */
const AT_ONCE = 64

/** Trials of each world, one after another. */
const WORLD_TRIALS = [16, 64, 256]

/** All the engines of a page, and the run that they make. */
class Run {
  /**
   * @param {WebAssembly.Module} module
   * @param {string} url
   * @param {{dots: () => void, found: (f: any) => void, waterfall: (w: any) => void, progress: (text: string) => void, failed: (e: Error) => void}} show
   */
  constructor(module, url, show) {
    const cores = Math.max(1, Math.min(navigator.hardwareConcurrency || 2, 8))
    this.runners = Array.from({ length: cores }, () => new Engine(url, module))
    this.desk = new Engine(url, module) // puts together, and answers at once
    this.explainer = new Engine(url, module)
    this.show = show
    this.version = 0
    /** @type {{from: number, to: number}[]} */
    this.left = []
    /** @type {Map<string, {estimate: (number | null)[], p: (number | null)[], rejects: boolean[]}>} */
    this.dots = new Map()
    this.request = {}
    this.trials = 0
    this.outcome = ''
    this.added = 0
    this.told = -1
    this.busy = new Set()
    this.explaining = false
    this.wanted = '' // waterfall: version and outcome that it is of
    this.asked = 0 // milliseconds of the page, when the last change was asked for
    this.began = 0 // the same of the state that is run
    this.firstDot = 0 // how long its first dot took; 0: there is none
    this.started = Promise.resolve() // kept when there is a first dot, or can be none
    this.start = () => {}
  }

  /**
   * Begins anew with another state.
   * @param {number} version
   * @param {Record<string, any>} request
   * @param {number} trials
   * @param {string} outcome
   */
  begin(version, request, trials, outcome) {
    this.version = version
    this.request = request
    this.trials = trials
    this.outcome = outcome
    this.left = rangesOf(trials, AT_ONCE)
    this.began = this.asked
    this.firstDot = 0
    this.dots = new Map()
    this.added = 0
    this.told = -1
    this.started = new Promise(resolve => { this.start = () => resolve(undefined) })
    for (const engine of this.runners) this.drive(engine)
  }

  /** Runs no more of the present state: what is in work ends as soon as it can. */
  stop() {
    this.left = []
    this.wanted = ''
    this.version = -1
    this.start()
    for (const engine of [...this.runners, this.explainer]) engine.cancel()
  }

  /**
   * Has an engine run ranges as long as there are any.
   * @param {Engine} engine
   */
  async drive(engine) {
    if (this.busy.has(engine)) return
    this.busy.add(engine)
    while (this.left.length > 0) {
      const version = this.version
      try {
        await engine.open(version, this.request)
        const range = version === this.version && this.left.shift()
        if (!range) continue
        const answer = await engine.ask({ do: 'run', ...range })
        if (version === this.version) await this.take(answer, range)
      } catch (e) {
        if (version !== this.version) continue // it was cut off
        this.stop()
        this.show.failed(/** @type {Error} */ (e))
      }
    }
    this.busy.delete(engine)
  }

  /**
   * Takes what a range of trials has left.
   * @param {any} answer
   * @param {{from: number, to: number}} range
   */
  async take(answer, range) {
    const version = this.version
    for (const d of answer.dots) {
      const all = this.dots.get(d.outcome) ?? { estimate: [], p: [], rejects: [] }
      for (let k = 0; k < d.estimate.length; k++) {
        all.estimate[range.from + k] = d.estimate[k]
        all.p[range.from + k] = d.p[k]
        all.rejects[range.from + k] = d.rejects[k]
      }
      this.dots.set(d.outcome, all)
    }
    if (this.firstDot === 0) this.firstDot = performance.now() - this.began
    this.show.dots()
    this.start()
    await this.desk.open(version, this.request)
    await this.desk.ask({ do: 'add' }, answer.block)
    if (version !== this.version) return
    this.added += range.to - range.from
    if (this.added < this.trials) this.show.progress(`${count(this.added, 'trial')} of ${this.trials.toLocaleString('en')}`)
    await this.tell()
    if (version !== this.version) return
    if (this.added === this.trials) this.show.progress(`${count(this.added, 'trial')} done`)
    if (this.added >= Math.min(this.trials, AT_ONCE)) this.explain()
  }

  /** Says what the trials amount to: now and then, and of all. */
  async tell() {
    const version = this.version
    if (this.told >= 0 && this.added < this.trials && this.added < 2 * this.told) return
    this.told = this.added
    const found = await this.desk.ask({ do: 'found', outcome: this.outcome })
    if (version === this.version) this.show.found(found)
  }

  /** @param {string} outcome */
  async choose(outcome) {
    this.outcome = outcome
    this.show.dots()
    if (this.added > 0) {
      this.told = -1
      await this.tell()
    }
    if (this.added >= Math.min(this.trials, AT_ONCE)) this.explain()
  }

  /** Finds where the effect goes, with more and more trials. */
  async explain() {
    const wanted = `${this.version} ${this.outcome}`
    if (this.wanted === wanted) return
    this.wanted = wanted
    this.explainer.cancel()
    if (this.explaining) return // it goes on with what is wanted now
    this.explaining = true
    try {
      for (let of = ''; of !== this.wanted;) {
        of = this.wanted
        await this.explainOne(of)
      }
    } catch (e) {
      this.show.failed(/** @type {Error} */ (e))
    } finally {
      this.explaining = false
    }
  }

  /** @param {string} of */
  async explainOne(of) {
    const version = this.version, outcome = this.outcome
    await this.explainer.open(version, this.request)
    for (const replicates of WORLD_TRIALS) {
      if (of !== this.wanted || version !== this.version) return
      try {
        const w = await this.explainer.ask({ do: 'waterfall', outcome, replicates })
        if (of === this.wanted && version === this.version && w.replicates === replicates) this.show.waterfall(w)
      } catch (e) {
        if (of === this.wanted && version === this.version) throw e // else it was cut off
      }
    }
  }
}
