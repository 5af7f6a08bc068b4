import Type, { type Static } from 'typebox'
import type { Sampler } from './sampler.js'

/** The name of a sampler, or `{ type, … }` with the sampler's own parameters; `x-operator` tells the compiler what it names. */
const SamplerParam = Type.Unsafe<string | { readonly type: string; readonly [parameter: string]: unknown }>({
  anyOf: [{ type: 'string' }, { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] }],
  default: 'uniform',
  description: 'what draws the items: "uniform", "popularity", "in-batch", or a plugin\'s sampler',
  'x-operator': 'samplers',
})

const Full = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000, description: 'negatives per positive' }),
    sampler: SamplerParam,
    power: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 8,
      description: 'exponent of the counts of sampler "popularity"',
    }),
    exclude: Type.Enum(['observed', 'none'], {
      default: 'observed',
      description: 'draw again when the user has the item',
    }),
    hard: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1000,
      description: 'number of draws for each negative, of which the highest-scoring one is taken',
    }),
    shared: Type.Boolean({ default: false, description: 'all examples of a step have the same negatives' }),
    correct: Type.Optional(Type.Enum(['log-q'], { description: 'subtract the log probability of being drawn' })),
  },
  { additionalProperties: false },
)

/** Items an example is compared with; a plain number is the count, uniform, observed items excluded, drawn anew each epoch. */
export const NegativesParam = Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Full])
export type NegativesParam = Static<typeof NegativesParam>

/** Negatives with every default filled in. */
export interface Negatives {
  readonly count: number
  /** The sampler's name and parameters. */
  readonly sampler: { readonly type: string; readonly [parameter: string]: unknown }
  /** The negatives of an example are the positives of the other examples of its batch. */
  readonly inBatch: boolean
  readonly exclude: 'observed' | 'none'
  readonly hard: number
  readonly shared: boolean
  readonly correct?: 'log-q'
}

/** The long form of a `negatives` parameter. */
export const negatives = (param: NegativesParam): Negatives => {
  const { sampler = 'uniform', power, ...given } = typeof param === 'number' ? { count: param } : param
  const chosen = typeof sampler === 'string' ? { type: sampler, ...(power === undefined ? {} : { power }) } : sampler
  return { exclude: 'observed', hard: 1, shared: false, ...given, sampler: chosen, inBatch: chosen.type === 'in-batch' }
}

/** Why negatives cannot be drawn as a document says, or not for a loss without a log-q correction: a bare sentence. */
export const negativesProblem = (param: NegativesParam, corrects = false): string | undefined => {
  const { sampler, inBatch, hard, shared, correct } = negatives(param)
  const power = typeof param === 'number' ? 1 : param.power
  if (power !== undefined && power !== 1 && sampler.type !== 'popularity')
    return `takes "power" with sampler "popularity" only, got sampler "${sampler.type}"`
  if (correct && !corrects) return 'has no log-q correction, got "correct"'
  if (correct && hard > 1) return 'corrects all draws, not the hardest one, got "correct" and "hard"'
  if (!inBatch) return undefined
  if (hard > 1) return 'takes every item of the batch, got "hard"'
  return shared ? 'shares the items of the batch already, got "shared"' : undefined
}

/** Why a sampler cannot draw these negatives: a bare sentence. */
export const samplerProblem = ({ sampler, shared }: Negatives, { weights, draws }: Sampler): string | undefined => {
  if (!weights && !draws) return `sampler "${sampler.type}" gives neither "weights" nor "draws"`
  return shared && !weights ? `draws shared negatives, and sampler "${sampler.type}" draws for each user` : undefined
}
