import { expect, test } from 'vitest'
import type { Input, InputSource } from '../../contract/input.js'
import { age } from './age.js'
import { calendar } from './calendar.js'
import { secondsOf } from './instant.js'
import { time } from './time.js'

const source = (training: readonly unknown[], more: Partial<InputSource<never>> = {}): InputSource<never> =>
  ({ entity: 'item', count: training.length, all: training, training, ...more }) as InputSource<never>

/** Encodes values with a state that went through JSON, as in an artifact. */
const read = (input: Input, params: Record<string, unknown>, from: InputSource<never>) => {
  const state = JSON.parse(JSON.stringify(input.learn(params, from)))
  const encode = (value: unknown) => input.encode(params, state, value as never)
  return {
    height: input.height?.(params, state),
    rows: (value: unknown) => Array.from(encode(value).rows!),
    values: (value: unknown) => Array.from(encode(value).values!),
  }
}

test('times are numbers of a unit, ISO texts and dates with named months', () => {
  const noon = Date.UTC(1995, 9, 30, 12) / 1000
  for (const text of ['1995-10-30T12:00Z', '1995-10-30 12:00', '1995-10-30T12:00:00.000Z', '1995-10-30T14:30:00+02:30'])
    expect(secondsOf(text, 'seconds')).toBe(noon)
  expect(secondsOf('30-Oct-1995', 'seconds')).toBe(noon - 43_200)
  expect(secondsOf(' 1995-10-30 ', 'years')).toBe(noon - 43_200)
  expect([secondsOf(5, 'milliseconds'), secondsOf('2', 'days'), secondsOf(1970, 'years')]).toEqual([0.005, 172_800, 0])
  expect(secondsOf(1995.5, 'years')).toBeGreaterThan(secondsOf('1995-07-01', 'seconds')!)
  expect([undefined, '', ' '].map((cell) => secondsOf(cell, 'seconds'))).toEqual([undefined, undefined, undefined])
  for (const wrong of ['soon', '1995-13-01', '1995-02-30', '1995-10-30T25:00', '10/30/1995', '30-Okt-1995', 1e300])
    expect(() => secondsOf(wrong, 'seconds')).toThrow(`invalid time "${wrong}", expected a number, 1995-10-30`)
})

test('parts of a time are points on a circle, and zeros where it is missing', () => {
  const parts = ['hour', 'weekday', 'month', 'year']
  const { values } = read(time, { parts, unit: 'seconds' }, source(['1990-01-01', '2000-01-01', undefined]))
  expect(time.shape({ parts })).toEqual([7])
  // 1995-04-03 is a Monday in the fourth month
  const found = values('1995-04-03T06:00Z')
  ;[1, 0, 0, 1, 1, 0, 0].forEach((value, place) => {
    expect(found[place]).toBeCloseTo(value, 9)
  })
  expect(values('2000-01-01').at(-1)).toBeCloseTo(1)
  expect(values(undefined)).toEqual([0, 0, 0, 0, 0, 0, 0])
})

test('a part of a time is a row, and a year those of the training rows', () => {
  const rowsOf = (part: string, training: unknown[] = []) => read(calendar, { part, unit: 'seconds' }, source(training))
  const heights = ['hour', 'weekday', 'day', 'month'].map((part) => rowsOf(part).height)
  expect(heights).toEqual([25, 8, 32, 13])
  // a Sunday
  expect(['hour', 'weekday', 'day', 'month'].map((part) => rowsOf(part).rows('1995-12-31T23:59Z'))).toEqual([
    [24],
    [7],
    [31],
    [12],
  ]) // prettier-ignore
  expect(rowsOf('hour').rows(undefined)).toEqual([0])
  const years = rowsOf('year', ['1995-01-01', undefined, '1998-05-01'])
  expect(years.height).toBe(5)
  expect(['1994-12-31', '1995-06-01', '1998-12-31', '1999-01-01', undefined].map(years.rows)).toEqual([
    [0],
    [1],
    [4],
    [0],
    [0],
  ]) // prettier-ignore
})

test('an age is the days between two columns, or until the last training event', () => {
  const params = { units: ['years', 'seconds'], scale: 'none', missing: 'flag' }
  const day = 86_400
  const two = read(
    age,
    params,
    source(
      [
        [1970, 10 * day],
        [1970, 30 * day],
      ],
      { columns: ['year', 'time'] },
    ),
  ) // prettier-ignore
  expect(age.shape(params)).toEqual([2])
  expect(two.values([1970, 5 * day])).toEqual([5, 0])
  expect(two.values([undefined, 5 * day])).toEqual([20, 1])
  expect(two.values([1970, undefined])).toEqual([20, 1])
  const one = read(age, params, source([[1970]], { columns: ['year'], lastTime: 100 * day }))
  expect(one.values([1970])).toEqual([100, 0])
  expect(one.values([1971])).toEqual([-265, 0])
  const log = read(
    age,
    { ...params, scale: 'log', missing: 'mean' },
    source([[1970]], { columns: ['year'], lastTime: day }),
  )
  expect(log.values([1970])).toEqual([Math.log(2)])
  expect(() => age.learn(params, source([[1970]], { columns: ['year'] }))).toThrow('needs events with times')
  const strict = { ...params, missing: 'error' }
  expect(() => age.learn(strict, source([[undefined]], { columns: ['year'], lastTime: 1 }))).toThrow('missing time')
})
