// The page: what is chosen in it, and what then happens.

class App extends Page {
  /**
   * @param {WebAssembly.Module} module
   * @param {string} url
   * @param {{fragment: string, name: string, text: string}} start
   */
  constructor(module, url, start) {
    super(FIRST)
    /** The scenario that came as a file. */
    this.own = { name: start.name, text: start.text, packed: '' }
    this.first = start.fragment
    this.run = new Run(module, url, {
      dots: () => this.showDots(), found: f => this.showFound(f), waterfall: w => this.showWaterfall(w),
      progress: text => { byId('status').textContent = text }, failed: e => this.showProblems(e),
    })
    this.moved = (/** @type {string} */ key, /** @type {number} */ value) => this.go({ ...this.state, sliders: { ...this.state.sliders, [key]: value } })
    this.queue = Promise.resolve()
    this.pending = 0
  }

  /**
   * The state of a fragment. A scenario that came as a file is in it, or is remembered by its name.
   * @param {string} fragment
   * @returns {Promise<State>}
   */
  async stateOf(fragment) {
    const s = readState(fragment)
    if (s.packed && s.packed !== this.own.packed) {
      this.keepFile({ name: s.scenario, text: await unpack(s.packed), packed: s.packed })
      byId('link-note').textContent = ''
    }
    return s.scenario === this.own.name ? { ...s, text: this.own.text, packed: this.own.packed } : s
  }

  /**
   * Remembers a scenario file, and lists it.
   * @param {{name: string, text: string, packed: string}} file
   */
  keepFile(file) {
    this.own = file
    const list = select('scenario')
    if (![...list.options].some(o => o.value === file.name)) list.prepend(element('option', { value: file.name }, `${file.name} (file)`))
  }

  async begin() {
    const { stories } = await this.run.desk.ask({ do: 'stories' })
    const list = select('scenario')
    for (const s of stories) list.append(element('option', { value: s.name }, s.title))
    if (this.own.text) this.keepFile(this.own)
    this.listen()
    try {
      this.state = await this.stateOf(location.hash.slice(1) || this.first)
    } catch (e) {
      this.showProblems(/** @type {Error} */ (e))
      return
    }
    await this.open()
  }

  listen() {
    select('scenario').onchange = () => {
      const scenario = select('scenario').value, { text, packed } = scenario === this.own.name ? this.own : FIRST
      this.go({ ...FIRST, scenario, text, packed, replicates: this.state.replicates, hide: this.state.hide, guess: this.state.guess })
    }
    select('outcome').onchange = () => this.chooseOutcome(select('outcome').value)
    select('trials').onchange = () => this.go({ ...this.state, replicates: Number(select('trials').value) })
    byId('reset').onclick = () => this.go({ ...this.state, sliders: {} })
    byId('another-client').onclick = () => this.anotherClient()
    byId('another-trial').onclick = () => this.anotherTrial()
    input('hide').onchange = () => this.look({ hide: input('hide').checked })
    input('guess').onchange = () => this.look({ guess: input('guess').checked })
    byId('guessing').onsubmit = event => this.reveal(event)
    for (const b of document.querySelectorAll('button.svg')) b.addEventListener('click', () => this.saveFigure(/** @type {HTMLElement} */ (b).dataset.figure || ''))
    byId('copy').onclick = () => this.copy()
    byId('json').onclick = () => this.saveAnswer('json')
    byId('csv').onclick = () => this.saveAnswer('csv')
    byId('estimates').onclick = () => this.saveEstimates()
    byId('sources').addEventListener('toggle', () => this.showAssumptions())
    byId('desk').addEventListener('toggle', () => this.showBack())
    input('file').onchange = () => this.take(input('file').files)
    document.addEventListener('dragover', event => event.preventDefault())
    document.addEventListener('drop', event => {
      event.preventDefault()
      this.take(event.dataTransfer?.files ?? null)
    })
    window.addEventListener('hashchange', () => {
      if (location.hash.slice(1) === writeState(this.state)) return
      this.stateOf(location.hash.slice(1)).then(s => this.go(s), e => this.showProblems(e))
    })
  }

  /**
   * Takes a scenario file.
   * @param {FileList | null} files
   */
  async take(files) {
    const file = files?.[0]
    if (!file) return
    const name = file.name.replace(/\.toml$/, ''), text = await file.text(), packed = await pack(text)
    const fits = packed.length <= MOST_PACKED
    byId('link-note').textContent = fits ? '' : `The scenario file is not in the link: it would take ${packed.length.toLocaleString('en')} characters, and mail and chats may cut off links of more than ${MOST_PACKED.toLocaleString('en')}. Send the file with the link.`
    this.keepFile({ name, text, packed: fits ? packed : '' })
    await this.go({ ...FIRST, scenario: name, text, packed: this.own.packed })
  }

  /**
   * Goes to another state; several in a row end at the last one.
   * @param {State} state
   */
  go(state) {
    this.run.asked = performance.now()
    this.run.stop()
    this.keep()
    this.state = state
    this.revealed = false
    this.found = this.waterfall = null
    this.pending++
    this.queue = this.queue.then(() => --this.pending === 0 ? this.open() : undefined)
    return this.queue
  }

  /** Keeps the numbers shown, as those before the next change. */
  keep() {
    if (!this.found) return
    for (const row of ['truth', 'rollout', 'mean', 'power', 'clients']) this.before[row] = this.cell(row, 1).textContent || ''
  }

  /**
   * Opens the state and runs its trials. Where the outcomes are known, the first trial comes
   * before what else there is to show, for it is what the reader waits for.
   */
  async open() {
    const version = ++this.version, request = requestOf(this.state)
    const known = this.view !== null && byId('sliders').dataset.name === this.state.scenario
    if (known) {
      this.run.begin(version, request, this.state.replicates, this.state.outcome)
      await this.run.started
      if (this.pending > 0) return
    }
    try {
      await this.run.desk.open(version, request)
      this.view = await this.run.desk.ask({ do: 'view' })
    } catch (e) {
      this.run.stop()
      this.showProblems(/** @type {Error} */ (e))
      return
    }
    if (this.pending > 0) return
    byId('problems').hidden = true
    byId('sliders').dataset.name = this.state.scenario
    if (!this.view.outcomes.some((/** @type {any} */ o) => o.name === this.state.outcome)) this.state.outcome = this.view.primary
    this.state.client = Math.min(this.state.client, this.view.clients - 1)
    this.showView()
    if (!known) this.run.begin(version, request, this.view.replicates, this.state.outcome)
    await Promise.all([this.showClient(), this.showTrial(), this.showBack(), this.showAssumptions()])
  }

  /**
   * Changes what is looked at and nothing that is simulated.
   * @param {Partial<State>} change
   */
  look(change) {
    this.state = { ...this.state, ...change }
    this.link()
    this.showAll()
  }

  async chooseOutcome(/** @type {string} */ outcome) {
    this.before = {}
    this.found = this.waterfall = null
    this.revealed = false
    this.look({ outcome })
    await Promise.all([this.run.choose(outcome), this.showTrial()])
  }

  async anotherClient() {
    const next = this.state.client + 1
    this.look({ client: next % this.view.clients })
    await this.showClient()
  }

  async anotherTrial() {
    this.look({ trial: (this.state.trial + 1) % this.view.replicates })
    await Promise.all([this.showTrial(), this.showClient()])
  }

  /** @param {Event} event */
  reveal(event) {
    event.preventDefault()
    this.revealed = true
    this.showAll()
    byId('dots-said').focus()
  }
}

async function start() {
  const first = JSON.parse(byId('start').textContent || '{}')
  byId('status').textContent = 'Starting the simulator …'
  const url = URL.createObjectURL(new Blob([byId('worker').textContent || ''], { type: 'text/javascript' }))
  const app = new App(await compileEngine(), url, first)
  Object.assign(window, { app }) // for those who look from outside
  await app.begin()
}

start().catch(e => {
  byId('status').textContent = `This browser can’t run the page: ${e.message}`
})
