import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDataset } from '@recspec/data'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOARD, CPU, implicitBoard, ratedBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
const write = (name: string, content: string) => writeFile(join(here.directory, name), content)
const path = (name: string) => join(here.directory, name)
const text = (name: string) => readFile(path(name), 'utf8')

const RATED = {
  ...BOARD,
  name: 'rated',
  heads: { stars: { inputs: ['score'], target: { column: 'rating', clip: [1, 5] }, loss: { type: 'mse' } } },
  solver: { type: 'adam', learningRate: 0.05, epochs: 20, batchSize: 32 },
  evaluation: { split: { type: 'ratio', share: 0.2 }, metrics: ['rmse'] },
}
const MODEL = 'board.safetensors'
const train = (name: string, ...argv: string[]) =>
  here.run('train', `${name}.json`, '--data', `${name}.csv`, '--items', 'items.csv', ...CPU, ...argv)

beforeAll(async () => {
  here = await openWorkspace()
  await write('board.csv', implicitBoard())
  await write('rated.csv', ratedBoard())
  await write('items.csv', titles())
  await write('board.json', JSON.stringify(BOARD))
  await write('rated.json', JSON.stringify(RATED))
  expect((await train('board', '--log', 'runs/log.jsonl', '--log', 'runs/board')).code).toBe(0)
  expect((await train('rated')).code).toBe(0)
})
afterAll(() => here.close())

test('predict --pairs scores every row in its order, and says why one has no score', async () => {
  await write('pairs.csv', 'user,item\nu1,i2\nu99,i2\nu2,i99\nu98,i98\nu2,i2\n')
  const run = await here.run('predict', 'rated.safetensors', '--pairs', 'pairs.csv', ...CPU)
  expect(run.code).toBe(0)
  const [heading, ...rows] = run.out.trimEnd().split('\n')
  expect(heading).toBe('user,item,score,reason')
  const score = async (user: string, item: string) => {
    const one = await here.run('predict', 'rated.safetensors', '--user', user, '--item', item, ...CPU, '--json')
    return one.json<{ value: number }>().value
  }
  expect(rows).toEqual([
    `u1,i2,${await score('u1', 'i2')},`,
    'u99,i2,,unknown user',
    'u2,i99,,unknown item',
    'u98,i98,,unknown user and item',
    `u2,i2,${await score('u2', 'i2')},`,
  ])
  const saved = await here.run(
    ...['predict', 'rated.safetensors', '--pairs', 'pairs.csv', ...CPU, '--json'],
    '--out',
    'p.parquet',
  )
  expect(saved.json()).toEqual({ pairs: 5, unknown: 3, target: 'rating', out: 'p.parquet' })
  const { dataset } = await readDataset(path('p.parquet'))
  const scores = dataset.events.columns.get('score')!
  expect(scores.kind === 'number' && [...scores.values].map(Number.isNaN)).toEqual([false, true, true, true, false])
})

test('predict --pairs of a model without a target gives the scores that it ranks by', async () => {
  await write('ranked.csv', 'user,item\nu1,i3\nu1,i4\n')
  const run = await here.run('predict', MODEL, '--pairs', 'ranked.csv', ...CPU, '--json')
  const [odd, even] = run.json<{ predictions: { score: number }[] }>().predictions
  expect(odd!.score).toBeGreaterThan(even!.score)
})

test.each([
  [['--pairs', 'pairs.csv', '--user', 'u1'], 'expected --user, --item or --with, or --pairs'],
  [['--user', 'u1', '--out', 'x.csv'], '--out is where the scores of --pairs go'],
  [['--pairs', 'pairs.csv', '--out', 'x.xls'], 'unknown extension'],
])('predict %j is refused', async (argv, message) => {
  const run = await here.run('predict', 'rated.safetensors', ...argv, ...CPU)
  expect([run.code > 0, run.err]).toEqual([true, expect.stringContaining(message)])
})

test.each(['csv', 'jsonl', 'parquet'])('recommend --all writes the lists of recommend as %s', async (extension) => {
  const run = await here.run(
    'recommend',
    MODEL,
    '--all',
    '-k',
    '3',
    '--seen',
    '--out',
    `all.${extension}`,
    ...CPU,
    '--json',
  )
  expect(run.json()).toMatchObject({ users: 20, leftOut: 0, rows: 60 })
  const { dataset } = await readDataset(path(`all.${extension}`))
  const { events, users, items } = dataset
  for (const user of ['u0', 'u7']) {
    const one = await here.run('recommend', MODEL, '--user', user, '-k', '3', '--seen', ...CPU, '--json')
    const { results } = one.json<{ results: { item: string; score: number; name: string }[] }>()
    const rows = [...events.user.keys()].filter((row) => users.ids.at(events.user[row]!) === user)
    expect(rows.map((row) => items.ids.at(events.item[row]!))).toEqual(results.map(({ item }) => item))
    const [scores, ranks] = ['score', 'rank'].map((name) => events.columns.get(name)!)
    expect(ranks!.kind === 'number' && rows.map((row) => ranks!.kind === 'number' && ranks!.values[row])).toEqual([
      1, 2, 3,
    ])
    for (const [place, row] of rows.entries())
      expect(scores!.kind === 'number' && scores!.values[row]).toBeCloseTo(results[place]!.score, 5)
  }
})

test('recommend leaves out what it is told to', async () => {
  await write('years.csv', 'id,year,genres\ni1,1990,war|drama\ni3,2000,drama\ni5,2010,comedy\ni7,,war\n')
  const items = async (...argv: string[]) => {
    const run = await here.run('recommend', MODEL, '--user', 'u1', '-k', '20', '--seen', ...CPU, '--json', ...argv)
    return run.code === 0
      ? run
          .json<{ results: { item: string }[] }>()
          .results.map(({ item }) => item)
          .sort()
      : run.err
  }
  expect(await items('--only', 'i1, Film 3, i5')).toEqual(['i1', 'i3', 'i5'])
  expect(await items('--only', 'i1,i3', '--exclude', 'Film 3')).toEqual(['i1'])
  expect(await items('--items', 'years.csv', '--where', 'year>=2000')).toEqual(['i3', 'i5'])
  expect(await items('--items', 'years.csv', '--where', 'genres has drama', '--where', 'year<2000')).toEqual(['i1'])
  expect(await items('--where', 'name=Film 3')).toEqual(['i3'])
  expect(await items('--where', 'year>=2000')).toContain('unknown column "year" in --where')
  expect(await items('--only', 'i1', '--exclude', 'i1')).toContain('no item is left to recommend')
  const all = ['recommend', MODEL, '--all', '-k', '9', '--seen', '--out', 'some.csv', '--only', 'i1,i2', ...CPU]
  expect((await here.run(...all)).code).toBe(0)
  expect(
    new Set(
      (await text('some.csv'))
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[1]),
    ),
  ).toEqual(new Set(['i1', 'i2']))
})

test('recommend --all needs --out, and nothing else that says for whom', async () => {
  const refused = async (...argv: string[]) => (await here.run('recommend', MODEL, ...argv, ...CPU)).err
  expect(await refused('--all')).toContain('--all and --out go together')
  expect(await refused('--user', 'u1', '--out', 'x.csv')).toContain('--all and --out go together')
  expect(await refused('--all', '--user', 'u1', '--out', 'x.csv')).toContain('expected --user, --all')
})

test('export writes vectors whose product is the score, in the order of the ids', async () => {
  for (const side of ['user', 'item'])
    expect((await here.run('export', MODEL, '--vectors', side, '--out', `${side}.npy`, ...CPU)).code).toBe(0)
  const matrix = async (name: string) => {
    const bytes = await readFile(path(name))
    const start = 10 + bytes.readUInt16LE(8)
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  }
  const ids = async (name: string) =>
    (await text(name))
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0])
  const [users, items] = [await matrix('user.npy'), await matrix('item.npy')]
  const [user, item] = [(await ids('user.npy.ids.csv')).indexOf('u3'), (await ids('item.npy.ids.csv')).indexOf('i5')]
  const width = users.length / 20
  let score = 0
  for (let lane = 0; lane < width; lane++) score += users[user * width + lane]! * items[item * width + lane]!
  await write('one.csv', 'user,item\nu3,i5\n')
  const run = await here.run('predict', MODEL, '--pairs', 'one.csv', ...CPU, '--json')
  // the loss predicts a probability
  expect(1 / (1 + Math.exp(-score))).toBeCloseTo(
    run.json<{ predictions: { score: number }[] }>().predictions[0]!.score,
    5,
  )
  const table = await here.run(
    'export',
    MODEL,
    '--vectors',
    'item',
    '--table',
    'q',
    '--out',
    'q.parquet',
    ...CPU,
    '--json',
  )
  expect(table.json()).toEqual({ rows: 20, width: 2, constant: 0, out: 'q.parquet' })
  expect(
    (await here.run('export', MODEL, '--vectors', 'user', '--table', 'q', '--out', 'q.npy', ...CPU)).err,
  ).toContain('"q" gives no vector of users')
})

test('similar --table compares the rows of a table', async () => {
  const [score, table] = await Promise.all(
    [[], ['--table', 'q']].map((argv) =>
      here.run('similar', MODEL, '--item', 'i4', '-k', '5', ...argv, ...CPU, '--json'),
    ),
  )
  // the score is the product of both tables and nothing else
  expect(table!.json()).toEqual(score!.json())
})

test('evaluate measures the held-out rows again, with other metrics and candidates', async () => {
  const evaluate = (...argv: string[]) =>
    here.run('evaluate', MODEL, '--data', 'board.csv', '--items', 'items.csv', '--held-out', ...CPU, '--json', ...argv)
  const info = (await here.run('info', MODEL, ...CPU, '--json')).json<{ evaluation: Record<string, unknown> }>()
  const again = (await evaluate()).json()
  for (const key of ['metrics', 'baseline', 'protocol', 'receipt', 'rows'])
    expect(again[key], key).toEqual(info.evaluation[key])
  const other = await evaluate(
    '--metric',
    'coverage@3',
    '--metric',
    'mrr@10',
    '--candidates',
    '{"type":"sampled","count":4}',
  )
  expect(other.json()).toMatchObject({
    metrics: { 'coverage@3': expect.any(Number), 'mrr@10': expect.any(Number) },
    protocol: 'leave-one-out/sampled-4',
  })
  expect((await evaluate('--metric', 'ndgc@10')).err).toContain('ndgc')
  const rated = await here.run('evaluate', MODEL, '--data', 'rated.csv', '--held-out', ...CPU)
  expect([rated.code, rated.err]).toEqual([3, expect.stringContaining('"leave-one-out" needs a time column')])
  const trained = await here.run('evaluate', MODEL, '--data', 'board.csv', '--held-out', '--trained', ...CPU)
  expect(trained.err).toContain('--trained and --held-out are different rows')
})

test('info says what is in a model', async () => {
  const run = await here.run('info', MODEL, ...CPU)
  expect(run.out).toMatch(/^board\n\n +file +board\.safetensors, /)
  expect(run.out).toMatch(/trained with +--data board\.csv --items items\.csv --seed 0\n/)
  expect(run.out).toMatch(/q \[21, 2\] +42\n/)
  expect(run.out).toMatch(/leave-one-out\/all +model +popularity +recent popularity\n/)
  expect(run.out).toMatch(/SHA-256 of the test rows: [0-9a-f]{16}\n/)
  const document = JSON.parse((await here.run('info', MODEL, '--document', ...CPU)).out)
  expect(document).toMatchObject({ name: 'board', solver: { type: 'adam', epochs: 60 } })
})

test('reproduce trains the same bytes from the data that the model names, and says where they differ', async () => {
  const again = await here.run('reproduce', MODEL, ...CPU, '--json')
  expect([again.code, again.json()['same']]).toEqual([0, true])
  const shown = await here.run('reproduce', MODEL, ...CPU)
  expect(shown.out).toMatch(/the same digest: [0-9a-f]{64}\n(?:.*\n)*? *hr@5 +[\d.]+ +[\d.]+ +the same\n/)
  await write('less.csv', implicitBoard().split('\n').slice(0, -20).join('\n'))
  const other = await here.run('reproduce', MODEL, '--data', 'less.csv', ...CPU)
  expect([other.code, other.out]).toEqual([1, expect.stringContaining('another digest')])
})

test('diff shows what differs in meaning, defaults included', async () => {
  await write('spelled.json', JSON.stringify({ ...BOARD, name: 'other', solver: { ...BOARD.solver, beta1: 0.9 } }))
  const same = await here.run('diff', 'board.json', 'spelled.json', ...[])
  expect([same.code, same.out]).toEqual([0, 'board.json and spelled.json mean the same\n'])
  await write('faster.json', JSON.stringify({ ...BOARD, solver: { ...BOARD.solver, learningRate: 0.1 } }))
  const differs = await here.run('diff', 'faster.json', MODEL)
  expect([differs.code, differs.out]).toEqual([
    1,
    '- faster.json\n+ board.safetensors\n\n/solver/learningRate\n  - 0.1\n  + 0.05\n',
  ])
  expect((await here.run('diff', 'nowhere.json', MODEL)).code).toBe(2)
})

test('a log has every report and the metrics, and TensorBoard gets the same numbers', async () => {
  const lines = (await text('runs/log.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toHaveLength(61)
  expect(lines[0]).toMatchObject({ type: 'report', epoch: 1, epochs: 60, loss: expect.any(Number) })
  expect(lines[60]).toMatchObject({
    type: 'end',
    protocol: 'leave-one-out/all',
    metrics: { 'hr@5': expect.any(Number) },
  })
  const [file] = await readdir(path('runs/board'))
  const bytes = await readFile(path(`runs/board/${file}`))
  let [records, at] = [0, 0]
  for (; at < bytes.length; records++) at += 16 + Number(bytes.readBigUInt64LE(at))
  expect([records, at]).toEqual([62, (await stat(path(`runs/board/${file}`))).size])
  expect(bytes.toString('latin1')).toContain('test/hr@5')
  const refused = await train('board', '--log', 'board.csv/log.jsonl')
  expect([refused.code, refused.err]).toEqual([8, expect.stringContaining('--log board.csv/log.jsonl')])
})

test('explain --data shows real counts and memory', async () => {
  const run = await here.run('explain', 'board.json', '--data', 'board.csv', '--items', 'items.csv')
  expect(run.out).toMatch(
    /with board\.csv\n {2}20 users, 20 items, 180 training rows, 20 held out\n {2}84 parameters\n/,
  )
  const json = await here.run('explain', 'board.json', '--data', 'board.csv', '--json')
  expect(json.json<{ data: { rows: number; memory: number } }>().data).toMatchObject({ rows: 180 })
})

test('check finds what is likely a mistake in a document', async () => {
  const document = {
    ...BOARD,
    ops: {
      ...BOARD.ops,
      score: { type: 'dot', inputs: ['noisy', 'q'] },
      noisy: { type: 'dropout', inputs: ['p'], rate: 0 },
    },
    heads: { liked: { inputs: ['score'], loss: { type: 'softmax', negatives: { sampler: 'in-batch' } } } },
    solver: {
      ...BOARD.solver,
      trains: ['p'],
      learningRate: { type: 'cosine', from: 0.1, to: 0.01, epochs: 100 },
    },
  }
  await write('odd.json', JSON.stringify(document))
  const run = await here.run('check', 'odd.json', '--data', 'rated.csv', '--json')
  expect(run.code).toBe(0)
  const rules = run.json<{ warnings: { rule: string }[] }>().warnings.map(({ rule }) => rule)
  expect(rules).toEqual(expect.arrayContaining(['untrained', 'in-batch', 'schedule', 'dropout', 'unread']))
  const fine = await here.run('check', 'rated.json', '--data', 'rated.csv', '--json')
  expect(fine.json<{ warnings: unknown[] }>().warnings).toEqual([])
})
