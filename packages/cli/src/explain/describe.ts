import {
  type Entity,
  factorize,
  type Graph,
  type InputNode,
  type Phase,
  printShape,
  problemOf,
  type Table,
} from '@recspec/core'

/** A table's rows are known only with data: `"user" ids` or `"artist" values`, and one for the unknown. */
export interface TableText {
  readonly name: string
  readonly rows: string
  readonly dim: number
  readonly input: string
  readonly readers: readonly string[]
  readonly l2: number
  readonly nu: number
}

/** One node in words. */
export interface NodeText {
  readonly name: string
  readonly type: string
  readonly inputs: readonly string[]
  readonly shape: string
  readonly side: string
  readonly masked: boolean
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly parameters: number
  /** Parameters that differ from nothing said: `units 64`. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** One solver in words, with how it will go about it. */
export interface PhaseText {
  readonly type: string
  readonly summary: string
  readonly heads: readonly string[]
  /** Tables and weights that move; `everything` where nothing is held still. */
  readonly trains: readonly string[] | 'everything'
  readonly settings: Readonly<Record<string, unknown>>
  readonly plan?: string
}

/** Everything `explain` says about a graph, before it takes a shape on paper. */
export interface Description {
  readonly name: string
  readonly inputs: readonly {
    readonly name: string
    readonly type: string
    readonly entity: Entity
    readonly column?: string
    readonly gives: string
  }[]
  readonly tables: readonly TableText[]
  readonly nodes: readonly NodeText[]
  readonly heads: readonly {
    readonly name: string
    readonly inputs: readonly string[]
    readonly loss: string
    readonly settings: Readonly<Record<string, unknown>>
    readonly target?: string
    readonly weight: unknown
    readonly ranks: boolean
    /** The score as a sum of products of user and item vectors, or why it is none. */
    readonly form: string
  }[]
  readonly phases: readonly PhaseText[]
  readonly evaluation: { readonly split: string; readonly candidates: string; readonly metrics: readonly string[] }
  /** `user × 32`, and what does not depend on data. */
  readonly parameters: { readonly rows: Readonly<Record<string, number>>; readonly fixed: number }
  readonly plugins: readonly string[]
}

/** What the rows of an input's table are, as far as the document tells. */
const rowsOf = (input: InputNode): string => {
  if (input.definition.reads === 'key') return input.entity
  if (input.definition.reads === 'column') return input.column
  return input.entity === 'user' ? 'item' : 'user'
}

const sizeOf = (shape: readonly number[]) => shape.reduce((size, dim) => size * dim, 1)

/** A head's score in terms of one-sided vectors. */
const formOfScore = (graph: Graph, node: string): string => {
  const { terms, obstacle } = factorize(graph, node)
  if (obstacle) return `not bilinear: "${obstacle.node}" ${obstacle.reason}`
  const vector = (factor: { node: string; unit: boolean }) =>
    factor.unit ? `${factor.node}/‖${factor.node}‖` : factor.node
  const written = terms.map(({ user, item }) =>
    [user, item].flatMap((factor) => (factor ? [vector(factor)] : [])).join(' · '),
  )
  return written.join(' + ')
}

/** How a phase's solver will train it, where it says. */
const planOf = (graph: Graph, phase: Phase): string | undefined =>
  phase.solver.plan?.(phase.params, problemOf(graph, phase))

/** All that moves when nothing is held still. */
const trainable = (graph: Graph): readonly string[] => [
  ...graph.tables.keys(),
  ...[...graph.nodes.values()].flatMap((node) =>
    node.kind === 'op'
      ? Object.entries(node.weights).flatMap(([weight, { trainable }]) =>
          trainable === false ? [] : [`${node.name}.${weight}`],
        )
      : [],
  ),
]

const typed = ({ type, ...settings }: { readonly type: string }): string => {
  const said = Object.entries(settings).map(([name, value]) => `${name} ${setting(value)}`)
  return said.length > 0 ? `${type} (${said.join(', ')})` : type
}

/** A parameter's value in one word where possible. */
export const setting = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Describes a graph; pure, and the same for every machine. */
export const describe = (graph: Graph): Description => {
  const tables = [...graph.tables.values()].map((table: Table) => ({
    name: table.name,
    rows: rowsOf(graph.inputs.get(table.input)!),
    dim: table.dim,
    input: table.input,
    readers: table.readers,
    l2: table.l2,
    nu: table.nu,
  }))
  const nodes = [...graph.nodes.values()].flatMap((node): readonly NodeText[] => {
    if (node.kind !== 'op') return []
    const weights = Object.fromEntries(Object.entries(node.weights).map(([name, { shape }]) => [name, shape]))
    return [
      {
        name: node.name,
        type: node.type,
        inputs: node.inputs,
        shape: printShape(node.shape),
        side: node.side,
        masked: node.masked,
        weights,
        parameters: Object.values(weights).reduce((total, shape) => total + sizeOf(shape), 0),
        settings: node.params,
      },
    ]
  })
  const rows = new Map<string, number>()
  for (const table of tables) rows.set(table.rows, (rows.get(table.rows) ?? 0) + table.dim)
  const all = trainable(graph)
  const { evaluation } = graph
  return {
    name: graph.name,
    inputs: [...graph.inputs.values()].map((input) => ({
      name: input.name,
      type: input.type,
      entity: input.entity,
      ...(input.definition.reads === 'column' ? { column: input.column } : {}),
      gives: `${input.definition.gives} ${printShape(input.shape)}`,
    })),
    tables,
    nodes,
    heads: [...graph.heads.values()].map((head) => ({
      name: head.name,
      inputs: head.inputs,
      loss: head.loss.type,
      settings: head.loss.params,
      ...(head.target ? { target: head.target.column } : {}),
      weight: head.weight,
      ranks: graph.ranking?.name === head.name,
      form: formOfScore(graph, head.inputs[0]!),
    })),
    phases: graph.phases.map((phase) => {
      const plan = planOf(graph, phase)
      const held = all.filter((name) => !phase.trains.has(name))
      return {
        type: phase.type,
        summary: phase.solver.summary,
        heads: phase.heads.map(({ name }) => name),
        trains: held.length === 0 ? ('everything' as const) : [...phase.trains],
        settings: phase.params,
        ...(plan === undefined ? {} : { plan }),
      }
    }),
    evaluation: {
      split: typed(evaluation.split),
      candidates: typed(evaluation.candidates),
      metrics: evaluation.metrics.map(({ text }) => text),
    },
    parameters: {
      rows: Object.fromEntries(rows),
      fixed: nodes.reduce((total, { parameters }) => total + parameters, 0),
    },
    plugins: graph.plugins,
  }
}
