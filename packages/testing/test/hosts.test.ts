import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'

const packages = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'recspec-hosts-'))
symlinkSync(join(packages, '../node_modules'), join(folder, 'node_modules'))
const entry = join(folder, 'suite.mjs')

/** The kit and two plugins as one file of plain JavaScript, as an author's test imports them. */
beforeAll(async () => {
  const source = `
    import { testPlugin } from '${join(packages, 'testing/src/index.ts')}'
    import { planted, sound } from '${join(packages, 'testing/test/planted.ts')}'
    export { testPlugin }
    export const fine = sound.metric
    export const broken = planted.find(({ fault }) => fault === 'a metric that ignores ties').plugin
  `
  await build({
    stdin: { contents: source, resolveDir: packages, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['recspec-source'],
    mainFields: ['module', 'main'],
    external: ['vitest'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    outfile: entry,
    logLevel: 'error',
  })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs Node on a file with these lines; without the variable by which vitest is recognised. */
const run = (name: string, lines: string, ...options: string[]) => {
  const file = join(folder, name)
  writeFileSync(file, `import { broken, fine, testPlugin } from './suite.mjs'\n${lines}\n`)
  const { VITEST, ...environment } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file], {
    env: environment,
    encoding: 'utf8',
  })
  return { status, text: `${stdout}${stderr}` }
}

test('under node:test a sound plugin passes and a broken one fails by the name of the check', () => {
  const passed = run('fine.test.mjs', 'testPlugin(fine)', '--test', '--test-reporter=tap')
  expect(passed.status, passed.text).toBe(0)
  expect(passed.text).toContain('ties: a metric of tied items is the mean over all their orders')
  const failed = run('broken.test.mjs', 'testPlugin(broken)', '--test', '--test-reporter=tap')
  expect(failed.status).toBe(1)
  expect(failed.text).toMatch(/not ok \d+ - ties: /)
  expect(failed.text).toMatch(/\bok \d+ - better: /)
}, 120_000)

test('the globals of jest are used where there are any', () => {
  const globals = `
    const titles = []
    const tests = []
    globalThis.describe = (title, body) => { titles.push(title); body() }
    globalThis.it = (title, body, timeout) => tests.push([title, body, timeout])
    const { testPlugin: declared } = await import('./suite.mjs')
    declared(broken)
    const failed = []
    for (const [title, body] of tests) await body().catch(() => failed.push(title))
    console.log(JSON.stringify({ titles, count: tests.length, failed, timeouts: tests.every(([, , t]) => t === undefined || t > 0) }))
  `
  const { status, text } = run('jest.mjs', globals)
  expect(status, text).toBe(0)
  const found = JSON.parse(text.trim().split('\n').at(-1)!)
  expect(found.titles).toEqual(['plugin tucker', 'metric tucker/first'])
  expect(found.count).toBeGreaterThan(6)
  expect(found.failed).toEqual(['ties: a metric of tied items is the mean over all their orders'])
  expect(found.timeouts).toBe(true)
}, 120_000)

test('under vitest without globals its own functions are used, and the kit loads it once', () => {
  const file = join(folder, 'inner.test.mjs')
  writeFileSync(file, "import { fine, testPlugin } from './suite.mjs'\ntestPlugin(fine)\n")
  const config = join(folder, 'vitest.config.mjs')
  writeFileSync(config, 'export default { test: { include: ["inner.test.mjs"] } }\n')
  const { VITEST, VITEST_POOL_ID, VITEST_WORKER_ID, ...environment } = process.env
  const bin = join(packages, '../node_modules/vitest/vitest.mjs')
  const options = ['run', '--root', folder, '--config', config, '--reporter', 'verbose']
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...options], {
    env: environment,
    encoding: 'utf8',
  })
  expect(status, `${stdout}${stderr}`).toBe(0)
  expect(stdout).toContain('ties: a metric of tied items')
}, 120_000)
