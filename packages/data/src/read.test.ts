import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cell, type Entities, idsOf } from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DataError } from './error.js'
import { openDatabase } from './files/duckdb.js'
import { readDataset } from './read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-read-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Writes a file of its own folder and says where. */
const put = async (name: string, text: string | Buffer) => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
const document = (name: string, value: object) => put(`${name}.json`, JSON.stringify(value))
const ids = ({ ids }: Entities) => Array.from({ length: ids.count }, (_, index) => ids.at(index))
const column = ({ columns }: Entities, name: string) =>
  Array.from({ length: (columns.get(name) as { values: ArrayLike<unknown> }).values.length }, (_, row) =>
    cell(columns.get(name)!, row),
  )
const failure = async (path: string, options = {}): Promise<DataError> => {
  const error = await readDataset(path, options).then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(DataError)
  return error as DataError
}

test('ids are the text of the file, in the order of their first appearance', async () => {
  const long = 'x'.repeat(40)
  const path = await put(
    'ids.csv',
    `user,item\n01,9007199254740993\n1,9007199254740992\n01,__proto__\n👩‍👩‍👧,constructor\n${long},9007199254740993\n`,
  )
  const { users, items, events } = (await readDataset(path)).dataset
  expect(ids(users)).toEqual(['01', '1', '👩‍👩‍👧', long])
  expect(ids(items)).toEqual(['9007199254740993', '9007199254740992', '__proto__', 'constructor'])
  expect([...events.user]).toEqual([0, 1, 0, 2, 3])
  expect([...events.item]).toEqual([0, 1, 2, 3, 0])
  expect(items.ids.indexOf('constructor')).toBe(3)
  expect(users.ids.indexOf('toString')).toBe(-1)
})

test('many ids of every length agree with a map of strings', async () => {
  const words = Array.from({ length: 20_000 }, (_, index) => `${'ab'.repeat(index % 9)}${(index * 7919) % 5003}`)
  const path = await put('many.csv', `user,item\n${words.map((word, index) => `${word},${index % 3}\n`).join('')}`)
  const { users, events } = (await readDataset(path)).dataset
  const order = [...new Set(words)]
  expect(ids(users)).toEqual(order)
  const places = new Map(order.map((id, at) => [id, at]))
  expect([...events.user]).toEqual(words.map((word) => places.get(word)))
})

test('test rows of ids that training never saw have index -1, and duplicate events stay', async () => {
  await put('train.csv', 'user,item,rating\na,x,1\na,x,1\nb,y,2.5\n')
  await put('test.csv', 'user,item,rating\nb,x,1\nc,y,2\na,z,3\n')
  const path = await document('split', { events: { file: 'train.csv' }, test: { file: 'test.csv' } })
  const { events, test } = (await readDataset(path)).dataset
  expect(events.count).toBe(3)
  expect([...test!.user]).toEqual([1, -1, 0])
  expect([...test!.item]).toEqual([0, 1, -1])
})

test('files of users and items add ids without events, give names and leave other cells missing', async () => {
  await put('plays.csv', 'who,what\na,x\nb,y\n')
  await put('items.csv', 'id,title,year\nz,Zed,1999\nx,"Ex, the",2001\n')
  const path = await document('entities', {
    events: { file: 'plays.csv', user: 'who', item: 2 },
    items: { file: 'items.csv' },
  })
  const { items, users } = (await readDataset(path)).dataset
  expect(ids(items)).toEqual(['x', 'y', 'z'])
  expect(ids(users)).toEqual(['a', 'b'])
  expect(items.nameColumn).toBe('title')
  expect([0, 1, 2].map((row) => cell(items.columns.get('title')!, row))).toEqual(['Ex, the', undefined, 'Zed'])
  expect(column(items, 'year')).toEqual([2001, undefined, 1999])
})

test('with "withEvents", items without training events are left out and counted', async () => {
  await put('heard.csv', 'user,item\na,x\nb,y\n')
  await put('songs.csv', 'id,title\nz,Zed\nx,Ex\n')
  const path = await document('heard', {
    events: { file: 'heard.csv' },
    items: { file: 'songs.csv', withEvents: true },
  })
  const { dataset, files } = await readDataset(path)
  expect(ids(dataset.items)).toEqual(['x', 'y'])
  expect(files[1]).toMatchObject({ rows: 2, accepted: 1, dropped: [{ rule: 'without events', rows: 1 }] })
})

test('a column of codes with leading zeros stays text, and "types" overrides what is detected', async () => {
  await put('zips.csv', 'user,item,zip,grade\na,x,01234,1\nb,y,55555,2\n')
  const path = await document('typed', { events: { file: 'zips.csv', types: { grade: 'text' } } })
  const { events } = (await readDataset(path)).dataset
  expect(cell(events.columns.get('zip')!, 0)).toBe('01234')
  expect(cell(events.columns.get('grade')!, 1)).toBe('2')
})

test('a delimiter of several characters, latin1, and no header', async () => {
  await put('ratings.dat', '1::10::5\n2::10::3\n')
  await put('movies.dat', Buffer.from('10::Amélie::Comedy|Romance\n', 'latin1'))
  const path = await document('dat', {
    events: { file: 'ratings.dat', header: false, delimiter: '::', columns: ['user', 'item', 'rating'] },
    items: {
      file: 'movies.dat',
      header: false,
      delimiter: '::',
      encoding: 'latin1',
      columns: ['id', 'title', 'genres'],
    },
  })
  const { events, items } = (await readDataset(path)).dataset
  expect(events.count).toBe(2)
  expect(cell(items.columns.get('title')!, 0)).toBe('Amélie')
})

test('lists and stored candidates', async () => {
  await put('train.txt', '0 1 2 3\n1 3\n2\n')
  await put('test.txt', '0 4\n1 1 2 \n')
  await put('negatives.txt', '(0,1)\t2\t3\n(1,9)\t1\tx\n')
  const path = await document('lists', {
    events: { file: 'train.txt', layout: 'lists', delimiter: ' ' },
    test: { file: 'test.txt' },
    candidates: { file: 'negatives.txt', delimiter: '\t' },
  })
  const { dataset, files } = await readDataset(path)
  expect([...dataset.events.user]).toEqual([0, 0, 0, 1])
  expect(ids(dataset.users)).toEqual(['0', '1', '2'])
  expect([...dataset.test!.item]).toEqual([-1, 0, 1])
  expect(dataset.candidates).toEqual({
    user: Int32Array.of(0, 1),
    item: Int32Array.of(0, -1),
    start: Int32Array.of(0, 2, 4),
    lists: Int32Array.of(1, 2, 0, -1),
  })
  expect(files.map(({ rows }) => rows)).toEqual([3, 2, 2])
})

test('JSONL: exact integers, lists as joined text, and a broken line is a reject', async () => {
  const rows = Array.from({ length: 30 }, (_, index) =>
    JSON.stringify({ user: `u${index % 3}`, item: index, rating: index % 5 }),
  )
  const path = await put(
    'rows.jsonl',
    ['{"user":"01","item":9007199254740993,"tags":["a","b"],"rating":4}', ...rows, '{"user":', '[1]'].join('\n'),
  )
  const { dataset, rejects } = await readDataset(path, { limit: 0.5 })
  expect(dataset.events.count).toBe(31)
  expect(dataset.users.ids.at(0)).toBe('01')
  expect(dataset.items.ids.at(0)).toBe('9007199254740993')
  expect(cell(dataset.events.columns.get('tags')!, 0)).toBe('a|b')
  expect(cell(dataset.events.columns.get('rating')!, 0)).toBe(4)
  expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
    [32, 'syntax'],
    [33, 'syntax'],
  ])
})

test('Parquet: integers as ids, timestamps as seconds, missing and infinite cells', async () => {
  const path = join(folder, 'rows.parquet')
  const database = await openDatabase('256MB')
  await database.connection.run(
    `COPY (SELECT * FROM (VALUES (9007199254740993, 'x', 1.5::FLOAT, TIMESTAMP '1970-01-02'), (2, 'y', NULL, TIMESTAMP '1970-01-03'), (NULL, 'y', 2, TIMESTAMP '1970-01-03'), (2, 'y', 'inf', TIMESTAMP '1970-01-03')) t("user", item, rating, "time")) TO '${path}' (FORMAT parquet)`,
  )
  await database.close()
  const { dataset, rejects } = await readDataset(path, { limit: 0.5 })
  expect(ids(dataset.users)).toEqual(['9007199254740993', '2'])
  expect([...dataset.events.time!]).toEqual([86_400, 172_800])
  expect([0, 1].map((row) => cell(dataset.events.columns.get('rating')!, row))).toEqual([1.5, undefined])
  expect(rejects.map(({ line, reason, column }) => [line, reason, column])).toEqual([
    [3, 'empty-id', 'user'],
    [4, 'not-finite', 'rating'],
  ])
})

test('with ids given, all other ids have index -1', async () => {
  const path = await put('known.csv', 'user,item\na,x\nb,y\n')
  const items = await put('known-items.csv', 'item,name\ny,Why\nq,Queue\n')
  const { dataset } = await readDataset(path, { items, ids: { users: idsOf(['b']), items: idsOf(['y', 'x']) } })
  expect([...dataset.events.user]).toEqual([-1, 0])
  expect([...dataset.events.item]).toEqual([1, 0])
  expect(ids(dataset.items)).toEqual(['y', 'x'])
  expect([0, 1].map((row) => cell(dataset.items.columns.get('name')!, row))).toEqual(['Why', undefined])
})

test('rows without user and item columns are events without them', async () => {
  const path = await put('reviews.csv', 'review,label\n"good, really",Positive\nbad,Negative\n')
  const { users, items, events } = (await readDataset(path)).dataset
  expect([users.ids.count, items.ids.count, events.count]).toEqual([0, 0, 2])
  expect(cell(events.columns.get('review')!, 0)).toBe('good, really')
})

test('numbers that need 64 bits keep them, wherever in the file they come', async () => {
  const rows = Array.from({ length: 5000 }, (_, index) => `u,i,${index < 4000 ? index : index + 0.1}\n`)
  const path = await put('wide.csv', `user,item,score\n${rows.join('')}`)
  const { events } = (await readDataset(path)).dataset
  expect([cell(events.columns.get('score')!, 7), cell(events.columns.get('score')!, 4999)]).toEqual([7, 4999.1])
})

test('every way data can be unusable has its code', async () => {
  const named = async (name: string, text: string) => (await failure(await put(name, text))).code
  expect((await failure(join(folder, 'nowhere.csv'))).code).toBe('file-missing')
  expect(await named('empty.csv', '')).toBe('file-empty')
  expect(await named('header.csv', 'user,item\n')).toBe('nothing-left')
  expect(await named('twice.csv', 'user,item,a,a\nu,i,1,2\n')).toBe('columns')
  expect(await named('half.csv', 'user,movie\nu,i\n')).toBe('columns-missing')
  expect(await named('rows.xlsx', 'user,item\nu,i\n')).toBe('unknown-format')
  expect(await named('broken.parquet', 'user,item\nu,i\n')).toBe('unreadable')
  const items = await put('duplicates.csv', 'id,title\nx,1\nx,2\nx,3\n')
  const error = await failure(await put('fine.csv', 'user,item\nu,x\n'), { items })
  expect([error.code, error.message]).toEqual(['duplicate-ids', 'duplicate id "x" in column "id", 2 rows too many'])
})

test('columns under other names are shown with the document to write', async () => {
  const path = await put('named.csv', 'user_id,movie_id\n1,2\n')
  const error = await failure(path)
  expect(error.message).toBe('missing columns "user" and "item", found user_id, movie_id')
  expect(error.hint).toContain('"events":{"file"')
})

test('more than one row in a hundred rejected is an error that shows the first', async () => {
  const path = await put('rejected.csv', `user,item,rating\n${'a,b,1\n'.repeat(50)}a,b,bad\n`)
  const error = await failure(path)
  expect(error).toMatchObject({ code: 'too-many-rejects', file: path, line: 52 })
  expect(error.message).toBe(
    'rejected 1 of 51 rows, mostly not-a-number, the first not-a-number in column "rating": a,b,bad',
  )
  expect(error.hint).toContain('"types": { "rating": "text" }')
})

test('JSONL: any key is a column', async () => {
  const keys = ['', '*', '\\', '\0', '"', "'", '/', '~1', '$', 'a.b', '[0]', '0', '__proto__', 'ü']
  const row = (extra: object) => JSON.stringify({ user: 'u', item: 'i', ...extra })
  const texts = `{"user":"u","item":"i",${keys.map((key, index) => `${JSON.stringify(key)}:"v${index}"`).join(',')}}`
  const path = await put('keys.jsonl', `${texts}\n${row({ a: 1 })}\n`)
  const { events } = (await readDataset(path)).dataset
  expect([...events.columns.keys()].toSorted()).toEqual([...keys, 'a'].toSorted())
  for (const [index, key] of keys.entries())
    expect([key, cell(events.columns.get(key)!, 0), cell(events.columns.get(key)!, 1)]).toEqual([
      key,
      `v${index}`,
      undefined,
    ])
})

test('JSONL: rows without any key are refused, as are "columns" of another number', async () => {
  const empty = await failure(await put('empty-objects.jsonl', '{}\n{}\n'))
  expect([empty.code, empty.message]).toEqual(['columns-missing', 'no columns: every row is empty'])
  expect((await failure(await put('arrays.jsonl', '[1]\n[2]\n'))).code).toBe('nothing-left')
  const path = await document('renamed', { events: { file: 'keys.jsonl', columns: ['user', 'item'] } })
  expect(await failure(path)).toMatchObject({ code: 'columns' })
})

test('2,000 columns take a second or two, and hold what they do in a narrow file', async () => {
  const names = Array.from({ length: 2000 }, (_, index) =>
    index === 3 ? 'user' : index === 900 ? 'item' : `c${index}`,
  )
  const value = (row: number, index: number) =>
    index % 5 === 4 ? `t${row}` : index % 7 === 6 ? '' : `${row * index}.25`
  const lines = [0, 1, 2].map((row) => names.map((_, index) => value(row, index)).join(','))
  const path = await put('columns.csv', `${names.join(',')}\n${lines.join('\n')}\n`)
  const before = process.cpuUsage()
  const { events } = (await readDataset(path)).dataset
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1e6).toBeLessThan(10)
  for (const [index, name] of names.entries()) {
    if (name === 'user' || name === 'item') continue
    const found = [0, 1, 2].map((row) => String(cell(events.columns.get(name)!, row) ?? ''))
    expect([name, ...found]).toEqual([name, ...[0, 1, 2].map((row) => value(row, index))])
  }
  const bad = await put(
    'bad.csv',
    `${names.join(',')}\n${lines.join('\n')}\n${names.map((_, index) => (index === 7 ? 'x' : '1')).join(',')}\n`,
  )
  const types = await document('bad', { events: { file: 'bad.csv', types: { c7: 'number' } } })
  const { rejects } = await readDataset(types, { limit: 0.5 })
  expect(rejects.map(({ line, reason, column }) => [bad, line, reason, column])).toEqual([
    [bad, 5, 'not-a-number', 'c7'],
  ])
})

test('"columns" name the columns of a file without a header; a first row that equals them is the header', async () => {
  const read = async (name: string, text: string, extra: object = {}) => {
    await put(`${name}.csv`, text)
    const path = await document(name, {
      events: { file: `${name}.csv`, columns: ['user', 'item', 'rating'], ...extra },
    })
    const { dataset, files } = await readDataset(path)
    expect(dataset.events.count).toBe(files[0]!.rows)
    return ids(dataset.users)
  }
  expect(await read('no-header', 'a,x,1\nb,y,2\n')).toEqual(['a', 'b'])
  expect(await read('same-header', 'user, item,"rating"\na,x,1\nb,y,2\n')).toEqual(['a', 'b'])
  expect(await read('other-header', 'who,what,stars\na,x,1\nb,y,2\n', { header: true })).toEqual(['a', 'b'])
  expect(await read('no-header-said', 'a,x,1\nb,y,2\n', { header: false })).toEqual(['a', 'b'])
  await put('unsaid.csv', 'who,what,stars\na,x,1\n')
  const path = await document('unsaid', {
    events: { file: 'unsaid.csv', columns: ['user', 'item', 'rating'], types: { rating: 'number' } },
  })
  const error = await failure(path)
  expect([error.code, error.line]).toEqual(['too-many-rejects', 1])
  expect(error.hint).toContain('if the first line is a header, say so: "header": true')
})

test('one column in two roles is refused', async () => {
  await put('roles.csv', 'a,b,c\n1,2,3\n')
  const error = await failure(await document('roles', { events: { file: 'roles.csv', user: 1, item: 'a' } }))
  expect([error.code, error.message]).toEqual(['columns', 'invalid column "a", it is both "user" and "item"'])
  const time = await failure(await document('roles2', { events: { file: 'roles.csv', user: 1, item: 2, time: 2 } }))
  expect(time.message).toBe('invalid column "b", it is both "item" and "time"')
})

test('Latin-1 text that is read as UTF-8 hints at the encoding', async () => {
  const rows = await put('latin.csv', Buffer.from('user,item\nJosé,x\nb,y\n', 'latin1'))
  expect(await failure(rows)).toMatchObject({
    code: 'too-many-rejects',
    hint: expect.stringContaining('"encoding": "latin1"'),
  })
  const header = await put('latin-header.csv', Buffer.from('user,item,année\na,x,1\n', 'latin1'))
  expect(await failure(header)).toMatchObject({
    code: 'unreadable',
    hint: expect.stringContaining('"encoding": "latin1"'),
  })
})

test('messages print no control characters and not more than 20 names', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `\u001b[31m\u202e${index}`)
  const { message } = await failure(await put('escape.csv', `user,${names.join(',')}\n${names.join(',')},1\n`))
  expect(message).toContain('found user, ␛[31m�0, ')
  expect(message).toMatch(/ and 31 more$/)
})

test('a file without a header, with another delimiter or other names is answered with a data document', async () => {
  const hint = async (name: string, text: string) => (await failure(await put(name, text))).hint
  expect(await hint('plain.csv', '1,10,4\n1,11,5\n')).toContain('"header":false,"columns":["user","item","…"]')
  expect(await hint('semicolons.csv', '1;10;4\n1;11;5\n')).toContain('"delimiter":";","header":false')
  expect(await hint('named.csv', 'userId,movieId,rating\n1,10,4\n')).toContain('"user":"userId","item":"movieId"')
  const list = await failure(await put('list.json', '[{"user":1,"item":2}]'))
  expect(list.message).toContain('expected an object, got a list')
  expect(list.message).toContain('rows belong in a .jsonl file')
})
