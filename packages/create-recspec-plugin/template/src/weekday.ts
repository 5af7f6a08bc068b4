import { input, Type } from '@recspec/core'

/** One row per day of the week of a Unix time in seconds (UTC); row 0 where it is missing or no number. */
export const weekday = input({
  summary: 'Day of the week of a Unix time in seconds.',
  params: Type.Object({}, { additionalProperties: false }),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: () => ({}),
  height: () => 8,
  encode: (_, __, cell) => {
    const day = cell === undefined || cell === '' ? Number.NaN : Math.floor(Number(cell) / 86_400)
    // day 0 was a Thursday
    return { rows: [Number.isFinite(day) ? 1 + ((((day + 4) % 7) + 7) % 7) : 0] }
  },
})
