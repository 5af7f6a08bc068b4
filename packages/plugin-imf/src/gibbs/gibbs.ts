import { type Program, type Progress, solver, Type } from '@recspec/core'
import { key, normal } from '@recspec/kernels'
import { type Chain, chainOf } from './chain.js'
import { drawConstant } from './constant.js'
import { drawNoise } from './noise.js'
import { drawPrior } from './prior.js'
import { refusal } from './refuse.js'
import { drawRows } from './rows.js'

/** Draws beyond this many are thinned unless the document says how. */
const KEPT = 50

const thinning = (samples: number, thin: number | undefined) => thin ?? Math.ceil(samples / KEPT)

/** Draws factorisations from their posterior, everything else about them included. */
export const gibbs = solver({
  summary:
    'Bayesian matrix factorisation by Gibbs sampling: vectors, biases, their means and precisions, the global mean and the noise ' +
    'are drawn in turn (Salakhutdinov and Mnih, ICML 2008), with a precision for each user (Lakshminarayanan et al., AISTATS 2011).',
  params: Type.Object(
    {
      samples: Type.Integer({ default: 500, minimum: 1, description: 'sweeps after burn-in' }),
      burnIn: Type.Integer({ default: 20, minimum: 0, description: 'sweeps that are forgotten' }),
      thin: Type.Optional(
        Type.Integer({ minimum: 1, description: 'one sweep in this many is kept; unless said, so many that 50 are' }),
      ),
      noise: Type.Enum(['user', 'shared'], {
        default: 'user',
        description: 'whether each user has a noise of their own',
      }),
    },
    { additionalProperties: false },
  ),
  kind: 'samples',
  rejects: (_, problem) => refusal(problem),
  plan: ({ samples, burnIn, thin }) => {
    const every = thinning(samples, thin)
    return `${burnIn} sweeps, then ${samples} of which one in ${every} is kept: ${Math.floor(samples / every)} samples`
  },

  async *fit({ samples, burnIn, thin, noise }, problem, program, run) {
    const every = thinning(samples, thin)
    const sweeps = burnIn + samples
    const chain = chainOf(problem, program, run.resume?.numbers['precision'])
    for (let sweep = (run.resume?.numbers['sweeps'] ?? 0) + 1; sweep <= sweeps; sweep++) {
      if (run.signal?.aborted) {
        yield report(chain, program, sweep - 1, sweeps)
        return
      }
      const deviation = turn(chain, key(run.seed, run.phase, sweep), noise)
      const kept = sweep > burnIn && (sweep - burnIn) % every === 0
      const progress = report(chain, program, sweep, sweeps)
      if (!Number.isFinite(progress.loss)) throw new Error(`loss is ${progress.loss} at sweep ${sweep}`)
      const metrics = run.signal?.aborted ? undefined : kept || sweep === sweeps ? run.validate : undefined
      yield { ...progress, ...(kept && { sample: { deviation } }), ...(metrics && { metrics: await metrics() }) }
    }
  },
})

const report = (chain: Chain, program: Program, sweep: number, sweeps: number): Progress => ({
  ...{ epoch: sweep, epochs: sweeps, step: sweep },
  loss: chain.loss() / chain.examples,
  examples: program.dataset.events.count,
  state: stateOf(sweep, chain.precision),
})

/** What goes on from here: precisions of users are drawn anew first. */
const stateOf = (sweeps: number, precision: number) => () => ({ numbers: { sweeps, precision }, arrays: {} })

/** One sweep: the noise, each side's prior and rows, the global mean. The result is the deviation of the noise. */
const turn = (chain: Chain, from: number, noise: 'user' | 'shared'): number => {
  const deviation = drawNoise(chain, noise, key(from, 0))
  for (const [place, side] of chain.sides.entries()) {
    const own = key(from, 1, place)
    side.load()
    const prior = drawPrior(side.drawn, side.dim, side.read, key(own, 0))
    drawRows({ ...side, prior, noise: chain.precision }, key(own, 1))
    side.store()
  }
  drawConstant(chain, normal(key(from, 2), 0))
  return deviation
}
