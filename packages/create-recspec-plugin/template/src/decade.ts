import { input, Type } from '@recspec/core'

/** The decade of a cell with a year; undefined where it has none. */
const decadeOf = (cell: string | number | undefined): number | undefined => {
  const year = cell === undefined || cell === '' ? Number.NaN : Number(cell)
  return Number.isFinite(year) ? Math.floor(year / 10) : undefined
}

/** One row per decade of a year, from the first to the last of training; row 0 for others, and where it is missing. */
export const decade = input({
  summary: 'Decade of a year.',
  params: Type.Object({}, { additionalProperties: false }),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  // what it learns is plain JSON: the model file keeps it
  learn: (_, { training }) => {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const cell of training) {
      const found = decadeOf(cell)
      if (found === undefined) continue
      first = Math.min(first, found)
      last = Math.max(last, found)
    }
    return last < first ? { first: 0, count: 0 } : { first, count: last - first + 1 }
  },
  height: (_, { count }) => count + 1,
  encode: (_, { first, count }, cell) => {
    const place = (decadeOf(cell) ?? Number.NaN) - first
    return { rows: [place >= 0 && place < count ? place + 1 : 0] }
  },
})
