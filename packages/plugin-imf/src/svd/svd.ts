import { type Problem, type Program, type Progress, scoreConstant, solver, Type } from '@recspec/core'
import { key } from '@recspec/kernels'
import { fillOf } from '../filled.js'
import { observe } from '../score/cells.js'
import { type BoundPiece, bind, type Piece, pieces as piecesOf } from '../score/pieces.js'
import type { Decomposition } from './jacobi.js'
import { type Matrix, matrixOf, squaredNorm } from './matrix.js'
import { power, sketch, within } from './randomized.js'
import { refusal } from './refuse.js'

/** The best product of two tables for a filled matrix, by a randomized singular value decomposition. */
export const svd = solver({
  summary:
    'Truncated singular value decomposition of the filled matrix around the constants of the score, by block power iterations ' +
    'from random directions (Halko et al., SIAM Review 2011).',
  params: Type.Object(
    {
      powerIterations: Type.Integer({
        default: 4,
        minimum: 0,
        description: 'each multiplies the basis by the matrix and back',
      }),
      oversampling: Type.Integer({ default: 10, minimum: 0, description: 'directions beyond the width of the tables' }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => refusal(problem),
  plan: ({ powerIterations, oversampling }) =>
    `singular vectors by ${powerIterations} block power iterations, ${oversampling} directions more than kept`,

  async *fit({ powerIterations, oversampling }, problem, program, run) {
    const [head] = problem.heads as [Problem['heads'][number]]
    const [piece] = piecesOf(problem, head) as [Piece]
    const bound = bind(piece, program)
    const matrix = residuals(problem, program)
    const total = squaredNorm(matrix)
    const smaller = Math.min(matrix.users, matrix.items)
    let basis = sketch(matrix, Math.min(smaller, bound.width + oversampling), key(run.seed, run.phase))
    const penalties = {
      user: program.graph.tables.get(piece.user.table!)!.l2,
      item: program.graph.tables.get(piece.item.table!)!.l2,
    }
    const resumed = run.resume?.numbers['iterations'] ?? 0

    for (let iteration = 0; iteration <= powerIterations; iteration++) {
      if (iteration > 0) basis = power(matrix, basis)
      // the bases are not kept: a resumed run makes them again, which gives the same bits
      if (iteration < resumed && !run.signal?.aborted) continue
      const left = assign(within(matrix, basis), bound, penalties, head.weight as number)
      const loss = ((head.weight as number) * (total - left.explained) + left.penalty) / program.examples(head)
      if (!Number.isFinite(loss)) throw new Error(`loss is ${loss} after ${iteration} power iterations`)
      const metrics = run.signal?.aborted ? undefined : await run.validate?.()
      const progress: Progress = {
        ...{ epoch: iteration + 1, epochs: powerIterations + 1, step: iteration, loss },
        examples: program.dataset.events.count,
        ...(metrics && { metrics }),
        state: () => ({ numbers: { iterations: iteration + 1 }, arrays: {} }),
      }
      yield progress
      if (run.signal?.aborted) return
    }
  },
})

/** What a product has to explain: the filled matrix without the constants of the score. */
const residuals = (problem: Problem, program: Program): Matrix => {
  const [head] = problem.heads as [Problem['heads'][number]]
  const constant = scoreConstant(program.graph, head.inputs[0]!, (node) => program.weightsOf(node), problem.trains)
  const { user, count } = observe(program, head, { target: (r) => r, weight: () => 1, unobserved: 1 }, 1)
  const fill = fillOf(head.loss.params['fill'], program.target(head))
  const users = new Int32Array(count)
  for (let row = 1; row + 1 < user.start.length; row++) users.fill(row - 1, user.start[row], user.start[row + 1])
  const cells = {
    user: users,
    item: user.index.map((row) => row - 1),
    value: Float64Array.from(user.target, (r) => r - fill),
  }
  const { users: everyone, items } = program.dataset
  return matrixOf([everyone.ids.count, items.ids.count], cells, fill - constant)
}

/**
 * Writes singular vectors into the tables. Without penalties a value s is shared as √s and √s; penalties a‖u‖² + b‖v‖² take
 * √(a b) from every value (its absolute size stands in the objective) and share what is left as a‖u‖² = b‖v‖².
 */
const assign = (
  { left, values, right }: Decomposition,
  { user, item, width, scale }: BoundPiece,
  l2: { readonly user: number; readonly item: number },
  weight: number,
) => {
  const [factor] = scale as unknown as [number]
  if (factor === 0 || scale.some((g) => g !== factor))
    throw new Error('needs a product whose lanes all have the same weight, other than 0')
  const taken = Math.sqrt(l2.user * l2.item) / (weight * Math.abs(factor))
  const tilt = taken > 0 ? (l2.item / l2.user) ** 0.25 : 1
  user.fill(0)
  item.fill(0)
  let explained = 0
  let penalty = 0
  for (let lane = 0; lane < Math.min(width, values.length); lane++) {
    const kept = Math.max(0, values[lane]! - taken)
    explained += values[lane]! ** 2 - (values[lane]! - kept) ** 2
    const size = Math.sqrt(kept / Math.abs(factor))
    penalty += l2.user * (size * tilt) ** 2 + l2.item * (size / tilt) ** 2
    for (let row = 0; row < left[lane]!.length; row++) user[(row + 1) * width + lane] = left[lane]![row]! * size * tilt
    for (let row = 0; row < right[lane]!.length; row++)
      item[(row + 1) * width + lane] = (right[lane]![row]! * size * Math.sign(factor)) / tilt
  }
  return { explained, penalty }
}
