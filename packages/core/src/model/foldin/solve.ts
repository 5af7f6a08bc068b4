import { Failure } from '../../failure.js'
import { nodesBelow } from '../../graph/below.js'
import type { Graph, Head } from '../../graph/graph.js'
import { choosesPositives } from '../../graph/heads.js'
import { isLabel, labelOf } from '../../graph/label.js'
import { rowSide } from '../../graph/rows.js'
import { unobservedReads } from '../../program/reads.js'
import { scheduled } from '../../schedule/index.js'
import type { Interaction } from '../model.js'
import { cholesky } from './cholesky.js'
import type { LinearScore } from './linearize.js'

/** An observed cell of an entity: the entity of the other side, and weight · (score − target)² in the objective. */
export interface Cell {
  readonly index: number
  readonly weight: number
  readonly target: number
}

/** The normal equations of one row, solved. */
export interface FoldIn {
  readonly cells: readonly Cell[]
  /** The exact vector. */
  readonly vector: Float64Array
  /** The contribution of each cell to the product of the vector with `features`, and the sum of unobserved cells. */
  parts(features: Float64Array): { readonly cells: Float64Array; readonly unobserved: number }
}

/** The quadratic form of the loss of a head; throws a Failure where it has none. */
const quadraticOf = (head: Head) => {
  const { definition, params, type } = head.loss
  if (!definition.quadratic) throw new Failure('query', `needs a quadratic loss, "${head.name}" has "${type}"`)
  const scale = scheduled(head.weight, Number.MAX_SAFE_INTEGER, 1)
  if (scale === 0) throw new Failure('query', `"${head.name}" weighs 0 at the end of its schedule`)
  const { target, weight, unobserved = 0 } = definition.quadratic(params)
  return {
    target,
    weight: (value: number) => scale * weight(value),
    unobserved: scale * unobserved,
    cells: unobserved > 0,
  }
}

/** The value of an interaction in the loss's scale: 1 where the head has no target, or needs no value. */
export const lossValue = (head: Head, { value }: Pick<Interaction, 'value'>): number => {
  const { target } = head
  if (!target) return 1
  if (value === undefined) {
    if (quadraticOf(head).cells || isLabel(target)) return 1
    throw new Failure(
      'query',
      `needs a value for each interaction: "${head.name}" learns "${target.column}"`,
      'give it as name=value',
    )
  }
  if (isLabel(target)) return labelOf(target)(value)
  const [low, high] = target.range ?? [0, 1]
  return target.range ? (value - low) / (high - low) : value
}

/** Interactions as cells, without those that are no positives of the head; where unobserved cells count, the values of repeated interactions are summed. */
export const cellsOf = (head: Head, interactions: readonly { index: number; value: number }[]): readonly Cell[] => {
  const quadratic = quadraticOf(head)
  const merged = new Map<number, number>()
  const counted = choosesPositives(head) ? interactions.filter(({ value }) => value === 1) : interactions
  for (const { index, value } of counted) merged.set(index, (merged.get(index) ?? 0) + value)
  const values = quadratic.cells ? [...merged].map(([index, value]) => ({ index, value })) : counted
  return values.map(({ index, value }) => ({
    index,
    weight: quadratic.weight(value),
    target: quadratic.target(value),
  }))
}

/** Expected reads of the row of an entity with so many cells in one pass. */
const expectedReads = (graph: Graph, head: Head, side: 'user' | 'item', cells: number, others: number): number => {
  const { definition, params } = head.loss
  const { of, reads: each = { user: 1, item: 1 } } = definition.examples(params)
  if (of === 'row' && side === rowSide(graph, head)) return each[side]
  const unobserved = of === 'cell' ? unobservedReads(head) : 0
  return unobserved * others + each[side] * cells
}

/** Prepares fold-in for one side of a head: the Gram matrix is computed once; each row is one small system. */
export const foldInSolver = (graph: Graph, head: Head, linear: LinearScore) => {
  const { unobserved } = quadraticOf(head)
  const { width, features, rest, count, side } = linear
  const below = nodesBelow(graph, head)
  const gram = new Float64Array(width * width)
  const sums = new Float64Array(width)
  if (unobserved > 0)
    for (let j = 0; j < count; j++) add(gram, sums, features, j, width, unobserved, -unobserved * rest[j]!)

  return (cells: readonly Cell[]): FoldIn => {
    const matrix = gram.slice()
    const right = sums.slice()
    // removes the unobserved weight of an observed cell from the sum over all cells
    for (const { index, weight, target } of cells)
      add(
        matrix,
        right,
        features,
        index,
        width,
        weight - unobserved,
        weight * (target - rest[index]!) + unobserved * rest[index]!,
      )
    const n = expectedReads(graph, head, side, cells.length, count)
    for (const { table, from, width: lanes } of linear.pieces) {
      const { l2, nu, readers } = graph.tables.get(table)!
      const times = readers.filter((reader) => below.has(reader)).length
      const ridge = l2 === 0 ? 0 : l2 * (times * n) ** nu
      for (let lane = from; lane < from + lanes; lane++) matrix[lane * width + lane]! += ridge
    }
    const solve = cholesky(matrix, width)
    return {
      cells,
      vector: solve(right),
      parts: (given) => {
        const solved = solve(given)
        const product = (row: Float64Array) => row.reduce((sum, value, lane) => sum + value * solved[lane]!, 0)
        let rests = 0
        for (const { index } of cells) rests += unobserved * rest[index]! * product(rowOf(features, index, width))
        return {
          cells: Float64Array.from(
            cells,
            ({ index, weight, target }) => weight * (target - rest[index]!) * product(rowOf(features, index, width)),
          ),
          unobserved: product(sums) + rests,
        }
      },
    }
  }
}

/** Row j of [count, width]. */
export const rowOf = (features: Float64Array, j: number, width: number): Float64Array =>
  features.subarray(j * width, (j + 1) * width)

const add = (
  matrix: Float64Array,
  right: Float64Array,
  features: Float64Array,
  j: number,
  width: number,
  weight: number,
  rightWeight: number,
) => {
  for (let a = 0; a < width; a++) {
    const left = features[j * width + a]!
    right[a]! += rightWeight * left
    // only the lower half of a symmetric matrix is read
    for (let b = 0; b <= a; b++) matrix[a * width + b]! += weight * left * features[j * width + b]!
  }
}
