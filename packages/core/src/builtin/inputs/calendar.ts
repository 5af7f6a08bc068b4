import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { cycles, dateOf, Part, secondsOf, unitParam, yearsOf } from './instant.js'

/** One row per value of a part of a time; row 0 where it is missing or a year outside of the training rows. */
export const calendar = input({
  summary:
    'One row per value of a part of a time, such as the day of the week, and one where the time is missing, or its year outside of those of the training rows. In UTC.',
  params: Type.Object(
    {
      part: Type.With(Part, { description: 'hour of the day, day of the week, day of the month, month or year' }),
      unit: unitParam,
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: ({ part, unit }, { training }): { first: number; count: number } => {
    if (part !== 'year') return { first: 0, count: cycles[part].length }
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const year of yearsOf(training, unit)) [first, last] = [Math.min(first, year), Math.max(last, year)]
    return last < first ? { first: 0, count: 0 } : { first, count: last - first + 1 }
  },
  height: (_, { count }) => count + 1,
  encode: ({ part, unit }, { first, count }, value) => {
    const seconds = secondsOf(value, unit)
    if (seconds === undefined) return { rows: [0] }
    const date = dateOf(seconds)
    const place = part === 'year' ? date.getUTCFullYear() - first : cycles[part].of(date)
    return { rows: [place >= 0 && place < count ? place + 1 : 0] }
  },
})
