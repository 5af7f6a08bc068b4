import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOARD, CPU, implicitBoard, titles } from '../../packages/cli/test/board.js'
import { openWorkspace, type Workspace } from '../../packages/cli/test/workspace.js'
import { chromium } from './chromium.js'
import { type DrivenPage, drivePage } from './devtools.js'

const browser = chromium()
if (!browser) console.log('no chromium here, so no report is opened: install Debian`s chromium, or set CHROMIUM')
const inPage = browser ? test : test.skip

let here: Workspace
let page: DrivenPage | undefined
beforeAll(async () => {
  here = await openWorkspace()
  const write = (name: string, content: string) => writeFile(join(here.directory, name), content)
  await write('board.csv', implicitBoard())
  await write('items.csv', titles())
  await write('one.json', JSON.stringify({ ...BOARD, name: 'one' }))
  await write('two.json', JSON.stringify({ ...BOARD, name: 'two', solver: { ...BOARD.solver, epochs: 5 } }))
  const data = ['--data', 'board.csv', '--items', 'items.csv', ...CPU]
  const run = await here.run(
    'compare',
    'one.json',
    'two.json',
    ...data,
    '--segments',
    'user-events',
    '--report',
    'r.html',
  )
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('saved r.html')])
  if (browser) page = await drivePage(browser, pathToFileURL(join(here.directory, 'r.html')).href)
}, 120_000)
afterAll(async () => {
  await page?.close()
  await here.close()
})

/** Every chart and drawing: its marks, and whether it is wider than what it is in. */
const CHARTS = `[...document.querySelectorAll('figure svg')].map((svg) => ({
  label: svg.getAttribute('aria-label'),
  marks: [...svg.querySelectorAll('.mark-symbol path, .mark-line path, .mark-rule.role-mark line, .box rect')]
    .filter((mark) => mark.getBoundingClientRect().width + mark.getBoundingClientRect().height > 0).length,
  height: svg.getBoundingClientRect().height,
}))`

inPage('every chart is drawn, nothing is requested, and no error is printed', async () => {
  const charts = await page!.evaluate<{ label: string; marks: number; height: number }[]>(CHARTS)
  // two metrics with two charts each, two curves, two segments, two graphs, two maps
  expect(charts).toHaveLength(12)
  for (const { label, marks, height } of charts) {
    expect([label, marks]).toEqual([expect.stringMatching(/\w/), expect.any(Number)])
    expect(marks).toBeGreaterThan(0)
    expect(height).toBeGreaterThan(50)
  }
  expect(page!.requests).toEqual([expect.stringMatching(/r\.html$/)])
  expect(page!.errors).toEqual([])
})

inPage.each(['light', 'dark'] as const)(
  'text has contrast and a phone needs no scrolling sideways: %s',
  async (scheme) => {
    await page!.look({ width: 390, height: 844, scheme })
    expect(await page!.evaluate('document.documentElement.scrollWidth')).toBe(390)
    const contrasts = await page!.evaluate<Record<string, number>>(`(() => {
    const light = (color) => {
      const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const paper = light(getComputedStyle(document.body).backgroundColor)
    const against = (color) => (Math.max(paper, light(color)) + 0.05) / (Math.min(paper, light(color)) + 0.05)
    const probe = document.body.appendChild(document.createElement('i'))
    const names = ['ink', 'muted', 'accent', 'good', 'bad', ...Array.from({ length: 8 }, (_, place) => 'c' + place)]
    const found = Object.fromEntries(names.map((name) => {
      probe.style.color = 'var(--' + name + ')'
      return [name, against(getComputedStyle(probe).color)]
    }))
    probe.remove()
    const label = document.querySelector('figure svg text')
    return { ...found, label: against(getComputedStyle(label).fill) }
  })()`)
    for (const [name, contrast] of Object.entries(contrasts)) expect([name, contrast >= 4.5]).toEqual([name, true])
    expect(contrasts['ink']).toBeGreaterThan(10)
  },
)

inPage('the name of a point is shown where the map is touched', async () => {
  await page!.look({ width: 1000, height: 900, scheme: 'light' })
  const shown = await page!.evaluate<{ name: string; tip: string }>(`(() => {
    const mark = document.querySelector('[data-map] .mark-symbol path[aria-label]')
    mark.scrollIntoView({ behavior: 'instant', block: 'center' })
    const box = mark.getBoundingClientRect()
    const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true }
    mark.dispatchEvent(new PointerEvent('pointerdown', at))
    return { name: mark.getAttribute('aria-label'), tip: document.querySelector('.tip').textContent }
  })()`)
  expect(shown.name).toMatch(/^Film \d+$/)
  expect(shown.tip).toBe(shown.name)
})
