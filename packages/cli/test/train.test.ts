import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOARD, CPU, implicitBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
const write = (name: string, content: string) => writeFile(join(here.directory, name), content)

const TRAIN = ['train', 'board.json', '--data', 'board.csv', '--items', 'items.csv', ...CPU]

interface Answer {
  readonly item: string
  readonly user?: string
  readonly name?: string
  readonly score: number
}

beforeAll(async () => {
  here = await openWorkspace()
  await write('board.csv', implicitBoard())
  await write('items.csv', titles())
  await write('board.json', JSON.stringify(BOARD))
  const run = await here.run(...TRAIN)
  expect([run.code, run.err]).toEqual([0, expect.stringMatching(/^adam {2}epoch 60\/60 [^\n]*\n$/)])
  expect(run.out).toMatch(/leave-one-out\/all +model +popularity +recent popularity\n +hr@5( +[01]\.\d{4}){3}\n/)
  expect(run.out).toContain('recspec recommend board.safetensors --user u0\n')
  expect(run.out).toContain(`recspec similar board.safetensors --item 'Film 0'\n`)
})
afterAll(() => here.close())

test('train --json gives what scripts read, and the same digest for the same run', async () => {
  const first = await here.run(...TRAIN, '--json', '--out', 'out/a.safetensors')
  const second = await here.run(...TRAIN, '--json', '--out', 'out/b.safetensors')
  expect([first.code, first.out.trimEnd().split('\n').length]).toEqual([0, 1])
  expect(first.json()).toMatchObject({
    metrics: { 'hr@5': expect.any(Number), 'ndcg@5': expect.any(Number) },
    baseline: { 'hr@5': expect.any(Number) },
    protocol: 'leave-one-out/all',
    seconds: expect.any(Number),
    rows: 180,
    rejected: 0,
    backend: 'cpu',
    artifact: 'out/a.safetensors',
    interrupted: false,
  })
  expect(second.json()['digest']).toBe(first.json()['digest'])
  expect((await readdir(join(here.directory, 'out'))).sort()).toEqual(['a.safetensors', 'b.safetensors'])
  const other = await here.run(...TRAIN, '--json', '--out', 'out/c.safetensors', '--seed', '1')
  expect(other.json()['digest']).not.toBe(first.json()['digest'])
})

test('a saved model answers without its data', async () => {
  const apart = await openWorkspace()
  await writeFile(join(apart.directory, 'm.safetensors'), await readFile(join(here.directory, 'board.safetensors')))
  const ask = async (...argv: string[]) => {
    const run = await apart.run(...argv, '--backend', 'cpu', '--threads', '1', '--json')
    expect([run.code, run.err]).toEqual([0, ''])
    return run.json<{ results: Answer[] }>().results
  }
  const seen = await ask('recommend', 'm.safetensors', '--user', 'u3', '-k', '10', '--seen')
  expect(seen.every(({ item, name }) => Number(item.slice(1)) % 2 === 1 && name === `Film ${item.slice(1)}`)).toBe(true)
  expect(seen.map(({ score }) => score)).toEqual(seen.map(({ score }) => score).sort((a, b) => b - a))

  const similar = await ask('similar', 'm.safetensors', '--item', 'Film 4', '-k', '5')
  expect(similar.map(({ item }) => Number(item.slice(1)) % 2)).toEqual([0, 0, 0, 0, 0])
  expect(similar.some(({ item }) => item === 'i4')).toBe(false)
  const users = await ask('similar', 'm.safetensors', '--user', 'u5', '-k', '3', '--by', 'dot')
  expect(users.every(({ item, user }) => item === user && Number(item.slice(1)) % 2 === 1)).toBe(true)

  // u0 + u2 − u4 is still someone of even taste
  const query = await ask('query', 'm.safetensors', 'u0 + u2 - u4', '-k', '4')
  expect(query.map(({ item }) => Number(item.slice(1)) % 2)).toEqual([0, 0, 0, 0])
  const items = await ask('query', 'm.safetensors', 'Film 1', '+', '0.5 * "Film 3"', '-k', '4')
  expect(items.map(({ item }) => Number(item.slice(1)) % 2)).toEqual([1, 1, 1, 1])
  expect((await ask('query', 'm.safetensors', 'u1', '--of', 'user', '-k', '2')).every(({ user }) => user)).toBe(true)
  await apart.close()
})

test('answers are tables', async () => {
  const run = await here.run('recommend', 'board.safetensors', '--user', 'u3', '-k', '2', '--seen')
  expect(run.out).toMatch(/^for u3\n\n +item +name +score\n +1 +i\d+ +Film \d+ +-?\d/)
  const query = await here.run('query', 'board.safetensors', 'film 1 - 2 * i2')
  expect(query.out).toMatch(/^Film 1 \(i1\) - 2 \* Film 2 \(i2\)\n\n/)
})

test('evaluate measures on the rows it is given', async () => {
  await write('test.csv', 'user,item,rating,time\nu0,i2,1,50\nu1,i3,1,50\n')
  const run = await here.run('evaluate', 'board.safetensors', '--data', 'test.csv', '--json')
  expect(run.code).toBe(0)
  expect(run.json()).toMatchObject({
    metrics: { 'hr@5': expect.any(Number) },
    baseline: { 'hr@5': expect.any(Number) },
    protocol: 'given/all',
    rows: 2,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    backend: expect.any(String),
    seconds: expect.any(Number),
  })
})

test.each([
  [2, ['train', 'nowhere.json', '--data', 'board.csv'], 'unreadable document'],
  [3, ['train', 'board.json', '--data', 'nowhere.csv'], 'nowhere.csv'],
  [4, [...TRAIN, '--budget', '1k'], 'budget'],
  [5, ['recommend', 'nowhere.safetensors', '--user', 'u0'], 'unreadable artifact'],
  [5, ['recommend', 'damaged.safetensors', '--user', 'u0'], 'damaged.safetensors: '],
  [5, ['recommend', 'board.csv', '--user', 'u0'], 'board.csv: '],
  [3, ['recommend', 'board.safetensors', '--user', 'u99'], 'unknown user "u99"'],
  [3, ['similar', 'board.safetensors', '--item', 'Flim 4'], 'unknown item "Flim 4"'],
  [3, ['query', 'board.safetensors', 'u0 + i1'], 'adds users to items'],
  [3, ['query', 'board.safetensors', 'u0 + nobody'], 'unknown name "nobody"'],
  [2, ['similar', 'board.safetensors'], 'expected --item, --user or --with'],
  [2, ['similar', 'board.safetensors', '--item', 'i1', '--by', 'feel'], '--by'],
  [6, ['train', 'board.json', '--data', 'board.csv', '--plugin', 'recspec-plugin-nowhere'], 'unknown plugin package'],
] as const)('exit code %i for %j', async (code, argv, message) => {
  const content = await readFile(join(here.directory, 'board.safetensors'))
  content[content.length - 5]! ^= 1
  await writeFile(join(here.directory, 'damaged.safetensors'), content)
  const run = await here.run(...argv, ...(argv.includes('--backend' as never) ? [] : ['--backend', 'cpu']))
  expect([run.code, run.out]).toEqual([code, ''])
  expect(run.err).toContain(message)
  expect(run.err).not.toMatch(/\n +at /)
})

test('a plugin is needed to check a document, and to serve its model', async () => {
  await write(
    'plugin.mjs',
    `export const mine = { name: 'mine', apiVersion: 1, layers: { product: {
       summary: 'The dot product, again.', params: { type: 'object', properties: {} }, inputs: { a: 'one', b: 'one' },
       expand: (params, { a, b }) => ({ ops: { match: { type: 'dot', inputs: [a[0], b[0]] } }, output: 'match' }),
     } }, losses: {} }`,
  )
  const document = { ...BOARD, name: 'mine', ops: { score: { type: 'mine/product', inputs: ['p', 'q'] } } }
  await write('mine.json', JSON.stringify(document))
  expect((await here.run('check', 'mine.json')).code).toBe(2)
  expect((await here.run('check', 'mine.json', '--plugin', './plugin.mjs')).code).toBe(0)
  const argv = TRAIN.map((word) => (word === 'board.json' ? 'mine.json' : word))
  expect((await here.run(...argv, '--plugin', './plugin.mjs', '--set', '/solver/epochs=1')).code).toBe(0)
  const asked = ['recommend', 'mine.safetensors', '--user', 'u0', ...CPU]
  expect((await here.run(...asked, '--plugin', './plugin.mjs')).code).toBe(0)
})

test('the first interrupt leaves a checkpoint that answers, and the model of an earlier run as it was', async () => {
  await rm(join(here.directory, 'stop'), { recursive: true, force: true })
  await mkdir(join(here.directory, 'stop'))
  await write('stop/m.safetensors', 'earlier')
  let reports = 0
  here.onError = (text) => {
    if (/epoch \d/.test(text) && ++reports === 3) here.interrupt()
  }
  const run = await here.run(...TRAIN, '--json', '--out', 'stop/m.safetensors')
  delete here.onError
  expect(run.code).toBe(7)
  expect(run.json()).toMatchObject({ interrupted: true, artifact: 'stop/m.checkpoint.safetensors' })
  expect(await readFile(join(here.directory, 'stop/m.safetensors'), 'utf8')).toBe('earlier')
  expect((await readdir(join(here.directory, 'stop'))).sort()).toEqual(['m.checkpoint.safetensors', 'm.safetensors'])
  expect((await here.run('recommend', 'stop/m.checkpoint.safetensors', '--user', 'u0')).code).toBe(0)

  const whole = await here.run(...TRAIN, '--json', '--out', 'stop/whole.safetensors')
  const rest = await here.run(
    ...TRAIN,
    '--json',
    '--out',
    'stop/rest.safetensors',
    '--resume',
    'stop/m.checkpoint.safetensors',
  )
  expect(rest.json()['digest']).toBe(whole.json()['digest'])
  const other = await here.run(...TRAIN, '--seed', '5', '--resume', 'stop/m.checkpoint.safetensors')
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('was started with seed 0, got 5')])
  await write('changed.csv', implicitBoard().replace('u3,i5,1', 'u3,i6,1'))
  const changed = TRAIN.map((word) => (word === 'board.csv' ? 'changed.csv' : word))
  const mixed = await here.run(...changed, '--resume', 'stop/m.checkpoint.safetensors')
  expect([mixed.code, mixed.err]).toEqual([3, expect.stringContaining('was started with other data')])
  const finished = await here.run(...TRAIN, '--resume', 'stop/whole.safetensors')
  expect([finished.code, finished.err]).toEqual([5, expect.stringContaining('is a finished model, not a checkpoint')])
})

test('what training cannot measure or save is refused before it begins', async () => {
  const untimed = implicitBoard()
    .split('\n')
    .map((line) => line.split(',').slice(0, 2).join(','))
  await write('untimed.csv', untimed.join('\n'))
  const argv = TRAIN.map((word) => (word === 'board.csv' ? 'untimed.csv' : word))
  const without = await here.run(...argv, '--set', '/evaluation/split={"type":"temporal"}')
  expect([without.code, without.err]).toEqual([3, expect.stringContaining('needs a time column')])
  const lists = await here.run(...TRAIN, '--set', '/evaluation/candidates={"type":"stored"}')
  expect([lists.code, lists.err]).toEqual([3, expect.stringContaining('need candidate lists')])
  const folder = await here.run(...TRAIN, '--out', '.')
  expect([folder.code, folder.err]).toEqual([2, expect.stringContaining('is a directory')])
})

test('rows that a model was trained on are counted when it is measured on them', async () => {
  await here.run(...TRAIN, '--out', 'seen.safetensors')
  const run = await here.run('evaluate', 'seen.safetensors', '--data', 'board.csv')
  expect(run.out).toMatch(/test rows, \d+ of which it was trained on/)
  await write('strangers.csv', 'user,item,plays\nx1,y1,1\nx2,y2,1\n')
  const strangers = await here.run('evaluate', 'seen.safetensors', '--data', 'strangers.csv')
  expect([strangers.code, strangers.err]).toEqual([3, expect.stringContaining('none of the test rows')])
})

test('a model is measured on the rows that it was trained on, among all items', async () => {
  const there = await here.run(...TRAIN, '--out', 'fit.safetensors', '--json')
  const run = await here.run('evaluate', 'fit.safetensors', '--data', 'board.csv', '--trained', '--json')
  expect(run.json()).toMatchObject({ protocol: 'trained/all', rows: there.json()['rows'] })
  const shown = await here.run('evaluate', 'fit.safetensors', '--data', 'board.csv', '--trained')
  expect(shown.out).toMatch(/on (\d+) rows, \1 of which it was trained on/)
  await write('others.csv', 'user,item,plays\nu0,i1,1\n')
  const others = await here.run('evaluate', 'fit.safetensors', '--data', 'others.csv', '--trained')
  expect([others.code, others.err]).toEqual([3, expect.stringContaining('trained on none of these rows')])
})

test('rejected rows are counted and shown', async () => {
  await write('dirty.csv', implicitBoard().replace('u3,i5,1', 'u3,,1'))
  const argv = TRAIN.map((word) => (word === 'board.csv' ? 'dirty.csv' : word))
  const run = await here.run(...argv, '--json', '--out', 'dirty.safetensors')
  expect([run.code, run.json()['rejected']]).toEqual([0, 1])
  expect(run.err).toMatch(/^rejected 1 rows\n {2}dirty\.csv:\d+: empty-id/)
})
