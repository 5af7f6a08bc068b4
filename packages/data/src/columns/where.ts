import { sqlString } from '../files/duckdb.js'
import type { DataFile } from '../files/file.js'
import { columnIndex } from './types.js'

/** What the cell of a column must be, all of it; a missing cell passes `missing` and `not` only. */
export interface Condition {
  readonly column: string | number
  /** A number, or a date (and time) where the column holds times. */
  readonly atLeast?: number | string
  readonly atMost?: number | string
  readonly equals?: number | string
  readonly in?: readonly (number | string)[]
  /** A value, or a list of values, that the cell is not. */
  readonly not?: number | string | readonly (number | string)[]
  readonly missing?: boolean
}

/** A condition as SQL, true or false for every row, and in words. */
export interface Rule {
  readonly sql: string
  readonly words: string
}

const DATE = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/

/** Whether a bound is a number, or a date (and time) as in "2000-01-01 12:30". */
export const isBound = (bound: number | string): boolean =>
  typeof bound === 'number' || (DATE.test(bound) && !Number.isNaN(Date.parse(bound)))

const always = (sql: string): string => `coalesce(${sql}, false)`

/** The rules of conditions on the columns of a file; throws a `DataError` where a column does not exist. */
export const rulesOf = (file: DataFile, conditions: readonly Condition[]): Rule[] =>
  conditions.map(({ column, atLeast, atMost, equals, in: among, not, missing }) => {
    const index = columnIndex(file, column, '')!
    const name = file.columns[index]!
    const { cell, convert } = file.number(index)
    const number = `(${convert(cell)})`
    const bounded = (sign: string, bound: number | string) =>
      typeof bound === 'number'
        ? always(`isfinite(${number}) AND ${number} ${sign} ${bound}::DOUBLE`)
        : always(`isfinite(${file.time(index)}) AND ${file.time(index)} ${sign} epoch(${sqlString(bound)}::TIMESTAMP)`)
    const same = (value: number | string) =>
      always(typeof value === 'number' ? `${number} = ${value}::DOUBLE` : `${file.text(index)} = ${sqlString(value)}`)
    const oneOf = (values: readonly (number | string)[]) => `(${values.map(same).join(' OR ')})`
    const unwanted = not === undefined ? [] : [not].flat()
    const parts = [
      ...(atLeast === undefined ? [] : [[bounded('>=', atLeast), `is at least ${atLeast}`]]),
      ...(atMost === undefined ? [] : [[bounded('<=', atMost), `is at most ${atMost}`]]),
      ...(equals === undefined ? [] : [[same(equals), `is ${equals}`]]),
      ...(among === undefined ? [] : [[oneOf(among), `is one of ${among.join(', ')}`]]),
      ...(unwanted.length === 0 ? [] : [[`NOT ${oneOf(unwanted)}`, `is not ${unwanted.join(', ')}`]]),
      ...(missing === undefined
        ? []
        : [[`(${file.text(index)} IS NULL) = ${missing}`, missing ? 'is missing' : 'is not missing']]),
    ]
    return {
      sql: parts.map(([sql]) => `(${sql})`).join(' AND '),
      words: `${name} ${parts.map(([, words]) => words).join(' and ')}`,
    }
  })
