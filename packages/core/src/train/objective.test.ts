import { afterAll, beforeAll, expect, test } from 'vitest'
import { dot, type Example, logSum, mix, objectiveOf, type Reader, softplus } from '../../test/objective.js'
import {
  type Document,
  fit,
  genresOf,
  ids,
  numbersOf,
  type Opened,
  opened,
  programOf,
  world,
} from '../../test/world.js'
import type { Dataset } from '../dataset/dataset.js'
import type { LoweredProgram } from '../program/lowered.js'

let kernels: Opened
beforeAll(async () => {
  kernels = await opened()
})
afterAll(() => kernels.close())

interface Case {
  readonly name: string
  readonly data: Dataset
  /** Without its solver; `nu` of everything that has l2. */
  document(nu: number): Document
  examples(program: LoweredProgram): readonly Example[]
}

const data = world({ users: 6, items: 5 })
const wide = { type: 'normal', deviation: 0.5 } as const
const events = Array.from({ length: data.events.count }, (_, row) => row)
const userOf = (row: number) => data.events.user[row]!
const itemOf = (row: number) => data.events.item[row]!
const rating = (row: number) => data.events.columns.get('rating')!.values[row] as number
const squared = (score: number, row: number) => (score - rating(row)) ** 2
const mse = { target: 'rating', loss: { type: 'mse' } } as const

/** Rows of the other events of a user, in time order. */
const past = (user: number, own?: number) => {
  const rows = events.filter((row) => userOf(row) === user)
  rows.sort((a, b) => data.events.time![a]! - data.events.time![b]! || a - b)
  return own === undefined ? rows : rows.filter((row) => row !== own)
}

/** Every user has all items but one, which is the only possible negative. */
const tight = world({ users: 6, items: 4, has: (user, item) => item !== user % 4 })
const only = (row: number) => tight.events.user[row]! % 4
const tightRows = Array.from({ length: tight.events.count }, (_, row) => row)
const product = (read: Reader, user: number, item: number) => dot(read.row('p', user + 1), read.row('q', item + 1))

const tables = (nu: number) => ({
  p: { input: 'user', dim: 3, l2: 0.11, nu, init: wide },
  q: { input: 'item', dim: 3, l2: 0.07, nu, init: wide },
})
const scored = { score: { type: 'dot', inputs: ['p', 'q'] } }
const affine = (x: readonly number[], kernel: Float64Array, bias: Float64Array) =>
  bias.map((start, unit) => x.reduce((sum, value, row) => sum + value * kernel[row * bias.length + unit]!, start))

const cases: readonly Case[] = [
  {
    name: 'squares of a biased factorisation',
    data,
    document: (nu) => ({
      inputs: ids,
      embeddings: {
        ...tables(nu),
        bu: { input: 'user', dim: 1, l2: 0.2, nu, init: wide },
        bi: { input: 'item', dim: 1, l2: 0.3, nu, init: wide },
      },
      ops: {
        match: { type: 'dot', inputs: ['p', 'q'] },
        linear: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
        score: { type: 'bias', inputs: ['linear'], init: 'target-mean' },
      },
      heads: { stars: { inputs: ['score'], ...mse } },
    }),
    examples: () =>
      events.map((row) => (read) => {
        const biases = read.row('bu', userOf(row) + 1)[0]! + read.row('bi', itemOf(row) + 1)[0]!
        return squared(product(read, userOf(row), itemOf(row)) + biases + read.weight('score.bias')[0]!, row)
      }),
  },
  {
    name: 'bags of categories, by their mean, beside a number',
    data,
    document: (nu) => ({
      inputs: {
        user: ids.user,
        genres: { type: 'categories', entity: 'item' },
        price: { type: 'number', entity: 'item' },
      },
      embeddings: {
        p: tables(nu).p,
        g: { input: 'genres', dim: 3, combine: 'mean', l2: 0.13, nu, init: wide },
      },
      ops: {
        match: { type: 'dot', inputs: ['p', 'g'] },
        score: { type: 'sum', inputs: ['match', 'price'], weights: [1, 0.5] },
      },
      heads: { stars: { inputs: ['score'], ...mse } },
    }),
    examples: (program) =>
      events.map((row) => (read) => {
        const { values } = program.inputs.get('genres')!.state as { values: string[] }
        const own = genresOf(itemOf(row)).map((genre) => read.row('g', values.indexOf(genre) + 2))
        const mean = mix(own).map((sum) => sum / own.length)
        return squared(dot(read.row('p', userOf(row) + 1), mean) + 0.5 * (((itemOf(row) * 7) % 5) - 2), row)
      }),
  },
  ...[{}, { before: 'event' }, { maxLength: 2 }, { before: 'event', maxLength: 2 }].map(
    (window): Case => ({
      name: `histories of users ${JSON.stringify(window)}`,
      data,
      document: (nu) => ({
        inputs: { item: ids.item, met: { type: 'history', entity: 'user', ...window } },
        embeddings: { h: { input: 'met', dim: 3, combine: 'sum', l2: 0.13, nu, init: wide }, q: tables(nu).q },
        ops: { score: { type: 'dot', inputs: ['h', 'q'] } },
        heads: { stars: { inputs: ['score'], ...mse } },
      }),
      examples: () =>
        events.map((row) => (read) => {
          const all = past(userOf(row))
          const seen = 'before' in window ? all.slice(0, all.indexOf(row)) : past(userOf(row), row)
          const last = 'maxLength' in window ? seen.slice(-window.maxLength!) : seen
          const sum = mix([new Float64Array(3), ...last.map((other) => read.row('h', itemOf(other) + 1))])
          return squared(dot(sum, read.row('q', itemOf(row) + 1)), row)
        }),
    }),
  ),
  ...[undefined, 2].flatMap((maxLength) =>
    ['sum', 'mean'].map(
      (by): Case => ({
        name: `sequences read once, by their ${by}, maxLength ${maxLength}`,
        data,
        document: (nu) => ({
          inputs: {
            ...ids,
            met: { type: 'history', entity: 'user', before: 'event', ...(maxLength && { maxLength }) },
          },
          embeddings: {
            ...tables(nu),
            h: { input: 'met', dim: 3, ...(by === 'sum' ? { combine: by } : {}), l2: 0.13, nu, init: wide },
          },
          ops: {
            ...(by === 'mean' ? { read: { type: 'pool', inputs: ['h'], by: ['mean'] } } : {}),
            both: { type: 'dense', inputs: [by === 'mean' ? 'read' : 'h', 'p'], units: 3, l2: 0.05, nu },
            score: { type: 'dot', inputs: ['both', 'q'] },
          },
          heads: { stars: { inputs: ['score'], ...mse, examples: 'sequences' } },
        }),
        examples: () =>
          events.map((row) => (read) => {
            const all = past(userOf(row))
            const place = all.indexOf(row)
            const from = maxLength && place > 0 ? place - 1 - ((place - 1) % maxLength) : 0
            // a pass reads each event of a sequence once: counted by the event after it
            const seen = all.slice(from, place).map((other, k, { length }) => {
              const reads = k === length - 1 ? read.row : read.peek
              return reads('h', itemOf(other) + 1)
            })
            const sum = mix([new Float64Array(3), ...seen])
            const state = by === 'sum' ? sum : sum.map((value) => value / Math.max(1, seen.length))
            const input = [...state, ...read.row('p', userOf(row) + 1)]
            const both = affine(input, read.weight('both.kernel'), read.weight('both.bias'))
            return squared(dot(both, read.row('q', itemOf(row) + 1)), row)
          }),
      }),
    ),
  ),
  {
    name: 'two heads that read the same sequences',
    data,
    document: (nu) => ({
      inputs: { item: ids.item, met: { type: 'history', entity: 'user', before: 'event' } },
      embeddings: { q: tables(nu).q, h: { input: 'met', dim: 3, l2: 0.13, nu, init: wide } },
      ops: {
        last: { type: 'pool', inputs: ['h'], by: ['last'] },
        score: { type: 'dot', inputs: ['last', 'q'] },
        more: { type: 'sum', inputs: ['score', 'score'] },
      },
      heads: {
        stars: { inputs: ['score'], ...mse, examples: 'sequences', ranks: true },
        again: { inputs: ['more'], weight: 0.5, ...mse, examples: 'sequences' },
      },
    }),
    examples: () =>
      events.map((row) => (read) => {
        const all = past(userOf(row))
        const before = all[all.indexOf(row) - 1]
        // each head reads the history and the item separately
        const score = () => {
          const last = before === undefined ? new Float64Array(3) : read.row('h', itemOf(before) + 1)
          return dot(last, read.row('q', itemOf(row) + 1))
        }
        return squared(score(), row) + 0.5 * squared(2 * score(), row)
      }),
  },
  {
    name: 'histories of items, with one table for users and histories',
    data,
    document: (nu) => ({
      inputs: { ...ids, fans: { type: 'history', entity: 'item' } },
      embeddings: { ...tables(nu), f: { input: 'fans', table: 'p', combine: 'mean' } },
      ops: { score: { type: 'dot', inputs: ['p', 'f'] }, more: { type: 'dot', inputs: ['p', 'q'] } },
      heads: {
        stars: { inputs: ['score'], ...mse, ranks: true },
        again: { inputs: ['more'], weight: 0.5, ...mse },
      },
    }),
    examples: () =>
      events.map((row) => (read) => {
        const fans = events.filter((other) => other !== row && itemOf(other) === itemOf(row))
        const rows = fans.map((other) => read.row('p', userOf(other) + 1))
        const mean = mix([new Float64Array(3), ...rows]).map((sum) => sum / Math.max(1, rows.length))
        // each head reads the user separately
        const first = squared(dot(read.row('p', userOf(row) + 1), mean), row)
        return first + 0.5 * squared(product(read, userOf(row), itemOf(row)), row)
      }),
  },
  {
    name: 'dense layers with l2, over a table that is read for itself and for pairs',
    data,
    document: (nu) => ({
      inputs: { ...ids, mood: { type: 'category', entity: 'event' } },
      embeddings: { ...tables(nu), m: { input: 'mood', dim: 2, l2: 0.21, nu, init: wide } },
      ops: {
        tower: { type: 'dense', inputs: ['p'], units: 3, activation: 'tanh', l2: 0.05, nu },
        match: { type: 'dot', inputs: ['tower', 'q'] },
        hidden: { type: 'dense', inputs: ['p', 'q', 'm'], units: 2, activation: 'tanh', l2: 0.02, nu },
        score: { type: 'dense', inputs: ['hidden', 'match'], units: 1 },
      },
      heads: { stars: { inputs: ['score'], ...mse } },
    }),
    examples: (program) =>
      events.map((row) => (read) => {
        const { values } = program.inputs.get('mood')!.state as { values: string[] }
        const [p, q] = [read.row('p', userOf(row) + 1), read.row('q', itemOf(row) + 1)]
        const moods = data.events.columns.get('mood') as { codes: Int32Array; values: readonly string[] }
        const m = read.row('m', values.indexOf(moods.values[moods.codes[row]!]!) + 2)
        const layer = (name: string, x: readonly number[]) =>
          affine(x, read.weight(`${name}.kernel`), read.weight(`${name}.bias`))
        const match = dot(layer('tower', [...p]).map(Math.tanh), q)
        const hidden = layer('hidden', [...p, ...q, ...m]).map(Math.tanh)
        return squared(layer('score', [...hidden, match])[0]!, row)
      }),
  },
  {
    name: 'cross entropy with negatives',
    data: tight,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: { liked: { inputs: ['score'], loss: { type: 'bce', negatives: 2 } } },
    }),
    examples: () =>
      tightRows.map((row) => (read) => {
        const user = tight.events.user[row]!
        const negative = () => softplus(product(read, user, only(row)))
        return softplus(-product(read, user, tight.events.item[row]!)) + negative() + negative()
      }),
  },
  {
    name: 'personalised ranking with negatives',
    data: tight,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 2 } } },
    }),
    examples: () =>
      tightRows.map((row) => (read) => {
        const one = () => {
          const p = read.row('p', tight.events.user[row]! + 1)
          const gap = mix([read.row('q', tight.events.item[row]! + 1), read.row('q', only(row) + 1)], [1, -1])
          return softplus(-dot(p, gap))
        }
        return one() + one()
      }),
  },
  {
    name: 'a softmax over all items',
    data,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: { liked: { inputs: ['score'], loss: { type: 'softmax' } } },
    }),
    examples: () =>
      events.map((row) => (read) => {
        const p = read.row('p', userOf(row) + 1)
        const own = dot(p, read.row('q', itemOf(row) + 1))
        return logSum([0, 1, 2, 3, 4].map((item) => dot(p, read.peek('q', item + 1)))) - own
      }),
  },
  {
    name: 'a softmax over the batch, items of the user left out',
    data,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: {
        liked: { inputs: ['score'], loss: { type: 'softmax', negatives: { sampler: 'in-batch' } } },
      },
    }),
    examples: () =>
      events.map((row) => (read) => {
        const p = read.row('p', userOf(row) + 1)
        const own = dot(p, read.row('q', itemOf(row) + 1))
        const has = new Set(past(userOf(row)).map(itemOf))
        const others = events.filter((other) => !has.has(itemOf(other)))
        return logSum([own, ...others.map((other) => dot(p, read.peek('q', itemOf(other) + 1)))]) - own
      }),
  },
  {
    name: 'squares over rows, from histories',
    data,
    document: (nu) => ({
      inputs: { ...ids, met: { type: 'history', entity: 'user' } },
      embeddings: { ...tables(nu), h: { input: 'met', dim: 3, combine: 'sum', l2: 0.13, nu, init: wide } },
      ops: { both: { type: 'sum', inputs: ['p', 'h'] }, score: { type: 'dot', inputs: ['both', 'q'] } },
      heads: { row: { inputs: ['score'], target: 'rating', loss: { type: 'local/rows' } } },
    }),
    examples: () =>
      [0, 1, 2, 3, 4, 5].map((user) => (read) => {
        const rows = past(user)
        const sum = mix([read.row('p', user + 1), ...rows.map((row) => read.row('h', itemOf(row) + 1))])
        return rows.reduce((total, row) => total + squared(dot(sum, read.row('q', itemOf(row) + 1)), row), 0)
      }),
  },
  {
    name: 'cross entropy of whole rows',
    data,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: { row: { inputs: ['score'], loss: { type: 'local/multinomial' } } },
    }),
    examples: () =>
      [0, 1, 2, 3, 4, 5].map((user) => (read) => {
        const p = read.row('p', user + 1)
        const all = logSum([0, 1, 2, 3, 4].map((item) => dot(p, read.peek('q', item + 1))))
        return past(user).reduce((sum, row) => sum + all - dot(p, read.row('q', itemOf(row) + 1)), 0)
      }),
  },
  {
    name: 'squares over all cells',
    data,
    document: (nu) => ({
      inputs: ids,
      embeddings: tables(nu),
      ops: scored,
      heads: { all: { inputs: ['score'], loss: { type: 'local/cells', weight: 2 } } },
    }),
    // a weight of 2 counts as two more reads of every cell
    examples: () =>
      [0, 1, 2, 3, 4, 5].flatMap((user) =>
        [0, 1, 2, 3, 4].map((item) => (read: Reader) => {
          const observed = past(user).some((row) => itemOf(row) === item)
          const twice = product(read, user, item) ** 2 + product(read, user, item) ** 2
          return twice + (observed ? (product(read, user, item) - 1) ** 2 : 0)
        }),
      ),
  },
]

const solver = (learningRate: number) => ({ type: 'sgd', learningRate, epochs: 1, batchSize: 10_000 })

for (const one of cases)
  for (const nu of [0, 0.5, 1]) {
    test(`${one.name}: row counts are the reads, nu ${nu}`, () => {
      const program = programOf({ ...one.document(nu), solver: solver(0) }, one.data, kernels)
      const { counts } = objectiveOf(program, one.examples(program))
      for (const [table, count] of counts) {
        const found = program.counts(table, [...program.graph.heads.values()])
        for (const [row, n] of found.entries()) expect(n, `${table} ${row}`).toBeCloseTo(count[row]!, 6)
      }
    })

    test(`${one.name}: progress reports the objective per example, nu ${nu}`, async () => {
      const program = programOf({ ...one.document(nu), solver: solver(0) }, one.data, kernels)
      const examples = one.examples(program)
      const [report] = await fit(program)
      const { value } = objectiveOf(program, examples)
      expect(report!.loss / (value / examples.length)).toBeCloseTo(1, 5)
    })

    test(`${one.name}: a full-batch step is the gradient of the objective per example, nu ${nu}`, async () => {
      const program = programOf({ ...one.document(nu), solver: solver(1) }, one.data, kernels)
      const before = numbersOf(program)
      const examples = one.examples(program)
      const objective = objectiveOf(program, examples)
      const slopes = new Map([...before.keys()].map((name) => [name, objective.gradient(name)]))
      await fit(program)
      for (const [name, after] of numbersOf(program)) {
        const slope = slopes.get(name)!.map((value) => value / examples.length)
        const scale = Math.max(1e-2, ...slope.map(Math.abs))
        for (const [k, value] of after.entries()) {
          const moved = before.get(name)![k]! - value
          expect(Math.abs(moved - slope[k]!) / scale, `${name} ${k}: ${moved} for ${slope[k]}`).toBeLessThan(1e-3)
        }
      }
    })
  }
