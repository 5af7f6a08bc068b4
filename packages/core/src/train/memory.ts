import { slots, updatesUnreadRows } from '@recspec/kernels'
import type { MemoryPart, MemorySizes } from '../contract/solver.js'
import type { EmbeddingNode, Graph, GraphNode, Head, OpNode } from '../graph/graph.js'
import { formOf } from '../graph/ports.js'
import type { Problem } from '../graph/problem.js'
import { rowSide } from '../graph/rows.js'
import { isUserHistory, type SequencePlan, sequencePlan } from '../graph/sequences.js'
import { forward, type Place } from '../program/forward.js'
import { trainedNumbers } from '../program/memory.js'
import type { DescentParams } from './executor.js'
import { slicesOf } from './fused/pack.js'
import { type Fused, fusedPlan } from './fused/plan.js'
import type { OptimizerPair } from './optimizer.js'

/** Bytes of a float32 or an int32. */
const NUMBER = 4
/** Groups of items by which the events of per-example descent are sorted. */
const GRID = 8
/** Initial capacity of the gradient sums of a table, in rows; it doubles as needed. */
const INITIAL_ROWS = 1024
/**
 * Tensors that an op allocates, each of the size of its value, forward and backward together; more with many weights.
 */
const TENSORS = 4
const tensorsOf = ({ weights }: OpNode): number => TENSORS + 2 * Math.max(0, Object.keys(weights).length - 2)
/** Tensors of the size of all steps where an op gives what it makes of every prefix of a sequence. Measured. */
const PREFIXES = 14
/** Numbers per pair of a step: indices, labels, scores, gradients, and garbage of the step before. Measured. */
const PAIR = 42
/** The same of a grid whose scores are an array: labels, scores and their gradients. */
const CELL = 12

/** Memory of a gradient solver in addition to tables and weights, for the executor that the plan chooses. */
export const gradientMemory = (
  optimizer: OptimizerPair,
  params: DescentParams,
  problem: Problem,
  sizes: MemorySizes,
): readonly MemoryPart[] => {
  const { graph, trains } = problem
  const plan = fusedPlan(optimizer, params, problem)
  const trained = NUMBER * trainedNumbers(graph, trains, sizes.height)
  return [
    {
      name: `optimizer state of ${optimizer.tables.name}`,
      bytes: stateBytes(optimizer, problem, sizes),
      inKernels: true,
      remedy: 'use an optimizer without state',
    },
    ...(params.stop ? [{ name: 'the best weights so far', bytes: trained, remedy: 'remove "stop"' }] : []),
    ...('reason' in plan
      ? tensorParts(optimizer, params.batchSize ?? 256, problem, sizes)
      : fusedParts(plan, problem, sizes)),
  ]
}

/** Number of elements of a shape; `length` replaces a named size, which only the data determines. */
const numbersOf = (shape: readonly (number | string)[], length = 1): number =>
  shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : length), 1)

const trainedWeightSizes = ({ graph, trains }: Problem): readonly number[] =>
  [...graph.nodes.values()].flatMap((node) =>
    node.kind === 'op'
      ? Object.entries(node.weights).flatMap(([short, { shape }]) =>
          trains.has(`${node.name}.${short}`) ? [numbersOf(shape)] : [],
        )
      : [],
  )

const stateBytes = (optimizer: OptimizerPair, problem: Problem, { height }: MemorySizes): number => {
  let numbers = 0
  for (const { name, dim } of problem.graph.tables.values())
    if (problem.trains.has(name)) numbers += height(name) * slots(optimizer.tables, dim)
  for (const length of trainedWeightSizes(problem)) numbers += slots(optimizer.weights, length)
  return NUMBER * numbers
}

/** Packed tables, the events in kernel memory, and the buffers of a step. */
const fusedParts = (
  { terms, batchSize, head }: Fused,
  { graph }: Problem,
  { users, items, events, threads }: MemorySizes,
): readonly MemoryPart[] => {
  const { width } = slicesOf(graph, terms, 'user')
  const rows = users + items + 2
  const { negatives } = head.loss.definition.examples(head.loss.params)
  const packed = { name: 'packed tables', bytes: NUMBER * rows * width, inKernels: true }
  if (batchSize === undefined) {
    // item, target and position of each event, and the start of each user in each group
    const bytes = NUMBER * (3 * events + (users + 1) * (GRID + 2))
    return [packed, { name: 'events in the kernels', bytes, inKernels: true }]
  }
  const batch = Math.min(batchSize, events)
  const candidates = 1 + (negatives ? negatives.count * negatives.hard : 0)
  const read = Math.min(batch, users + 1) + Math.min(batch * candidates, items + 1)
  const step = 2 * batch * width + 6 * batch * candidates + Math.min(threads, 2) * read * (width + 5)
  return [
    packed,
    { name: 'events in the kernels', bytes: NUMBER * (5 * events + users + 4 * (events / batch)), inKernels: true },
    { name: 'buffers of a batch', bytes: NUMBER * step, inKernels: true, ...smaller(batchSize) },
  ]
}

const smaller = (batchSize: number) => (batchSize > 1 ? { remedy: `take a batchSize below ${batchSize}` } : {})

/** Sizes of the axes and pairs of a step. */
interface StepSizes {
  readonly examples: number
  readonly user: number
  readonly item: number
  readonly pairs: number
  readonly grid: boolean
  /** Sequences that are read once, and their steps with padding. */
  readonly sequences?: SequenceSizes
}

interface SequenceSizes {
  readonly plan: SequencePlan
  readonly count: number
  readonly length: number
}

/** Sequences of a step, if its heads read them once: every one as long as the longest, and the empty one. */
const sequenceSizes = (graph: Graph, [head]: readonly Head[], batchSize: number, sizes: MemorySizes) => {
  if (!head?.examples) return undefined
  const plan = sequencePlan(graph, head)
  const most = [...graph.nodes.values()].flatMap((node) =>
    node.kind === 'embedding' && isUserHistory(graph, node) ? [sizes.rows(node.input).most] : [],
  )
  return { plan, count: Math.min(batchSize, sizes.events) + 1, length: plan.length ?? Math.max(1, ...most) }
}

const stepSizes = (graph: Graph, heads: readonly Head[], batchSize: number, sizes: MemorySizes): StepSizes => {
  const { users, items, events } = sizes
  const [head] = heads as [Head]
  const { of, items: read, negatives } = head.loss.definition.examples(head.loss.params)
  const byItem = of === 'row' && rowSide(graph, head) === 'item'
  const owners = Math.max(1, Math.min(byItem ? items : users, events))
  const count = { event: events, row: owners, cell: users * items }[of]
  const sequences = sequenceSizes(graph, heads, batchSize, sizes)
  // a user's first event is scored in addition to one after each step
  const examples = Math.min(sequences ? batchSize * (sequences.length + 1) : batchSize, count)
  const own = of === 'row' ? events / owners : 1
  const each = {
    own,
    none: own,
    sampled: own * (1 + (negatives ? negatives.count * negatives.hard : 0)),
    'in-batch': examples,
    all: items,
  }[read]
  const pairs = examples * each
  const grid = read === 'in-batch' || (read === 'all' && of !== 'cell')
  return {
    examples,
    user: byItem ? Math.min(pairs, users) : grid || sequences ? examples : Math.min(examples, users),
    item: byItem || read === 'in-batch' ? examples : Math.min(pairs, items),
    pairs,
    grid,
    ...(sequences ? { sequences } : {}),
  }
}

interface Counted {
  readonly numbers: number
}

/** Gradient sums, rows that a step reads, and the tensors of a step, forward and backward. */
const tensorParts = (
  optimizer: OptimizerPair,
  batchSize: number,
  problem: Problem,
  sizes: MemorySizes,
): readonly MemoryPart[] => {
  const { graph, heads, trains } = problem
  const step = stepSizes(graph, heads, batchSize, sizes)
  const { sequences } = step
  // blocks of scores are never an array
  const pairs = step.grid && heads.every((head) => readsBlocks(graph, head)) ? step.user + step.item : step.pairs
  const touched = new Map<string, number>()
  let gathered = 0
  let tensors = 0
  const ragged = [...graph.inputs.values()].filter(({ shape }) => shape.some((dim) => typeof dim !== 'number'))
  const longest = Math.max(1, ...ragged.map(({ name }) => sizes.rows(name).most))
  const entries = (node: GraphNode, place: Place): number =>
    node.side === 'none'
      ? 1
      : place === 'pairs' || node.side === 'pair'
        ? step.pairs
        : step[node.side as 'user' | 'item']
  const rowsOf = (node: EmbeddingNode, place: Place): { readonly values: number; readonly rows: number } => {
    if (sequences && isUserHistory(graph, node)) {
      const steps = sequences.count * sequences.length
      return { values: steps, rows: steps }
    }
    const { mean, most } = sizes.rows(node.input)
    const count = entries(node, place)
    if (node.combine) return { values: count, rows: count * mean }
    if (!node.masked) return { values: count, rows: count }
    const [length] = node.shape
    const padded = count * (typeof length === 'number' ? length : most)
    return { values: padded, rows: padded }
  }
  const counted = (numbers: number, copies: number): Counted => {
    tensors += numbers * copies
    return { numbers }
  }
  const walk = forward<Counted>(graph, {
    leaf: (node, place) => {
      if (node.kind !== 'embedding') return counted(entries(node, place) * numbersOf(node.shape), 1)
      const { dim } = graph.tables.get(node.table)!
      const { values, rows } = rowsOf(node, place)
      touched.set(node.table, (touched.get(node.table) ?? 0) + rows)
      gathered += values * dim
      return counted(values * dim, 2)
    },
    apply: (node) => {
      const numbers = numbersOf(node.shape, longest)
      if (!sequences?.plan.params.has(node.name)) return counted(entries(node, 'own') * numbers, tensorsOf(node))
      if (node.masked) return counted(sequences.count * numbers, tensorsOf(node))
      // the value at every step, and the states gathered from it
      counted(sequences.count * sequences.length * numbers, PREFIXES)
      return counted(step.user * numbers, 2)
    },
    join: (values) =>
      counted(
        values.reduce((total, { numbers }) => total + numbers, 0),
        2,
      ),
    move: (node) => counted(pairs * numbersOf(node.shape, longest), 2),
    dots: () => counted(pairs, TENSORS),
    grid: step.grid,
  })
  for (const head of heads) for (const input of head.inputs) step.pairs > 0 && walk.pairs(input)

  const updatesAll = updatesUnreadRows(optimizer.tables)
  let sums = 0
  for (const { name, dim } of graph.tables.values()) {
    if (!trains.has(name)) continue
    const height = sizes.height(name)
    const rows = Math.min(height, touched.get(name) ?? 0)
    // buffers that were outgrown are never freed
    const capacity = updatesAll
      ? height
      : 2 * INITIAL_ROWS * 2 ** Math.max(0, Math.ceil(Math.log2(rows / INITIAL_ROWS))) - INITIAL_ROWS
    sums += capacity * (dim + 1)
  }
  const weights = trainedWeightSizes(problem).reduce((total, length) => total + length, 0)
  return [
    { name: 'gradient sums', bytes: NUMBER * sums, inKernels: true, ...(updatesAll ? {} : smaller(batchSize)) },
    { name: 'gradients of weights', bytes: 3 * NUMBER * weights },
    { name: 'rows of a batch', bytes: NUMBER * gathered, inKernels: true, ...smaller(batchSize) },
    { name: 'tensors of a step', bytes: NUMBER * tensors, ...smaller(batchSize) },
    { name: 'pairs of a step', bytes: NUMBER * (step.grid ? CELL : PAIR) * pairs, ...smaller(batchSize) },
  ]
}

/** Whether a head's loss reads a score of a grid by its factors, and the score is a dot product of both sides. */
const readsBlocks = (graph: Graph, { inputs, loss }: Head): boolean =>
  loss.definition.readsFactors === true &&
  inputs.every((name) => {
    const node = graph.nodes.get(name)!
    if (node.kind !== 'op' || formOf(graph, node)?.is !== 'dot') return false
    const sides = node.inputs.map((input) => graph.nodes.get(input)!.side)
    return sides.includes('user') && sides.includes('item')
  })
