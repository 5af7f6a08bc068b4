import { expect, test } from 'vitest'
import { assign } from './ports.js'

test('each port takes one name, in order', () => {
  expect(assign({ a: 'one', b: 'rows' }, ['p', 'q'])).toEqual({ a: ['p'], b: ['q'] })
  expect(assign({ a: 'one', b: 'one' }, ['p'])).toBeUndefined()
  expect(assign({ a: 'one', b: 'one' }, ['p', 'q', 'r'])).toBeUndefined()
})

test('what is left over goes to the port that takes several, wherever it stands', () => {
  expect(assign({ base: 'one', others: 'many' }, ['p', 'q', 'r'])).toEqual({ base: ['p'], others: ['q', 'r'] })
  expect(assign({ others: 'joined', last: 'one' }, ['p', 'q', 'r'])).toEqual({ others: ['p', 'q'], last: ['r'] })
})

test('two ports that take several share nothing out', () => {
  expect(assign({ a: 'many', b: 'many' }, ['p', 'q'])).toEqual({ a: ['p'], b: ['q'] })
  expect(assign({ a: 'many', b: 'many' }, ['p', 'q', 'r'])).toBeUndefined()
})
