import { below, key } from '@recspec/kernels'
import { expect, test } from 'vitest'
import { grouped, sortByTime } from './group.js'
import { observed } from './observed.js'
import { sparse } from './sparse.js'

const counts = { users: 13, items: 9 }
const count = 400
const draw = (n: number, tag: number) => Int32Array.from({ length: count }, (_, row) => below(n, key(tag), row))
const events = {
  user: draw(counts.users + 1, 1).map((user) => user - 1),
  item: draw(counts.items + 1, 2).map((item) => item - 1),
  time: Float64Array.from(draw(20, 3)),
}
const values = Float32Array.from(draw(1000, 4))

interface Entry {
  readonly column: number
  readonly value: number
  readonly time: number
  readonly event: number
}

// The same by filtering and sorting plain objects.
const slow = (side: 'user' | 'item', compare: (a: Entry, b: Entry) => number): Entry[][] =>
  Array.from({ length: side === 'user' ? counts.users : counts.items }, (_, row) =>
    [...events.user.keys()]
      .filter((event) => events[side][event] === row && events.user[event]! >= 0 && events.item[event]! >= 0)
      .map((event) => ({
        column: side === 'user' ? events.item[event]! : events.user[event]!,
        value: values[event]!,
        time: events.time[event]!,
        event,
      }))
      .sort(compare),
  )

test.each(['user', 'item'] as const)(
  'events by %s ascend by column, with values, unknown entities left out',
  (side) => {
    const rows = slow(side, (a, b) => a.column - b.column || a.event - b.event)
    const built = sparse(events, side, counts, values)
    expect([...built.index]).toEqual(rows.flat().map((entry) => entry.column))
    expect([...built.values!]).toEqual(rows.flat().map((entry) => entry.value))
    expect([...built.start]).toEqual([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)])
  },
)

test('events by time are sorted by (time, row)', () => {
  const rows = slow('user', (a, b) => a.time - b.time || a.event - b.event)
  const built = sparse(events, 'user', counts, values, 'time')
  expect([...built.index]).toEqual(rows.flat().map((entry) => entry.column))
  expect([...built.values!]).toEqual(rows.flat().map((entry) => entry.value))
})

test('a matrix without values has none, and one without events has empty rows', () => {
  const empty = { user: new Int32Array(0), item: new Int32Array(0) }
  expect(sparse(empty, 'user', { users: 2, items: 3 })).toEqual({ start: new Int32Array(3), index: new Int32Array(0) })
})

test('a missing time comes first', () => {
  const groups = sortByTime(grouped(Int32Array.of(0, 0, 0), 1), Float64Array.of(2, Number.NaN, 1))
  expect([...groups.rows]).toEqual([1, 2, 0])
})

test('observed is true for exactly the cells of the events', () => {
  // a matrix of so many columns is searched, a smaller one kept as bits
  for (const columns of [counts.items, 2 ** 26]) knows(observed(sparse(events, 'user', counts), columns))
})

const knows = (has: (row: number, column: number) => boolean) => {
  const cells = new Set([...events.user.keys()].map((event) => `${events.user[event]},${events.item[event]}`))
  for (let user = -1; user < counts.users; user++) {
    for (let item = 0; item < counts.items; item++) {
      expect(has(user, item)).toBe(user >= 0 && cells.has(`${user},${item}`))
    }
  }
}
