import type { Dataset } from '@recspec/core'
import { contentIn } from './content.js'
import type { Feature } from './features.js'

/** What a first model is made for. */
export interface FirstModel {
  readonly name: string
  /** The column that is predicted (`ratings`), or that weighs what was met (`counts`); neither: what was met alone. */
  readonly target?: { readonly column: string; readonly is: 'ratings' | 'counts' }
  readonly features: readonly Feature[]
}

/** A document, what it is in a few words, and why. */
export interface FirstDocument {
  readonly text: string
  readonly summary: string
}

type Json = Readonly<Record<string, unknown>>

/** Width of vectors: more events tell more numbers apart. */
const dimOf = (events: number): number => (events < 50_000 ? 16 : 32)

/** How much of a number of epochs is trained, so that a first run ends soon. */
const epochsOf = (events: number): number => Math.max(2, Math.min(20, Math.round(400_000 / Math.max(1, events))))

/** Names of the document that columns may not take: names are unique across sections. */
const OWN_NAMES = 'user item taste trait userBias itemBias who what match deviation predicted ratings met'.split(' ')

/** A document that fits the data, with a comment for every section. */
export const firstDocument = ({ name, target, features }: FirstModel, data: Dataset): FirstDocument => {
  const { events, users } = data
  const dim = dimOf(events.count)
  const explicit = target?.is === 'ratings'
  const timed = events.time !== undefined
  const known = new Set(OWN_NAMES)
  const named = features.map((feature) => {
    const input = freeName(feature.column, known)
    return { ...feature, name: input, vector: freeName(`${input} vector`, known) }
  })
  // an input reads the column of its name
  const inputs: Json = {
    user: { type: 'id', entity: 'user' },
    item: { type: 'id', entity: 'item' },
    ...Object.fromEntries(
      named.map(({ name: input, column, entity, input: { type, ...params } }) => [
        input,
        { type, entity, ...(input === column ? {} : { column }), ...params },
      ]),
    ),
  }
  const l2 = explicit ? { l2: features.length > 0 ? 0.01 : 0.025 } : features.length > 0 ? {} : { l2: 0.01 }
  const biases: Json = explicit
    ? {
        userBias: { input: 'user', dim: 1, l2: 0.1, init: 'zeros' },
        itemBias: { input: 'item', dim: 1, l2: 0.1, init: 'zeros' },
      }
    : {}
  const embeddings: Json = {
    taste: { input: 'user', dim, ...l2 },
    trait: { input: 'item', dim, ...l2 },
    ...Object.fromEntries(
      named.map(({ name: input, vector, input: { type } }) => [
        vector,
        { input, dim, ...l2, ...(type === 'categories' ? { combine: 'mean' } : {}) },
      ]),
    ),
    ...biases,
  }
  const side = (entity: 'user' | 'item', own: string) => [
    own,
    ...named.filter((feature) => feature.entity === entity).map(({ vector }) => vector),
  ]
  const [who, what] = [side('user', 'taste'), side('item', 'trait')]
  const summed = (op: string, nodes: readonly string[]): Json =>
    nodes.length > 1 ? { [op]: { type: 'sum', inputs: nodes } } : {}
  const ops: Json = {
    ...summed('who', who),
    ...summed('what', what),
    match: { type: 'dot', inputs: [who.length > 1 ? 'who' : who[0], what.length > 1 ? 'what' : what[0]] },
    ...(explicit
      ? {
          deviation: { type: 'sum', inputs: ['match', 'userBias', 'itemBias'] },
          predicted: { type: 'bias', inputs: ['deviation'], init: 'target-mean', trainable: false },
        }
      : {}),
  }
  const heads: Json = explicit
    ? {
        ratings: {
          inputs: ['predicted'],
          target: { column: target.column, ...rangeOf(data, target.column) },
          loss: { type: 'mse' },
        },
      }
    : {
        met: {
          inputs: ['match'],
          ...(features.length > 0
            ? { loss: { type: 'softmax', negatives: { count: 256, shared: true } } }
            : target
              ? { target: target.column, loss: { type: 'imf/weighted-squares', alpha: alphaOf(data, target.column) } }
              : { loss: { type: 'imf/weighted-squares', unobservedWeight: 0.1 } }),
        },
      }
  const solver: Json =
    features.length === 0
      ? { type: 'imf/als', iterations: 15 }
      : { type: 'adam', learningRate: 0.005, batchSize: 512, epochs: epochsOf(events.count) }
  const perUser = events.count / Math.max(1, users.ids.count)
  const split: Json = explicit
    ? timed
      ? { type: 'temporal', per: 'user', share: 0.1 }
      : { type: 'ratio', share: 0.1 }
    : timed
      ? perUser > 200
        ? { type: 'temporal', per: 'user', share: 0.2 }
        : { type: 'leave-one-out' }
      : { type: 'per-user', share: 0.2 }
  const metrics = explicit ? ['rmse', 'mae'] : ['ndcg@10', 'recall@20']
  const summary = [
    explicit ? 'explicit' : 'implicit',
    features.length > 0 ? 'factorization of ids and what is known of them' : 'matrix factorization',
  ].join(' ')
  return {
    summary,
    text: written(name, { inputs, embeddings, ops, heads, solver, evaluation: { split, metrics } }, explicit),
  }
}

/** A name for an entry that no other one has; `/` and `~` are not for names. */
const freeName = (wanted: string, known: Set<string>): string => {
  const plain = wanted.replace(/[/~ ]+/g, '_').slice(0, 100) || 'column'
  let name = plain
  for (let count = 2; known.has(name); count++) name = `${plain}_${count}`
  known.add(name)
  return name
}

const contentOfEvents = ({ events }: Dataset, column: string) => {
  const found = events.columns.get(column)
  return found?.kind === 'number' ? contentIn(found) : undefined
}

const rangeOf = (data: Dataset, column: string) => {
  const range = contentOfEvents(data, column)?.range
  return range ? { range } : {}
}

/** α with which a mean count weighs four times as much as a cell without events. */
const alphaOf = (data: Dataset, column: string): number => {
  const { mean = 1 } = contentOfEvents(data, column) ?? {}
  return Number((4 / Math.max(mean, 1e-6)).toPrecision(1))
}

const COMMENTS = {
  inputs: 'what is read of the data: ids, and columns of the tables',
  embeddings: 'a vector for each user, each item and each value of a column',
  ops: 'the score of a user and an item',
  heads: ['the score is fitted to what was met and what was not', 'the score is fitted to the ratings'],
  solver: 'how it is trained',
  evaluation: 'which events are held out, and what is measured on them',
} as const

/** A document with a comment above each section, an entry in each line. */
const written = (name: string, sections: Readonly<Record<string, Json>>, explicit: boolean): string => {
  const line = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(line).join(', ')}]`
      : typeof value === 'object' && value !== null
        ? `{ ${Object.entries(value)
            .map(([key, inner]) => `${JSON.stringify(key)}: ${line(inner)}`)
            .join(', ')} }`
        : JSON.stringify(value)
  const parts = Object.entries(sections).map(([section, value]) => {
    const comment = COMMENTS[section as keyof typeof COMMENTS]
    const entries = Object.entries(value).map(([key, inner]) => `    ${JSON.stringify(key)}: ${line(inner)}`)
    const body = section === 'solver' ? line(value) : `{\n${entries.join(',\n')}\n  }`
    return `  // ${typeof comment === 'string' ? comment : comment[explicit ? 1 : 0]}\n  "${section}": ${body}`
  })
  const head = `  "$schema": "./recspec.schema.json",\n  "recspec": 1,\n  "name": ${JSON.stringify(name)}`
  return `{\n${[head, ...parts].join(',\n\n')}\n}\n`
}
