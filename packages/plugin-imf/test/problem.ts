import {
  type EmbeddingNode,
  type Form,
  factorize,
  type Graph,
  type GraphNode,
  type Head,
  type InputNode,
  idsOf,
  type Layer,
  type Loss,
  layer,
  type OpNode,
  type Problem,
  type Program,
  type Table,
  Type,
} from '@recspec/core'
import { type Kernels, key, normal } from '@recspec/kernels'

/** A small factorisation to be solved: what a document would say, and its events as [user, item, r]. */
export interface Setup {
  readonly users: number
  readonly items: number
  readonly dim: number
  readonly events: readonly (readonly [user: number, item: number, r: number])[]
  readonly loss: Loss
  readonly params: Readonly<Record<string, unknown>>
  readonly hasTarget?: boolean
  readonly l2?: number
  readonly nu?: number
  /** l2 and nu of both biases; without it there are none. */
  readonly bias?: { readonly l2: number; readonly nu: number }
  /** Added to every score. */
  readonly constant?: number
  /** Factor of the product in the score. */
  readonly factor?: number
  /** The head's. */
  readonly weight?: number
  /** Names of what is held still. */
  readonly frozen?: readonly string[]
}

const ignored = { summary: '', params: Type.Object({}), apply: () => ({}) as never }
const op = (form: Form): Layer =>
  layer({ ...ignored, inputs: { x: 'many' }, shape: () => [1], form: () => form }) as Layer

const sum: Form = {
  is: 'linear',
  vjp: (g, { factors }) => ({ inputs: [...factors!].map((factor) => g.map((value) => value * factor)), constant: 0 }),
}
const shift: Form = { is: 'linear', vjp: (g, { bias }) => ({ inputs: [g], constant: g[0]! * bias![0]! }) }

const id = { summary: '', params: Type.Object({}), gives: 'rows', reads: 'key', entities: ['user', 'item'] } as const

/** The graph p · q (+ bu + bi) (+ constant) and what it asks of a solver. */
export const problemOf = (setup: Setup): Problem => {
  const { bias, frozen = [] } = setup
  const tables = new Map<string, Table>()
  const nodes = new Map<string, GraphNode>()
  const embed = (name: string, side: 'user' | 'item', dim: number, l2: number, nu: number) => {
    tables.set(name, { name, dim, init: 'normal', l2, nu, input: side, readers: [name] })
    const node: EmbeddingNode = { kind: 'embedding', name, shape: [dim], side, masked: false, input: side, table: name }
    nodes.set(name, node)
  }
  const add = (name: string, form: Form, inputs: readonly string[], weights: OpNode['weights'] = {}) =>
    nodes.set(name, {
      kind: 'op',
      ...{ name, inputs, weights, shape: [1], side: 'pair', masked: false },
      ...{ type: name, definition: op(form), params: {}, ports: { x: inputs } },
    })
  const { l2 = 0.1, nu = 1, dim } = setup
  embed('p', 'user', dim, l2, nu)
  embed('q', 'item', dim, l2, nu)
  add('match', { is: 'dot', normalized: false }, ['p', 'q'])
  const terms = ['match']
  if (bias) {
    embed('bu', 'user', 1, bias.l2, bias.nu)
    embed('bi', 'item', 1, bias.l2, bias.nu)
    terms.push('bu', 'bi')
  }
  add('linear', sum, terms, { factors: { shape: [terms.length], init: 'ones', trainable: false } })
  let score = 'linear'
  if (setup.constant !== undefined) {
    add('score', shift, ['linear'], { bias: { shape: [1], init: 'zeros', trainable: false } })
    score = 'score'
  }
  const head: Head = {
    name: 'liked',
    ports: { score: [score] },
    inputs: [score],
    loss: { type: 'test', definition: setup.loss, params: setup.params },
    weight: setup.weight ?? 1,
    ...(setup.hasTarget !== false && { target: { column: 'r' } }),
  }
  const input = (entity: 'user' | 'item') =>
    ({
      name: entity,
      type: 'id',
      definition: id,
      params: {},
      entity,
      column: entity,
      shape: [],
    }) as unknown as InputNode
  const trains = new Set([...tables.keys()].filter((name) => !frozen.includes(name)))
  const graph = {
    ...{ name: 'test', document: {}, tables, nodes, phases: [], plugins: ['imf'] },
    inputs: new Map([input('user'), input('item')].map((node) => [node.name, node])),
    heads: new Map([[head.name, head]]),
  } as unknown as Graph
  return { graph, heads: [head], trains, factors: ({ inputs }) => factorize(graph, inputs[0]!, trains) }
}

/** The same, bound to its events; tables start as small normal numbers. */
export const programOf = (setup: Setup, { graph, heads }: Problem, kernels: Kernels): Program => {
  const { users, items, events, constant = 0, factor = 1 } = setup
  const [head] = heads as [Head]
  const names = (count: number) => idsOf(Array.from({ length: count }, (_, index) => `${index}`))
  const r = Float32Array.from(events, ([, , value]) => value)
  const height = (table: Table) => (table.input === 'user' ? users : items) + 1
  const tables = new Map(
    [...graph.tables.values()].map((spec, place) => {
      const values = kernels.float32(height(spec) * spec.dim)
      for (let at = spec.dim; at < values.length; at++) values[at] = 0.3 * normal(key(7, place), at)
      return [spec.name, { spec, height: height(spec), values }]
    }),
  )
  const unobserved = head.loss.definition.quadratic?.(head.loss.params).unobserved ?? 0
  return {
    graph,
    kernels,
    tables,
    dataset: {
      users: { ids: names(users), columns: new Map() },
      items: { ids: names(items), columns: new Map() },
      events: {
        count: events.length,
        user: Int32Array.from(events, ([user]) => user),
        item: Int32Array.from(events, ([, item]) => item),
        columns: new Map([['r', { kind: 'number', values: r }]]),
      },
      notes: [],
    },
    weights: new Map(),
    weightsOf: (node: string) => {
      const { weights } = graph.nodes.get(node) as OpNode
      if (weights['bias']) return { bias: Float32Array.of(constant) }
      return { factors: new Float32Array(weights['factors']!.shape[0]!).fill(1).fill(factor, 0, 1) }
    },
    target: () => (head.target ? r : undefined),
    examples: () => events.length,
    counts: (name: string) => {
      const table = graph.tables.get(name)!
      const counts = new Float64Array(height(table))
      counts.fill(unobserved * (table.input === 'user' ? items : users), 1)
      for (const [user, item] of events) counts[(table.input === 'user' ? user : item) + 1]!++
      return counts
    },
    interactions: () => {
      throw new Error('not asked for here')
    },
    scores: () => {
      throw new Error('not asked for here')
    },
    sideValues: (node: string) => tables.get(node)!.values,
  } as unknown as Program
}
