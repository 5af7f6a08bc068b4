import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDS } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
})
afterAll(() => here.close())

const GOOD = {
  name: 'first',
  inputs: IDS,
  embeddings: { p: { input: 'user', dim: 8 }, q: { input: 'item', dim: 8 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { liked: { inputs: ['score'], loss: { type: 'bpr' } } },
  solver: { type: 'adam', epochs: 2 },
}

// an unknown input of a table, an unknown op, an unknown property, a wrong kind of value, an unknown metric
const FIVE = `{
  "inputs": { "user": { "type": "id", "entity": "user" }, "item": { "type": "id", "entity": "item" } },
  "embeddings": { "p": { "input": "user", "dim": 8, "initt": "zeros" }, "q": { "input": "itme", "dim": 8 } },
  "ops": { "score": { "type": "dott", "inputs": ["p", "q"] } },
  "heads": { "liked": { "inputs": ["score"], "loss": { "type": "bpr" } } },
  "solver": { "type": "adam", "epochs": "many" },
  "evaluation": { "metrics": ["hitrate@10"] }
}
`

const write = (name: string, content: string) => writeFile(join(here.directory, name), content)

test('a good document is ok', async () => {
  await write('good.json', JSON.stringify(GOOD))
  const run = await here.run('check', 'good.json')
  expect([run.code, run.out, run.err]).toEqual([0, 'good.json: ok\n', ''])
})

test('the documents of the benchmarks are ok', async () => {
  const folder = fileURLToPath(new URL('../../../bench/charts/', import.meta.url))
  const files = (await readdir(folder)).map((file) => join(folder, file))
  const run = await here.run('check', ...files)
  expect([run.code, run.out.match(/: ok\n/g)?.length, run.err]).toEqual([0, files.length, ''])
})

test('five mistakes are five diagnostics, as text and as JSON', async () => {
  await write('five.json', FIVE)
  const text = await here.run('check', 'five.json')
  expect([text.code, text.out.match(/^ +--> five\.json:\d+:\d+$/gm)?.length]).toEqual([2, 5])
  const run = await here.run('check', 'five.json', '--json')
  expect(run.code).toBe(2)
  const { diagnostics } = run.json<{ diagnostics: { pointer: string }[] }>()
  expect(diagnostics.length).toBe(5)
  for (const one of diagnostics) {
    expect(Object.keys(one).sort()).toEqual(['code', 'column', 'file', 'hint', 'line', 'message', 'pointer'])
    expect(one).toMatchObject({ line: expect.any(Number), column: expect.any(Number), file: 'five.json' })
  }
  expect(diagnostics.map(({ pointer }) => pointer)).toContain('/embeddings/p/initt')
  expect(run.out.trimEnd().split('\n').length).toBe(1)
})

test('all files are checked, whatever is wrong with the others', async () => {
  await write('good.json', JSON.stringify(GOOD))
  await write('broken.json', '{ "inputs": ')
  const run = await here.run('check', 'broken.json', 'missing.json', 'good.json')
  expect(run.code).toBe(2)
  expect(run.out).toContain('good.json: ok')
  expect(run.out).toContain('unreadable document "missing.json": no such file')
})

test('--set changes a value before it is checked', async () => {
  await write('good.json', JSON.stringify(GOOD))
  expect((await here.run('check', 'good.json', '--set', '/embeddings/q/dim=9')).code).toBe(2)
  expect((await here.run('check', 'good.json', '--set', '/solver/epochs=7', '--set', '/name=other')).code).toBe(0)
})

test('explain shows the graph in every format, and the document in full', async () => {
  await write('good.json', JSON.stringify(GOOD))
  const text = await here.run('explain', 'good.json')
  expect(text.code).toBe(0)
  expect(text.out).toMatch(/p +\[user \+ 1, 8\]/)
  expect(text.out).toMatch(/score +dot\(p, q\)/)
  expect(text.out).toContain('(user + 1) × 8 + (item + 1) × 8')
  expect((await here.run('explain', 'good.json', '--format', 'mermaid')).out).toMatch(/^flowchart LR\n/)
  expect((await here.run('explain', 'good.json', '--format', 'dot')).out).toMatch(/^digraph "first" \{/)
  expect(JSON.parse((await here.run('explain', 'good.json', '--format', 'json')).out).name).toBe('first')
  expect((await here.run('explain', 'good.json', '--json')).json().name).toBe('first')
  const whole = await here.run('explain', 'good.json', '--normalized')
  await write('normalized.json', whole.out)
  expect((await here.run('explain', 'normalized.json', '--normalized')).out).toBe(whole.out)
})

test('explain breaks long lines at 120 columns', async () => {
  const embeddings = Object.fromEntries(
    Array.from({ length: 30 }, (_, row) => [`embedding${row}`, { input: 'item', dim: 8 }]),
  )
  const ops = {
    sum: { type: 'sum', inputs: ['q', ...Object.keys(embeddings)] },
    score: { type: 'dot', inputs: ['p', 'sum'] },
  }
  await write('wide.json', JSON.stringify({ ...GOOD, embeddings: { ...GOOD.embeddings, ...embeddings }, ops }))
  const run = await here.run('explain', 'wide.json')
  expect(run.code, run.err).toBe(0)
  const widths = run.out.split('\n').map((line) => [...line].length)
  expect(Math.max(...widths)).toBeGreaterThan(100)
  expect(Math.max(...widths)).toBeLessThanOrEqual(120)
})

test('the schema is JSON and lists the operators of plugins', async () => {
  const run = await here.run('schema')
  expect(JSON.parse(run.out)).toMatchObject({ $schema: expect.any(String) })
  expect(run.out).toContain('imf/als')
  expect((await here.run('schema', '--json')).json()).toEqual(JSON.parse(run.out))
})

test('doctor prints backend, reason, kernels and plugins', async () => {
  const run = await here.run('doctor', '--json', '--backend', 'cpu', '--threads', '1')
  expect(run.code).toBe(0)
  expect(run.json()).toMatchObject({
    backend: 'cpu',
    why: 'chosen by --backend',
    node: process.versions.node,
    plugins: ['imf', 'ncf', 'autoencoder', 'text'],
    kernels: { implementation: expect.any(String), threads: 1 },
  })
  expect((await here.run('doctor')).out).toMatch(/faster +\S/)
})

test.each([
  [['chekc', 'good.json'], 'unknown command "chekc"', 'did you mean check?'],
  [['check'], 'missing required argument "files"', 'recspec help'],
  [['check', 'good.json', '--sett', '/a=1'], 'unknown option "--sett"', 'did you mean --set?'],
  [['check', 'good.json', '--set'], 'option "--set </pointer=value>" argument missing', 'recspec help'],
  [['explain', 'good.json', '--format', 'svg'], 'argument "svg" is invalid', 'recspec help'],
  [['train', 'good.json'], 'required option "--data <path>" not specified', 'recspec help'],
  [['recommend', 'x', '--user', 'a', '-k', '0'], 'invalid -k "0"', 'expected a whole number from 1'],
  [['doctor', '--backend', 'gpu'], 'unknown backend "gpu"', 'recspec doctor'],
])('a mistake in %j is explained in a line and a hint', async (argv, message, hint) => {
  const run = await here.run(...argv)
  expect(run.code).toBe(2)
  expect(run.out).toBe('')
  const [first, second, ...rest] = run.err.trimEnd().split('\n')
  expect(first).toContain(message)
  expect(second).toContain(`hint: `)
  expect(second).toContain(hint)
  expect(rest).toEqual([])
})

test('failures under --json end standard output with one object', async () => {
  const run = await here.run('explain', 'nowhere.json', '--json')
  expect(run.code).toBe(2)
  expect(run.json()).toMatchObject({ error: { reason: 'document', exit: 2, message: expect.any(String) } })
  await write('broken.json', '{ "inputs": ')
  const broken = await here.run('explain', 'broken.json', '--json')
  expect([broken.code, broken.json<{ diagnostics: unknown[] }>().diagnostics.length > 0]).toEqual([2, true])
})

test('a plugin is used when it is listed', async () => {
  await write('plugin.mjs', `export const mine = { name: 'mine', apiVersion: 1 }`)
  expect((await here.run('doctor', '--plugin', './plugin.mjs', '--json')).json().plugins).toContain('mine')
  expect((await here.run('check', 'good.json', '--plugin', 'recspec-plugin-nowhere')).code).toBe(6)
})

test('help and version exit with 0', async () => {
  expect([(await here.run()).code, (await here.run('--help')).code, (await here.run('help', 'train')).code]).toEqual([
    0, 0, 0,
  ])
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  expect((await here.run('--version')).out).toBe(`${manifest.version}\n`)
})
