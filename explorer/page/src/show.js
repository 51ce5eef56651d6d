// What the page shows of a state and of its results.

class Page {
  /** @param {State} state */
  constructor(state) {
    this.state = state
    /** @type {Run} */
    this.run = /** @type {any} */ (null) // the one who opens it sets it
    this.version = 0
    /** @type {any} */
    this.view = null
    /** @type {any} */
    this.found = null
    /** @type {any} */
    this.waterfall = null
    /** @type {Record<string, string>} */
    this.before = {}
    this.revealed = false
    /** Is told where a slider has been moved. @type {(key: string, value: number) => void} */
    this.moved = () => {}
  }

  /** The outcome shown. */
  outcome() { return this.view.outcomes.find((/** @type {any} */ o) => o.name === this.state.outcome) }

  /** Whether results are covered until a guess is made. */
  covered() { return this.state.guess && !this.revealed }

  /**
   * @param {string} row
   * @param {number} column 0: before, 1: now
   */
  cell(row, column) { return /** @type {HTMLElement} */ (document.querySelectorAll(`#changes tr[data-row=${row}] td`)[column]) }

  link() {
    const fragment = writeState(this.state)
    history.replaceState(null, '', '#' + fragment)
    input('link').value = location.href
    byId('link-note').hidden = !this.state.text || byId('link-note').textContent === ''
  }

  showView() {
    const v = this.view
    byId('title').textContent = v.title
    byId('question').textContent = v.question
    byId('left-out').textContent = v.left_out
    byId('teaches').textContent = v.teaches
    byId('source').textContent = `Source: ${v.source}`
    select('scenario').value = this.state.scenario
    const list = select('outcome')
    list.replaceChildren(...v.outcomes.map((/** @type {any} */ o) => element('option', { value: o.name }, o.label)))
    list.value = this.state.outcome
    const trials = select('trials')
    if (![...trials.options].some(o => o.value === String(v.replicates))) trials.append(element('option', {}, String(v.replicates)))
    trials.value = String(v.replicates)
    byId('act3-head').textContent = `${v.replicates.toLocaleString('en')} trials`
    input('hide').checked = this.state.hide
    input('guess').checked = this.state.guess
    this.showSliders()
    this.link()
    this.showAll()
  }

  /** Puts the sliders where they are; one that is in use stays where it is. */
  showSliders() {
    const of = this.view.scenario + this.view.sliders.map((/** @type {any} */ s) => [s.key, s.low, s.high]).join()
    if (byId('sliders').dataset.of !== of) {
      byId('sliders').replaceChildren(...this.view.sliders.map((/** @type {any} */ s) => this.slider(s)))
      byId('sliders').dataset.of = of
      return
    }
    for (const s of this.view.sliders) {
      const range = input(`slider-${s.key}`)
      if (range === document.activeElement) continue
      range.value = String(placeOf(s))
      tellSlider(range, textOf(s, s.value))
    }
  }

  /**
   * One slider.
   * @param {any} s
   */
  slider(s) {
    const id = `slider-${s.key}`
    const range = /** @type {HTMLInputElement} */ (element('input', { type: 'range', id, min: '0', max: String(placesOf(s)), step: '1', value: String(placeOf(s)), title: s.source ? `Source: ${s.source}` : 'No source of its own' }))
    const row = element('div', { class: 'slider' }, element('label', { for: id }, s.label), element('output', { for: id }), range)
    const value = () => valueAt(s, Number(range.value))
    tellSlider(range, textOf(s, s.value))
    let last = s.value
    range.oninput = () => tellSlider(range, textOf(s, value()))
    range.onchange = () => {
      if (value() === last && s.key in this.state.sliders) return
      last = value()
      this.moved(s.key, last)
    }
    return row
  }

  showAll() {
    this.showDots()
    this.showChanges()
    this.showWaterfall(this.waterfall)
    byId('guessing').hidden = !this.covered()
  }

  showDots() {
    const o = this.outcome()
    if (!o) return // of another scenario, which is being opened
    const dots = this.run.dots.get(o.name) ?? { estimate: [], p: [], rejects: [] }
    const there = { estimate: dots.estimate.filter((_, k) => k in dots.rejects), rejects: dots.rejects.filter(() => true) }
    const n = there.rejects.length, significant = there.rejects.filter(r => r).length
    const truth = this.state.hide || this.covered() || !this.found ? null : this.found.truth
    let said = `${count(n, 'trial')}.`
    if (!this.covered()) said = o.tested ? `${significant.toLocaleString('en')} of ${count(n, 'trial')} significant.` : `${count(n, 'trial')}. No test of this outcome holds its level here: ${o.why_not}.`
    const drawn = n > 0 ? [drawDots(o.tested ? there : { ...there, rejects: there.rejects.map(() => false) }, { truth, covered: this.covered(), measure: `effect that a trial reports: ${o.measure}`, said })] : []
    byId('dots').replaceChildren(...drawn)
    const power = this.found?.replicates === n && this.found.power_text && !this.covered() && o.tested ? ` Power ${this.found.power_text}.` : ''
    byId('dots-said').textContent = said + power + this.guessed(significant, n)
    byId('people').textContent = this.found && !this.state.hide && !this.covered() ? this.found.people : ''
  }

  /**
   * How near a guess was.
   * @param {number} significant
   * @param {number} n
   */
  guessed(significant, n) {
    if (!this.state.guess || !this.revealed || n === 0) return ''
    const loss = select('guess-loss').selectedOptions[0]?.text
    const largest = this.waterfall?.steps.find((/** @type {any} */ s) => s.step < 0)?.label
    const second = loss && largest ? ` Most is taken by ${largest}; you said ${loss}.` : ''
    return ` You said ${input('guess-power').value} of 100; it is ${Math.round(100 * significant / n)}.${second}`
  }

  /**
   * @param {any} found
   */
  showFound(found) {
    this.found = found
    this.showDots()
    this.showChanges()
  }

  showChanges() {
    const none = this.covered() ? '?' : '…'
    const hidden = this.state.hide || this.covered()
    const o = this.outcome()
    /** @type {Record<string, string>} */
    const now = {
      truth: hidden ? 'hidden' : this.found?.truth_text ?? none,
      rollout: hidden ? 'hidden' : this.found?.rollout_text ?? none,
      mean: this.covered() ? none : this.found?.mean_text ?? none,
      power: this.covered() ? none : o.tested ? this.found?.power_text ?? none : 'no valid test',
      clients: hidden ? 'hidden' : this.waterfall ? this.waterfall.clients || 'can’t be told' : none,
    }
    this.cell('rollout', 0).closest('tr')?.toggleAttribute('hidden', !this.view.shared)
    for (const row of Object.keys(now)) {
      this.cell(row, 0).textContent = ['truth', 'rollout'].includes(row) && hidden || this.covered() ? '' : this.before[row] ?? ''
      this.cell(row, 1).textContent = now[row]
    }
  }

  /**
   * @param {any} w
   */
  showWaterfall(w) {
    this.waterfall = w
    const hidden = this.state.hide || this.covered()
    if (w) select('guess-loss').replaceChildren(...[...w.steps].sort((/** @type {any} */ a, /** @type {any} */ b) => a.label < b.label ? -1 : 1).map((/** @type {any} */ s) => element('option', { value: s.factor }, s.label)))
    byId('waterfall').replaceChildren(...(w && !hidden ? [drawWaterfall(w)] : []))
    byId('waterfall-said').textContent = hidden ? 'Hidden.' : !w ? 'Comparing worlds …' : `${count(w.worlds, 'world')}, ${count(w.replicates, 'trial')} of each.`
    this.showChanges()
  }

  async showClient() {
    const version = this.version
    const lives = await this.run.desk.ask({ do: 'lives', replicate: this.state.trial, client: this.state.client })
    if (version !== this.version) return
    byId('life').replaceChildren(drawLives(lives))
    byId('life-said').textContent = `Client ${lives.client} of ${lives.clients}${lives.about ? ' (' + lives.about + ')' : ''}, with the same luck. ` + lives.of.map(tellLife).join(' ')
  }

  async showTrial() {
    const version = this.version, outcome = this.state.outcome
    const one = await this.run.desk.ask({ do: 'one', replicate: this.state.trial, outcome })
    if (version !== this.version || outcome !== this.state.outcome) return
    byId('flow').replaceChildren(drawFlow(one))
    byId('flow-said').textContent = `Trial ${one.replicate}. ${one.sentence}`
  }

  async showBack() {
    if (!(/** @type {HTMLDetailsElement} */ (byId('desk')).open)) return
    const back = await this.run.desk.ask({ do: 'back' })
    const area = (/** @type {string} */ id) => /** @type {HTMLTextAreaElement} */ (byId(id))
    area('command').value = back.command
    area('toml').value = back.toml
  }

  async showAssumptions() {
    if (!(/** @type {HTMLDetailsElement} */ (byId('sources')).open)) return
    const list = await this.run.desk.ask({ do: 'assumptions' })
    const body = /** @type {HTMLElement} */ (document.querySelector('#assumptions tbody'))
    body.replaceChildren(...list.map((/** @type {any} */ a) => element('tr', {}, element('th', { scope: 'row' }, a.where), element('td', {}, a.value), element('td', {}, a.source))))
  }

  /**
   * What is wrong, with its lines.
   * @param {Error} e
   */
  showProblems(e) {
    const problems = e instanceof Refusal ? e.problems : []
    byId('problems').hidden = false
    byId('problems').textContent = problems.length > 0 ? problems.map(p => p.text).join('\n') : e.message
    byId('status').textContent = ''
  }

  /**
   * @param {string} id
   */
  saveFigure(id) {
    const drawn = byId(id).querySelector('svg')
    if (drawn) save(`${this.state.scenario}-${id}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(drawn))
  }

  /**
   * @param {string} what
   */
  async saveAnswer(what) {
    const { answer } = await this.run.desk.text({ do: what })
    save(`${this.state.scenario}.${what}`, what === 'json' ? 'application/json' : 'text/csv', answer)
  }

  saveEstimates() {
    const lines = ['replicate,outcome,estimate,p,rejects']
    for (const [outcome, d] of this.run.dots) d.rejects.forEach((r, k) => lines.push([k, outcome, d.estimate[k] ?? '', d.p[k] ?? '', r ? 1 : 0].join(',')))
    save(`${this.state.scenario}-estimates.csv`, 'text/csv', lines.join('\n') + '\n')
  }

  async copy() {
    input('link').select()
    try {
      await navigator.clipboard.writeText(input('link').value)
      byId('status').textContent = 'The link is copied.'
    } catch {
      byId('status').textContent = 'The link is selected: copy it with Ctrl-C.'
    }
  }
}

/**
 * Says where a slider is.
 * @param {HTMLInputElement} range
 * @param {string} text
 */
function tellSlider(range, text) {
  range.setAttribute('aria-valuetext', text)
  const out = range.previousElementSibling
  if (out) out.textContent = text
}

/**
 * How many places a slider has: one for each whole number, or hundredths of the way.
 * @param {any} s
 * @returns {number}
 */
function placesOf(s) { return s.whole && !s.log && s.high - s.low <= 200 ? s.high - s.low : 100 }

/**
 * The value of a slider at a place, rounded as one would write it.
 * @param {any} s
 * @param {number} place
 * @returns {number}
 */
function valueAt(s, place) {
  const way = place / placesOf(s)
  const x = s.log ? s.low * (s.high / s.low) ** way : s.low + (s.high - s.low) * way
  return Math.min(s.high, Math.max(s.low, s.whole ? Math.round(x) : Number(x.toPrecision(3))))
}

/**
 * The place of a slider; of one without a number, where there is no obstacle.
 * @param {any} s
 * @returns {number}
 */
function placeOf(s) {
  if (s.value === null) return s.none === 'unlimited' || s.none === 'no error' ? placesOf(s) : 0
  const x = Math.min(s.high, Math.max(s.low, s.value))
  return Math.round(placesOf(s) * (s.log ? Math.log(x / s.low) / Math.log(s.high / s.low) : (x - s.low) / (s.high - s.low)))
}

/**
 * @param {any} s
 * @param {number | null} value
 * @returns {string}
 */
function textOf(s, value) {
  if (value === null) return s.none
  if (s.share) return `${Number((100 * value).toPrecision(3))} %`
  return value.toLocaleString('en')
}

/**
 * Saves a text as a file, without asking anybody for it.
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const a = element('a', { href: url, download: name })
  document.body.append(a)
  a.click()
  a.remove()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
