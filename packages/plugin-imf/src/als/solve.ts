import type { Program } from '@recspec/core'
import type { LeastSquaresMethod, LeastSquaresReport } from '@recspec/kernels'
import type { Cells } from '../score/cells.js'
import { packTables, unpackTables } from '../score/pack.js'
import { type BoundTerm, scoreFunction } from '../score/terms.js'
import type { HalfStep } from './halfsteps.js'

/** The numbers that a half-step reads. */
export interface HalfStepInputs {
  readonly program: Program
  readonly method: LeastSquaresMethod
  /** Every term of the score. */
  readonly bound: readonly BoundTerm[]
  /** The constant of the score. */
  readonly constant: number
  /** Observed cells by rows of the step's side. */
  readonly cells: Cells
  /** Weight of unobserved cells; 0 where they do not count. */
  readonly unobserved: number
  /** [rows]: l2 · n_row^nu of the step's first table. */
  readonly ridge: Float64Array
}

/** Prepares a half-step once; every call solves it with the current values of the frozen tables. */
export const prepareHalfStep = (step: HalfStep, inputs: HalfStepInputs): (() => Promise<LeastSquaresReport>) => {
  const { program, bound, cells, constant } = inputs
  const { kernels } = program
  const solvedTerms = step.terms.map((index) => bound[index]!)
  const otherTerms = bound.filter((_, index) => !step.terms.includes(index))
  const otherSide = step.side === 'user' ? 'item' : 'user'
  const dim = solvedTerms.reduce((sum, { width }) => sum + width, 0)
  const rows = cells.start.length - 1
  const [first] = solvedTerms as [BoundTerm]

  const single = solvedTerms.length === 1
  const solved = single ? first[step.side] : kernels.float32(rows * dim)
  // a term whose columns all have the scale g needs no copy of its table: c (g s − t)² = c g² (s − t/g)²
  const [g] = first.scale as unknown as [number]
  const uniform = single && g !== 0 && first.scale.every((scale) => scale === g)
  const factor = uniform ? g : 1
  const fixed = uniform ? first[otherSide] : kernels.float32((first[otherSide].length / first.width) * dim)

  const ridge = kernels.float32(rows)
  // a row without cells solves to zero under any ridge; 1 keeps it solvable where its count makes the penalty 0
  for (let row = 0; row < rows; row++) ridge[row] = cells.start[row] === cells.start[row + 1] ? 1 : inputs.ridge[row]!

  const hasOffset = otherTerms.length > 0 || constant !== 0
  const target = hasOffset || factor !== 1 ? kernels.float32(cells.index.length) : cells.target
  const weight = factor === 1 ? cells.weight : kernels.float32(cells.index.length)
  if (factor !== 1)
    cells.weight.forEach((c, place) => {
      weight[place] = c * factor * factor
    })
  const offset = scoreFunction(otherTerms, constant)
  const unobserved = inputs.unobserved * factor * factor
  const half = { solved, fixed, dim, ridge, target, weight, unobserved, start: cells.start, index: cells.index }

  return async () => {
    if (!uniform)
      packTables(
        fixed,
        dim,
        solvedTerms,
        (term) => term[otherSide],
        (term, index, column) => term.scale[column]! * step.scales[index]!,
      )
    if (!single)
      packTables(
        solved,
        dim,
        solvedTerms,
        (term) => term[step.side],
        (_, index) => 1 / step.scales[index]!,
      )
    if (target !== cells.target)
      for (let row = 0; row < rows; row++)
        for (let place = cells.start[row]!; place < cells.start[row + 1]!; place++) {
          const other = cells.index[place]!
          target[place] =
            (cells.target[place]! - (step.side === 'user' ? offset(row, other) : offset(other, row))) / factor
        }
    const counts = await kernels.leastSquares(half, inputs.method)
    if (!single) unpackTables(solved, dim, solvedTerms, step.side, (index) => step.scales[index]!)
    return counts
  }
}
