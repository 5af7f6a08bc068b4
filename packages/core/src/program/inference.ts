import * as tf from '@tensorflow/tfjs-core'
import type { Events } from '../dataset/dataset.js'
import type { Graph, GraphNode, OpNode } from '../graph/graph.js'
import { once } from '../once.js'
import type { Batch } from './batch.js'
import type { EncodedInput } from './encode.js'
import { forward } from './forward.js'
import { inferenceContext, leafValue, leavesOf } from './leaves.js'
import { rowLengths } from './lengths.js'
import type { LoweredProgram } from './lowered.js'
import { tensorWalk } from './tensors.js'

/** Entities or pairs evaluated at once, at most. */
export const BLOCK = 4096

/** Numbers of the largest tensor of a block of entities, at most; a block has at least 16 entities. */
const MOST_NUMBERS = 2 ** 22

/** The longest list of rows that an input has for an entity. */
const longestList = ({ inputs, dataset }: LoweredProgram): number =>
  Math.max(1, ...[...inputs.values()].map((input) => rowLengths(input, dataset).most))

/** Entities evaluated at once: fewer where a node below reads sequences, whose attention has length² numbers. */
const entitiesAtOnce = (program: LoweredProgram, name: string): number => {
  const { nodes } = program.graph
  const longest = once(() => longestList(program))
  let largest = 1
  const visit = (current: string) => {
    const node = nodes.get(current)!
    const sizes = node.shape.map((dim) => (typeof dim === 'number' ? dim : longest()))
    const numbers = sizes.reduce((product, size) => product * size, 1)
    largest = Math.max(largest, node.masked ? Math.max(numbers, sizes[0]! ** 2) : numbers)
    if (node.kind === 'op') for (const input of node.inputs) visit(input)
  }
  visit(name)
  return Math.max(16, Math.min(BLOCK, Math.floor(MOST_NUMBERS / largest)))
}

const none = new Int32Array(0)

/** A node's weights as tensors, by short name. */
export const weightTensors = (program: LoweredProgram, node: OpNode): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(node.weights).map(([short, { shape }]) => [
      short,
      tf.tensor(program.weights.get(`${node.name}.${short}`)!, shape as number[]),
    ]),
  )

/** Numbers per entry of a node's value. */
export const widthOf = (node: GraphNode): number => node.shape.reduce<number>((size, dim) => size * (dim as number), 1)

/** Evaluates a node on one batch as when serving; `known` has values of one-sided nodes that were evaluated before. */
const evaluateBatch = (
  program: LoweredProgram,
  batch: Batch,
  node: string,
  bound: ReadonlyMap<string, EncodedInput>,
  known?: ReadonlyMap<string, Float32Array>,
): Float32Array => {
  let out: Float32Array | undefined
  tf.tidy(() => {
    const leaves = leavesOf(program, batch, bound)
    const walk = tensorWalk(program, batch, {
      leaf: (leaf, place) =>
        leaf.kind === 'embedding' ? leafValue(leaves.embedding(leaf, place)) : leaves.numbers(leaf, place),
      weights: (op) => weightTensors(program, op),
      context: () => inferenceContext,
      ...(known ? { known: (side: GraphNode) => gatherSide(program, batch, side, known) } : {}),
    })
    const flow = forward(program.graph, walk)
    const { tensor } = known ? flow.pairs(node) : flow.own(node)
    out = tensor.dataSync() as Float32Array
  })
  return out!
}

/** Rows of an evaluated one-sided node for the pairs of a batch. */
const gatherSide = (
  program: LoweredProgram,
  batch: Batch,
  node: GraphNode,
  known: ReadonlyMap<string, Float32Array>,
) => {
  const values = known.get(node.name)
  if (!values) return undefined
  const { entities } = node.side === 'user' ? batch.users : batch.items
  const width = widthOf(node)
  const rows = (node.side === 'user' ? batch.user : batch.item).map((entry) => entities[entry]! + 1)
  const out = new Float32Array(rows.length * width)
  program.kernels.gather(values, width, rows, out)
  return { tensor: tf.tensor(out, [rows.length, ...(node.shape as number[])]) }
}

/** Values of a one-sided node for every entity of its side, unknown first: [count + 1, width]. */
export const sideValuesOf = (program: LoweredProgram, name: string): Float32Array => {
  const node = program.graph.nodes.get(name)!
  const { users, items } = program.dataset
  const count = (node.side === 'user' ? users : items).ids.count + 1
  const width = widthOf(node)
  const out = new Float32Array(count * width)
  const block = entitiesAtOnce(program, name)
  for (let from = 0; from < count; from += block) {
    const entities = Int32Array.from({ length: Math.min(block, count - from) }, (_, k) => from + k - 1)
    const axis = { entities }
    const empty = { entities: none }
    const batch: Batch = {
      users: node.side === 'user' ? axis : empty,
      items: node.side === 'item' ? axis : empty,
      user: none,
      item: none,
      pairs: 0,
    }
    out.set(evaluateBatch(program, batch, name, new Map()), from * width)
  }
  return out
}

/** One-sided nodes read by pair nodes below `name`, except sequences, which are evaluated where they are read. */
export const frontier = ({ nodes }: Graph, name: string): readonly string[] => {
  const found = new Set<string>()
  const visit = (current: string) => {
    const node = nodes.get(current)!
    if (node.side === 'user' || node.side === 'item') {
      if (!node.masked) found.add(current)
    } else if (node.kind === 'op') node.inputs.forEach(visit)
  }
  visit(name)
  return [...found]
}

/** Evaluates the one-sided nodes below a node once; the returned function scores pairs: [pairs, width]. */
export const nodeEvaluator = (program: LoweredProgram, name: string) => {
  const known = new Map(frontier(program.graph, name).map((side) => [side, program.sideValues(side)]))
  return (users: Int32Array, items: Int32Array, events?: Events): Float32Array => {
    const width = widthOf(program.graph.nodes.get(name)!)
    const out = new Float32Array(users.length * width)
    const bound: ReadonlyMap<string, EncodedInput> = events ? program.bind(events) : new Map()
    for (let from = 0; from < users.length; from += BLOCK) {
      const to = Math.min(users.length, from + BLOCK)
      const index = Int32Array.from({ length: to - from }, (_, k) => k)
      const batch: Batch = {
        users: { entities: users.subarray(from, to) },
        items: { entities: items.subarray(from, to) },
        user: index,
        item: index,
        pairs: index.length,
        ...(events ? { events: index.map((k) => from + k) } : {}),
      }
      out.set(evaluateBatch(program, batch, name, bound, known), from * width)
    }
    return out
  }
}

/** Values of a node for pairs of indices (−1 unknown) as when serving, [pairs, width]; `events`: one per pair. */
export const scoresOf = (
  program: LoweredProgram,
  name: string,
  users: Int32Array,
  items: Int32Array,
  events?: Events,
): Float32Array => nodeEvaluator(program, name)(users, items, events)
