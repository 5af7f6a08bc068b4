import { type Head, type Problem, type Program, scoreConstant } from '@recspec/core'
import { leastLoss } from '../als/objective.js'
import { type Cells, observe } from '../score/cells.js'
import { pack, unpack } from '../score/lanes.js'
import { type BoundPiece, bind, constantsOf, pieces as piecesOf, scorer } from '../score/pieces.js'
import { meanOf } from './constant.js'

/** The rows of one side, its tables side by side, and what they are drawn from. */
export interface Side {
  readonly drawn: Float32Array
  readonly fixed: Float32Array
  readonly dim: number
  /** `weight`, times the common precision, is the precision of each event at the moment. */
  readonly cells: Cells
  readonly target: Float32Array
  /** Rows that have events. */
  readonly read: Int32Array
  /** Takes the values of the moment from tables, and puts what was drawn back. */
  load(): void
  store(): void
}

/** A factorisation between two draws. */
export interface Chain {
  readonly sides: readonly Side[]
  readonly users: Cells
  /** What the loss alone makes of each event's precision, by user. */
  readonly given: Float32Array
  /** The common precision of the noise. */
  precision: number
  /** A precision for each user, row 0 unused. */
  readonly own: Float64Array
  /** What terms and constants leave of the target of a cell by user, `place` among those of `user`, since `refresh`. */
  error(user: number, place: number): number
  /** Takes the constant of the score as it is now. */
  refresh(): void
  /** Carries precisions of users to the events of both sides. */
  weigh(): void
  /** The global mean that is drawn too, and by how much it moves a score; absent where none is trained. */
  readonly mean?: { readonly values: Float32Array; readonly slope: number }
  /** The objective of the graph. */
  loss(): number
  readonly examples: number
}

/** A chain that starts at the tables of a program. */
export const chainOf = (problem: Problem, program: Program, precision = 1): Chain => {
  const [head] = problem.heads as [Head]
  const { definition, params } = head.loss
  const observed = observe(
    program,
    head,
    definition.quadratic!(params),
    head.weight as number,
    constantsOf(problem, head, program),
  )
  const floor = (head.weight as number) * leastLoss({ head, observed })
  const bound = piecesOf(problem, head).map((piece) => ({ ...bind(piece, program), piece }))
  const score = scorer(bound, 0)
  const mean = meanOf(problem, program)
  const constant = () =>
    scoreConstant(program.graph, head.inputs[0]!, (node) => program.weightsOf(node), problem.trains)
  const users = observed.user

  // half the precision of a normal distribution stands before its square
  const given = { user: users.weight.map((w) => 2 * w), item: observed.item.weight.map((w) => 2 * w) }
  const own = new Float64Array(users.start.length - 1).fill(1)
  let base = constant()
  const error = (user: number, place: number) => users.target[place]! - score(user, users.index[place]!) - base

  const sides = (['user', 'item'] as const).flatMap((side) => {
    const mine = bound.filter(({ piece }) => piece[side].table !== undefined)
    if (mine.length === 0) return []
    const cells = observed[side]
    const made = sideOf(
      side,
      mine,
      scorer(
        bound.filter((piece) => !mine.includes(piece)),
        0,
      ),
      cells,
      program,
    )
    const load = () => {
      base = constant()
      made.load(base)
    }
    return [{ ...made, load }]
  })

  return {
    sides,
    users,
    given: given.user,
    precision,
    own,
    error,
    refresh() {
      base = constant()
    },
    weigh() {
      for (let user = 1; user < own.length; user++)
        for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
          users.weight[place] = own[user]! * given.user[place]!
      const { index, weight } = observed.item
      for (let place = 0; place < index.length; place++) weight[place] = own[index[place]!]! * given.item[place]!
    },
    ...(mean && { mean }),
    loss() {
      base = constant()
      let total = floor
      for (let user = 1; user < own.length; user++)
        for (let place = users.start[user]!; place < users.start[user + 1]!; place++)
          total += 0.5 * given.user[place]! * error(user, place) ** 2
      return total
    },
    examples: program.examples(head),
  }
}

const sideOf = (
  side: 'user' | 'item',
  mine: readonly BoundPiece[],
  rest: (user: number, item: number) => number,
  cells: Cells,
  { kernels }: Program,
) => {
  const other = side === 'user' ? 'item' : 'user'
  const [first] = mine as [BoundPiece]
  const dim = mine.reduce((sum, { width }) => sum + width, 0)
  const drawn = kernels.float32((first[side].length / first.width) * dim)
  const fixed = kernels.float32((first[other].length / first.width) * dim)
  const target = kernels.float32(cells.index.length)
  const rows = Array.from({ length: cells.start.length - 1 }, (_, row) => row)
  const read = Int32Array.from(rows.filter((row) => cells.start[row + 1]! > cells.start[row]!))
  for (const piece of mine) {
    const values = piece[side]
    for (const row of rows)
      if (cells.start[row] === cells.start[row + 1]) values.fill(0, row * piece.width, (row + 1) * piece.width)
  }
  return {
    ...{ drawn, fixed, dim, cells, target, read },
    load(base: number) {
      const scaled = (piece: BoundPiece, _: number, lane: number) => piece.scale[lane]!
      pack(fixed, dim, mine, (piece) => piece[other], scaled)
      pack(
        drawn,
        dim,
        mine,
        (piece) => piece[side],
        () => 1,
      )
      for (const row of read)
        for (let place = cells.start[row]!; place < cells.start[row + 1]!; place++) {
          const across = cells.index[place]!
          target[place] = cells.target[place]! - base - (side === 'user' ? rest(row, across) : rest(across, row))
        }
    },
    store: () => unpack(drawn, dim, mine, side, () => 1),
  }
}
