// Figures: SVG with the colours of the report's figures (results/figure/theme.go).

const COLOURS = { loss: '#e69f00', gain: '#0072b2', ideal: '#bbbbbb', observed: '#777777', other: '#d55e00', third: '#009e73', ink: '#222222', axis: '#595959', grid: '#e4e4e4' }
const FONT = '"Liberation Sans", Arimo, Arial, Helvetica, sans-serif'
// The width of every figure, in its own units: pixels, so that no text is small on a phone.
const WIDE = Math.min(480, Math.max(320, document.documentElement.clientWidth - 24))

/**
 * An element of SVG.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} inside
 * @returns {SVGElement}
 */
function svg(name, attributes, ...inside) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const key of Object.keys(attributes)) e.setAttribute(key, String(attributes[key]))
  e.append(...inside)
  return e
}

/**
 * A figure that says what it shows to those who cannot see it.
 * @param {number} height
 * @param {string} title
 * @param {SVGElement[]} parts
 */
function figure(height, title, parts) {
  return svg('svg', { viewBox: `0 0 ${WIDE} ${height}`, xmlns: 'http://www.w3.org/2000/svg', role: 'img', 'aria-label': title, 'font-family': FONT }, svg('title', {}, title), ...parts)
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {Record<string, string | number>} [more]
 */
const label = (x, y, text, more) => svg('text', { x, y, 'font-size': 11, fill: COLOURS.ink, ...more }, text)

/**
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {Record<string, string | number>} [more]
 */
const line = (x1, y1, x2, y2, more) => svg('line', { x1, y1, x2, y2, stroke: COLOURS.axis, 'stroke-width': 1, ...more })

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} fill
 * @param {Record<string, string | number>} [more]
 */
const box = (x, y, width, height, fill, more) => svg('rect', { x, y, width: Math.max(0, width), height, fill, ...more })

/**
 * Round numbers between two others, some five of them.
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
function ticks(low, high) {
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = /** @type {number} */ ([1, 2, 5, 10].map(k => k * power).find(s => s >= rough))
  const all = []
  for (let k = Math.ceil(low / step); k * step <= high; k++) all.push(Number((k * step).toPrecision(12)))
  return all
}

/**
 * An axis of numbers below a figure.
 * @param {(x: number) => number} place
 * @param {number} low
 * @param {number} high
 * @param {number} y
 * @param {number} top of the grid
 * @param {string} title
 */
function axis(place, low, high, y, top, title) {
  const parts = [line(place(low), y, place(high), y)]
  for (const t of ticks(low, high)) {
    parts.push(line(place(t), top, place(t), y, { stroke: COLOURS.grid }))
    parts.push(label(place(t), y + 13, String(t), { 'text-anchor': 'middle', fill: COLOURS.axis, 'font-size': 11 }))
  }
  parts.push(label(WIDE / 2, y + 27, title, { 'text-anchor': 'middle', fill: COLOURS.axis, 'font-size': 11 }))
  return parts
}

/** How states are drawn: colour, place in the lane, height, and in words. @type {Record<string, {colour: string, at: number, high: number, words: string}>} */
const BANDS = {
  using: { colour: COLOURS.ideal, at: 16, high: 8, words: 'using' },
  waiting: { colour: COLOURS.loss, at: 4, high: 10, words: 'on the waiting list' },
  treatment: { colour: COLOURS.gain, at: 4, high: 10, words: 'in treatment' },
  jail: { colour: COLOURS.ink, at: 4, high: 20, words: 'in jail' },
}

/**
 * One client's life in both arms.
 * @param {any} lives
 */
function drawLives(lives) {
  const left = 8, right = WIDE - 8, lane = 50
  const days = Math.max(...lives.of.map((/** @type {any} */ l) => l.days), 1)
  const place = (/** @type {number} */ day) => left + (right - left) * day / days
  const parts = axis(place, 0, days, 2 * lane + 12, 14, 'days since enrolment')
  lives.of.forEach((/** @type {any} */ l, /** @type {number} */ k) => parts.push(...drawLife(l, 12 + k * lane, place)))
  const [key, bottom] = legend(2 * lane + 52, lives.using)
  parts.push(...key)
  return figure(bottom + 8, `Client ${lives.client} in both arms. ` + lives.of.map(tellLife).join(' '), parts)
}

/**
 * @param {any} l
 * @param {number} top
 * @param {(day: number) => number} place
 */
function drawLife(l, top, place) {
  const parts = [label(8, top, l.arm + (l.drawn ? ' (the arm drawn)' : ''), { 'font-weight': 'bold' })]
  parts.push(line(place(0), top + 26, place(l.days), top + 26))
  for (const b of l.bands) {
    const how = BANDS[b.what]
    parts.push(box(place(b.from), top + how.at, Math.max(1, place(b.to) - place(b.from)), how.high, how.colour))
  }
  for (const m of l.marks) {
    const x = place(m.day)
    if (m.what === 'contact') parts.push(line(x, top + 26, x, top + 33, { stroke: COLOURS.third, 'stroke-width': 1.5 }))
    if (m.what === 'seeks') parts.push(svg('path', { d: `M${x} ${top + 27} l-4 7 h8 z`, fill: COLOURS.ink }))
    if (m.what === 'death') parts.push(svg('path', { d: `M${x - 4} ${top + 22} l8 8 m0 -8 l-8 8`, stroke: COLOURS.ink, 'stroke-width': 2 }))
  }
  return parts
}

/**
 * What the bands and marks mean, in as many lines as it takes, and where the last of them is.
 * @param {number} y
 * @param {boolean} using the scenario has a course of use
 * @returns {[SVGElement[], number]}
 */
function legend(y, using) {
  /** @type {SVGElement[]} */
  const parts = []
  let x = 8
  const add = (/** @type {string} */ words, /** @type {(x: number, y: number) => SVGElement} */ mark) => {
    const wide = 26 + 5.3 * words.length
    if (x + wide > WIDE) {
      x = 8
      y += 14
    }
    parts.push(mark(x, y), label(x + 14, y, words))
    x += wide
  }
  for (const what of ['treatment', 'waiting', 'using', 'jail']) {
    if (what !== 'using' || using) add(BANDS[what].words, (x, y) => box(x, y - 8, 10, 8, BANDS[what].colour))
  }
  add('contact', (x, y) => line(x + 6, y - 8, x + 6, y, { stroke: COLOURS.third, 'stroke-width': 1.5 }))
  add('seeks treatment', (x, y) => svg('path', { d: `M${x + 6} ${y - 8} l-4 7 h8 z`, fill: COLOURS.ink }))
  return [parts, y]
}

/**
 * A life in words.
 * @param {any} l
 * @returns {string}
 */
function tellLife(l) {
  const days = (/** @type {string} */ what) => Math.round(l.bands.filter((/** @type {any} */ b) => b.what === what).reduce((/** @type {number} */ sum, /** @type {any} */ b) => sum + b.to - b.from, 0))
  const contacts = l.marks.filter((/** @type {any} */ m) => m.what === 'contact').length
  const first = l.bands.find((/** @type {any} */ b) => b.what === 'treatment')
  const entered = first ? `enters treatment on day ${Math.round(first.from)} and is in it ${count(days('treatment'), 'day')}` : 'never enters treatment'
  const waited = days('waiting') > 0 ? `, waits ${count(days('waiting'), 'day')}` : ''
  return `${l.arm}: ${count(contacts, 'contact')}${waited}, ${entered}.`
}

/**
 * @param {number} n
 * @param {string} thing
 */
const count = (n, thing) => `${n.toLocaleString('en')} ${thing}${n === 1 ? '' : 's'}`

/**
 * People flowing to their boxes: a bar a box, the arms below each other.
 * @param {any} one
 */
function drawFlow(one) {
  const most = Math.max(...one.arms.map((/** @type {any} */ a) => a.boxes[0].n), 1)
  /** @type {SVGElement[]} */
  const parts = []
  let y = 12
  one.arms.forEach((/** @type {any} */ a, /** @type {number} */ k) => {
    parts.push(label(8, y, a.arm, { 'font-weight': 'bold' }))
    y += 5
    for (const b of a.boxes) {
      parts.push(box(190, y, (WIDE - 250) * b.n / most, 11, k ? COLOURS.observed : COLOURS.gain))
      parts.push(label(184, y + 9.5, b.what, { 'text-anchor': 'end', 'font-size': 11 }), label(194 + (WIDE - 250) * b.n / most, y + 9.5, String(b.n)))
      y += 14
    }
    y += 14
  })
  const tell = one.arms.map((/** @type {any} */ a) => `${a.arm}: ${a.boxes.map((/** @type {any} */ b) => `${b.what} ${b.n}`).join(', ')}.`).join(' ')
  return figure(y - 8, `Trial ${one.replicate}. ${tell} ${one.sentence}`, parts)
}

/**
 * Where dots lie: the largest radius with which the highest pile has room.
 * @param {number[]} values
 * @param {(x: number) => number} place
 * @param {number} high
 */
function pile(values, place, high) {
  for (let size = 9; ; size *= 0.92) {
    /** @type {Map<number, number>} */
    const piles = new Map()
    let tallest = 0
    const at = values.map(x => {
      const bin = Math.round(place(x) / size)
      const n = piles.get(bin) ?? 0
      piles.set(bin, n + 1)
      tallest = Math.max(tallest, n + 1)
      return { x: bin * size, n }
    })
    if (tallest * size <= high || size < 0.5) return { size, at }
  }
}

/**
 * Estimates as dots. The range is that of the dots and of what else is shown.
 * @param {{estimate: (number | null)[], rejects: boolean[]}} dots
 * @param {{truth: number | null, covered: boolean, measure: string, said: string}} how
 */
function drawDots(dots, how) {
  const known = dots.estimate.flatMap((x, k) => x === null ? [] : [{ x, significant: dots.rejects[k] && !how.covered }])
  const values = known.map(d => d.x)
  const shown = how.truth === null ? [0, ...values] : [0, how.truth, ...values]
  let low = Math.min(...shown), high = Math.max(...shown)
  const room = (high - low || 1) * 0.05
  low -= room
  high += room
  const bottom = 188, top = 30
  const place = (/** @type {number} */ x) => 10 + (WIDE - 20) * (x - low) / (high - low)
  const parts = axis(place, low, high, bottom, top, how.measure)
  parts.push(line(place(0), top, place(0), bottom))
  const { size, at } = pile(values, place, bottom - top - 4)
  const r = size / 2
  let open = '', full = ''
  known.forEach((d, k) => {
    const circle = `M${(at[k].x - r * 0.85).toFixed(2)} ${(bottom - 1 - r - at[k].n * size).toFixed(2)}a${(r * 0.85).toFixed(2)} ${(r * 0.85).toFixed(2)} 0 1 0 ${(r * 1.7).toFixed(2)} 0a${(r * 0.85).toFixed(2)} ${(r * 0.85).toFixed(2)} 0 1 0 ${(-r * 1.7).toFixed(2)} 0`
    if (d.significant) full += circle
    else open += circle
  })
  parts.push(svg('path', { d: open, fill: '#ffffff', stroke: COLOURS.observed, 'stroke-width': Math.min(1, size / 6) }), svg('path', { d: full, fill: COLOURS.gain }))
  if (how.truth !== null) {
    parts.push(line(place(how.truth), top - 8, place(how.truth), bottom, { stroke: COLOURS.other, 'stroke-width': 2, 'stroke-dasharray': '5 3' }))
    const right = place(how.truth) > WIDE / 2
    parts.push(label(place(how.truth) + (right ? -4 : 4), top - 2, 'true effect', { fill: COLOURS.other, 'text-anchor': right ? 'end' : 'start', 'font-weight': 'bold' }))
  }
  if (!how.covered) {
    parts.push(svg('circle', { cx: 14, cy: 8, r: 4, fill: COLOURS.gain }), label(21, 12, 'significant'))
    parts.push(svg('circle', { cx: 96, cy: 8, r: 4, fill: '#ffffff', stroke: COLOURS.observed }), label(103, 12, 'not significant'))
  }
  return figure(bottom + 32, how.said, parts)
}

/**
 * Where the effect goes, from the ideal world to the trial: the steps' Shapley values.
 * @param {any} w
 */
function drawWaterfall(w) {
  /** @type {{name: string, about: string, from: number, to: number, mcse: number, colour: string}[]} */
  const rows = [{ name: 'ideal', about: 'without obstacles', from: 0, to: w.ideal, mcse: w.ideal_mcse, colour: COLOURS.ideal }]
  let running = w.ideal
  for (const s of w.steps) {
    rows.push({ name: s.label, about: s.about, from: running, to: running + s.step, mcse: s.mcse, colour: s.step < 0 ? COLOURS.loss : COLOURS.gain })
    running += s.step
  }
  rows.push({ name: 'observed', about: 'as run', from: 0, to: w.observed, mcse: w.observed_mcse, colour: COLOURS.observed })
  const ends = rows.flatMap(r => [r.to - 2 * r.mcse, r.to + 2 * r.mcse, r.from])
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends) || 1
  const place = (/** @type {number} */ x) => 130 + (WIDE - 180) * (x - low) / (high - low)
  const high1 = Math.min(22, 170 / rows.length)
  const parts = axis(place, low, high, 6 + rows.length * high1, 4, 'effect in standard deviations; above 0 is better for clients')
  rows.forEach((r, k) => {
    const y = 6 + k * high1
    const end = k === 0 || k === rows.length - 1
    parts.push(box(place(Math.min(r.from, r.to)), y + 1, place(Math.max(r.from, r.to)) - place(Math.min(r.from, r.to)), high1 - 4, r.colour))
    parts.push(line(place(r.to - 1.96 * r.mcse), y + high1 / 2 - 1, place(r.to + 1.96 * r.mcse), y + high1 / 2 - 1, { stroke: COLOURS.ink }))
    parts.push(label(124, y + high1 / 2 + 3, r.name, { 'text-anchor': 'end', 'font-size': 11, 'font-weight': end ? 'bold' : 'normal' }))
    const value = end ? r.to : r.to - r.from
    parts.push(label(WIDE - 2, y + high1 / 2 + 3, (value < 0 ? '−' : end ? '' : '+') + Math.abs(value).toFixed(2), { 'text-anchor': 'end', 'font-size': 11 }))
  })
  const tell = rows.map((r, k) => `${r.name} ${(k === 0 || k === rows.length - 1 ? r.to : r.to - r.from).toFixed(2)}`).join(', ')
  return figure(rows.length * high1 + 40, `Where the effect goes, in standard deviations: ${tell}.`, parts)
}
