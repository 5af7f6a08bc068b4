import { type Progress, type SolverState, scoreConstant, solver, Type } from '@recspec/core'
import { observe } from '../score/cells.js'
import { bind, constantsOf, pieces as piecesOf } from '../score/pieces.js'
import { halfStep } from './half.js'
import { methodOf, phrase } from './method.js'
import { objectiveOf } from './objective.js'
import { describe, refusal } from './refuse.js'
import { stepsOf } from './steps.js'

/** Alternating least squares: all users anew, then all items. */
export const als = solver({
  summary:
    'Alternating least squares: every user anew, items held still, then every item (Hu et al., ICDM 2008; Zhou et al., ' +
    'AAIM 2008; by blocks: Rendle et al., 2021).',
  params: Type.Object(
    {
      iterations: Type.Integer({ default: 10, minimum: 1, description: 'sweeps over users and items, at most' }),
      method: Type.Enum(['auto', 'cholesky', 'cg', 'ialspp'], {
        default: 'auto',
        description:
          'how rows are solved: exactly, by preconditioned conjugate gradients or by blocks of columns; `auto`: cg where ' +
          'unobserved cells count, blocks beyond 512 columns, exactly elsewhere',
      }),
      steps: Type.Integer({ default: 3, minimum: 1, description: 'steps of cg in an iteration' }),
      block: Type.Integer({ default: 64, minimum: 1, description: 'columns that ialspp solves at a time' }),
      tolerance: Type.Optional(
        Type.Number({ minimum: 0, description: 'stop when an iteration lowers the objective by less than this share' }),
      ),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (params, problem) => refusal(problem, params.method),
  plan: (params, problem) =>
    `${params.tolerance === undefined ? '' : 'at most '}${params.iterations} iterations of ` +
    `${phrase(methodOf(params, problem))}: ${describe(problem)}`,

  async *fit(params, problem, program, run) {
    const { iterations, tolerance } = params
    const [head] = problem.heads as [(typeof problem.heads)[number]]
    const scale = head.weight as number
    const quadratic = head.loss.definition.quadratic!(head.loss.params)
    const unobserved = scale * (quadratic.unobserved ?? 0)
    const pieces = piecesOf(problem, head)
    const bound = pieces.map((piece) => bind(piece, program))
    const constant = scoreConstant(program.graph, head.inputs[0]!, (node) => program.weightsOf(node), problem.trains)
    const observed = observe(program, head, quadratic, scale, constantsOf(problem, head, program))
    const objective = objectiveOf({ program, head, quadratic, scale, observed, pieces, bound, constant })

    const halfSteps = stepsOf(program.graph, pieces).map((step) => {
      const cells = observed[step.side]
      for (const index of step.solves) forget(bound[index]![step.side], bound[index]!.width, cells.start)
      const counts = program.counts(pieces[step.solves[0]!]![step.side].table!, [head])
      const ridge = counts.map((count) => step.l2 * count ** step.nu)
      const method = methodOf(params, problem)
      return halfStep(step, { program, method, bound, constant, cells, unobserved, ridge })
    })

    let done = run.resume?.numbers['halfSteps'] ?? 0
    let last = run.resume?.numbers['loss'] ?? Infinity
    let before = run.resume?.numbers['before'] ?? Infinity
    const settled = () =>
      tolerance !== undefined && Number.isFinite(before) && before - last < tolerance * Math.abs(before)
    let rows = { jittered: 0, kept: 0 }
    const state = (): SolverState => ({
      numbers: {
        halfSteps: done,
        ...(Number.isFinite(last) && { loss: last }),
        ...(Number.isFinite(before) && { before }),
      },
      arrays: {},
    })
    const report = async (partial: boolean): Promise<Progress> => {
      const epoch = Math.ceil(done / halfSteps.length)
      const loss = (await objective()) / program.examples(head)
      if (!Number.isFinite(loss)) throw new Error(`loss is ${loss} at iteration ${epoch}`)
      const measured = partial || run.signal?.aborted ? undefined : await run.validate?.()
      const metrics = { ...measured, ...Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0)) }
      rows = { jittered: 0, kept: 0 }
      const examples = program.dataset.events.count
      const some = Object.keys(metrics).length > 0
      const told = { ...(some && { metrics }), ...(partial && { partial }) }
      return { epoch, epochs: iterations, step: done, loss, examples, ...told, state }
    }
    while (done < iterations * halfSteps.length && !settled()) {
      const { jittered, kept } = await halfSteps[done % halfSteps.length]!()
      rows = { jittered: rows.jittered + jittered, kept: rows.kept + kept }
      done++
      const partial = done % halfSteps.length > 0
      if (partial && !run.signal?.aborted && !run.reportDue?.(done)) continue
      const progress = await report(partial)
      if (!partial) {
        before = last
        last = progress.loss
      }
      yield progress
      if (run.signal?.aborted) return
    }
  },
})

/** Zeroes the rows of a table that no cell reads. */
const forget = (values: Float32Array, width: number, start: Int32Array) => {
  for (let row = 0; row + 1 < start.length; row++)
    if (start[row] === start[row + 1]) values.fill(0, row * width, (row + 1) * width)
}
