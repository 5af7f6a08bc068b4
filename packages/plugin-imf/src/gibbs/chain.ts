import type { Head, Problem, Program } from '@recspec/core'
import { lossOffset } from '../als/objective.js'
import { type Cells, observedCells } from '../score/cells.js'
import { packTables, unpackTables } from '../score/pack.js'
import { type BoundTerm, bindTerm, eventConstants, headTerms, headVjp, scoreFunction } from '../score/terms.js'
import { globalMeanOf } from './globalmean.js'

/** The tables of one side as one matrix, and what its rows are sampled from. */
export interface ChainSide {
  /** [entities + 1, dim]: the trained tables of this side, column by column. */
  readonly rows: Float32Array
  /** [entities of the other side + 1, dim]: what the columns of `rows` are multiplied with. */
  readonly fixed: Float32Array
  readonly dim: number
  /** `weight` times the common precision is the precision of each event. */
  readonly cells: Cells
  /** [cells]: what the rows have to explain, set by `load`. */
  readonly target: Float32Array
  /** Rows that have events. */
  readonly observedRows: Int32Array
  /** Reads the current values of the tables. */
  load(): void
  /** Writes `rows` back into the tables. */
  store(): void
}

/** The state of a Markov chain over the weights of a factorization and the noise of its events. */
export interface Chain {
  readonly sides: readonly ChainSide[]
  readonly users: Cells
  /** [cells], by user: the precision that the loss alone gives each event. */
  readonly lossPrecision: Float32Array
  /** The common precision of the noise. */
  precision: number
  /** [users + 1]: the relative precision of each user, row 0 unused. */
  readonly userPrecision: Float64Array
  /** Target less score of a cell, with the constant of the last `updateConstant`; `place` is one of those of `user`. */
  residual(user: number, place: number): number
  /** Reads the current constant of the score. */
  updateConstant(): void
  /** Writes the precisions of users into the event weights of both sides. */
  updateWeights(): void
  /** The global mean that is sampled too, and how much it moves a score; absent where the phase trains none. */
  readonly globalMean?: { readonly values: Float32Array; readonly slope: number }
  /** The objective of the graph. */
  loss(): number
  readonly examples: number
}

/** A chain that starts at the tables of a program, whose noise has the given precision. */
export const chainOf = (problem: Problem, program: Program, precision = 1): Chain => {
  const [head] = problem.heads as [Head]
  const { definition, params } = head.loss
  const observed = observedCells(
    program,
    head,
    definition.quadratic!(params),
    head.weight as number,
    eventConstants(problem, head, program),
  )
  const offset = (head.weight as number) * lossOffset({ head, observed })
  const vjp = headVjp(problem, head, program)
  const bound = headTerms(problem, head).map((term) => ({ ...bindTerm(term, vjp, program), term }))
  const score = scoreFunction(bound, 0)
  const globalMean = globalMeanOf(problem, program)
  const readConstant = () => headVjp(problem, head, program).constant
  const users = observed.user

  // the square of a normal distribution has half its precision as a factor
  const lossPrecision = { user: users.weight.map((w) => 2 * w), item: observed.item.weight.map((w) => 2 * w) }
  const userPrecision = new Float64Array(users.start.length - 1).fill(1)
  let constant = readConstant()
  const residual = (user: number, place: number) => users.target[place]! - score(user, users.index[place]!) - constant

  const sides = (['user', 'item'] as const).flatMap((side) => {
    const trained = bound.filter(({ term }) => term[side].table !== undefined)
    if (trained.length === 0) return []
    const others = bound.filter((term) => !trained.includes(term))
    const { load, ...rest } = sideOf(side, trained, scoreFunction(others, 0), observed[side], program)
    return [
      {
        ...rest,
        load: () => {
          constant = readConstant()
          load(constant)
        },
      },
    ]
  })

  return {
    sides,
    users,
    lossPrecision: lossPrecision.user,
    precision,
    userPrecision,
    residual,
    updateConstant() {
      constant = readConstant()
    },
    updateWeights() {
      for (let user = 1; user < userPrecision.length; user++)
        for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
          users.weight[place] = userPrecision[user]! * lossPrecision.user[place]!
      const { index, weight } = observed.item
      for (let place = 0; place < index.length; place++)
        weight[place] = userPrecision[index[place]!]! * lossPrecision.item[place]!
    },
    ...(globalMean && { globalMean }),
    loss() {
      constant = readConstant()
      let total = offset
      for (let user = 1; user < userPrecision.length; user++)
        for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
          total += 0.5 * lossPrecision.user[place]! * residual(user, place) ** 2
      return total
    },
    examples: program.examples(head),
  }
}

/** The trained terms of one side; `others` is what the other terms add to a score. Rows without events are zeroed. */
const sideOf = (
  side: 'user' | 'item',
  trained: readonly BoundTerm[],
  others: (user: number, item: number) => number,
  cells: Cells,
  { kernels }: Program,
) => {
  const otherSide = side === 'user' ? 'item' : 'user'
  const [first] = trained as [BoundTerm]
  const dim = trained.reduce((sum, { width }) => sum + width, 0)
  const rows = kernels.float32((first[side].length / first.width) * dim)
  const fixed = kernels.float32((first[otherSide].length / first.width) * dim)
  const target = kernels.float32(cells.index.length)
  const every = Array.from({ length: cells.start.length - 1 }, (_, row) => row)
  const observedRows = Int32Array.from(every.filter((row) => cells.start[row + 1]! > cells.start[row]!))
  for (const { [side]: values, width } of trained)
    for (const row of every)
      if (cells.start[row] === cells.start[row + 1]) values.fill(0, row * width, (row + 1) * width)
  return {
    ...{ rows, fixed, dim, cells, target, observedRows },
    load(constant: number) {
      packTables(
        fixed,
        dim,
        trained,
        (term) => term[otherSide],
        (term, _, column) => term.scale[column]!,
      )
      packTables(
        rows,
        dim,
        trained,
        (term) => term[side],
        () => 1,
      )
      for (const row of observedRows)
        for (let place = cells.start[row]!; place < cells.start[row + 1]!; place++) {
          const other = cells.index[place]!
          target[place] = cells.target[place]! - constant - (side === 'user' ? others(row, other) : others(other, row))
        }
    },
    store: () => unpackTables(rows, dim, trained, side, () => 1),
  }
}
