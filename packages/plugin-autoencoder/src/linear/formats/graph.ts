import type { MatrixArrays, MatrixContext } from '@recspec/core'
import { matrixKernels, type Sparse } from '@recspec/kernels'
import { checkSparse, floats, heldSparse, integers } from './arrays.js'
import { inLanes, writeLanes } from './lanes.js'
import type { LowRank } from './lowrank.js'
import type { Part } from './part.js'
import { transpose } from './transpose.js'

/**
 * The arrays of a filter of the interaction graph, whose weights are W [users, items]. With P = WᵀW and a product of
 * thin matrices L, it is first · P + (P + L) · Σ_k powers[k] · P^k, where `polynomial` is first, then the powers.
 * Absent: 0, then 1.
 */
export const graphArrays = ({ start, index, values }: Sparse, polynomial?: readonly number[]): MatrixArrays => ({
  graphStart: start,
  graphIndex: index,
  graphWeights: values ?? new Float32Array(index.length).fill(1),
  ...(polynomial && { polynomial: Float32Array.from(polynomial) }),
})

/** A filter of the interaction graph; `lowRank` is what it adds before the polynomial. */
export const openGraph = (
  arrays: MatrixArrays,
  opening: MatrixContext,
  lowRank: LowRank | undefined,
): Part | undefined => {
  const { items, kernels } = opening
  const [start, index] = [integers(arrays, 'graphStart'), integers(arrays, 'graphIndex')]
  const values = floats(arrays, 'graphWeights')
  if (!start && !index && !values) return undefined
  if (!start || !index || !values) throw new Error('needs "graphStart", "graphIndex" and "graphWeights" together')
  checkSparse({ start, index, values }, items, 'graphIndex')
  const [first = 0, ...powers] = floats(arrays, 'polynomial') ?? [0, 1]
  const byUser = heldSparse(kernels, { start, index, values })
  const byItem = heldSparse(kernels, transpose(byUser, items))
  const users = start.length - 1
  const matrices = matrixKernels(kernels)
  return {
    add(lists, out) {
      const most = 4 * Math.ceil(Math.min(32, lists.start.length - 1) / 4)
      const [x, y, sum] = [0, 0, 0].map(() => matrices.allocate(items * most)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      const ofUsers = matrices.allocate(users * most)
      inLanes(matrices, lists, items, out, (block, lanes) => {
        const [from, to, total] = [x, y, sum].map((array) => array.subarray(0, items * lanes)) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ]
        const between = ofUsers.subarray(0, users * lanes)
        // to ← Wᵀ W from
        const filter = (source: Float32Array, target: Float32Array) => {
          matrices.sparseProduct(byUser, source, lanes, between)
          matrices.sparseProduct(byItem, between, lanes, target)
        }
        writeLanes(block, lanes, from)
        filter(from, to)
        if (first === 0) total.fill(0)
        else for (let at = 0; at < total.length; at++) total[at] = first * to[at]!
        lowRank?.addTransposed(block, lanes, to)
        let [power, spare] = [to, from]
        for (const [k, factor] of powers.entries()) {
          if (k > 0) {
            filter(power, spare)
            ;[power, spare] = [spare, power]
          }
          for (let at = 0; at < total.length; at++) total[at]! += factor * power[at]!
        }
        return total
      })
      for (const array of [x, y, sum, ofUsers]) matrices.free(array)
    },
  }
}
