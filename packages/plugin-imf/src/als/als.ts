import { constantOf, type Progress, type SolverState, solver, Type } from '@recspec/core'
import { observe } from '../score/cells.js'
import { bind, constantsOf, pieces as piecesOf } from '../score/pieces.js'
import { halfStep } from './half.js'
import { objectiveOf } from './objective.js'
import { describe, refusal } from './refuse.js'
import { stepsOf } from './steps.js'

/** Alternating least squares: exact half-steps for all users, then all items. */
export const als = solver({
  summary:
    'Alternating least squares: every user exactly, items held still, then every item (Hu et al., ICDM 2008; ' +
    'Zhou et al., AAIM 2008).',
  params: Type.Object(
    {
      iterations: Type.Integer({ default: 10, minimum: 1, description: 'sweeps over users and items' }),
      method: Type.Enum(['cholesky', 'auto'], {
        default: 'cholesky',
        description: 'how a row is solved; `auto`: what suits its width',
      }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => refusal(problem),
  plan: ({ iterations, method }, problem) =>
    `${iterations} iterations of exact least squares by ${method}: ${describe(problem)}`,

  async *fit({ iterations }, problem, program, run) {
    const [head] = problem.heads as [(typeof problem.heads)[number]]
    const scale = head.weight as number
    const quadratic = head.loss.definition.quadratic!(head.loss.params)
    const unobserved = scale * (quadratic.unobserved ?? 0)
    const pieces = piecesOf(problem, head)
    const bound = pieces.map((piece) => bind(piece, program))
    const constant = constantOf(program.graph, head.inputs[0]!, (node) => program.weightsOf(node), problem.trains)
    const observed = observe(program, head, quadratic, scale, constantsOf(problem, head, program))
    const objective = objectiveOf({ program, head, quadratic, scale, observed, pieces, bound, constant })

    const halfSteps = stepsOf(program.graph, pieces).map((step) => {
      const cells = observed[step.side]
      for (const index of step.solves) forget(bound[index]![step.side], bound[index]!.width, cells.start)
      const counts = program.counts(pieces[step.solves[0]!]![step.side].table!, [head])
      const ridge = counts.map((count) => step.l2 * count ** step.nu)
      return halfStep(step, { program, bound, constant, cells, unobserved, ridge })
    })

    let done = run.resume?.numbers['halfSteps'] ?? 0
    const state = (): SolverState => ({ numbers: { halfSteps: done }, arrays: {} })
    const report = async (): Promise<Progress> => {
      const epoch = Math.ceil(done / halfSteps.length)
      const loss = (await objective()) / program.examples(head)
      if (!Number.isFinite(loss)) throw new Error(`loss is ${loss} at iteration ${epoch}`)
      const metrics = run.signal?.aborted ? undefined : await run.validate?.()
      const examples = program.dataset.events.count
      return { epoch, epochs: iterations, step: done, loss, examples, ...(metrics && { metrics }), state }
    }
    while (done < iterations * halfSteps.length) {
      if (run.signal?.aborted) {
        yield await report()
        return
      }
      await halfSteps[done % halfSteps.length]!()
      done++
      if (done % halfSteps.length === 0) yield await report()
    }
  },
})

/** Zeroes the rows of a table that no cell reads. */
const forget = (values: Float32Array, width: number, start: Int32Array) => {
  for (let row = 0; row + 1 < start.length; row++)
    if (start[row] === start[row + 1]) values.fill(0, row * width, (row + 1) * width)
}
