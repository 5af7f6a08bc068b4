import { Failure, type Progress, type SolverState, solver, Type } from '@recspec/core'
import { headTerms } from '../score/terms.js'
import { boundProblem, ridgeOf, zeroUnreadRows } from './bound.js'
import { describeHalfSteps, halfStepsOf } from './halfsteps.js'
import { leastSquaresOf } from './leastsquares.js'
import { alsMemory } from './memory.js'
import { describeMethod, methodOf } from './method.js'
import { rejection } from './rejects.js'
import { prepareHalfStep } from './solve.js'

/**
 * Alternating least squares: solves all user tables with the item tables frozen, then the item tables (Hu et al., ICDM
 * 2008; Zhou et al., AAIM 2008). `fit` throws a `Failure` of kind `training` where the objective is not finite, and of
 * kind `data` where a target gives no finite weight.
 */
export const als = solver({
  summary:
    'Alternating least squares: solves the user tables with the item tables frozen, then the item tables (Hu et al., ' +
    'ICDM 2008; Zhou et al., AAIM 2008; by blocks of columns: Rendle et al., 2021). Rows without events become zeros.',
  params: Type.Object(
    {
      iterations: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 1_000_000,
        description: 'maximum number of sweeps over users and items',
      }),
      method: Type.Enum(['auto', 'cholesky', 'cg', 'ialspp'], {
        default: 'auto',
        description:
          'how rows are solved: `cholesky` exactly, `cg` by preconditioned conjugate gradients, `ialspp` by blocks ' +
          'of columns; `auto` is cg where unobserved cells count (ialspp beyond 512 columns), cholesky elsewhere',
      }),
      steps: Type.Integer({ default: 3, minimum: 1, maximum: 10_000, description: 'steps of cg per half-step' }),
      block: Type.Integer({
        default: 64,
        minimum: 1,
        maximum: 65_536,
        description: 'columns that ialspp solves at a time',
      }),
      tolerance: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 1,
          description: 'stops when an iteration lowers the objective by less than this share; default none',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (params, problem) => rejection(problem, params.method),
  plan: (params, problem) => {
    const terms = headTerms(problem, problem.heads[0]!)
    return (
      `${params.tolerance === undefined ? '' : 'at most '}${params.iterations} iterations of ` +
      `${describeMethod(methodOf(params, problem, terms))}: ${describeHalfSteps(problem.graph, terms)}`
    )
  },

  memory: (params, problem, sizes) => {
    const terms = headTerms(problem, problem.heads[0]!)
    return alsMemory(problem, terms, methodOf(params, problem, terms), sizes)
  },

  leastSquares: (params, problem) => leastSquaresOf(params.iterations, problem),

  async *fit(params, problem, program, run) {
    const { iterations, tolerance } = params
    const { head, terms, bound, constant, observed, unobserved, objective } = boundProblem(problem, program)
    const method = methodOf(params, problem, terms)

    const halfSteps = halfStepsOf(program.graph, terms).map((step) => {
      const cells = observed[step.side]
      for (const index of step.terms) zeroUnreadRows(bound[index]![step.side], bound[index]!.width, cells.start)
      const table = terms[step.terms[0]!]![step.side].table!
      const ridge = ridgeOf(table, program.counts(table, [head]), step)
      return prepareHalfStep(step, { program, method, bound, constant, cells, unobserved, ridge })
    })

    let done = run.resume?.numbers['halfSteps'] ?? 0
    let last = run.resume?.numbers['loss'] ?? Infinity
    let previous = run.resume?.numbers['before'] ?? Infinity
    const converged = () =>
      tolerance !== undefined && Number.isFinite(previous) && previous - last < tolerance * Math.abs(previous)
    let unsolved = { jittered: 0, kept: 0 }
    const state = (): SolverState => ({
      numbers: {
        halfSteps: done,
        ...(Number.isFinite(last) && { loss: last }),
        ...(Number.isFinite(previous) && { before: previous }),
      },
      arrays: {},
    })
    const report = async (partial: boolean): Promise<Progress> => {
      const epoch = Math.ceil(done / halfSteps.length)
      const loss = await objective()
      if (!Number.isFinite(loss))
        throw new Failure(
          'training',
          `loss is ${loss} at iteration ${epoch}`,
          'scale the target, or lower the weights of the loss',
        )
      const measured = partial || run.signal?.aborted ? undefined : await run.validate?.()
      const metrics = { ...measured, ...Object.fromEntries(Object.entries(unsolved).filter(([, count]) => count > 0)) }
      unsolved = { jittered: 0, kept: 0 }
      const optional = {
        ...(Object.keys(metrics).length > 0 && { metrics }),
        ...(partial && { partial }),
      }
      return { epoch, epochs: iterations, step: done, loss, examples: total, ...optional, state }
    }
    const total = program.dataset.events.count
    const tell = () => {
      const [iteration, half] = [Math.floor(done / halfSteps.length), done % halfSteps.length]
      const examples = Math.round((total * half) / halfSteps.length)
      run.onStep?.({ epoch: iteration + 1, epochs: iterations, step: done, examples, total })
    }
    while (done < iterations * halfSteps.length && !converged()) {
      tell()
      const { jittered, kept } = await halfSteps[done % halfSteps.length]!()
      unsolved = { jittered: unsolved.jittered + jittered, kept: unsolved.kept + kept }
      done++
      const partial = done % halfSteps.length > 0
      if (partial && !run.signal?.aborted && !run.reportDue?.(done)) continue
      const progress = await report(partial)
      if (!partial) {
        previous = last
        last = progress.loss
      }
      yield progress
      if (run.signal?.aborted) return
    }
  },
})
