import type { ItemMatrix, MatrixArrays, MatrixContext } from '@recspec/core'
import { matrixKernels } from '@recspec/kernels'
import { openDense } from './formats/dense.js'
import { openGraph } from './formats/graph.js'
import { inLanes } from './formats/lanes.js'
import { type LowRank, openLowRank } from './formats/lowrank.js'
import type { Part } from './formats/part.js'
import { openSparse } from './formats/sparse.js'

/**
 * Opens a matrix of items by items: the sum of the parts that its arrays name (`formats/`). Throws a bare sentence
 * where they do not fit each other or the catalogue.
 */
export const openItemMatrix = (arrays: MatrixArrays, opening: MatrixContext): ItemMatrix => {
  const { items, kernels } = opening
  const matrices = matrixKernels(kernels)
  const lowRank = openLowRank(arrays, opening)
  const graph = openGraph(arrays, opening, lowRank)
  const parts = [
    openDense(arrays, opening),
    openSparse(arrays, opening),
    graph,
    graph ? undefined : lowRank && lowRankPart(lowRank, opening),
  ].filter((part) => part !== undefined)
  if (parts.length === 0) throw new Error(`found no matrix in ${Object.keys(arrays).join(', ') || 'no arrays'}`)
  return {
    arrays,
    scores(lists) {
      const scores = matrices.allocate((lists.start.length - 1) * items)
      scores.fill(0)
      try {
        for (const part of parts) part.add(lists, scores)
        return scores.slice()
      } finally {
        matrices.free(scores)
      }
    },
  }
}

const lowRankPart = (lowRank: LowRank, { items, kernels }: MatrixContext): Part => ({
  add(lists, out) {
    const matrices = matrixKernels(kernels)
    const scores = matrices.allocate(items * 4 * Math.ceil(Math.min(32, lists.start.length - 1) / 4))
    inLanes(matrices, lists, items, out, (block, lanes) => {
      const own = scores.subarray(0, items * lanes)
      own.fill(0)
      lowRank.addTransposed(block, lanes, own)
      return own
    })
    matrices.free(scores)
  },
})
