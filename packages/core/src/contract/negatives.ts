import Type, { type Static } from 'typebox'

const Full = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000, description: 'negatives per positive' }),
    sampler: Type.Enum(['uniform', 'popularity', 'in-batch'], { default: 'uniform' }),
    power: Type.Number({ default: 1, minimum: 0, description: 'popularity to this power' }),
    exclude: Type.Enum(['observed', 'none'], {
      default: 'observed',
      description: 'draw again when the user has the item',
    }),
    hard: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1000,
      description: 'of so many drawn the one that scores highest is the negative',
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
  readonly sampler: 'uniform' | 'popularity' | 'in-batch'
  readonly power: number
  readonly exclude: 'observed' | 'none'
  readonly hard: number
  readonly shared: boolean
  readonly correct?: 'log-q'
}

/** The long form of what a document says. */
export const negatives = (param: NegativesParam): Negatives => {
  const given: Partial<Negatives> = typeof param === 'number' ? { count: param } : param
  return { count: 1, sampler: 'uniform', power: 1, exclude: 'observed', hard: 1, shared: false, ...given }
}

/** Why negatives cannot be drawn as a document says, or not for a loss that has no correction: a bare sentence. */
export const negativesProblem = (param: NegativesParam, corrects = false): string | undefined => {
  const { sampler, hard, shared, correct } = negatives(param)
  if (correct && !corrects) return 'has no correction, got "correct"'
  if (correct && hard > 1) return 'corrects for what is drawn, not for the hardest of it, got "correct" and "hard"'
  if (sampler !== 'in-batch') return undefined
  if (hard > 1) return 'takes every item of the batch, got "hard"'
  return shared ? 'shares the items of the batch already, got "shared"' : undefined
}
