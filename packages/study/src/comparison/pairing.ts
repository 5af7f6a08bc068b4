import type { Measured, MeasuredUnits } from '@recspec/core'
import type { MeasuredModel } from './comparison.js'

/** Why two models cannot be compared, and what would help. */
export interface Mismatch {
  readonly reason: string
  readonly hint: string
}

const SAME_ROWS = 'measure both on the same test rows: the same --data, --seed and /evaluation/split'

/** Why the measurements of two models are not of the same rows under the same protocol; undefined where they are. */
export const mismatchOf = (first: MeasuredModel, second: MeasuredModel): Mismatch | undefined => {
  const [one, other] = [first.evaluation, second.evaluation]
  const names = `${first.name} and ${second.name}`
  if (one.protocol !== other.protocol)
    return {
      reason: `${names} have different protocols: ${one.protocol} and ${other.protocol}`,
      hint: 'numbers of different protocols say nothing about each other: give both documents the same "evaluation"',
    }
  const found = rowsMismatch(one, other)
  return found === undefined ? undefined : { reason: `${names} ${found}`, hint: SAME_ROWS }
}

/** Other rows by their digests; seeds that differ are likely the reason. */
const receiptMismatch = ({ receipt: one }: Measured, { receipt: other }: Measured): string | undefined => {
  if (!one || !other || one.tests === other.tests) return undefined
  const seeds = one.seed === other.seed ? '' : `: seeds ${one.seed} and ${other.seed}`
  return `were measured on other test rows${seeds}`
}

const rowsMismatch = (one: Measured, other: Measured): string | undefined => {
  if (one.rows !== other.rows) return `were measured on ${one.rows} and ${other.rows} test rows`
  const units = { one: one.units ?? {}, other: other.units ?? {} }
  return (
    receiptMismatch(one, other) ??
    predictionsMismatch(units.one, units.other) ??
    rankingsMismatch(units.one, units.other)
  )
}

const predictionsMismatch = (one: MeasuredUnits, other: MeasuredUnits): string | undefined => {
  const [first, second] = [one.predictions, other.predictions]
  if (!first || !second) return undefined
  if (!areEqual(first.users, second.users)) return 'were measured on rows of different users'
  return areEqual(first.rows.actual, second.rows.actual) ? undefined : 'predict different targets'
}

const rankingsMismatch = (one: MeasuredUnits, other: MeasuredUnits): string | undefined => {
  const [first, second] = [one.rankings, other.rankings]
  if (!first || !second) return undefined
  if (!areEqual(first.users, second.users)) return 'rank the held-out items of different users'
  for (const [metric, weights] of first.weights) {
    const others = second.weights.get(metric)
    if (others && !areEqual(weights, others)) return `weigh the held-out items differently in ${metric}`
  }
  return undefined
}

const areEqual = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a.length !== b.length) return false
  for (let place = 0; place < a.length; place++) if (!isSame(a[place]!, b[place]!)) return false
  return true
}

/** NaN, a metric that is not defined, is the same as NaN. */
const isSame = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))
