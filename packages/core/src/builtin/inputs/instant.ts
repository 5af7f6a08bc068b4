import type { Static } from 'typebox'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { numeric, text } from './cells.js'

/** What the numbers of a column of times are. */
export const Unit = Type.Enum(['seconds', 'milliseconds', 'days', 'years'])
export type Unit = Static<typeof Unit>

/** The parameter that says what the numbers of a column of times are. */
export const unitParam = Type.With(Unit, {
  default: 'seconds',
  description: 'of numbers in the column: seconds, milliseconds or days since 1970, or calendar years',
})

/** Seconds of a day. */
export const DAY = 86_400
/** Seconds of a mean year of the Gregorian calendar. */
const YEAR = 365.2425 * DAY
/** The last second that a Date can have. */
const LAST = 8.64e12

/** Seconds since 1970 of a cell that is a number of a unit or a text; undefined where it is missing. */
export const secondsOf = (cell: Cell, unit: Unit): number | undefined => {
  const written = text(cell)?.trim()
  if (written === undefined || written === '') return undefined
  const number = numeric(cell)
  const seconds = number === undefined ? secondsOfText(written) : units[unit](number)
  if (seconds === undefined || !(Math.abs(seconds) <= LAST))
    throw new Error(`invalid time "${written}", expected a number, 1995-10-30, 1995-10-30T12:00Z or 30-Oct-1995`)
  return seconds
}

const units: Readonly<Record<Unit, (number: number) => number>> = {
  seconds: (number) => number,
  milliseconds: (number) => number / 1000,
  days: (number) => number * DAY,
  years: (number) => Date.UTC(Math.floor(number), 0) / 1000 + (number - Math.floor(number)) * YEAR,
}

const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d(?:\.\d+)?))?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?$/
const NAMED = /^(?<day>\d{1,2})-(?<month>[A-Za-z]{3})-(?<year>\d{4})$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A time without a zone is in UTC. */
const secondsOfText = (written: string): number | undefined => {
  const { year, month, day, hour, minute, second, zone } = (ISO.exec(written) ?? NAMED.exec(written))?.groups ?? {}
  if (year === undefined) return undefined
  const named = MONTHS.indexOf(month!.toLowerCase())
  const place = named < 0 ? Number(month) - 1 : named
  const date = new Date(Date.UTC(Number(year), place, Number(day)))
  if (date.getUTCMonth() !== place || date.getUTCDate() !== Number(day)) return undefined
  const [hours, minutes, seconds] = [hour, minute, second].map((part) => Number(part ?? 0)) as [number, number, number]
  if (hours > 24 || minutes > 59 || seconds >= 61) return undefined
  return date.getTime() / 1000 + 3600 * hours + 60 * minutes + seconds - offsetOf(zone)
}

/** Seconds that a zone is ahead of UTC. */
const offsetOf = (zone = 'Z'): number => {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  return (zone[0] === '-' ? -1 : 1) * (3600 * hours + 60 * minutes)
}

/** The parts of a date that repeat: how many values each has, and which one, from 0. */
export const cycles = {
  hour: { length: 24, of: (date: Date) => date.getUTCHours() },
  weekday: { length: 7, of: (date: Date) => (date.getUTCDay() + 6) % 7 },
  day: { length: 31, of: (date: Date) => date.getUTCDate() - 1 },
  month: { length: 12, of: (date: Date) => date.getUTCMonth() },
} as const

/** A part of a date. */
export const Part = Type.Enum(['hour', 'weekday', 'day', 'month', 'year'])
export type Part = Static<typeof Part>

/** The date of a number of seconds since 1970. */
export const dateOf = (seconds: number): Date => new Date(Math.floor(seconds) * 1000)

/** The years of the cells that are not missing. */
export function* yearsOf(cells: Iterable<Cell>, unit: Unit): Iterable<number> {
  for (const cell of cells) {
    const seconds = secondsOf(cell, unit)
    if (seconds !== undefined) yield dateOf(seconds).getUTCFullYear()
  }
}
