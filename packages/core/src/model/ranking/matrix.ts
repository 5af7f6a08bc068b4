import type { CountRanks } from '../../contract/candidates.js'
import { candidateCounter, emptyCounts } from '../../evaluation/candidates/counting.js'
import type { Head } from '../../graph/graph.js'
import { isMatrixNode, type MatrixNode } from '../../graph/matrix.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { listsOf, matrixOf, scoresByEntry } from '../../program/matrices.js'

/** The op that scores a head by a matrix of items, where its score is that op and nothing else. */
export const scoringMatrix = ({ graph }: LoweredProgram, head: Head): MatrixNode | undefined => {
  const node = graph.nodes.get(head.inputs[0]!)
  return isMatrixNode(node) ? node : undefined
}

/** Counts items that score higher than held-out items, and the same, from the scores of all items of each user. */
export const countByMatrix =
  (program: LoweredProgram, node: MatrixNode): CountRanks =>
  (users, held, skip) => {
    const items = program.dataset.items.ids.count
    const counts = emptyCounts(held)
    const count = candidateCounter(items, held, skip, counts)
    for (const { from, to, scores } of scoresByEntry(program, node, { entities: users }))
      for (let entry = from; entry < to; entry++)
        count(entry, scores.subarray((entry - from) * items, (entry - from + 1) * items))
    return counts
  }

/** The row of an item: what it adds to the score of every item where a user has it, with weight 1. */
export const matrixRow = (program: LoweredProgram, node: MatrixNode, item: number): Float32Array =>
  matrixOf(program, node).scores({ start: Int32Array.of(0, 1), index: Int32Array.of(item) })

/** What each item that a user has adds to the score of an item; the score is their sum. */
export const matrixContributions = (
  program: LoweredProgram,
  node: MatrixNode,
  user: number,
  item: number,
): readonly { readonly index: number; readonly score: number }[] => {
  const { index, values } = listsOf(program, node, { entities: Int32Array.of(user) })
  return Array.from(index, (other, place) => ({
    index: other,
    score: (values?.[place] ?? 1) * matrixRow(program, node, other)[item]!,
  }))
}
