import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { key, uniform } from '@recspec/kernels'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeEach(async () => {
  here = await openWorkspace()
})
afterEach(() => here.close())

/** Users like items of their own parity, more or less. */
const ratings = (rated: (cell: number) => number = (cell) => uniform(cell, 1)) => {
  const lines = ['user,item,rating,time']
  for (let user = 0; user < 30; user++)
    for (let item = 0; item < 20; item++) {
      const cell = key(1, user, item)
      if (uniform(cell, 0) > 0.5) continue
      const stars = ((user + item) % 2 === 0 ? 4 : 2) + Math.round(2 * rated(cell) - 1)
      lines.push(`u${user},i${item},${stars},${Math.floor(1000 * uniform(cell, 2))}`)
    }
  return `${lines.join('\n')}\n`
}

const search = {
  strategy: { type: 'tpe', trials: 6, startup: 3 },
  metric: 'rmse',
  parameters: {
    dim: { at: ['/embeddings/p/dim', '/embeddings/q/dim'], range: [2, 6], integer: true },
    rate: { at: '/solver/learningRate', range: [0.003, 0.3], scale: 'log' },
  },
}
const document = {
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 4, l2: 0.02 }, q: { input: 'item', dim: 4, l2: 0.02 } },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    score: { type: 'bias', inputs: ['match'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', learningRate: 0.01, epochs: 4, batchSize: 64 },
  evaluation: { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse'] },
  search,
}

const at = (name: string) => join(here.directory, name)
const write = (name: string, content: unknown) =>
  writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content))
const read = (name: string) => readFile(at(name), 'utf8')
const tune = (...more: readonly string[]) => here.run('tune', 'm.json', '--data', 'r.csv', '--threads', '1', ...more)

interface Line {
  readonly trial: number
  readonly values: Readonly<Record<string, unknown>>
  readonly state: string
  readonly value: number | null
  readonly folds: readonly { readonly value: number; readonly digest: string }[]
  readonly error?: { readonly reason: string; readonly message: string }
}

/** A journal without times. */
const linesOf = async (name = 'm.journal.jsonl') => {
  const [header, ...trials] = (await read(name))
    .replace(/"seconds":[\d.e-]+/g, '"seconds":0')
    .trimEnd()
    .split('\n')
  return { header: JSON.parse(header!), trials: trials.map((line): Line => JSON.parse(line)) }
}

beforeEach(async () => {
  await write('m.json', document)
  await write('r.csv', ratings())
})

test('a search says what it measures, keeps every trial, and writes a document that train takes', async () => {
  const run = await tune('--json')
  expect(run.code, run.err).toBe(0)
  expect(run.err).toMatch(/^objective {2}rmse, lower is better; \d+ validation rows \(ratio\) of \d+ training rows/)
  expect(run.err).toMatch(/\ntrials {5}6 \(tpe\)\nmemory {5}no --budget\njournal {4}m\.journal\.jsonl\n/)
  const { header, trials } = await linesOf()
  expect(header).toMatchObject({ journal: 1, seed: 0, workers: 1, metric: 'rmse', base: { solver: document.solver } })
  expect(header.base.search).toBeUndefined()
  expect(trials.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5, 6])
  const best = trials.toSorted((a, b) => a.value! - b.value!)[0]!
  const told = run.json<{ best: unknown; trials: unknown[]; importance: Record<string, number>; document: string }>()
  expect(told).toMatchObject({ metric: 'rmse', document: 'm.best.json', journal: 'm.journal.jsonl' })
  expect(told.best).toEqual({ trial: best.trial, values: best.values, value: best.value })
  expect(told.trials.length).toBe(6)
  expect(Object.keys(told.importance)).toEqual(['dim', 'rate'])
  const written = JSON.parse(await read('m.best.json'))
  const { search: _, ...rest } = document
  expect(written).toEqual({
    ...rest,
    embeddings: {
      p: { ...document.embeddings.p, dim: best.values['dim'] },
      q: { ...document.embeddings.q, dim: best.values['dim'] },
    },
    solver: { ...document.solver, learningRate: best.values['rate'] },
  })
  const trained = await here.run('train', 'm.best.json', '--data', 'r.csv', '--threads', '1', '--json')
  expect(trained.code, trained.err).toBe(0)
  expect(trained.err).not.toContain('search')
  // nothing but journal and document is left
  expect((await readdir(here.directory)).sort()).toEqual(
    ['m.best.json', 'm.best.safetensors', 'm.journal.jsonl', 'm.json', 'r.csv'].sort(),
  )
})

test('test rows are never read: with other ratings in them the trials are the same', async () => {
  const lines = (text: string) => text.trimEnd().split('\n')
  const write2 = async (name: string, test: string) => {
    const [head, ...rows] = lines(ratings())
    await write(`${name}.train.csv`, `${[head, ...rows.filter((_, row) => row % 5 !== 0)].join('\n')}\n`)
    const [, ...others] = lines(test)
    await write(`${name}.test.csv`, `${[head, ...others.filter((_, row) => row % 5 === 0)].join('\n')}\n`)
    await write(`${name}.json`, { events: { file: `${name}.train.csv` }, test: { file: `${name}.test.csv` } })
  }
  await write2('a', ratings())
  await write2(
    'b',
    ratings((cell) => 1 - uniform(cell, 1)),
  )
  for (const name of ['a', 'b']) {
    const run = await here.run(
      'tune',
      'm.json',
      '--data',
      `${name}.json`,
      '--threads',
      '1',
      '--journal',
      `${name}.jsonl`,
    )
    expect(run.code, run.err).toBe(0)
    expect(run.err).toContain('test rows are not read')
  }
  const [a, b] = [await linesOf('a.jsonl'), await linesOf('b.jsonl')]
  expect(a.trials).toEqual(b.trials)
  expect(a.header.data).not.toBe(b.header.data)
})

test('the same command again runs nothing; other documents, data, seeds and workers are refused', async () => {
  expect((await tune()).code).toBe(0)
  const before = await read('m.journal.jsonl')
  const again = await tune()
  expect([again.code, again.err]).toEqual([0, expect.stringContaining('with 6 trials that are not run again')])
  expect(again.err).not.toContain('trial 1/')
  expect(await read('m.journal.jsonl')).toBe(before)
  const refused = async (what: string, code: number, ...more: readonly string[]) => {
    const run = await tune(...more)
    expect([run.code, run.err]).toEqual([code, expect.stringContaining(`"m.journal.jsonl" is ${what}`)])
  }
  await refused('of another seed: it has 0, got 1', 2, '--seed', '1')
  await refused('of another document', 2, '--set', '/solver/epochs=5')
  await refused('of another number of workers: it has 1, got 2', 2, '--workers', '2')
  await refused('of another --budget: it has null, got 1000000000', 2, '--budget', '1g')
  await write(
    'r.csv',
    ratings((cell) => uniform(cell, 7)),
  )
  await refused('of other data', 3)
  expect(await read('m.journal.jsonl')).toBe(before)
})

test('a torn last line is dropped with a note, and the search ends as if nothing had happened', async () => {
  await tune()
  const whole = await linesOf()
  const text = await read('m.journal.jsonl')
  const third = text.split('\n').slice(0, 4).join('\n').length
  await write('m.journal.jsonl', text.slice(0, third - 20))
  const run = await tune()
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('left out the last line of m.journal.jsonl')])
  expect(await linesOf()).toEqual(whole)
  // damage in the middle is no torn line
  await write('m.journal.jsonl', text.replace('"trial":2', '"trial":'))
  const damaged = await tune()
  expect([damaged.code, damaged.err]).toEqual([5, expect.stringContaining('"m.journal.jsonl" is damaged in line 3')])
})

test('a k-fold split measures every fold of the training rows, and holds the first one of all rows out of them', async () => {
  const evaluation = { split: { type: 'k-fold', folds: 3 }, metrics: ['rmse'] }
  const strategy = { type: 'grid', steps: 2 }
  await write('m.json', { ...document, evaluation, search: { ...search, strategy } })
  const run = await tune('--json')
  expect(run.code, run.err).toBe(0)
  expect(run.err).toContain('trials     4 (grid), 12 trainings')
  expect(run.err).toMatch(/mean of 3 folds \(k-fold\) of \d+ training rows; \d+ test rows are not read/)
  const { trials } = await linesOf()
  for (const { value, folds } of trials) {
    expect(folds.length).toBe(3)
    expect(value).toBeCloseTo(
      folds.reduce((sum, fold) => sum + fold.value / 3, 0),
      12,
    )
    expect(new Set(folds.map(({ digest }) => digest)).size).toBe(3)
  }
})

test('trials that fail are kept with the reason, and the search goes on', async () => {
  const parameters = {
    rate: { at: '/solver/learningRate', values: [0.01, 1e30] },
    dim: { at: ['/embeddings/p/dim', '/embeddings/q/dim'], values: [2, 60_000] },
  }
  await write('m.json', { ...document, search: { strategy: { type: 'grid' }, metric: 'rmse', parameters } })
  const run = await tune('--budget', '200m', '--json')
  expect(run.code, run.err).toBe(0)
  const { trials } = await linesOf()
  expect(trials.map(({ state, error }) => [state, error?.reason])).toEqual([
    ['finished', undefined],
    ['failed', 'budget'],
    ['failed', 'document'],
    ['failed', 'budget'],
  ])
  expect(trials[2]!.error!.message).toMatch(/loss|NaN|finite/)
  expect(run.json<{ best: { trial: number } }>().best.trial).toBe(1)
})

test('where all trials fail, the search says so and writes no document', async () => {
  const parameters = { rate: { at: '/solver/learningRate', values: [1e30, 1e31] } }
  await write('m.json', { ...document, search: { strategy: { type: 'grid' }, metric: 'rmse', parameters } })
  const run = await tune()
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('all 2 trials failed, the first one:')])
  expect(await readdir(here.directory)).not.toContain('m.best.json')
})

test('Ctrl-C stops within a trial; the same command goes on and ends with the same journal', async () => {
  // a trial is much longer than the time after which it is interrupted
  await write('m.json', { ...document, solver: { ...document.solver, epochs: 2000 } })
  expect((await tune('--journal', 'whole.jsonl')).code).toBe(0)
  let lines = 0
  here.onError = (text) => {
    if (text.includes('trial ') && ++lines === 2) setTimeout(() => here.interrupt(), 30)
  }
  const stopped = await tune()
  delete here.onError
  expect([stopped.code, stopped.out]).toEqual([7, expect.stringContaining('interrupted after 2 of 6 trials')])
  expect((await readdir(here.directory)).filter((name) => /trial-3\.fold-0\.safetensors$/.test(name)).length).toBe(1)
  const rest = await tune()
  expect(rest.code, rest.err).toBe(0)
  expect(await linesOf()).toEqual(await linesOf('whole.jsonl'))
  expect((await readdir(here.directory)).filter((name) => name.includes('trial-'))).toEqual([])
})

test('a search that another process runs is refused, unless that process is gone', async () => {
  await write('m.journal.jsonl.lock', `${process.ppid}\n`)
  const busy = await tune()
  expect([busy.code, busy.err]).toEqual([2, expect.stringContaining(`process ${process.ppid} is running the search`)])
  await write('m.journal.jsonl.lock', '2000000000\n')
  expect((await tune()).code).toBe(0)
  expect(await readdir(here.directory)).not.toContain('m.journal.jsonl.lock')
})

test('a document without a search, a normalized one, and an end that makes no valid document are refused', async () => {
  const { search: _, ...rest } = document
  await write('m.json', rest)
  const none = await tune()
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('"m.json" has no section "search"')])
  const parameters = { dim: { at: '/embeddings/p/dim', values: [4, 5] } }
  await write('m.json', { ...document, search: { ...search, parameters } })
  const unequal = await tune()
  expect(unequal.code).toBe(2)
  expect(unequal.err).toContain('/search/parameters/dim/values/1: invalid document with the value 5')
  await write('m.json', document)
  const taken = await tune('--out', 'm.json')
  expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('--out m.json is the document')])
})
