import type { Kernels } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Context, Value } from '../contract/value.js'
import type { EmbeddingNode, GraphNode, NumbersNode } from '../graph/graph.js'
import type { Axis, Batch, Reading } from './axis.js'
import type { EncodedInput } from './encode.js'
import type { LoweredProgram } from './lowered.js'
import { type Draw, readingOf } from './reading.js'

/** A leaf of a forward pass: which rows of which table it holds. */
export interface Leaf {
  readonly node: EmbeddingNode
  readonly place: 'own' | 'pairs'
  readonly reading: Reading
  readonly tensor: tf.Tensor
}

/** Positions in an encoded input for the entries of an axis: entity + 1. */
const positions = (entities: Int32Array): Int32Array => entities.map((entity) => entity + 1)

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
    entities: index.map((entry) => axis.entities[entry]!),
    ...(axis.events ? { events: index.map((entry) => axis.events![entry]!) } : {}),
  }
}

/** Reads the leaves of a forward pass from a program's tables and inputs. */
export const leavesOf = (
  program: LoweredProgram,
  batch: Batch,
  bound: ReadonlyMap<string, EncodedInput>,
  draw?: Draw,
) => {
  const { kernels } = program
  const axes = (node: GraphNode, place: 'own' | 'pairs') => {
    const axis = axisOf(batch, node)
    return place === 'own' ? axis : onPairs(batch, node, axis)
  }

  const embedding = (node: EmbeddingNode, place: 'own' | 'pairs'): Leaf => {
    const axis = axes(node, place)
    const source = program.source(node, bound)
    const reading = readingOf(node, source, axis, positions(axis.entities), draw)
    return { node, place, reading, tensor: gathered(program, kernels, node, reading) }
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

const gathered = (program: LoweredProgram, kernels: Kernels, node: EmbeddingNode, reading: Reading): tf.Tensor => {
  const { values, spec } = program.tables.get(node.table)!
  const { dim } = spec
  if (reading.of === 'bag') {
    const out = new Float32Array((reading.start.length - 1) * dim)
    kernels.bag(values, dim, reading.start, reading.rows, reading.weights, out)
    return tf.tensor(out, [reading.start.length - 1, dim])
  }
  const out = new Float32Array(reading.rows.length * dim)
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
export const serving: Context = {
  training: false,
  uniform: () => {
    throw new Error('draws nothing when serving')
  },
  assign: () => {
    throw new Error('assigns nothing when serving')
  },
}
