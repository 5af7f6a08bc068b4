import { expect, test } from 'vitest'
import { type EntityRef, type NameLookup, parseQuery } from './query.js'

const people = ['Colombia', 'Turkey', 'Germany', '42']
const things = ['Spider-Man', 'Spider', 'Cars 2', '2 + 2', 'U - 571', '42', 'Sunset', 'Sunset', 'a "b"', '3 * x', 'x']

const vocabulary: NameLookup = {
  find: (text, side) => {
    const all = (list: readonly string[], entity: EntityRef['entity']) =>
      list.flatMap((name, index) => (name === text && (side ?? entity) === entity ? [{ entity, index }] : []))
    return [...all(people, 'user'), ...all(things, 'item')]
  },
  near: (text) => (text === 'Germny' ? ['Germany'] : []),
  idOf: ({ entity, index }) => `${entity[0]}${index}`,
}

const read = (text: string) =>
  parseQuery(text, vocabulary).map(({ entity, index, weight }) => [
    weight,
    (entity === 'user' ? people : things)[index],
    entity,
  ])

test('names are added and subtracted', () => {
  expect(read('Colombia + Turkey - Germany')).toEqual([
    [1, 'Colombia', 'user'],
    [1, 'Turkey', 'user'],
    [-1, 'Germany', 'user'],
  ])
})

test('a sum may start with a sign and needs no spaces', () => {
  expect(read('-Germany+Turkey')).toEqual([
    [-1, 'Germany', 'user'],
    [1, 'Turkey', 'user'],
  ])
})

test('the longest known name wins', () => {
  expect(read('Spider-Man - Spider')).toEqual([
    [1, 'Spider-Man', 'item'],
    [-1, 'Spider', 'item'],
  ])
  expect(read('2 + 2 + U - 571 + Cars 2')).toEqual([
    [1, '2 + 2', 'item'],
    [1, 'U - 571', 'item'],
    [1, 'Cars 2', 'item'],
  ])
})

test('an average weighs its names by their share, and may itself have a weight and a sign', () => {
  expect(read('avg(Colombia, Turkey)')).toEqual([
    [0.5, 'Colombia', 'user'],
    [0.5, 'Turkey', 'user'],
  ])
  expect(read('Germany - 2 * avg( Colombia , Turkey, Germany,user:42 ) + Turkey')).toEqual([
    [1, 'Germany', 'user'],
    [-0.5, 'Colombia', 'user'],
    [-0.5, 'Turkey', 'user'],
    [-0.5, 'Germany', 'user'],
    [-0.5, '42', 'user'],
    [1, 'Turkey', 'user'],
  ])
  expect(read('avg("a \\"b\\"", 2 + 2, Spider-Man)').map(([, name]) => name)).toEqual(['a "b"', '2 + 2', 'Spider-Man'])
  expect(() => read('avg(Colombia, Germny)')).toThrow('unknown name "Germny"')
  expect(() => read('avg(Colombia, ')).toThrow('missing name after a sign or comma')
  expect(() => read('avg(Colombia')).toThrow('missing , or ) after "avg(Colombia"')
  expect(() => read('avg()')).toThrow('missing name')
})

test('a weight multiplies a name, but a name that looks like a weight and a name is taken first', () => {
  expect(read('0.5 * Turkey - 2*Germany + .25 * "Cars 2"')).toEqual([
    [0.5, 'Turkey', 'user'],
    [-2, 'Germany', 'user'],
    [0.25, 'Cars 2', 'item'],
  ])
  expect(read('3 * x')).toEqual([[1, '3 * x', 'item']])
  expect(read('2 * x')).toEqual([[2, 'x', 'item']])
})

test('a quoted name may contain signs and quotes', () => {
  expect(read(`"Spider" + 'Turkey' - "a \\"b\\""`)).toEqual([
    [1, 'Spider', 'item'],
    [1, 'Turkey', 'user'],
    [-1, 'a "b"', 'item'],
  ])
})

test('an id that is both a user and an item is ambiguous without a side', () => {
  expect(() => read('42')).toThrow('ambiguous name "42"')
  expect(read('user:42 + item:42')).toEqual([
    [1, '42', 'user'],
    [1, '42', 'item'],
  ])
})

test('several items of one name are listed by id', () => {
  expect(() => read('Sunset')).toThrow(
    expect.objectContaining({ hint: 'give one of: item:"i6", item:"i7"', reason: 'data' }),
  )
})

test('an unknown name is quoted as written and suggests the closest', () => {
  expect(() => read('Colombia + Germny - Turkey')).toThrow(
    expect.objectContaining({ message: 'unknown name "Germny"', hint: 'did you mean "Germany"?' }),
  )
  expect(() => read('Colombia + "Atlan-tis"')).toThrow('unknown name "Atlan-tis"')
})

test('a malformed sum is refused', () => {
  expect(() => read('  ')).toThrow('missing terms')
  expect(() => read('Colombia +')).toThrow('missing name after a sign')
  expect(() => read('"Colombia" "Turkey"')).toThrow('missing + or - before ""Turkey""')
})
