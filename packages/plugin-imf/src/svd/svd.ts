import { Failure, type Head, type Problem, type Program, type Progress, solver, Type } from '@recspec/core'
import { key } from '@recspec/kernels'
import { fillValue } from '../losses/filledsquares.js'
import { observedCells } from '../score/cells.js'
import { type BoundTerm, bindTerm, headTerms, headVjp, type ScoreTerm } from '../score/terms.js'
import type { Svd } from './jacobi.js'
import { matrixOf, type OffsetMatrix, squaredNorm } from './matrix.js'
import { svdMemory } from './memory.js'
import { powerIteration, randomBasis, svdInBasis } from './randomized.js'
import { rejection } from './rejects.js'

/**
 * Truncated singular value decomposition of a filled matrix: the product of two tables with the least squared error
 * over all cells (Halko et al., SIAM Review 2011). `fit` throws a `Failure` of kind `training` where the objective is
 * not finite.
 */
export const svd = solver({
  summary:
    'Truncated singular value decomposition of the filled matrix less the constant of the score, by block power ' +
    'iterations on random vectors (Halko et al., SIAM Review 2011).',
  params: Type.Object(
    {
      powerIterations: Type.Integer({
        default: 4,
        minimum: 0,
        maximum: 1000,
        description: 'number of multiplications of the basis by the matrix and its transpose',
      }),
      oversampling: Type.Integer({
        default: 10,
        minimum: 0,
        maximum: 10_000,
        description: 'random vectors beyond the width of the tables',
      }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => rejection(problem),
  plan: ({ powerIterations, oversampling }) =>
    `singular vectors by ${powerIterations} block power iterations, ${oversampling} vectors more than are kept`,
  memory: ({ oversampling }, problem, sizes) => svdMemory(problem, oversampling, sizes),

  async *fit({ powerIterations, oversampling }, problem, program, run) {
    const [head] = problem.heads as [Head]
    const [term] = headTerms(problem, head) as [ScoreTerm]
    const bound = bindTerm(term, headVjp(problem, head, program), program)
    const matrix = residualMatrix(problem, program)
    const total = squaredNorm(matrix)
    const smaller = Math.min(matrix.users, matrix.items)
    let basis = randomBasis(matrix, Math.min(smaller, bound.width + oversampling), key(run.seed, run.phase))
    const penalties = {
      user: program.graph.tables.get(term.user.table!)!.l2,
      item: program.graph.tables.get(term.item.table!)!.l2,
    }
    const resumed = run.resume?.numbers['iterations'] ?? 0

    for (let iteration = 0; iteration <= powerIterations; iteration++) {
      if (iteration > 0) basis = powerIteration(matrix, basis)
      // checkpoints hold no bases: a resumed run computes them again, bit by bit the same
      if (iteration < resumed && !run.signal?.aborted) continue
      const { explained, penalty } = writeTables(svdInBasis(matrix, basis), bound, penalties, head.weight as number)
      const loss = ((head.weight as number) * (total - explained) + penalty) / program.examples(head)
      if (!Number.isFinite(loss))
        throw new Failure('training', `loss is ${loss} after ${iteration} power iterations`, 'scale the target')
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

/** What the product has to explain: the filled matrix less the constant of the score. */
const residualMatrix = (problem: Problem, program: Program): OffsetMatrix => {
  const [head] = problem.heads as [Head]
  const { constant } = headVjp(problem, head, program)
  const { user, count } = observedCells(program, head, { target: (r) => r, weight: () => 1, unobserved: 1 }, 1)
  const fill = fillValue(head.loss.params['fill'], program.target(head))
  const userOf = new Int32Array(count)
  for (let row = 1; row + 1 < user.start.length; row++) userOf.fill(row - 1, user.start[row], user.start[row + 1])
  const cells = {
    user: userOf,
    item: user.index.map((row) => row - 1),
    value: Float64Array.from(user.target, (r) => r - fill),
  }
  const { users, items } = program.dataset
  return matrixOf([users.ids.count, items.ids.count], cells, fill - constant)
}

/**
 * Writes singular vectors times roots of their values into the tables: √s and √s without penalties. Penalties a‖u‖² +
 * b‖v‖² lower every value by √(a b), as a nuclear norm does, and balance the tables so that a‖u‖² = b‖v‖². Returns the
 * squares explained and the penalty.
 */
const writeTables = (
  { left, values, right }: Svd,
  { user, item, width, scale }: BoundTerm,
  l2: { readonly user: number; readonly item: number },
  weight: number,
) => {
  const [factor] = scale as unknown as [number]
  if (factor === 0 || scale.some((g) => g !== factor))
    throw new Failure('training', 'needs a product whose columns all have the same weight, not 0')
  const shrinkage = Math.sqrt(l2.user * l2.item) / (weight * Math.abs(factor))
  const balance = shrinkage > 0 ? (l2.item / l2.user) ** 0.25 : 1
  user.fill(0)
  item.fill(0)
  let explained = 0
  let penalty = 0
  for (let column = 0; column < Math.min(width, values.length); column++) {
    const kept = Math.max(0, values[column]! - shrinkage)
    explained += values[column]! ** 2 - (values[column]! - kept) ** 2
    const size = Math.sqrt(kept / Math.abs(factor))
    penalty += l2.user * (size * balance) ** 2 + l2.item * (size / balance) ** 2
    for (let row = 0; row < left[column]!.length; row++)
      user[(row + 1) * width + column] = left[column]![row]! * size * balance
    for (let row = 0; row < right[column]!.length; row++)
      item[(row + 1) * width + column] = (right[column]![row]! * size * Math.sign(factor)) / balance
  }
  return { explained, penalty }
}
