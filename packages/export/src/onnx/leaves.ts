import type { EmbeddingNode, LoweredProgram, NumbersNode, Value } from '@recspec/core'
import type { Builder } from './builder.js'
import type { Side } from './sides.js'
import { type StoredLeaf, storedLeaf } from './stored.js'
import type { Recorder } from './trace.js'

/** The values of a leaf in a graph: a name, and that of its mask where it is a sequence. */
export interface Written {
  readonly name: string
  readonly mask?: string
  /** Of one entry. */
  readonly shape: readonly number[]
}

/** Reads the leaves of users and items from what the model has stored of them. */
export const storedLeaves = (graph: Builder, program: LoweredProgram, entry: (side: Side) => string) => {
  const written = new Map<string, Written>()

  const write = (node: EmbeddingNode | NumbersNode): Written => {
    const found = written.get(node.name)
    if (found) return found
    const stored = storedLeaf(program, node, node.side as Side)
    const made = writeLeaf(graph, node, stored, entry(node.side as Side))
    written.set(node.name, made)
    return made
  }

  return (node: EmbeddingNode | NumbersNode, recorder: Recorder, batch: number): Value =>
    recorded(write(node), recorder, batch)
}

/** A written leaf as a tensor of a recorder; its numbers decide nothing. */
export const recorded = ({ name, mask, shape }: Written, recorder: Recorder, batch: number): Value => {
  const zeros = (of: readonly number[]) => new Float32Array(of.reduce((size, dim) => size * dim, batch))
  const tensor = recorder.named(name, zeros(shape), [batch, ...shape])
  return mask === undefined
    ? { tensor }
    : { tensor, mask: recorder.named(mask, zeros(shape.slice(0, 1)), [batch, shape[0]!]) }
}

/** Writes a leaf that is read by the entry of an entity. */
export const writeLeaf = (
  graph: Builder,
  node: EmbeddingNode | NumbersNode,
  stored: StoredLeaf,
  entry: string,
): Written => {
  const { vectors, size, rows, length, lengths, zeroed } = stored
  const own = node.kind === 'numbers' ? `/inputs/${node.input}` : `/embeddings/${node.name}`
  graph.at(own)
  const inner = node.shape.slice(length === undefined ? 0 : 1) as readonly number[]
  const height = vectors.length / size
  const table = graph.constant(
    `${own}/vectors`,
    'float',
    [height, ...(node.kind === 'numbers' ? inner : [size])],
    vectors,
  )
  if (length === undefined) {
    const row = rows
      ? graph.node('Gather', [graph.constant(`${own}/rows`, 'int32', [rows.length], rows), entry])
      : entry
    return { name: graph.node('Gather', [table, row]), shape: node.kind === 'numbers' ? inner : [size] }
  }
  const lists = graph.constant(`${own}/rows`, 'int32', [rows!.length / length, length], rows!)
  const values = graph.node('Gather', [table, graph.node('Gather', [lists, entry])])
  const count = graph.node('Gather', [graph.constant(`${own}/lengths`, 'int32', [lengths!.length, 1], lengths!), entry])
  const steps = graph.constant(
    `/steps/${length}`,
    'int32',
    [1, length],
    Int32Array.from({ length }, (_, step) => step),
  )
  const mask = graph.node('Cast', [graph.node('Less', [steps, count])], { to: { int: 1 } })
  const shape = [length, ...(node.kind === 'numbers' ? inner : [size])]
  if (!zeroed) return { name: values, mask, shape }
  const wide = graph.node('Unsqueeze', [mask, graph.ints(inner.map((_, axis) => 2 + axis))])
  return { name: graph.node('Mul', [values, wide]), mask, shape }
}
