import type { InspectedColumn } from '@recspec/data'
import { expect, test } from 'vitest'
import { type GivenRoles, guessRoles } from './roles.js'

const ids = (name: string): InspectedColumn => ({
  name,
  cells: 100,
  distinct: 20,
  kind: 'number',
  whole: true,
  range: [1, 900],
})
const scale = (name: string): InspectedColumn => ({ ...ids(name), distinct: 5, range: [1, 5] })
const times = (name: string): InspectedColumn => ({ ...ids(name), distinct: 100, range: [9e8, 9.1e8] })

const found = (columns: readonly InspectedColumn[], named = true, given: GivenRoles = {}) =>
  Object.fromEntries(guessRoles(columns, named, given).map(({ role, column }) => [role, column.name]))

test('roles follow from names, whatever keys are called', () => {
  expect(found([ids('CustomerID'), ids('product_id'), scale('stars'), times('created_at')])).toEqual({
    user: 'CustomerID',
    item: 'product_id',
    rating: 'stars',
    time: 'created_at',
  })
  expect(found([ids('movieId'), ids('userId')])).toEqual({ user: 'userId', item: 'movieId' })
})

test('one of two ids is known by the other, and times by what they hold', () => {
  expect(found([ids('who'), ids('movie'), times('t')])).toEqual({ user: 'who', item: 'movie', time: 't' })
})

test('a file without a header begins with users and items', () => {
  expect(found([ids('column1'), ids('column2'), scale('column3'), times('column4')], false)).toEqual({
    user: 'column1',
    item: 'column2',
    rating: 'column3',
    time: 'column4',
  })
})

test('given columns come first, by name or place', () => {
  const columns = [ids('user'), ids('item'), ids('account')]
  expect(found(columns, true, { user: 'account', item: '2' })).toEqual({ user: 'account', item: 'item' })
  expect(() => found(columns, true, { user: 'account', item: 'account' })).toThrow(
    'given for --user-column and --item-column',
  )
})

test('what is not found is refused with the names of the columns', () => {
  expect(() => found([ids('a'), ids('b'), scale('c')])).toThrow('no column of users and items found among a, b, c')
  expect(() => found([ids('user'), scale('x'), ids('y')])).toThrow('no column of items found among user, x, y')
})
