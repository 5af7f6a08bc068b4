import { compile } from '@recspec/dsl'
import { key, openKernels, uniform } from '@recspec/kernels'
import { useBackend } from '../src/backend/backend.js'
import { layer } from '../src/contract/layer.js'
import { loss } from '../src/contract/loss.js'
import type { Plugin } from '../src/contract/plugin.js'
import type { FitOptions, Progress } from '../src/contract/solver.js'
import type { Column } from '../src/dataset/column.js'
import type { Dataset, Entities, Events } from '../src/dataset/dataset.js'
import { idsOf } from '../src/dataset/ids.js'
import type { Graph } from '../src/graph/graph.js'
import { problemOf } from '../src/graph/problem.js'
import { Type, tf } from '../src/index.js'
import { lower } from '../src/program/lower.js'
import type { LoweredProgram } from '../src/program/lowered.js'

/** A document as its author writes it, sections as plain objects. */
export type Document = Readonly<Record<string, unknown>>

/** Size of a generated data set, and which cells are observed. */
export interface Size {
  readonly users: number
  readonly items: number
  readonly seed?: number
  /** Whether an event exists; default: about half of the cells. */
  readonly has?: (user: number, item: number) => boolean
}

const genres = ['calm', 'loud', 'old', 'new'] as const
const text = (values: readonly string[], codes: readonly number[]): Column => ({
  kind: 'text',
  values,
  codes: Int32Array.from(codes),
})

/**
 * Events with a rating from 1 to 5 that depends on the parity of user and item, a time and a mood; items have
 * several genres and a price, users a land. No cell has two events, and each user's times are not in the order of rows.
 */
export const world = ({ users, items, seed = 1, has }: Size): Dataset => {
  const random = (...parts: number[]) => uniform(key(seed, ...parts), 0)
  const observed = has ?? ((user, item) => random(1, user, item) < 0.5)
  const cells: [number, number][] = []
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++) if (observed(user, item)) cells.push([user, item])
  const rated = ([user, item]: [number, number]) =>
    Math.min(5, Math.max(1, 3 + ((user + item) % 2 === 0 ? 1 : -1) + Math.round(2 * random(2, user, item) - 1)))
  const events: Events = {
    count: cells.length,
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    time: Float64Array.from(cells, ([user, item]) => Math.floor(1000 * random(3, user, item))),
    columns: new Map<string, Column>([
      ['rating', { kind: 'number', values: Float64Array.from(cells, rated) }],
      ['liked', { kind: 'number', values: Float64Array.from(cells, (cell) => (rated(cell) > 3 ? 1 : 0)) }],
      [
        'mood',
        text(
          ['up', 'down', 'flat'],
          cells.map(([user, item]) => Math.floor(3 * random(4, user, item))),
        ),
      ],
    ]),
  }
  const named = (letter: string, count: number) =>
    idsOf(Array.from({ length: count }, (_, index) => `${letter}${index}`))
  const itemTable: Entities = {
    ids: named('i', items),
    columns: new Map<string, Column>([
      [
        'genres',
        text(
          Array.from({ length: items }, (_, item) => genresOf(item).join('|')),
          Array.from({ length: items }, (_, item) => item),
        ),
      ],
      ['price', { kind: 'number', values: Float64Array.from({ length: items }, (_, item) => priceOf(item)) }],
    ]),
  }
  return {
    users: { ids: named('u', users), columns: new Map([['land', landsOf(users)]]) },
    items: itemTable,
    events,
    notes: [],
  }
}

/** Genres of an item: one, two or three of four. */
export const genresOf = (item: number): readonly string[] =>
  Array.from({ length: 1 + (item % 3) }, (_, place) => genres[(item + place) % genres.length]!)

/** The price of an item: a small whole number. */
export const priceOf = (item: number): number => ((item * 7) % 5) - 2

const landsOf = (users: number) =>
  text(
    ['north', 'south'],
    Array.from({ length: users }, (_, user) => user % 2),
  )

/** Users or items with nothing but ids. */
export const nobody: Entities = { ids: idsOf([]), columns: new Map() }

const closed = { additionalProperties: false } as const

/** Losses that core does not have: squares over rows, squares over all cells, a slope without a kernel. */
export const local: Plugin = {
  name: 'local',
  apiVersion: 1,
  layers: {
    latest: layer({
      summary: 'The last step of a sequence; each step where `each`.',
      params: Type.Object({ each: Type.Optional(Type.Boolean()) }, closed),
      inputs: { x: 'one' },
      shape: ({ each }, { x }) => (each ? x : x.slice(1)),
      causal: () => ({ each: true }),
      apply: ({ each }, { x: { tensor, mask } }) => {
        const present = tf.expandDims(mask!, -1)
        if (each) return { tensor: tf.mul(tensor, present), mask: mask! }
        const last = tf.cast(tf.equal(tf.cumsum(mask!, 1, false, true), 1), 'float32')
        return { tensor: tf.sum(tf.mul(tensor, tf.mul(present, tf.expandDims(last, -1))), 1) }
      },
    }),
  },
  losses: {
    rows: loss({
      summary: 'Squared error of whole rows.',
      params: Type.Object({}, closed),
      inputs: { score: 'one' },
      examples: () => ({ of: 'row', items: 'own' }),
      apply: (_, { score }, { target }) => tf.squaredDifference(tf.reshape(score.tensor, target!.shape), target!),
    }),
    multinomial: loss({
      summary: 'Cross entropy of rows.',
      params: Type.Object({}, closed),
      inputs: { score: 'one' },
      examples: () => ({ of: 'row', items: 'all' }),
      apply: (_, { score }, { positive }) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(score.tensor), positive!), -1)),
    }),
    cells: loss({
      summary: 'Squares over all cells.',
      params: Type.Object({ weight: Type.Number() }, closed),
      inputs: { score: 'one' },
      examples: () => ({ of: 'cell', items: 'all' }),
      apply: ({ weight }, { score }, { positive }) => {
        const value = tf.reshape(score.tensor, positive!.shape)
        return tf.add(tf.mul(positive!, tf.square(tf.sub(value, 1))), tf.mul(tf.square(value), weight))
      },
      quadratic: ({ weight }) => ({
        target: () => 1 / (1 + weight),
        weight: () => 1 + weight,
        unobserved: weight,
      }),
    }),
    fourth: loss({
      summary: 'The fourth power of the error.',
      params: Type.Object({}, closed),
      inputs: { score: 'one' },
      examples: () => ({ of: 'event', items: 'own' }),
      apply: (_, { score }, { target }) =>
        tf.square(tf.square(tf.sub(tf.reshape(score.tensor, target!.shape), target!))),
      slope: () => ({
        list: ([score], target, slopes) => {
          const off = score! - target
          slopes[0] = 4 * off ** 3
          return off ** 4
        },
      }),
    }),
  },
}

/** The two id inputs most documents have. */
export const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const

/** A document to its graph, with the built-ins and the local losses. */
export const graphOf = (document: Document): Graph =>
  compile({ name: 'test.json', text: JSON.stringify({ recspec: 1, name: 'test', ...document }) }, [local])

/** Kernels and a backend for a test file; the caller closes the kernels. */
export const opened = async (threads = 1) => {
  const kernels = await openKernels({ threads })
  await useBackend('wasm', kernels)
  return kernels
}

export type Opened = Awaited<ReturnType<typeof opened>>

/** A document bound to data. */
export const programOf = (document: Document, data: Dataset, kernels: Opened, seed = 0): LoweredProgram =>
  lower(graphOf(document), data, { kernels, seed })

/** Runs one phase of a program to its end. */
export const fit = async (
  program: LoweredProgram,
  run: Partial<FitOptions> = {},
  phase = 0,
): Promise<readonly Progress[]> => {
  const { solver, params, ...rest } = program.graph.phases[phase]!
  const reports: Progress[] = []
  for await (const report of solver.fit(params, problemOf(program.graph, rest), program, { seed: 0, phase, ...run }))
    reports.push(report)
  return reports
}

/** Copies of all tables and weights of a program. */
export const numbersOf = ({ tables, weights }: LoweredProgram): ReadonlyMap<string, Float32Array> =>
  new Map([
    ...[...tables].map(([name, { values }]) => [name, values.slice()] as const),
    ...[...weights].map(([name, values]) => [name, values.slice()] as const),
  ])
