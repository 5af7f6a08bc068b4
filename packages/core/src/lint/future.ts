import { numbers } from '../dataset/column.js'
import type { Events } from '../dataset/dataset.js'
import { called, grouped, type LintedColumn, type Rule } from './finding.js'

/** Times below this are no seconds of a calendar, and any number would look like one of them. */
const EPOCH = 1e6

/** A time of a user or an item that is later than its first event: the event could not have known it. */
export const future: Rule = function* ({ data: { events }, columns }) {
  const { time } = events
  if (!time) return
  const [least, most] = bounds(time)
  if (!(least > EPOCH)) return
  for (const one of columns) {
    if (one.entity === 'event' || !isTime(one, least, most)) continue
    const first = firstTimes(events, one)
    const values = numbers(one.column)
    let count = 0
    for (let row = 0; row < one.rows; row++) if (values[row]! > first[row]!) count++
    if (count === 0) continue
    yield {
      rule: 'future',
      message: `${called(one)} is a time later than the first event for ${grouped(count)} of ${grouped(one.rows)} ${one.entity}s`,
      hint: 'an event must not read what was known only after it: leave such values out',
      entity: one.entity,
      column: one.name,
      count,
    }
  }
}

const bounds = (values: ArrayLike<number>): readonly [number, number] => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let row = 0; row < values.length; row++) {
    least = Math.min(least, Number.isNaN(values[row]!) ? least : values[row]!)
    most = Math.max(most, Number.isNaN(values[row]!) ? most : values[row]!)
  }
  return [least, most]
}

/** Numbers on the scale of the events' times: their median is between half the earliest time and twice the latest. */
const isTime = ({ column, rows }: LintedColumn, least: number, most: number): boolean => {
  if (column.kind !== 'number') return false
  const present = Float64Array.from(column.values.subarray(0, rows))
    .filter((value) => !Number.isNaN(value))
    .sort()
  const median = present[present.length >> 1] ?? Number.NaN
  return median >= least / 2 && median <= 2 * most
}

const firstTimes = ({ time, user, item, count }: Events, { entity, rows }: LintedColumn): Float64Array => {
  const owner = entity === 'user' ? user : item
  const first = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  for (let row = 0; row < count; row++) {
    const index = owner[row]!
    if (index >= 0 && time![row]! < first[index]!) first[index] = time![row]!
  }
  return first
}
