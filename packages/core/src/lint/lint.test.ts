import { expect, test } from 'vitest'
import { graphOf, ids, world } from '../../test/world.js'
import type { Column } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import { idsOf } from '../dataset/ids.js'
import { takeEvents } from '../dataset/take.js'
import { lint } from './index.js'

const text = (values: readonly (string | undefined)[]): Column => {
  const known = [...new Set(values.filter((value) => value !== undefined))]
  return {
    kind: 'text',
    values: known,
    codes: Int32Array.from(values, (value) => (value === undefined ? -1 : known.indexOf(value))),
  }
}
const number = (values: readonly number[]): Column => ({ kind: 'number', values: Float64Array.from(values) })

const clean = world({ users: 24, items: 20 })
const withItems = (columns: Readonly<Record<string, Column>>, data: Dataset = clean): Dataset => ({
  ...data,
  items: { ...data.items, columns: new Map([...data.items.columns, ...Object.entries(columns)]) },
})
const withEvents = (columns: Readonly<Record<string, Column>>): Dataset => ({
  ...clean,
  events: { ...clean.events, columns: new Map([...clean.events.columns, ...Object.entries(columns)]) },
})
const eachItem = <T>(value: (item: number) => T) => Array.from({ length: 20 }, (_, item) => value(item))
const eachEvent = <T>(value: (row: number) => T) => Array.from({ length: clean.events.count }, (_, row) => value(row))
const found = (data: Dataset, rule: string, graph?: ReturnType<typeof graphOf>) =>
  lint(data, graph).filter((finding) => finding.rule === rule)

/** A model that reads columns beside the ids. */
const reading = (inputs: Readonly<Record<string, object>>, target: unknown = 'rating', loss = 'mse') =>
  graphOf({
    inputs: { ...ids, ...inputs },
    embeddings: {
      p: { input: 'user', dim: 2 },
      q: { input: 'item', dim: 2 },
      ...Object.fromEntries(
        Object.entries(inputs).flatMap(([name, { type }]: [string, { type?: string }]) =>
          type === 'category' ? [[`e-${name}`, { input: name, dim: 2 }]] : [],
        ),
      ),
    },
    ops: {
      all: {
        type: 'concat',
        inputs: [
          'p',
          'q',
          ...Object.entries(inputs).map(([name, { type }]: [string, { type?: string }]) =>
            type === 'category' ? `e-${name}` : name,
          ),
        ],
      },
      score: { type: 'dense', inputs: ['all'], units: 1 },
    },
    heads: { stars: { inputs: ['score'], target, loss: { type: loss } } },
    solver: { type: 'sgd' },
  } as never)

test('clean data has no findings, and with a model only the columns that it does not read', () => {
  expect(lint(clean)).toEqual([])
  const graph = reading({ price: { type: 'number', entity: 'item' }, land: { type: 'category', entity: 'user' } })
  const [unread, ...others] = lint(clean, graph)
  expect(others).toEqual([])
  expect(unread).toMatchObject({ rule: 'unread', hint: 'an input with the name of a column reads it' })
  expect(unread!.message).not.toMatch(/"price"|"land"|"rating"/)
})

test('a category that is different for every item is an id in disguise; a number is none', () => {
  const data = withItems({
    title: text(eachItem((item) => `title ${item}`)),
    size: number(eachItem((item) => item / 7)),
  })
  const graph = reading({ title: { type: 'category', entity: 'item' }, size: { type: 'number', entity: 'item' } })
  expect(found(data, 'unique', graph)).toMatchObject([{ entity: 'item', column: 'title', count: 20 }])
  expect(found(data, 'unique')).toEqual([])
})

test('a column with one value, and one that is mostly missing', () => {
  const data = withItems({
    kind: text(eachItem(() => 'song')),
    year: number(eachItem((item) => (item < 9 ? 1990 + item : Number.NaN))),
  })
  expect(found(data, 'constant')).toMatchObject([{ column: 'kind', count: 20 }])
  expect(found(data, 'missing')).toMatchObject([
    { column: 'year', count: 11, message: 'item column "year" is missing in 11 of 20 rows' },
  ])
})

const { rating } = Object.fromEntries(clean.events.columns) as { rating: Column & { kind: 'number' } }

test('a column that says the target leaks it, as a number, as a category and by a threshold', () => {
  const leaky = withEvents({
    half: number(eachEvent((row) => 10 - rating.values[row]! / 2)),
    word: text(eachEvent((row) => `stars ${rating.values[row]}`)),
    noise: number(eachEvent((row) => (row * 7919) % 13)),
  })
  const inputs = {
    half: { type: 'number', entity: 'event' },
    word: { type: 'category', entity: 'event' },
    noise: { type: 'number', entity: 'event' },
    mood: { type: 'category', entity: 'event' },
  }
  const columns = (graph: ReturnType<typeof graphOf>) => found(leaky, 'leak', graph).map(({ column }) => column)
  expect(columns(reading(inputs))).toEqual(['half', 'word'])
  expect(columns(reading(inputs, { column: 'rating', atLeast: 4 }, 'bce'))).toEqual(['half', 'word'])
  const [first] = found(leaky, 'leak', reading(inputs))
  expect(first!.message).toBe('event column "half" alone predicts the target "rating" with R² 1.0000 on all events')
})

test('an input that reads the target column is named', () => {
  const graph = reading({ rating: { type: 'number', entity: 'event' } })
  expect(found(clean, 'leak', graph)[0]!.message).toBe('input "rating" reads the target column "rating"')
})

test('a constant column does not seem to foretell the target', () => {
  const data = withEvents({ same: text(eachEvent(() => 'x')) })
  const graph = reading({ same: { type: 'category', entity: 'event' } })
  expect(found(data, 'leak', graph)).toEqual([])
})

test('a time of an item after its first event is from the future', () => {
  const time = Float64Array.from(clean.events.time!, (value) => 8e8 + value)
  const data = { ...clean, events: { ...clean.events, time } }
  const first = eachItem((item) => Math.min(...time.filter((_, row) => clean.events.item[row] === item)))
  const early = withItems({ released: number(first.map((value) => value - 1000)) }, data)
  expect(found(early, 'future')).toEqual([])
  const late = withItems({ released: number(first.map((value, item) => (item < 3 ? value + 1 : value - 5))) }, data)
  expect(found(late, 'future')).toMatchObject([{ column: 'released', count: 3 }])
})

test('ids and values that differ in case or blanks only', () => {
  const named = {
    ...clean,
    users: { ...clean.users, ids: idsOf(['ann', 'Ann', ...Array.from({ length: 22 }, (_, k) => `u${k}`)]) },
  }
  expect(found(named, 'spelling')).toMatchObject([{ entity: 'user', count: 1 }])
  const data = withItems({ genre: text(eachItem((item) => ['rock', 'Rock', ' rock', 'pop'][item % 4]!)) })
  expect(found(data, 'spelling')).toMatchObject([
    {
      column: 'genre',
      count: 2,
      message: '2 values of item column "genre" differ from others only in case or blanks, such as "rock" and "Rock"',
    },
  ])
})

test('repeated events, and test rows that are training rows', () => {
  const rows = (count: number) => Int32Array.from({ length: count }, (_, row) => row)
  const twice = takeEvents(clean.events, Int32Array.from([...rows(clean.events.count), ...rows(5)]))
  expect(found({ ...clean, events: twice }, 'duplicates')).toMatchObject([{ count: 5 }])
  expect(found({ ...clean, test: takeEvents(clean.events, rows(7)) }, 'test-rows')).toMatchObject([{ count: 7 }])
})

test('entities without events, and entities without a row of their table', () => {
  const kept = Int32Array.from(clean.events.item.keys()).filter((row) => clean.events.item[row]! > 2)
  const price = number(eachItem((item) => (item > 17 ? Number.NaN : item)))
  const items = { ...clean.items, columns: new Map([['price', price]]) }
  expect(found({ ...clean, items, events: takeEvents(clean.events, kept) }, 'coverage')).toMatchObject([
    { entity: 'item', count: 3, message: '3 of 20 items have no events, such as "i0"' },
    { entity: 'item', count: 2 },
  ])
})

test('a column that an input reads and the data has not is an error', () => {
  expect(() => lint(clean, reading({ colour: { type: 'category', entity: 'item' } }))).toThrow(
    'missing column "colour"',
  )
})
