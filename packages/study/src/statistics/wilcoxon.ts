import { normalTails } from './normal.js'
import { meanRanks } from './ranks.js'

/** The result of a Wilcoxon signed-rank test. */
export interface WilcoxonResult {
  /** Two-sided. NaN without pairs; 1 where all differences are 0. */
  readonly p: number
  /** The smaller of the rank sums of positive and of negative differences. */
  readonly statistic: number
  readonly pairs: number
  /** Pairs without a difference. */
  readonly zeros: number
  /** From the distribution of all signs, or from its normal approximation. */
  readonly method: 'exact' | 'normal'
}

/** Up to this many differences all their signs are counted. */
const EXACT_PAIRS = 50

/**
 * The signed-rank test that paired differences are symmetric about 0 (Wilcoxon, Biometrics 1945). Zeros take part in
 * the ranking and not in the sums (Pratt, JASA 1959); equal sizes share their mean rank. Up to 50 differences other
 * than 0 the distribution is that of all their signs; beyond, its normal approximation, with the variance of these
 * ranks (which corrects for ties and zeros) and a continuity correction of one half.
 */
export const wilcoxon = (differences: Float64Array): WilcoxonResult => {
  const pairs = differences.length
  const sizes = differences.map(Math.abs)
  const { ranks } = meanRanks(sizes)
  const nonzero = Int32Array.from(differences.keys()).filter((index) => differences[index] !== 0)
  const kept = Float64Array.from(nonzero, (index) => ranks[index]!)
  const zeros = pairs - kept.length
  const positive = kept.reduce((sum, rank, place) => sum + (differences[nonzero[place]!]! > 0 ? rank : 0), 0)
  const total = kept.reduce((sum, rank) => sum + rank, 0)
  const statistic = Math.min(positive, total - positive)
  const method = kept.length <= EXACT_PAIRS ? 'exact' : 'normal'
  const p = pairs === 0 || sizes.some(Number.isNaN) ? Number.NaN : P_VALUES[method](kept, statistic, total)
  return { p, statistic, pairs, zeros, method }
}

/**
 * The share of all signs of the ranks whose smaller sum is at most the statistic; mean ranks are halves of
 * integers.
 */
const exactP = (ranks: Float64Array, statistic: number, total: number): number => {
  const most = 2 * statistic
  const shares = new Float64Array(2 * total + 1)
  shares[0] = 1
  let reached = 0
  for (const rank of ranks) {
    reached += 2 * rank
    for (let sum = reached; sum >= 0; sum--)
      shares[sum] = (shares[sum]! + (sum >= 2 * rank ? shares[sum - 2 * rank]! : 0)) / 2
  }
  let tail = 0
  for (let sum = 0; sum <= most; sum++) tail += shares[sum]!
  return Math.min(1, 2 * tail)
}

const normalP = (ranks: Float64Array, statistic: number, total: number): number => {
  // Σ rank² / 4 is n(n + 1)(2n + 1)/24 less (t³ − t)/48 for each group of t equal sizes
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4)
  const distance = Math.max(0, total / 2 - statistic - 0.5)
  return normalTails(distance / deviation)
}

const P_VALUES = { exact: exactP, normal: normalP }
