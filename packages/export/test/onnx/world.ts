import { type Column, type Dataset, idsOf } from '@recspec/core'
import { key, uniform } from '@recspec/kernels'

const USERS = 11
const ITEMS = 9
const WIDTH = 3

const words = ['red', 'old', 'quiet', 'river', 'song', 'night'] as const
const genres = ['calm', 'loud', 'old', 'new'] as const
const moods = ['up', 'down', 'flat'] as const

const random = (...parts: number[]) => uniform(key(5, ...parts), 0)
const listed = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, k) => of(k))

const texts = (list: readonly (string | undefined)[]): Column => {
  const values = [...new Set(list.filter((value) => value !== undefined))]
  return {
    kind: 'text',
    values,
    codes: Int32Array.from(list, (value) => (value === undefined ? -1 : values.indexOf(value))),
  }
}
const numbers = (list: readonly number[]): Column => ({ kind: 'number', values: Float64Array.from(list) })

const cells = listed(USERS, (user) => listed(ITEMS, (item) => [user, item] as const))
  .flat()
  // the last user and item have no events
  .filter(([user, item]) => user < USERS - 1 && item < ITEMS - 1 && random(1, user, item) < 0.6)

const rated = ([user, item]: readonly [number, number]) => 1 + Math.floor(5 * random(2, user, item))

/** Small data with every kind of column; some cells are missing, and a user and an item have no events. */
export const world: Dataset = {
  users: {
    ids: idsOf(listed(USERS, (user) => `ü${user}`)),
    columns: new Map([
      ['land', texts(listed(USERS, (user) => (user === 3 ? undefined : ['north', 'south', 'west'][user % 3])))],
      ['age', numbers(listed(USERS, (user) => (user === 4 ? Number.NaN : 18 + 7 * user)))],
    ]),
  },
  items: {
    ids: idsOf(listed(ITEMS, (item) => `${item}`)),
    columns: new Map([
      [
        'title',
        texts(
          listed(ITEMS, (item) =>
            item === 6 ? undefined : listed(1 + (item % 4), (k) => words[(3 * item + k) % 6]!).join(' '),
          ),
        ),
      ],
      ['genres', texts(listed(ITEMS, (item) => listed(item % 4, (k) => genres[(item + k) % 4]!).join('|')))],
      ['price', numbers(listed(ITEMS, (item) => (item === 2 ? Number.NaN : ((item * 7) % 5) - 1.5)))],
      [
        'released',
        texts(listed(ITEMS, (item) => `20${10 + item}-0${1 + (item % 9)}-1${item % 10}T0${item % 10}:30:00Z`)),
      ],
    ]),
  },
  events: {
    count: cells.length,
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    time: Float64Array.from(cells, ([user, item]) => 1.6e9 + Math.floor(1e7 * random(3, user, item))),
    columns: new Map<string, Column>([
      ['rating', numbers(cells.map(rated))],
      ['liked', numbers(cells.map((cell) => (rated(cell) > 3 ? 1 : 0)))],
      ['plays', numbers(cells.map(([user, item]) => 1 + Math.floor(9 * random(4, user, item))))],
      [
        'mood',
        texts(cells.map(([user, item]) => (user === item ? undefined : moods[Math.floor(3 * random(6, user, item))]))),
      ],
      ['place', texts(cells.map(([user, item]) => ['home', 'a "bar"', 'work'][(user + 2 * item) % 3]!))],
      ['effort', numbers(cells.map(([user, item]) => (item === 2 ? Number.NaN : 10 * random(7, user, item) - 4)))],
      ['seen', numbers(cells.map(([user, item]) => (item === 1 ? Number.NaN : (user + item) % 2)))],
      ['shared', texts(cells.map(([user, item]) => (item === 1 ? undefined : user % 3 === 0 ? 'true' : 'false')))],
      [
        'signal',
        texts(cells.map(([user]) => (user === 1 ? undefined : listed(WIDTH, (lane) => (user + lane) % 4).join(' ')))),
      ],
    ]),
  },
  vectors: new Map([
    [
      'items',
      {
        dim: WIDTH,
        ids: idsOf(listed(ITEMS - 1, (k) => `${k}`)),
        values: Float32Array.from({ length: (ITEMS - 1) * WIDTH }, (_, k) => random(8, k)),
        source: 'the test',
      },
    ],
  ]),
  notes: [],
}
