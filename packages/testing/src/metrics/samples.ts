import type { Metric, Predictions, Ranking, RecommendedLists } from '@recspec/core'
import { key, uniform } from '@recspec/kernels'

const random = (...parts: number[]) => uniform(key(...parts), 0)

const ROWS = 24
const CLASSES = 3

/** Predictions of rows, from the right ones (`error` 0) to noise, or to a high number for all of them. */
export const predictions = (
  { takesClasses, needsDistribution, needsProbabilities }: Metric,
  error: number,
): Predictions => {
  const classes = takesClasses && !needsProbabilities
  const label = (row: number) => Math.floor((classes ? CLASSES : 2) * random(1, row))
  const near = (row: number) => {
    const own = label(row)
    return own + error * ((error === 1 ? 0.98 : random(2, row)) - own)
  }
  const predicted = classes
    ? Float64Array.from({ length: ROWS * CLASSES }, (_, k) => {
        const [row, one] = [Math.floor(k / CLASSES), k % CLASSES]
        const sure = one === label(row) ? 0.98 : 0.01
        return sure + error * (1 / CLASSES - sure)
      })
    : Float64Array.from({ length: ROWS }, (_, row) => Math.min(0.98, Math.max(0.02, near(row))))
  return {
    predicted,
    actual: Float64Array.from({ length: ROWS }, (_, row) => label(row)),
    ...(classes ? { classes: CLASSES } : {}),
    users: Int32Array.from({ length: ROWS }, (_, row) => row % 5),
    ...(needsDistribution
      ? {
          distribution: {
            means: Float64Array.from({ length: ROWS * 2 }, (_, k) => near(Math.floor(k / 2))),
            deviations: Float64Array.of(0.3, 0.4),
          },
        }
      : {}),
  }
}

/** A ranking of held-out items among 20 others. */
export const ranking = (...ranks: number[]): Ranking => ({
  ranks: Int32Array.from(ranks),
  tied: Int32Array.from(ranks, () => 1),
  held: ranks.length,
  candidates: 20,
  weights: Float64Array.from(ranks, (_, place) => 1 + (place % 3)),
})

/** Rankings from good to bad. */
export const rankings: readonly Ranking[] = [
  ranking(0, 1, 2),
  ranking(0, 4, 9),
  ranking(3),
  ranking(2, 7, 12, 18),
  ranking(19),
]

/** Lists of three users. */
export const lists = (): RecommendedLists => ({
  items: Int32Array.of(0, 1, 2, 0, 2, 5, 3, 1, -1),
  k: 3,
  events: Int32Array.of(9, 4, 4, 2, 1, 1, 0),
  users: 6,
})
