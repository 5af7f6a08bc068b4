import {
  type Dataset,
  type Graph,
  problemOf as graphProblem,
  idsOf,
  type Loss,
  layer,
  type Plugin,
  type Problem,
  type Program,
  solver,
  Type,
  tf,
  train,
} from '@recspec/core'
import { compile } from '@recspec/dsl'
import type { Kernels } from '@recspec/kernels'

/** A small factorization to be solved, which `problemOf` writes as a document, and its events. */
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
  /** Whether the phase trains `constant`. */
  readonly trainsConstant?: boolean
  /** Factor of the product in the score. */
  readonly factor?: number
  /** The weight of the head. */
  readonly weight?: number
  /** Names of frozen tables. */
  readonly frozen?: readonly string[]
}

/** The value of `x` times a constant. */
const scale = layer({
  summary: 'x times a constant.',
  params: Type.Object({ factor: Type.Number() }, { additionalProperties: false }),
  inputs: { x: 'one' },
  shape: (_, { x }) => x,
  form: ({ factor }) => ({
    is: 'linear',
    vjp: (g) => ({ inputs: [g.map((value) => value * factor)], constant: 0 }),
  }),
  apply: ({ factor }, { x }) => ({ tensor: tf.mul(x.tensor, factor) }),
})

/** The program that core bound each graph to. */
const programs = new WeakMap<Graph, Program>()

/** A solver that trains nothing: it keeps the program it is given. */
const keep = solver({
  summary: 'Keeps the program.',
  params: Type.Object({}, { additionalProperties: false }),
  kind: 'minimises',
  async *fit(_, { graph }, program) {
    programs.set(graph, program)
    yield { epoch: 1, epochs: 1, step: 0, loss: 0, examples: 0, state: () => ({ numbers: {}, arrays: {} }) }
  },
})

const documentOf = (setup: Setup) => {
  const { dim, params, bias, constant, trainsConstant = false, factor, weight = 1, hasTarget = true } = setup
  const table = (input: string, dim: number, l2: number, nu: number) => ({
    ...{ input, dim, l2, nu },
    init: { type: 'normal', deviation: 0.3 },
  })
  const { l2 = 0.1, nu = 1 } = setup
  const product = factor === undefined ? 'match' : 'scaled'
  const linear = bias ? 'linear' : product
  return {
    recspec: 1,
    name: 'test',
    inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
    embeddings: {
      p: table('user', dim, l2, nu),
      q: table('item', dim, l2, nu),
      ...(bias && { bu: table('user', 1, bias.l2, bias.nu), bi: table('item', 1, bias.l2, bias.nu) }),
    },
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      ...(factor !== undefined && { scaled: { type: 'test/scale', inputs: ['match'], factor } }),
      ...(bias && { linear: { type: 'sum', inputs: [product, 'bu', 'bi'] } }),
      ...(constant !== undefined && {
        score: { type: 'bias', inputs: [linear], init: constant, trainable: trainsConstant },
      }),
    },
    heads: {
      liked: {
        inputs: [constant === undefined ? linear : 'score'],
        loss: { type: 'test/loss', ...params },
        weight,
        ...(hasTarget && { target: 'r' }),
      },
    },
    solver: { type: 'test/keep' },
    // every event is a training row
    evaluation: { split: { type: 'given' } },
  }
}

/** The problem of training p · q (+ bu + bi) (+ constant), compiled from a document. */
export const problemOf = (setup: Setup): Problem => {
  const plugin: Plugin = {
    ...{ name: 'test', apiVersion: 1 },
    ...{ layers: { scale }, losses: { loss: setup.loss }, solvers: { keep } },
  }
  const graph = compile({ name: 'test.json', text: JSON.stringify(documentOf(setup)) }, [plugin])
  const [{ heads, trains }] = graph.phases as [Graph['phases'][number]]
  return graphProblem(graph, { heads, trains: new Set([...trains].filter((name) => !setup.frozen?.includes(name))) })
}

const datasetOf = ({ users, items, events }: Setup): Dataset => {
  const names = (count: number) => idsOf(Array.from({ length: count }, (_, index) => `${index}`))
  return {
    users: { ids: names(users), columns: new Map() },
    items: { ids: names(items), columns: new Map() },
    events: {
      count: events.length,
      user: Int32Array.from(events, ([user]) => user),
      item: Int32Array.from(events, ([, item]) => item),
      columns: new Map([['r', { kind: 'number', values: Float64Array.from(events, ([, , r]) => r) }]]),
    },
    notes: [],
  }
}

/** The graph of a problem bound to the events of its setup, with tables as a training starts with them. */
export const programOf = async (setup: Setup, { graph }: Problem, kernels: Kernels): Promise<Program> => {
  await train(graph, datasetOf(setup), { kernels })
  return programs.get(graph)!
}
