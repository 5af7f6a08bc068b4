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
  readonly correct?: 'log-q'
}

/** The long form of what a document says. */
export const negatives = (param: NegativesParam): Negatives => {
  const given: Partial<Negatives> = typeof param === 'number' ? { count: param } : param
  return { count: 1, sampler: 'uniform', power: 1, exclude: 'observed', ...given }
}
