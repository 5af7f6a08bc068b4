import { Failure, type Head, type Problem, type Program, type Table } from '@recspec/core'
import { type ObservedCells, observedCells } from '../score/cells.js'
import { type BoundTerm, bindTerm, eventConstants, headTerms, headVjp, type ScoreTerm } from '../score/terms.js'
import { objectiveOf } from './objective.js'

/** The numbers of a problem that alternating least squares can solve. */
export interface BoundProblem {
  readonly head: Head
  readonly terms: readonly ScoreTerm[]
  readonly bound: readonly BoundTerm[]
  /** The constant of the score. */
  readonly constant: number
  readonly observed: ObservedCells
  /** Weight of unobserved cells, the head's weight included; 0 where they do not count. */
  readonly unobserved: number
  /** The objective per example at the current values of the tables. */
  objective(): Promise<number>
}

/** Binds a problem that was not rejected to the numbers of a program. */
export const boundProblem = (problem: Problem, program: Program): BoundProblem => {
  const [head] = problem.heads as [Head]
  const headWeight = head.weight as number
  const quadratic = head.loss.definition.quadratic!(head.loss.params)
  const terms = headTerms(problem, head)
  const vjp = headVjp(problem, head, program)
  const bound = terms.map((term) => bindTerm(term, vjp, program))
  const { constant } = vjp
  const observed = observedCells(program, head, quadratic, headWeight, eventConstants(problem, head, program))
  const total = objectiveOf({ program, head, quadratic, headWeight, observed, terms, bound, constant })
  return {
    ...{ head, terms, bound, constant, observed },
    unobserved: headWeight * (quadratic.unobserved ?? 0),
    objective: async () => (await total()) / program.examples(head),
  }
}

/** l2 · count^nu of each row; throws a `Failure` of kind `training` where it is not finite in float32. */
export const ridgeOf = (table: string, counts: Float64Array, { l2, nu }: Pick<Table, 'l2' | 'nu'>): Float64Array =>
  counts.map((count) => {
    const ridge = l2 === 0 ? 0 : l2 * count ** nu
    if (Number.isFinite(Math.fround(ridge))) return ridge
    throw new Failure(
      'training',
      `the penalty of "${table}" is not finite: l2 ${l2}, a row's count ${count}, nu ${nu}`,
      'lower "nu" or "l2"',
    )
  })

/** Zeroes the rows [rows, width] of a table that no cell reads. */
export const zeroUnreadRows = (values: Float32Array, width: number, start: Int32Array) => {
  for (let row = 0; row + 1 < start.length; row++)
    if (start[row] === start[row + 1]) values.fill(0, row * width, (row + 1) * width)
}
