import type { Static } from 'typebox'
import type { Sampler } from './sampler.js'
import { Type } from './type.js'

/**
 * A sampler's name, or `{ type, … }` with the sampler's parameters; `x-operator` makes the compiler check it as one.
 */
const SamplerParam = Type.With(
  Type.Unsafe<string | { readonly type: string; readonly [parameter: string]: unknown }>({
    anyOf: [{ type: 'string' }, { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] }],
  }),
  {
    default: 'uniform',
    description: 'what draws the items: "uniform", "popularity", "in-batch", or a plugin\'s sampler',
    'x-operator': 'samplers',
  },
)

const Full = Type.Object(
  {
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'negatives per positive; not with sampler "in-batch"' }),
    ),
    sampler: SamplerParam,
    power: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 8,
      description: 'exponent of the counts of sampler "popularity"',
    }),
    exclude: Type.Enum(['observed', 'none'], {
      default: 'observed',
      description: '`observed`: an item that the user has in training is drawn again',
    }),
    hard: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1000,
      description: 'draws for each negative, of which the highest-scoring one is used',
    }),
    shared: Type.Boolean({
      default: false,
      description: 'draw once per step: all its examples have the same negatives',
    }),
    correct: Type.Optional(
      Type.Enum(['log-q'], { description: '`log-q`: subtract the log probability of the draw from each score' }),
    ),
  },
  { additionalProperties: false },
)

/**
 * Items an example is compared with; a number is `count`, uniform, without observed items, drawn anew in each epoch.
 */
export const NegativesParam = Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), Full])
export type NegativesParam = Static<typeof NegativesParam>

/** Negatives with every default filled in. */
export interface Negatives {
  /** 0 where they are the items of the batch. */
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
  const inBatch = chosen.type === 'in-batch'
  return { count: 0, exclude: 'observed', hard: 1, shared: false, ...given, sampler: chosen, inBatch }
}

/**
 * Why negatives cannot be drawn; `corrects`: the loss has a log-q correction. A bare sentence, undefined where they
 * can.
 */
export const negativesProblem = (param: NegativesParam, corrects = false): string | undefined => {
  const { count, sampler, inBatch, hard, shared, correct } = negatives(param)
  const power = typeof param === 'number' ? 1 : param.power
  if (power !== undefined && power !== 1 && sampler.type !== 'popularity')
    return `takes "power" with sampler "popularity" only, got sampler "${sampler.type}"`
  if (correct && !corrects) return 'has no log-q correction, got "correct"'
  if (correct && hard > 1) return 'corrects all draws, not the hardest one, got "correct" and "hard"'
  if (!inBatch) return count === 0 ? 'needs "count", the negatives of each positive' : undefined
  if (count > 0) return `takes every item of the batch, got "count"`
  if (hard > 1) return 'takes every item of the batch, got "hard"'
  return shared ? 'shares the items of the batch already, got "shared"' : undefined
}

/** Why a sampler cannot draw these negatives: a bare sentence. */
export const samplerProblem = ({ sampler, shared }: Negatives, { weights, draws }: Sampler): string | undefined => {
  if (!weights && !draws) return `sampler "${sampler.type}" gives neither "weights" nor "draws"`
  return shared && !weights ? `draws shared negatives, and sampler "${sampler.type}" draws for each user` : undefined
}
