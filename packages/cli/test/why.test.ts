import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CPU, IDS, ratedBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
const write = (name: string, content: string) => writeFile(join(here.directory, name), content)

const document = (iterations: number) => ({
  name: 'stars',
  inputs: IDS,
  embeddings: {
    p: { input: 'user', dim: 2, l2: 0.05 },
    q: { input: 'item', dim: 2, l2: 0.05 },
    bu: { input: 'user', dim: 1, l2: 0.05 },
    bi: { input: 'item', dim: 1, l2: 0.05 },
  },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    sum: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
    rating: { type: 'bias', inputs: ['sum'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['rating'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'imf/als', iterations },
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] },
})

interface Why {
  readonly score: number
  readonly stored: number
  readonly because: readonly { item: string; name: string; score: number }[]
  readonly besides: readonly { name: string; score: number }[]
}

beforeAll(async () => {
  here = await openWorkspace()
  await write('board.csv', ratedBoard())
  await write('items.csv', titles())
  for (const iterations of [1, 60]) {
    await write('stars.json', JSON.stringify(document(iterations)))
    const argv = ['stars.json', '--data', 'board.csv', '--items', 'items.csv', '--out', `${iterations}.safetensors`]
    expect((await here.run('train', ...argv, ...CPU)).code).toBe(0)
  }
})
afterAll(() => here.close())

test('why sums to the exact score, which a converged model has', async () => {
  const run = await here.run('why', '60.safetensors', '--user', 'u3', '--item', 'Film 5', '--json', ...CPU)
  const why = run.json<Why>()
  const sum = [...why.because, ...why.besides].reduce((total, { score }) => total + score, 0)
  expect(Math.abs(sum - why.score)).toBeLessThan(1e-4 * why.score)
  expect(Math.abs(why.stored - why.score)).toBeLessThan(1e-3 * why.score)
  expect(why.because.length).toBeGreaterThan(10)
  expect(why.besides.map(({ name }) => name)).toEqual(['bi', 'constant'])
  // items of the film's parity add most, as they were rated high
  const [first] = why.because
  expect(Number(first!.item.slice(1)) % 2).toBe(1)
  expect(first!.name).toBe(`Film ${first!.item.slice(1)}`)
})

test('why says when the stored vector is not the exact one', async () => {
  const argv = ['--user', 'u3', '--item', 'i5', '-k', '3', ...CPU]
  const early = await here.run('why', '1.safetensors', ...argv)
  expect(early.out).toMatch(/^Film 5 \(i5\) for u3\n\n( {2}Film \d+ \(i\d+\) +-?\d\.\d{4}\n){3} {2}\d+ more /)
  expect(early.out).toMatch(/ {2}bi +-?\d\.\d{4}\n {2}constant +\d\.\d{4}\n {2}score +\d\.\d{4}\n/)
  expect(early.out).toContain('the stored vector gives')
  expect((await here.run('why', '60.safetensors', ...argv)).out).not.toContain('the stored vector gives')
})

test('a new user with the ratings of a known one gets the same recommendations', async () => {
  const ratings = ratedBoard()
    .split('\n')
    .filter((line) => line.startsWith('u3,'))
    .map((line) => line.split(','))
  const history = ratings.map(([, item, rating]) => `Film ${item!.slice(1)}=${rating}`).join(', ')
  const argv = ['recommend', '60.safetensors', ...CPU, '--json']
  const fresh = (await here.run(...argv, '--history', history, '-k', '3')).json<{
    results: { item: string; score: number }[]
  }>()
  const known = (await here.run(...argv, '--user', 'u3', '--seen', '-k', '20')).json<typeof fresh>()
  expect(fresh.results).toHaveLength(3)
  for (const { item, score } of fresh.results) {
    expect(ratings.map(([, rated]) => rated)).not.toContain(item)
    // a tenth of the ratings was held out of what the known user's vector is made of
    expect(Math.abs(score - known.results.find((one) => one.item === item)!.score)).toBeLessThan(0.5)
  }
  const people = await here.run('recommend', '60.safetensors', '--history', 'Film 1=5, i3=4', '-k', '2', ...CPU)
  expect(people.out).toMatch(/^for a new user with Film 1 \(i1\) = 5, Film 3 \(i3\) = 4\n\n/)
})

test('mistakes are explained', async () => {
  const both = await here.run('recommend', '60.safetensors', '--user', 'u1', '--history', 'i1=4', ...CPU)
  expect([both.code, both.err]).toEqual([
    2,
    expect.stringContaining('expected --user, --all, or --with or --history of a new user'),
  ])
  const neither = await here.run('recommend', '60.safetensors', ...CPU)
  expect([neither.code, neither.err]).toEqual([2, both.err])
  const bare = await here.run('recommend', '60.safetensors', '--history', 'i1', ...CPU)
  expect([bare.code, bare.err]).toEqual([
    3,
    expect.stringContaining('"stars" learns "rating"\n  hint: give it as name=value'),
  ])
  const unknown = await here.run('recommend', '60.safetensors', '--history', 'Flim 1=3', ...CPU)
  expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('did you mean "Film 1"?')])
})
