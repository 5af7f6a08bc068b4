import type { Kernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Context, Value } from '../contract/value.js'
import type { EmbeddingNode, GraphNode, NumbersNode } from '../graph/graph.js'
import { isUserHistory } from '../graph/sequences.js'
import { alongNumbers, alongSteps } from './along.js'
import type { Axis, Batch, Lookup, Sequences } from './batch.js'
import type { EncodedInput } from './encode.js'
import { type DropoutKey, type HistorySource, historyEntries, lookupOf, positionsOf } from './lookup.js'
import type { LoweredProgram } from './lowered.js'
import { sequenceEntries, sequenceLookup } from './steps.js'

/** A leaf of a forward pass: the rows that an embedding reads, and their values. */
export interface Leaf {
  readonly node: EmbeddingNode
  readonly place: 'own' | 'pairs'
  readonly lookup: Lookup
  readonly tensor: tf.Tensor
  /** Its axis is that of the sequences of a batch. */
  readonly whole?: true
}

/** Returns an array of this length for the values of a leaf; its contents are undefined. */
export type BufferPool = (leaf: string, length: number) => Float32Array

/** A pool with one reused buffer per leaf in kernel memory: the values of a leaf are valid until its next read. */
export const bufferPool = (kernels: Kernels): BufferPool => {
  const buffers = new Map<string, Float32Array>()
  return (leaf, length) => {
    const found = buffers.get(leaf)
    if (found && found.length >= length) return found.subarray(0, length)
    const made = kernels.float32(found ? Math.max(length, 2 * found.length) : length)
    buffers.set(leaf, made)
    return made.subarray(0, length)
  }
}

const gathered = (values: Int32Array, index: Int32Array): Int32Array => {
  const out = new Int32Array(index.length)
  for (let k = 0; k < out.length; k++) out[k] = values[index[k]!]!
  return out
}

/** The axis of a node's side in a batch. */
const axisOf = (batch: Batch, node: GraphNode): Axis =>
  node.side === 'user'
    ? batch.users
    : node.side === 'item'
      ? batch.items
      : { entities: batch.events ?? new Int32Array(batch.pairs).fill(-1) }

const onPairs = (batch: Batch, node: GraphNode, axis: Axis): Axis => {
  const index = node.side === 'user' ? batch.user : batch.item
  return {
    entities: gathered(axis.entities, index),
    ...(axis.events ? { events: gathered(axis.events, index) } : {}),
  }
}

/** Reads the leaves of a forward pass from a program's tables and inputs. */
export const leavesOf = (
  program: LoweredProgram,
  batch: Batch,
  bound: ReadonlyMap<string, EncodedInput>,
  dropout?: DropoutKey,
  pool: BufferPool = (_, length) => new Float32Array(length),
) => {
  const { kernels } = program
  const axisAt = (node: GraphNode, place: 'own' | 'pairs') => {
    const axis = axisOf(batch, node)
    return place === 'own' ? axis : onPairs(batch, node, axis)
  }
  // embeddings with one row per entry that read the same input at the same place share a lookup
  const shared = new Map<string, Lookup>()

  const read = (node: EmbeddingNode, place: 'own' | 'pairs'): Lookup => {
    const name = `${place} ${node.input}`
    const found = node.combine || node.masked ? undefined : shared.get(name)
    if (found) return found
    const axis = axisAt(node, place)
    const lookup = lookupOf(node, program.source(node, bound), axis, dropout)
    if (lookup.of === 'one') shared.set(name, lookup)
    return lookup
  }

  const embedding = (node: EmbeddingNode, place: 'own' | 'pairs'): Leaf => {
    const { sequences } = batch
    const whole = sequences !== undefined && isUserHistory(program.graph, node)
    const lookup = whole ? wholeLookup(program, node, sequences) : read(node, place)
    const out = pool(`${place} ${node.name}`, entriesOf(lookup) * program.tables.get(node.table)!.spec.dim)
    const tensor = gatherLookup(program, kernels, node, lookup, out)
    return { node, place, lookup, tensor, ...(whole ? { whole } : {}) }
  }

  const alongHistory = (node: NumbersNode, source: HistorySource, place: 'own' | 'pairs'): Value => {
    const { sequences } = batch
    const steps =
      sequences && isUserHistory(program.graph, node)
        ? sequenceEntries(program.steps(node), sequences)
        : historyEntries(source, node.shape, axisAt(node, place))
    const lists = steps.mask.length / steps.length
    const size = node.shape.slice(1) as number[]
    return {
      tensor: tf.tensor(alongNumbers(source.reads.along!, steps), [lists, steps.length, ...size]),
      mask: tf.tensor(steps.mask, [lists, steps.length]),
    }
  }

  const numbers = (node: NumbersNode, place: 'own' | 'pairs'): Value => {
    const source = program.source(node, bound)
    if (source.history) return alongHistory(node, source, place)
    const { numbers: values, size } = source.input.encoded as Required<EncodedInput>
    const entries = positionsOf(source.input.node, axisAt(node, place))
    const out = new Float32Array(entries.length * size)
    kernels.gather(values, size, entries, out)
    return { tensor: tf.tensor(out, [entries.length, ...(node.shape as number[])]) }
  }

  return { embedding, numbers }
}

/** The lookup of a history embedding for whole sequences. */
const wholeLookup = (program: LoweredProgram, node: EmbeddingNode, sequences: Sequences): Lookup => {
  const source = program.source(node, new Map())
  const along = source.history && source.reads.along
  const steps = program.steps(node)
  if (!along) return sequenceLookup(node, steps, sequences)
  return alongSteps(along, sequenceEntries(steps, sequences))
}

/** Number of vectors that a lookup returns. */
const entriesOf = (lookup: Lookup): number => (lookup.of === 'bag' ? lookup.start.length - 1 : lookup.rows.length)

const gatherLookup = (
  program: LoweredProgram,
  kernels: Kernels,
  node: EmbeddingNode,
  lookup: Lookup,
  out: Float32Array,
): tf.Tensor => {
  const { values, spec } = program.tables.get(node.table)!
  const { dim } = spec
  if (lookup.of === 'bag') {
    kernels.bag(values, dim, lookup.start, lookup.rows, lookup.weights, out)
    const bags = lookup.start.length - 1
    const { steps } = lookup
    return tf.tensor(out, steps ? [bags / steps.length, steps.length, dim] : [bags, dim])
  }
  kernels.gather(values, dim, lookup.rows, out)
  return lookup.of === 'one'
    ? tf.tensor(out, [lookup.rows.length, dim])
    : tf.tensor(out, [lookup.rows.length / lookup.length, lookup.length, dim])
}

/** A leaf as a value, with the mask of a sequence. */
export const leafValue = ({ tensor, lookup }: Leaf): Value => {
  if (lookup.of === 'bag' && lookup.steps) {
    const { mask, length } = lookup.steps
    return { tensor, mask: tf.tensor(mask, [mask.length / length, length]) }
  }
  if (lookup.of !== 'sequence') return { tensor }
  const { mask, weights, length } = lookup
  const shape = [mask.length / length, length]
  return {
    tensor: weights ? tf.mul(tensor, tf.tensor(weights, [...shape, 1])) : tensor,
    mask: tf.tensor(mask, shape),
  }
}

/** The context of layers when serving. */
export const inferenceContext: Context = {
  training: false,
  uniform: () => {
    throw new Error('no random numbers when serving')
  },
  assign: () => {
    throw new Error('no assignment when serving')
  },
}
