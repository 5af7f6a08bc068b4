import { nodesBelow } from '../../graph/below.js'
import type { EmbeddingNode, Head, NumbersNode } from '../../graph/graph.js'
import { isMatrixNode } from '../../graph/matrix.js'
import { once } from '../../once.js'
import type { EncodedInput } from '../../program/encode.js'
import type { LoweredProgram } from '../../program/lowered.js'

/** Whether what an input has of an entity differs from what it has of an unknown one. */
const differs = ({ start, rows, weights, numbers, size }: EncodedInput, index: number): boolean => {
  if (numbers) return numbers.subarray(0, size).some((value, lane) => value !== numbers[(index + 1) * size + lane])
  const [from, to, own] = [start![index + 1]!, start![index + 2]!, start![1]!]
  if (to - from !== own) return true
  for (let place = 0; place < own; place++)
    if (rows![from + place] !== rows![place] || weights?.[from + place] !== weights?.[place]) return true
  return false
}

/**
 * Whether the score of a head depends on an entity: some input has something of it. An id counts where a row that it
 * reads was trained, which leaves it not zero. True for all entities of a side that the score reads nothing of.
 */
export const knownEntities = (program: LoweredProgram, head: () => Head, side: 'user' | 'item') => {
  const { graph, tables } = program
  const read = once(() => {
    const nodes = [...nodesBelow(graph, head())].map((name) => graph.nodes.get(name)!)
    return {
      matrix: nodes.some(isMatrixNode),
      leaves: nodes.flatMap((node) =>
        node.kind !== 'op' && graph.inputs.get(node.input)!.entity === side ? [node] : [],
      ),
    }
  })
  const hasEvents = (index: number) => {
    const { start } = program.history(side)
    return start[index + 1]! > start[index]!
  }
  const isTrained = (node: EmbeddingNode | NumbersNode, { start, rows }: EncodedInput, index: number) => {
    if (node.kind !== 'embedding') return false
    const { values, spec } = tables.get(node.table)!
    const row = rows![start![index + 1]!]!
    return values.subarray(row * spec.dim, (row + 1) * spec.dim).some((value) => value !== 0)
  }
  return (index: number): boolean => {
    const { matrix, leaves } = read()
    if (matrix && hasEvents(index)) return true
    return (
      (leaves.length === 0 && !matrix) ||
      leaves.some((node) => {
        const { definition } = graph.inputs.get(node.input)!
        if (definition.reads === 'interactions') return hasEvents(index)
        const encoded = program.inputs.get(node.input)!.encoded!
        return differs(encoded, index) && (definition.reads !== 'key' || isTrained(node, encoded, index))
      })
    )
  }
}
