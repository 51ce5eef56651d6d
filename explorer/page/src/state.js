// The state of the page: what stands in its link.

/**
 * @typedef {object} State
 * @property {string} scenario
 * @property {string} text of a file; empty for a built-in scenario
 * @property {string} packed the text, as it stands in the link; empty where the page has it, or if it is too long
 * @property {string} outcome empty: the primary one
 * @property {Record<string, number>} sliders those that were moved, by key
 * @property {number} seed 0: the scenario's
 * @property {number} replicates
 * @property {number} trial the one shown
 * @property {number} client the one shown
 * @property {boolean} hide the truth
 * @property {boolean} guess first
 */

/** @type {State} */
const FIRST = { scenario: 'needle-exchange', text: '', packed: '', outcome: '', sliders: {}, seed: 0, replicates: 1000, trial: 0, client: 0, hide: false, guess: false }

/** Words of the link that are no keys of sliders. */
const WORDS = ['scenario', 'file', 'outcome', 'seed', 'trials', 'trial', 'client', 'hide', 'guess']

/**
 * Writes a state as the fragment of a link, without the #.
 * @param {State} s
 * @returns {string}
 */
function writeState(s) {
  const p = new URLSearchParams({ scenario: s.scenario })
  if (s.packed) p.set('file', s.packed)
  if (s.outcome) p.set('outcome', s.outcome)
  for (const key of Object.keys(s.sliders).sort()) p.set(key, String(s.sliders[key]))
  if (s.seed) p.set('seed', String(s.seed))
  if (s.replicates !== FIRST.replicates) p.set('trials', String(s.replicates))
  if (s.trial) p.set('trial', String(s.trial))
  if (s.client) p.set('client', String(s.client))
  if (s.hide) p.set('hide', '1')
  if (s.guess) p.set('guess', '1')
  return p.toString()
}

/**
 * Reads what writeState writes. What is not a number where one is wanted is left out.
 * @param {string} text
 * @returns {State}
 */
function readState(text) {
  const p = new URLSearchParams(text)
  const whole = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
    const n = Number(p.get(name) ?? otherwise)
    return Number.isInteger(n) && n >= 0 ? n : otherwise
  }
  /** @type {State} */
  const s = { ...FIRST, scenario: p.get('scenario') || FIRST.scenario, packed: p.get('file') || '', outcome: p.get('outcome') || '', sliders: {},
    seed: whole('seed', 0), replicates: whole('trials', FIRST.replicates), trial: whole('trial', 0), client: whole('client', 0),
    hide: p.get('hide') === '1', guess: p.get('guess') === '1' }
  for (const [key, value] of p) {
    if (!WORDS.includes(key) && value !== '' && Number.isFinite(Number(value))) s.sliders[key] = Number(value)
  }
  return s
}

/** The most characters that a scenario file may take in a link: longer ones are cut off in mail and chats. */
const MOST_PACKED = 8000

/**
 * Packs the text of a file for a link: compressed, as base 64 of characters that stand for themselves there.
 * @param {string} text
 * @returns {Promise<string>}
 */
async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  return btoa(Array.from(bytes, b => String.fromCharCode(b)).join('')).replace(/[+/=]/g, c => ({ '+': '-', '/': '_' })[c] ?? '')
}

/**
 * The text that pack has packed. What is no such text is refused.
 * @param {string} packed
 * @returns {Promise<string>}
 */
async function unpack(packed) {
  try {
    const bytes = Uint8Array.from(atob(packed.replace(/[-_]/g, c => c === '-' ? '+' : '/')), c => c.charCodeAt(0))
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return new TextDecoder('utf-8', { fatal: true }).decode(await new Response(stream).arrayBuffer())
  } catch {
    throw new Error('The scenario file in the link is damaged: the link was cut off, or changed. Ask for it again, or for the file.')
  }
}

/**
 * What the engine is asked to open.
 * @param {State} s
 */
function requestOf(s) {
  return { scenario: s.scenario, text: s.text, sliders: s.sliders, seed: s.seed, replicates: s.replicates }
}
