import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cell, idsOf } from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReadOptions, readDataset } from './read.js'

let folder = ''
const put = (name: string, text: string) => writeFile(join(folder, name), text)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-filters-'))
  await put('events.csv', 'user,item,rating,time\na,x,5,10\na,x,3,5\na,y,4,7\nb,x,4,1\nb,z,,2\nc,x,2,3\n')
  await put('test.csv', 'user,item,rating,time\na,z,5,11\nb,y,1,12\nc,y,5,1\n')
  await put('items.csv', 'id,title\nx,Toy (1995)\ny,Two (1996) (2001)\nz,None\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let documents = 0
const read = async (document: object, options: ReadOptions = {}) => {
  const path = join(folder, `${documents++}.json`)
  await writeFile(path, JSON.stringify(document))
  return readDataset(path, options)
}
/** The events that are left, as "user item", and what was dropped of the first file. */
const left = async (rules: object, options: ReadOptions = {}) => {
  const { dataset, files } = await read({ events: { file: 'events.csv', ...rules } }, options)
  const { events, users, items } = dataset
  const id = (ids: typeof users.ids, index: number) => (index < 0 ? '?' : ids.at(index))
  return {
    rows: Array.from(events.user, (user, row) => `${id(users.ids, user)}${id(items.ids, events.item[row]!)}`).join(' '),
    ids: [users.ids.count, items.ids.count],
    dropped: files[0]!.dropped.map(({ rule, rows }) => `${rows} ${rule}`),
  }
}
const failure = (document: object) =>
  read(document).then(
    () => expect.unreachable(),
    (error) => error,
  )

test.each([
  [{ column: 'rating', atLeast: 4 }, 'ax ay bx', '3 where rating is at least 4'],
  [{ column: 'rating', atLeast: 3, atMost: 4 }, 'ax ay bx', '3 where rating is at least 3 and is at most 4'],
  [{ column: 3, equals: 4 }, 'ay bx', '4 where rating is 4'],
  [{ column: 'user', equals: 'b' }, 'bx bz', '4 where user is b'],
  [{ column: 'item', in: ['y', 'z'] }, 'ay bz', '4 where item is one of y, z'],
  [{ column: 'rating', not: [4, 5] }, 'ax bz cx', '3 where rating is not 4, 5'],
  [{ column: 'rating', missing: true }, 'bz', '5 where rating is missing'],
  [{ column: 'rating', missing: false }, 'ax ax ay bx cx', '1 where rating is not missing'],
  [{ column: 'time', atMost: '1970-01-01 00:00:03' }, 'bx bz cx', '3 where time is at most 1970-01-01 00:00:03'],
])('where %j', async (where, rows, dropped) => {
  expect(await left({ where })).toMatchObject({ rows, dropped: [dropped] })
})

test('all conditions of a list hold; a row counts at the first that it fails', async () => {
  const where = [
    { column: 'rating', atLeast: 4 },
    { column: 'user', not: 'b' },
  ]
  expect(await left({ where })).toEqual({
    rows: 'ax ay',
    ids: [1, 2],
    dropped: ['3 where rating is at least 4', '1 where user is not b'],
  })
})

test('of repeats the first or the last by time is kept', async () => {
  const rating = async (repeats: string) => {
    const { events } = (await read({ events: { file: 'events.csv', repeats } })).dataset
    return [events.count, cell(events.columns.get('rating')!, 0)]
  }
  expect(await rating('first')).toEqual([5, 3])
  expect(await rating('last')).toEqual([5, 5])
  expect((await left({ repeats: 'last' })).dropped).toEqual(['1 repeats, the last kept'])
})

test('a core is iterated until every user and item that is left has enough', async () => {
  // without z, b has one event; without b, x still has four
  const rules = { core: { users: 2, items: 2 } }
  const core = { rows: 'ax ax', ids: [1, 1] }
  expect(await left(rules)).toMatchObject({
    ...core,
    dropped: ['4 core: 2 users with fewer than 2 events, 2 items with fewer than 2 events'],
  })
  expect(await left({ core: 2 })).toMatchObject(core)
  expect(await left({ core: { items: 2 } })).toMatchObject({ rows: 'ax ax bx cx', ids: [3, 1] })
  // where only the ids of a model are known, the core is still one of the whole file
  const ids = { users: idsOf(['c', 'a']), items: idsOf(['x']) }
  expect(await left(rules, { ids })).toMatchObject({ rows: 'ax ax', ids: [2, 1] })
})

test('test rows are filtered like the events, but never cored', async () => {
  const { dataset, files } = await read({
    events: { file: 'events.csv', where: { column: 'rating', atLeast: 4 }, core: { items: 2 } },
    test: { file: 'test.csv' },
  })
  expect([dataset.events.count, dataset.test!.count]).toEqual([2, 2])
  expect(files[1]!.dropped).toEqual([{ rule: 'where rating is at least 4', rows: 1 }])
  const all = await read({
    events: { file: 'events.csv', where: { column: 'rating', atLeast: 4 } },
    test: { file: 'test.csv', where: [] },
  })
  expect(all.dataset.test!.count).toBe(3)
  expect((await failure({ events: { file: 'events.csv' }, test: { file: 'test.csv', core: 2 } })).message).toContain(
    '/test/core: unknown property "core"',
  )
})

test('a derived column is the part that matches; it has a type and may be filtered', async () => {
  const items = { file: 'items.csv', derive: { year: { from: 'title', match: '\\((\\d{4})\\)$' } } }
  const { dataset } = await read({ events: { file: 'events.csv' }, items })
  const year = dataset.items.columns.get('year')!
  expect([0, 1, 2].map((row) => cell(year, row))).toEqual([1995, 2001, undefined])
  const late = { ...items, where: { column: 'year', atLeast: 2000 }, withEvents: true }
  expect((await read({ events: { file: 'events.csv' }, items: late })).files[1]!.dropped).toEqual([
    { rule: 'where year is at least 2000', rows: 2 },
  ])
})

test.each([
  ['(\\d{4', 'invalid "match" of "year": Invalid Input Error: missing )'],
  ['\\d{4}', 'expected one group in parentheses, got 0'],
  ['(x)(y)', 'expected one group in parentheses, got 2'],
  ['([(]\\d{9})', 'no cell of column "title" matches'],
])('the expression %s is refused', async (match, message) => {
  const items = { file: 'items.csv', derive: { year: { from: 'title', match } } }
  expect((await failure({ events: { file: 'events.csv' }, items })).message).toContain(message)
})

test.each([
  [{ where: { column: 'rating' } }, '/events/where: missing test of "rating"'],
  [{ where: { column: 'rating', atLeast: 'x' } }, '/events/where: invalid bound "x"'],
  [{ where: { column: 'stars', atLeast: 4 } }, 'missing column "stars", found user, item, rating, time'],
  [{ where: { column: 'rating', atleast: 4 } }, 'did you mean "atLeast"?'],
  [{ where: { column: 'rating', atLeast: 6 } }, 'no rows left of 6: 6 dropped (where rating is at least 6)'],
  [{ layout: 'lists', where: { column: 'rating', atLeast: 4 } }, 'lists have no columns'],
])('%j is refused', async (rules, message) => {
  expect((await failure({ events: { file: 'events.csv', ...rules } })).message).toContain(message)
})
