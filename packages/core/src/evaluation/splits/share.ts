import Type from 'typebox'

/** The parameter `share` of splits: how much is held out. */
export const Share = Type.Object(
  {
    share: Type.Number({ default: 0.1, exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'how much is held out' }),
  },
  { additionalProperties: false },
)

/** That share of n things, rounded, and never all of them. */
export const shareOf = (params: Readonly<Record<string, unknown>>, n: number): number =>
  Math.max(0, Math.min(n - 1, Math.round(Number(params.share ?? 0.1) * n)))
