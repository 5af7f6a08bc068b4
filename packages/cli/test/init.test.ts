import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIRST_MODEL } from '../src/first.js'
import { type Place, place } from './captured.js'

let here: Place
beforeAll(async () => {
  here = await place()
})
afterAll(() => here.close())

test('a new project checks, trains better than popularity, and answers', async () => {
  const run = await here.run('init', 'project')
  expect(run.code).toBe(0)
  expect((await readdir(join(here.directory, 'project'))).sort()).toEqual(['data', 'model.json', 'recspec.schema.json'])
  expect(run.out).toContain('  cd project\n')
  expect((await here.run('check', 'project/model.json')).code).toBe(0)
  const argv = ['train', 'project/model.json', '--data', 'project/data/data.json', '--backend', 'cpu', '--json']
  const trained = (await here.run(...argv)).json<Record<'metrics' | 'baseline', Record<string, number>>>()
  for (const metric of ['ndcg@10', 'recall@20'])
    expect(trained.metrics[metric]).toBeGreaterThan(1.2 * trained.baseline[metric]!)
  const query = await here.run('query', 'songs.safetensors', 'Colombia + Turkey - Germany', '--backend', 'cpu')
  expect(query.code).toBe(0)
  expect(query.out).toMatch(/^Colombia \(co\) \+ Turkey \(tr\) - Germany \(de\)\n/)
})

test('a directory that holds something is left alone without --force', async () => {
  await here.run('init', 'kept')
  await writeFile(join(here.directory, 'kept', 'model.json'), 'mine')
  const run = await here.run('init', 'kept')
  expect([run.code, run.err]).toEqual([2, 'directory "kept" is not empty\n  hint: name a new one, or add --force\n'])
  expect(await readFile(join(here.directory, 'kept', 'model.json'), 'utf8')).toBe('mine')
  expect((await here.run('init', 'kept', '--force')).code).toBe(0)
  expect(await readFile(join(here.directory, 'kept', 'model.json'), 'utf8')).toBe(FIRST_MODEL)
})

test('samples come with a data document and depend on the seed only', async () => {
  const argv = ['sample', 'ratings', '--users', '30', '--items', '20', '--interactions', '100', '--json']
  const run = await here.run(...argv, '--out', 'a')
  expect(run.json()).toEqual({ document: join('a', 'data.json'), events: 100 })
  await here.run(...argv, '--out', 'b')
  await here.run(...argv, '--out', 'c', '--seed', '1')
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map((name) => readFile(join(here.directory, name, 'ratings.csv'))),
  )
  expect([a!.equals(b!), a!.equals(c!)]).toEqual([true, false])
  expect((await here.run('sample', 'reviews', '--out', 'r')).out).toContain('--data r/data.json')
  const many = await here.run('sample', 'ratings', '--users', '2', '--items', '2', '--interactions', '100')
  expect([many.code, many.err]).toEqual([2, expect.stringContaining('invalid interactions 100')])
})

test('a model that ranks nothing trains, is measured, and says so when asked to rank', async () => {
  await here.run('sample', 'reviews', '--out', 'texts')
  const document = {
    name: 'texts',
    inputs: { review: { type: 'text/tokens', entity: 'event', maxLength: 16 } },
    ops: {
      words: { type: 'text/bag', inputs: ['review'], dim: 8, combine: 'mean' },
      positive: { type: 'dense', inputs: ['words'], units: 1 },
    },
    heads: {
      sentiment: { inputs: ['positive'], target: { column: 'label', positive: 'Positive' }, loss: { type: 'bce' } },
    },
    solver: { type: 'adam', learningRate: 0.05, batchSize: 16, epochs: 3 },
    evaluation: { split: { type: 'ratio', share: 0.2 }, metrics: ['accuracy'] },
  }
  await writeFile(join(here.directory, 'texts.json'), JSON.stringify(document))
  const run = await here.run('train', 'texts.json', '--data', 'texts/data.json', '--backend', 'cpu')
  expect(run.code).toBe(0)
  expect(run.out).toMatch(/ratio-0\.2 +model +item means\n +accuracy +[01]\.\d+/)
  expect(run.out).not.toContain('next')
  const asked = await here.run('recommend', 'texts.safetensors', '--user', 'x', '--backend', 'cpu')
  expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('"texts" does not rank items')])
})
