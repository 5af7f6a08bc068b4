import { expect, test } from 'vitest'
import type { Events } from './dataset.js'
import { others, takeEvents } from './take.js'

const events: Events = {
  count: 3,
  user: Int32Array.of(0, 1, -1),
  item: Int32Array.of(5, 6, 7),
  time: Float64Array.of(10, 20, 30),
  columns: new Map([
    ['plays', { kind: 'number', values: Float32Array.of(1.5, 2.5, 3.5) }],
    ['mood', { kind: 'text', codes: Int32Array.of(1, -1, 0), values: ['sad', 'glad'] }],
  ]),
}

test('taken events keep their cells, in the given order, repeats included', () => {
  expect(takeEvents(events, Int32Array.of(2, 0, 0, 1))).toEqual({
    count: 4,
    user: Int32Array.of(-1, 0, 0, 1),
    item: Int32Array.of(7, 5, 5, 6),
    time: Float64Array.of(30, 10, 10, 20),
    columns: new Map([
      ['plays', { kind: 'number', values: Float32Array.of(3.5, 1.5, 1.5, 2.5) }],
      ['mood', { kind: 'text', codes: Int32Array.of(0, 1, 1, -1), values: ['sad', 'glad'] }],
    ]),
  })
})

test('events without times are taken without times', () => {
  const { time, ...timeless } = events
  expect('time' in takeEvents(timeless, Int32Array.of(1))).toBe(false)
})

test('the others are all rows that are not given', () => {
  expect([...others(6, Int32Array.of(0, 3, 5))]).toEqual([1, 2, 4])
  expect([...others(2, new Int32Array(0))]).toEqual([0, 1])
})
