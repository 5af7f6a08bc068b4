import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STARTER_DOCUMENT } from '../src/project/starter.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
})
afterAll(() => here.close())

test('a new project checks, trains better than popularity, and answers', async () => {
  const run = await here.run('init', 'project')
  expect(run.code).toBe(0)
  expect((await readdir(join(here.directory, 'project'))).sort()).toEqual([
    '.vscode',
    'data',
    'model.json',
    'recspec.data.schema.json',
    'recspec.schema.json',
  ])
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

test('a directory that is not empty is unchanged without --force', async () => {
  await here.run('init', 'kept')
  await writeFile(join(here.directory, 'kept', 'model.json'), 'mine')
  const run = await here.run('init', 'kept')
  expect([run.code, run.err]).toEqual([2, 'directory "kept" is not empty\n  hint: name a new one, or add --force\n'])
  expect(await readFile(join(here.directory, 'kept', 'model.json'), 'utf8')).toBe('mine')
  expect((await here.run('init', 'kept', '--force')).code).toBe(0)
  expect(await readFile(join(here.directory, 'kept', 'model.json'), 'utf8')).toBe(STARTER_DOCUMENT)
})

test('the settings of another program become a document that says so, checks and trains', async () => {
  for (const [program, options, expected] of [
    [
      'implicit',
      ['--factors', '8', '--regularization', '0.05', '--alpha', '20', '--iterations', '3', '--setting', 'use_cg=false'],
      ['"dim": 8', '"l2": 0.05', '"alpha": 19', '"iterations": 3', '"method": "cholesky"', '// "target"'],
    ],
    ['spark', ['--factors', '5'], ['"dim": 5', '"nu": 1', '"type": "mse"', '\n      "target": "plays"']],
    ['lenskit', ['--alpha', '10', '--factors', '4'], ['"alpha": 10', '"dim": 4']],
    ['ials', ['--alpha', '0.3', '--factors', '4'], ['"unobservedWeight": 0.3', '"nu": 1']],
    ['hkv', ['--regularization', '2', '--factors', '4', '--iterations', '2'], ['"l2": 2', '"alpha": 40']],
  ] as const) {
    const run = await here.run('init', program, '--from', program, ...options)
    expect(run.code, run.err).toBe(0)
    const model = await readFile(join(here.directory, program, 'model.json'), 'utf8')
    for (const piece of expected) expect(model).toContain(piece)
    expect(model).toContain(`  // ${program} with `)
    const argv = [`${program}/model.json`, '--data', `${program}/data/data.json`, '--backend', 'cpu', '--json']
    const trained = await here.run('train', ...argv, '--set', '/solver/iterations=2')
    expect(trained.code, trained.err).toBe(0)
  }
})

test('settings that cannot be converted are refused', async () => {
  const low = await here.run('init', 'low', '--from', 'implicit', '--alpha', '0.5')
  expect([low.code, low.err]).toEqual([2, expect.stringContaining('"alpha" of 1 or more, got 0.5')])
  const strange = await here.run('init', 'low', '--from', 'spark', '--setting', 'rnak=3')
  expect([strange.code, strange.err]).toEqual([2, expect.stringContaining('unknown setting "rnak" of spark')])
  const stray = await here.run('init', 'low', '--factors', '3')
  expect([stray.code, stray.err]).toEqual([2, expect.stringContaining('--factors without --from')])
  const nobody = await here.run('init', 'low', '--from', 'surprise')
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('"surprise" is invalid')])
  expect(await readdir(here.directory)).not.toContain('low')
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

test('a model that ranks nothing is trained and measured, and refuses to rank', async () => {
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
