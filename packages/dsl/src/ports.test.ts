import { expect, test } from 'vitest'
import { assignPorts } from './ports.js'

test('each port takes one name, in order', () => {
  expect(assignPorts({ a: 'one', b: 'rows' }, ['p', 'q'])).toEqual({ a: ['p'], b: ['q'] })
  expect(assignPorts({ a: 'one', b: 'one' }, ['p'])).toBeUndefined()
  expect(assignPorts({ a: 'one', b: 'one' }, ['p', 'q', 'r'])).toBeUndefined()
})

test('what is left over goes to the port that takes several, wherever it stands', () => {
  expect(assignPorts({ base: 'one', others: 'many' }, ['p', 'q', 'r'])).toEqual({ base: ['p'], others: ['q', 'r'] })
  expect(assignPorts({ others: 'joined', last: 'one' }, ['p', 'q', 'r'])).toEqual({ others: ['p', 'q'], last: ['r'] })
})

test('two ports that take several share nothing out', () => {
  expect(assignPorts({ a: 'many', b: 'many' }, ['p', 'q'])).toEqual({ a: ['p'], b: ['q'] })
  expect(assignPorts({ a: 'many', b: 'many' }, ['p', 'q', 'r'])).toBeUndefined()
})
