// Pages of the built site in a browser: light and dark, wide and as on a phone. SHOTS=folder keeps pictures of them.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromium } from '../../test/browser/chromium.js'
import { type DrivenPage, drivePage, type Look } from '../../test/browser/devtools.js'
import { root } from '../../test/workspace.js'
import { serve } from './serve.js'

const dist = join(root, 'site/dist')
const browser = existsSync(dist) ? chromium() : undefined
if (!browser) console.log('no built site (npm run docs) or no chromium here, so no page of it is opened')
const inPage = browser ? test : test.skip

const TIMEOUT = 120_000

const looks: readonly Look[] = (['light', 'dark'] as const).flatMap((scheme) => [
  { width: 1440, height: 900, scheme },
  { width: 390, height: 844, scheme },
])
const names = [
  'index',
  'gallery/sequence-mix',
  'language/ops',
  'tutorials/neural',
  'plugins/index',
  'api/core-contract',
]

/** What is wider than the window, and the contrast of letters with the page: of its text, and of drawings. */
const SEEN = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((value) => value / 255)
  const luminance = (color) => channels(color)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0)
  const page = luminance(getComputedStyle(document.body).backgroundColor)
  const contrast = (color) => {
    const [low, high] = [luminance(color), page].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }
  return {
    width: document.documentElement.scrollWidth,
    text: contrast(getComputedStyle(document.querySelector('.vp-doc p')).color),
    letters: [...document.querySelectorAll('.drawing text')].map((text) => contrast(getComputedStyle(text).fill)),
    dark: page < 0.5,
  }
})()`

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Seen {
  readonly width: number
  readonly text: number
  readonly letters: readonly number[]
  readonly dark: boolean
}

/** What is seen once the page follows the scheme, and its change of colors is over. */
const seenIn = async (page: DrivenPage, { scheme }: Look): Promise<Seen> => {
  const dark = scheme === 'dark'
  for (let times = 0; times < 100; times++) {
    const before = await page.evaluate<Seen>(SEEN)
    await wait(100)
    const seen = await page.evaluate<Seen>(SEEN)
    if (seen.dark === dark && seen.text === before.text) return seen
  }
  return page.evaluate<Seen>(SEEN)
}

let site: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  site = await serve(dist)
})
afterAll(() => site.close())

/** Opens a page of the site, and closes it when `use` is done; no page fetches from elsewhere or prints an error. */
const withPage = async (name: string, use: (page: DrivenPage) => Promise<void>) => {
  const page = await drivePage(browser!, `${site.url}${name}.html`)
  try {
    await use(page)
    expect(page.errors).toEqual([])
    expect(page.requests.filter((url) => !url.startsWith(site.url) && !url.startsWith('data:'))).toEqual([])
  } finally {
    await page.close()
  }
}

inPage.each(names)(
  '%s reads in light and dark, wide and narrow',
  async (name) => {
    await withPage(name, async (page) => {
      for (const look of looks) {
        await page.look(look)
        const seen = await seenIn(page, look)
        expect([look, seen.dark, seen.width]).toEqual([look, look.scheme === 'dark', look.width])
        expect(Math.min(seen.text, ...seen.letters)).toBeGreaterThan(7)
        expect(seen.letters.length > 0).toBe(name.startsWith('gallery/'))
        if (!process.env['SHOTS']) continue
        await mkdir(process.env['SHOTS'], { recursive: true })
        const picture = `${name.replace('/', '-')}-${look.width}-${look.scheme}.png`
        await writeFile(join(process.env['SHOTS'], picture), await page.picture())
      }
    })
  },
  TIMEOUT,
)

const SEARCH = `new Promise((resolve, reject) => {
  const until = (find, then, times = 100) => {
    const found = find()
    if (found) return then(found)
    if (times === 0) return reject(new Error('not found: ' + find))
    setTimeout(() => until(find, then, times - 1), 100)
  }
  until(() => document.querySelector('.VPNavBarSearch button'), (button) => {
    button.click()
    until(() => document.querySelector('.VPLocalSearchBox input'), (input) => {
      input.value = 'weighted-squares'
      input.dispatchEvent(new Event('input', { bubbles: true }))
      until(() => document.querySelector('.VPLocalSearchBox a.result'), () =>
        resolve([...document.querySelectorAll('.VPLocalSearchBox a.result')].map((link) => link.getAttribute('href'))))
    })
  })
})`

inPage(
  'the search finds an operator, without a service',
  async () => {
    await withPage('index', async (page) => {
      const found = await page.evaluate<string[]>(SEARCH)
      expect(found.some((address) => address.includes('weighted-squares'))).toBe(true)
    })
  },
  TIMEOUT,
)
