// Short names for the page's elements.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id))
const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id))
const select = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (byId(id))

/**
 * An element of the page.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} inside
 */
function element(name, attributes, ...inside) {
  const e = document.createElement(name)
  for (const key of Object.keys(attributes)) e.setAttribute(key, attributes[key])
  e.append(...inside)
  return e
}
