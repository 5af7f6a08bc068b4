import { type Kernels, key, type Sparse } from '@recspec/kernels'
import { inputUse } from '../blame.js'
import type { WeightArrays } from '../contract/form.js'
import { startsAsVectors } from '../contract/init.js'
import { numbers } from '../dataset/column.js'
import type { Dataset, Events } from '../dataset/dataset.js'
import { sparse } from '../dataset/sparse.js'
import { Failure } from '../failure.js'
import { nodesBelow } from '../graph/below.js'
import type { EmbeddingNode, Graph, Head, InputNode } from '../graph/graph.js'
import { choosesPositives } from '../graph/heads.js'
import type { MatrixNode } from '../graph/matrix.js'
import { type EncodedInput, encodeEvents, encodeNone, type LearnedInput, learnInput, withHeights } from './encode.js'
import { type History, historyOf } from './history.js'
import { scoresOf, sideValuesOf } from './inference.js'
import { fill, nameKey } from './initialize.js'
import { labelsOf } from './labels.js'
import type { HistorySource } from './lookup.js'
import type { LoweredProgram } from './lowered.js'
import { matricesOf, userLists } from './matrices.js'
import { checkMemory, estimate, type MemoryEstimate } from './memory.js'
import { positiveEvents } from './positives.js'
import { fillVectors } from './pretrained.js'
import type { TableRows } from './program.js'
import { examplesOf, rowReads } from './reads.js'
import { checkRestored, type RestoredWeights } from './restored.js'
import { type HistorySteps, historySteps } from './steps.js'
import { targetOf, targetsOf } from './target.js'

export interface LowerOptions {
  readonly kernels: Kernels
  readonly seed: number
  /** Bytes that training may use; a Failure before anything is allocated where it needs more. */
  readonly budget?: number
  /** Number of held-out rows, whose evaluation takes memory. */
  readonly heldOut?: number
  /** Learned inputs of an artifact. */
  readonly learned?: ReadonlyMap<string, LearnedInput>
  /** Tables and weights of an artifact or a checkpoint, exactly those of the graph; default: initialized. */
  readonly restored?: RestoredWeights
  /** A program of the same graph and entities, whose tables, weights and matrices are used as they are. */
  readonly shares?: Pick<LoweredProgram, 'tables' | 'weights' | 'matrix'>
  /** The training events were not saved: reading them throws a Failure. */
  readonly compact?: boolean
}

/**
 * Binds a graph to data: learns and encodes inputs, allocates and initializes weights. Throws an ArtifactError where
 * restored weights are not those of the graph.
 */
export const lower = (graph: Graph, dataset: Dataset, options: LowerOptions): LoweredProgram => {
  const { kernels, seed, restored } = options
  const targets = new Map<string, Float32Array | undefined>()
  const targetColumns = new Map<string, Readonly<Record<string, Float32Array>>>()
  const target = (head: Head) => {
    if (options.compact) throw needsEvents()
    if (!targets.has(head.name)) targets.set(head.name, targetOf(head, dataset.events))
    return targets.get(head.name)
  }
  const targetMeans = options.learned ? new Map<string, number>() : meansOf(graph, target)

  const inputs = options.learned ?? learnInputs(graph, dataset, targetMeans)

  const histories = new Map<string, History>()
  const steps = new Map<string, HistorySteps>()
  const encodedEvents = new Map<string, EncodedInput>()
  /** What an input has for every entity, or every training event. */
  const along = (name: string): EncodedInput => {
    const input = inputs.get(name)!
    if (input.encoded) return input.encoded
    const found = encodedEvents.get(name) ?? encodeEvents(input, graph.plugins, dataset, dataset.events)
    encodedEvents.set(name, found)
    return found
  }
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
  // a loaded model is not trained
  if (!options.learned)
    checkMemory(
      estimate({ graph, dataset, inputs, heights, threads: kernels.threads, heldOut: options.heldOut ?? 0 }),
      { budget: options.budget, maxBytes: kernels.maxBytes },
    )
  const heads = [...graph.heads.values()]
  const positiveRows = new Map<string, Int32Array>()
  const positives = (head: Head) => {
    if (!choosesPositives(head)) return undefined
    const found = positiveRows.get(head.name) ?? positiveEvents(target(head)!)
    positiveRows.set(head.name, found)
    return found
  }
  const counted = { graph, dataset, inputs, history, positives }

  const notes = [...inputs.values()].flatMap(({ note }) => note ?? [])
  const tables = new Map<string, TableRows>()
  for (const table of graph.tables.values()) {
    const height = heights.get(table.name)!
    const shared = options.shares?.tables.get(table.name)
    if (shared) {
      tables.set(table.name, shared)
      continue
    }
    const values = kernels.float32(height * table.dim)
    const stored = restored?.values.get(table.name)
    if (stored) values.set(stored)
    else {
      const init = startsAsVectors(table.init) ? 'normal' : table.init
      fill(values, init, table.dim, [height, table.dim], key(seed, nameKey(table.name)))
      const counts = rowReads(counted, table.name, heads, height)
      if (startsAsVectors(table.init)) {
        const { filled, note } = fillVectors(
          values,
          table,
          table.init,
          labelsOf(graph, inputs, table, dataset),
          dataset,
        )
        notes.push(note)
        // a vector is known before training: a row that is not read keeps it
        filled.forEach((one, row) => {
          counts[row]! += one
        })
      }
      zeroUnread(values, table.dim, counts)
    }
    tables.set(table.name, { spec: table, height, values })
  }

  const weights = new Map<string, Float32Array>()
  for (const node of graph.nodes.values()) {
    if (node.kind !== 'op') continue
    for (const [short, spec] of Object.entries(node.weights)) {
      const name = `${node.name}.${short}`
      const shared = options.shares?.weights.get(name)
      if (shared) {
        weights.set(name, shared)
        continue
      }
      const values = kernels.float32(spec.shape.reduce((size, dim) => size * dim, 1))
      const stored = restored?.values.get(name)
      if (stored) values.set(stored)
      else if (spec.init === 'target-mean') values.fill(meanOfHeads(graph, node.name, targetMeans))
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
    ...matricesOf(graph, { items: dataset.items.ids.count, kernels }, options),
    rows: (node) => userLists(program, graph.nodes.get(node) as MatrixNode),
    checked: new Set(),
    notes,
    graph,
    dataset,
    kernels,
    tables,
    weights,
    inputs,
    weightsOf,
    history,
    target,
    positives,
    targets: (head) => {
      const found = targetColumns.get(head.name) ?? targetsOf(head, dataset.events)
      targetColumns.set(head.name, found)
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
          .map((input) => [input.node.name, encodeEvents(input, graph.plugins, dataset, events)]),
      ),
    source: (node, bound) => {
      const input = inputs.get(node.input)!
      if (input.node.definition.reads === 'interactions') {
        const { column, times } = input.node.definition.window!(input.node.params)
        const side = input.node.entity as 'user' | 'item'
        // lazy: fold-in replaces the interactions of the data by those of a new entity
        return {
          input,
          use: inputUse(graph.plugins, input.node),
          get history() {
            return history(side)
          },
          reads: {
            get entities() {
              const { other, event } = history(side)
              return input.node.of?.entity === 'event' ? event : other
            },
            get values() {
              return column === undefined ? undefined : columnValues(dataset.events, input.node, column)
            },
            get times() {
              return times ? dataset.events.time : undefined
            },
            get along() {
              return input.node.of && along(input.node.of.name)
            },
          },
        }
      }
      return {
        input: { ...input, encoded: bound.get(node.input) ?? input.encoded ?? encodeNone(input, graph.plugins) },
      }
    },
    steps: (node) => {
      const found = steps.get(node.input) ?? historySteps(program.source(node, new Map()) as HistorySource)
      steps.set(node.input, found)
      return found
    },
    scores: (node, users, items, events) => scoresOf(program, node, users, items, events),
    sideValues: (node) => sideValuesOf(program, node),
  }
  return program
}

/** The Failure of an answer that needs training events, from a model saved without them. */
export const needsEvents = (): Failure =>
  new Failure(
    'query',
    'needs the training interactions, and the model was saved without them ("compact")',
    'save the model without "compact": recspec train without --compact',
  )

/** Estimates the memory of training a graph on these rows; `heldOut` is the number of held-out rows. */
export const estimateFor = (graph: Graph, dataset: Dataset, threads: number, heldOut: number): MemoryEstimate => {
  const inputs = learnInputs(
    graph,
    dataset,
    meansOf(graph, (head) => targetOf(head, dataset.events)),
  )
  return estimate({ graph, dataset, inputs, heights: heightsOf(graph, inputs), threads, heldOut })
}

const learnInputs = (graph: Graph, dataset: Dataset, targetMeans: ReadonlyMap<string, number>) =>
  withHeights(
    new Map(
      [...graph.inputs.values()].map((node): [string, LearnedInput] => [
        node.name,
        learnInput(node, graph.plugins, dataset, inputMean(graph, node, targetMeans)),
      ]),
    ),
  )

const heightsOf = (graph: Graph, inputs: ReadonlyMap<string, LearnedInput>): ReadonlyMap<string, number> =>
  new Map([...graph.tables.values()].map((table) => [table.name, heightOf(graph, inputs, table.name)]))

const meansOf = (graph: Graph, target: (head: Head) => Float32Array | undefined): ReadonlyMap<string, number> => {
  const means = new Map<string, number>()
  for (const head of graph.heads.values()) {
    const values = target(head)
    // the index of a class is no quantity
    if (values?.length && !head.target?.classes)
      means.set(head.name, values.reduce((sum, value) => sum + value, 0) / values.length)
  }
  return means
}

/** The mean by which an input may center its values, in the column's scale; undefined without one target column. */
const inputMean = (graph: Graph, _node: InputNode, means: ReadonlyMap<string, number>): number | undefined => {
  const targeted = [...graph.heads.values()].filter(({ name }) => means.has(name))
  const [head] = targeted
  if (!head || new Set(targeted.map(({ target }) => target!.column)).size > 1) return undefined
  const [low, high] = head.target!.range ?? [0, 1]
  return low + means.get(head.name)! * (head.target!.range ? high - low : 1)
}

/**
 * The mean target, in the loss's scale, of the heads that read a node. The compiler has checked that they share one
 * target column and scale, so the first head is representative.
 */
const meanOfHeads = (graph: Graph, node: string, means: ReadonlyMap<string, number>): number => {
  const reader = [...graph.heads.values()].find((head) => means.has(head.name) && nodesBelow(graph, head).has(node))
  if (!reader)
    throw new Failure('data', `"${node}" starts at the mean of a target, but no head that reads it has a target`)
  return means.get(reader.name)!
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
        `input "${name}" reads earlier interactions, but the events have no times`,
        'name the column of times in the data document, or remove "before"',
      )
}

/** Sets rows that training never reads to zero: they would keep their random initial values. */
const zeroUnread = (values: Float32Array, dim: number, counts: Float64Array) => {
  for (let row = 0; row < counts.length; row++) if (counts[row] === 0) values.fill(0, row * dim, (row + 1) * dim)
}

const columnValues = (events: Events, node: InputNode, name: string): ArrayLike<number> => {
  const column = events.columns.get(name)
  if (!column) throw new Failure('data', `missing column "${name}", whose values input "${node.name}" reads`)
  return numbers(column)
}

/** Events of each entity, in ascending order of the index of the other side. */
const interactionsOf = ({ events, users, items }: Dataset, side: 'user' | 'item', name: string | undefined): Sparse => {
  const column = name === undefined ? undefined : events.columns.get(name)
  if (name !== undefined && !column) throw new Failure('data', `missing column "${name}"`)
  return sparse(events, side, { users: users.ids.count, items: items.ids.count }, column && numbers(column))
}
