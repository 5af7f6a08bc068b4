import { Type } from '../../contract/type.js'

/** The parameter of splits that hold out a share. */
export const Share = Type.Object(
  {
    share: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'share that is held out',
    }),
  },
  { additionalProperties: false },
)

/** The share of n, rounded, at most n − 1. */
export const shareOf = (params: Readonly<Record<string, unknown>>, n: number): number =>
  Math.max(0, Math.min(n - 1, Math.round(Number(params.share ?? 0.1) * n)))
