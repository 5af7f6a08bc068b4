import { type Cell, type Column, type Dataset, type Events, idsOf, type Vectors } from '@recspec/core'
import { key, normal, uniform } from '@recspec/kernels'
import { sameBits } from './compare.js'

const USERS = 9
const ITEMS = 8
const WIDTH = 4

const words = ['red', 'old', 'quiet', 'river', 'song', 'night', 'the', 'of'] as const
const moods = ['up', 'down', 'flat'] as const
const genres = ['calm', 'loud', 'old', 'new'] as const

const random = (...parts: number[]) => uniform(key(...parts), 0)

const texts = (list: readonly (string | undefined)[]): Column => {
  const values = [...new Set(list.filter((value) => value !== undefined))]
  return {
    kind: 'text',
    values,
    codes: Int32Array.from(list, (value) => (value === undefined ? -1 : values.indexOf(value))),
  }
}
const numbers = (list: readonly number[]): Column => ({ kind: 'number', values: Float64Array.from(list) })

/** Numbers where all cells are, else texts. */
const columnOf = (cells: readonly Cell[]): Column =>
  cells.every((cell) => typeof cell !== 'string')
    ? numbers(cells.map((cell) => cell ?? Number.NaN))
    : texts(cells.map((cell) => (cell === undefined ? undefined : String(cell))))

const listed = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index))

const vectorsOf = (ids: readonly string[], seed: number): Vectors => ({
  dim: WIDTH,
  ids: idsOf(ids),
  values: Float32Array.from({ length: ids.length * WIDTH }, (_, draw) => normal(key(seed), draw)),
  source: 'the kit',
})

const title = (item: number) => listed(2 + (item % 4), (place) => words[(3 * item + place) % words.length]!).join(' ')
const released = (item: number) =>
  `20${String(10 + item).padStart(2, '0')}-0${1 + (item % 9)}-1${item % 10}T0${item % 10}:30:00Z`

const rated = (user: number, item: number) =>
  Math.min(5, Math.max(1, 3 + ((user + item) % 2 === 0 ? 1 : -1) + Math.round(2 * random(2, user, item) - 1)))

const eventsOf = (cells: readonly (readonly [number, number])[]): Events => ({
  count: cells.length,
  user: Int32Array.from(cells, ([user]) => user),
  item: Int32Array.from(cells, ([, item]) => item),
  time: Float64Array.from(cells, ([user, item]) => 1.6e9 + Math.floor(1e7 * random(3, user, item))),
  columns: new Map<string, Column>([
    ['rating', numbers(cells.map(([user, item]) => rated(user, item)))],
    ['liked', numbers(cells.map(([user, item]) => (rated(user, item) > 3 ? 1 : 0)))],
    ['plays', numbers(cells.map(([user, item]) => 1 + Math.floor(9 * random(5, user, item))))],
    ['mood', texts(cells.map(([user, item]) => moods[Math.floor(3 * random(4, user, item))]))],
  ]),
})

/**
 * The data that the kit checks operators on: about half of the cells of 9 users and 8 items, with a rating from 1 to 5,
 * `liked` (1 or 0), `plays`, a mood and a time; items with title, genres, price, release date, a vector; users with
 * land and age. Some cells are missing. A user and an item have no events. `given`: a column `cells` of users, items
 * and events with these values in turn.
 */
export const world = (given: readonly Cell[] = []): Dataset => {
  const cells = listed(USERS - 1, (user) => listed(ITEMS - 1, (item) => [user, item] as const))
    .flat()
    .filter(([user, item]) => random(1, user, item) < 0.55)
  const users = listed(USERS, (user) => `u${user}`)
  const items = listed(ITEMS, (item) => `i${item}`)
  const more = (count: number): readonly (readonly [string, Column])[] =>
    given.length > 0 ? [['cells', columnOf(listed(count, (row) => given[row % given.length]))]] : []
  const events = eventsOf(cells)
  return {
    users: {
      ids: idsOf(users),
      columns: new Map([
        ...more(USERS),
        ['land', texts(listed(USERS, (user) => (user === 3 ? undefined : ['north', 'south', 'west'][user % 3])))],
        ['age', numbers(listed(USERS, (user) => (user === 4 ? Number.NaN : 18 + 7 * user)))],
      ]),
    },
    items: {
      ids: idsOf(items),
      columns: new Map([
        ...more(ITEMS),
        ['title', texts(listed(ITEMS, (item) => (item === 6 ? undefined : title(item))))],
        [
          'genres',
          texts(listed(ITEMS, (item) => listed(1 + (item % 3), (place) => genres[(item + place) % 4]!).join('|'))),
        ],
        ['price', numbers(listed(ITEMS, (item) => (item === 2 ? Number.NaN : ((item * 7) % 5) - 1.5)))],
        ['released', texts(listed(ITEMS, released))],
        ['vector', texts(listed(ITEMS, (item) => listed(WIDTH, (lane) => (item + lane) % 3).join(' ')))],
      ]),
    },
    events: { ...events, columns: new Map([...events.columns, ...more(events.count)]) },
    vectors: new Map([
      ['items', vectorsOf(items.slice(1), 11)],
      ['users', vectorsOf(users.slice(1), 12)],
      ['words', vectorsOf(words, 13)],
    ]),
    notes: [],
  }
}

/** Named numbers, as they were when they were copied. */
export type NamedNumbers = readonly (readonly [name: string, values: ArrayBufferView])[]

/** The names of numbers that differ from a copy that was made of them before. */
export const changedNumbers = (before: NamedNumbers, after: NamedNumbers): readonly string[] =>
  before.flatMap(([name, values], place) => (sameBits(values, after[place]![1]) ? [] : [name]))

/** Copies of all numbers of a data set, in one order. */
export const numbersOf = ({ users, items, events, vectors }: Dataset): NamedNumbers => {
  const columns = (place: string, of: ReadonlyMap<string, Column>) =>
    [...of].map(
      ([name, column]) => [`${place} "${name}"`, column.kind === 'text' ? column.codes : column.values] as const,
    )
  return [
    ['users of events', events.user] as const,
    ['items of events', events.item] as const,
    ...(events.time ? [['times of events', events.time] as const] : []),
    ...columns('column', events.columns),
    ...columns('column of users', users.columns),
    ...columns('column of items', items.columns),
    ...[...(vectors ?? [])].map(([name, { values }]) => [`vectors "${name}"`, values] as const),
  ].map(([name, values]) => [name, values.slice()] as const)
}
