// Opens pages in a headless browser and says what it found, as JSON: what the
// console and the network saw, what axe-core finds, and where figures and page
// end at each width.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import puppeteer from 'puppeteer-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const [executablePath, userDataDir, ...urls] = process.argv.slice(2)
const browser = await puppeteer.launch({
  executablePath, userDataDir, pipe: true,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const found = []
for (const url of urls) {
  const seen = { url, console: [], requests: [], failed: [], widths: [], violations: [], tabbed: [] }
  const page = await browser.newPage()
  page.on('console', m => seen.console.push(`${m.type()}: ${m.text()}`))
  page.on('pageerror', e => seen.console.push(`error: ${e.message}`))
  page.on('request', r => seen.requests.push(r.url()))
  page.on('requestfailed', r => seen.failed.push(r.url()))
  await page.setOfflineMode(true) // file: is all there is
  for (const width of [1280, 400]) {
    await page.setViewport({ width, height: 900 })
    await page.goto(url, { waitUntil: 'load' })
    seen.folded ??= await page.evaluate(() => [...document.querySelectorAll('details.section')].filter(d => !d.open).length)
    await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
    seen.widths.push(await page.evaluate(() => ({
      inner: innerWidth,
      page: document.documentElement.scrollWidth,
      figures: [...document.querySelectorAll('figure svg')].filter(f => f.getBoundingClientRect().width > 0).map(f => {
        const box = f.getBoundingClientRect()
        const sizes = [...f.querySelectorAll('text')].map(t => t.getBoundingClientRect().height)
        return { title: f.querySelector('title').textContent, width: box.width, height: box.height, left: box.left, right: box.right, letters: Math.min(...sizes),
          out: [...f.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect(); return b.left < box.left - 1 || b.right > box.right + 1 }).map(t => t.textContent) }
      }),
    })))
    // A table that is wider than the screen scrolls, and its first column stays.
    seen.widths.at(-1).held = await page.evaluate(() => [...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth + 1).map(s => {
      s.scrollLeft = 60
      const first = s.querySelector('tbody tr > :first-child').getBoundingClientRect().left - s.getBoundingClientRect().left
      s.scrollLeft = 0
      return Math.abs(first) < 2
    }))
    await page.evaluate(axe)
    const result = await page.evaluate(async () => await axe.run())
    for (const v of result.violations) {
      seen.violations.push(`${width}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)
    }
  }
  // With the keyboard: what is reached, and that it can be seen to be.
  await page.goto(url, { waitUntil: 'load' })
  for (let k = 0; k < 12; k++) {
    await page.keyboard.press('Tab')
    seen.tabbed.push(await page.evaluate(() => {
      const e = document.activeElement
      const s = getComputedStyle(e)
      return { text: (e.getAttribute('aria-label') || e.textContent).trim().slice(0, 60), tag: e.tagName, outline: s.outlineStyle + ' ' + s.outlineWidth }
    }))
  }
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true })
  seen.pages = (Buffer.from(pdf).toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length
  await page.close()
  found.push(seen)
}
await browser.close()
process.stdout.write(JSON.stringify(found))
