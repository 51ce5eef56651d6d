// Drives a page of "caseload explore" in a headless browser and says what it saw, as JSON.
import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import puppeteer from 'puppeteer-core'

const [executablePath, place, url, changes] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await puppeteer.launch({
  executablePath, userDataDir: join(place, 'profile'), pipe: true, protocolTimeout: 900_000,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const seen = { console: [], requests: [], violations: [], widths: [], sliders: [], tabbed: [] }
const patience = { timeout: 600_000, polling: 100 }
let page

async function open(fragment, width = 1280) {
  page = await browser.newPage()
  page.on('console', m => seen.console.push(`${m.type()}: ${m.text()}`))
  page.on('pageerror', e => seen.console.push(`error: ${e.message}`))
  page.on('request', r => seen.requests.push(r.url().slice(0, 200)))
  await page.setOfflineMode(true) // the page is all there is
  await page.setViewport({ width, height: 800 })
  await page.goto(url + '#' + fragment)
  await done()
}
const done = () => page.waitForFunction(() => globalThis.app && app.run.added === app.run.trials && app.run.trials > 0 && app.found?.replicates === app.run.trials, patience)
const text = id => page.$eval('#' + id, e => e.textContent)

async function check(width) {
  await page.setViewport({ width, height: 800 })
  await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  await page.waitForFunction(() => document.querySelectorAll('#assumptions tbody tr').length > 0 && document.getElementById('toml').value, patience)
  seen.widths.push(await page.evaluate(() => ({ inner: innerWidth, page: document.documentElement.scrollWidth,
    figures: [...document.querySelectorAll('.figure svg')].map(f => {
      const b = f.getBoundingClientRect()
      return { title: f.querySelector('title').textContent, left: b.left, right: b.right,
        out: [...f.querySelectorAll('text')].filter(t => { const x = t.getBoundingClientRect(); return x.left < b.left - 1 || x.right > b.right + 1 }).map(t => t.textContent) }
    }) })))
  await page.evaluate(axe)
  const result = await page.evaluate(async () => await axe.run())
  for (const v of result.violations) seen.violations.push(`${width}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)
}

// It opens, simulates, and saves what the command line prints.
await open('scenario=needle-exchange&trials=300')
await page.waitForFunction(() => app.waterfall, patience)
const session = await browser.target().createCDPSession()
await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: place })
seen.block = await page.$eval('main', e => e.getBoundingClientRect().top)
seen.acts = await page.$$eval('.act', all => all.map(e => e.getBoundingClientRect().bottom))
await page.$eval('#json', e => { e.closest('details').open = true })
await page.click('#json')
const file = join(place, 'needle-exchange.json')
for (let k = 0; k < 600 && !existsSync(file); k++) await new Promise(r => setTimeout(r, 100))
seen.json = readFileSync(file, 'utf8')
seen.said = { dots: await text('dots-said'), flow: await text('flow-said'), life: await text('life-said'), people: await text('people'), waterfall: await text('waterfall-said') }
await check(1280)
await check(400)
await page.setViewport({ width: 1280, height: 800 })

// Keyboard alone: everything is reached in order, and can be seen to be.
await page.evaluate(() => { document.querySelectorAll('details').forEach(d => { d.open = false }); document.activeElement?.blur(); scrollTo(0, 0) })
await page.click('h1')
for (let k = 0; k < 30; k++) {
  await page.keyboard.press('Tab')
  if (await page.evaluate(() => document.activeElement === document.body)) break // round and out of the page
  seen.tabbed.push(await page.evaluate(() => ({ what: document.activeElement.id || document.activeElement.className || document.activeElement.textContent, outline: getComputedStyle(document.activeElement).outlineStyle })))
}

// Each slider is moved with an arrow key.
await page.evaluate(() => app.go({ ...app.state, replicates: 40 }))
await done()
for (const id of await page.$$eval('#sliders input', all => all.map(e => e.id))) {
  const before = await page.evaluate(id => document.getElementById(id).parentElement.querySelector('output').textContent, id)
  const version = await page.evaluate(() => app.version)
  await page.evaluate(id => document.getElementById(id).focus(), id)
  const up = await page.evaluate(id => Number(document.getElementById(id).value) < 90, id)
  for (let k = 0; k < 10; k++) await page.keyboard.press(up ? 'ArrowRight' : 'ArrowLeft')
  await page.waitForFunction(v => app.version > v, patience, version)
  await page.waitForFunction(() => app.pending === 0, patience)
  await done()
  seen.sliders.push({ id, before, after: await page.evaluate(id => document.getElementById(id).parentElement.querySelector('output').textContent, id), hash: await page.evaluate(() => location.hash),
    focused: await page.evaluate(() => document.activeElement.id), first: await page.evaluate(() => app.run.firstDot), problems: await page.$eval('#problems', e => e.hidden ? '' : e.textContent),
    change: await page.$$eval('#changes tr[data-row=mean] td', all => all.map(e => e.textContent)) })
}

// A change in the middle of a run, and another upon it, cut off what is in work.
await page.evaluate(() => app.go({ ...app.state, replicates: 5000 }))
await page.waitForFunction(() => app.run.trials === 5000 && app.run.added > 64, patience)
await page.evaluate(() => { app.go({ ...app.state, replicates: 1000 }); app.go({ ...app.state, replicates: 40 }) })
await page.waitForFunction(() => app.pending === 0, patience)
await done()
seen.cutOff = { problems: await page.$eval('#problems', e => e.hidden ? '' : e.textContent), said: await text('dots-said') }

// The link of another client, trial and outcome gives the same page again.
await page.click('#another-client')
await page.click('#another-trial')
await page.select('#outcome', 'days_in_treatment')
await page.waitForFunction(() => app.found && /Trial 1.* days/.test(document.getElementById('flow-said').textContent) && document.getElementById('life-said').textContent.startsWith('Client 1'), patience)
await done()
const shown = () => page.evaluate(() => ['dots-said', 'flow-said', 'life-said', 'people', 'sliders', 'changes'].map(id => id === 'changes' ? [...document.querySelectorAll('#changes td:last-child')].slice(0, 4).map(e => e.textContent).join('|') : document.getElementById(id).innerText))
seen.shown = await shown()
const link = await page.evaluate(() => location.hash.slice(1))
await page.close()
await open(link)
await page.waitForFunction(() => document.getElementById('flow-said').textContent && document.getElementById('life-said').textContent, patience)
seen.again = await shown()

// A guess covers what is to be guessed, and the lecturer's switch the truth.
await page.click('#guess')
seen.covered = await page.evaluate(() => ({ said: document.getElementById('dots-said').textContent, truth: document.querySelector('#changes tr[data-row=truth] td:last-child').textContent, blue: document.querySelectorAll('#dots circle').length, form: !document.getElementById('guessing').hidden }))
await page.type('#guess-power', '')
await page.click('#guessing button')
seen.revealed = await text('dots-said')
await page.click('#guess')
await page.click('#hide')
seen.hidden = await page.evaluate(() => ({ truth: document.querySelector('#changes tr[data-row=truth] td:last-child').textContent, figure: document.querySelectorAll('#waterfall svg').length, said: document.getElementById('dots').innerHTML.includes('true effect'), people: document.getElementById('people').textContent }))
await page.click('#hide')

// A file with errors: they are shown with their lines, and the page goes on.
const input = await page.$('#file')
await page.$eval('#own', e => { e.open = true })
await input.uploadFile(join(place, 'bad.toml'))
await page.waitForFunction(() => !document.getElementById('problems').hidden, patience)
seen.problems = await text('problems')
await input.uploadFile(join(place, 'good.toml'))
await page.waitForFunction(() => document.getElementById('problems').hidden && document.getElementById('title').textContent === 'Mine', patience)
await done()
seen.good = await text('dots-said')

// The file is in the link, which shows the same on another page; one that is too long is not, and that is said.
const own = await page.evaluate(() => location.hash.slice(1)), mine = await text('dots-said')
await (await page.$('#file')).uploadFile(join(place, 'long.toml'))
await page.waitForFunction(() => document.getElementById('title').textContent === 'Long', patience)
await done()
seen.long = { hash: await page.evaluate(() => location.hash), note: await page.$eval('#link-note', e => e.hidden ? '' : e.textContent) }
await page.close()
await open(own)
seen.linked = { title: await text('title'), same: mine === await text('dots-said'), note: await page.$eval('#link-note', e => e.hidden ? '' : e.textContent), length: own.length }
await page.evaluate(link => { location.hash = link.replace(/file=.{9}/, 'file=') }, own)
await page.waitForFunction(() => !document.getElementById('problems').hidden, patience)
seen.damaged = await text('problems')

// Memory of the workers over many changes.
const memory = () => page.evaluate(() => [...app.run.runners, app.run.desk].reduce((sum, e) => sum + e.memory, 0))
seen.memory = []
await page.evaluate(() => app.go({ ...app.state, scenario: 'dilution', text: '', sliders: {}, replicates: 16 }))
await done()
for (let k = 0; k < Number(changes); k++) {
  await page.evaluate(k => app.go({ ...app.state, sliders: { 'trial.clients': 100 + k } }), k)
  await page.waitForFunction(() => app.pending === 0, patience)
  await done()
  seen.memory.push(await memory())
}
await browser.close()
process.stdout.write(JSON.stringify(seen))
