import { type Entities, idsOf } from '@recspec/core'
import { expect, test } from 'vitest'
import { findEntity, namesOf } from './entity.js'

const films: Entities = {
  ids: idsOf(['1', '2', '3', '4', 'constructor']),
  nameColumn: 'title',
  columns: new Map([['title', { kind: 'text', codes: Int32Array.of(0, 1, 1, 2, -1), values: ['Heat', 'Ran', '1'] }]]),
}

test('an id wins over a name, a name over a name in other case', () => {
  expect(findEntity('item', films, '1')).toBe(0)
  expect(findEntity('item', films, 'Heat')).toBe(0)
  expect(findEntity('item', films, 'heat')).toBe(0)
  expect(findEntity('item', films, 'constructor')).toBe(4)
})

test('a name that several have lists their ids', () => {
  expect(() => findEntity('item', films, 'Ran')).toThrow(
    expect.objectContaining({ message: 'ambiguous item "Ran"', hint: 'give the id: "2", "3"', reason: 'data' }),
  )
})

test('an unknown name suggests the closest, or shows what ids look like', () => {
  expect(() => findEntity('item', films, 'Het')).toThrow(
    expect.objectContaining({ message: 'unknown item "Het"', hint: 'did you mean "Heat"?' }),
  )
  expect(() => findEntity('item', films, '__proto__')).toThrow(
    expect.objectContaining({ hint: 'known items look like "1", "2", "3"' }),
  )
})

test('a part of one name finds it, a part of several suggests them', () => {
  const titles = ['Toy Story (1995)', 'Heat (1995)', 'Toy Story 2 (1999)', 'Toys (1992)', 'Toy Soldiers (1991)']
  const movies: Entities = {
    ids: idsOf(titles.map((_, row) => `${row}`)),
    nameColumn: 'title',
    columns: new Map([['title', { kind: 'text', codes: Int32Array.of(0, 1, 2, 3, 4), values: titles }]]),
  }
  const hint = (text: string) => {
    try {
      findEntity('item', movies, text)
    } catch (error) {
      return (error as { hint?: string }).hint
    }
  }
  expect(hint('toy story')).toBe('did you mean "Toy Story (1995)" or "Toy Story 2 (1999)"?')
  expect(hint('TOY')).toBe('did you mean "Toy Story (1995)", "Toy Story 2 (1999)" or "Toys (1992)"?')
  expect(findEntity('item', movies, 'soldiers')).toBe(4)
  expect(hint('s2')).toBe('known items look like "0", "1", "2"')
  expect(hint('Alien')).toBe('known items look like "0", "1", "2"')
})

test('data without names is searched by id only', () => {
  const users: Entities = { ids: idsOf(['u']), columns: new Map() }
  expect(findEntity('user', users, 'u')).toBe(0)
  expect(namesOf(users).nameOf(0)).toBeUndefined()
  expect(namesOf(films).nameOf(4)).toBeUndefined()
})
