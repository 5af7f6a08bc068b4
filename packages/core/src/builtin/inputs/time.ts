import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { cycles, dateOf, Part, secondsOf, unitParam, yearsOf } from './instant.js'
import { learnScaling, type Scaling, unscaled } from './scale.js'

/** Parts of a time as numbers: sine and cosine of those that repeat, and the year; zeros where the time is missing. */
export const time = input({
  summary:
    'Parts of a time as numbers: the sine and cosine of parts that repeat, the year with mean 0 and deviation 1 in training rows; all 0 where the time is missing. In UTC.',
  params: Type.Object(
    {
      parts: Type.Array(Part, {
        minItems: 1,
        uniqueItems: true,
        description:
          'hour of the day, day of the week, day of the month, month and year, each two numbers but the year',
      }),
      unit: unitParam,
    },
    { additionalProperties: false },
  ),
  gives: 'numbers',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: ({ parts }) => [parts.reduce((size, part) => size + (part === 'year' ? 1 : 2), 0)],
  learn: ({ parts, unit }, { training }): Scaling =>
    (parts.includes('year') && learnScaling('standard', yearsOf(training, unit))) || unscaled,
  encode: ({ parts, unit }, { shift, factor }, value) => {
    const seconds = secondsOf(value, unit)
    const date = seconds === undefined ? undefined : dateOf(seconds)
    return {
      values: parts.flatMap((part) => {
        if (part === 'year') return [date ? (date.getUTCFullYear() - shift) * factor : 0]
        if (!date) return [0, 0]
        const { length, of } = cycles[part]
        const angle = (2 * Math.PI * of(date)) / length
        return [Math.sin(angle), Math.cos(angle)]
      }),
    }
  },
})
