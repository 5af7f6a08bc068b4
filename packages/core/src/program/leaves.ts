import type { Kernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Context, Value } from '../contract/value.js'
import type { EmbeddingNode, GraphNode, NumbersNode } from '../graph/graph.js'
import type { Axis, Batch, Lookup } from './batch.js'
import type { EncodedInput } from './encode.js'
import { type DropoutKey, lookupOf } from './lookup.js'
import type { LoweredProgram } from './lowered.js'

/** A leaf of a forward pass: which rows of which table it holds. */
export interface Leaf {
  readonly node: EmbeddingNode
  readonly place: 'own' | 'pairs'
  readonly reading: Lookup
  readonly tensor: tf.Tensor
}

/** Gives a leaf an array of that length for its values, whatever is in it. */
export type BufferPool = (leaf: string, length: number) => Float32Array

/** Room in the kernels' memory that each leaf uses again and again: the values of a leaf last until it is read anew. */
export const bufferPool = (kernels: Kernels): BufferPool => {
  const rooms = new Map<string, Float32Array>()
  return (leaf, length) => {
    const found = rooms.get(leaf)
    if (found && found.length >= length) return found.subarray(0, length)
    const made = kernels.float32(found ? Math.max(length, 2 * found.length) : length)
    rooms.set(leaf, made)
    return made.subarray(0, length)
  }
}

/** Positions in an encoded input for the entries of an axis: entity + 1. */
const positions = (entities: Int32Array): Int32Array => {
  const out = new Int32Array(entities.length)
  for (let k = 0; k < out.length; k++) out[k] = entities[k]! + 1
  return out
}

const picked = (values: Int32Array, index: Int32Array): Int32Array => {
  const out = new Int32Array(index.length)
  for (let k = 0; k < out.length; k++) out[k] = values[index[k]!]!
  return out
}

/** Where a node's own axis is in a batch. */
const axisOf = (batch: Batch, node: GraphNode): Axis =>
  node.side === 'user'
    ? batch.users
    : node.side === 'item'
      ? batch.items
      : { entities: batch.events ?? new Int32Array(batch.pairs).fill(-1) }

const onPairs = (batch: Batch, node: GraphNode, axis: Axis): Axis => {
  const index = node.side === 'user' ? batch.user : batch.item
  return {
    entities: picked(axis.entities, index),
    ...(axis.events ? { events: picked(axis.events, index) } : {}),
  }
}

/** Reads the leaves of a forward pass from a program's tables and inputs. */
export const leavesOf = (
  program: LoweredProgram,
  batch: Batch,
  bound: ReadonlyMap<string, EncodedInput>,
  draw?: DropoutKey,
  room: BufferPool = (_, length) => new Float32Array(length),
) => {
  const { kernels } = program
  const axes = (node: GraphNode, place: 'own' | 'pairs') => {
    const axis = axisOf(batch, node)
    return place === 'own' ? axis : onPairs(batch, node, axis)
  }
  // tables that read one input at one place by single rows read the same rows
  const shared = new Map<string, Lookup>()

  const read = (node: EmbeddingNode, place: 'own' | 'pairs'): Lookup => {
    const name = `${place} ${node.input}`
    const found = node.combine || node.masked ? undefined : shared.get(name)
    if (found) return found
    const axis = axes(node, place)
    const reading = lookupOf(node, program.source(node, bound), axis, positions(axis.entities), draw)
    if (reading.of === 'one') shared.set(name, reading)
    return reading
  }

  const embedding = (node: EmbeddingNode, place: 'own' | 'pairs'): Leaf => {
    const reading = read(node, place)
    const out = room(`${place} ${node.name}`, entriesOf(reading) * program.tables.get(node.table)!.spec.dim)
    return { node, place, reading, tensor: gatherLookup(program, kernels, node, reading, out) }
  }

  const numbers = (node: NumbersNode, place: 'own' | 'pairs'): Value => {
    const { entities } = axes(node, place)
    const { numbers: values, size } = program.source(node, bound).input.encoded as Required<EncodedInput>
    const out = new Float32Array(entities.length * size)
    kernels.gather(values, size, positions(entities), out)
    return { tensor: tf.tensor(out, [entities.length, ...(node.shape as number[])]) }
  }

  return { embedding, numbers }
}

/** Rows of numbers that a reading gives. */
const entriesOf = (reading: Lookup): number => (reading.of === 'bag' ? reading.start.length - 1 : reading.rows.length)

const gatherLookup = (
  program: LoweredProgram,
  kernels: Kernels,
  node: EmbeddingNode,
  reading: Lookup,
  out: Float32Array,
): tf.Tensor => {
  const { values, spec } = program.tables.get(node.table)!
  const { dim } = spec
  if (reading.of === 'bag') {
    kernels.bag(values, dim, reading.start, reading.rows, reading.weights, out)
    return tf.tensor(out, [reading.start.length - 1, dim])
  }
  kernels.gather(values, dim, reading.rows, out)
  return reading.of === 'one'
    ? tf.tensor(out, [reading.rows.length, dim])
    : tf.tensor(out, [reading.rows.length / reading.length, reading.length, dim])
}

/** A leaf as a value, with the mask of a sequence. */
export const leafValue = ({ tensor, reading }: Leaf): Value =>
  reading.of === 'sequence'
    ? { tensor, mask: tf.tensor(reading.mask, [reading.mask.length / reading.length, reading.length]) }
    : { tensor }

/** What layers may ask for while serving. */
export const inferenceContext: Context = {
  training: false,
  uniform: () => {
    throw new Error('draws nothing when serving')
  },
  assign: () => {
    throw new Error('assigns nothing when serving')
  },
}
