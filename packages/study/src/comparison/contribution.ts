import type { MeasuredUnits, MetricSpec, Predictions } from '@recspec/core'
import { everyUnit, type Statistic } from '../statistics/resample.js'
import { rowsOfUnits, type Units, unitsOf } from './units.js'

/** A metric as a function of users. */
export interface Contribution {
  readonly units: Units
  /** The metric of a sample of users. */
  readonly statistic: Statistic
  /** The metric of each user's own rows; NaN where they do not define it. */
  readonly values: Float64Array
}

/** What users contribute to a metric; undefined where the measurement did not keep it. */
export const contributionOf = (spec: MetricSpec, units: MeasuredUnits): Contribution | undefined => {
  if (spec.definition.of === 'predictions') return ofPredictions(spec, units)
  return ofRankings(spec, units)
}

const withValues = (units: Units, statistic: Statistic): Contribution => ({
  units,
  statistic,
  values: Float64Array.from(everyUnit(units.count), (unit) => statistic(Int32Array.of(unit))),
})

/** The weighted mean over rankings, from the sums of each user. */
const ofRankings = ({ text }: MetricSpec, { rankings }: MeasuredUnits): Contribution | undefined => {
  const values = rankings?.values.get(text)
  const weights = rankings?.weights.get(text)
  if (!rankings || !values || !weights) return undefined
  const units = unitsOf(rankings.users)
  const sums = new Float64Array(units.count)
  const masses = new Float64Array(units.count)
  for (let unit = 0; unit < units.count; unit++)
    for (const row of rowsOfUnits(units, Int32Array.of(unit))) {
      // a ranking of weight 0 has no value
      if (weights[row] === 0) continue
      sums[unit]! += weights[row]! * values[row]!
      masses[unit]! += weights[row]!
    }
  return withValues(units, (drawn) => {
    let sum = 0
    let mass = 0
    for (const unit of drawn) {
      sum += sums[unit]!
      mass += masses[unit]!
    }
    return sum / mass
  })
}

/** The metric's own function on the rows of the users. */
const ofPredictions = (spec: MetricSpec, { predictions }: MeasuredUnits): Contribution | undefined => {
  if (!predictions) return undefined
  const units = unitsOf(predictions.users)
  return withValues(units, (drawn) =>
    spec.definition.predictions!(predictionsOf(predictions.rows, units, drawn), spec.variant),
  )
}

/** Some rows of predictions; each has `width` numbers in a row-major array. */
const taken = (values: ArrayLike<number>, rows: Int32Array, width: number): Float64Array => {
  const found = new Float64Array(rows.length * width)
  for (let place = 0; place < rows.length; place++)
    for (let column = 0; column < width; column++)
      found[place * width + column] = values[rows[place]! * width + column]!
  return found
}

/** The predictions of drawn users; a user that was drawn twice counts as two. */
const predictionsOf = (
  { predicted, actual, users, classes, distribution }: Predictions,
  units: Units,
  drawn: Int32Array,
): Predictions => {
  const rows = rowsOfUnits(units, drawn)
  return {
    predicted: taken(predicted, rows, classes ?? 1),
    actual: taken(actual, rows, 1),
    ...(users ? { users: drawnUsers(users, units, drawn, rows.length) } : {}),
    ...(classes === undefined ? {} : { classes }),
    ...(distribution
      ? { distribution: { ...distribution, means: taken(distribution.means, rows, distribution.deviations.length) } }
      : {}),
  }
}

const drawnUsers = (users: ArrayLike<number>, { start, rows }: Units, drawn: Int32Array, count: number): Int32Array => {
  const found = new Int32Array(count)
  let place = 0
  for (const [draw, unit] of drawn.entries())
    for (let at = start[unit]!; at < start[unit + 1]!; at++) found[place++] = users[rows[at]!]! < 0 ? -1 : draw
  return found
}
