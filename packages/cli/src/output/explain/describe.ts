import {
  type Chosen,
  type Entity,
  factorize,
  type Graph,
  type Head,
  type InputNode,
  type Phase,
  printShape,
  sequencePlan,
  solverPlan,
  type Table,
  type Target,
  type TObject,
} from '@recspec/core'

/**
 * A table; its height is known only with data, so `rows` says what its rows are: `user`, `artist`, and one for unknown
 * values.
 */
export interface TableText {
  readonly name: string
  readonly rows: string
  /** The rows are ids, one each, and one more for an unknown id. */
  readonly ids: boolean
  readonly dim: number
  /**
   * The embeddings that read it: `item`, `session (mean)`, or `h of session` where the embedding has another name than
   * the table.
   */
  readonly readers: readonly string[]
  readonly l2: number
  readonly nu: number
}

/** One op. */
export interface NodeText {
  readonly name: string
  readonly type: string
  readonly inputs: readonly string[]
  readonly shape: string
  readonly side: string
  readonly masked: boolean
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly parameters: number
  /** Parameters that differ from their defaults. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** One phase: its solver, what it trains, and its plan. */
export interface PhaseText {
  readonly type: string
  readonly summary: string
  readonly heads: readonly string[]
  /** Tables and weights that it trains; `everything` where nothing is frozen. */
  readonly trains: readonly string[] | 'everything'
  readonly settings: Readonly<Record<string, unknown>>
  readonly plan?: string
}

/** Everything that `explain` says about a graph, before it is formatted. */
export interface Description {
  readonly name: string
  readonly inputs: readonly {
    readonly name: string
    readonly type: string
    readonly entity: Entity
    readonly column?: string
    readonly columns?: readonly string[]
    /** The input that a history reads. */
    readonly of?: string
    readonly vectors?: string
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
    /** What is positive of the target, or how many classes it has; absent for a number. */
    readonly labels?: string
    readonly weight: unknown
    /** How histories are read once, where they are. */
    readonly examples?: string
    readonly ranks: boolean
    /** The score as a sum of products of user and item vectors, or the node that prevents it. */
    readonly form: string
  }[]
  readonly phases: readonly PhaseText[]
  readonly evaluation: { readonly split: string; readonly candidates: string; readonly metrics: readonly string[] }
  /** Widths of all tables by what their rows are, and the number of parameters that does not depend on data. */
  readonly parameters: { readonly rows: Readonly<Record<string, number>>; readonly fixed: number }
  readonly plugins: readonly string[]
}

/** What the rows of an input's table are. */
const rowsOf = (input: InputNode): string => {
  if (input.of) return rowsOf(input.of)
  if (input.definition.reads === 'key') return input.entity
  if (input.definition.reads === 'column') return input.columns[0]!
  if (input.definition.reads === 'columns') return input.name
  if (!rowsAreIds(input)) return input.name
  return input.entity === 'user' ? 'item' : 'user'
}

/** Whether the rows of an input's table are users or items. */
const rowsAreIds = ({ of, columns, definition }: InputNode): boolean =>
  of ? rowsAreIds(of) : columns.length === 0 && definition.labels !== undefined

const sizeOf = (shape: readonly number[]) => shape.reduce((size, dim) => size * dim, 1)

/** A score as a sum of products of user and item vectors. */
const formOfScore = (graph: Graph, node: string): string => {
  const { terms, obstacle } = factorize(graph, node)
  if (obstacle) return `not bilinear at ${obstacle.node}: ${obstacle.reason}`
  const vector = (factor: { node: string; normalized: boolean }) =>
    factor.normalized ? `${factor.node}/‖${factor.node}‖` : factor.node
  const written = terms.map(({ user, item, at, matrix }) => {
    const between = matrix === undefined ? [] : [`${at}.${matrix}`]
    return [user && vector(user), ...between, item && vector(item)].filter((factor) => factor !== undefined).join(' · ')
  })
  return written.join(' + ')
}

const reader = (graph: Graph, table: Table, name: string): string => {
  const node = graph.nodes.get(name)
  // an embedding that nothing reads is not a node
  if (node?.kind !== 'embedding') return name
  const read = node.combine === undefined ? node.input : `${node.input} (${node.combine})`
  return name === table.name ? read : `${name} of ${read}`
}

/** What a phase trains: tables, nodes of which it trains all weights, and single weights of others. */
const trainedNames = (graph: Graph, { trains }: Phase): readonly string[] => {
  const moves = trainable(graph).filter((name) => trains.has(name))
  const nodes = new Map<string, string[]>()
  for (const name of moves) {
    const node = graph.tables.has(name) ? name : name.slice(0, name.lastIndexOf('.'))
    nodes.set(node, [...(nodes.get(node) ?? []), name])
  }
  const whole = (node: string) => trainable(graph).filter((name) => name.startsWith(`${node}.`)).length
  return [...nodes].flatMap(([node, names]) =>
    graph.tables.has(node) || names.length === whole(node) ? [node] : names,
  )
}

/** All that is trained when nothing is frozen. */
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

const withSettings = ({ type, params }: Pick<Chosen<unknown>, 'type' | 'params'>): string =>
  Object.keys(params).length > 0 ? `${type} ${setting(params)}` : type

/** The value of a parameter as text: `relu`, `[64, 32]`, `(metric rmse, patience 5)`. */
export const setting = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return `[${value.map(setting).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([name, inner]) => `${name} ${setting(inner)}`)
  return `(${entries.join(', ')})`
}

/** The parameters whose value is not the default. */
const nonDefaults = (
  params: Readonly<Record<string, unknown>>,
  definition: { readonly params: TObject },
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(params).filter(([name, value]) => {
      const schema = definition.params.properties[name] as { readonly default?: unknown } | undefined
      return value !== undefined && JSON.stringify(schema?.default) !== JSON.stringify(value)
    }),
  )

/** `sequences, every position in one pass, pieces of 50`. */
const examplesOf = (graph: Graph, head: Head): string => {
  const { length } = sequencePlan(graph, head)
  return `${head.examples}, every position in one pass${length === undefined ? '' : `, pieces of ${length}`}`
}

/** What an input gives: `one row`, `up to 12 rows`, `numbers [1]`. */
const gives = ({ definition, shape }: InputNode): string => {
  if (definition.gives === 'numbers') return `numbers ${printShape(shape)}`
  const [length] = shape
  return length === undefined ? 'one row' : typeof length === 'number' ? `up to ${length} rows` : 'rows'
}

/** Describes a graph; the same on every machine. */
export const describe = (graph: Graph): Description => {
  const tables = [...graph.tables.values()].map((table: Table) => ({
    name: table.name,
    rows: rowsOf(graph.inputs.get(table.input)!),
    ids: rowsAreIds(graph.inputs.get(table.input)!),
    dim: table.dim,
    readers: table.readers.map((name) => reader(graph, table, name)),
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
        settings: nonDefaults(node.params, node.definition),
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
      ...(input.definition.reads === 'column' ? { column: input.columns[0]! } : {}),
      ...(input.definition.reads === 'columns' ? { columns: input.columns } : {}),
      ...(input.of ? { of: input.of.name } : {}),
      ...(input.vectors === undefined ? {} : { vectors: input.vectors }),
      gives: gives(input),
    })),
    tables,
    nodes,
    heads: [...graph.heads.values()].map((head) => ({
      name: head.name,
      inputs: head.inputs,
      loss: head.loss.type,
      settings: nonDefaults(head.loss.params, head.loss.definition),
      ...(head.target ? { target: head.target.column, ...labelsOf(head.target) } : {}),
      weight: head.weight,
      ...(head.examples ? { examples: examplesOf(graph, head) } : {}),
      ranks: graph.ranking?.name === head.name,
      form: formOfScore(graph, head.inputs[0]!),
    })),
    phases: graph.phases.map((phase) => {
      const plan = solverPlan(graph, phase)
      const frozen = all.filter((name) => !phase.trains.has(name))
      return {
        type: phase.type,
        summary: phase.solver.summary,
        heads: phase.heads.map(({ name }) => name),
        trains: frozen.length === 0 ? ('everything' as const) : trainedNames(graph, phase),
        settings: phase.params,
        ...(plan === undefined ? {} : { plan }),
      }
    }),
    evaluation: {
      split: withSettings(evaluation.split),
      candidates: withSettings(evaluation.candidates),
      metrics: evaluation.metrics.map(({ text }) => text),
    },
    parameters: {
      rows: Object.fromEntries(rows),
      fixed: nodes.reduce((total, { parameters }) => total + parameters, 0),
    },
    plugins: graph.plugins.map(({ name }) => name),
  }
}

/** What is positive of a target, or how many classes it has, in words. */
const labelsOf = ({ positive, atLeast, classes }: Target): { readonly labels?: string } => {
  if (classes) return { labels: `${classes.length} classes` }
  if (atLeast !== undefined) return { labels: `at least ${atLeast}` }
  if (positive === undefined) return {}
  return {
    labels: (Array.isArray(positive) ? positive : [positive]).map((value) => JSON.stringify(value)).join(' or '),
  }
}
