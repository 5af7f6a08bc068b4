import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOARD, CPU, IDS, implicitBoard, ratedBoard } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

/** Ratings by products of vectors and by biases; without `dim` by biases only, which cannot tell who likes what. */
const rated = (name: string, dim: number | undefined, metrics: readonly string[], split = {}) => ({
  name,
  inputs: IDS,
  embeddings: {
    ...(dim === undefined ? {} : { p: { input: 'user', dim, l2: 0.01 }, q: { input: 'item', dim, l2: 0.01 } }),
    b: { input: 'user', dim: 1, l2: 0.01 },
    c: { input: 'item', dim: 1, l2: 0.01 },
  },
  ops: {
    ...(dim === undefined ? {} : { match: { type: 'dot', inputs: ['p', 'q'] } }),
    linear: { type: 'sum', inputs: [...(dim === undefined ? [] : ['match']), 'b', 'c'] },
    rating: { type: 'bias', inputs: ['linear'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['rating'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'imf/als', iterations: 8 },
  evaluation: { split: { type: 'ratio', share: 0.3, ...split }, metrics },
})

let here: Workspace
const write = (name: string, content: unknown) =>
  writeFile(join(here.directory, name), typeof content === 'string' ? content : JSON.stringify(content))
const compare = (...argv: readonly string[]) => here.run('compare', ...argv, '--data', 'rated.csv', ...CPU)

beforeAll(async () => {
  here = await openWorkspace()
  await write('rated.csv', ratedBoard())
  await write('board.csv', implicitBoard())
  await write('good.json', rated('good', 3, ['rmse', 'mae']))
  await write('again.json', { ...rated('again', 4, ['rmse']) })
  await write('flat.json', rated('flat', undefined, ['rmse', 'mae']))
  await write('other.json', rated('other', 3, ['rmse'], { share: 0.2 }))
  await write('board.json', BOARD)
})
afterAll(() => here.close())

interface Bounds {
  readonly low: number
  readonly high: number
}

interface Answer {
  readonly protocol: string
  readonly against: string
  readonly omitted: readonly string[]
  readonly metrics: readonly {
    readonly metric: string
    readonly users: number
    readonly values: readonly { readonly model: string; readonly value: number; readonly interval: Bounds }[]
    readonly differences: readonly { readonly model: string; readonly verdict: string }[]
  }[]
  readonly models: readonly Record<string, unknown>[]
  readonly baselines: readonly { readonly name: string; readonly metrics: Record<string, number> }[]
}

test('documents are trained, measured on the same rows, and told apart or not', async () => {
  const run = await compare('good.json', 'again.json', 'flat.json', '--json', '--out-dir', 'kept')
  expect(run.code).toBe(0)
  const found = run.json<Answer>()
  expect(found).toMatchObject({ protocol: 'ratio-0.3', against: 'good', omitted: ['mae'] })
  const [rmse] = found.metrics
  expect(rmse).toMatchObject({ metric: 'rmse', users: 20 })
  expect(rmse!.differences.map(({ model, verdict }) => [model, verdict])).toContainEqual(['flat', 'worse'])
  for (const { value, interval } of rmse!.values) {
    expect(interval.low).toBeLessThan(value)
    expect(interval.high).toBeGreaterThan(value)
  }
  expect(found.baselines).toEqual([{ name: 'item means', metrics: { rmse: expect.any(Number) } }])
  for (const model of found.models)
    expect(model).toMatchObject({
      ...{ name: expect.any(String), file: expect.stringMatching(/json$/), seconds: expect.any(Number) },
      ...{
        memory: expect.any(Number),
        size: expect.any(Number),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        seed: 0,
      },
    })
  expect((await readdir(join(here.directory, 'kept'))).sort()).toEqual([
    'again.safetensors',
    'flat.safetensors',
    'good.safetensors',
  ])

  // the models that were kept are what train gives, and are measured on the same rows again
  const trained = await here.run('train', 'good.json', '--data', 'rated.csv', ...CPU, '--json')
  expect(found.models[0]!['digest']).toBe(trained.json()['digest'])
  const again = (await compare('kept/good.safetensors', 'flat.json', '--json')).json<Answer>()
  expect(again.metrics[0]!.values[0]!.value).toBe(rmse!.values[0]!.value)
  expect(again.metrics[0]!.values[0]!.interval).toEqual(rmse!.values[0]!.interval)
  expect(again.models[0]).toMatchObject({ name: 'good', seconds: null })
})

test('a comparison is a table that says what is noise', async () => {
  const run = await compare('good.json', 'flat.json')
  expect(run.code).toBe(0)
  expect(run.out).toMatch(/^ratio-0\.3, \d+ test rows\n/)
  expect(run.out).toMatch(/\n {2}flat +\d\.\d{4} +\d\.\d{4} … \d\.\d{4} +\+\d\.\d{4} +\S+ +\S+ {2}worse\n/)
  expect(run.out).toMatch(/\n {2}item means +\d\.\d{4}\n/)
  expect(run.out).toContain('noise: neither test tells the model from good')
})

test('what cannot be compared is refused with the reason, before anything is trained', async () => {
  const split = await compare('good.json', 'other.json')
  expect([split.code, split.out]).toEqual([2, ''])
  expect(split.err).toMatch(
    /^not comparable: good has the split ratio \(share 0\.3\), other has ratio \(share 0\.2\)\n {2}hint: /,
  )
  const one = await compare('good.json')
  expect([one.code, one.err]).toEqual([2, expect.stringContaining('nothing to compare with')])
  const missing = await compare('good.json', 'nowhere.json')
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('unreadable file "nowhere.json"')])
  expect(split.err + one.err + missing.err).not.toContain('epoch')
})

test('models that hold out other rows are refused', async () => {
  await here.run('train', 'flat.json', '--data', 'rated.csv', ...CPU, '--seed', '5', '--out', 'five.safetensors')
  const run = await compare('good.json', 'five.safetensors')
  expect([run.code, run.err]).toEqual([3, expect.stringContaining('were measured on other test rows: seeds 0 and 5')])
  const set = await compare('five.safetensors', 'good.json', '--set', '/solver/iterations=2')
  expect([set.code, set.err]).toEqual([2, expect.stringContaining('--set changes documents')])
})

test('rankings have popularity beside them, recent popularity too', async () => {
  await write('short.json', { ...BOARD, name: 'short', solver: { ...BOARD.solver, epochs: 1 } })
  const run = await here.run('compare', 'board.json', 'short.json', '--data', 'board.csv', ...CPU, '--json')
  const { baselines, metrics } = run.json<Answer>()
  expect(baselines.map(({ name }) => name)).toEqual(['popularity', 'recent popularity'])
  expect(metrics.map(({ metric }) => metric)).toEqual(['hr@5', 'ndcg@5'])
  expect(metrics[0]!.differences[0]!.verdict).toBe('worse')
})

test('train, evaluate and compare write pages', async () => {
  const data = ['--data', 'rated.csv', ...CPU]
  const train = await here.run('train', 'good.json', ...data, '--out', 'page.safetensors', '--report', 'train.html')
  expect([train.code, train.err]).toEqual([0, expect.stringContaining('saved train.html\n')])
  const evaluate = await here.run('evaluate', 'page.safetensors', '--held-out', ...data, '--report', 'evaluate.html')
  expect([evaluate.code, evaluate.err]).toEqual([0, 'saved evaluate.html\n'])
  const read = (name: string) => readFile(join(here.directory, name), 'utf8')
  const sections = async (name: string) =>
    [...(await read(name)).matchAll(/<h2[^>]*>([^<]+)/g)].map((match) => match[1])
  expect(await sections('train.html')).toEqual([
    'Quality',
    'Training',
    'Recommendations',
    'Model good',
    'Data',
    'Receipts',
  ])
  expect(await sections('evaluate.html')).toEqual(['Quality', 'Recommendations', 'Model good', 'Data', 'Receipts'])
  const over = await here.run('train', 'good.json', ...data, '--report', './rated.csv')
  expect([over.code, over.err]).toEqual([2, expect.stringContaining('hint: give another file with --report')])
  const refused = await here.run('train', 'good.json', ...data, '--report', '.')
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--report . is a directory')])
})
