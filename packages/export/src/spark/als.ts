import type { FactorSide, LeastSquares } from '@recspec/core'

/**
 * A factorization as Spark's ALS minimises it: Σ (x · y − rating)² over the cells, or with `implicit` Σ c (x · y − p)²
 * over all cells, where c is 1 + |rating| and p is 1 where the rating is positive; plus regParam · n · ‖row‖² over the
 * rows of both sides, where n is the number of cells of the row (with `implicit`: of positive ratings).
 */
export interface SparkAls {
  readonly implicit: boolean
  readonly rank: number
  readonly iterations: number
  readonly regParam: number
  /** Cells, rows from 1; `rating` is never 0 with `implicit`. */
  readonly cells: { readonly user: Int32Array; readonly item: Int32Array; readonly rating: Float32Array }
  /** What Spark's factors are multiplied by to become rows of the tables. */
  readonly scale: { readonly user: number; readonly item: number }
  /**
   * Ratings of 0 between each row and one row more of the other side, which they keep at zero: they add nothing but to
   * the number of cells of a row. How many by row, from 1; absent: none.
   */
  readonly padding?: { readonly user: Int32Array; readonly item: Int32Array }
}

/** Why Spark cannot minimise an objective, and the nearest document that it can. */
export interface SparkObstacle {
  readonly reason: string
  readonly hint: string
}

/** Cells that are added at most to make the penalty of rows differ from Spark's. */
const MOST_PADDING = 50_000_000

// shares of a row's penalty that count as equal
const EXACT = 1e-5

/** Converts a factorization to Spark's, so that both have the same minimum; or says why that cannot be done. */
export const sparkAls = (problem: LeastSquares): SparkAls | SparkObstacle => {
  const { unobserved } = problem
  const found = unobserved > 0 ? implicitCells(problem) : explicitCells(problem)
  if ('reason' in found) return found
  const { cells, target, weight } = found
  const counts = {
    user: countsOf(cells.user, problem.user.penalty.length, found.counted),
    item: countsOf(cells.item, problem.item.penalty.length, found.counted),
  }
  const user = penaltyPerCell(problem.user, counts.user)
  const item = penaltyPerCell(problem.item, counts.item)
  const even = user.even && item.even
  const padding =
    even || unobserved > 0 ? undefined : paddingOf(problem, counts, { user: user.least, item: item.least })
  if (!even && !padding) return penaltyObstacle(problem, counts)
  // x = a x', y = b y' with a b = target gives both sides the penalty regParam · weight · target² / …
  const ratio = user.least > 0 && item.least > 0 ? (item.least / user.least) ** 0.25 : 1
  const root = Math.sqrt(target)
  return {
    implicit: unobserved > 0,
    rank: problem.dim,
    iterations: problem.iterations,
    regParam: Math.sqrt(user.least * item.least) / (weight * target),
    cells,
    scale: { user: root * ratio, item: root / ratio },
    ...(padding ? { padding } : {}),
  }
}

/** Cells of Spark, with the target that its preference 1 stands for and the weight that its weight 1 stands for. */
interface ConvertedCells {
  readonly cells: SparkAls['cells']
  readonly target: number
  readonly weight: number
  /** Whether Spark counts the cell. */
  counted(cell: number): boolean
}

const explicitCells = ({ cells }: LeastSquares): ConvertedCells | SparkObstacle => {
  const { user, item, weight, target } = cells
  const [first = 1] = weight
  if (weight.some((value) => value !== first) || first === 0)
    return {
      reason: 'Spark weighs all observed cells alike, and the weights of the loss depend on the target',
      hint: 'use a loss whose weights are equal, such as mse',
    }
  return { cells: { user, item, rating: target }, target: 1, weight: first, counted: () => true }
}

const implicitCells = ({ cells, unobserved }: LeastSquares): ConvertedCells | SparkObstacle => {
  const { user, item, weight, target } = cells
  const positive = target.find((value) => value !== 0) ?? 1
  const odd = target.find((value) => value !== positive && value !== 0)
  if (odd !== undefined || positive < 0)
    return {
      reason: `Spark has one target above 0 for all observed cells, and the loss has ${odd === undefined ? positive : `${positive} and ${odd}`}`,
      hint: 'use "imf/weighted-squares"',
    }
  const rating = Float32Array.from(weight, (value, cell) => {
    const confidence = value / unobserved - 1
    return target[cell] === 0 ? -confidence : confidence
  })
  const light = rating.findIndex((value, cell) => (target[cell] === 0 ? value > 0 : value <= 0))
  if (light >= 0)
    return {
      reason: `Spark gives observed cells more weight than others, and one here has ${weight[light]} against ${unobserved}`,
      hint: 'leave out events whose target is 0, or use a larger "alpha"',
    }
  return {
    cells: { user, item, rating },
    target: positive,
    weight: unobserved,
    counted: (cell) => rating[cell]! > 0,
  }
}

const countsOf = (rows: Int32Array, height: number, counted: (cell: number) => boolean): Int32Array => {
  const counts = new Int32Array(height)
  for (let cell = 0; cell < rows.length; cell++) if (counted(cell)) counts[rows[cell]!]!++
  return counts
}

/** The least penalty per counted cell of a row, and whether all rows have that one. */
const penaltyPerCell = ({ penalty }: FactorSide, counts: Int32Array) => {
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (let row = 1; row < counts.length; row++) {
    if (counts[row] === 0) continue
    const share = penalty[row]! / counts[row]!
    least = Math.min(least, share)
    most = Math.max(most, share)
  }
  return { least: Number.isFinite(least) ? least : 0, even: most === 0 || most - least <= EXACT * most }
}

type Sides<T> = { readonly user: T; readonly item: T }

/** Cells of 0 by which every row gets its penalty; undefined where they do not, or would be too many. */
const paddingOf = (problem: LeastSquares, counts: Sides<Int32Array>, least: Sides<number>) => {
  let total = 0
  const padded = (side: 'user' | 'item'): Int32Array | undefined => {
    const missing = new Int32Array(counts[side].length)
    if (least[side] === 0) return undefined
    for (let row = 1; row < missing.length; row++) {
      const count = counts[side][row]!
      if (count === 0) continue
      const wanted = problem[side].penalty[row]! / least[side]
      const whole = Math.round(wanted)
      if (Math.abs(whole - wanted) > EXACT * wanted) return undefined
      total += whole - count
      if (total > MOST_PADDING) return undefined
      missing[row] = whole - count
    }
    return missing
  }
  const user = padded('user')
  const item = user && padded('item')
  return user && item ? { user, item } : undefined
}

const penaltyObstacle = (problem: LeastSquares, counts: Sides<Int32Array>): SparkObstacle => {
  const nearest = (side: 'user' | 'item') => {
    let penalty = 0
    let count = 0
    for (const [row, cells] of counts[side].entries()) {
      if (cells === 0) continue
      penalty += problem[side].penalty[row]!
      count += cells
    }
    return `"l2": ${Number((penalty / Math.max(1, count)).toPrecision(3))} for "${problem[side].table}"`
  }
  const counted = problem.unobserved > 0 ? '"counted": "observed" in the loss, ' : ''
  return {
    reason: `Spark's penalty of a row is λ times its ${problem.unobserved > 0 ? 'positive' : 'observed'} cells, and this document's is not`,
    hint: `the nearest document has ${counted}"nu": 1, ${nearest('user')} and ${nearest('item')}`,
  }
}
