import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Document, fit, ids, type Opened, opened, programOf, world } from '../../../test/world.js'
import type { Value } from '../../contract/value.js'
import type { Dataset } from '../../dataset/dataset.js'
import { idsOf } from '../../dataset/ids.js'
import { takeEvents } from '../../dataset/take.js'
import { problemOf } from '../../graph/problem.js'
import { type ObjectiveValue, objectiveOf, tf } from '../../index.js'
import { forward } from '../../program/forward.js'
import { weightTensors } from '../../program/inference.js'
import { inferenceContext, leafValue, leavesOf } from '../../program/leaves.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { tensorWalk } from '../../program/tensors.js'
import { eventBatchSampler } from './event.js'
import { batchSamplerOf } from './index.js'
import type { SampledBatch } from './sampled.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

/** Many events of a user have the same time: rows decide their order. */
const data = ((given) => {
  const time = given.events.time!.map((at) => Math.floor(at / 300))
  return { ...given, events: { ...given.events, time } }
})(world({ users: 12, items: 11 }))
const wide = { type: 'normal', deviation: 0.7 }
const attention = { type: 'attention', inputs: ['placed'], blocks: 2, heads: 2, causal: true }
const placed = { type: 'position', inputs: ['h'] }

interface Tower {
  readonly ops: object
  /** Needs a maxLength. */
  readonly known?: true
  readonly combine?: string
  /** More parameters of the history. */
  readonly history?: object
  /** More inputs and embeddings; those of the same name are replaced. */
  readonly inputs?: object
  readonly embeddings?: object
}

/** The ops from the history `h`, [length, 4], to the state of a user. */
const towers: Readonly<Record<string, Tower>> = {
  attention: {
    known: true,
    ops: { placed, read: attention, state: { type: 'pool', inputs: ['read'], by: ['last'] } },
  },
  gru: { ops: { state: { type: 'gru', inputs: ['h'], units: 4 } } },
  'gru over an lstm of each step': {
    ops: {
      below: { type: 'lstm', inputs: ['h'], units: 3, returns: 'sequence' },
      state: { type: 'gru', inputs: ['below'], units: 4 },
    },
  },
  lstm: { ops: { state: { type: 'lstm', inputs: ['h'], units: 4 } } },
  'causal convolution': {
    ops: {
      seen: { type: 'conv1d', inputs: ['h'], filters: 4, width: 3, padding: 'causal', activation: 'tanh' },
      state: { type: 'pool', inputs: ['seen'], by: ['last'] },
    },
  },
  'last, mean and sum': {
    ops: {
      all: { type: 'pool', inputs: ['h'], by: ['last', 'mean', 'sum'] },
      state: { type: 'dense', inputs: ['all'], units: 4 },
    },
  },
  'ops of each step': {
    ops: {
      one: { type: 'dense', inputs: ['h'], units: 4, activation: 'tanh' },
      two: { type: 'layerNorm', inputs: ['one'] },
      three: { type: 'activation', inputs: ['two'], function: 'gelu' },
      four: { type: 'bias', inputs: ['three'], init: 0.3 },
      five: { type: 'l2Norm', inputs: ['four'] },
      six: { type: 'dropout', inputs: ['five'], rate: 0.5 },
      state: { type: 'pool', inputs: ['six'] },
    },
  },
  'an op of a plugin': {
    ops: {
      below: { type: 'gru', inputs: ['h'], units: 4, returns: 'sequence' },
      state: { type: 'local/latest', inputs: ['below'] },
    },
  },
  'weighted mean of rows': {
    combine: 'mean',
    history: { values: 'rating' },
    ops: { state: { type: 'dense', inputs: ['h'], units: 4 } },
  },
  'several rows of another input': {
    history: { of: 'genres' },
    inputs: { genres: { type: 'categories', entity: 'item' } },
    embeddings: { h: { input: 'met', dim: 3, init: wide } },
    ops: { state: { type: 'gru', inputs: ['h'], units: 4 } },
  },
  'mean of several rows of another input': {
    combine: 'mean',
    history: { of: 'genres' },
    inputs: { genres: { type: 'categories', entity: 'item' } },
    embeddings: { h: { input: 'met', dim: 3, init: wide, combine: 'mean' } },
    ops: { state: { type: 'dense', inputs: ['h'], units: 4 } },
  },
  'numbers of another input': {
    history: { of: 'price' },
    inputs: { price: { type: 'number', entity: 'item', scale: 'log' } },
    embeddings: { h: undefined },
    ops: { state: { type: 'gru', inputs: ['met'], units: 4 } },
  },
  'rows of events': {
    history: { of: 'mood' },
    embeddings: { h: { input: 'met', dim: 3, init: wide } },
    ops: { state: { type: 'lstm', inputs: ['h'], units: 4 } },
  },
  'ids beside the times between events': {
    inputs: { since: { type: 'gaps', entity: 'user', before: 'event' } },
    embeddings: { t: { input: 'since', dim: 4, init: wide } },
    ops: { both: { type: 'sum', inputs: ['h', 't'] }, state: { type: 'gru', inputs: ['both'], units: 4 } },
  },
  'mean of rows': { combine: 'mean', ops: { state: { type: 'dense', inputs: ['h'], units: 4 } } },
  'sum of rows': { combine: 'sum', ops: { state: { type: 'dense', inputs: ['h'], units: 4 } } },
}

const loss = { type: 'bce', negatives: 2 }
const document = (tower: keyof typeof towers, maxLength?: number, head: object = { loss }): Document => {
  const { ops, combine, history, inputs = {}, embeddings = {} } = towers[tower]! as Tower & Record<string, object>
  const length = maxLength ? { maxLength } : {}
  const given = (entries: object): object =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, entry]) =>
        entry === undefined ? [] : [[name, entry.type === 'gaps' ? { ...entry, ...length } : entry]],
      ),
    )
  return {
    inputs: {
      ...ids,
      land: { type: 'category', entity: 'user' },
      mood: { type: 'category', entity: 'event' },
      met: { type: 'history', entity: 'user', before: 'event', ...history, ...length },
      ...given(inputs),
    },
    embeddings: given({
      p: { input: 'user', dim: 4, init: wide },
      l: { input: 'land', dim: 2, init: wide },
      q: { input: 'item', dim: 4, init: wide },
      m: { input: 'mood', dim: 2, init: wide },
      h: { input: 'met', table: 'q', ...(combine ? { combine } : {}) },
      ...embeddings,
    }),
    ops: {
      ...ops,
      side: { type: 'dense', inputs: ['state', 'p', 'l'], units: 4 },
      match: { type: 'dot', inputs: ['side', 'q'] },
      pair: { type: 'dense', inputs: ['side', 'q', 'm'], units: 3, activation: 'tanh' },
      score: { type: 'dense', inputs: ['pair', 'match'], units: 1 },
    },
    heads: { next: { inputs: ['score'], examples: 'sequences', ...head } },
    solver: { type: 'sgd', learningRate: 0.1, epochs: 1 },
  }
}

const samplersOf = (program: LoweredProgram) => {
  const heads = [...program.graph.heads.values()]
  const { definition, params } = heads[0]!.loss
  const examples = definition.examples(params)
  return {
    sequences: batchSamplerOf(program, heads, examples),
    events: eventBatchSampler(program, heads, examples),
  }
}
const upTo = (count: number) => Int32Array.from({ length: count }, (_, k) => k)

/** The scores of the pairs of a batch as when serving. */
const scoresOf = (program: LoweredProgram, { batch }: SampledBatch): Float32Array =>
  tf.tidy(() => {
    const bound = program.bind(program.dataset.events)
    const leaves = leavesOf(program, batch, bound)
    const walk = tensorWalk(program, batch, {
      leaf: (node, place) =>
        node.kind === 'embedding' ? leafValue(leaves.embedding(node, place)) : leaves.numbers(node, place),
      weights: (op) => weightTensors(program, op),
      context: () => inferenceContext,
    })
    return forward<Value>(program.graph, { ...walk, grid: false })
      .pairs('score')
      .tensor.dataSync() as Float32Array
  })

const itemsOf = ({ batch }: SampledBatch) => Array.from(batch.item, (entry) => batch.items.entities[entry]!)

const expectClose = (found: Float32Array, expected: Float32Array, within = 2e-5) => {
  expect(found.length).toBe(expected.length)
  for (let k = 0; k < found.length; k++) expect(Math.abs(found[k]! - expected[k]!), `${k}`).toBeLessThan(within)
}

for (const tower of Object.keys(towers))
  for (const maxLength of towers[tower]!.known ? [20] : [undefined, 20])
    test(`${tower}, maxLength ${maxLength}: one pass gives the scores of every event with its own history`, () => {
      const program = programOf(document(tower, maxLength), data, kernels)
      const { sequences, events } = samplersOf(program)
      expect(sequences.examples).toBe(data.events.count)
      const sampled = sequences.sample(upTo(sequences.count), 3, 0)
      const rows = sampled.batch.users.events!
      expect([...rows].sort((a, b) => a - b)).toEqual([...upTo(data.events.count)])
      const each = events.sample(rows, 3, 0)
      expect(itemsOf(sampled)).toEqual(itemsOf(each))
      expectClose(scoresOf(program, sampled), scoresOf(program, each))
    })

/** The data whose users are the pieces of users: events that are scored in two pieces come first in the earlier one. */
const inPieces = (maxLength: number): { data: Dataset; rows: readonly number[] } => {
  const { events } = data
  const rows: number[] = []
  const user: number[] = []
  const owner: number[] = []
  for (let own = 0; own < data.users.ids.count; own++) {
    const all = [...upTo(events.count)].filter((row) => events.user[row] === own)
    all.sort((a, b) => events.time![a]! - events.time![b]! || a - b)
    for (let start = 0; start === 0 || start < all.length - 1; start += maxLength) {
      for (const row of all.slice(start, start + maxLength + 1)) {
        rows.push(row)
        user.push(owner.length)
      }
      owner.push(own)
    }
  }
  const codes = Int32Array.from(owner, (own) => own % 2)
  const land = { kind: 'text', values: ['north', 'south'], codes } as const
  const users = { ids: idsOf(owner.map((own, piece) => `${own} ${piece}`)), columns: new Map([['land', land]]) }
  const taken = takeEvents(events, Int32Array.from(rows))
  return { rows, data: { ...data, users, events: { ...taken, user: Int32Array.from(user) } } }
}

for (const tower of Object.keys(towers))
  test(`${tower}: longer sequences are read in pieces; each event is scored once, its history begins at the piece`, () => {
    const { inputs, embeddings, ops, ...rest } = document(tower, 2) as Record<string, Record<string, object>>
    // users of pieces are other users: without their own vectors
    const { user: _, ...read } = inputs!
    const { p: __, ...tables } = embeddings!
    const side = { type: 'dense', inputs: ['state', 'l'], units: 4 }
    const graph = { ...rest, inputs: read, embeddings: tables, ops: { ...ops, side } }
    const program = programOf(graph, data, kernels)
    const { sequences } = samplersOf(program)
    const sampled = sequences.sample(upTo(sequences.count), 3, 0)
    const scored = sampled.batch.users.events!
    expect([...scored].sort((a, b) => a - b)).toEqual([...upTo(data.events.count)])

    const pieces = inPieces(2)
    const other = programOf(graph, pieces.data, kernels)
    for (const [name, { values }] of program.tables) other.tables.get(name)!.values.set(values)
    for (const [name, values] of program.weights) other.weights.get(name)!.set(values)
    const rows = scored.map((row) => pieces.rows.indexOf(row))
    const each = samplersOf(other).events.sample(rows, 3, 0)
    const positives = (found: Float32Array) => found.filter((_, pair) => pair % 3 === 0)
    expectClose(positives(scoresOf(program, sampled)), positives(scoresOf(other, each)))
  })

/** Compares the gradients of two objectives, relative to the largest of each table or weight. */
const expectSameGradients = (found: ObjectiveValue, expected: ObjectiveValue) => {
  for (const of of ['tables', 'weights'] as const)
    for (const [name, gradient] of expected[of]) {
      const scale = Math.max(1, ...gradient.map(Math.abs))
      const scaled = (values: Float32Array) => values.map((value) => value / scale)
      expectClose(scaled(found[of].get(name)!), scaled(gradient), 1e-4)
    }
}

for (const tower of Object.keys(towers))
  test(`${tower}: loss and gradients are those of per-event training`, () => {
    const gradients = (head: object) => {
      const text = JSON.stringify(document(tower, 20, head)).replace('"rate":0.5', '"rate":0')
      const program = programOf(JSON.parse(text), data, kernels)
      const graph = program.graph
      return objectiveOf(problemOf(graph, graph.phases[0]!), program, { batchSize: 1000, seed: 4 }).evaluate()
    }
    const whole = gradients({ loss })
    const each = gradients({ loss, examples: 'events' })
    expect(whole.loss / each.loss).toBeCloseTo(1, 5)
    expectSameGradients(whole, each)
  })

for (const [name, loss] of [
  ['the batch', { type: 'softmax', negatives: { sampler: 'in-batch' } }],
  ['all items', { type: 'softmax' }],
  ['shared items, corrected', { type: 'softmax', negatives: { count: 5, shared: true, correct: 'log-q' } }],
] as const)
  test(`a loss over ${name} is that of per-event training, for the events of a batch of sequences`, () => {
    const gradients = (examples: string) => {
      const program = programOf(document('gru', 20, { loss, examples }), data, kernels)
      const { graph } = program
      return objectiveOf(problemOf(graph, graph.phases[0]!), program, { batchSize: 1000, seed: 4 }).evaluate()
    }
    const [whole, each] = [gradients('sequences'), gradients('events')]
    expect(whole.loss / each.loss).toBeCloseTo(1, 5)
    expectSameGradients(whole, each)
  })

test('hundreds of steps over sequences leave no tensor behind', async () => {
  const solver = { type: 'adam', learningRate: 0.001, epochs: 40, batchSize: 2 }
  const program = programOf({ ...document('attention', 20), solver }, data, kernels)
  const before = tf.memory().numTensors
  const reports = await fit(program)
  expect(reports.at(-1)!.step).toBeGreaterThan(200)
  expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss)
  expect(reports[0]!.examples).toBe(data.events.count)
  expect(tf.memory().numTensors).toBe(before)
})

test('batches have so many sequences, and pieces of one user may be in several', () => {
  const program = programOf(document('gru', 2), data, kernels)
  const { sequences } = samplersOf(program)
  const lengths = [...upTo(12)].map((user) => data.events.user.filter((own) => own === user).length)
  expect(sequences.count).toBe(lengths.reduce((sum, n) => sum + Math.max(1, Math.ceil((n - 1) / 2)), 0))
  const { batch, examples, scores } = sequences.sample(Int32Array.of(0, 4), 1, 0)
  expect(batch.sequences!.from).toHaveLength(3)
  expect(examples).toBe(batch.users.entities.length)
  expect(scores).toEqual([examples, 3])
})

test('an event of an unknown item is in no sequence', () => {
  const item = data.events.item.map((own, row) => (row === 7 ? -1 : own))
  const program = programOf(document('gru'), { ...data, events: { ...data.events, item } }, kernels)
  const { sequences } = samplersOf(program)
  const rows = sequences.sample(upTo(sequences.count), 1, 0).batch.users.events!
  expect([...rows].sort((a, b) => a - b)).toEqual([...upTo(data.events.count)].filter((row) => row !== 7))
  const [head] = program.graph.heads.values()
  expect([sequences.examples, program.examples(head!)]).toEqual([rows.length, rows.length])
  const users = program.counts('p', [head!])
  // cross entropy reads a user for the positive and each of two negatives
  expect(users.reduce((sum, n) => sum + n, 0)).toBe(3 * rows.length)
})

test('a history that leaves out an event has no state before each of them', () => {
  const rating = {
    kind: 'number',
    values: Float64Array.from(upTo(data.events.count), (row) => (row === 3 ? NaN : 1)),
  } as const
  const events = { ...data.events, columns: new Map([...data.events.columns, ['rating', rating]]) }
  const program = programOf(document('weighted mean of rows'), { ...data, events }, kernels)
  const { sequences } = samplersOf(program)
  expect(() => scoresOf(program, sequences.sample(upTo(2), 1, 0))).toThrow(
    /^input "met" leaves out 1 of \d events of a user, and a head with "examples": "sequences" reads it$/,
  )
})

test('the objectives of two parts of the sequences sum to that of all; losses are divided by events', () => {
  const text = JSON.stringify(document('gru', 3)).replace('"input":"item",', '"input":"item","l2":0.1,')
  const program = programOf(JSON.parse(text), data, kernels)
  const { graph } = program
  const objective = objectiveOf(problemOf(graph, graph.phases[0]!), program, { batchSize: 1000 })
  expect(objective.terms).toBe(data.events.count)
  const all = upTo(objective.examples)
  const [left, right, whole] = [all.subarray(0, 5), all.subarray(5), all].map((part) => objective.evaluate(part))
  expect((left!.loss + right!.loss) / whole!.loss).toBeCloseTo(1, 5)
  expect(whole!.penalty).toBeGreaterThan(0)
  expect((left!.penalty + right!.penalty) / whole!.penalty).toBeCloseTo(1, 5)
  const summed = whole!.tables.get('q')!.map((_, k) => left!.tables.get('q')![k]! + right!.tables.get('q')![k]!)
  expectClose(summed, whole!.tables.get('q')!, 1e-3)
})
