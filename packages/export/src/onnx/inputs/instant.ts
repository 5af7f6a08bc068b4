import type { Builder } from '../builder.js'

/** Seconds of a day. */
export const DAY = 86_400
/** Seconds of a mean year of the Gregorian calendar. */
const YEAR = 365.2425 * DAY
/** Days of 400 years, and those from March 1 of the year 0 to 1970. */
const ERA = 146_097
const EPOCH = 719_468

/** Arithmetic of doubles. */
const arithmetic = (graph: Builder) => {
  const of = (value: string | number) => (typeof value === 'number' ? graph.scalar('double', value) : value)
  const binary = (op: string) => (a: string | number, b: string | number) => graph.node(op, [of(a), of(b)])
  const [add, subtract, times, divide] = ['Add', 'Sub', 'Mul', 'Div'].map(binary) as [
    ReturnType<typeof binary>,
    ReturnType<typeof binary>,
    ReturnType<typeof binary>,
    ReturnType<typeof binary>,
  ]
  const floor = (x: string) => graph.node('Floor', [x])
  const whole = (a: string | number, b: string | number) => floor(divide(a, b))
  const remainder = (a: string, b: number) => subtract(a, times(whole(a, b), b))
  return { of, add, subtract, times, divide, floor, whole, remainder }
}

/** Seconds since 1970 of numbers of a unit, doubles. */
export const secondsIn = (graph: Builder, x: string, unit: 'seconds' | 'milliseconds' | 'days' | 'years'): string => {
  const { add, subtract, times, divide, floor, whole } = arithmetic(graph)
  if (unit === 'seconds') return x
  if (unit === 'milliseconds') return divide(x, 1000)
  if (unit === 'days') return times(x, DAY)
  const year = floor(x)
  // years begin in March: January 1 is day 306 of the year before
  const before = subtract(year, 1)
  const era = whole(before, 400)
  const ofEra = subtract(before, times(era, 400))
  const leaps = subtract(whole(ofEra, 4), whole(ofEra, 100))
  const days = add(add(times(era, ERA), add(times(ofEra, 365), leaps)), 306 - EPOCH)
  return add(times(days, DAY), times(subtract(x, year), YEAR))
}

/** A part of a time: hour, weekday (Monday 0), day of the month (from 0), month (from 0) or year; doubles. */
export type Part = 'hour' | 'weekday' | 'day' | 'month' | 'year'

/** How many values a part that repeats has. */
export const LENGTHS: Readonly<Record<Exclude<Part, 'year'>, number>> = { hour: 24, weekday: 7, day: 31, month: 12 }

/** A part of seconds since 1970, in UTC. The calendar's parts as Hinnant's `civil_from_days` computes them. */
export const partOf = (graph: Builder, seconds: string, part: Part): string => {
  const { of, add, subtract, times, whole, remainder, floor } = arithmetic(graph)
  const second = floor(seconds)
  if (part === 'hour') return whole(remainder(second, DAY), 3600)
  const days = whole(second, DAY)
  // 1970 began on a Thursday
  if (part === 'weekday') return remainder(add(days, 3), 7)
  const shifted = add(days, EPOCH)
  const era = whole(shifted, ERA)
  const dayOfEra = subtract(shifted, times(era, ERA))
  const corrected = add(
    subtract(dayOfEra, whole(dayOfEra, 1460)),
    subtract(whole(dayOfEra, 36_524), whole(dayOfEra, 146_096)),
  )
  const yearOfEra = whole(corrected, 365)
  const ofYears = add(times(yearOfEra, 365), subtract(whole(yearOfEra, 4), whole(yearOfEra, 100)))
  const dayOfYear = subtract(dayOfEra, ofYears)
  const fromMarch = whole(add(times(dayOfYear, 5), 2), 153)
  if (part === 'day') return subtract(dayOfYear, whole(add(times(fromMarch, 153), 2), 5))
  const next = graph.node('Less', [fromMarch, of(10)])
  if (part === 'month') return graph.node('Where', [next, add(fromMarch, 2), subtract(fromMarch, 10)])
  const year = add(yearOfEra, times(era, 400))
  return graph.node('Where', [next, year, add(year, 1)])
}
