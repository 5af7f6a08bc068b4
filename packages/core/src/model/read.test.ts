import { compileDocument, compileStored } from '@recspec/dsl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { type Document, graphOf, ids, local, type Opened, opened, world } from '../../test/world.js'
import { type ArtifactTensor, contentDigest, read, write } from '../artifact/index.js'
import { builtin } from '../builtin/index.js'
import type { Plugin } from '../contract/plugin.js'
import { train } from '../run/train.js'
import type { Model } from './model.js'
import { load, readCheckpoint } from './read.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

const data = world({ users: 8, items: 12 })
const bilinear: Document = {
  inputs: ids,
  embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 2 } },
  ops: { wide: { type: 'dense', inputs: ['q'], units: 3 }, score: { type: 'dot', inputs: ['p', 'wide'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', epochs: 2, batchSize: 8 },
  evaluation: { split: { type: 'leave-one-out' }, metrics: ['rmse', 'hr@3'] },
}
const history: Document = {
  ...bilinear,
  inputs: { item: ids.item, past: { type: 'history', entity: 'user', maxLength: 5 } },
  embeddings: { p: { input: 'past', dim: 3, combine: 'mean' }, q: { input: 'item', dim: 2 } },
}

const trained = async (document: Document): Promise<Model> => (await train(graphOf(document), data, { kernels })).model
const open = (file: Uint8Array, plugins: readonly Plugin[] = [local], notes: string[] = []): Promise<Model> =>
  load(file, (document, stored) => compileStored(document, plugins, stored), {
    kernels,
    note: (line) => void notes.push(line),
  })

type Change = (tensors: Map<string, ArtifactTensor>, metadata: Record<string, string>) => void

/** A file with changed contents and valid digests. */
const changed = async (file: Uint8Array, change: Change): Promise<Uint8Array> => {
  const found = await read(file)
  const tensors = new Map(found.tensors)
  const metadata = Object.fromEntries(found.metadata)
  change(tensors, metadata)
  return write(tensors, metadata)
}
const moved: (from: string, to: string) => Change = (from, to) => (tensors) => {
  tensors.set(to, tensors.get(from)!)
  tensors.delete(from)
}
const said: (name: string, text: string | undefined) => Change = (name, text) => (_, metadata) => {
  if (text === undefined) delete metadata[name]
  else metadata[name] = text
}
const reshaped: (name: string, shape: number[]) => Change = (name, shape) => (tensors) => {
  tensors.set(name, { shape, data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)) })
}

test('weights are stored with their shapes', async () => {
  const { tensors } = await read(await (await trained(bilinear)).save())
  expect(tensors.get('table/p')!.shape).toEqual([9, 3])
  expect(tensors.get('weight/wide.kernel')!.shape).toEqual([2, 3])
  expect(tensors.get('weight/wide.bias')!.shape).toEqual([3])
})

test.each<[string, Change, string]>([
  [
    'a renamed weight',
    moved('weight/wide.kernel', 'weight/wide.core'),
    'missing weight "wide.kernel", expected shape [2, 3]; the file has "wide.core" instead',
  ],
  ['a missing table', (tensors) => void tensors.delete('table/q'), 'missing table "q", expected shape [13, 2]'],
  [
    'a transposed weight',
    reshaped('weight/wide.kernel', [3, 2]),
    'weight "wide.kernel": expected shape [2, 3], got [3, 2]',
  ],
  ['a longer table', reshaped('table/p', [10, 3]), 'table "p": expected shape [9, 3], got [10, 3]'],
  ['an extra weight', reshaped('weight/deep.kernel', [3, 2]), 'unknown weight "deep.kernel"'],
])('%s is refused by its name', async (_, change, message) => {
  const file = await changed(await (await trained(bilinear)).save(), change)
  await expect(open(file)).rejects.toMatchObject({
    name: 'ArtifactError',
    code: 'weight',
    message: expect.stringContaining(message),
  })
})

const whole =
  (name: string, at: number, value: number): Change =>
  (tensors) => {
    const { shape, data } = tensors.get(name)!
    const copy = Int32Array.from(data)
    copy[at] = value
    tensors.set(name, { shape, data: copy })
  }

test.each<[string, Change, string]>([
  ['a start of 2^31 - 1', whole('input/item.start', 3, 2 ** 31 - 1), 'tensor "input/item.start"'],
  ['a last start of 2^31 - 1', whole('input/item.start', 13, 2 ** 31 - 1), 'tensor "input/item.start"'],
  ['a start that descends', whole('input/item.start', 3, 1), 'expected ascending places'],
  ['a row beyond the table', whole('input/item.rows', 3, 13), 'expected indices from 0 to 12, got 13'],
  ['a negative row', whole('input/item.rows', 3, -1), 'tensor "input/item.rows"'],
  ['an event of an unknown item', whole('events.item', 0, 12), 'expected indices from -1 to 11, got 12'],
  ['an event of an unknown user', whole('events.user', 0, 2 ** 31 - 1), 'tensor "events.user"'],
  [
    'items of events as F64',
    (tensors) => {
      const { shape, data } = tensors.get('events.item')!
      tensors.set('events.item', { shape, data: Float64Array.from(data) })
    },
    'tensor "events.item": expected dtype I32',
  ],
  [
    'fewer items than users of events',
    (tensors) => void tensors.set('events.item', { shape: [1], data: Int32Array.of(0) }),
    'tensor "events.item": expected',
  ],
  ['a document that is no JSON', said('document', '{'), 'metadata "document" is no JSON'],
  ['a document that is a list', said('document', '[]'), 'metadata "document"'],
  ['an evaluation of another form', said('evaluation', '{"metrics":3}'), 'metadata "evaluation"'],
  ['a seed that is no number', said('seed', 'x'), 'metadata "seed"'],
  ['losses of another form', said('operators', '{"losses":[]}'), 'metadata "operators"'],
  ['no versions', said('madeBy', undefined), 'missing metadata "madeBy"'],
])('%s is refused', async (_, change, message) => {
  const file = await changed(await (await trained(bilinear)).save(), change)
  await expect(open(file)).rejects.toMatchObject({ name: 'ArtifactError', message: expect.stringContaining(message) })
})

test('a forged state of an input allocates nothing', async () => {
  const file = await changed(await (await trained(bilinear)).save(), (tensors) => {
    const data = new TextEncoder().encode('{"count":2147483646}')
    tensors.set('input/item.state.bytes', { shape: [data.length], data })
    tensors.set('input/item.state.offsets', { shape: [2], data: Int32Array.of(0, data.length) })
  })
  await expect(open(file)).rejects.toThrow('table "q": expected shape [2147483647, 2], got [13, 2]')
})

const stopped = async (document: Document): Promise<Uint8Array> => {
  const files: Uint8Array[] = []
  await train(graphOf(document), data, {
    kernels,
    checkpointEvery: { steps: 2 },
    onCheckpoint: async (file) => void files.push(file),
  })
  return files[0]!
}
test.each<[string, Change, string]>([
  ['a weight of another shape', reshaped('weight/wide.kernel', [3, 2]), 'weight "wide.kernel"'],
  ['a renamed table', moved('table/p', 'table/r'), 'missing table "p"'],
])('a checkpoint with %s is refused', async (_, change, message) => {
  const resume = (await readCheckpoint(await changed(await stopped(bilinear), change)))!
  await expect(train(graphOf(bilinear), data, { kernels, resume })).rejects.toThrow(message)
})

test('a checkpoint with optimizer state of another length or name is refused by name', async () => {
  const file = await stopped(bilinear)
  const [name] = [...(await read(file)).tensors.keys()].filter((one) => one.startsWith('checkpoint/'))
  const short = (await readCheckpoint(await changed(file, reshaped(name!, [2]))))!
  const state = name!.slice('checkpoint/'.length)
  await expect(train(graphOf(bilinear), data, { kernels, resume: short })).rejects.toThrow(
    `optimizer state "${state}": expected`,
  )
  const renamed = (await readCheckpoint(await changed(file, moved(name!, 'checkpoint/other'))))!
  await expect(train(graphOf(bilinear), data, { kernels, resume: renamed })).rejects.toThrow(
    `optimizer state "${state}"`,
  )
  const form = await changed(file, said('checkpoint', '{"phase":-1}'))
  await expect(readCheckpoint(form)).rejects.toThrow('metadata "checkpoint"')
  const late = { ...(await readCheckpoint(file))!, phase: 1 }
  await expect(train(graphOf(bilinear), data, { kernels, resume: late })).rejects.toThrow('phase 1, of 1')
})

const squares: Document = {
  ...bilinear,
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
  heads: { met: { inputs: ['score'], loss: { type: 'local/cells', weight: 0.1 } } },
  evaluation: { split: { type: 'leave-one-out' }, metrics: ['hr@3'] },
}
const named: Plugin = { ...local, package: 'recspec-plugin-local', version: '1.2.3' }

test('a model stores the versions that trained it, and another version gives one line', async () => {
  const graph = { ...graphOf(squares), plugins: [{ name: 'local', package: 'recspec-plugin-local', version: '1.2.2' }] }
  const { model } = await train(graph, data, { kernels })
  const file = await model.save()
  const notes: string[] = []
  const back = await open(file, [named], notes)
  expect(back.madeBy).toEqual({ core: manifest.version, plugins: graph.plugins })
  expect(notes).toEqual(['trained with recspec-plugin-local 1.2.2; in use: recspec-plugin-local 1.2.3'])
  // a model that is saved again was still trained with the first version
  expect(await back.save()).toEqual(file)
  const other = await changed(file, (_, metadata) => {
    metadata['madeBy'] = JSON.stringify({ core: '0.0.1', plugins: [] })
  })
  expect(await contentDigest(other)).toBe(await contentDigest(file))
  const older: string[] = []
  await open(other, [named], older)
  expect(older).toEqual([`trained with @recspec/core 0.0.1; in use: @recspec/core ${manifest.version}`])
})

test('a plugin without a version is stored as unknown, and gives no line', async () => {
  const { metadata } = await read(await (await trained(squares)).save())
  expect(JSON.parse(metadata.get('madeBy')!).plugins).toEqual([
    { name: 'local', package: 'unknown', version: 'unknown' },
  ])
  const notes: string[] = []
  await open(await (await trained(squares)).save(), [named], notes)
  expect(notes).toEqual([])
})

test('a model is served without the plugin of its loss; what needs the loss names the plugin', async () => {
  const model = await trained(squares)
  const file = await model.save()
  const served = await open(file, [])
  expect(await served.recommend(0, 5)).toEqual(await model.recommend(0, 5))
  expect(await served.similar('item', 0, 3)).toEqual(await model.similar('item', 0, 3))
  expect(await served.evaluate(data)).toEqual(await model.evaluate(data))
  expect(() => served.why(0, 1)).toThrow('missing plugin "local", which has "local/cells"')
  expect(() => served.foldIn('user', { interactions: [{ index: 1 }] })).toThrow('missing plugin "local"')
  expect(await served.save()).toEqual(file)
})

test('predictions of a missing loss keep their scale; a missing solver, metric or sampler is not needed', async () => {
  const plugin: Plugin = {
    name: 'other',
    apiVersion: 1,
    package: 'recspec-plugin-other',
    version: '1.0.0',
    losses: { bce: builtin.losses!['bce']! },
    solvers: { adam: builtin.solvers!['adam']! },
    metrics: { hr: builtin.metrics!['hr']! },
    samplers: { even: builtin.samplers!['uniform']! },
    splits: { last: builtin.splits!['leave-one-out']! },
  }
  const document = {
    ...squares,
    recspec: 1,
    name: 'others',
    heads: {
      met: { inputs: ['score'], loss: { type: 'other/bce', negatives: { count: 2, sampler: 'other/even' } } },
    },
    solver: { type: 'other/adam', epochs: 1 },
    evaluation: { split: { type: 'other/last' }, metrics: ['hr@3', 'other/hr@5'] },
  }
  const { model } = await train(compileDocument(document, [plugin]), data, { kernels })
  const served = await open(await model.save(), [])
  const [users, items] = [Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 5)]
  expect(served.predict(users, items)).toEqual(model.predict(users, items))
  expect(await served.recommend(1, 4)).toEqual(await model.recommend(1, 4))
  expect(Object.keys((await model.evaluate(data)).metrics)).toEqual(['hr@3', 'other/hr@5'])
  expect(Object.keys((await served.evaluate(data)).metrics)).toEqual(['hr@3'])
  expect(await served.save()).toEqual(await model.save())
})

test('serving needs the plugins of inputs and ops', async () => {
  const file = await changed(await (await trained(bilinear)).save(), (_, metadata) => {
    metadata['document'] = metadata['document']!.replace('"type":"dot"', '"type":"other/dot"')
  })
  await expect(open(file, [])).rejects.toMatchObject({ name: 'SpecError' })
})

test('a compact model gives the same answers, without the training interactions', async () => {
  const model = await trained({ ...bilinear, ops: squares['ops'], embeddings: squares['embeddings'] })
  const file = await model.save({ compact: true })
  const { tensors } = await read(file)
  expect([...tensors.keys()].filter((name) => /^(events|validation)/.test(name))).toEqual([])
  const back = await open(file)
  expect([model.compact, back.compact]).toEqual([false, true])
  expect(await back.recommend(0, 4, true)).toEqual(await model.recommend(0, 4, true))
  expect(await back.similar('item', 2, 3)).toEqual(await model.similar('item', 2, 3))
  const interactions = [{ index: 1, value: 5 }]
  expect(await back.recommendFor({ interactions }, 3)).toEqual(await model.recommendFor({ interactions }, 3))
  await expect(back.recommend(0, 4)).rejects.toMatchObject({
    kind: 'query',
    message: expect.stringContaining('cannot exclude the items of a user'),
    hint: expect.stringContaining('--seen'),
  })
  expect(() => back.why(0, 1)).toThrow('needs the training interactions')
  await expect(back.evaluate(data)).rejects.toThrow('needs the training interactions')
  await expect(back.evaluate(data, 'trained')).rejects.toThrow('needs the training interactions')
  expect(await back.save()).toEqual(file)
})

test('a compact model that reads histories of users ranks for new users only', async () => {
  const model = await trained(history)
  const back = await open(await model.save({ compact: true }))
  await expect(back.recommend(0, 3, true)).rejects.toThrow('needs the training interactions')
  expect(() => back.predict(Int32Array.of(0), Int32Array.of(1))).toThrow('needs the training interactions')
  const interactions = [{ index: 1 }, { index: 2 }]
  expect(await back.recommendFor({ interactions }, 3)).toEqual(await model.recommendFor({ interactions }, 3))
})

test('at most all items are returned, and a count that is not a positive integer is refused', async () => {
  const model = await trained(bilinear)
  expect(await model.recommend(0, 1e9, true)).toHaveLength(12)
  expect(await model.similar('item', 0, 1e9)).toHaveLength(11)
  expect(await model.query([{ entity: 'user', index: 0, weight: 1 }], 2 ** 40, 'item')).toHaveLength(12)
  for (const k of [0, -3, 1.5, Number.NaN, Infinity]) {
    await expect(model.recommend(0, k)).rejects.toMatchObject({ kind: 'query' })
    await expect(model.similar('item', 0, k)).rejects.toMatchObject({ kind: 'query' })
  }
})

test('a model whose evaluation fails is returned with the reason', async () => {
  const graph = graphOf(bilinear)
  const metrics = graph.evaluation.metrics.map((metric) => ({
    ...metric,
    definition: {
      ...metric.definition,
      predictions: () => {
        throw new Error('it fails')
      },
    },
  }))
  const { model, evaluation, evaluationError } = await train(
    { ...graph, evaluation: { ...graph.evaluation, metrics } },
    data,
    { kernels },
  )
  expect(evaluation).toBeUndefined()
  expect((evaluationError as Error).message).toContain('it fails')
  expect(await model.recommend(0, 3)).toHaveLength(3)
})

test('test rows that are training rows are counted', async () => {
  const { evaluation } = await train(graphOf(bilinear), { ...data, test: data.events }, { kernels })
  expect(evaluation).toMatchObject({ rows: data.events.count, trained: data.events.count })
  expect((await train(graphOf(bilinear), data, { kernels })).evaluation).not.toHaveProperty('trained')
})
