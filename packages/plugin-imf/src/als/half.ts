import type { Program } from '@recspec/core'
import type { LeastSquaresMethod, LeastSquaresReport } from '@recspec/kernels'
import type { Cells } from '../score/cells.js'
import { pack, unpack } from '../score/lanes.js'
import { type BoundPiece, scorer } from '../score/pieces.js'
import type { Step } from './steps.js'

/** What a half-step works on besides itself. */
export interface Setting {
  readonly program: Program
  readonly method: LeastSquaresMethod
  readonly bound: readonly BoundPiece[]
  readonly constant: number
  readonly cells: Cells
  readonly unobserved: number
  /** l2 · n_row^nu of the step's first table. */
  readonly ridge: Float64Array
}

/** Prepares a half-step once; every call then solves it anew with the values of the moment. */
export const halfStep = (step: Step, setting: Setting): (() => Promise<LeastSquaresReport>) => {
  const { program, bound, cells, constant } = setting
  const { kernels } = program
  const mine = step.solves.map((index) => bound[index]!)
  const others = bound.filter((_, index) => !step.solves.includes(index))
  const other = step.side === 'user' ? 'item' : 'user'
  const dim = mine.reduce((sum, piece) => sum + piece.width, 0)
  const rows = cells.start.length - 1
  const [only] = mine as [BoundPiece]

  const alone = mine.length === 1
  const solved = alone ? only[step.side] : kernels.float32(rows * dim)
  // lanes that all have the same weight g are solved as they stand: c (g s − t)² = c g² (s − t/g)²
  const [g] = only.scale as unknown as [number]
  const meets = alone && g !== 0 && only.scale.every((other) => other === g)
  const factor = meets ? g : 1
  const fixed = meets ? only[other] : kernels.float32((only[other].length / only.width) * dim)

  const ridge = kernels.float32(rows)
  // A row without cells solves to zero whatever its ridge; 1 keeps it solvable where its count makes the penalty 0.
  for (let row = 0; row < rows; row++) ridge[row] = cells.start[row] === cells.start[row + 1] ? 1 : setting.ridge[row]!

  const shifts = others.length > 0 || constant !== 0
  const target = shifts || factor !== 1 ? kernels.float32(cells.index.length) : cells.target
  const weight = factor === 1 ? cells.weight : kernels.float32(cells.index.length)
  if (factor !== 1)
    cells.weight.forEach((c, place) => {
      weight[place] = c * factor * factor
    })
  const rest = scorer(others, constant)
  const unobserved = setting.unobserved * factor * factor
  const half = { solved, fixed, dim, ridge, target, weight, unobserved, start: cells.start, index: cells.index }

  return async () => {
    if (!meets)
      pack(
        fixed,
        dim,
        mine,
        (piece) => piece[other],
        (piece, index, lane) => piece.scale[lane]! * step.stretch[index]!,
      )
    if (!alone)
      pack(
        solved,
        dim,
        mine,
        (piece) => piece[step.side],
        (_, index) => 1 / step.stretch[index]!,
      )
    if (target !== cells.target)
      for (let row = 0; row < rows; row++)
        for (let place = cells.start[row]!; place < cells.start[row + 1]!; place++) {
          const across = cells.index[place]!
          target[place] =
            (cells.target[place]! - (step.side === 'user' ? rest(row, across) : rest(across, row))) / factor
        }
    const rowsLeft = await kernels.leastSquares(half, setting.method)
    if (!alone) unpack(solved, dim, mine, step.side, (index) => step.stretch[index]!)
    return rowsLeft
  }
}
