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
import { checkMemory, estimate, type MemoryEstimate } from './memory.js'
import type { TableRows } from './program.js'
import { examplesOf, nodesBelow, rowReads } from './reads.js'
import { checkRestored, type RestoredWeights } from './restored.js'
import { targetOf, targetsOf } from './target.js'

export interface LowerOptions {
  readonly kernels: Kernels
  readonly seed: number
  /** Bytes that training may take; more is refused before anything is allocated. */
  readonly budget?: number
  /** Rows that were set aside for measuring, which takes memory too. */
  readonly heldOut?: number
  /** Inputs that an artifact has learned already. */
  readonly learned?: ReadonlyMap<string, LearnedInput>
  /** Tables and weights of an artifact or a checkpoint, exactly those of the graph; absent: initialized. */
  readonly restored?: RestoredWeights
  /** The training events were not saved: what reads them throws a Failure. */
  readonly compact?: boolean
}

/**
 * Binds a graph to data: learns and encodes inputs, allocates and initializes weights. Throws an ArtifactError where restored
 * weights are not those of the graph.
 */
export const lower = (graph: Graph, dataset: Dataset, options: LowerOptions): LoweredProgram => {
  const { kernels, seed, restored } = options
  const targets = new Map<string, Float32Array | undefined>()
  const further = new Map<string, Readonly<Record<string, Float32Array>>>()
  const target = (head: Head) => {
    if (options.compact) throw needsEvents()
    if (!targets.has(head.name)) targets.set(head.name, targetOf(head, dataset.events))
    return targets.get(head.name)
  }
  const targetMeans = options.learned ? new Map<string, number>() : meansOf(graph, target)

  const inputs = options.learned ?? learnInputs(graph, dataset, targetMeans)

  const histories = new Map<string, History>()
  const history = (side: 'user' | 'item') => {
    if (options.compact) throw needsEvents()
    const found = histories.get(side)
    if (found) return found
    const made = historyOf(dataset.events, side, (side === 'user' ? dataset.users : dataset.items).ids.count)
    histories.set(side, made)
    return made
  }

  const heights = heightsOf(graph, inputs)
  checkTimes(graph, dataset.events)
  if (restored) checkRestored(graph, heights, restored)
  // a model that is read trains no more
  if (!options.learned)
    checkMemory(
      estimate({ graph, dataset, inputs, heights, threads: kernels.threads, heldOut: options.heldOut ?? 0 }),
      { budget: options.budget, maxBytes: kernels.maxBytes },
    )
  const heads = [...graph.heads.values()]
  const counted = { graph, dataset, inputs, history }

  const tables = new Map<string, TableRows>()
  for (const table of graph.tables.values()) {
    const height = heights.get(table.name)!
    const values = kernels.float32(height * table.dim)
    const kept = restored?.values.get(table.name)
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
      const kept = restored?.values.get(name)
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
    interactions: (side, column) => {
      if (options.compact) throw needsEvents()
      return interactionsOf(dataset, side, column)
    },
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
        // a new entity brings interactions of its own: those of the data are read only where they are used
        return {
          input,
          use: inputUse(graph.plugins, input.node),
          get history() {
            return history(input.node.entity as 'user' | 'item')
          },
          get values() {
            return column === undefined ? undefined : columnValues(dataset.events, input.node, column)
          },
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

/** What a model that was saved without its training events says to a question that reads them. */
export const needsEvents = (): Failure =>
  new Failure(
    'query',
    'needs the training interactions, and the model was saved without them ("compact")',
    'save it whole: recspec train without --compact',
  )

/** The memory that training a graph on these rows would take; `heldOut` rows are set aside for measuring. */
export const estimateFor = (graph: Graph, dataset: Dataset, threads: number, heldOut: number): MemoryEstimate => {
  const inputs = learnInputs(
    graph,
    dataset,
    meansOf(graph, (head) => targetOf(head, dataset.events)),
  )
  return estimate({ graph, dataset, inputs, heights: heightsOf(graph, inputs), threads, heldOut })
}

const learnInputs = (graph: Graph, dataset: Dataset, targetMeans: ReadonlyMap<string, number>) =>
  new Map(
    [...graph.inputs.values()].map((node): [string, LearnedInput] => [
      node.name,
      learnInput(node, graph.plugins, dataset, inputMean(graph, node, targetMeans)),
    ]),
  )

const heightsOf = (graph: Graph, inputs: ReadonlyMap<string, LearnedInput>): ReadonlyMap<string, number> =>
  new Map([...graph.tables.values()].map((table) => [table.name, heightOf(graph, inputs, table.name)]))

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

/**
 * The mean target, in the loss's scale, of the heads that read a node. The compiler has checked that their targets are
 * one column in one scale, so that of the first is that of all.
 */
const meanReached = (graph: Graph, node: string, means: ReadonlyMap<string, number>): number => {
  const reached = [...graph.heads.values()].find((head) => means.has(head.name) && nodesBelow(graph, head).has(node))
  if (!reached)
    throw new Failure('data', `"${node}" starts at the mean of a target, but no head that reads it has a target`)
  return means.get(reached.name)!
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
