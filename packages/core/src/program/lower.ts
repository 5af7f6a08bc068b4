import { type Kernels, key, type Sparse } from '@recspec/kernels'
import { inputUse } from '../blame.js'
import type { WeightArrays } from '../contract/form.js'
import { numbers } from '../dataset/column.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { Failure } from '../failure.js'
import type { EmbeddingNode, Graph, Head, InputNode } from '../graph/graph.js'
import { encodeEvents, encodeNone, type LearnedInput, learnInput } from './encode.js'
import { type History, historyOf } from './history.js'
import { scoresOf, sideValuesOf } from './inference.js'
import { fill, nameKey } from './initialize.js'
import type { LoweredProgram } from './lowered.js'
import type { TableRows } from './program.js'
import { examplesOf, nodesBelow, rowReads } from './reads.js'
import { targetOf, targetsOf } from './target.js'

export interface LowerOptions {
  readonly kernels: Kernels
  readonly seed: number
  /** Bytes that may be taken; more is refused before anything is allocated. */
  readonly budget?: number
  /** Inputs that an artifact has learned already. */
  readonly learned?: ReadonlyMap<string, LearnedInput>
  /** Weights that an artifact holds; absent: initialised. */
  readonly restored?: ReadonlyMap<string, Float32Array>
}

/** Binds a graph to data: learns and encodes inputs, allocates and initialises weights. */
export const lower = (graph: Graph, dataset: Dataset, options: LowerOptions): LoweredProgram => {
  const { kernels, seed, restored } = options
  const targets = new Map<string, Float32Array | undefined>()
  const further = new Map<string, Readonly<Record<string, Float32Array>>>()
  const target = (head: Head) => {
    if (!targets.has(head.name)) targets.set(head.name, targetOf(head, dataset.events))
    return targets.get(head.name)
  }
  const targetMeans = options.learned ? new Map<string, number>() : meansOf(graph, target)

  const inputs =
    options.learned ??
    new Map(
      [...graph.inputs.values()].map((node): [string, LearnedInput] => [
        node.name,
        learnInput(node, graph.plugins, dataset, inputMean(graph, node, targetMeans)),
      ]),
    )

  const histories = new Map<string, History>()
  const history = (side: 'user' | 'item') => {
    const found = histories.get(side)
    if (found) return found
    const made = historyOf(dataset.events, side, (side === 'user' ? dataset.users : dataset.items).ids.count)
    histories.set(side, made)
    return made
  }

  const heights = new Map([...graph.tables.values()].map((table) => [table.name, heightOf(graph, inputs, table.name)]))
  checkTimes(graph, dataset.events)
  checkBudget(graph, heights, options.budget)
  const heads = [...graph.heads.values()]
  const counted = { graph, dataset, inputs, history }

  const tables = new Map<string, TableRows>()
  for (const table of graph.tables.values()) {
    const height = heights.get(table.name)!
    const values = kernels.float32(height * table.dim)
    const kept = restored?.get(table.name)
    if (kept) values.set(kept)
    else {
      fill(values, table.init, table.dim, [height, table.dim], key(seed, nameKey(table.name)))
      zeroUnread(values, table.dim, rowReads(counted, table.name, heads, height))
    }
    tables.set(table.name, { spec: table, height, values })
  }

  const weights = new Map<string, Float32Array>()
  for (const node of graph.nodes.values()) {
    if (node.kind !== 'op') continue
    for (const [short, spec] of Object.entries(node.weights)) {
      const name = `${node.name}.${short}`
      const values = kernels.float32(spec.shape.reduce((size, dim) => size * dim, 1))
      const kept = restored?.get(name)
      if (kept) values.set(kept)
      else if (spec.init === 'target-mean') values.fill(meanReached(graph, node.name, targetMeans))
      else fill(values, spec.init, spec.shape.at(-1) ?? 1, spec.shape, key(seed, nameKey(name)))
      weights.set(name, values)
    }
  }

  const weightsOf = (name: string): WeightArrays => {
    const node = graph.nodes.get(name)!
    return node.kind === 'op'
      ? Object.fromEntries(Object.keys(node.weights).map((short) => [short, weights.get(`${name}.${short}`)!]))
      : {}
  }

  const program: LoweredProgram = {
    checked: new Set(),
    graph,
    dataset,
    kernels,
    tables,
    weights,
    inputs,
    weightsOf,
    history,
    target,
    targets: (head) => {
      const found = further.get(head.name) ?? targetsOf(head, dataset.events)
      further.set(head.name, found)
      return found
    },
    examples: (head) => examplesOf(counted, head),
    counts: (table, phase) => rowReads(counted, table, phase, tables.get(table)!.height),
    interactions: (side, column) => interactionsOf(dataset, side, column),
    bind: (events) =>
      new Map(
        [...inputs.values()]
          .filter(({ node }) => node.entity === 'event')
          .map((input) => [input.node.name, encodeEvents(input, graph.plugins, events)]),
      ),
    source: (node, bound) => {
      const input = inputs.get(node.input)!
      if (input.node.definition.reads === 'interactions') {
        const { column } = input.node.definition.window!(input.node.params)
        return {
          input,
          use: inputUse(graph.plugins, input.node),
          history: history(input.node.entity as 'user' | 'item'),
          values: column === undefined ? undefined : columnValues(dataset.events, input.node, column),
        }
      }
      return {
        input: { ...input, encoded: bound.get(node.input) ?? input.encoded ?? encodeNone(input, graph.plugins) },
      }
    },
    scores: (node, users, items, events) => scoresOf(program, node, users, items, events),
    sideValues: (node) => sideValuesOf(program, node),
  }
  return program
}

const meansOf = (graph: Graph, target: (head: Head) => Float32Array | undefined): ReadonlyMap<string, number> => {
  const means = new Map<string, number>()
  for (const head of graph.heads.values()) {
    const values = target(head)
    if (values?.length) means.set(head.name, values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  return means
}

/** The target mean an input may centre by: in the column's own scale, where the graph has one target column. */
const inputMean = (graph: Graph, _node: InputNode, means: ReadonlyMap<string, number>): number | undefined => {
  const targeted = [...graph.heads.values()].filter(({ name }) => means.has(name))
  const [head] = targeted
  if (!head || new Set(targeted.map(({ target }) => target!.column)).size > 1) return undefined
  const [low, high] = head.target!.range ?? [0, 1]
  return low + means.get(head.name)! * (head.target!.range ? high - low : 1)
}

/** The mean target of the one head a node reaches. */
const meanReached = (graph: Graph, node: string, means: ReadonlyMap<string, number>): number => {
  const reached = [...graph.heads.values()].filter((head) => nodesBelow(graph, head).has(node) && means.has(head.name))
  if (reached.length !== 1)
    throw new Failure(
      'data',
      `"${node}" starts at the mean of a target, but reaches ${reached.length} heads that have one`,
    )
  return means.get(reached[0]!.name)!
}

const heightOf = (graph: Graph, inputs: ReadonlyMap<string, LearnedInput>, name: string): number => {
  const table = graph.tables.get(name)!
  const height = inputs.get(table.input)!.height
  for (const reader of table.readers) {
    const node = graph.nodes.get(reader) as EmbeddingNode
    const other = inputs.get(node.input)!.height
    if (other !== height)
      throw new Failure(
        'data',
        `embeddings "${name}" and "${reader}" share a table, but read ${height} and ${other} rows`,
      )
  }
  return height
}

const checkTimes = (graph: Graph, { time }: Events) => {
  if (time) return
  for (const { name, definition, params } of graph.inputs.values())
    if (definition.window?.(params).before)
      throw new Failure(
        'data',
        `input "${name}" reads what came before each event, but the events have no times`,
        'name the column of times in the data document, or leave "before" out',
      )
}

const checkBudget = (graph: Graph, heights: ReadonlyMap<string, number>, budget: number | undefined) => {
  if (budget === undefined) return
  // values, gradient sums and up to two numbers of optimizer state for each
  let bytes = 0
  for (const { name, dim } of graph.tables.values()) bytes += 4 * 3 * heights.get(name)! * dim
  for (const node of graph.nodes.values())
    if (node.kind === 'op')
      for (const { shape } of Object.values(node.weights)) bytes += 4 * 4 * shape.reduce((size, dim) => size * dim, 1)
  if (bytes <= budget) return
  const [largest] = [...graph.tables.values()].sort(
    (a, b) => b.dim * heights.get(b.name)! - a.dim * heights.get(a.name)!,
  )
  throw new Failure(
    'budget',
    `needs ${megabytes(bytes)} for weights and optimizer state, the budget is ${megabytes(budget)}`,
    largest &&
      `the largest table is "${largest.name}": ${heights.get(largest.name)} rows of ${largest.dim}; lower its dim, use sgd, or raise --budget`,
  )
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`

/** Rows that training never reads would keep their random start: they are zeros from the beginning. */
const zeroUnread = (values: Float32Array, dim: number, counts: Float64Array) => {
  for (let row = 0; row < counts.length; row++) if (counts[row] === 0) values.fill(0, row * dim, (row + 1) * dim)
}

const columnValues = (events: Events, node: InputNode, name: string): ArrayLike<number> => {
  const column = events.columns.get(name)
  if (!column) throw new Failure('data', `missing column "${name}", whose values input "${node.name}" reads`)
  return numbers(column)
}

/** Events of each entity, ascending by the other side's index. */
const interactionsOf = ({ events, users, items }: Dataset, side: 'user' | 'item', name: string | undefined): Sparse => {
  const column = name === undefined ? undefined : events.columns.get(name)
  if (name !== undefined && !column) throw new Failure('data', `missing column "${name}"`)
  return sparse(events, side, { users: users.ids.count, items: items.ids.count }, column && numbers(column))
}
