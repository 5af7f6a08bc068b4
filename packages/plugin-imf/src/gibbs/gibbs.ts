import { Failure, type Program, type Progress, solver, Type } from '@recspec/core'
import { key, normal } from '@recspec/kernels'
import { type Chain, chainOf } from './chain.js'
import { sampleGlobalMean } from './globalmean.js'
import { gibbsMemory } from './memory.js'
import { sampleNoise } from './noise.js'
import { samplePrior } from './prior.js'
import { rejection } from './rejects.js'
import { sampleRows } from './rows.js'

/** The default of `thin` keeps at most this many samples. */
const MAX_SAMPLES = 50

const thinningOf = (samples: number, thin: number | undefined) => thin ?? Math.ceil(samples / MAX_SAMPLES)

const keptSamples = (samples: number, thin: number | undefined) => Math.floor(samples / thinningOf(samples, thin))

/**
 * Bayesian matrix factorization by Gibbs sampling (Salakhutdinov and Mnih, ICML 2008). `fit` throws a `Failure` of kind
 * `training` where the objective or a precision matrix is not finite.
 */
export const gibbs = solver({
  summary:
    'Bayesian matrix factorization by Gibbs sampling: samples vectors, biases, their means and precisions, the ' +
    'global mean and the noise in turn (Salakhutdinov and Mnih, ICML 2008), with a noise precision per user ' +
    '(Lakshminarayanan et al., AISTATS 2011). Has to be the last phase.',
  params: Type.Object(
    {
      samples: Type.Integer({ default: 500, minimum: 1, maximum: 1_000_000, description: 'sweeps after burn-in' }),
      burnIn: Type.Integer({
        default: 20,
        minimum: 0,
        maximum: 1_000_000,
        description: 'first sweeps, whose samples are discarded',
      }),
      thin: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          description: 'thinning: keeps one sample in this many; default `samples` / 50, rounded up',
        }),
      ),
      noise: Type.Enum(['user', 'shared'], {
        default: 'user',
        description: '`user`: the noise of each user has its own precision; `shared`: all have one',
      }),
    },
    { additionalProperties: false },
  ),
  kind: 'samples',
  rejects: (_, problem) => rejection(problem),
  plan: ({ samples, burnIn, thin }) => {
    const kept = keptSamples(samples, thin)
    return `${burnIn} sweeps of burn-in, then ${samples} of which one in ${thinningOf(samples, thin)} is kept: ${kept} samples`
  },
  samples: ({ samples, thin }) => keptSamples(samples, thin),
  memory: (_, problem, sizes) => gibbsMemory(problem, sizes),

  async *fit({ samples, burnIn, thin, noise }, problem, program, run) {
    const thinning = thinningOf(samples, thin)
    const sweeps = burnIn + samples
    const chain = chainOf(problem, program, run.resume?.numbers['precision'])
    for (let sweep = (run.resume?.numbers['sweeps'] ?? 0) + 1; sweep <= sweeps; sweep++) {
      if (run.signal?.aborted) {
        yield report(chain, program, sweep - 1, sweeps)
        return
      }
      const deviation = sampleAll(chain, key(run.seed, run.phase, sweep), noise)
      const kept = sweep > burnIn && (sweep - burnIn) % thinning === 0
      const progress = report(chain, program, sweep, sweeps)
      if (!Number.isFinite(progress.loss))
        throw new Failure(
          'training',
          `loss is ${progress.loss} at sweep ${sweep}`,
          'scale the target, or use more burn-in',
        )
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

/** The state of a chain between sweeps; precisions of users are not in it because every sweep samples them first. */
const stateOf = (sweeps: number, precision: number) => () => ({ numbers: { sweeps, precision }, arrays: {} })

/**
 * One sweep: the noise, the prior and rows of each side, the global mean. Returns the standard deviation of the noise.
 */
const sampleAll = (chain: Chain, from: number, noise: 'user' | 'shared'): number => {
  const deviation = sampleNoise(chain, noise, key(from, 0))
  for (const [place, side] of chain.sides.entries()) {
    const sideKey = key(from, 1, place)
    side.load()
    const prior = samplePrior(side.rows, side.dim, side.observedRows, key(sideKey, 0))
    sampleRows({ ...side, prior, noise: chain.precision }, key(sideKey, 1))
    side.store()
  }
  sampleGlobalMean(chain, normal(key(from, 2), 0))
  return deviation
}
